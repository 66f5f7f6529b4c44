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

// RepeatWhileStarting makes the probe repeat its first call, with new ids, while the response to its newCall has status 502, 503 or 504.
// These are the responses of a proxy while the receiver behind it starts. The repetitions end when limit has passed. Only the last
// repetition counts. Call RepeatWhileStarting before Probe.
func (r *Run) RepeatWhileStarting(limit time.Duration) {
	r.withLock(func() { r.startDeadline = time.Now().Add(limit) })
}

// takeStartDeadline returns the time until which a call may be repeated. It returns the deadline of RepeatWhileStarting only once, for the
// first call. After that, it returns the zero time.
func (r *Run) takeStartDeadline() (deadline time.Time) {
	r.withLock(func() { deadline, r.startDeadline = r.startDeadline, time.Time{} })
	return deadline
}

// isStarting reports whether the first exchange is a newCall to which a proxy responded instead of the receiver. It returns false after
// startDeadline.
func (a *attempt) isStarting(exchanges ...transcript.Exchange) bool {
	if len(exchanges) == 0 || !time.Now().Before(a.startDeadline) {
		return false
	}
	x := exchanges[0]
	return x.Push.Event == push.NewCall && x.Responded() && slices.Contains([]int{502, 503, 504}, x.Status)
}

// pauseBeforeRepeat waits for startingPause. It returns false if ctx ends earlier.
func (r *Run) pauseBeforeRepeat(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(startingPause):
		return true
	}
}
