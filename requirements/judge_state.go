package requirements

import (
	"fmt"

	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

const (
	noCallShown = "the application shows no call at all under the callId of the pushes: check that --state-url (or --state-command) looks it up by callId " +
		"and that --state-map says what its words mean"
	noAnswerShown = "the application does not show a call as answered directly after its answer push; if it has another word for that, " +
		"name it with --state-map WORD=answered"
)

// JudgesStates reports whether the states of a call are judged: those of a plain call, and of a call for a requirement about states.
func JudgesStates(c transcript.Call) bool {
	return c.RequirementID == "" || rulesOf(c.RequirementID).StatesJudged
}

// IsLateAnswer reports whether a push is the answer push of StateAnswerAfterHangup, which is sent after the hangup push of its call. The
// response does not matter: sipgate discards it, and a receiver may refuse the answer of a call that is over.
func IsLateAnswer(c transcript.Call, x transcript.Exchange) bool {
	return c.RequirementID == StateAnswerAfterHangup && x.Push.Event == push.Answer
}

// judgeStates judges how the application shows a call, if it was asked. A finding needs every push of the call accepted. Anything beyond
// the end of a plain call also needs that end to be shown correctly.
func judgeStates(js *judgements, c transcript.Call) {
	if len(c.States) == 0 || !JudgesStates(c) {
		return
	}
	legs, j := legsOf(c), stateJudge{judgements: js, call: c}
	_, j.unacceptedPush = firstUnacceptedPush(c)
	switch {
	case c.RequirementID == StateSimilarIDs && len(legs) == 2:
		j.judgeApart(legs[0], legs[1])
	case c.RequirementID == StateRepeatedPushes && len(legs) == 1:
		if l := legs[0]; j.begin(StateRepeatedPushes, l) && j.expect(expectToGoOn(l)) {
			j.judgeEnd(l, l.wasShown())
		}
	case c.RequirementID == StateAnswerAfterHangup && len(legs) == 1:
		j.judgeLateAnswer(legs[0])
	case areaOf(c.RequirementID) != "state":
		for _, l := range legs {
			switch {
			case l.next != nil && l.forwarded:
				j.judgeForward(l, l.next)
			case l.next != nil:
				j.judgeTransfer(l, l.next)
			case !l.diverted && j.begin(stateEnded, l):
				j.judgeEnd(l, l.wasShown())
			}
		}
	}
}

// judgeEnd judges that a leg is over after its hangup push, and reports whether it is. If the application never showed the leg, it may not
// know the leg at all. The answer counts only if shown is set: the application showed this leg, or another leg of the call.
func (j *stateJudge) judgeEnd(l *leg, shown bool) bool {
	over := expectation{questions: l.askedWhile(transcript.CallOver), right: transcript.StateQuestion.FitsWanted, want: "over", after: push.Hangup, leg: l}
	switch {
	case !j.expect(over):
		return false
	case shown:
		j.addMet(j.id)
	case l.answered && !l.outgoing: // an application may show no missed and no outgoing calls, but it should show these
		j.leaveOpen(j.id, noCallShown, "")
	}
	return shown
}

// expectToGoOn expects that a leg is not shown as over before its hangup push.
func expectToGoOn(l *leg) expectation {
	return expectation{
		questions: l.askedWhile(transcript.CallRinging, transcript.CallAnswered),
		right:     func(a transcript.StateQuestion) bool { return a.Shown != transcript.CallOver },
		want:      "ringing or answered, since the call goes on",
	}
}

// judgeForward judges a forward by its two legs, and the end of the second. An application that never showed the first leg may show
// answered calls only.
func (j *stateJudge) judgeForward(first, second *leg) {
	if !j.begin(stateForward, first, second) {
		return
	}
	shown := first.wasShown() || second.wasShown()
	always := expectToGoOn(second)
	last := expectation{questions: always.questions[max(0, len(always.questions)-1):], want: always.want}
	last.right = func(a transcript.StateQuestion) bool { return a.Shown != transcript.CallUnknown || !first.wasShown() }
	if j.expect(always, last) {
		j.judgeEnd(first, shown)
	}
	j.id = stateEnded
	j.judgeEnd(second, shown)
}

// judgeTransfer judges a transfer by its two legs. The last answer about the second has to be that it is answered. If the first was not
// shown as answered either, that is a gap.
func (j *stateJudge) judgeTransfer(first, second *leg) {
	answered := expectation{questions: second.askedWhile(transcript.CallAnswered), right: transcript.StateQuestion.FitsWanted, want: "answered"}
	answered.questions = answered.questions[max(0, len(answered.questions)-1):]
	if first.shownAtFirst(transcript.CallAnswered) != transcript.CallAnswered {
		answered.gap = Gap{Reason: noAnswerShown}
	}
	if !j.begin(stateTransfer, first, second) || !j.expect(answered) {
		return
	}
	for _, l := range []*leg{first, second} {
		if len(l.askedWhile(transcript.CallOver)) > 0 && !j.judgeEnd(l, first.wasShown() || l.wasShown()) {
			return
		}
	}
	if !first.ended && !second.ended {
		j.recordUnsent(first, push.Hangup)
		j.recordUnsent(second, push.Hangup)
	}
}

// judgeApart judges that the application keeps the two calls of StateSimilarIDs apart. The second begins while the first goes on, and the
// first is over before the second.
func (j *stateJudge) judgeApart(first, second *leg) {
	if !j.begin(StateSimilarIDs, first, second) {
		return
	}
	if i, _ := firstUnacceptedPush(j.call); i != -1 {
		_, isLost := lossBefore(j.call, i)
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
			questions: first.askedWhile(transcript.CallRinging, transcript.CallAnswered), right: transcript.StateQuestion.FitsWanted,
			want: "the call, under its whole callId of 136 characters",
		})
		return
	}
	if !j.recordGap(j.unacceptedPush) && j.expect(expectTwoCalls(first, second)...) {
		j.judgeEnd(first, first.wasShown())
	}
}

