package requirements

import (
	"fmt"
	"strings"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

// stories names the requirement that each call scenario is about.
func stories(scenario string) string {
	switch scenario {
	case "transfer-answered", "transfer-unanswered", "forward-busy":
		return "call." + scenario
	case "transfer-answered-both-ends":
		return "call.transfer-answered"
	case "transfer-unanswered-both-ends", "transfer-unanswered-early-hangup":
		return "call.transfer-unanswered"
	case "forward-to-voicemail":
		return "call.voicemail"
	case "group-answered", "group-unanswered":
		return "call.group"
	case "internal-answered", "internal-no-answer":
		return "call.internal"
	case "menu-digits", "menu-nothing-pressed", "menu-nothing-left-out":
		return "call.menu"
	case "incoming-answered", "outgoing-answered":
		return "call.answered"
	case "incoming-cancelled", "incoming-busy", "incoming-no-answer", "incoming-congestion", "incoming-not-found",
		"outgoing-cancelled", "outgoing-busy", "outgoing-no-answer", "outgoing-congestion", "outgoing-not-found":
		return "call.unanswered"
	}
	return ""
}

// judged reports whether a call is judged as a whole, so that what is out of the ordinary in it counts against it.
func judged(c transcript.Call) bool { return stories(c.Scenario) != "" && c.Stimulus == "" }

// judgeStory judges a call as a whole: every push of it accepted, to the end. A refused push counts against the call only
// where such a push alone is accepted, so each finding names the requirement that would explain it.
func judgeStory(js *judgements, c transcript.Call) {
	id := stories(c.Scenario)
	switch {
	case !judged(c):
		return
	case id == "call.menu":
		judgeMenu(js, c)
		return
	case c.Steered:
		js.notApplicable(id, steersAll(c)+"; name a number that it lets through, --numbers through=NUMBER")
		return
	}
	if !takesAll(js, id, c, false) {
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

const (
	unanswered  = "call.unanswered"
	plainHangup = "push.hangup"
)

// takesAll reports whether every push of a call was accepted, and notes the first that was not. Where such a push is seen only
// in calls that the receiver turns itself, plainly says that it counts against the requirement of its kind then.
func takesAll(js *judgements, id string, c transcript.Call, plainly bool) bool {
	for i, x := range c.Exchanges {
		why, refused := Refusal(x)
		gap, lost := lostBefore(c, i)
		switch {
		case lost:
			js.lost(id, gap)
			return false
		case refused:
			js.gap(id, why.reason(x, signed(x)), why.because(x))
			return false
		case x.Accepted() && !tookTooLong(x):
			continue
		case x.End == transcript.BlockedEnd:
			js.gap(id, blocked(x), "")
			return false
		case x.End == transcript.Interrupted, x.End == transcript.NotConnected:
			js.gap(id, fmt.Sprintf("the %s push on %s's leg did not get through: %s", x.Push.Event, x.Leg, happened(x)), "")
			return false
		case cutShort(x):
			js.gap(id, fmt.Sprintf("the %s push on %s's leg: %s", x.Push.Event, x.Leg, tooSoon(x)), "")
			return false
		}
		f := Finding{
			Want: "every push of the call accepted, not only each one alone",
			Got:  HowPushWent(x),
			Call: c.ID, Exchange: i, Unless: explains(x),
		}
		if cause := x.Push.Cause; id != unanswered && cause != "" && cause != push.NormalClearing && cause != push.Forwarded {
			f.Unless = append(f.Unless, unanswered) // which is such a hangup by itself
		}
		if id == "call.internal" && x.Push.Direction == push.Outgoing && x.Push.Event != push.NewCall {
			f.Unless = append(f.Unless, "call.answered") // which is such a leg by itself
		}
		if id == "call.voicemail" && x.Push.Diversion != "" {
			f.Unless = append(f.Unless, "call.forward-busy") // which is such a leg without the voicemail
		}
		f.UnlessCause = causeOf(x)
		if x.Odd {
			f.Unless = append(f.Unless, c.Stimulus)
		}
		if plainly {
			f.Plain, f.Plainest = plainOf(x.Push), c.Stimulus == ""
			if cause := x.Push.Cause; f.Plainest && cause != "" && cause != push.NormalClearing {
				f.Got = fmt.Sprintf("the hangup push with the cause %s on %s's leg: %s", cause, x.Leg, happened(x))
			}
			if nobodyThere(x) {
				f.Plain = "following.reachable"
			}
		}
		js.broken(id, f)
		return false
	}
	return true
}

// explains are the requirements whose failure would explain that an exchange of a whole call went wrong: those of the push
// by itself, and of everything about it that is not plain.
func explains(x transcript.Exchange) []string {
	reading := x.Push.Event == push.NewCall || x.Push.Event == push.DTMF
	switch {
	case x.Redirects():
		return []string{"transport.no-redirect"}
	case nobodyThere(x) && x.Push.Event != push.NewCall:
		return []string{"following.reachable"}
	case reading && !hangs(x) && (x.End == transcript.TimedOut || x.End == transcript.Late || tookTooLong(x)):
		return []string{"response.in-time"}
	case reading && (x.End == transcript.NeverEnded || x.End == transcript.Truncated):
		return []string{"response.ends"}
	}
	ids := []string{accepting(x.Push)}
	if plain := plainOf(x.Push); plain != "" && ids[0] != plain {
		ids = append(ids, plain)
	}
	for _, id := range oddIn(x.Push) {
		if id != ids[0] {
			ids = append(ids, id)
		}
	}
	return ids
}

// plainOf is the requirement that the plain push of a follow-up's kind is accepted; "" for a newCall.
func plainOf(p push.Push) string {
	switch p.Event {
	case push.Answer:
		return "push.answer"
	case push.Hangup:
		return plainHangup
	case push.DTMF:
		return "push.dtmf"
	}
	return ""
}

// oddIn are the requirements that a push is accepted although it is not plain, one for each respect.
func oddIn(p push.Push) []string {
	var ids []string
	switch p.Event {
	case push.NewCall:
		ids = append(ids, oddUsers(p)...)
	case push.Answer:
		if p.UserIDs == nil {
			ids = append(ids, "push.answer-without-user")
		}
	}
	if (p.Event == push.Answer || p.Event == push.Hangup) && p.AnsweringNumber != p.To {
		ids = append(ids, "push.answering-number")
	}
	if p.Diversion != "" {
		ids = append(ids, "push.diversion")
	}
	if p.OrigCallID != "" && p.OrigCallID != p.CallID {
		ids = append(ids, "push.orig-call-id")
	}
	return ids
}

func oddUsers(p push.Push) []string {
	switch {
	case len(p.Users) == 0:
		return []string{"push.user-absent"}
	case len(p.Users) > 1:
		return []string{"push.group-call"}
	case p.Users[0] == "":
		return []string{"push.user-empty"}
	case p.UserIDs == nil: // such as the voicemail's
		return []string{"push.user-empty", "push.user-absent"}
	}
	return nil
}

// missing is the requirement whose failure explains that a push was not sent.
func missing(n transcript.NotSent) string {
	answer := n.Push.Event == push.Answer
	switch {
	case n.Push.Event == push.DTMF && n.Reason == transcript.UnusableURL:
		return "gather.ondata"
	case n.Reason == transcript.UnusableURL && answer:
		return "following.answer-url"
	case n.Reason == transcript.UnusableURL:
		return "following.hangup-url"
	case n.Reason == transcript.NotSubscribed:
		return "following.every-leg"
	case n.Reason == transcript.Blocked:
		return "following.https"
	case n.Reason == transcript.NotReached:
		return "following.reachable"
	}
	return ""
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
			js.gap("following.reachable", n.Detail, "following.https")
		}
		if n.Reason == transcript.NotAllowed || n.Reason == transcript.Prevented {
			js.gap("following.reachable", n.Detail, "")
			js.gap("following.https", n.Detail, "")
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
	id := "following.every-leg"
	why, refused := Refusal(x)
	gap, lost := lostBefore(c, i)
	switch {
	case lost:
		js.lost(id, gap)
	case refused:
		js.gap(id, why.reason(x, signed(x)), why.because(x))
	case !x.Accepted() || tookTooLong(x):
		js.gap(id, "the second leg's newCall push was not accepted", explains(x)[0])
	case x.End == transcript.BodyTooLong && x.BodyLength >= endless:
		js.gap(id, "the second leg's response was too long to be read", "response.ends")
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
		js.broken("following.hangup-too", Finding{Want: "onHangup beside onAnswer", Got: "onAnswer alone", Call: c.ID, Exchange: i})
		return
	}
	js.met("following.hangup-too")
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
		js.met("following.every-leg")
		return
	}
	js.broken("following.every-leg", f)
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

// About is the requirement that a call is played for, as far as it is played for one.
func About(c transcript.Call) string {
	switch {
	case c.Stimulus != "":
		return c.Stimulus
	case stories(c.Scenario) != "":
		return stories(c.Scenario)
	}
	return "push.newcall"
}
