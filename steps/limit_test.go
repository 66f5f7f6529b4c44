package steps

import (
	"testing"
	"time"
)

func TestRunWaitsForALimitUpToAMinute(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	type ask struct {
		after, d time.Duration // since the start, and for how long
		want     bool
	}
	tests := []struct {
		name  string
		asked []ask
	}{
		{"not said for how long", []ask{{0, 0, false}}},
		{"a minute", []ask{{0, time.Minute, true}}},
		{"more than a minute", []ask{{0, time.Minute + 1, false}, {0, time.Minute, true}}},
		{"twice half a minute", []ask{{0, 30 * time.Second, true}, {30 * time.Second, 30 * time.Second, true}, {time.Minute, time.Second, false}}},
		{"side by side", []ask{{0, time.Minute, true}, {0, time.Minute, true}, {time.Second, 59 * time.Second, true}}},
		{"side by side, and a little more each", []ask{{0, 50 * time.Second, true}, {5 * time.Second, 50 * time.Second, true}, {10 * time.Second, 51 * time.Second, false}}},
	}
	for _, test := range tests {
		var l limit
		for i, a := range test.asked {
			if got := l.heed(start.Add(a.after), a.d); got != a.want {
				t.Errorf("%s: heed() = %t for wait %d, want %t", test.name, got, i+1, a.want)
			}
		}
	}
}
