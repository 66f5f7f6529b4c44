package steps_test

import (
	"io"
	"net/http"
	"net/url"
	"slices"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/pushchecktest"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/run"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/steps"
	"github.com/pushcheck/pushcheck/verdict"
)

// playAtHandler plays a few features at a handler and returns the verdict. change changes the options of the run.
func playAtHandler(t *testing.T, handler http.HandlerFunc, change func(*run.Options)) verdict.Verdict {
	t.Helper()
	target := pushchecktest.Serve(t, handler)
	u, err := url.Parse(target.URL)
	if err != nil {
		t.Fatal(err)
	}
	o := run.Options{Sender: sender.Options{Incoming: u, Outgoing: u, Trust: endpoint.Trust{ExtraAuthorities: target.CAs}}, RunInfo: verdict.RunInfo{Seed: 1, Nonce: "n"}}
	change(&o)
	run := run.New(o)
	run.Probe(t.Context())
	steps.Play(t.Context(), run, steps.Suite{Files: fewFeatures(t), Parallel: 4})
	return run.Verdict()
}

// hang waits until the sender closes the connection. It reads the push first, because the server notices a closed connection only after
// that.
func hang(r *http.Request) {
	_, _ = io.Copy(io.Discard, r.Body)
	<-r.Context().Done()
}

func TestReceiverThatNeverRespondsDoesNotPass(t *testing.T) {
	t.Parallel()
	for name, handler := range map[string]http.HandlerFunc{
		"no response": func(_ http.ResponseWriter, r *http.Request) { hang(r) },
		"half a response": func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Type", "application/xml")
			_, _ = w.Write([]byte("<Response"))
			_ = http.NewResponseController(w).Flush()
			hang(r)
		},
	} {
		v := playAtHandler(t, handler, func(o *run.Options) { o.Sender.Limits.Exchange = 100 * time.Millisecond })
		// The limit is shorter than sipgate's, so reaching it is not a finding.
		if v.Exit != verdict.ExitNoVerdict || v.Conclusion == verdict.Conformant || len(failedIDs(v)) > 0 {
			t.Errorf("%s: exit %d, failed %v, want no verdict: %s", name, v.Exit, failedIDs(v), v.Summary)
		}
	}
}

func TestWithAWrongClockTheCertificateFailsAndNoPushIsSent(t *testing.T) {
	t.Parallel()
	for name, offset := range map[string]time.Duration{"clock a year ahead": 365 * 24 * time.Hour, "clock a year behind": -365 * 24 * time.Hour} {
		var pushes atomic.Int32
		v := playAtHandler(t, func(http.ResponseWriter, *http.Request) { pushes.Add(1) }, func(o *run.Options) {
			o.Sender.Now = func() time.Time { return time.Now().Add(offset) }
		})
		if v.Exit != verdict.ExitNotConformant || !slices.Equal(failedIDs(v), []string{"transport.in-date"}) || pushes.Load() != 0 {
			t.Errorf("%s: exit %d, failed %v after %d pushes, want transport.in-date and none: %s", name, v.Exit, failedIDs(v), pushes.Load(), v.Summary)
		}
	}
}

func TestObserverPassesUnlessACapabilityIsClaimed(t *testing.T) {
	t.Parallel()
	observer := func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/xml")
		_, _ = w.Write([]byte("<Response/>"))
	}
	if v := playAtHandler(t, observer, func(*run.Options) {}); v.Exit != verdict.ExitConformant {
		t.Errorf("exit %d, want 0: %s", v.Exit, v.Summary)
	}
	v := playAtHandler(t, observer, func(o *run.Options) {
		o.Claims = []requirements.Capability{requirements.CanAnswer, requirements.CanHangup}
	})
	if v.Exit != verdict.ExitNotConformant {
		t.Errorf("with claims: exit %d, want 1: %s", v.Exit, v.Summary)
	}
}

func TestRunWithoutScenariosHasNoVerdict(t *testing.T) {
	t.Parallel()
	target := pushchecktest.Serve(t, http.NotFoundHandler())
	for name, files := range map[string]fstest.MapFS{"no features": {}, "no scenario": {"empty.feature": {Data: []byte("Feature: Nothing\n")}}} {
		run, err := target.NewRun()
		if err != nil {
			t.Fatal(err)
		}
		steps.Play(t.Context(), run, steps.Suite{Files: files})
		if v := run.Verdict(); v.Exit != verdict.ExitNoVerdict {
			t.Errorf("%s: exit %d, want 3: %s", name, v.Exit, v.Summary)
		}
	}
}
