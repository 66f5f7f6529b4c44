package requirements

import (
	"fmt"
	"slices"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/transcript"
)

// JudgeCall judges the receiver by a played call. JudgeConnection judges the receiver by a connection.
func JudgeCall(c transcript.Call, target Target) []Judgement {
	if len(c.Exchanges) > 0 && outcome.IsAlteredCapturedPush(c.Exchanges[0]) {
		return nil // the altered push only shows how the receiver verifies, see outcome.ResultOfCapturedPush
	}
	js := newJudgements(variantsOfCall(c))
	addLimitGap(js, c)
	if len(c.Exchanges) == 0 && c.Lost != nil {
		addUnplayedCallGap(js, c)
		return js.all()
	}
	switch kind := c.PlayedKind(); {
	case kind == transcript.Crowd:
		judgeAcceptedPushes(js, c, target)
		judgeCrowd(js, c)
	case kind == transcript.Provocation:
		judgeAcceptedPushes(js, c, target)
		judgeProvocation(js, c)
	case kind == transcript.Sequence && !rulesOf(c.RequirementID).StatesJudged: // a sequence is judged like a plain call if its states are judged
		judgeAcceptedPushes(js, c, target)
		judgeSequence(js, c)
	default:
		judgePushes(js, c, target)
	}
	return weakenForLargeGroup(c, js.all())
}

// judgePushes judges each push of a call, and then the whole call.
func judgePushes(js *judgements, c transcript.Call, target Target) {
	for i, x := range c.Exchanges {
		if x.End != transcript.Interrupted {
			js.evidenceOf(c, i, target).judge()
		}
	}
	judgeSubscriptions(js, c)
	addUnsentPushGaps(js, c)
	judgeWholeCall(js, c)
	judgeSteeredCall(js, c)
	judgeStates(js, c)
}

// judgeAcceptedPushes judges the responses to accepted pushes, and to pushes that were sent a second time, as in any other call.
// judgeCrowd, judgeProvocation and judgeSequence judge the pushes that were not accepted.
func judgeAcceptedPushes(js *judgements, c transcript.Call, target Target) {
	for i, x := range c.Exchanges {
		if x.Duplicate || x.ForeignName == "" && outcome.AcceptedInTime(x) {
			js.evidenceOf(c, i, target).judge()
		}
	}
}

// JudgeExchange judges the receiver by one exchange, without the rest of its call.
func JudgeExchange(x transcript.Exchange, target Target) []Judgement {
	c := transcript.Call{Exchanges: []transcript.Exchange{x}}
	js := newJudgements(variantsOfCall(c))
	js.evidenceOf(c, 0, target).judge()
	return js.all()
}

// judge judges the exchange by its kind.
func (e evidence) judge() {
	e.judgeSounds()
	gap, isLost := lossGapBefore(e.call, e.index)
	isForged := e.call.PlayedKind() == transcript.Forged
	switch {
	case isForged && e.index == indexAfterForged(e.call):
		e.judgePushAfterForged()
	case e.exchange.Duplicate:
		if !isLost {
			e.judgeCopy()
		}
	case e.call.RequirementID == StateSimilarIDs && e.exchange.Push.CallID != e.call.Exchanges[0].Push.CallID:
		// judgeSimilarIDs judges pushes of the second call, because the application may mix up the two calls
	case isLost:
		e.addLossGaps(gap)
	case isForged && e.exchange.Odd:
		e.judgeForged()
	case e.exchange.Odd && e.call.RequirementID == signatureAnyBody && (!e.exchange.Accepted() || e.exchange.Document.Root == "Error"):
		e.judgeUnusualEncoding()
	case e.exchange.Odd && rulesOf(e.call.RequirementID).MayBeRefused:
		e.judgeSurvival()
	default:
		e.judgePush()
	}
}

// judgePush judges a plain push or an odd push.
func (e evidence) judgePush() {
	if answerOrHangup.appliesTo(e.exchange.Push) {
		e.judgeAnswerOrHangup()
		return
	}
	e.judgeNewCallOrDTMF()
}

// addUnplayedCallGap adds a gap for a call that was not played because the receiver was lost before it.
func addUnplayedCallGap(js *judgements, c transcript.Call) {
	js.addGap(RequirementOfCall(c), lossGap(*c.Lost, "the call was not played: ", outcome.DescribeLostState(*c.Lost)))
}

// addLossGaps adds gaps for the requirements that cannot be judged by the exchange because the receiver was lost.
func (e evidence) addLossGaps(gap Gap) {
	x, id := e.exchange, e.requirement()
	e.judgements.addGap(id, gap)
	if x.End == transcript.NotConnected && !slices.Contains(e.target.Origins, endpoint.OriginOf(x.URL)) {
		e.judgements.addGap(followingReachable, gap)
	}
	if plainFollowUpRequirement(x.Push) == "" && (x.End == transcript.TimedOut || x.End == transcript.Late) {
		e.judgements.addGap(responseInTime, gap)
	}
}

// addLimitGap adds a gap for a call in which the receiver refused a push because it limits how many pushes it accepts.
func addLimitGap(js *judgements, c transcript.Call) {
	if i := slices.IndexFunc(c.Exchanges, outcome.IsExemptByLimit); i >= 0 {
		js.addGapWithReason(RequirementOfCall(c), outcome.DescribeOverLimit(c.Exchanges[i]), "")
	}
}

// maxSmallGroup is the largest number of users in a push whose refusal is judged like any other refusal. A refused push with more users is
// only a warning, because it is only inferred that sipgate sends such pushes.
const maxSmallGroup = 20

// largestGroup returns the largest number of users in an odd push of a call.
func largestGroup(c transcript.Call) int {
	largest := 0
	for _, x := range c.Exchanges {
		if x.Odd {
			largest = max(largest, len(x.Push.Users))
		}
	}
	return largest
}

// weakenForLargeGroup turns findings about odd pushes into warnings if the pushes name more than maxSmallGroup users.
func weakenForLargeGroup(c transcript.Call, judgements []Judgement) []Judgement {
	if largestGroup(c) <= maxSmallGroup {
		return judgements
	}
	for _, j := range judgements {
		for i := range j.Findings {
			f := &j.Findings[i]
			isForCall := j.Requirement == c.RequirementID
			if !isForCall && !c.Exchanges[f.Exchange].Odd {
				continue
			}
			f.Level = Should
			f.Uncertainty = fmt.Sprintf(", in a call to %d users (it is inferred that sipgate names so many in one push)", largestGroup(c))
			if isForCall {
				f.Consequence = "Calls to large groups are missing."
				f.Fix = "Set the limits of the form parser higher: qs, which Express uses, makes an object of a list of more than 20 (arrayLimit)."
			}
		}
	}
	return judgements
}
