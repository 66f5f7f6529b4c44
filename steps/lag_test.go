package steps_test

import (
	"context"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/pushcheck/pushcheck/oracle"
	"github.com/pushcheck/pushcheck/pushchecktest"
	"github.com/pushcheck/pushcheck/receiver"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/steps"
	"github.com/pushcheck/pushcheck/verdict"
)

// together counts about how many calls an application is asked at the same time at most: those that it was asked about more
// than once without showing what they came to, and that it has not shown yet.
type together struct {
	mu      sync.Mutex
	waiting map[string]bool
	most    int
}

func (g *together) watch(ask, truth oracle.Func) oracle.Func {
	return func(ctx context.Context, callID string) (oracle.State, error) {
		shown, err := ask(ctx, callID)
		is, _ := truth(ctx, callID)
		g.mu.Lock()
		defer g.mu.Unlock()
		if g.waiting[callID] = shown != is; shown == is {
			delete(g.waiting, callID)
		}
		g.most = max(g.most, len(g.waiting))
		return shown, err
	}
}

func TestAnApplicationThatLagsIsAskedAboutSeveralCallsAtOnce(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault   string
		lag     time.Duration
		several bool
		fails   string
	}{
		"at once":                {"", 0, false, ""},
		"late":                   {"", 250 * time.Millisecond, true, ""},
		"late, and a call leaks": {"state-forgets-hangup", 250 * time.Millisecond, true, "state.ended"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var faults []string
			if test.fault != "" {
				faults = append(faults, test.fault)
			}
			h := reference(t, receiver.Options{}, faults...)
			g := together{waiting: map[string]bool{}}
			target := pushchecktest.Serve(t, h)
			u, err := url.Parse(target.URL)
			if err != nil {
				t.Fatal(err)
			}
			run := steps.NewRun(steps.Options{
				Sender: sender.Options{Incoming: u, Outgoing: u, CAs: target.CAs}, Seed: 1, Nonce: "lag", StateWait: time.Second,
				State: g.watch(late(thinks(h), test.lag), thinks(h)),
			})
			run.Probe(t.Context())
			run.Play(t.Context(), steps.Suite{Files: some(t, "calls.feature"), Parallel: 8})
			v := run.Verdict()
			if several := g.most > 1; several != test.several {
				t.Errorf("at most %d calls were waited for at the same time, want several: %t", g.most, test.several)
			}
			want := verdict.Passed
			if test.fails != "" {
				want = verdict.Failed
			}
			if got := status(v, "state.ended"); got != want {
				t.Errorf("state.ended is %s, want %s: %s", got, want, v.Why)
			}
		})
	}
}
