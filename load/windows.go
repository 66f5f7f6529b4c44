package load

import (
	"slices"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/pushcheck/pushcheck/verdict"
)

// window returns the window that contains a time.
func (t *tally) window(instant time.Time) *verdict.LoadWindow {
	timeline := &t.load.Timeline
	i := max(int(instant.Sub(t.load.Started)/timeline.Width), 0)
	for i >= maxWindows {
		timeline.Windows = joinWindowPairs(timeline.Windows)
		timeline.Width *= 2
		t.observedWindows /= 2
		i /= 2
	}
	for len(timeline.Windows) <= i {
		w := verdict.LoadWindow{Latency: newWindowHistogram()}
		if n := len(timeline.Windows); n > 0 {
			w.Open = timeline.Windows[n-1].Open
		}
		timeline.Windows = append(timeline.Windows, w)
	}
	return &timeline.Windows[i]
}

// newWindowHistogram returns the histogram of a window. It is less precise than the histogram of newHistogram, to save memory.
func newWindowHistogram() *hdrhistogram.Histogram {
	return hdrhistogram.New(1, maxLatency.Microseconds(), 2)
}

// joinWindowPairs joins every two neighbouring windows into one.
func joinWindowPairs(windows []verdict.LoadWindow) []verdict.LoadWindow {
	var out []verdict.LoadWindow
	for pair := range slices.Chunk(windows, 2) {
		w := pair[0]
		if len(pair) == 2 {
			w.Started, w.Open, w.Errors = w.Started+pair[1].Started, pair[1].Open, w.Errors+pair[1].Errors
			w.Latency.Merge(pair[1].Latency)
		}
		out = append(out, w)
	}
	return out
}

// observe calls Options.Observe if ObserveInterval has passed and a window has ended since Observe was last called.
func (t *tally) observe() {
	if t.opts.Observe == nil || time.Since(t.lastObserved) < t.opts.ObserveInterval {
		return
	}
	now := time.Now()
	if p, ok := t.progress(now); ok {
		t.lastObserved = now
		t.opts.Observe(p)
	}
}

// progress returns the sum of the windows that have ended and were not yet passed to Observe. It returns false if there are no such
// windows.
func (t *tally) progress(now time.Time) (verdict.LoadProgress, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	width, windows := t.load.Timeline.Width, t.load.Timeline.Windows
	firstWindow, endWindow := t.observedWindows, int(now.Sub(t.load.Started)/width)
	if endWindow <= firstWindow {
		return verdict.LoadProgress{}, false
	}
	t.observedWindows = endWindow
	begin, end := time.Duration(firstWindow)*width, time.Duration(endWindow)*width
	endedWindows := windows[min(firstWindow, len(windows)):min(endWindow, len(windows))]
	p := verdict.LoadProgress{Elapsed: end, Interval: end - begin, Window: verdict.LoadTimeline{Windows: endedWindows}.Sum(), Errors: t.load.Errors()}
	p.Window.Due = t.opts.Plan.expectedCalls(begin, end)
	if len(windows) > 0 {
		p.Window.Open = windows[len(windows)-1].Open
	}
	for _, f := range t.findings {
		p.Findings += f.Count
	}
	return p, true
}
