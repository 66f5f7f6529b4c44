package requirements

import (
	"fmt"
	"slices"

	"github.com/pushcheck/pushcheck/transcript"
)

// JudgeCall judges the receiver by a played call. JudgeConnection judges its connections.
func JudgeCall(c transcript.Call, target Target) []Judgement {
	if len(c.Exchanges) > 0 && IsAltered(c.Exchanges[0]) {
		return nil // it is evidence of how the receiver verifies, see CapturedPush
	}
	js := newJudgements(variantsOfCall(c))
	addLimitGap(js, c)
	if len(c.Exchanges) == 0 && c.Lost != nil {
		addNotPlayed(js, c)
		return js.all()
	}
	switch kind := c.PlayedKind(); {
	case kind == transcript.Crowd:
		judgeAccepted(js, c, target)
		judgeCrowd(js, c)
	case kind == transcript.Provocation:
		judgeAccepted(js, c, target)
		judgeProvocation(js, c)
	case kind == transcript.Sequence && !rulesOf(c.Stimulus).Watched: // watched ones are judged by the state of the call
		judgeAccepted(js, c, target)
		judgeSequence(js, c)
	default:
		judgePushes(js, c, target)
	}
	return weakenForLargeGroup(c, js.all())
}

// judgePushes judges each push of a call, and then the call as a whole.
func judgePushes(js *judgements, c transcript.Call, target Target) {
	for i, x := range c.Exchanges {
		if x.End != transcript.Interrupted {
			js.evidence(c, i, target).judge()
		}
	}
	judgeLegs(js, c)
	addNotSent(js, c)
	judgeStory(js, c)
	judgeSteered(js, c)
	judgeStates(js, c)
}

// judgeAccepted judges the responses to the accepted pushes of a call, as in any other call, and to those that came twice. Other functions
// judge refused pushes.
func judgeAccepted(js *judgements, c transcript.Call, target Target) {
	for i, x := range c.Exchanges {
		if x.Duplicate || x.ForeignName == "" && acceptedInTime(x) {
			js.evidence(c, i, target).judge()
		}
	}
}

// JudgeExchange judges the receiver by one exchange, without the rest of its call.
func JudgeExchange(x transcript.Exchange, target Target) []Judgement {
	c := transcript.Call{Exchanges: []transcript.Exchange{x}}
	js := newJudgements(variantsOfCall(c))
	js.evidence(c, 0, target).judge()
	return js.all()
}

// judge calls the judges for this kind of exchange.
func (e evidence) judge() {
	e.judgeSounds()
	gap, lost := lossBefore(e.call, e.index)
	forged := e.call.PlayedKind() == transcript.Forged
	switch {
	case forged && e.isPushAfterForged():
		e.judgePushAfterForged()
	case e.exchange.Duplicate:
		if !lost {
			e.judgeCopy()
		}
	case e.call.Stimulus == StateApart && e.exchange.Push.CallID != e.call.Exchanges[0].Push.CallID:
		// not judged here: the application may mix up the two calls
	case lost:
		e.addLoss(gap)
	case forged && e.exchange.Odd:
		e.judgeForged()
	case e.exchange.Odd && e.call.Stimulus == signatureAnyBody && (!e.exchange.Accepted() || e.exchange.Document.Root == "Error"):
		e.judgeAnyBody()
	case e.exchange.Odd && rulesOf(e.call.Stimulus).Survival:
		e.judgeSurvival()
	default:
		e.judgePush()
	}
}

// judgePush judges a push as sipgate makes it, or one that differs from it in one respect.
func (e evidence) judgePush() {
	if followUp.of(e.exchange.Push) {
		e.judgeFollowUp()
		return
	}
	e.judgeReading()
}

// addNotPlayed notes that a call was not played because the receiver was lost before.
func addNotPlayed(js *judgements, c transcript.Call) {
	js.addGap(About(c), lossGap(*c.Lost, "the call was not played: ", describeLostState(*c.Lost)))
}

// addLoss notes the gaps of an exchange that could not be judged because the receiver was lost.
func (e evidence) addLoss(g Gap) {
	x, id := e.exchange, e.requirement()
	e.js.addGap(id, g)
	if x.End == transcript.NotConnected && !slices.Contains(e.target.Origins, OriginOf(x.URL)) {
		e.js.addGap(followingReachable, g)
	}
	if plainFollowUpRequirement(x.Push) == "" && (x.End == transcript.TimedOut || x.End == transcript.Late) {
		e.js.addGap(responseInTime, g)
	}
}

// addLimitGap notes a gap for a call in which the receiver's limit refused a push.
func addLimitGap(js *judgements, c transcript.Call) {
	if i := slices.IndexFunc(c.Exchanges, refusedForLimit); i >= 0 {
		js.leaveOpen(About(c), describeOverLimit(c.Exchanges[i]), "")
	}
}

// smallGroup is the largest group for which a refusal is a failure. Larger groups are inferred.
const smallGroup = 20

// largestGroup returns the largest number of users in an odd push of a call.
func largestGroup(c transcript.Call) int {
	most := 0
	for _, x := range c.Exchanges {
		if x.Odd {
			most = max(most, len(x.Push.Users))
		}
	}
	return most
}

// weakenForLargeGroup turns failures about the odd pushes of a large group into warnings, because it is only inferred that sipgate sends such
// pushes.
func weakenForLargeGroup(c transcript.Call, all []Judgement) []Judgement {
	if largestGroup(c) <= smallGroup {
		return all
	}
	for _, j := range all {
		for i := range j.Findings {
			f := &j.Findings[i]
			about := j.Requirement == c.Stimulus
			if !about && !c.Exchanges[f.Exchange].Odd {
				continue
			}
			f.Level = Should
			f.Limits = fmt.Sprintf(", in a call to %d users (it is inferred that sipgate names so many in one push)", largestGroup(c))
			if about {
				f.So = "Calls to large groups are missing."
				f.Fix = "Set the limits of the form parser higher: qs, which Express uses, makes an object of a list of more than 20 (arrayLimit)."
			}
		}
	}
	return all
}
