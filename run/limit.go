package run

import (
	"context"
	"slices"
	"time"

	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// withinLimit plays a call, and plays it again if the receiver's limit refused a push of it and the run waits for that. If an odd push
// is refused again after the wait, it is not for a limit: other pushes would be refused as well. play uses new ids each time.
func (r *Run) withinLimit(ctx context.Context, play func() transcript.Call) transcript.Call {
	for again := false; ; again = true {
		r.waitForLimit(ctx)
		out := play()
		notForALimit := again && slices.ContainsFunc(out.Exchanges, func(x transcript.Exchange) bool { return x.Odd && requirements.OverLimit(x) })
		out.Limited = again && !notForALimit
		if ctx.Err() != nil || notForALimit {
			return out
		}
		heeded, asked, at := false, r.told(requirements.RetryAfter(out, time.Now())), r.now()
		r.known(func() { heeded = r.health.Heed(at, asked) })
		if !heeded {
			return out
		}
	}
}

// waitForLimit waits until the receiver wants to be sent the next push.
func (r *Run) waitForLimit(ctx context.Context) {
	var until time.Duration
	r.known(func() { until = r.health.NextPush() })
	if left := until - r.now(); left > 0 {
		defer r.opts.Observe.waits(ForLimit, r.real(left))()
		rest(ctx, r.real(left))
	}
}

// overLimit reports whether the receiver's limit refused a push of a call.
func overLimit(c transcript.Call) bool {
	return slices.ContainsFunc(c.Exchanges, requirements.OverLimit)
}
