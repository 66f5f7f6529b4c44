package transcript_test

import (
	"testing"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestCallIsPlayedAsItsKindOrAsOlderVersionsPlayedItsRequirement(t *testing.T) {
	t.Parallel()
	stranger := []transcript.Exchange{{Twist: transcript.Twist{ForeignName: "a GET"}}}
	tests := []struct {
		name string
		call transcript.Call
		want transcript.Kind
	}{
		{"kind is set", transcript.Call{Kind: transcript.Forged, Crowd: 2, Stimulus: "push.user-empty"}, transcript.Forged},
		{"no requirement", transcript.Call{Scenario: "incoming-answered"}, transcript.Plain},
		{"calls at once", transcript.Call{Stimulus: "call.concurrent", Crowd: 1}, transcript.Crowd},
		{"calls at once that were not played", transcript.Call{Stimulus: "trouble.many-calls"}, transcript.Crowd},
		{"calls that overlap and were not played", transcript.Call{Stimulus: "call.concurrent"}, transcript.Crowd},
		{"no push after a good call", transcript.Call{Stimulus: "trouble.malformed-push", Background: transcript.Background{GoodCallBefore: map[push.Event]transcript.Treatment{}}}, transcript.Provocation},
		{"no push", transcript.Call{Stimulus: "trouble.malformed-push", Exchanges: stranger}, transcript.Provocation},
		{"push of another form", transcript.Call{Stimulus: "push.user-empty", Exchanges: []transcript.Exchange{{}}}, transcript.Odd},
		{"push of an unknown call", transcript.Call{Stimulus: "trouble.unknown-call"}, transcript.Odd},
		{"calls with similar ids", transcript.Call{Stimulus: "state.apart"}, transcript.Odd},
		{"signed push of another form", transcript.Call{Stimulus: "signature.any-body"}, transcript.Odd},
		{"push without a signature", transcript.Call{Stimulus: "signature.missing"}, transcript.Forged},
		{"push with a wrong signature", transcript.Call{Stimulus: "signature.forged"}, transcript.Forged},
		{"lost push", transcript.Call{Stimulus: "trouble.missing-hangup"}, transcript.Sequence},
		{"state after pushes that came twice", transcript.Call{Stimulus: "state.once"}, transcript.Sequence},
	}
	for _, test := range tests {
		if got := test.call.PlayedKind(); got != test.want {
			t.Errorf("%s: PlayedKind() = %q, want %q", test.name, got, test.want)
		}
	}
}
