package requirements

import (
	"fmt"
	"slices"

	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

// judgeAnswerOrHangup judges an answer or hangup push. sipgate discards the body of the response, so only its time and the first digit of
// its status count.
func (e evidence) judgeAnswerOrHangup() {
	x, id := e.exchange, e.requirement()
	if !e.judgeReachability(id) || e.addGapIfUnsent(id) {
		return
	}
	switch {
	case x.End != transcript.NeverEnded && outcome.GaveUpTooEarly(x):
		e.judgements.addGapWithReason(id, outcome.DescribeEarlyEnd(x), "")
		return
	case x.End == transcript.TimedOut || x.End == transcript.Late || outcome.TookTooLong(x):
		e.addAnswerOrHangupRefusal(outcome.DescribeLateEnd(x))
		return
	case x.End == transcript.Dropped || x.End == transcript.NotHTTP || x.End == transcript.HeadersTooLong:
		if !e.judgeVerificationRefusal(id) {
			e.addAnswerOrHangupRefusal(outcome.DescribeEnd(x))
		}
		return
	}
	if e.judgeVerificationRefusal(id) {
		return
	}
	if x.Status/100 == 3 && x.Status != 304 {
		f := e.finding("a response at the follow-up URL itself", fmt.Sprintf("status %d, Location %s", x.Status, response.Quote(x.Header.Get("Location"))))
		f.Fix = "Name the final URL in the response to the newCall, with scheme, host and closing slash as the receiver serves it."
		e.judgements.addFinding(transportNoRedirect, f)
		e.judgements.addGapWithReason(id, "the push was redirected", transportNoRedirect)
		return
	}
	if e.countsByItself() && e.judgeLogin(id) {
		return
	}
	if x.Status/100 != 2 {
		e.addAnswerOrHangupRefusal(outcome.DescribeEnd(x))
		return
	}
	if e.countsByItself() || isSteeredAway(e.call) || x.Push.Direction == push.Outgoing {
		e.recordAccepted(id)
	}
	if plain := plainFollowUpRequirement(x.Push); isSteeredAway(e.call) && !x.Odd && id != plain {
		// A receiver that steers every call never gets the plain push: hangup pushes have the cause of the receiver's action, and no user of
		// the account answers a redirected call. So this push counts as the plain push.
		e.recordAccepted(plain)
	}
	if e.countsForHangupCauses() && id != pushHangupCauses {
		e.recordAccepted(pushHangupCauses)
	}
}

// addAnswerOrHangupRefusal adds a finding that an answer or hangup push was not accepted. If the push does not count by itself,
// judgeWholeCall, judgeSteeredCall or judgeStates judges it instead.
func (e evidence) addAnswerOrHangupRefusal(got string) {
	if e.countsForHangupCauses() {
		e.judgements.addGapWithReason(pushHangupCauses, got, pushHangup)
		e.judgements.addGapWithReason(pushHangupCauses, got, callSteered)
	}
	if !e.countsByItself() {
		return
	}
	f := e.finding("a 2xx status, in time", got)
	if e.requirement() == pushHangupCauses && isEndedByReceiver(e.call) {
		f.Want += " (sipgate sends this cause only for calls that the receiver lets through)"
	}
	if plain := plainFollowUpRequirement(e.exchange.Push); isForOddPush(e.call) && plain != e.requirement() {
		f.MovesTo = plain
	}
	isOdd := func(x transcript.Exchange) bool { return x.Odd }
	if isForOddPush(e.call) && slices.ContainsFunc(e.call.Exchanges[:e.index], isOdd) {
		// This push came after an odd push. If such pushes are accepted in other calls, the odd push is the cause.
		f.Excuses = excusesOfRefusal(e.call.RequirementID, e.exchange)
		e.judgements.addFinding(e.call.RequirementID, f)
		return
	}
	f.Excuses = e.excuses()
	if outcome.HasNoRoute(e.exchange) {
		f.Excuses = []Excuse{{ID: followingReachable}} // a plain push that gets such a status is a finding of this requirement
	}
	if fix, statusOnly := outcome.FixFor(e.exchange); !statusOnly || !e.hasSpecificFix() {
		f.Fix = fix
	}
	e.judgements.addFinding(e.requirement(), f)
}

// countsForHangupCauses reports whether a hangup push that is not odd counts for a variant of push.hangup-causes. It does if the call is
// played for the cause of the push, or if the receiver steered the call, so that the call ended with another cause than plain calls.
func (e evidence) countsForHangupCauses() bool {
	x := e.exchange
	switch {
	case x.Odd:
		return false
	case e.call.RequirementID == pushHangupCauses:
		return e.call.Variant == CauseVariant(x.Push.Cause)
	}
	return isSteeredAway(e.call) && requirementOf(x.Push) == pushHangupCauses
}

// isEndedByReceiver reports whether a response of the receiver rejects a call or ends it. It is inferred, and not documented, that the
// cause of the hangup push then follows from that action.
func isEndedByReceiver(c transcript.Call) bool {
	return slices.ContainsFunc(c.Exchanges, func(x transcript.Exchange) bool {
		doc := x.EffectiveDocument()
		return doc != nil && endsLeg(*doc.Response)
	})
}

// judgeSubscriptions judges the subscriptions in each response to a newCall push.
func judgeSubscriptions(js *judgements, c transcript.Call) {
	var firstResponse *response.Response
	for i, x := range c.Exchanges {
		if x.Push.Event != push.NewCall {
			continue
		}
		if meant := x.MeantDocument(); meant != nil {
			judgeHangupSubscription(js, c, i, *meant.Response)
		}
		doc := x.EffectiveDocument()
		isSecondLeg := x.Push.Diversion != "" && firstResponse != nil && (firstResponse.OnAnswer != nil || firstResponse.OnHangup != nil)
		switch {
		case doc == nil && isSecondLeg:
			judgeLegWithoutDocument(js, c, i, *firstResponse)
		case isSecondLeg && !endsLeg(*doc.Response):
			judgeSecondLeg(js, c, i, *firstResponse, *doc.Response)
		}
		if doc != nil && firstResponse == nil {
			firstResponse = doc.Response
		}
	}
}

// judgeLegWithoutDocument judges a second leg whose response has no document that sipgate would act on. An empty response subscribes to
// nothing. A document that cannot be read is a finding of another requirement, and a gap of following.every-leg.
func judgeLegWithoutDocument(js *judgements, c transcript.Call, i int, first response.Response) {
	x := c.Exchanges[i]
	id := followingEveryLeg
	gap, isUnclear := unclearGap(c, i)
	switch {
	case isUnclear:
		js.addGap(id, gap)
	case !outcome.AcceptedInTime(x):
		js.addGapWithReason(id, "the second leg's newCall push was not accepted", causeOfRefusal(x))
	case x.End == transcript.BodyTooLong && x.BodyLength >= transcript.MaxBodyBytes:
		js.addGapWithReason(id, "the second leg's response was too long to be read", responseEnds)
	case x.End == transcript.BodyTooLong, isTooLargeToRead(x.Document):
		js.addGapWithReason(id, "the second leg's response was too long to be read", "")
	case hasUnexpandedEntities(x.Document):
		js.addGapWithReason(id, "the second leg's response could not be read because of the entities in it", "")
	case causeOfUnreadResponse(x) != "":
		js.addGapWithReason(id, "the second leg's response could not be read", causeOfUnreadResponse(x))
	case causeOfIgnoredResponse(x) != "":
		js.addGapWithReason(id, "sipgate does not act on the second leg's response", causeOfIgnoredResponse(x))
	default:
		judgeSecondLeg(js, c, i, first, response.Response{})
	}
}

// judgeHangupSubscription judges whether a response with onAnswer also has onHangup.
func judgeHangupSubscription(js *judgements, c transcript.Call, i int, r response.Response) {
	if r.OnAnswer == nil {
		return
	}
	if r.OnHangup == nil {
		js.addFinding(followingHangupToo, Finding{Want: "onHangup beside onAnswer", Got: "onAnswer alone", Call: c.ID, Exchange: i})
		return
	}
	js.recordMet(followingHangupToo)
}

// judgeSecondLeg compares the subscriptions of the second leg of a transfer or forward with the subscriptions of the first leg.
func judgeSecondLeg(js *judgements, c transcript.Call, i int, first, second response.Response) {
	f := Finding{Call: c.ID, Exchange: i}
	switch {
	case first.OnHangup != nil && second.OnHangup == nil:
		f.Want, f.Got = "onHangup, as on the first leg", "no onHangup on the second leg"
	case first.OnAnswer != nil && second.OnAnswer == nil:
		f.Want, f.Got = "onAnswer, as on the first leg", "no onAnswer on the second leg"
	default:
		js.recordMet(followingEveryLeg)
		return
	}
	js.addFinding(followingEveryLeg, f)
}