// expectTwoCalls expects that two calls are shown as two while both go on. Some applications do not show calls that ring, or show them as
// answered, so the second call is compared with what was shown of the first while that was alone.
func expectTwoCalls(first, second *leg) []expectation {
	const unknown, ringing, answered = transcript.CallUnknown, transcript.CallRinging, transcript.CallAnswered
	whileRinging, whileAnswered := first.shownAtFirst(ringing), first.shownAtFirst(answered)
	another := fmt.Sprintf(": it is another call than %s's", first.name)
	return []expectation{
		{questions: first.askedWhile(answered), want: "answered, whatever the other call does", right: func(a transcript.StateQuestion) bool {
			return a.Shown == answered || whileAnswered != answered
		}},
		{questions: second.askedWhile(ringing), want: "ringing" + another, right: func(a transcript.StateQuestion) bool {
			return a.Shown == ringing || a.Shown == answered && whileRinging != ringing || a.Shown == unknown && whileRinging == unknown
		}},
		{questions: second.askedWhile(answered), want: "answered" + another, right: func(a transcript.StateQuestion) bool {
			return a.Shown == ringing || a.Shown == answered
		}},
	}
}

// judgeLateAnswer judges that an answer push does not reopen a call if the hangup push came before it.
func (j *stateJudge) judgeLateAnswer(l *leg) {
	over := l.askedWhile(transcript.CallOver)
	n := min(1, len(over))
	before := expectation{questions: over[:n], right: transcript.StateQuestion.FitsWanted, after: push.Hangup, leg: l}
	before.gap = Gap{CauseID: stateEnded, Reason: fmt.Sprintf("the application did not show %s's call as over before the answer push was sent", l.name)}
	after := expectation{questions: over[n:], right: transcript.StateQuestion.FitsWanted, after: push.Answer, leg: l}
	after.want = "over, since its hangup push came before the answer push"
	switch {
	case !j.begin(StateAnswerAfterHangup, l) || j.recordGap(j.unacceptedPush) || !j.expect(before, after):
	case l.wasShown():
		j.addMet(j.id)
	default:
		j.setNotApplicable(j.id, "the application shows a call only when it is answered")
	}
}
