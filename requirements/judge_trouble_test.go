package requirements_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// troubleResults describes the judgements of a call, except those about responses and follow-up URLs, which have tests of their own.
func troubleResults(c transcript.Call) map[string]string {
	out := resultsExceptMet(requirements.JudgeCall(c, receiver))
	for id := range out {
		if r, _ := requirements.Find(id); r.Area() == "response" || r.Area() == "following" {
			delete(out, id)
		}
	}
	return out
}

func withStep(n int) func(*transcript.Exchange) { return func(x *transcript.Exchange) { x.Step = n } }

func leftOut(n int, e push.Event) transcript.NotSent {
	return transcript.NotSent{Step: n, Leg: "Doc", Push: push.Push{Event: e}, Reason: transcript.LeftOut}
}

func TestRefusedPushOfASequenceIsAFindingWithExcusesOrAGap(t *testing.T) {
	t.Parallel()
	newCall := func(n int) transcript.Exchange {
		return exchange(push.NewCall, 200, xmlType, bothSubscriptions, withStep(n))
	}
	answer := func(n, code int) transcript.Exchange { return exchange(push.Answer, code, "", "", withStep(n)) }
	hangup := func(n, code int) transcript.Exchange { return exchange(push.Hangup, code, "", "", withStep(n)) }
	asCopy := func(x transcript.Exchange) transcript.Exchange { x.Duplicate = true; return x }
	tests := []struct {
		name, id  string
		exchanges []transcript.Exchange
		notSent   []transcript.NotSent
		want      string
	}{
		{"call refused after a lost hangup: finding", "trouble.missing-hangup", []transcript.Exchange{newCall(0), answer(1, 200), exchange(push.NewCall, 500, "", "", withStep(3))}, []transcript.NotSent{leftOut(2, push.Hangup)}, "should unless push.newcall"},
		{"answer refused before the lost hangup: gap", "trouble.missing-hangup", []transcript.Exchange{newCall(0), answer(1, 500), newCall(3)}, []transcript.NotSent{leftOut(2, push.Hangup)}, "gap because push.answer"},
		{"hangup refused after a lost answer: finding", "trouble.missing-answer", []transcript.Exchange{newCall(0), hangup(2, 500)}, []transcript.NotSent{leftOut(1, push.Answer)}, "must unless push.hangup, call.unanswered"},
		{"copy refused: finding", "trouble.duplicate-push", []transcript.Exchange{newCall(0), asCopy(exchange(push.NewCall, 409, "", ""))}, nil, "should unless push.newcall"},
		{"first of two equal pushes refused: gap", "trouble.duplicate-push", []transcript.Exchange{exchange(push.NewCall, 500, "", "")}, nil, "gap because push.newcall"},
		{"late hangup refused: finding", "trouble.late-hangup", []transcript.Exchange{newCall(0), hangup(5, 200), hangup(4, 500)}, nil, "must unless push.hangup, call.transfer-answered"},
		{"answer refused before the late hangup: gaps", "trouble.late-hangup", []transcript.Exchange{newCall(0), answer(1, 500), hangup(5, 200), hangup(4, 200)}, nil, "gap because push.answer, gap because call.transfer-answered"},
		{"early newCall refused: finding", "trouble.out-of-order", []transcript.Exchange{newCall(0), exchange(push.NewCall, 500, "", "", asSecondLeg, withStep(2)), hangup(1, 200)}, nil, "should unless push.diversion, push.newcall, call.forward-busy"},
	}
	for _, test := range tests {
		c := transcript.Call{ID: 1, RequirementID: test.id, Exchanges: test.exchanges, NotSent: test.notSent, Complete: true}
		if diff := cmp.Diff(map[string]string{test.id: test.want}, troubleResults(c)); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestGoodPushRefusedAfterAStimulusIsAFindingWithExcuses(t *testing.T) {
	t.Parallel()
	const malformed, oversized, slow = "trouble.malformed-push", "trouble.oversized-push", "trouble.slow-push"
	tests := []struct {
		name, id  string
		exchanges []transcript.Exchange
		want      string
	}{
		{"no connection after a malformed push: finding", malformed, []transcript.Exchange{stimulusExchange(transcript.Dropped), endedExchange(push.NewCall, transcript.NotConnected)}, "must unless push.newcall, signature.missing"},
		{"good push after an oversized push timed out: finding", oversized, []transcript.Exchange{stimulusExchange(transcript.Complete), endedExchange(push.NewCall, transcript.TimedOut)}, "must unless response.in-time, signature.missing"},
		{"good push during a slow push timed out: finding", slow, []transcript.Exchange{stimulusExchange(transcript.HeldOpen), endedExchange(push.NewCall, transcript.TimedOut)}, "should unless response.in-time, signature.missing"},
		{"no connection during a slow push: finding", slow, []transcript.Exchange{stimulusExchange(transcript.HeldOpen), endedExchange(push.NewCall, transcript.NotConnected)}, "should unless push.newcall, signature.missing"},
	}
	for _, test := range tests {
		got := troubleResults(transcript.Call{ID: 1, RequirementID: test.id, Exchanges: test.exchanges, Complete: true})
		if diff := cmp.Diff(map[string]string{test.id: test.want}, got); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestLossDuringASlowPushIsAGap(t *testing.T) {
	t.Parallel()
	const malformed, slow = "trouble.malformed-push", "trouble.slow-push"
	notConnected := []transcript.Exchange{stimulusExchange(transcript.HeldOpen), endedExchange(push.NewCall, transcript.NotConnected)}
	lostResults := troubleResults(transcript.Call{ID: 1, RequirementID: slow, Exchanges: notConnected, Background: transcript.Background{Lost: &transcript.Loss{Requirement: slow}}})
	if diff := cmp.Diff(map[string]string{slow: "gap"}, lostResults); diff != "" {
		t.Errorf("receiver lost, and no connection after the slow push: mismatch (-want +got):\n%s", diff)
	}
	notPlayedResults := troubleResults(transcript.Call{ID: 1, RequirementID: slow, Background: transcript.Background{Lost: &transcript.Loss{Requirement: malformed}}})
	if diff := cmp.Diff(map[string]string{slow: "gap because " + malformed}, notPlayedResults); diff != "" {
		t.Errorf("stimulus that was not played, because the receiver was lost: mismatch (-want +got):\n%s", diff)
	}
}
