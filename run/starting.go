package run

import (
	"context"
	"slices"
	"time"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// startingPause is the time between two tries while the receiver is starting.
const startingPause = 300 * time.Millisecond

// WaitFor makes the probe repeat its first call, with new ids, while the response to its newCall has status 502, 503 or 504. A proxy in
// front of the receiver responds so while the receiver starts. The repetitions end at limit from now on, and only the last one counts.
// Call it before Probe.
func (r *Run) WaitFor(limit time.Duration) {
	r.locked(func() { r.waitsUntil = time.Now().Add(limit) })
}

// patience returns until when the next call may be repeated. It returns the time of WaitFor once, for the first call.
func (r *Run) patience() (until time.Time) {
	r.locked(func() { until, r.waitsUntil = r.waitsUntil, time.Time{} })
	return until
}

// starting reports whether a proxy responded to the first newCall instead of the receiver, and there is time left to wait.
func (a *attempt) starting(exchanges ...transcript.Exchange) bool {
	if len(exchanges) == 0 || !time.Now().Before(a.waitsUntil) {
		return false
	}
	x := exchanges[0]
	return x.Push.Event == push.NewCall && x.Responded() && slices.Contains([]int{502, 503, 504}, x.Status)
}

// pause waits for startingPause. It returns false if ctx ended.
func (r *Run) pause(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(startingPause):
		return true
	}
}
