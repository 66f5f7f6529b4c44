package run

import (
	"context"
	"slices"
	"time"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// startingPause is the time between two tries of a receiver that is not up yet.
const startingPause = 300 * time.Millisecond

// WaitFor makes the probe repeat its first call, with fresh ids, while its newCall is answered 502, 503 or 504, for limit from now on:
// what is in front of the receiver responds so while the receiver starts. Only the last try counts. It is called before Probe.
func (r *Run) WaitFor(limit time.Duration) {
	r.known(func() { r.waitsUntil = time.Now().Add(limit) })
}

// patience returns until when a call that is about to be played is repeated. It is the first call for which that is asked.
func (r *Run) patience() (until time.Time) {
	r.known(func() { until, r.waitsUntil = r.waitsUntil, time.Time{} })
	return until
}

// starting reports whether something in front of the receiver responded to a first newCall in its place, and there is time to wait for
// the receiver.
func (a *attempt) starting(exchanges ...transcript.Exchange) bool {
	if len(exchanges) == 0 || !time.Now().Before(a.waitsUntil) {
		return false
	}
	x := exchanges[0]
	return x.Push.Event == push.NewCall && x.Responded() && slices.Contains([]int{502, 503, 504}, x.Status)
}

// pause waits a moment. It reports whether the run goes on.
func (r *Run) pause(ctx context.Context) bool {
	select {
	case <-ctx.Done():
		return false
	case <-time.After(startingPause):
		return true
	}
}
