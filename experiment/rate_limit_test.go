package experiment_test

import (
	"testing"
	"time"

	"github.com/pushcheck/pushcheck/experiment"
)

func TestRunWaitsAtMostAMinuteForARateLimit(t *testing.T) {
	t.Parallel()
	type ask struct {
		at, d time.Duration // since the run began, and for how long
		want  bool
	}
	const s = time.Second
	tests := []struct {
		name       string
		waits      []ask
		nextPushAt time.Duration
		totalWait  time.Duration
	}{
		{"not asked", nil, 0, 0},
		{"without a duration", []ask{{10 * s, 0, false}}, 0, 0},
		{"in the past", []ask{{10 * s, -s, false}}, 0, 0},
		{"a moment", []ask{{10 * s, 1, true}}, 10*s + 1, 1},
		{"a minute", []ask{{10 * s, 60 * s, true}}, 70 * s, 60 * s},
		{"more than a minute", []ask{{0, 60*s + 1, false}, {0, 60 * s, true}}, 60 * s, 60 * s},
		{"twice half a minute", []ask{{0, 30 * s, true}, {30 * s, 30 * s, true}, {60 * s, s, false}}, 60 * s, 60 * s},
		{"twice half a minute with a pause between", []ask{{0, 30 * s, true}, {100 * s, 30 * s, true}, {200 * s, 1, false}}, 130 * s, 60 * s},
		{"side by side", []ask{{0, 60 * s, true}, {0, 60 * s, true}, {s, 59 * s, true}}, 60 * s, 60 * s},
		{"side by side, and a little more each", []ask{{0, 50 * s, true}, {5 * s, 50 * s, true}, {10 * s, 51 * s, false}}, 55 * s, 55 * s},
		{"side by side, and not as long", []ask{{0, 50 * s, true}, {5 * s, 10 * s, true}}, 50 * s, 50 * s},
	}
	for _, test := range tests {
		var h experiment.Health
		for i, a := range test.waits {
			if got := h.RecordRetryAfter(a.at, a.d); got != a.want {
				t.Errorf("%s: RecordRetryAfter() = %t for wait %d, want %t", test.name, got, i+1, a.want)
			}
		}
		if got := h.NextPushTime(); got != test.nextPushAt {
			t.Errorf("%s: NextPushTime() = %s, want %s", test.name, got, test.nextPushAt)
		}
		if got := h.TotalWait(); got != test.totalWait {
			t.Errorf("%s: TotalWait() = %s, want %s", test.name, got, test.totalWait)
		}
	}
}

func TestWaitedTimeAddsWaitsForTheRateLimitAndForRestarts(t *testing.T) {
	t.Parallel()
	var h experiment.Health
	h.RecordRetryAfter(0, 10*time.Second)
	h.RecordRestartWait(2*time.Second, true)
	h.RecordRestartWait(3*time.Second, false)
	if got, want := h.TotalWait(), 15*time.Second; got != want {
		t.Errorf("TotalWait() = %s, want %s", got, want)
	}
}
