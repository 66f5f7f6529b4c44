package experiment

import "time"

// longestWait is how long a run waits in all for a receiver that limits how many pushes it takes.
const longestWait = time.Minute

// rateLimit is when a receiver that limits the rate of pushes accepts the next one.
type rateLimit struct {
	until  time.Duration // nothing is sent before
	waited time.Duration // in the whole run, including the wait until then
}

// Heed records that at a time the receiver asked to be sent nothing for d. It reports whether the run waits that long. It does not if d
// is 0, or if the run would wait for more than a minute in all. Calls that are played side by side wait at the same time.
func (h *Health) Heed(at, d time.Duration) bool {
	l := &h.rate
	more := max(at+d-max(at, l.until), 0)
	if d <= 0 || l.waited+more > longestWait {
		return false
	}
	l.waited += more
	l.until = max(l.until, at+d)
	return true
}

// NextPush returns when the receiver accepts the next push.
func (h *Health) NextPush() time.Duration { return h.rate.until }

// Waits returns for how long the run has waited for the limit, and for the receiver to accept connections again.
func (h *Health) Waits() time.Duration { return h.rate.waited + h.spent.restarts }
