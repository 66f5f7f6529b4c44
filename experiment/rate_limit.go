package experiment

import "time"

// maxLimitWait is how long a run waits in all for a receiver that limits how many pushes it takes.
const maxLimitWait = time.Minute

// rateLimit is when a receiver that limits the rate of pushes accepts the next one.
type rateLimit struct {
	nextPush time.Duration // nothing is sent before
	waited   time.Duration // in the whole run, including the wait until then
}

// RecordRetryAfter records that at a time the receiver asked to be sent nothing for d. It reports whether the run waits that long. It does
// not if d is 0, or if the run would wait for more than a minute in all. Calls that are played side by side wait at the same time.
func (h *Health) RecordRetryAfter(at, d time.Duration) bool {
	l := &h.rate
	more := max(at+d-max(at, l.nextPush), 0)
	if d <= 0 || l.waited+more > maxLimitWait {
		return false
	}
	l.waited += more
	l.nextPush = max(l.nextPush, at+d)
	return true
}

// NextPushTime returns when the receiver accepts the next push.
func (h *Health) NextPushTime() time.Duration { return h.rate.nextPush }

// WaitedTime returns for how long the run has waited for the limit, and for the receiver to accept connections again.
func (h *Health) WaitedTime() time.Duration { return h.rate.waited + h.waiting.restarts }
