package requirements

import (
	"fmt"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// judgeCopy judges the response to a push that was sent before. sipgate reads the responses to both. This function does not judge whether
// the copy is accepted, because that shows nothing about plain pushes.
func (e evidence) judgeCopy() {
	x := e.exchange
	if x.Push.Event != push.NewCall && x.Push.Event != push.DTMF {
		return
	}
	_, unusable := e.judgeEnd()
	if _, foreign := Refusal(x); !unusable && !foreign && x.Accepted() {
		e.judgeResponse()
	}
}

// judgeSequence judges plain pushes that come too late, twice, in another order or not at all.
func judgeSequence(js *judgements, c transcript.Call) {
	id := c.Stimulus
	begins, cause := beginOfTrouble(c)
	for i, x := range c.Exchanges {
		gap, unclear := unclearGap(c, i)
		switch {
		case unclear:
			js.addGap(id, gap)
			return
		case acceptedInTime(x):
			continue
		}
		f := Finding{
			Want: "every push accepted, as in a call without trouble",
			Got:  cause + ", " + HowPushWent(x),
			Call: c.ID, Exchange: i, Conditions: Conditions{Excuses: excusesOfRefusal(id, x)},
		}
		if cause != "" && i >= begins {
			js.addFinding(id, f)
			return
		}
		for _, because := range f.ExcusedBy() { // any of them that is not met
			js.leaveOpen(id, "before that, "+HowPushWent(x), because)
		}
		return
	}
	if !judgeAllSent(js, id, c) {
		return
	}
	switch {
	case cause != "" && c.Complete:
		js.addMet(id)
	case c.Complete && c.Steered:
		js.setNotApplicable(id, "the receiver steers every such call itself; name a number that it lets through")
	case c.Complete:
		js.setNotRequested(c, id, "the receiver does not subscribe to the push that would show it")
	}
}

// beginOfTrouble returns the index of the exchange at which the beginOfTrouble of the call begins, and describes it; "" if there was none.
func beginOfTrouble(c transcript.Call) (begins int, why string) {
	switch c.Stimulus {
	case troubleMissingHangup, troubleMissingAnswer:
		for _, n := range c.NotSent {
			unwanted := c.Stimulus == troubleMissingAnswer && n.Push.Event == push.Answer && n.Reason == transcript.NotSubscribed
			for i, x := range c.Exchanges {
				if (unwanted || n.Reason == transcript.LeftOut) && x.Step > n.Step {
					return i, fmt.Sprintf("%s push was left out on purpose; after that", article(n.Push.Event))
				}
			}
		}
	case troubleDuplicatePush:
		for i, x := range c.Exchanges {
			if x.Duplicate {
				return i, "the second time"
			}
		}
	case troubleLateHangup, troubleOutOfOrder:
		for i, x := range c.Exchanges {
			for _, later := range c.Exchanges[i+1:] {
				if later.Step < x.Step {
					return i, fmt.Sprintf("when the %s push of %s's leg came late", later.Push.Event, later.Leg)
				}
			}
		}
	}
	return 0, ""
}

func article(e push.Event) string {
	if e == push.Answer {
		return "an " + string(e)
	}
	return "a " + string(e)
}
