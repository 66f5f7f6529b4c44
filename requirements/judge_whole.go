package requirements

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// takesAll reports whether every push of a call was accepted, and notes the first that was not.
func takesAll(js *judgements, id string, c transcript.Call) bool {
	for i, x := range c.Exchanges {
		gap, unclear := unclear(c, i)
		switch {
		case unclear:
			js.open(id, gap)
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
			js.open(id, notSent(c, n))
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

// steersAll describes what the receiver does with calls like this one, which it steered.
func steersAll(c transcript.Call) string {
	i := slices.IndexFunc(c.Skipped, func(s transcript.Skipped) bool { return s.Does != "" })
	if i < 0 {
		return "the receiver steers every such call itself"
	}
	text := "the receiver " + c.Skipped[i].Does + " every call"
	if leg := c.Skipped[i].Leg; len(c.Exchanges) > 0 && leg != c.Exchanges[0].Leg {
		text += " to " + leg
	}
	return text
}

// judgeSteered judges the pushes that follow from the receiver's own action.
func judgeSteered(js *judgements, c transcript.Call) {
	const id = callSteered
	if !steeredAway(c) || !takesAll(js, id, c) || !sendsAll(js, id, c) {
		return
	}
	sent := slices.ContainsFunc(c.Exchanges, func(x transcript.Exchange) bool {
		return x.Push.Event == push.Answer || x.Push.Event == push.Hangup
	})
	switch {
	case !sent:
		js.notApplicable(id, "the receiver does not subscribe to the pushes that follow its action")
	case c.Complete:
		js.met(id)
	}
}

// judgeMenu judges a call in which the receiver gathers digits. Keys are pressed or not.
func judgeMenu(js *judgements, c transcript.Call) {
	const id = callMenu
	gathered := slices.ContainsFunc(c.Exchanges, func(x transcript.Exchange) bool { return x.Push.Event == push.DTMF })
	if !gathered && c.Steered {
		js.notApplicable(id, steersAll(c)+"; name a number at which it gathers digits, --numbers gather=NUMBER")
		return
	}
	if !takesAll(js, id, c) || !sendsAll(js, id, c) {
		return
	}
	switch {
	case !gathered:
		js.unwanted(c, id, "the receiver gathers no digits in such a call; name a number at which it does, --numbers gather=NUMBER")
	case c.Complete:
		js.met(id)
	}
}

// judgeStory judges a call as a whole: every push of it accepted, to the end. A refused push is a finding of the
// call only if such a push alone is accepted, so each finding names the requirements that would excuse it.
func judgeStory(js *judgements, c transcript.Call) {
	id := storyOf(c.Scenario)
	switch {
	case !judged(c):
		return
	case id == callMenu:
		judgeMenu(js, c)
		return
	case c.Steered:
		js.notApplicable(id, steersAll(c)+"; name a number that it lets through, --numbers through=NUMBER")
		return
	}
	if !takesAll(js, id, c) {
		return
	}
	if len(c.NotSent) > 0 {
		n := c.NotSent[0]
		if n.Reason == transcript.NoOutgoing {
			js.notApplicable(id, n.Detail)
			return
		}
		if n.Reason == transcript.NotSubscribed && (n.Push.Diversion == "" || !subscribedFirst(c, n.Push.Event)) {
			js.unwanted(c, id, fmt.Sprintf("the receiver does not subscribe to the %s of such a call", n.Push.Event))
			return
		}
		js.open(id, notSent(c, n))
		return
	}
	if c.Complete {
		js.met(id)
	}
}

// subscribedFirst reports whether the first response of a call asked for an event.
func subscribedFirst(c transcript.Call, e push.Event) bool {
	for _, x := range c.Exchanges {
		if doc := x.Effective(); doc != nil {
			return e == push.Answer && doc.Response.OnAnswer != nil || e == push.Hangup && doc.Response.OnHangup != nil
		}
	}
	return false
}

// judgeWithheld notes what could not be judged because a push was not sent: the plain requirement of its event, and that of the odd push
// for which the call is played. If the odd push was another one, it was judged, and this gap does not matter.
func judgeWithheld(js *judgements, c transcript.Call) {
	for _, n := range c.NotSent {
		plain := plainOf(n.Push)
		if plain == "" || n.Reason == transcript.NotSubscribed {
			continue
		}
		why := strings.TrimSuffix(string(n.Reason)+"; "+n.Detail, "; ")
		of := js.about(ofPush(c, n.Push, false))
		of.open(plain, withheld(c, n, "the push was not sent", why))
		if oddPush(c) && c.Stimulus != plain {
			of.open(c.Stimulus, withheld(c, n, "the push was not sent", why))
		}
		if n.Reason == transcript.Blocked {
			js.gap(followingReachable, n.Detail, followingHTTPS)
		}
		if n.Reason == transcript.NotAllowed || n.Reason == transcript.Prevented {
			js.gap(followingReachable, n.Detail, "")
			js.gap(followingHTTPS, n.Detail, "")
		}
	}
}
