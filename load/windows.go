package load

import (
	"slices"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/pushcheck/pushcheck/verdict"
)

// window returns the window that contains a time.
func (t *tally) window(at time.Time) *verdict.LoadWindow {
	r := &t.load.Timeline
	i := max(int(at.Sub(t.load.Started)/r.Width), 0)
	for i >= maxWindows {
		r.Windows = joinWindowPairs(r.Windows)
		r.Width *= 2
		t.observedWindows /= 2
		i /= 2
	}
	for len(r.Windows) <= i {
		w := verdict.LoadWindow{Latency: newWindowHistogram()}
		if n := len(r.Windows); n > 0 {
			w.Open = r.Windows[n-1].Open
		}
		r.Windows = append(r.Windows, w)
	}
	return &r.Windows[i]
}

// newWindowHistogram returns the histogram of a window. It is less precise than newHistogram, because there are many windows.
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

// observe calls Observe if ObserveInterval has passed and a window has ended since the last call.
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

// progress returns the sum of the windows that have ended and were not observed yet. It returns false if there are none.
func (t *tally) progress(now time.Time) (verdict.LoadProgress, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	width, windows := t.load.Timeline.Width, t.load.Timeline.Windows
	from, to := t.observedWindows, int(now.Sub(t.load.Started)/width)
	if to <= from {
		return verdict.LoadProgress{}, false
	}
	t.observedWindows = to
	begin, end := time.Duration(from)*width, time.Duration(to)*width
	ended := windows[min(from, len(windows)):min(to, len(windows))]
	p := verdict.LoadProgress{Elapsed: end, Interval: end - begin, Window: verdict.LoadTimeline{Windows: ended}.Sum(), Errors: t.load.Errors()}
	p.Window.Due = t.opts.Plan.expectedCalls(begin, end)
	if len(windows) > 0 {
		p.Window.Open = windows[len(windows)-1].Open
	}
	for _, f := range t.findings {
		p.Findings += f.Count
	}
	return p, true
}
