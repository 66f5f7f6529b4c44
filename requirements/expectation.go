package requirements

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

// expectation is what a requirement expects the application to answer to some questions about the state of a leg.
type expectation struct {
	questions  []transcript.StateQuestion          // with the answers
	isRight    func(transcript.StateQuestion) bool // reports whether an answer is right
	want       string                              // the right answer, in the words of the finding
	gapIfWrong Gap                                 // recorded if an answer is wrong; zero: a wrong answer is a finding
	afterEvent push.Event                          // there must be a question after the push of this event; "" if no question is needed
	leg        *leg                                // the leg of the push of afterEvent
}

// stateJudge judges how the application shows the legs of one call, for one requirement.
type stateJudge struct {
	*judgements
	call              transcript.Call
	id                string // id of the requirement that is judged
	unacceptedPushGap Gap    // recorded in place of a finding, because a push of the call was not accepted; zero: every push was accepted
}

// startJudging begins to judge the requirement id by some legs. If the application could not be asked about one leg, it records a gap and
// returns false.
func (j *stateJudge) startJudging(id string, legs ...*leg) bool {
	j.id = id
	for _, l := range legs {
		for _, a := range l.questions {
			if a.Shown == "" {
				j.recordGapIfSet(Gap{Reason: "the call state could not be read: " + a.Failure})
				return false
			}
		}
	}
	return true
}

// recordGapIfSet records a gap and returns true. If the gap is zero, it returns false.
func (j *stateJudge) recordGapIfSet(g Gap) bool {
	if g.Reason != "" {
		j.addGap(j.id, g)
	}
	return g.Reason != ""
}

// expect judges expectations in order, and reports whether all are met. For the first expectation that is not met it records a finding, or
// a gap if a wrong answer proves nothing.
func (j *stateJudge) expect(expectations ...expectation) bool {
	for _, e := range expectations {
		if len(e.questions) == 0 && e.afterEvent != "" {
			if !j.recordGapIfSet(j.unacceptedPushGap) {
				j.recordUnsentPush(e.leg, e.afterEvent)
			}
			return false
		}
		if i := slices.IndexFunc(e.questions, func(a transcript.StateQuestion) bool { return !e.isRight(a) }); i >= 0 {
			j.recordWrongAnswer(e, e.questions[i])
			return false
		}
	}
	return true
}

// recordUnsentPush records why a push of a leg was not sent, if the requirement cannot be judged without that push.
func (j *stateJudge) recordUnsentPush(l *leg, event push.Event) {
	for _, n := range j.call.NotSent {
		switch {
		case n.Push.CallID != l.callID || n.Push.Event != event:
		case n.Reason != transcript.NotSubscribed:
			j.addGap(j.id, gapOfUnsentPush(j.call, n))
		case event == push.Hangup:
			j.setNotRequested(j.call, j.id, "the receiver does not subscribe to the hangup of such a call, so it cannot know when the call ends")
		default:
			j.setNotApplicable(j.id, fmt.Sprintf("the receiver does not subscribe to the %s of such a call", event))
		}
	}
}

// recordWrongAnswer records a finding about a wrong answer. It records a gap instead if pushes were not accepted, or if pushcheck did not
// wait long enough.
func (j *stateJudge) recordWrongAnswer(e expectation, a transcript.StateQuestion) {
	var waitGap Gap
	if a.CutShort {
		waitGap = Gap{CauseID: stateEnded, Reason: fmt.Sprintf(
			"the application did not show %s's call correctly at once, and pushcheck no longer waited, after too many earlier timeouts", a.Leg)}
	}
	if j.recordGapIfSet(cmp.Or(e.gapIfWrong, j.unacceptedPushGap, waitGap)) {
		return
	}
	index := 0
	for i, x := range j.call.Exchanges {
		if x.Step == a.Step {
			index = i
		}
	}
	j.addFinding(j.id, Finding{
		Want: fmt.Sprintf("%s's call shown as %s", a.Leg, e.want), Got: describeAnswer(a, j.call.Exchanges[index]),
		Call: j.call.ID, Exchange: index, Conditions: Conditions{Excuses: catalogueExcuses(j.id, push.Push{})},
	})
}

// describeAnswer describes what the application showed, and when.
func describeAnswer(a transcript.StateQuestion, x transcript.Exchange) string {
	text := string(a.Shown)
	if a.Word != "" && a.Word != text {
		text += fmt.Sprintf(" (it says %s)", response.Quote(a.Word))
	}
	if waited := a.Waited.Round(time.Second / 10); waited > 0 {
		text += fmt.Sprintf(", still %s", waited)
	}
	text += fmt.Sprintf(" after the %s push", x.Push.Event)
	if x.Push.Cause != "" {
		text += fmt.Sprintf(" (%s)", x.Push.Cause)
	}
	if x.Leg != a.Leg {
		text += fmt.Sprintf(" on %s's leg", x.Leg)
	}
	return text
}

// firstUnacceptedPush returns the index of the first push of a call that was not accepted, and the gap of requirements about the state of
// the call because of that push. It returns -1 if every push was accepted.
func firstUnacceptedPush(c transcript.Call) (int, Gap) {
	for i, x := range c.Exchanges {
		loss, isLost := lossGapBefore(c, i)
		refusal, isRefusal := verificationRefusalGap(x)
		switch {
		case isLost:
			return i, Gap{Reason: loss.Reason, CauseID: loss.CauseID}
		case isRefusal:
			return i, Gap{Reason: refusal.Reason}
		case IsLateAnswer(c, x) && x.Status != 0:
		case x.Duplicate && !x.Accepted():
			return i, Gap{Reason: outcome.PushName(x) + " was not accepted when it came again: " + outcome.DescribeEnd(x), CauseID: troubleDuplicatePush}
		case !outcome.AcceptedInTime(x):
			return i, Gap{Reason: outcome.PushName(x) + " was not accepted: " + outcome.DescribeEnd(x), CauseID: causeOfRefusal(x)}
		}
	}
	return -1, Gap{}
}
