package requirements_test

import (
	"testing"

	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestStatesAreJudgedInPlainCallsAndInCallsForSomeRequirements(t *testing.T) {
	t.Parallel()
	for requirementID, want := range map[string]bool{
		"": true, requirements.StateSimilarIDs: true, requirements.StateRepeatedPushes: true, "push.unknown-cause": true, "push.user-empty": false, "trouble.duplicate-push": false,
	} {
		if got := requirements.AreStatesJudged(transcript.Call{RequirementID: requirementID}); got != want {
			t.Errorf("AreStatesJudged(a call played for %q) = %t, want %t", requirementID, got, want)
		}
	}
}
