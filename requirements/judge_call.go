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
	case "incoming-answered", "outgoing-answered":
		return "call.answered"
	}
	return ""
}

// judgeStory judges a call as a whole: every push of it accepted, to the end. A refused push counts against the call only
// where such a push alone is accepted, so each finding names the requirement that would explain it.
func judgeStory(js *judgements, c transcript.Call) {
	id := stories(c.Scenario)
	if id == "" || c.Stimulus != "" {
		return
	}
	if c.Steered {
		why := "the receiver steers every such call itself"
		if len(c.Skipped) > 0 {
			why = c.Skipped[0].Reason
		}
		js.notApplicable(id, why+"; name a number that it lets through")
		return
	}
	for i, x := range c.Exchanges {
		if x.Accepted() || x.End == transcript.BlockedEnd {
			continue
		}
		because := explains(x)
		if x.End == transcript.Interrupted || x.End == transcript.NotConnected {
			js.gap(id, fmt.Sprintf("the %s push on %s's leg did not get through: %s", x.Push.Event, x.Leg, happened(x)), "")
			return
		}
		js.broken(id, Finding{
			Want: "every push of the call accepted, as each is by itself",
			Got:  fmt.Sprintf("the %s push on %s's leg: %s", x.Push.Event, x.Leg, happened(x)),
			Call: c.ID, Exchange: i, Unless: because,
		})
		return
	}
	if len(c.NotSent) > 0 {
		n := c.NotSent[0]
		js.gap(id, fmt.Sprintf("the %s push on %s's leg was not sent: %s", n.Push.Event, n.Leg, n.Reason), missing(n))
		return
	}
	if c.Complete {
		js.met(id)
	}
}

// explains is the requirement whose failure explains that an exchange of a whole call went wrong.
func explains(x transcript.Exchange) string {
	switch {
	case x.Redirects():
		return "transport.no-redirect"
	case x.End == transcript.TimedOut || x.End == transcript.Late:
		if x.Push.Event == push.NewCall || x.Push.Event == push.DTMF {
			return "response.in-time"
		}
	case x.End == transcript.NeverEnded || x.End == transcript.Truncated:
		if x.Push.Event == push.NewCall || x.Push.Event == push.DTMF {
			return "response.ends"
		}
	}
	return accepting(x.Push)
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

// judgeWithheld notes what could not be judged because a push did not go out.
func judgeWithheld(js *judgements, c transcript.Call) {
	for _, n := range c.NotSent {
		id := map[push.Event]string{push.Answer: "push.answer", push.Hangup: "push.hangup", push.DTMF: "push.dtmf"}[n.Push.Event]
		if id == "" || n.Reason == transcript.NotSubscribed {
			continue
		}
		js.gap(id, fmt.Sprintf("the push was not sent: %s", strings.TrimSuffix(string(n.Reason)+"; "+n.Detail, "; ")), missing(n))
		if n.Reason == transcript.NotAllowed {
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
		doc := x.Effective()
		if doc == nil {
			if first != nil && first.OnHangup != nil && !x.Accepted() {
				js.gap("following.every-leg", "the second leg's newCall push was not accepted", explains(x))
			}
			continue
		}
		judgePair(js, c, i, *doc.Response)
		if first == nil {
			first = doc.Response
			continue
		}
		if x.Push.Diversion == "" || first.OnHangup == nil || ends(*doc) {
			continue
		}
		judgeSecondLeg(js, c, i, *first, *doc.Response)
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

// ends tells whether a response ends its leg, so that nothing of it is left to hear of.
func ends(doc response.Document) bool {
	for i, a := range doc.Response.Actions {
		switch a.(type) {
		case response.Reject, response.Hangup:
			return doc.Happens(i)
		}
	}
	return false
}
