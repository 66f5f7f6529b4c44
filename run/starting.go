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

// RepeatWhileStarting makes the probe repeat its first call, with new ids, while the response to its newCall has status 502, 503 or 504. A
// proxy in front of the receiver responds so while the receiver starts. The repetitions end at limit from now on, and only the last one
// counts. Call it before Probe.
func (r *Run) RepeatWhileStarting(limit time.Duration) {
	r.withLock(func() { r.startDeadline = time.Now().Add(limit) })
}

// takeStartDeadline returns until when the next call may be repeated. It returns the time of RepeatWhileStarting once, for the first call.
func (r *Run) takeStartDeadline() (until time.Time) {
	r.withLock(func() { until, r.startDeadline = r.startDeadline, time.Time{} })
	return until
}

// isStarting reports whether a proxy responded to the first newCall instead of the receiver, and there is time left to wait.
func (a *attempt) isStarting(exchanges ...transcript.Exchange) bool {
	if len(exchanges) == 0 || !time.Now().Before(a.startDeadline) {
		return false
	}
	x := exchanges[0]
	return x.Push.Event == push.NewCall && x.Responded() && slices.Contains([]int{502, 503, 504}, x.Status)
}

// pauseBeforeRepeat waits for startingPause. It returns false if ctx ended.
func (r *Run) pauseBeforeRepeat(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(startingPause):
		return true
	}
}
