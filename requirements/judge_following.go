package requirements

import (
	"fmt"
	"net/url"
	"slices"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

// judgeFollowUp judges an answer or hangup push. sipgate discards what is responded to it: only the status class and that
// it comes in time count.
func (e evidence) judgeFollowUp() {
	x, id := e.exchange, e.accepting()
	if !e.reached(id) || e.unsent(id) {
		return
	}
	switch {
	case x.End != transcript.NeverEnded && cutShort(x):
		e.js.gap(id, tooSoon(x), "")
		return
	case x.End == transcript.TimedOut || x.End == transcript.Late || tookTooLong(x):
		e.blame(tooLate(x))
		return
	case x.End == transcript.Dropped || x.End == transcript.NotHTTP || x.End == transcript.HeadersTooLong:
		if !e.refusesForeign(id) {
			e.blame(happened(x))
		}
		return
	}
	if e.refusesForeign(id) {
		return
	}
	if x.Status/100 == 3 && x.Status != 304 {
		f := e.finding("a response at the follow-up URL itself", fmt.Sprintf("status %d, Location %s", x.Status, response.Quote(x.Header.Get("Location"))))
		f.Fix = "Name the final URL in the response to the newCall, with scheme, host and closing slash as the receiver serves it."
		e.js.broken("transport.no-redirect", f)
		e.js.gap(id, "the push was redirected", "transport.no-redirect")
		return
	}
	if e.ordinary() && e.login(id) {
		return
	}
	if x.Status/100 != 2 {
		e.blame(happened(x))
		return
	}
	if e.ordinary() || steeredAway(e.call) || x.Push.Direction == push.Outgoing {
		e.taken(id)
	}
	if plain := plainOf(x.Push); steeredAway(e.call) && !x.Odd && id != plain {
		// A call that the receiver ends has no plainer hangup: its cause is that of the rejection. One that it redirects has no
		// plainer answer: no user of the account answers.
		e.taken(plain)
	}
	if e.ordinaryCause() && id != everyCause {
		e.taken(everyCause)
	}
}

// ordinary reports whether a follow-up push counts for itself: one that differs from the plain one in one respect at most, or
// whose call nothing else judges. Once a second leg has begun a refusal may be about the sequence, which judgeStory sees.
func (e evidence) ordinary() bool {
	switch {
	case e.exchange.Odd:
		return true
	case steeredAway(e.call):
		return false // judgeSteered sees it
	case areaOf(e.call.Stimulus) == "state":
		return false // its pushes are not plain ones
	case !judged(e.call):
		return true
	case slices.Contains([]string{"call.group", "call.internal", "call.menu"}, stories(e.call.Scenario)):
		return false
	case e.exchange.Push.Direction == push.Outgoing:
		return false // the plain ones are those of incoming calls
	}
	if cause := e.exchange.Push.Cause; cause != "" && cause != push.NormalClearing {
		return false // the call was not answered, so that more than the cause is out of the ordinary
	}
	return !slices.ContainsFunc(e.call.Exchanges[:e.index+1], func(x transcript.Exchange) bool { return x.Push.Diversion != "" })
}

// blame notes a follow-up push that was not accepted. One that is out of the ordinary counts against its call, which
// judgeStory sees.
func (e evidence) blame(got string) {
	if e.ordinaryCause() {
		e.js.gap(everyCause, got, plainHangup)
		e.js.gap(everyCause, got, "call.steered")
	}
	if !e.ordinary() {
		return
	}
	f := e.finding("a 2xx status, in time", got)
	if e.accepting() == everyCause && endedByReceiver(e.call) {
		f.Want += " (sipgate sends this cause only for calls that the receiver lets through)"
	}
	if plain := plainOf(e.exchange.Push); oddPush(e.call) && plain != e.accepting() {
		f.Plain = plain
	}
	odd := func(x transcript.Exchange) bool { return x.Odd }
	if oddPush(e.call) && slices.ContainsFunc(e.call.Exchanges[:e.index], odd) {
		// After an odd push: where plain ones like it are taken, it is the odd one that makes the difference.
		f.Unless = append(explains(e.exchange), wholeCall(e.call.Stimulus)...)
		e.js.broken(e.call.Stimulus, f)
		return
	}
	f.Unless = e.plain()
	if nobodyThere(e.exchange) {
		f.Unless = []string{"following.reachable"} // what the plain push would be blamed for
	}
	if fix, weak := remedyFor(e.exchange); !weak || !slices.Contains(ownRemedy, e.accepting()) {
		f.Fix = fix
	}
	e.js.broken(e.accepting(), f)
}

// ordinaryCause reports whether a hangup is a plain one and shows a variant of push.hangup-causes all the same: its call is played for
// that cause, or the receiver steered the call so that it ends with another cause than other calls.
func (e evidence) ordinaryCause() bool {
	x := e.exchange
	switch {
	case x.Odd:
		return false
	case e.call.Stimulus == everyCause:
		return e.call.Variant == CauseVariant(x.Push.Cause)
	}
	return steeredAway(e.call) && accepting(x.Push) == everyCause
}

// endedByReceiver reports whether a response of the receiver rejects a call or ends it. Inferred: the hangup of such a call has the
// cause that belongs to that action. See wire-facts: hangup.
func endedByReceiver(c transcript.Call) bool {
	return slices.ContainsFunc(c.Exchanges, func(x transcript.Exchange) bool {
		doc := x.Effective()
		return doc != nil && ends(*doc.Response)
	})
}

// nobodyThere reports whether a response says that nothing at the URL takes pushes. Its status line does, however it ends.
func nobodyThere(x transcript.Exchange) bool {
	return slices.Contains([]int{404, 405, 410}, x.Status)
}

// reached judges whether a follow-up URL can be reached at all and whether it takes the plain pushes it asked for. It
// returns false if the exchange says nothing further.
func (e evidence) reached(id string) bool {
	x := e.exchange
	elsewhere := !slices.Contains(e.target.Origins, OriginOf(x.URL))
	got := ""
	switch {
	case x.End == transcript.NotConnected && elsewhere && (x.Failure.Local() || e.target.Lost != nil && !e.target.Lost.Silent):
		g := Gap{Reason: nobodyMet(x)}
		if !x.Failure.Local() {
			g = lossGap(*e.target.Lost, "", nobodyMet(x))
		}
		e.js.lost("following.reachable", g)
		e.js.lost(id, g)
		return false
	case x.End == transcript.NotConnected && elsewhere:
		got = happened(x)
	case nobodyThere(x) && x.Odd:
		return true
	case nobodyThere(x):
		got = fmt.Sprintf("status %d", x.Status)
	case x.Status != 0 || x.End == transcript.Dropped:
		e.js.met("following.reachable")
		return true
	default:
		return true
	}
	outgoing := stories(e.call.Scenario) == "call.answered" && x.Push.Direction == push.Outgoing
	if x.Push.Event != push.DTMF && !outgoing && !e.ordinary() {
		return false
	}
	e.broken("following.reachable", fmt.Sprintf("a receiver for %s pushes at %s", x.Push.Event, x.URL), got)
	e.js.gap(id, "the follow-up URL does not accept the push", "following.reachable")
	return false
}

// OriginOf is the Origin of a URL that is yet to be parsed; "" if it cannot be.
func OriginOf(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	return endpoint.Origin(u)
}

// wholeCall are the requirements of the whole calls in which the odd push of a stimulus is at home: what breaks in those breaks
// in that one too.
func wholeCall(stimulus string) []string {
	switch stimulus {
	case "push.group-call":
		return []string{"call.group"}
	case "push.dtmf-any-key", "push.dtmf-nothing":
		return []string{"call.menu"}
	}
	return nil
}
