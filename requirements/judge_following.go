package requirements

import (
	"fmt"
	"slices"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

// judgeFollowUp judges an answer or hangup push. sipgate discards the body of the response: only the status class and the time count.
func (e evidence) judgeFollowUp() {
	x, id := e.exchange, e.requirement()
	if !e.judgeReached(id) || e.judgeUnsent(id) {
		return
	}
	switch {
	case x.End != transcript.NeverEnded && gaveUpTooEarly(x):
		e.js.leaveOpen(id, describeEarlyEnd(x), "")
		return
	case x.End == transcript.TimedOut || x.End == transcript.Late || tookTooLong(x):
		e.addRefusedFollowUp(describeLateEnd(x))
		return
	case x.End == transcript.Dropped || x.End == transcript.NotHTTP || x.End == transcript.HeadersTooLong:
		if !e.judgeRefusal(id) {
			e.addRefusedFollowUp(describeEnd(x))
		}
		return
	}
	if e.judgeRefusal(id) {
		return
	}
	if x.Status/100 == 3 && x.Status != 304 {
		f := e.finding("a response at the follow-up URL itself", fmt.Sprintf("status %d, Location %s", x.Status, response.Quote(x.Header.Get("Location"))))
		f.Fix = "Name the final URL in the response to the newCall, with scheme, host and closing slash as the receiver serves it."
		e.js.addFinding(transportNoRedirect, f)
		e.js.leaveOpen(id, "the push was redirected", transportNoRedirect)
		return
	}
	if e.countsByItself() && e.judgeLogin(id) {
		return
	}
	if x.Status/100 != 2 {
		e.addRefusedFollowUp(describeEnd(x))
		return
	}
	if e.countsByItself() || isSteeredAway(e.call) || x.Push.Direction == push.Outgoing {
		e.addAccepted(id)
	}
	if plain := plainFollowUpRequirement(x.Push); isSteeredAway(e.call) && !x.Odd && id != plain {
		// If the receiver ends a call, there is no plainer hangup: its cause comes from the rejection. If it redirects a call, there
		// is no plainer answer: no user of the account answers.
		e.addAccepted(plain)
	}
	if e.showsHangupCause() && id != pushHangupCauses {
		e.addAccepted(pushHangupCauses)
	}
}

// addRefusedFollowUp notes a follow-up push that was not accepted. One that counts only for its call is left to the judge of whole calls.
func (e evidence) addRefusedFollowUp(got string) {
	if e.showsHangupCause() {
		e.js.leaveOpen(pushHangupCauses, got, pushHangup)
		e.js.leaveOpen(pushHangupCauses, got, callSteered)
	}
	if !e.countsByItself() {
		return
	}
	f := e.finding("a 2xx status, in time", got)
	if e.requirement() == pushHangupCauses && isEndedByReceiver(e.call) {
		f.Want += " (sipgate sends this cause only for calls that the receiver lets through)"
	}
	if plain := plainFollowUpRequirement(e.exchange.Push); isForOddPush(e.call) && plain != e.requirement() {
		f.Plain = plain
	}
	odd := func(x transcript.Exchange) bool { return x.Odd }
	if isForOddPush(e.call) && slices.ContainsFunc(e.call.Exchanges[:e.index], odd) {
		// It followed an odd push. If plain pushes like it are accepted, the odd push is the cause.
		f.Excuses = excusesOfRefusal(e.call.Stimulus, e.exchange)
		e.js.addFinding(e.call.Stimulus, f)
		return
	}
	f.Excuses = e.excuses()
	if hasNoRoute(e.exchange) {
		f.Excuses = []Excuse{{ID: followingReachable}} // a refused plain push would be a finding of it
	}
	if fix, weak := remedyFor(e.exchange); !weak || !e.hasFixOfItsOwn() {
		f.Fix = fix
	}
	e.js.addFinding(e.requirement(), f)
}

// showsHangupCause reports whether a plain hangup also shows a variant of push.hangup-causes. It does if its call is played for that cause, or
// if the receiver steered the call so that it ends with another cause than other calls.
func (e evidence) showsHangupCause() bool {
	x := e.exchange
	switch {
	case x.Odd:
		return false
	case e.call.Stimulus == pushHangupCauses:
		return e.call.Variant == CauseVariant(x.Push.Cause)
	}
	return isSteeredAway(e.call) && requirementOf(x.Push) == pushHangupCauses
}

// isEndedByReceiver reports whether a response of the receiver rejects a call or ends it. Inferred: the hangup of such a call has the
// cause that belongs to that action. See wire-facts: hangup.
func isEndedByReceiver(c transcript.Call) bool {
	return slices.ContainsFunc(c.Exchanges, func(x transcript.Exchange) bool {
		doc := x.EffectiveDocument()
		return doc != nil && endsLeg(*doc.Response)
	})
}

// judgeLegs judges the subscriptions of each newCall response.
func judgeLegs(js *judgements, c transcript.Call) {
	var first *response.Response
	for i, x := range c.Exchanges {
		if x.Push.Event != push.NewCall {
			continue
		}
		if meant := x.MeantDocument(); meant != nil {
			judgePair(js, c, i, *meant.Response)
		}
		doc, second := x.EffectiveDocument(), x.Push.Diversion != "" && first != nil && first.OnHangup != nil
		switch {
		case doc == nil && second:
			judgeUnreadLeg(js, c, i, *first)
		case second && !endsLeg(*doc.Response):
			judgeSecondLeg(js, c, i, *first, *doc.Response)
		}
		if doc != nil && first == nil {
			first = doc.Response
		}
	}
}

// judgeUnreadLeg judges a second leg whose response has no document that sipgate would act on. If there is nothing to
// read it subscribes to nothing; what cannot be read is another requirement's finding.
func judgeUnreadLeg(js *judgements, c transcript.Call, i int, first response.Response) {
	x := c.Exchanges[i]
	id := followingEveryLeg
	gap, lost := lossBefore(c, i)
	refusal, refused := refusalGap(x)
	switch {
	case lost:
		js.addGap(id, gap)
	case refused:
		js.addGap(id, refusal)
	case !acceptedInTime(x):
		js.leaveOpen(id, "the second leg's newCall push was not accepted", causeOfRefusal(x))
	case x.End == transcript.BodyTooLong && x.BodyLength >= endless:
		js.leaveOpen(id, "the second leg's response was too long to be read", responseEnds)
	case x.End == transcript.BodyTooLong, isTooLargeToRead(x.Document):
		js.leaveOpen(id, "the second leg's response was too long to be read", "")
	case hasUnexpandedEntities(x.Document):
		js.leaveOpen(id, "the second leg's response could not be read because of the entities in it", "")
	case whyNotRead(x) != "":
		js.leaveOpen(id, "the second leg's response could not be read", whyNotRead(x))
	case whyNotActedOn(x) != "":
		js.leaveOpen(id, "sipgate does not act on the second leg's response", whyNotActedOn(x))
	default:
		judgeSecondLeg(js, c, i, first, response.Response{})
	}
}

// judgePair judges that a response with onAnswer has onHangup as well.
func judgePair(js *judgements, c transcript.Call, i int, r response.Response) {
	if r.OnAnswer == nil {
		return
	}
	if r.OnHangup == nil {
		js.addFinding(followingHangupToo, Finding{Want: "onHangup beside onAnswer", Got: "onAnswer alone", Call: c.ID, Exchange: i})
		return
	}
	js.addMet(followingHangupToo)
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
		js.addMet(followingEveryLeg)
		return
	}
	js.addFinding(followingEveryLeg, f)
}
