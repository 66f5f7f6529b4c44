package requirements_test

import (
	"testing"

	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestStatesAreJudgedInPlainCallsAndInWatchedOnes(t *testing.T) {
	t.Parallel()
	for stimulus, want := range map[string]bool{
		"": true, requirements.StateSimilarIDs: true, requirements.StateRepeatedPushes: true, "push.unknown-cause": true, "push.user-empty": false, "trouble.duplicate-push": false,
	} {
		if got := requirements.AreStatesJudged(transcript.Call{RequirementID: stimulus}); got != want {
			t.Errorf("ShowsState(a call played for %q) = %t, want %t", stimulus, got, want)
		}
	}
}
