package run

import (
	"context"
	"slices"
	"time"

	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// withinLimit plays a call. If the receiver's limit refused a push, it waits and plays the call again, with new ids. If an odd push is
// refused again after the wait, the limit is not the reason, because plain pushes are accepted.
func (r *Run) withinLimit(ctx context.Context, play func() transcript.Call) transcript.Call {
	for again := false; ; again = true {
		r.waitForLimit(ctx)
		out := play()
		notForALimit := again && slices.ContainsFunc(out.Exchanges, func(x transcript.Exchange) bool { return x.Odd && requirements.OverLimit(x) })
		out.Limited = again && !notForALimit
		if ctx.Err() != nil || notForALimit {
			return out
		}
		heeded, asked, at := false, r.paced(requirements.RetryAfter(out, time.Now())), r.now()
		r.locked(func() { heeded = r.health.RecordRetryAfter(at, asked) })
		if !heeded {
			return out
		}
	}
}

// waitForLimit waits until the receiver's limit allows the next push.
func (r *Run) waitForLimit(ctx context.Context) {
	var until time.Duration
	r.locked(func() { until = r.health.NextPushTime() })
	if left := until - r.now(); left > 0 {
		defer r.opts.Observe.waits(ForLimit, r.real(left))()
		rest(ctx, r.real(left))
	}
}

// overLimit reports whether the receiver's limit refused a push of a call.
func overLimit(c transcript.Call) bool {
	return slices.ContainsFunc(c.Exchanges, requirements.OverLimit)
}
