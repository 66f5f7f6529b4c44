package requirements

import (
	"fmt"
	"strings"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

// judged reports whether a call is judged as a whole, so that what is out of the ordinary in it counts against it.
func judged(c transcript.Call) bool { return storyOf(c.Scenario) != "" && c.Stimulus == "" }

// judgeStory judges a call as a whole: every push of it accepted, to the end. A refused push counts against the call only
// where such a push alone is accepted, so each finding names the requirement that would explain it.
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
		js.lost(id, notSent(c, n))
		return
	}
	if c.Complete {
		js.met(id)
	}
}

// takesAll reports whether every push of a call was accepted, and notes the first that was not.
func takesAll(js *judgements, id string, c transcript.Call) bool {
	for i, x := range c.Exchanges {
		why, refused := Refusal(x)
		gap, lost := lostBefore(c, i)
		switch {
		case lost:
			js.lost(id, gap)
		case refused:
			js.gap(id, why.reason(x, signed(x)), why.because(x))
		case x.Accepted() && !tookTooLong(x):
			continue
		case x.End == transcript.BlockedEnd:
			js.gap(id, blocked(x), "")
		case x.End == transcript.Interrupted, x.End == transcript.NotConnected:
			js.gap(id, fmt.Sprintf("the %s push on %s's leg did not get through: %s", x.Push.Event, x.Leg, happened(x)), "")
		case cutShort(x):
			js.gap(id, fmt.Sprintf("the %s push on %s's leg: %s", x.Push.Event, x.Leg, tooSoon(x)), "")
		default:
			js.broken(id, refusedInCall(id, c, i))
		}
		return false
	}
	return true
}

// refusedInCall returns the finding that a push of a whole call was not accepted.
func refusedInCall(id string, c transcript.Call, i int) Finding {
	x := c.Exchanges[i]
	f := Finding{
		Want: "every push of the call accepted, not only each one alone",
		Got:  HowPushWent(x),
		Call: c.ID, Exchange: i, Excuses: excuses(id, x),
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
	if nobodyThere(x) {
		f.Plain = followingReachable
	}
	return f
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

// judgeWithheld notes what could not be judged because a push did not go out: the plain requirement of its event, and that of the
// odd push for which the call is played. The odd push may have been another one: then it was judged, and this gap counts for nothing.
func judgeWithheld(js *judgements, c transcript.Call) {
	for _, n := range c.NotSent {
		plain := plainOf(n.Push)
		if plain == "" || n.Reason == transcript.NotSubscribed {
			continue
		}
		why := strings.TrimSuffix(string(n.Reason)+"; "+n.Detail, "; ")
		of := js.about(ofPush(c, n.Push, false))
		of.lost(plain, withheld(c, n, "the push was not sent", why))
		if oddPush(c) && c.Stimulus != plain {
			of.lost(c.Stimulus, withheld(c, n, "the push was not sent", why))
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

// judgeLegs judges the subscriptions of each newCall response.
func judgeLegs(js *judgements, c transcript.Call) {
	var first *response.Response
	for i, x := range c.Exchanges {
		if x.Push.Event != push.NewCall {
			continue
		}
		if meant := x.Meant(); meant != nil {
			judgePair(js, c, i, *meant.Response)
		}
		doc, second := x.Effective(), x.Push.Diversion != "" && first != nil && first.OnHangup != nil
		switch {
		case doc == nil && second:
			judgeUnreadLeg(js, c, i, *first)
		case second && !ends(*doc.Response):
			judgeSecondLeg(js, c, i, *first, *doc.Response)
		}
		if doc != nil && first == nil {
			first = doc.Response
		}
	}
}

// judgeUnreadLeg judges a second leg whose response has no document that sipgate would act on. Where there is nothing to
// read it subscribes to nothing; what cannot be read is another requirement's finding.
func judgeUnreadLeg(js *judgements, c transcript.Call, i int, first response.Response) {
	x := c.Exchanges[i]
	id := followingEveryLeg
	why, refused := Refusal(x)
	gap, lost := lostBefore(c, i)
	switch {
	case lost:
		js.lost(id, gap)
	case refused:
		js.gap(id, why.reason(x, signed(x)), why.because(x))
	case !x.Accepted() || tookTooLong(x):
		js.gap(id, "the second leg's newCall push was not accepted", plainest(x))
	case x.End == transcript.BodyTooLong && x.BodyLength >= endless:
		js.gap(id, "the second leg's response was too long to be read", responseEnds)
	case x.End == transcript.BodyTooLong, gaveUp(x.Document):
		js.gap(id, "the second leg's response was too long to be read", "")
	case unexpanded(x.Document):
		js.gap(id, "the second leg's response could not be read because of the entities in it", "")
	case unreadBecause(x) != "":
		js.gap(id, "the second leg's response could not be read", unreadBecause(x))
	case ignoredBecause(x) != "":
		js.gap(id, "sipgate does not act on the second leg's response", ignoredBecause(x))
	default:
		judgeSecondLeg(js, c, i, first, response.Response{})
	}
}

// judgePair judges that who hears of the answer hears of the end.
func judgePair(js *judgements, c transcript.Call, i int, r response.Response) {
	if r.OnAnswer == nil {
		return
	}
	if r.OnHangup == nil {
		js.broken(followingHangupToo, Finding{Want: "onHangup beside onAnswer", Got: "onAnswer alone", Call: c.ID, Exchange: i})
		return
	}
	js.met(followingHangupToo)
}

// judgeSecondLeg compares the subscriptions of a transfer's or forward's second leg with those of the first.
func judgeSecondLeg(js *judgements, c transcript.Call, i int, first, second response.Response) {
	f := Finding{Call: c.ID, Exchange: i}
	switch {
	case second.OnHangup == nil:
		f.Want, f.Got = "onHangup, as on the first leg", "no onHangup on the second leg"
	case first.OnAnswer != nil && second.OnAnswer == nil:
		f.Want, f.Got = "onAnswer, as on the first leg", "no onAnswer on the second leg"
	default:
		js.met(followingEveryLeg)
		return
	}
	js.broken(followingEveryLeg, f)
}

// ends reports whether a response ends its leg, so that nothing of it is left to hear of.
func ends(r response.Response) bool {
	for _, a := range r.Actions {
		switch a.(type) {
		case response.Reject, response.Hangup:
			return true
		}
	}
	return false
}
