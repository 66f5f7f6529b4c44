package requirements

import (
	"bytes"
	"fmt"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

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
			e.judgeEnd() // if the receiver hangs, it is unknown how long its response takes
		}
		return
	}
	if why, yes := e.judgeEnd(); yes {
		e.js.open(id, why)
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

// judgeEnd judges a response that is late or does not end correctly. It returns why the rest of such a response cannot be judged.
func (e evidence) judgeEnd() (Gap, bool) {
	x := e.exchange
	switch {
	case cutShort(x):
		e.js.gap(unfinished(x), gaveUpEarly(x), "")
		return Gap{Reason: gaveUpEarly(x)}, true
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

// judgeSurvival judges a push that the receiver may refuse, but has to survive.
func (e evidence) judgeSurvival() {
	x, id := e.exchange, e.accepting()
	begun := x.Responded() || x.End == transcript.NeverEnded || x.End == transcript.Truncated
	switch {
	case e.unsent(id):
	case cutShort(x):
		e.js.gap(id, gaveUpEarly(x), "")
	case !begun && e.refusesForeign(id):
	case !begun || tookTooLong(x) || x.Status/100 == 5 || x.Aftermath.Seen():
		e.refused(happened(x))
	default:
		e.js.met(id)
	}
}

// unfinished returns the requirement that a response may have met if pushcheck had waited longer.
func unfinished(x transcript.Exchange) string {
	if x.End == transcript.NeverEnded {
		return responseEnds
	}
	return responseInTime
}

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

// judgeTiming judges how long a response took. It judges only pushes that were sent alone, because pushes at the same time slow each other
// down.
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
