package run

import (
	"context"
	"slices"
	"time"

	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/transcript"
)

// minUnchangedWait is the shortest time for which the application is asked after a push that should change nothing.
const minUnchangedWait = 50 * time.Millisecond

// askForChange asks about the leg of a push that should change nothing, because the push is forged or late. askForChange asks until
// the application shows another state, or for a little more than twice the longest time that it needed to show a state after other pushes.
func (w *stateWatch) askForChange(ctx context.Context, c transcript.Call, x transcript.Exchange) []transcript.StateQuestion {
	var shownBefore transcript.CallState
	for _, question := range c.States {
		if question.CallID == x.Push.CallID {
			shownBefore = question.Shown
		}
	}
	if shownBefore == "" {
		return nil
	}
	plainExchanges := slices.DeleteFunc(slices.Clone(c.Exchanges), func(x transcript.Exchange) bool { return x.Odd })
	question := transcript.StateQuestion{Step: x.Step, Leg: x.Leg, CallID: x.Push.CallID, Wanted: outcome.StateFromPushes(plainExchanges, x.Push.CallID)}
	w.mu.Lock()
	wait := min(2*w.longestDelay+minUnchangedWait, w.wait)
	w.mu.Unlock()
	w.poll(ctx, &question, wait, func() bool { return question.Shown != shownBefore })
	return []transcript.StateQuestion{question}
}

// sleep waits for d. It returns false if ctx ends earlier.
func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return false
	case <-timer.C:
		return true
	}
}
