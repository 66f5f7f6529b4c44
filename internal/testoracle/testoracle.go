// Package testoracle makes oracles for tests of runs that ask for the state of calls.
package testoracle

import (
	"context"
	"net/http"
	"sync"
	"time"

	"github.com/pushcheck/pushcheck/oracle"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/receiver"
)

// OfReceiver returns an oracle with the states that a reference receiver remembers. The handler is a *receiver.Receiver.
func OfReceiver(h http.Handler) oracle.Func {
	return func(_ context.Context, callID string) (push.CallState, error) {
		return h.(*receiver.Receiver).State(callID), nil
	}
}

// Delayed returns an oracle that shows a new state only after a time lag. The lag begins with the first question for which ask
// returns the new state.
func Delayed(ask oracle.Func, lag time.Duration) oracle.Func {
	type view struct {
		shown  push.CallState // the state that the delayed oracle shows
		latest push.CallState // the latest state that ask returned
		since  time.Time      // when ask first returned the state latest
	}
	var mu sync.Mutex
	views := map[string]*view{}
	return func(ctx context.Context, callID string) (push.CallState, error) {
		state, err := ask(ctx, callID)
		mu.Lock()
		defer mu.Unlock()
		v := views[callID]
		if v == nil {
			v = &view{shown: push.CallUnknown, latest: push.CallUnknown}
			views[callID] = v
		}
		if state != v.latest {
			v.latest, v.since = state, time.Now()
		}
		if time.Since(v.since) >= lag {
			v.shown = v.latest
		}
		return v.shown, err
	}
}
