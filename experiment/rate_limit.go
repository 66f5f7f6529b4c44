package experiment

import "time"

// maxLimitWait is the longest total time that a run waits for a receiver that limits the rate of pushes.
const maxLimitWait = time.Minute

// rateLimit records when the receiver accepts the next push, if it limits the rate of pushes.
type rateLimit struct {
	nextPushAt time.Duration // no push is sent before this time
	totalWait  time.Duration // total wait of the run, including the wait until nextPushAt
}

// RecordRetryAfter records that the receiver asked, at askedAt, for a wait before the next push. It reports whether the run waits as long
// as asked. The run does not wait if wait is 0, or if its total wait would exceed a minute. Calls that are played at the same time wait
// together, so their waits are counted once.
func (h *Health) RecordRetryAfter(askedAt, wait time.Duration) bool {
	limit := &h.rate
	addedWait := max(askedAt+wait-max(askedAt, limit.nextPushAt), 0)
	if wait <= 0 || limit.totalWait+addedWait > maxLimitWait {
		return false
	}
	limit.totalWait += addedWait
	limit.nextPushAt = max(limit.nextPushAt, askedAt+wait)
	return true
}

// NextPushTime returns when the receiver accepts the next push.
func (h *Health) NextPushTime() time.Duration { return h.rate.nextPushAt }

// TotalWait returns how long the run has waited in all because of rate limits and for restarts of the receiver.
func (h *Health) TotalWait() time.Duration { return h.rate.totalWait + h.waits.restartWaits }
