package requirements_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestCallsWithSimilarIDsShownAsOneAreAFinding(t *testing.T) {
	t.Parallel()
	const id, met = requirements.StateSimilarIDs, "state.apart: met"
	ring, answer, hangup := acceptedExchange(push.NewCall, "Doc", "1"), acceptedExchange(push.Answer, "Doc", "1"), acceptedExchange(push.Hangup, "Doc", "1")
	ring2, answer2 := acceptedExchange(push.NewCall, "Marty", "2"), acceptedExchange(push.Answer, "Marty", "2")
	calls := []transcript.Exchange{ring, answer, ring2, answer2, hangup}
	secondRing := func(outcome transcript.Exchange) []transcript.Exchange {
		return []transcript.Exchange{ring, answer, withOutcomeOf(ring2, outcome), answer2, hangup}
	}
	refused := exchange(push.NewCall, 500, "", "")
	checkStates(t, []stateRow{
		{"shown as two calls: met", callWithStates(id, calls, "ringing, answered, answered ringing, answered answered, over answered"), []string{met}},
		{"ringing calls shown as answered: met", callWithStates(id, calls, "answered, answered, answered answered, answered answered, over answered"), []string{met}},
		{"answered calls shown as ringing: met", callWithStates(id, calls, "ringing, ringing, ringing ringing, ringing ringing, over ringing"), []string{met}},
		{"ringing calls not shown: met", callWithStates(id, calls, "unknown, answered, answered unknown, answered answered, over answered"), []string{met}},
		{"second call shown as answered together with the first: finding", callWithStates(id, calls, "ringing, answered, answered answered, answered answered, over answered"),
			[]string{"state.apart: must, exchange 2: want Marty's call shown as ringing: it is another call than Doc's, got answered after the newCall push"}},
		{"second call never shown: finding", callWithStates(id, calls, "ringing, answered, answered unknown, answered unknown, over unknown"),
			[]string{"state.apart: must, exchange 2: want Marty's call shown as ringing: it is another call than Doc's, got unknown after the newCall push"}},
		{"second call shown as over from the start: finding", callWithStates(id, calls, "unknown, answered, answered over, answered answered, over answered"),
			[]string{"state.apart: must, exchange 2: want Marty's call shown as ringing: it is another call than Doc's, got over after the newCall push"}},
		{"second call shown as over together with the first: finding", callWithStates(id, calls, "ringing, answered, answered ringing, answered answered, over over"),
			[]string{"state.apart: must, exchange 4: want Marty's call shown as answered: it is another call than Doc's, got over after the hangup push (normalClearing) on Doc's leg"}},
		{"first call shown as over after the newCall of the second: finding", callWithStates(id, calls, "ringing, answered, over ringing, answered answered, over answered"),
			[]string{"state.apart: must, exchange 2: want Doc's call shown as answered, whatever the other call does, got over after the newCall push on Marty's leg"}},
		{"neither call shown: finding", callWithStates(id, calls, "unknown, unknown, unknown unknown, unknown unknown, unknown unknown"),
			[]string{"state.apart: must, exchange 0: want Doc's call shown as the call, under its whole callId of 136 characters, got unknown after the newCall push"}},
		{"neither call shown, and the state of the first asked only after its hangup: not judged", callWithStates(id, calls, "-, -, - unknown, - unknown, unknown unknown"), nil},
		{"only the second call shown: gap", callWithStates(id, calls, "unknown, unknown, unknown ringing, unknown answered, unknown answered"), []string{"state.apart: " + noCallShownGap}},
		{"state unreadable: gap", callWithStates(id, calls, "ringing, answered, ? ringing, answered answered, over answered"), []string{"state.apart: " + unreadableStateGap}},
		{"only one call played: not judged", callWithStates(id, calls, "ringing, answered"), nil},

		{"second newCall refused: finding", callWithStates(id, secondRing(refused), "ringing, answered, answered, answered, over"),
			[]string{"state.apart: must, exchange 2: want the pushes of a second call accepted, as those of the first were, got the newCall push on Marty's leg: status 500"}},
		{"second newCall accepted after 12 s: gap", callWithStates(id, secondRing(exchange(push.NewCall, 200, xmlType, bothSubscriptions, withTimes(12*time.Second, 30*time.Second))), "ringing, answered, answered ringing, answered answered, over answered"),
			[]string{"state.apart: gap because response.in-time: the newCall push on Marty's leg was not accepted: status 200 after 12.0 s"}},
		{"second newCall timed out, and its call not shown: gap", callWithStates(id, secondRing(endedExchange(push.NewCall, transcript.TimedOut)), "ringing, answered, - -, answered unknown, over unknown"),
			[]string{"state.apart: gap because response.in-time: the newCall push on Marty's leg was not accepted: no response within 10 s"}},
		{"first newCall refused: gap", callWithStates(id, []transcript.Exchange{withOutcomeOf(ring, refused), answer, ring2, answer2, hangup}, "-, unknown, unknown unknown, unknown unknown, unknown unknown"),
			[]string{"state.apart: gap because push.newcall: the newCall push on Doc's leg was not accepted: status 500"}},
	})
}

