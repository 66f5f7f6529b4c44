package requirements

import (
	"fmt"

	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// judgeCopy judges the response to a copy of an earlier push, because sipgate reads the responses to both pushes. It does not judge whether
// the copy was accepted: judgeSequence does.
func (e evidence) judgeCopy() {
	x := e.exchange
	if !outcome.IsResponseRead(x.Push) {
		return
	}
	_, isIncomplete := e.judgeResponseEnd()
	if !isIncomplete && x.Accepted() && !outcome.IsVerificationRefusal(x) {
		e.judgeResponse()
	}
}

// judgeSequence judges a sequence: every push has to be accepted, although some pushes come too late, twice, in another order or not at
// all.
func judgeSequence(js *judgements, c transcript.Call) {
	id := c.RequirementID
	startIndex, difference := troubleStart(c)
	for i, x := range c.Exchanges {
		gap, isUnclear := unclearGap(c, i)
		switch {
		case isUnclear:
			js.addGap(id, gap)
			return
		case outcome.AcceptedInTime(x):
			continue
		}
		f := Finding{
			Want: "every push accepted, as in a call without trouble",
			Got:  difference + ", " + outcome.DescribePush(x),
			Call: c.ID, Exchange: i, Conditions: Conditions{Excuses: excusesOfRefusal(id, x)},
		}
		if difference != "" && i >= startIndex {
			js.addFinding(id, f)
			return
		}
		for _, causeID := range f.ExcuseIDs() { // any of these may be the cause
			js.addGapWithReason(id, "before that, "+outcome.DescribePush(x), causeID)
		}
		return
	}
	if !judgeAllSent(js, id, c) {
		return
	}
	switch {
	case difference != "" && c.Complete:
		js.recordMet(id)
	case c.Complete && c.Steered:
		js.setNotApplicable(id, "the receiver steers every such call itself; name a number that the receiver lets through, --numbers through=NUMBER")
	case c.Complete:
		js.setNotRequested(c, id, "the receiver does not subscribe to the push that would show it")
	}
}

// troubleStart returns the index of the first exchange at which a sequence differs from a plain call: the push before this exchange was left
// out or comes later, or the push of this exchange is a copy. It also describes the difference; "" if there is none.
func troubleStart(c transcript.Call) (index int, difference string) {
	switch c.RequirementID {
	case troubleMissingHangup, troubleMissingAnswer:
		for _, n := range c.NotSent {
			isNotSubscribed := c.RequirementID == troubleMissingAnswer && n.Push.Event == push.Answer && n.Reason == transcript.NotSubscribed
			for i, x := range c.Exchanges {
				if (isNotSubscribed || n.Reason == transcript.LeftOut) && x.Step > n.Step {
					return i, fmt.Sprintf("%s push was left out on purpose; after that", withArticle(n.Push.Event))
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

// withArticle returns the name of an event with the indefinite article.
func withArticle(e push.Event) string {
	if e == push.Answer {
		return "an " + string(e)
	}
	return "a " + string(e)
}
