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

func TestProgressReportsEachWindowOnceAfterItsEnd(t *testing.T) {
	t.Parallel()
	tally := newTally(Options{Plan: Plan{PerSecond: 4, Duration: time.Hour}, Sender: sender.Options{Incoming: &url.URL{Scheme: "https", Host: "localhost"}}})
	start := time.Now()
	tally.recordStart(start)
	second := 0
	play := func(until int) { // two calls begin each second
		for ; second < until; second++ {
			for range 2 {
				tally.countStartedCall(start.Add(time.Duration(second)*time.Second), second)
			}
		}
	}
	play(12)
	tally.findings["response.xml"] = &verdict.LoadFinding{Count: 3}
	tally.load.Events[push.NewCall] = &verdict.LoadEvent{Errors: map[verdict.LoadError]int{verdict.LoadTimeout: 5}}
	type progress struct {
		Elapsed, Interval               time.Duration
		Due                             float64
		Started, Open, Errors, Findings int
	}
	var got []progress
	observeAt := func(at time.Duration) {
		if p, ok := tally.progress(start.Add(at)); ok {
			got = append(got, progress{p.Elapsed, p.Interval, p.Window.Due, p.Window.Started, p.Window.Open, p.Errors, p.Findings})
		}
	}
	observeAt(10*time.Second + 300*time.Millisecond)
	observeAt(10*time.Second + 900*time.Millisecond) // since the last observation, no window has ended
	observeAt(11 * time.Second)
	observeAt(15 * time.Second) // no call began for some time
	play(700)                   // the windows become two seconds wide
	observeAt(700*time.Second + 100*time.Millisecond)
	want := []progress{
		{10 * time.Second, 10 * time.Second, 40, 20, 11, 5, 3},
		{11 * time.Second, time.Second, 4, 2, 11, 5, 3},
		{15 * time.Second, 4 * time.Second, 16, 2, 11, 5, 3},
		{700 * time.Second, 686 * time.Second, 2744, 1372, 699, 5, 3}, // begins with a window whose first half was already observed
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("progress mismatch (-want +got):\n%s", diff)
	}
}

func TestReportedProgressDoesNotChangeLater(t *testing.T) {
	t.Parallel()
	tally := newTally(Options{Sender: sender.Options{Incoming: &url.URL{Scheme: "https", Host: "localhost"}}})
	start := time.Now()
	tally.recordStart(start)
	histogram := tally.window(start).Latency // the histogram of a window that is observed
	_ = histogram.RecordValue(7)
	p, ok := tally.progress(start.Add(time.Second))
	_ = histogram.RecordValue(9)
	if !ok || p.Window.Latency.TotalCount() != 1 {
		t.Errorf("progress is there: %t; its latency has %d values, want 1", ok, p.Window.Latency.TotalCount())
	}
}

func TestNoCallsAreExpectedAfterAnInterrupt(t *testing.T) {
	t.Parallel()
	start := time.Now()
	for name, test := range map[string]struct {
		duration, interruptAfter time.Duration
		want                     []float64 // expected calls in each window
	}{
		"a plan without a duration":                {0, 1500 * time.Millisecond, []float64{4, 2, 0}},
		"an interrupt before the duration is over": {time.Hour, 1500 * time.Millisecond, []float64{4, 2, 0}},
		"an interrupt after the duration is over":  {time.Second, 1500 * time.Millisecond, []float64{4, 0, 0}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			tally := newTally(Options{Plan: Plan{PerSecond: 4, Duration: test.duration}, Sender: sender.Options{Incoming: &url.URL{Scheme: "https", Host: "localhost"}}})
			tally.recordStart(start)
			tally.countStartedCall(start.Add(2*time.Second), 1) // begins a call in the last window, so that there are three windows
			tally.recordInterruption(start.Add(test.interruptAfter))
			var got []float64
			for _, w := range tally.result(true).Timeline.Windows {
				got = append(got, w.Due)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("expected calls mismatch (-want +got):\n%s", diff)
			}
		})
	}
}
