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

// noted records the waits of a run, and how many have ended.
type noted struct {
	mu    sync.Mutex
	waits []run.WaitReason
	most  []time.Duration
	over  int
}

func (n *noted) waitsFor(w run.WaitReason, most time.Duration) func() {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.waits, n.most = append(n.waits, w), append(n.most, most.Round(time.Second))
	return func() {
		n.mu.Lock()
		defer n.mu.Unlock()
		n.over++
	}
}

// check compares the recorded waits.
func (n *noted) check(t *testing.T, w run.WaitReason, most time.Duration) {
	t.Helper()
	if len(n.waits) == 0 || n.waits[0] != w || n.most[0] != most || n.over != len(n.waits) {
		t.Errorf("waits %v for at most %v, %d over; want the first to be %v for %v, and all over", n.waits, n.most, n.over, w, most)
	}
}

func TestObserverIsCalledForAWaitForALimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		refused := false
		o := inMemory(forms(t, func(w http.ResponseWriter, f url.Values) bool {
			if refused {
				return false
			}
			refused = true
			w.Header().Set("Retry-After", "20")
			w.WriteHeader(http.StatusTooManyRequests)
			return true
		}))
		n := &noted{}
		o.Observer.OnWait = n.waitsFor
		probed(t, o)
		n.check(t, run.RateLimited, 20*time.Second)
	})
}

func TestObserverIsCalledForAWaitForAStart(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		times := 3
		o := inMemory(forms(t, func(w http.ResponseWriter, f url.Values) bool {
			if times--; times >= 0 {
				w.WriteHeader(http.StatusBadGateway)
			}
			return times >= 0
		}))
		n := &noted{}
		o.Observer.OnWait = n.waitsFor
		r := run.New(o)
		r.RepeatWhileStarting(30 * time.Second)
		r.Probe(t.Context())
		n.check(t, run.ReceiverStarting, 30*time.Second)
		if diff := cmp.Diff(1, len(n.waits)); diff != "" {
			t.Errorf("number of waits mismatch (-want +got):\n%s", diff)
		}
	})
}

func TestObserverIsCalledForAWaitForAVanishedReceiver(t *testing.T) {
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
	n := &noted{}
	o := run.Options{Sender: sender.Options{Incoming: u, Trust: endpoint.Trust{AllowHTTP: true}}, About: verdict.About{Seed: 1, Nonce: "x"}}
	o.Observer.OnWait = func(w run.WaitReason, most time.Duration) func() {
		cancel() // so that the test ends sooner
		return n.waitsFor(w, most)
	}
	run.New(o).Probe(ctx)
	n.check(t, run.ReceiverAway, 10*time.Second)
}
