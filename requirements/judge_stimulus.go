package requirements

import (
	"fmt"

	"github.com/pushcheck/pushcheck/transcript"
)

// judgeStimulus judges what a stranger did and what became of the good call after it, or beside it where the stimulus never
// ends. How the receiver takes the stimulus itself is its own affair, if only a malformed one is dealt with in time.
func judgeStimulus(js *judgements, c transcript.Call) {
	id, raw := c.Stimulus, c.Exchanges[0]
	waiting := raw.End == transcript.TimedOut || raw.End == transcript.Late && raw.Status == 0
	switch {
	case raw.End == transcript.BlockedEnd:
		js.gap(id, blocked(raw), "")
		return
	case raw.End == transcript.NotConnected:
		js.gap(id, nobodyMet(raw), "")
		return
	case raw.End == transcript.Interrupted:
		return
	}
	for i, x := range c.Exchanges {
		if x.Raw != "" || x.Accepted() && !tookTooLong(x) {
			continue
		}
		judgeAftermath(js, c, i)
		return
	}
	switch {
	case id == "trouble.malformed-push" && waiting && cutShort(raw):
		js.gap(id, fmt.Sprintf("%s: %s", raw.Raw, tooSoon(raw)), "")
	case id == "trouble.malformed-push" && waiting:
		js.broken(id, Finding{
			Want: "any response, or the connection closed, within 10 s", Got: fmt.Sprintf("neither for %s", raw.Raw), Call: c.ID,
		})
	case c.Complete:
		js.met(id)
	}
}

// judgeAftermath judges a good push that was not accepted after a stimulus.
func judgeAftermath(js *judgements, c transcript.Call, i int) {
	id, raw, x := c.Stimulus, c.Exchanges[0], c.Exchanges[i]
	when := "after "
	if raw.End == transcript.HeldOpen {
		when = "beside "
	}
	when += raw.Raw
	why, refused := Refusal(x)
	switch {
	case refused:
		js.gap(id, why.reason(x, signed(x)), "")
	case x.End == transcript.Interrupted:
	case x.End == transcript.BlockedEnd:
		js.gap(id, blocked(x), "")
	case x.Failure.Local():
		js.gap(id, nobodyMet(x), "")
	case c.Gone: // it did not come back when the connection was closed
		js.gap(id, fmt.Sprintf("the receiver was gone: %s", happened(x)), "")
	case cutShort(x):
		js.gap(id, fmt.Sprintf("%s, the %s push: %s", when, x.Push.Event, tooSoon(x)), "")
	case x.Status == 403 || x.Status == 429:
		js.gap(id, fmt.Sprintf("%s the receiver shuts out whoever sent it: %s", when, happened(x)), "")
	default:
		js.broken(id, Finding{
			Want: "the next good push accepted", Got: fmt.Sprintf("%s, the %s push: %s", when, x.Push.Event, happened(x)),
			Call: c.ID, Exchange: i, Unless: append(explains(x), "signature.missing"), // a stranger signs nothing
		})
	}
}
