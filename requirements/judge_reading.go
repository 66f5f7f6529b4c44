package requirements

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

const (
	inTime = 10 * time.Second // undocumented; said by sipgate's staff in 2015. See wire-facts: Timing.

	// Prompt is how long a response may take without a warning.
	Prompt = time.Second

	endless = 1 << 20 // bytes; a body that has not ended by then does not end
)

// accepting is the requirement that a push is accepted: the odd push's own, or that of its kind.
func (e evidence) accepting() string {
	switch {
	case e.call.Stimulus == StateApart:
		return longIDs // that is what is odd about every push of its first call
	case e.exchange.Odd:
		return e.call.Stimulus
	}
	return accepting(e.exchange.Push)
}

// accepting is the requirement that a push as the story makes it is accepted.
func accepting(p push.Push) string {
	switch p.Event {
	case push.Answer:
		if strings.Join(p.Users, "") == "" {
			return "push.answer-without-user" // such as that of every outgoing call
		}
		return "push.answer"
	case push.Hangup:
		switch {
		case p.Cause == push.NormalClearing:
			return plainHangup
		case slices.Contains(push.Causes(), p.Cause):
			return everyCause
		}
		return "push.unknown-cause"
	case push.DTMF:
		if p.Digits == nil || *p.Digits == "" {
			return "push.dtmf-nothing"
		}
		return "push.dtmf"
	}
	switch {
	case p.Diversion != "":
		return "push.diversion"
	case p.Direction == push.Outgoing:
		return "push.outgoing"
	}
	return "push.newcall"
}

// plain are the requirements of the plain pushes that another one is compared with: where one fails the other is not blamed.
// A receiver that verifies with sipgate's key refuses plain pushes in one way; those explain no push that it treats in another.
func (e evidence) plain() []string {
	if e.target.Captured == Verified {
		return nil
	}
	of := map[push.Event]string{push.Answer: "push.answer", push.Hangup: "push.hangup", push.DTMF: "push.dtmf"}
	id, ok := of[e.exchange.Push.Event]
	if !ok {
		id = "push.newcall"
	}
	var ids []string
	others := []string{id, accepting(e.exchange.Push)}
	if id != "push.newcall" { // an odd newCall is judged by itself: the genuine one is odd in more than one respect
		others = append(others, oddIn(e.exchange.Push)...)
	}
	for _, other := range others {
		if other != e.accepting() && !slices.Contains(ids, other) {
			ids = append(ids, other)
		}
	}
	return ids
}

// inStory reports whether a newCall is part of a call that is judged as a whole and differs there from a plain one in more than
// one respect, or in the calls around it: its refusal counts against the call, which judgeStory sees.
func (e evidence) inStory() bool {
	p := e.exchange.Push
	if p.Event != push.NewCall || !judged(e.call) {
		return false
	}
	return p.Diversion != "" || len(p.Users) > 1 || stories(e.call.Scenario) == "call.internal"
}

// survivable reports whether a requirement is only that the receiver lives through a push, which it may well refuse.
func survivable(id string) bool { return id == "push.unknown-event" || id == unknownCall }

// wanted says what a receiver has to do with a push, for people.
func wanted(id string) string {
	if survivable(id) {
		return "a response in time, with any status except 5xx"
	}
	return "a response with a 2xx status, in time"
}

// refused notes that the push was not accepted.
func (e evidence) refused(got string) {
	if e.inStory() {
		return
	}
	f := e.finding(wanted(e.accepting()), got)
	f.Unless = e.plain()
	f.Fix = e.fixFor(e.accepting())
	if x := e.exchange; x.Odd && e.ours() && (x.Status == 401 || x.Status == 403) {
		f.Unless = append(f.Unless, signatureAnyBody) // it may be the signature, and the receiver does not say so
	}
	e.js.broken(e.accepting(), f)
	if e.accepting() == "push.newcall" {
		// Whoever takes the same push with raw brackets minds the encoded ones.
		f := e.finding("a 2xx status, as for the same push with raw brackets", got)
		f.OnlyIf, f.Always = []string{"push.raw-brackets"}, true
		e.js.broken("push.encoded-brackets", f)
		e.js.gap("push.encoded-brackets", "the plain push was not accepted", "push.newcall")
	}
}

// blocked says why a push did not go out although the origin was in order when it was looked at first.
func blocked(x transcript.Exchange) string {
	if refusedForLimit(x) {
		return overLimit(x)
	}
	why := "its connection had a fault, although an earlier connection had none"
	if x.Detail != "" {
		why += ": " + x.Detail
	}
	return why
}

// nobodyMet returns why there was no connection for a push.
func nobodyMet(x transcript.Exchange) string {
	if x.Failure.Local() {
		return x.Detail
	}
	return "the receiver was gone: " + happened(x)
}

// unsent notes that a push never got to the receiver, and reports whether that is so.
func (e evidence) unsent(id string) bool {
	switch x := e.exchange; x.End {
	case transcript.BlockedEnd:
		e.js.gap(id, blocked(x), "")
	case transcript.NotConnected:
		e.js.gap(id, nobodyMet(x), "")
	default:
		return false
	}
	return true
}

// refusesForeign notes that the receiver takes only what sipgate signed or sent, and reports whether that is so.
func (e evidence) refusesForeign(id string) bool {
	why, yes := Refusal(e.exchange)
	if yes {
		e.turnedAway(id, why)
	}
	return yes
}