func TestPushThatComesTwiceAndCountsTwiceIsAFinding(t *testing.T) {
	t.Parallel()
	const id = requirements.StateRepeatedPushes
	ring, answer, hangup := acceptedExchange(push.NewCall, "Doc", "1"), acceptedExchange(push.Answer, "Doc", "1"), acceptedExchange(push.Hangup, "Doc", "1")
	twice := []transcript.Exchange{ring, repeatedExchange(ring), answer, repeatedExchange(answer), hangup}
	refused := []transcript.Exchange{ring, withOutcomeOf(repeatedExchange(ring), exchange(push.NewCall, 409, "", "")), answer, repeatedExchange(answer), hangup}
	checkStates(t, []stateRow{
		{"call shown as over at the end: met", callWithStates(id, twice, "ringing, ringing, answered, answered, over"), []string{"state.once: met"}},
		{"call still shown as answered at the end: finding", callWithStates(id, twice, "ringing, ringing, answered, answered, answered"),
			[]string{"state.once: must, exchange 4: want Doc's call shown as over, got answered after the hangup push (normalClearing)"}},
		{"call shown as over after the second answer: finding", callWithStates(id, twice, "ringing, ringing, answered, over, over"),
			[]string{"state.once: must, exchange 3: want Doc's call shown as ringing or answered, since the call goes on, got over after the answer push"}},
		{"state unreadable, then call shown as over too early: gap", callWithStates(id, twice, "ringing, ?, answered, over, over"), []string{"state.once: " + unreadableStateGap}},
		{"copy refused, call shown as over at the end: met", callWithStates(id, refused, "ringing, -, answered, answered, over"), []string{"state.once: met"}},
		{"copy refused, call still shown as answered at the end: gap", callWithStates(id, refused, "ringing, -, answered, answered, answered"),
			[]string{"state.once: gap because trouble.duplicate-push: the newCall push on Doc's leg was not accepted when it came again: status 409"}},
		{"call with a second leg: not judged", callWithStates(id, []transcript.Exchange{ring, acceptedExchange(push.NewCall, "Marty", "2", asSecondLegOf("1"))}, "ringing, over over"), nil},
	})
}

func TestAnswerThatReopensACallIsAFinding(t *testing.T) {
	t.Parallel()
	const (
		id       = requirements.StateAnswerAfterHangup
		met      = "state.late-answer: met"
		reopened = "state.late-answer: should, exchange 2: want Doc's call shown as over, since its hangup push came before the answer push, got answered after the answer push"
		noAnswer = "state.late-answer: not applicable: the receiver does not subscribe to the answer of such a call"
	)
	ring, hangup, answer := acceptedExchange(push.NewCall, "Doc", "1"), acceptedExchange(push.Hangup, "Doc", "1"), acceptedExchange(push.Answer, "Doc", "1")
	call := func(outcome transcript.Exchange) []transcript.Exchange {
		return []transcript.Exchange{ring, hangup, withOutcomeOf(answer, outcome)}
	}
	calls := call(answer)
	checkStates(t, []stateRow{
		{"call still shown as over: met", callWithStates(id, calls, "ringing, over, over"), []string{met}},
		{"call forgotten: met", callWithStates(id, calls, "ringing, unknown, unknown"), []string{met}},
		{"call shown as answered again: finding", callWithStates(id, calls, "ringing, over, answered"), []string{reopened}},
		{"call first shown after the answer: finding", callWithStates(id, calls, "unknown, unknown, answered"), []string{reopened}},
		{"answer refused with 500, call shown as answered again: finding", callWithStates(id, call(exchange(push.Answer, 500, "", "")), "ringing, over, answered"), []string{reopened}},
		{"call never shown: not applicable", callWithStates(id, calls, "unknown, unknown, unknown"),
			[]string{"state.late-answer: not applicable: the application shows a call only when it is answered"}},
		{"call not shown as over before the answer: gap", callWithStates(id, calls, "ringing, ringing, answered"),
			[]string{"state.late-answer: gap because state.ended: the application did not show Doc's call as over before the answer push was sent"}},
		{"state unreadable: gap", callWithStates(id, calls, "ringing, over, ?"), []string{"state.late-answer: " + unreadableStateGap}},
		{"hangup refused: gap", callWithStates(id, []transcript.Exchange{ring, withOutcomeOf(hangup, exchange(push.Hangup, 500, "", "")), answer}, "ringing, over, answered"),
			[]string{"state.late-answer: gap because push.hangup: the hangup push on Doc's leg was not accepted: status 500"}},
		{"no connection for the answer: gap", callWithStates(id, call(endedExchange(push.Answer, transcript.NotConnected)), "ringing, over, over"),
			[]string{"state.late-answer: gap because push.answer: the answer push on Doc's leg was not accepted: no connection: "}},
		{"no subscription to hangup: not applicable", withNotSent(callWithStates(id, calls, "ringing"), docPushNotSent(push.Hangup, transcript.NotSubscribed)), []string{"state.late-answer: " + noHangupSubscription}},
		{"no subscription to answer: not applicable", withNotSent(callWithStates(id, calls, "ringing, over"), docPushNotSent(push.Answer, transcript.NotSubscribed)), []string{noAnswer}},
		{"no subscription to answer, and newCall response of the wrong type: not applicable",
			withNotSent(callWithStates(id, []transcript.Exchange{withOutcomeOf(ring, exchange(push.NewCall, 200, "text/html", bothSubscriptions)), hangup}, "ringing, over"), docPushNotSent(push.Answer, transcript.NotSubscribed)), []string{noAnswer}},
		{"answer URL not reached: gap", withNotSent(callWithStates(id, calls, "ringing, over"), docPushNotSent(push.Answer, transcript.NotReached)),
			[]string{"state.late-answer: gap because following.reachable: the answer push on Doc's leg was not sent: not reached"}},
		{"call with a second leg: not judged", callWithStates(id, []transcript.Exchange{ring, hangup, acceptedExchange(push.NewCall, "Marty", "2", asSecondLegOf("1"))}, "ringing, over, over ringing"), nil},
	})
}

