package requirements

import (
	"bytes"
	"fmt"
	"slices"
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
		return pushLongCallIDs // that is what is odd about every push of its first call
	case e.exchange.Odd:
		return e.call.Stimulus
	}
	return accepting(e.exchange.Push)
}

// baselines returns what would explain that the push was not accepted: the plain push of its event, and what else it counts for. A newCall
// is not excused by what else is unusual about it: the captured one is unusual in several respects. A receiver that verifies with sipgate's
// key refuses plain pushes in one way; those explain no push that it treats in another.
func (e evidence) baselines() []Excuse {
	if e.target.Captured == Verified {
		return nil
	}
	id, p := e.accepting(), e.exchange.Push
	ids := countsFor(p)
	if plain := slices.Index(ids, PushNewCall); plain >= 0 {
		ids = ids[:plain+1]
	}
	var out []Excuse
	for _, other := range ids {
		if other != id {
			out = append(out, Excuse{ID: other})
		}
	}
	return append(out, excusesFor(id, p)...)
}

// wanted says what a receiver has to do with a push, for people.
func wanted(id string) string {
	if rulesOf(id).Survival {
		return "a response in time, with any status except 5xx"
	}
	return "a response with a 2xx status, in time"
}

// refused notes that the push was not accepted.
func (e evidence) refused(got string) {
	if e.wholeOnly() {
		return
	}
	f := e.finding(wanted(e.accepting()), got)
	f.Excuses = e.baselines()
	f.Fix = e.fixFor()
	if x := e.exchange; x.Odd && e.ours() && (x.Status == 401 || x.Status == 403) {
		f.Excuses = append(f.Excuses, Excuse{ID: signatureAnyBody}) // it may be the signature, and the receiver does not say so
	}
	e.js.broken(e.accepting(), f)
	if e.accepting() == PushNewCall {
		e.broken(pushEncodedBrackets, "a 2xx status, as for the same push with raw brackets", got)
		e.js.gap(pushEncodedBrackets, "the plain push was not accepted", PushNewCall)
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
		e.broken(transportNoRedirect, "a response at the URL itself", fmt.Sprintf("status %d, Location %s", x.Status, response.Quote(x.Header.Get("Location"))))
		e.js.gap(id, "the push was redirected", transportNoRedirect)
		return
	}
	e.js.met(transportNoRedirect)
	if e.login(id) {
		return
	}
	if x.Status/100 != 2 {
		e.refused(happened(x))
		return
	}
	switch {
	case e.wholeOnly():
	case x.Document.Root != "Error":
		e.taken(id)
	case e.exchange.Odd:
		e.refused("a refusal, although with status 200: an Error document")
	default:
		e.js.gap(id, "the receiver refuses it in an Error document", responseRoot)
	}
	if id == PushNewCall && bytes.Contains(x.Body, []byte("%5B%5D")) {
		e.js.met(pushEncodedBrackets)
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
		e.js.gap(responseInTime, happened(x), e.foremost())
		return Gap{Reason: happened(x), Because: e.foremost()}, true
	case x.End == transcript.TimedOut || x.End == transcript.Late || tookTooLong(x):
		e.broken(responseInTime, "a complete response within 10 s", tooLate(x))
		return Gap{Reason: "no response in time", Because: responseInTime}, true
	case x.End == transcript.NeverEnded || x.End == transcript.Truncated:
		e.broken(responseEnds, "a body that is complete, and a response that ends", happened(x))
		return Gap{Reason: "the response did not end as it should", Because: responseEnds}, true
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
	case e.wholeOnly():
		return storyOf(e.call.Scenario)
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
		return responseEnds
	}
	return responseInTime
}

// tookTooLong reports whether a response was complete, in a run that waits longer than sipgate, when sipgate had given up.
func tookTooLong(x transcript.Exchange) bool { return x.Responded() && x.Took > inTime }

func (e evidence) judgeStatus() {
	x := e.exchange
	switch {
	case x.Status == 200:
		e.js.met(responseStatus)
	case x.BodyLength == 0:
		e.milder(responseStatus, "status 200", fmt.Sprintf("status %d with an empty body", x.Status))
	default:
		e.broken(responseStatus, "status 200", fmt.Sprintf("status %d", x.Status))
	}
}

// judgeTiming judges how long a response took, on pushes sent alone: side by side they slow each other down.
func (e evidence) judgeTiming() {
	x := e.exchange
	if x.BodyLength < endless {
		e.js.met(responseEnds)
	}
	e.js.met(responseInTime)
	if !x.Alone {
		return
	}
	if x.Took > Prompt {
		e.broken(responsePrompt, "a complete response within 1 s", fmt.Sprintf("%.1f s", x.Took.Seconds()))
		return
	}
	e.js.met(responsePrompt)
}

func areaOf(id string) string { return Requirement{ID: id}.Area() }
