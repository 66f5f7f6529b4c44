package requirements_test

import (
	"testing"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestStateFollowsFromPushesInAnyOrder(t *testing.T) {
	t.Parallel()
	const ring, answer, digits, hangup = push.NewCall, push.Answer, push.DTMF, push.Hangup
	tests := []struct {
		name   string
		events []push.Event
		want   transcript.CallState
	}{
		{"no push", nil, ""},
		{"a ring", []push.Event{ring}, transcript.CallRinging},
		{"an answer", []push.Event{ring, answer}, transcript.CallAnswered},
		{"an answer that overtook the ring", []push.Event{answer, ring}, transcript.CallAnswered},
		{"a ring that comes again", []push.Event{ring, answer, ring}, transcript.CallAnswered},
		{"the end", []push.Event{ring, answer, hangup}, transcript.CallOver},
		{"the end of a call without an answer", []push.Event{ring, hangup}, transcript.CallOver},
		{"an end that overtook the answer", []push.Event{ring, hangup, answer}, transcript.CallOver},
		{"digits do not count", []push.Event{digits}, ""},
		{"digits after the answer", []push.Event{ring, answer, digits}, transcript.CallAnswered},
	}
	for _, test := range tests {
		exchanges := []transcript.Exchange{pushed(push.Hangup, "Marty", "another")}
		for _, e := range test.events {
			exchanges = append(exchanges, pushed(e, "Doc", "1"))
		}
		if got := requirements.StateAfter(exchanges, "1"); got != test.want {
			t.Errorf("%s: StateAfter() = %q, want %q", test.name, got, test.want)
		}
	}
}

func TestStatesAreJudgedInPlainCallsAndInCallsPlayedForThem(t *testing.T) {
	t.Parallel()
	for stimulus, want := range map[string]bool{
		"": true, requirements.StateApart: true, requirements.StateOnce: true, "push.user-empty": false, "trouble.duplicate-push": false,
	} {
		if got := requirements.ShowsState(transcript.Call{Stimulus: stimulus}); got != want {
			t.Errorf("ShowsState(a call played for %q) = %t, want %t", stimulus, got, want)
		}
	}
}
