package transcript_test

import (
	"testing"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestPlayedKindIsDerivedFromTheRequirementIfTheCallHasNoKind(t *testing.T) {
	t.Parallel()
	foreignRequest := []transcript.Exchange{{Twist: transcript.Twist{ForeignName: "a GET"}}}
	tests := []struct {
		name string
		call transcript.Call
		want transcript.Kind
	}{
		{"call with a kind", transcript.Call{Kind: transcript.Forged, Crowd: 2, RequirementID: "push.user-empty"}, transcript.Forged},
		{"call without a requirement", transcript.Call{Scenario: "incoming-answered"}, transcript.Plain},
		{"calls that were played at once", transcript.Call{RequirementID: "call.concurrent", Crowd: 1}, transcript.Crowd},
		{"call for trouble.many-calls that was not played", transcript.Call{RequirementID: "trouble.many-calls"}, transcript.Crowd},
		{"call for call.concurrent that was not played", transcript.Call{RequirementID: "call.concurrent"}, transcript.Crowd},
		{"foreign request after a good call", transcript.Call{RequirementID: "trouble.malformed-push", Background: transcript.Background{GoodCallBefore: map[push.Event]transcript.Treatment{}}}, transcript.Provocation},
		{"foreign request as first exchange", transcript.Call{RequirementID: "trouble.malformed-push", Exchanges: foreignRequest}, transcript.Provocation},
		{"requirement push.user-empty", transcript.Call{RequirementID: "push.user-empty", Exchanges: []transcript.Exchange{{}}}, transcript.Odd},
		{"requirement trouble.unknown-call", transcript.Call{RequirementID: "trouble.unknown-call"}, transcript.Odd},
		{"requirement state.apart", transcript.Call{RequirementID: "state.apart"}, transcript.Odd},
		{"requirement signature.any-body", transcript.Call{RequirementID: "signature.any-body"}, transcript.Odd},
		{"requirement signature.missing", transcript.Call{RequirementID: "signature.missing"}, transcript.Forged},
		{"requirement signature.forged", transcript.Call{RequirementID: "signature.forged"}, transcript.Forged},
		{"requirement trouble.missing-hangup", transcript.Call{RequirementID: "trouble.missing-hangup"}, transcript.Sequence},
		{"requirement state.once", transcript.Call{RequirementID: "state.once"}, transcript.Sequence},
	}
	for _, test := range tests {
		if got := test.call.PlayedKind(); got != test.want {
			t.Errorf("%s: PlayedKind() = %q, want %q", test.name, got, test.want)
		}
	}
}
