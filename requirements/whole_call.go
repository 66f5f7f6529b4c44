package requirements

import (
	"fmt"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// takesAll reports whether every push of a call was accepted, and notes the first that was not.
func takesAll(js *judgements, id string, c transcript.Call) bool {
	for i, x := range c.Exchanges {
		gap, unclear := unclear(c, i)
		switch {
		case unclear:
			js.lost(id, gap)
		case acceptedInTime(x):
			continue
		default:
			js.broken(id, refusedInCall(id, c, i))
		}
		return false
	}
	return true
}

// sendsAll reports whether every push of a call was sent that the receiver subscribes to, except those left out on purpose. It notes the
// first that was not sent.
func sendsAll(js *judgements, id string, c transcript.Call) bool {
	for _, n := range c.NotSent {
		if n.Reason != transcript.NotSubscribed && n.Reason != transcript.Lost {
			js.lost(id, notSent(c, n))
			return false
		}
	}
	return true
}

// unclear returns why the outcome of a push of a call cannot be judged. It returns false if it can.
func unclear(c transcript.Call, i int) (Gap, bool) {
	x := c.Exchanges[i]
	if gap, lost := lostBefore(c, i); lost {
		return gap, true
	}
	gap, refused := refusalGap(x)
	switch {
	case refused:
		return gap, true
	case acceptedInTime(x):
		return Gap{}, false
	case x.End == transcript.NotConnected:
		return Gap{Reason: pushName(x) + ": " + notConnected(x)}, true
	case notJudged(x) != "":
		return Gap{Reason: pushName(x) + ": " + notJudged(x)}, true
	}
	return Gap{}, false
}

// refusedInCall returns the finding that a push of a whole call was not accepted.
func refusedInCall(id string, c transcript.Call, i int) Finding {
	x := c.Exchanges[i]
	f := Finding{
		Want: "every push of the call accepted, not only each one alone",
		Got:  HowPushWent(x),
		Call: c.ID, Exchange: i, Conditions: Conditions{Excuses: excuses(id, x)},
	}
	if x.Odd {
		f.Excuses = append(f.Excuses, Excuse{ID: c.Stimulus})
	}
	if !rulesOf(id).Moves {
		return f
	}
	f.Plain = plainOf(x.Push)
	if cause := x.Push.Cause; c.PlayedAs() == transcript.Plain && cause != "" && cause != push.NormalClearing {
		f.Got = fmt.Sprintf("the hangup push with the cause %s on %s's leg: %s", cause, x.Leg, happened(x))
	}
	if hasNoRoute(x) {
		f.Plain = followingReachable
	}
	return f
}
