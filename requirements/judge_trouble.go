package requirements

import (
	"fmt"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

const (
	unknownCall   = "trouble.unknown-call"
	missingAnswer = "trouble.missing-answer"
)

// troubled reports whether a call was played for the trouble in it: no push of it is odd by itself.
func troubled(c transcript.Call) bool {
	return areaOf(c.Stimulus) == "trouble" && c.Stimulus != unknownCall
}

// judgeTrouble judges a call with trouble in it. What is refused counts against the trouble, and only where the same push is
// accepted without it; what is accepted is judged as in any other call, and so is every response to a push that came twice.
func judgeTrouble(js *judgements, c transcript.Call, target Target) {
	for i, x := range c.Exchanges {
		if x.Copy || x.Raw == "" && x.Accepted() && !tookTooLong(x) {
			js.evidence(c, i, target).judge()
		}
	}
	switch {
	case len(c.Exchanges) == 0:
		judgeUntried(js, c)
	case c.Exchanges[0].Raw != "":
		judgeStimulus(js, c)
	default:
		judgeSequence(js, c)
	}
}

// judgeCopy judges the response to a push that was sent before: it is as genuine as the first, and sipgate reads what is responded
// to either. Whether it is accepted says nothing of plain pushes, and is not judged here.
func (e evidence) judgeCopy() {
	x := e.exchange
	if x.Push.Event != push.NewCall && x.Push.Event != push.DTMF {
		return
	}
	_, unwhole := e.unwhole()
	if _, foreign := Refusal(x); !unwhole && !foreign && x.Accepted() {
		e.judgeResponse()
	}
}

// judgeUntried notes that nothing was sent because a good call was not responded to even before it. In every other case it was not
// wanted, or the run was over.
func judgeUntried(js *judgements, c transcript.Call) {
	if c.Before != nil && c.Before[push.NewCall] < transcript.Refused {
		js.gap(c.Stimulus, "the good call before it was not accepted either", "push.newcall")
	}
}

// alike names the requirement about the same calls without the trouble.
func alike(id string) []string {
	switch id {
	case "trouble.late-hangup":
		return []string{"call.transfer-answered"}
	case missingAnswer:
		return []string{"call.unanswered"}
	case "trouble.out-of-order":
		return []string{"call.forward-busy"}
	}
	return nil
}

// judgeSequence judges pushes each of which is plain, and which come too late, twice, in another order or not at all.
func judgeSequence(js *judgements, c transcript.Call) {
	id := c.Stimulus
	begins, cause := trouble(c)
	for i, x := range c.Exchanges {
		why, refused := Refusal(x)
		gap := ""
		if g, lost := lostBefore(c, i); lost {
			js.lost(id, g)
			return
		}
		switch {
		case refused:
			gap = why.reason(x, signed(x))
		case x.Accepted() && !tookTooLong(x):
			continue
		case x.End == transcript.BlockedEnd:
			gap = blocked(x)
		case x.End == transcript.Interrupted, x.End == transcript.NotConnected:
			gap = fmt.Sprintf("the %s push on %s's leg did not get through: %s", x.Push.Event, x.Leg, happened(x))
		case cutShort(x):
			gap = fmt.Sprintf("the %s push on %s's leg: %s", x.Push.Event, x.Leg, tooSoon(x))
		}
		if gap != "" {
			js.gap(id, gap, "")
			return
		}
		explained := append(alike(id), explains(x)...)
		if cause == "" || i < begins {
			for _, because := range explained { // whichever of them is not met
				js.gap(id, "before that, "+HowPushWent(x), because)
			}
			return
		}
		js.broken(id, Finding{
			Want: "every push accepted, as in a call without trouble",
			Got:  cause + ", " + HowPushWent(x),
			Call: c.ID, Exchange: i, Unless: explained, UnlessCause: causeOf(x),
		})
		return
	}
	for _, n := range c.NotSent {
		switch {
		case n.Reason == transcript.NotSubscribed, n.Reason == transcript.Lost:
		default:
			js.lost(id, notSent(c, n))
			return
		}
	}
	switch {
	case cause != "" && c.Complete:
		js.met(id)
	case c.Complete && c.Steered:
		js.notApplicable(id, "the receiver steers every such call itself; name a number that it lets through")
	case c.Complete:
		js.unwanted(c, id, "the receiver does not subscribe to the push that would show it")
	}
}

// trouble tells from which exchange on there is trouble, and which, in words; "" if it did not come to that.
func trouble(c transcript.Call) (begins int, why string) {
	switch c.Stimulus {
	case "trouble.missing-hangup", missingAnswer:
		for _, n := range c.NotSent {
			unwanted := c.Stimulus == missingAnswer && n.Push.Event == push.Answer && n.Reason == transcript.NotSubscribed
			for i, x := range c.Exchanges {
				if (unwanted || n.Reason == transcript.Lost) && x.Step > n.Step {
					return i, fmt.Sprintf("%s push was left out on purpose; after that", article(n.Push.Event))
				}
			}
		}
	case "trouble.duplicate-push":
		for i, x := range c.Exchanges {
			if x.Copy {
				return i, "the second time"
			}
		}
	case "trouble.late-hangup", "trouble.out-of-order":
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
