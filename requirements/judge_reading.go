package requirements

import (
	"bytes"
	"fmt"
	"time"

	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

// judgeReadResponse judges a newCall or dtmf push. sipgate reads the responses to these pushes.
func (e evidence) judgeReadResponse() {
	x, id := e.exchange, e.requirement()
	if x.Push.Event == push.DTMF && !e.judgeReached(id) {
		return
	}
	if e.judgeUnsent(id) {
		return
	}
	if x.End == transcript.Dropped || x.End == transcript.NotHTTP || x.End == transcript.HeadersTooLong || outcome.StopsResponding(x) {
		if !e.judgeVerificationRefusal(id) {
			e.addRefused(outcome.DescribeEnd(x))
			e.judgeEnd() // if the receiver stopped responding, this leaves response.in-time open
		}
		return
	}
	if gap, incomplete := e.judgeEnd(); incomplete {
		e.js.addGap(id, gap)
		return
	}
	if e.judgeVerificationRefusal(id) {
		return
	}
	if x.IsRedirect() {
		e.addFinding(transportNoRedirect, "a response at the URL itself", fmt.Sprintf("status %d, Location %s", x.Status, response.Quote(x.Header.Get("Location"))))
		e.js.leaveOpen(id, "the push was redirected", transportNoRedirect)
		return
	}
	e.js.addMet(transportNoRedirect)
	if e.judgeLogin(id) {
		return
	}
	if x.Status/100 != 2 {
		e.addRefused(outcome.DescribeEnd(x))
		return
	}
	switch {
	case e.countsOnlyForCall():
	case x.Document.Root != "Error":
		e.addAccepted(id)
	case e.exchange.Odd:
		e.addRefused("a refusal, although with status 200: an Error document")
	default:
		e.js.leaveOpen(id, "the receiver refuses it in an Error document", responseRoot)
	}
	if id == PushNewCall && bytes.Contains(x.Body, []byte("%5B%5D")) {
		e.js.addMet(pushEncodedBrackets)
	}
	e.judgeResponse()
}

// judgeResponse judges the status, the time and the body of a response that came in time. It does not judge whether the push was accepted.
func (e evidence) judgeResponse() {
	e.judgeStatus()
	e.judgeTiming()
	e.judgeBody()
}

// judgeEnd judges a response that is late or does not end correctly, and returns the gap for the other requirements about it. It returns
// false if the response is complete and in time.
func (e evidence) judgeEnd() (Gap, bool) {
	x := e.exchange
	switch {
	case outcome.GaveUpTooEarly(x):
		e.js.leaveOpen(requirementNotWaitedFor(x), outcome.DescribeEarlyEnd(x), "")
		return Gap{Reason: outcome.DescribeEarlyEnd(x)}, true
	case outcome.StopsResponding(x):
		e.js.leaveOpen(responseInTime, outcome.DescribeEnd(x), e.requirementIfRefused())
		return Gap{Reason: outcome.DescribeEnd(x), CauseID: e.requirementIfRefused()}, true
	case x.End == transcript.TimedOut || x.End == transcript.Late || outcome.TookTooLong(x):
		e.addFinding(responseInTime, "a complete response within 10 s", outcome.DescribeLateEnd(x))
		return Gap{Reason: "no response in time", CauseID: responseInTime}, true
	case x.End == transcript.NeverEnded || x.End == transcript.Truncated:
		e.addFinding(responseEnds, "a body that is complete, and a response that ends", outcome.DescribeEnd(x))
		return Gap{Reason: "the response did not end as it should", CauseID: responseEnds}, true
	}
	return Gap{}, false
}

// judgeSurvival judges a push that the receiver may refuse. It has to respond in time, and to go on working.
func (e evidence) judgeSurvival() {
	x, id := e.exchange, e.requirement()
	responseBegun := x.Responded() || x.End == transcript.NeverEnded || x.End == transcript.Truncated
	switch {
	case e.judgeUnsent(id):
	case outcome.GaveUpTooEarly(x):
		e.js.leaveOpen(id, outcome.DescribeEarlyEnd(x), "")
	case !responseBegun && e.judgeVerificationRefusal(id):
	case !responseBegun || outcome.TookTooLong(x) || x.Status/100 == 5 || x.Aftermath.IsUnhealthy():
		e.addRefused(outcome.DescribeEnd(x))
	default:
		e.js.addMet(id)
	}
}

// requirementNotWaitedFor returns the requirement that a response might have met if pushcheck had waited longer.
func requirementNotWaitedFor(x transcript.Exchange) string {
	if x.End == transcript.NeverEnded {
		return responseEnds
	}
	return responseInTime
}

// judgeStatus judges the status of a response that accepts the push.
func (e evidence) judgeStatus() {
	x := e.exchange
	switch {
	case x.Status == 200:
		e.js.addMet(responseStatus)
	case x.BodyLength == 0:
		e.addWarning(responseStatus, "status 200", fmt.Sprintf("status %d with an empty body", x.Status))
	default:
		e.addFinding(responseStatus, "status 200", fmt.Sprintf("status %d", x.Status))
	}
}

// PromptTime is the time within which a response gets no warning.
const PromptTime = time.Second

// judgeTiming judges how long a response took. Only a response to a push that was sent alone has to be prompt, because pushes at the same
// time slow each other down.
func (e evidence) judgeTiming() {
	x := e.exchange
	if x.BodyLength < transcript.MaxBodyBytes {
		e.js.addMet(responseEnds)
	}
	e.js.addMet(responseInTime)
	if !x.Alone {
		return
	}
	if x.Duration > PromptTime {
		e.addFinding(responsePrompt, "a complete response within 1 s", fmt.Sprintf("%.1f s", x.Duration.Seconds()))
		return
	}
	e.js.addMet(responsePrompt)
}
