package steps

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/transcript"
)

// restarts is how often a call is played again because it met nobody while the receiver was being started again.
const restarts = 3

// glimpse is how long a receiver is waited for that was waited for in vain before.
const glimpse = 250 * time.Millisecond

// missed tells whether what first went wrong in a call is that a push met nobody: it says nothing of that push.
func missed(c transcript.Call) bool {
	i := slices.IndexFunc(c.Exchanges, broke)
	if i < 0 || c.Exchanges[i].End != transcript.NotConnected {
		return false
	}
	switch c.Exchanges[i].Failure {
	case endpoint.ConnectionRefused, endpoint.ConnectionReset, endpoint.HandshakeClosed:
		return true
	}
	return c.Exchanges[i].Failure.Local()
}

// vanished tells whether a push met nobody, or somebody who was gone before responding.
func vanished(x transcript.Exchange) bool {
	return x.End == transcript.Dropped || x.End == transcript.NotConnected
}

// awaited waits until the receiver accepts connections where it was last seen to vanish, and tells whether it does: somebody
// may be starting it again.
func (r *Run) awaited(ctx context.Context) bool {
	if !r.away.Load() || r.opts.Sender.RoundTripper != nil {
		return true
	}
	limit := r.opts.Sender.Limits.WithDefaults().Exchange / recovery
	if r.sender.Absent() {
		limit = min(limit, glimpse)
	}
	if r.sender.AwaitRestart(ctx, r.opts.Sender.Incoming, limit) != nil {
		return false
	}
	r.away.Store(false)
	return true
}

// found plays a call again that met nobody, alone, until it meets somebody or nobody comes back. No connection is used twice:
// a push that is dropped on a used one is sent again, and would meet nobody.
func (r *Run) found(ctx context.Context, q request, p *played, about, out transcript.Call) transcript.Call {
	q.alone, q.fresh = true, true
	for i := 0; i < restarts && missed(out) && ctx.Err() == nil && r.awaited(ctx); i++ {
		if about.Earlier == "" {
			about.Earlier = earlier(out.Exchanges[slices.IndexFunc(out.Exchanges, broke)])
		}
		out = r.attempt(ctx, q, p, about, fmt.Sprintf("restart%d", i))
	}
	return out
}
