package run_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/run"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/verdict"
)

// waitRecorder records the waits of a run, and counts the waits that have ended.
type waitRecorder struct {
	mu         sync.Mutex
	reasons    []run.WaitReason
	limits     []time.Duration // longest time of each wait
	endedCount int             // number of waits that have ended
}

func (n *waitRecorder) onWait(w run.WaitReason, limit time.Duration) func() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.reasons, n.limits = append(n.reasons, w), append(n.limits, limit.Round(time.Second))
	return func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.endedCount++
	}
}

// check compares the first recorded wait with a reason and a limit, and checks that all waits have ended.
func (n *waitRecorder) check(t *testing.T, w run.WaitReason, limit time.Duration) {
	t.Helper()
	if len(n.reasons) == 0 || n.reasons[0] != w || n.limits[0] != limit || n.endedCount != len(n.reasons) {
		t.Errorf("waits %v for at most %v, %d ended; want the first to be %v for %v, and all ended", n.reasons, n.limits, n.endedCount, w, limit)
	}
}

func TestOnWaitIsCalledIfTheRunWaitsForARateLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		hasRefused := false
		o := inMemoryOptions(receiverAfter(t, func(w http.ResponseWriter, f url.Values) bool {
			if hasRefused {
				return false
			}
			hasRefused = true
			w.Header().Set("Retry-After", "20")
			w.WriteHeader(http.StatusTooManyRequests)
			return true
		}))
		n := &waitRecorder{}
		o.Observer.OnWait = n.onWait
		probedRun(t, o)
		n.check(t, run.RateLimited, 20*time.Second)
	})
}

func TestOnWaitIsCalledIfTheRunWaitsForAStartingReceiver(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		remaining502s := 3
		o := inMemoryOptions(receiverAfter(t, func(w http.ResponseWriter, f url.Values) bool {
			if remaining502s--; remaining502s >= 0 {
				w.WriteHeader(http.StatusBadGateway)
			}
			return remaining502s >= 0
		}))
		n := &waitRecorder{}
		o.Observer.OnWait = n.onWait
		r := run.New(o)
		r.RepeatWhileStarting(30 * time.Second)
		r.Probe(t.Context())
		n.check(t, run.ReceiverStarting, 30*time.Second)
		if diff := cmp.Diff(1, len(n.reasons)); diff != "" {
			t.Errorf("number of waits mismatch (-want +got):\n%s", diff)
		}
	})
}

func TestOnWaitIsCalledIfTheRunWaitsForAVanishedReceiver(t *testing.T) {
	t.Parallel()
	server := httptest.NewUnstartedServer(nil)
	server.Config.Handler = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_ = server.Listener.Close()
		panic(http.ErrAbortHandler)
	})
	server.Start()
	defer server.Close()
	u, err := url.Parse(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	n := &waitRecorder{}
	o := run.Options{Sender: sender.Options{Incoming: u, Trust: endpoint.Trust{AllowHTTP: true}}, RunInfo: verdict.RunInfo{Seed: 1, Nonce: "x"}}
	o.Observer.OnWait = func(w run.WaitReason, limit time.Duration) func() {
		cancel() // the test need not wait
		return n.onWait(w, limit)
	}
	run.New(o).Probe(ctx)
	n.check(t, run.ReceiverAway, 10*time.Second)
}
