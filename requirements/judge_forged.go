package requirements

import (
	"fmt"
	"net/url"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// judgeForgedFollowUp judges an answer or hangup push that is not sipgate's. sipgate discards what is responded to these, so
// that a receiver may respond to a forged one as to any and pass it over: that it was taken shows only in what the application
// thinks of the call then. That it was refused may be said, and a receiver that does not live through it is found in any case.
func (e evidence) judgeForgedFollowUp() {
	x, id := e.exchange, e.call.Stimulus
	next, sent := e.next()
	untold := tellsNothing(next, sent)
	before, after, goesOn := e.moved()
	switch {
	case x.End == transcript.BlockedEnd:
		e.js.gap(id, blocked(x), "")
	case x.End == transcript.NotConnected:
		e.js.gap(id, nobodyMet(x), followingReachable)
	case x.Aftermath.Seen():
		e.judgeLostToForged()
	case goesOn && heeded(x.Push.Event, before, after):
		if e.keepsSecret() {
			return
		}
		f := e.finding(fmt.Sprintf("the call still shown as %s: the %s push is not sipgate's", before.Shown, x.Push.Event),
			fmt.Sprintf("%s, and the application shows the call as %s", happened(x), after.Shown))
		f.Fix = "Verify every push before acting on it: answer and hangup pushes as well as newCall pushes."
		e.js.broken(id, f)
	case untold == "" && !refusedToo(next) && (!next.Accepted() || tookTooLong(next)):
		f := e.finding("the push refused or ignored, and the next one, signed correctly, accepted", happened(x)+"; the next push: "+happened(next))
		f.Excuses = excuses(id, next)
		e.js.broken(id, f)
	case untold != "" || refusedToo(next) || nobodyThere(x):
	case says(x) || goesOn && after.Shown == before.Shown:
		e.js.met(id)
	}
}

// says reports whether the response to a follow-up push says that it was refused.
func says(x transcript.Exchange) bool {
	_, refused := Refusal(x)
	return refused || x.Responded() && !x.Accepted()
}

// moved is what the application thought of the call before the push and after it, as far as it could be asked; false if the
// call did not go on before.
func (e evidence) moved() (before, after transcript.Asked, goesOn bool) {
	for _, a := range e.call.States {
		switch {
		case a.CallID != e.exchange.Push.CallID || a.Shown == "":
		case a.Step < e.exchange.Step:
			before = a
		case a.Step == e.exchange.Step:
			after = a
		}
	}
	goesOn = before.Shown == transcript.CallRinging || before.Shown == transcript.CallAnswered
	return before, after, goesOn
}

// heeded reports whether a push did to a call what it says.
func heeded(event push.Event, before, after transcript.Asked) bool {
	if event == push.Hangup {
		return after.Shown == transcript.CallOver || after.Shown == transcript.CallUnknown
	}
	return before.Shown == transcript.CallRinging && after.Shown == transcript.CallAnswered
}

// keepsSecret reports whether the receiver names a URL of its own for each call, with more in it than the callId: who does not
// know it can forge nothing there, and a receiver may rely on that.
func (e evidence) keepsSecret() bool {
	var urls []string
	for _, x := range e.call.Exchanges {
		doc := x.Effective()
		if doc == nil || x.Push.Event != push.NewCall {
			continue
		}
		target := doc.Response.OnHangup
		if e.exchange.Push.Event == push.Answer {
			target = doc.Response.OnAnswer
		}
		if target != nil {
			urls = append(urls, strings.NewReplacer(x.Push.CallID, "", url.QueryEscape(x.Push.CallID), "").Replace(target.URL))
		}
	}
	return len(slices.Compact(urls)) > 1
}

// Unseen reports whether a forged follow-up push got the response that a genuine one gets, and nobody was asked what it did to
// the call: it may have been passed over, and it may have ended the call.
func Unseen(c transcript.Call) bool {
	return c.PlayedAs() == transcript.Forged && len(c.States) == 0 && slices.ContainsFunc(c.Exchanges, func(x transcript.Exchange) bool {
		return x.Odd && (x.Push.Event == push.Answer || x.Push.Event == push.Hangup) && x.Accepted() && !says(x)
	})
}
