package load

import (
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/verdict"
)

func TestProgressHasEachWindowOnceAfterItsEnd(t *testing.T) {
	t.Parallel()
	tally := newTally(Options{Plan: Plan{PerSecond: 4, Duration: time.Hour}, Sender: sender.Options{Incoming: &url.URL{Scheme: "https", Host: "localhost"}}})
	start := time.Now()
	tally.recordStart(start)
	second := 0
	play := func(until int) { // two calls begin each second
		for ; second < until; second++ {
			for range 2 {
				tally.countBegun(start.Add(time.Duration(second)*time.Second), second)
			}
		}
	}
	play(12)
	tally.findings["response.xml"] = &verdict.LoadFinding{Count: 3}
	tally.load.Events[push.NewCall] = &verdict.LoadEvent{Errors: map[verdict.LoadError]int{verdict.LoadTimeout: 5}}
	type progress struct {
		Elapsed, Lasted               time.Duration
		Wanted                        float64
		Begun, Open, Errors, Findings int
	}
	var got []progress
	observeAt := func(at time.Duration) {
		if p, ok := tally.progress(start.Add(at)); ok {
			got = append(got, progress{p.Elapsed, p.Interval, p.Window.Due, p.Window.Started, p.Window.Open, p.Errors, p.Findings})
		}
	}
	observeAt(10*time.Second + 300*time.Millisecond)
	observeAt(10*time.Second + 900*time.Millisecond) // no other window has ended
	observeAt(11 * time.Second)
	observeAt(15 * time.Second) // no events for some time
	play(700)                   // the windows become two seconds wide
	observeAt(700*time.Second + 100*time.Millisecond)
	want := []progress{
		{10 * time.Second, 10 * time.Second, 40, 20, 11, 5, 3},
		{11 * time.Second, time.Second, 4, 2, 11, 5, 3},
		{15 * time.Second, 4 * time.Second, 16, 2, 11, 5, 3},
		{700 * time.Second, 686 * time.Second, 2744, 1372, 699, 5, 3}, // the window that was shown in half is shown again
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("progress mismatch (-want +got):\n%s", diff)
	}
}

func TestObservedFiguresDoNotChange(t *testing.T) {
	t.Parallel()
	tally := newTally(Options{Sender: sender.Options{Incoming: &url.URL{Scheme: "https", Host: "localhost"}}})
	start := time.Now()
	tally.recordStart(start)
	late := tally.window(start).Latency // the histogram of a window that was already shown
	_ = late.RecordValue(7)
	p, ok := tally.progress(start.Add(time.Second))
	_ = late.RecordValue(9)
	if !ok || p.Window.Latency.TotalCount() != 1 {
		t.Errorf("progress is there: %t; its latency has %d values, want 1", ok, p.Window.Latency.TotalCount())
	}
}

func TestNoCallsAreExpectedAfterAnInterrupt(t *testing.T) {
	t.Parallel()
	start := time.Now()
	for name, test := range map[string]struct {
		lasts, after time.Duration
		want         []float64 // by window
	}{
		"no limit":            {0, 1500 * time.Millisecond, []float64{4, 2, 0}},
		"before the end":      {time.Hour, 1500 * time.Millisecond, []float64{4, 2, 0}},
		"after the last call": {time.Second, 1500 * time.Millisecond, []float64{4, 0, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tally := newTally(Options{Plan: Plan{PerSecond: 4, Duration: test.lasts}, Sender: sender.Options{Incoming: &url.URL{Scheme: "https", Host: "localhost"}}})
			tally.recordStart(start)
			tally.countBegun(start.Add(2*time.Second), 1) // the last window
			tally.recordInterruption(start.Add(test.after))
			var got []float64
			for _, w := range tally.result(true).Timeline.Windows {
				got = append(got, w.Due)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("wanted calls mismatch (-want +got):\n%s", diff)
			}
		})
	}
}
