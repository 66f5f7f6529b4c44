package run

import (
	"context"
	"slices"
	"time"

	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/transcript"
)

// playWithinLimit plays a call. If the receiver's rate limit refused a push, playWithinLimit waits and plays the call again, with new ids.
// If an odd push is refused again after the wait, the rate limit is not the reason, because the receiver accepts plain pushes.
func (r *Run) playWithinLimit(ctx context.Context, play func() transcript.Call) transcript.Call {
	for isRepeated := false; ; isRepeated = true {
		r.waitForLimit(ctx)
		out := play()
		isRefusedTwice := isRepeated && slices.ContainsFunc(out.Exchanges, func(x transcript.Exchange) bool { return x.Odd && outcome.IsOverLimit(x) })
		out.RefusedByLimit = isRepeated && !isRefusedTwice
		if ctx.Err() != nil || isRefusedTwice {
			return out
		}
		willWait, retryAfter, now := false, r.transcriptTime(outcome.LongestRetryAfter(out, time.Now())), r.elapsed()
		r.withLock(func() { willWait = r.health.RecordRetryAfter(now, retryAfter) })
		if !willWait {
			return out
		}
	}
}

// waitForLimit waits until the receiver's rate limit allows the next push.
func (r *Run) waitForLimit(ctx context.Context) {
	var nextPushAt time.Duration
	r.withLock(func() { nextPushAt = r.health.NextPushTime() })
	if remaining := nextPushAt - r.elapsed(); remaining > 0 {
		defer r.opts.Observer.beginWait(RateLimited, r.realTime(remaining))()
		sleep(ctx, r.realTime(remaining))
	}
}

// isOverLimit reports whether the receiver's rate limit refused a push of a call.
func isOverLimit(c transcript.Call) bool {
	return slices.ContainsFunc(c.Exchanges, outcome.IsOverLimit)
}
