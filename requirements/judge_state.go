package requirements

import (
	"fmt"

	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

const (
	noCallShownReason = "the application shows no call at all under the callId of the pushes: check that --state-url (or --state-command) looks it up by callId " +
		"and that --state-map says what its words mean"
	noAnswerShownReason = "the application does not show a call as answered directly after its answer push; if it has another word for that, " +
		"name it with --state-map WORD=answered"
)

// AreStatesJudged reports whether the states of a call are judged: those of a plain call, and of a call for a requirement about states.
func AreStatesJudged(c transcript.Call) bool {
	return c.RequirementID == "" || rulesOf(c.RequirementID).StatesJudged
}

// IsLateAnswer reports whether a push is the answer push of StateAnswerAfterHangup, which is sent after the hangup push of its call. The
// response does not matter: sipgate discards it, and a receiver may refuse the answer of a call that is over.
func IsLateAnswer(c transcript.Call, x transcript.Exchange) bool {
	return c.RequirementID == StateAnswerAfterHangup && x.Push.Event == push.Answer
}

// judgeStates judges how the application shows a call, if the application was asked. If a push of the call was not accepted, a wrong answer
// of the application is a gap. A wrong answer about anything but the end of a plain call is excused if state.ended is not met.
func judgeStates(js *judgements, c transcript.Call) {
	if len(c.States) == 0 || !AreStatesJudged(c) {
		return
	}
	legs, j := legsOf(c), stateJudge{judgements: js, call: c}
	_, j.unacceptedPushGap = firstUnacceptedPush(c)
	switch {
	case c.RequirementID == StateSimilarIDs && len(legs) == 2:
		j.judgeSimilarIDs(legs[0], legs[1])
	case c.RequirementID == StateRepeatedPushes && len(legs) == 1:
		if l := legs[0]; j.startJudging(StateRepeatedPushes, l) && j.expect(ongoingExpectation(l)) {
			j.judgeLegEnd(l, l.wasShown())
		}
	case c.RequirementID == StateAnswerAfterHangup && len(legs) == 1:
		j.judgeLateAnswer(legs[0])
	case areaOf(c.RequirementID) != "state":
		for _, l := range legs {
			switch {
			case l.next != nil && l.isForwarded:
				j.judgeForward(l, l.next)
			case l.next != nil:
				j.judgeTransfer(l, l.next)
			case !l.isDiverted && j.startJudging(stateEnded, l):
				j.judgeLegEnd(l, l.wasShown())
			}
		}
	}
}

// judgeLegEnd judges whether the application shows a leg as over after its hangup push, and reports whether it does. isShown is true if the
// application ever showed this leg, or another leg of the call. Otherwise the application may not know the leg at all, and judgeLegEnd
// returns false.
func (j *stateJudge) judgeLegEnd(l *leg, isShown bool) bool {
	overExpectation := expectation{questions: l.questionsWhile(transcript.CallOver), isRight: transcript.StateQuestion.FitsWanted, want: "over", afterEvent: push.Hangup, leg: l}
	switch {
	case !j.expect(overExpectation):
		return false
	case isShown:
		j.recordMet(j.id)
	case l.isAnswered && !l.isOutgoing: // an application may show no missed and no outgoing calls, but should show answered incoming calls
		j.addGapWithReason(j.id, noCallShownReason, "")
	}
	return isShown
}

// ongoingExpectation returns the expectation that a leg is not shown as over before its hangup push.
func ongoingExpectation(l *leg) expectation {
	return expectation{
		questions: l.questionsWhile(transcript.CallRinging, transcript.CallAnswered),
		isRight:   func(a transcript.StateQuestion) bool { return a.Shown != transcript.CallOver },
		want:      "ringing or answered, since the call goes on",
	}
}

// judgeForward judges a forward by its two legs, and judges the end of the second leg. If the application never showed the first leg, it
// may show answered calls only.
func (j *stateJudge) judgeForward(first, second *leg) {
	if !j.startJudging(stateForward, first, second) {
		return
	}
	isShown := first.wasShown() || second.wasShown()
	ongoing := ongoingExpectation(second)
	lastExpectation := expectation{questions: ongoing.questions[max(0, len(ongoing.questions)-1):], want: ongoing.want}
	lastExpectation.isRight = func(a transcript.StateQuestion) bool { return a.Shown != transcript.CallUnknown || !first.wasShown() }
	if j.expect(ongoing, lastExpectation) {
		j.judgeLegEnd(first, isShown)
	}
	j.id = stateEnded
	j.judgeLegEnd(second, isShown)
}

// judgeTransfer judges a transfer by its two legs. At the last question that was asked while the second leg should be answered, the
// application has to show it as answered. If the application did not show the first leg as answered either, this is a gap.
func (j *stateJudge) judgeTransfer(first, second *leg) {
	answeredExpectation := expectation{questions: second.questionsWhile(transcript.CallAnswered), isRight: transcript.StateQuestion.FitsWanted, want: "answered"}
	answeredExpectation.questions = answeredExpectation.questions[max(0, len(answeredExpectation.questions)-1):]
	if first.firstShownWhile(transcript.CallAnswered) != transcript.CallAnswered {
		answeredExpectation.gapIfWrong = Gap{Reason: noAnswerShownReason}
	}
	if !j.startJudging(stateTransfer, first, second) || !j.expect(answeredExpectation) {
		return
	}
	for _, l := range []*leg{first, second} {
		if len(l.questionsWhile(transcript.CallOver)) > 0 && !j.judgeLegEnd(l, first.wasShown() || l.wasShown()) {
			return
		}
	}
	if !first.isEnded && !second.isEnded {
		j.recordUnsentPush(first, push.Hangup)
		j.recordUnsentPush(second, push.Hangup)
	}
}

// judgeSimilarIDs judges that the application does not mix up the two calls of StateSimilarIDs. The second call begins while the first goes
// on, and the first is over before the second.
func (j *stateJudge) judgeSimilarIDs(first, second *leg) {
	if !j.startJudging(StateSimilarIDs, first, second) {
		return
	}
	if i, _ := firstUnacceptedPush(j.call); i != -1 {
		_, isLost := lossGapBefore(j.call, i)
		if x := j.call.Exchanges[i]; !isLost && x.Push.CallID == second.callID && x.Responded() && !x.Accepted() {
			j.addFinding(j.id, Finding{
				Want: "the pushes of a second call accepted, as those of the first were", Got: outcome.DescribePush(x),
				Call: j.call.ID, Exchange: i, Conditions: Conditions{Excuses: []Excuse{{ID: pushLongCallIDs}}},
			})
			return
		}
	}
	if !first.wasShown() && !second.wasShown() {
		j.expect(expectation{
			questions: first.questionsWhile(transcript.CallRinging, transcript.CallAnswered), isRight: transcript.StateQuestion.FitsWanted,
			want: "the call, under its whole callId of 136 characters",
		})
		return
	}
	if !j.recordGapIfSet(j.unacceptedPushGap) && j.expect(twoCallsExpectations(first, second)...) {
		j.judgeLegEnd(first, first.wasShown())
	}
}

// twoCallsExpectations returns the expectations that two calls are shown as two calls while both go on. Some applications do not show calls
// that ring, or show them as answered. So the second call is compared with what was shown of the first call while there was only the first.
func twoCallsExpectations(first, second *leg) []expectation {
	const unknown, ringing, answered = transcript.CallUnknown, transcript.CallRinging, transcript.CallAnswered
	shownWhileRinging, shownWhileAnswered := first.firstShownWhile(ringing), first.firstShownWhile(answered)
	anotherCall := fmt.Sprintf(": it is another call than %s's", first.name)
	return []expectation{
		{questions: first.questionsWhile(answered), want: "answered, whatever the other call does", isRight: func(a transcript.StateQuestion) bool {
			return a.Shown == answered || shownWhileAnswered != answered
		}},
		{questions: second.questionsWhile(ringing), want: "ringing" + anotherCall, isRight: func(a transcript.StateQuestion) bool {
			return a.Shown == ringing || a.Shown == answered && shownWhileRinging != ringing || a.Shown == unknown && shownWhileRinging == unknown
		}},
		{questions: second.questionsWhile(answered), want: "answered" + anotherCall, isRight: func(a transcript.StateQuestion) bool {
			return a.Shown == ringing || a.Shown == answered
		}},
	}
}

// judgeLateAnswer judges that an answer push does not reopen a call if the hangup push came before it.
func (j *stateJudge) judgeLateAnswer(l *leg) {
	overQuestions := l.questionsWhile(transcript.CallOver)
	count := min(1, len(overQuestions))
	beforeAnswer := expectation{questions: overQuestions[:count], isRight: transcript.StateQuestion.FitsWanted, afterEvent: push.Hangup, leg: l}
	beforeAnswer.gapIfWrong = Gap{CauseID: stateEnded, Reason: fmt.Sprintf("the application did not show %s's call as over before the answer push was sent", l.name)}
	afterAnswer := expectation{questions: overQuestions[count:], isRight: transcript.StateQuestion.FitsWanted, afterEvent: push.Answer, leg: l}
	afterAnswer.want = "over, since its hangup push came before the answer push"
	switch {
	case !j.startJudging(StateAnswerAfterHangup, l) || j.recordGapIfSet(j.unacceptedPushGap) || !j.expect(beforeAnswer, afterAnswer):
	case l.wasShown():
		j.recordMet(j.id)
	default:
		j.setNotApplicable(j.id, "the application shows a call only when it is answered")
	}
}
