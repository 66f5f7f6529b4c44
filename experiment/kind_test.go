package experiment_test

import (
	"testing"

	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestEachKindOfExperimentHasAKindOfCall(t *testing.T) {
	t.Parallel()
	for kind, want := range map[experiment.Kind]transcript.Kind{
		experiment.Plain: transcript.Plain, experiment.Odd: transcript.Odd, experiment.Forged: transcript.Forged,
		experiment.Sequence: transcript.Sequence, experiment.Overlap: transcript.Crowd, experiment.Crowd: transcript.Crowd,
		experiment.Provocation: transcript.Provocation,
	} {
		if got := kind.CallKind(); got != want {
			t.Errorf("CallKind() of kind %d = %q, want %q", kind, got, want)
		}
	}
}
