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

func TestRunStopsAfterTheProbeIfEveryPushGetsStatus404(t *testing.T) {
	t.Parallel()
	body, _ := push.GenuinePush()
	captured, _ := url.ParseQuery(string(body))
	for name, test := range map[string]struct {
		accepts func(url.Values) bool // reports whether the receiver accepts a push with this form
		endsRun bool                  // the run sends nothing after the probe
	}{
		"no push is accepted: run stops":                      {func(url.Values) bool { return false }, true},
		"only pushes to one number are accepted: run goes on": {func(f url.Values) bool { return f.Get("to") == captured.Get("to") }, false},
		"only outgoing calls are accepted: run goes on":       {func(f url.Values) bool { return f.Get("direction") == "out" }, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var pushes atomic.Int32
			h := receiverAfter(t, func(w http.ResponseWriter, f url.Values) bool {
				pushes.Add(1)
				if test.accepts(f) {
					return false
				}
				w.WriteHeader(http.StatusNotFound)
				return true
			})
			r := run.New(inMemoryOptions(h))
			r.Probe(t.Context())
			probed := pushes.Load()
			v := play(t, r, plainCall(t, "incoming-busy"), plainCall(t, "transfer-answered"))
			if hasEnded := pushes.Load() == probed; hasEnded != test.endsRun {
				t.Errorf("%d pushes after the probe, want the run to stop: %t", pushes.Load()-probed, test.endsRun)
			}
			if got := row(t, v, "push.newcall"); got.Status != verdict.Failed || v.Exit != verdict.ExitNotConformant {
				t.Errorf("push.newcall is %s, exit %d; want it failed and 1", got.Status, v.Exit)
			}
			if hasEnded := v.StopGap != nil && strings.HasPrefix(v.StopGap.Reason, "the receiver responded to every push with status 404"); hasEnded != test.endsRun {
				t.Errorf("StopGap = %v, want a reason: %t", v.StopGap, test.endsRun)
			}
		})
	}
}
