package run_test

import (
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/run"
	"github.com/pushcheck/pushcheck/verdict"
)

func TestProbeEndsTheRunIfThereIsNoRouteToTheReceiver(t *testing.T) {
	t.Parallel()
	body, _ := push.GenuinePush()
	captured, _ := url.ParseQuery(string(body))
	for name, test := range map[string]struct {
		takes func(url.Values) bool
		ends  bool
	}{
		"nothing at the path":              {func(url.Values) bool { return false }, true},
		"a receiver that knows one number": {func(f url.Values) bool { return f.Get("to") == captured.Get("to") }, false},
		"only outgoing calls":              {func(f url.Values) bool { return f.Get("direction") == "out" }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var pushes atomic.Int32
			h := forms(t, func(w http.ResponseWriter, f url.Values) bool {
				pushes.Add(1)
				if test.takes(f) {
					return false
				}
				w.WriteHeader(http.StatusNotFound)
				return true
			})
			r := run.New(inMemory(h))
			r.Probe(t.Context())
			probed := pushes.Load()
			v := play(t, r, plain(t, "incoming-busy"), plain(t, "transfer-answered"))
			if ended := pushes.Load() == probed; ended != test.ends {
				t.Errorf("%d pushes after the probe, want an end: %t", pushes.Load()-probed, test.ends)
			}
			if got := row(t, v, "push.newcall"); got.Status != verdict.Failed || v.Exit != verdict.ExitNotConformant {
				t.Errorf("push.newcall is %s, exit %d; want it failed and 1", got.Status, v.Exit)
			}
			if ended := v.Stopped != nil && strings.HasPrefix(v.Stopped.Reason, "the receiver responded to every push with status 404"); ended != test.ends {
				t.Errorf("StopReason = %v, want a reason: %t", v.Stopped, test.ends)
			}
		})
	}
}
