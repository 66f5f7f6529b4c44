package steps

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// longestWait is how long a run waits in all for a receiver that limits how many pushes it takes.
const longestWait = time.Minute

// limit is when a receiver that limits how many pushes it takes wants to be sent the next one. It is safe for concurrent use.
type limit struct {
	mu     sync.Mutex
	until  time.Time     // nothing is sent before
	waited time.Duration // in the whole run, with what is still to be waited
}

// heed notes that at a time the receiver asked not to be sent anything for d. It reports whether the run waits for that: not if d is 0,
// and not if the run would wait for more than longestWait in all. Calls played side by side wait at the same time.
func (l *limit) heed(now time.Time, d time.Duration) bool {
	l.mu.Lock()
	defer l.mu.Unlock()
	begin, end := now, now.Add(d)
	if l.until.After(begin) {
		begin = l.until
	}
	more := max(end.Sub(begin), 0)
	if d <= 0 || l.waited+more > longestWait {
		return false
	}
	l.waited += more
	if end.After(l.until) {
		l.until = end
	}
	return true
}

// total returns how long the run has waited in all.
func (l *limit) total() time.Duration {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.waited
}

// wait waits until the receiver wants to be sent the next push.
func (l *limit) wait(ctx context.Context) {
	l.mu.Lock()
	left := time.Until(l.until)
	l.mu.Unlock()
	if left > 0 {
		rest(ctx, left)
	}
}

// withinLimit plays a call, and plays it again if the receiver's limit refused a push of it and the run waits for that. If an odd push
// is refused again after the wait, it is not for a limit: other pushes would be refused as well. The pushes of each try need ids of
// their own, so play gets something to add to the nonce.
func (r *Run) withinLimit(ctx context.Context, play func(again string) transcript.Call) transcript.Call {
	for again := ""; ; again += "limit" {
		r.limit.wait(ctx)
		out := play(again)
		notForALimit := again != "" && slices.ContainsFunc(out.Exchanges, func(x transcript.Exchange) bool { return x.Odd && requirements.OverLimit(x) })
		out.Limited = again != "" && !notForALimit
		now := time.Now()
		if ctx.Err() != nil || notForALimit || !r.limit.heed(now, requirements.RetryAfter(out, now)) {
			return out
		}
	}
}

// overLimit reports whether the receiver's limit refused a push of a call.
func overLimit(c transcript.Call) bool {
	return slices.ContainsFunc(c.Exchanges, requirements.OverLimit)
}
