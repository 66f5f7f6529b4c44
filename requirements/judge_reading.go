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

// judgeNewCallOrDTMF judges a newCall or dtmf push. sipgate reads the responses to these pushes.
func (e evidence) judgeNewCallOrDTMF() {
	x, id := e.exchange, e.requirement()
	if x.Push.Event == push.DTMF && !e.judgeReachability(id) {
		return
	}
	if e.addGapIfUnsent(id) {
		return
	}
	if x.End == transcript.Dropped || x.End == transcript.NotHTTP || x.End == transcript.HeadersTooLong || outcome.StopsResponding(x) {
		if !e.judgeVerificationRefusal(id) {
			e.addRefusal(outcome.DescribeEnd(x))
			e.judgeResponseEnd() // if the receiver stopped responding, this adds a gap of response.in-time
		}
		return
	}
	if gap, isIncomplete := e.judgeResponseEnd(); isIncomplete {
		e.judgements.addGap(id, gap)
		return
	}
	if e.judgeVerificationRefusal(id) {
		return
	}
	if x.IsRedirect() {
		e.addFinding(transportNoRedirect, "a response at the URL itself", fmt.Sprintf("status %d, Location %s", x.Status, response.Quote(x.Header.Get("Location"))))
		e.judgements.addGapWithReason(id, "the push was redirected", transportNoRedirect)
		return
	}
	e.judgements.recordMet(transportNoRedirect)
	if e.judgeLogin(id) {
		return
	}
	if x.Status/100 != 2 {
		e.addRefusal(outcome.DescribeEnd(x))
		return
	}
	switch {
	case e.countsOnlyForCall():
	case x.Document.Root != "Error":
		e.recordAccepted(id)
	case e.exchange.Odd:
		e.addRefusal("a refusal, although with status 200: an Error document")
	default:
		e.judgements.addGapWithReason(id, "the receiver refuses it in an Error document", responseRoot)
	}
	if id == PushNewCall && bytes.Contains(x.Body, []byte("%5B%5D")) {
		e.judgements.recordMet(pushEncodedBrackets)
	}
	e.judgeResponse()
}

// judgeResponse judges the status, the time and the body of a response that came in time. It does not judge whether the push was accepted.
func (e evidence) judgeResponse() {
	e.judgeStatus()
	e.judgeTiming()
	e.judgeBody()
}

// judgeResponseEnd judges a response that is late or does not end correctly. It returns the gap of the other requirements about the
// response. It returns false if the response is complete and in time.
func (e evidence) judgeResponseEnd() (Gap, bool) {
	x := e.exchange
	switch {
	case outcome.GaveUpTooEarly(x):
		e.judgements.addGapWithReason(undecidedRequirement(x), outcome.DescribeEarlyEnd(x), "")
		return Gap{Reason: outcome.DescribeEarlyEnd(x)}, true
	case outcome.StopsResponding(x):
		e.judgements.addGapWithReason(responseInTime, outcome.DescribeEnd(x), e.requirementIfRefused())
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
	hasResponseBegun := x.Responded() || x.End == transcript.NeverEnded || x.End == transcript.Truncated
	switch {
	case e.addGapIfUnsent(id):
	case outcome.GaveUpTooEarly(x):
		e.judgements.addGapWithReason(id, outcome.DescribeEarlyEnd(x), "")
	case !hasResponseBegun && e.judgeVerificationRefusal(id):
	case !hasResponseBegun || outcome.TookTooLong(x) || x.Status/100 == 5 || x.Aftermath.IsUnhealthy():
		e.addRefusal(outcome.DescribeEnd(x))
	default:
		e.judgements.recordMet(id)
	}
}

// undecidedRequirement returns the requirement that is undecided because pushcheck stopped waiting for the response too early.
func undecidedRequirement(x transcript.Exchange) string {
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
		e.judgements.recordMet(responseStatus)
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
		e.judgements.recordMet(responseEnds)
	}
	e.judgements.recordMet(responseInTime)
	if !x.Alone {
		return
	}
	if x.Duration > PromptTime {
		e.addFinding(responsePrompt, "a complete response within 1 s", fmt.Sprintf("%.1f s", x.Duration.Seconds()))
		return
	}
	e.judgements.recordMet(responsePrompt)
}
