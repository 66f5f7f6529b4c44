package requirements_test

import (
	"testing"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestStateAfterPushesIsTheSameInAnyOrder(t *testing.T) {
	t.Parallel()
	const ring, answer, digits, hangup = push.NewCall, push.Answer, push.DTMF, push.Hangup
	tests := []struct {
		name   string
		events []push.Event
		want   transcript.CallState
	}{
		{"no push: no state", nil, ""},
		{"newCall: ringing", []push.Event{ring}, transcript.CallRinging},
		{"answer: answered", []push.Event{ring, answer}, transcript.CallAnswered},
		{"answer before the newCall: answered", []push.Event{answer, ring}, transcript.CallAnswered},
		{"second newCall after the answer: answered", []push.Event{ring, answer, ring}, transcript.CallAnswered},
		{"hangup after the answer: over", []push.Event{ring, answer, hangup}, transcript.CallOver},
		{"hangup without an answer: over", []push.Event{ring, hangup}, transcript.CallOver},
		{"hangup before the answer: over", []push.Event{ring, hangup, answer}, transcript.CallOver},
		{"dtmf alone: no state", []push.Event{digits}, ""},
		{"dtmf after the answer: answered", []push.Event{ring, answer, digits}, transcript.CallAnswered},
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

func TestStatesAreJudgedInPlainCallsAndInWatchedOnes(t *testing.T) {
	t.Parallel()
	for stimulus, want := range map[string]bool{
		"": true, requirements.StateApart: true, requirements.StateOnce: true, "push.unknown-cause": true, "push.user-empty": false, "trouble.duplicate-push": false,
	} {
		if got := requirements.ShowsState(transcript.Call{Stimulus: stimulus}); got != want {
			t.Errorf("ShowsState(a call played for %q) = %t, want %t", stimulus, got, want)
		}
	}
}