func TestFindingAboutStatesIsExcusedByPlainerRequirements(t *testing.T) {
	t.Parallel()
	ring, answer, hangup := acceptedExchange(push.NewCall, "Doc", "1"), acceptedExchange(push.Answer, "Doc", "1"), acceptedExchange(push.Hangup, "Doc", "1")
	ring2 := acceptedExchange(push.NewCall, "Marty", "2")
	refused := withOutcomeOf(ring2, exchange(push.NewCall, 500, "", ""))
	for name, test := range map[string]struct {
		call transcript.Call
		want []string
	}{
		"plain call still shown as answered: no excuse":           {callWithStates("", []transcript.Exchange{ring, answer, hangup}, "ringing, answered, answered"), nil},
		"call still shown as ringing, pushes came twice: excused": {callWithStates(requirements.StateRepeatedPushes, []transcript.Exchange{ring, repeatedExchange(ring), hangup}, "ringing, ringing, ringing"), []string{"state.ended"}},
		"second call with a similar id shown as over: excused":    {callWithStates(requirements.StateSimilarIDs, []transcript.Exchange{ring, ring2}, "ringing, ringing over"), []string{"state.ended", "push.long-call-ids"}},
		"second call with a similar id refused: excused":          {callWithStates(requirements.StateSimilarIDs, []transcript.Exchange{ring, refused}, "ringing, -"), []string{"push.long-call-ids"}},
	} {
		for _, j := range requirements.JudgeCall(test.call, receiver) {
			if !strings.HasPrefix(j.Requirement, "state.") {
				continue
			}
			if len(j.Findings) != 1 {
				t.Fatalf("%s: JudgeCall has findings %v of %s, want one", name, j.Findings, j.Requirement)
			}
			if diff := cmp.Diff(test.want, j.Findings[0].ExcuseIDs()); diff != "" {
				t.Errorf("%s: excuses mismatch (-want +got):\n%s", name, diff)
			}
		}
	}
}

func TestPushesOfACallAboutStatesAreJudged(t *testing.T) {
	t.Parallel()
	refused := func(x *transcript.Exchange) { x.Status = 500 }
	ring, hangup := acceptedExchange(push.NewCall, "Doc", "1"), acceptedExchange(push.Hangup, "Doc", "1")
	for name, test := range map[string]struct {
		requirementID string
		exchanges     []transcript.Exchange
		want          []string
	}{
		"first call with a long callId refused: finding": {requirements.StateSimilarIDs, []transcript.Exchange{acceptedExchange(push.NewCall, "Doc", "1", asOdd, refused)},
			[]string{"push.long-call-ids: must, exchange 0: want a response with a 2xx status, in time, got status 500"}},
		"second call with a long callId refused: no finding": {requirements.StateSimilarIDs, []transcript.Exchange{acceptedExchange(push.NewCall, "Doc", "1", asOdd), acceptedExchange(push.NewCall, "Marty", "2", asOdd, refused)},
			[]string{"push.long-call-ids: met"}},
		"copy refused: no finding":        {requirements.StateRepeatedPushes, []transcript.Exchange{ring, repeatedExchange(acceptedExchange(push.NewCall, "Doc", "1", refused))}, []string{"push.newcall: met"}},
		"late answer refused: no finding": {requirements.StateAnswerAfterHangup, []transcript.Exchange{ring, hangup, acceptedExchange(push.Answer, "Doc", "1", refused)}, []string{"push.newcall: met"}},
	} {
		c := transcript.Call{ID: 1, RequirementID: test.requirementID, Exchanges: test.exchanges, Complete: true}
		if diff := cmp.Diff(test.want, summarize(requirements.JudgeCall(c, receiver), "push.")); diff != "" {
			t.Errorf("%s: JudgeCall mismatch (-want +got):\n%s", name, diff)
		}
	}
}
