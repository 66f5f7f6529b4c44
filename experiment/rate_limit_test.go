package experiment_test

import (
	"testing"
	"time"

	"github.com/pushcheck/pushcheck/experiment"
)

func TestRunWaitsAtMostAMinuteForARateLimit(t *testing.T) {
	t.Parallel()
	type request struct { // the receiver asks for a wait
		askedAt, wait time.Duration // time since the run began, and length of the wait
		isWaited      bool          // the run waits as long as asked
	}
	const s = time.Second
	tests := []struct {
		name       string
		requests   []request
		nextPushAt time.Duration
		totalWait  time.Duration
	}{
		{"no wait is asked for", nil, 0, 0},
		{"a wait of 0: no wait", []request{{10 * s, 0, false}}, 0, 0},
		{"a negative wait: no wait", []request{{10 * s, -s, false}}, 0, 0},
		{"a wait of 1 ns: waits", []request{{10 * s, 1, true}}, 10*s + 1, 1},
		{"a wait of a minute: waits", []request{{10 * s, 60 * s, true}}, 70 * s, 60 * s},
		{"a wait of more than a minute: no wait", []request{{0, 60*s + 1, false}, {0, 60 * s, true}}, 60 * s, 60 * s},
		{"a third wait after two waits of half a minute: too much", []request{{0, 30 * s, true}, {30 * s, 30 * s, true}, {60 * s, s, false}}, 60 * s, 60 * s},
		{"two waits of half a minute with a pause between them: the pause does not count", []request{{0, 30 * s, true}, {100 * s, 30 * s, true}, {200 * s, 1, false}}, 130 * s, 60 * s},
		{"three waits that end at the same time: counted once", []request{{0, 60 * s, true}, {0, 60 * s, true}, {s, 59 * s, true}}, 60 * s, 60 * s},
		{"overlapping waits that end later each time: the last exceeds a minute", []request{{0, 50 * s, true}, {5 * s, 50 * s, true}, {10 * s, 51 * s, false}}, 55 * s, 55 * s},
		{"a short wait during a longer wait: adds nothing", []request{{0, 50 * s, true}, {5 * s, 10 * s, true}}, 50 * s, 50 * s},
	}
	for _, test := range tests {
		var h experiment.Health
		for i, r := range test.requests {
			if got := h.RecordRetryAfter(r.askedAt, r.wait); got != r.isWaited {
				t.Errorf("%s: RecordRetryAfter() = %t for wait %d, want %t", test.name, got, i+1, r.isWaited)
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

func TestTotalWaitAddsWaitsForTheRateLimitAndForRestarts(t *testing.T) {
	t.Parallel()
	var h experiment.Health
	h.RecordRetryAfter(0, 10*time.Second)
	h.RecordRestartWait(2*time.Second, true)
	h.RecordRestartWait(3*time.Second, false)
	if got, want := h.TotalWait(), 15*time.Second; got != want {
		t.Errorf("TotalWait() = %s, want %s", got, want)
	}
}