// judgeReading judges a push whose response sipgate reads: newCall and dtmf.
func (e evidence) judgeReading() {
	x, id := e.exchange, e.accepting()
	if x.Push.Event == push.DTMF && !e.reached(id) {
		return
	}
	if e.unsent(id) {
		return
	}
	if x.End == transcript.Dropped || x.End == transcript.NotHTTP || x.End == transcript.HeadersTooLong || hangs(x) {
		if !e.refusesForeign(id) {
			e.refused(happened(x))
			e.unwhole() // how long a response takes is not known of one that hangs
		}
		return
	}
	if why, yes := e.unwhole(); yes {
		e.js.gap(id, why.Reason, why.Because)
		return
	}
	if e.refusesForeign(id) {
		return
	}
	if x.Redirects() {
		e.broken("transport.no-redirect", "a response at the URL itself", fmt.Sprintf("status %d, Location %s", x.Status, response.Quote(x.Header.Get("Location"))))
		e.js.gap(id, "the push was redirected", "transport.no-redirect")
		return
	}
	e.js.met("transport.no-redirect")
	if e.login(id) {
		return
	}
	if x.Status/100 != 2 {
		e.refused(happened(x))
		return
	}
	switch {
	case e.inStory():
	case x.Document.Root != "Error":
		e.taken(id)
	case e.exchange.Odd:
		e.refused("a refusal, although with status 200: an Error document")
	default:
		e.js.gap(id, "the receiver refuses it in an Error document", "response.root")
	}
	if id == "push.newcall" && bytes.Contains(x.Body, []byte("%5B%5D")) {
		e.js.met("push.encoded-brackets")
	}
	e.judgeResponse()
}

// judgeResponse judges a response that came in time, apart from whether it accepts the push.
func (e evidence) judgeResponse() {
	e.judgeStatus()
	e.judgeTiming()
	e.judgeBody()
}

// unwhole judges a response that is late or does not end as it should. It returns why nothing further is known of such a one.
func (e evidence) unwhole() (Gap, bool) {
	x := e.exchange
	switch {
	case cutShort(x):
		e.js.gap(unfinished(x), tooSoon(x), "")
		return Gap{Reason: tooSoon(x)}, true
	case hangs(x):
		e.js.gap("response.in-time", happened(x), e.foremost())
		return Gap{Reason: happened(x), Because: e.foremost()}, true
	case x.End == transcript.TimedOut || x.End == transcript.Late || tookTooLong(x):
		e.broken("response.in-time", "a complete response within 10 s", tooLate(x))
		return Gap{Reason: "no response in time", Because: "response.in-time"}, true
	case x.End == transcript.NeverEnded || x.End == transcript.Truncated:
		e.broken("response.ends", "a body that is complete, and a response that ends", happened(x))
		return Gap{Reason: "the response did not end as it should", Because: "response.ends"}, true
	}
	return Gap{}, false
}

// judgeSurvival judges a push that the receiver may refuse as it likes, if only it lives through it.
func (e evidence) judgeSurvival() {
	x, id := e.exchange, e.accepting()
	begun := x.Responded() || x.End == transcript.NeverEnded || x.End == transcript.Truncated
	switch {
	case e.unsent(id):
	case cutShort(x):
		e.js.gap(id, tooSoon(x), "")
	case !begun && e.refusesForeign(id):
	case !begun || tookTooLong(x) || x.Status/100 == 5 || x.Aftermath.Seen():
		e.refused(happened(x))
	default:
		e.js.met(id)
	}
}

// foremost is the requirement that is not met if the push is not accepted.
func (e evidence) foremost() string {
	switch {
	case e.exchange.Copy:
		return e.call.Stimulus
	case e.inStory():
		return stories(e.call.Scenario)
	}
	return e.accepting()
}

// cutShort reports whether the run gave up on a response before sipgate would have, and a longer wait might have brought it.
func cutShort(x transcript.Exchange) bool {
	waited := x.End == transcript.TimedOut || x.End == transcript.Late ||
		x.End == transcript.NeverEnded && x.Took >= x.TimeLimit // else it was too long, which no time mends
	return waited && x.TimeLimit < inTime && !hangs(x)
}

// tooSoon says for how long a response was waited for that was cut short, and why no longer.
func tooSoon(x transcript.Exchange) string {
	if x.Hurried {
		return fmt.Sprintf("no complete response within %s: after earlier pushes without a response the run waited no longer; sipgate does", x.TimeLimit)
	}
	return fmt.Sprintf("no complete response within %s, the limit of this run; sipgate waits longer", x.TimeLimit)
}

// unfinished is the requirement that a response which was cut short may still have met.
func unfinished(x transcript.Exchange) string {
	if x.End == transcript.NeverEnded {
		return "response.ends"
	}
	return "response.in-time"
}

// tookTooLong reports whether a response was complete, in a run that waits longer than sipgate, when sipgate had given up.
func tookTooLong(x transcript.Exchange) bool { return x.Responded() && x.Took > inTime }

func (e evidence) judgeStatus() {
	x := e.exchange
	switch {
	case x.Status == 200:
		e.js.met("response.status")
	case x.BodyLength == 0:
		e.milder("response.status", "status 200", fmt.Sprintf("status %d with an empty body", x.Status))
	default:
		e.broken("response.status", "status 200", fmt.Sprintf("status %d", x.Status))
	}
}

// judgeTiming judges how long a response took, on pushes sent alone: side by side they slow each other down.
func (e evidence) judgeTiming() {
	x := e.exchange
	if x.BodyLength < endless {
		e.js.met("response.ends")
	}
	e.js.met("response.in-time")
	if !x.Alone {
		return
	}
	if x.Took > Prompt {
		e.broken("response.prompt", "a complete response within 1 s", fmt.Sprintf("%.1f s", x.Took.Seconds()))
		return
	}
	e.js.met("response.prompt")
}

func areaOf(id string) string { return Requirement{ID: id}.Area() }
