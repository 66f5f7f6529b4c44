package transcript_test

import (
	"testing"
	"time"

	"github.com/pushcheck/pushcheck/transcript"
)

func TestAftermathIsUnhealthyIfAFieldIsSet(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		aftermath transcript.Aftermath
		want      bool
	}{
		"no field": {transcript.Aftermath{}, false},
		"gone":     {transcript.Aftermath{Gone: true}, true},
		"silent":   {transcript.Aftermath{Silent: true}, true},
		"away":     {transcript.Aftermath{Away: time.Millisecond}, true},
	} {
		if got := test.aftermath.IsUnhealthy(); got != test.want {
			t.Errorf("%s: IsUnhealthy() = %t, want %t", name, got, test.want)
		}
	}
}
