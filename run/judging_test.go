package run_test

import (
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"

	"go.uber.org/goleak"

	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/internal/testtools"
	"github.com/pushcheck/pushcheck/pushchecktest"
	"github.com/pushcheck/pushcheck/receiver"
	"github.com/pushcheck/pushcheck/run"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/verdict"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// referenceReceiver returns the reference receiver.
func referenceReceiver(t *testing.T) http.Handler {
	t.Helper()
	r, err := receiver.New(receiver.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// receiverAfter returns a receiver that calls handleFirst with the form of each push. If handleFirst returns false, the reference receiver
// handles the push.
func receiverAfter(t *testing.T, handleFirst func(http.ResponseWriter, url.Values) bool) http.Handler {
	t.Helper()
	h := referenceReceiver(t)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		form, _ := url.ParseQuery(string(body)) // a body that is not a form has no fields
		if handleFirst(w, form) {
			return
		}
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		h.ServeHTTP(w, r)
	})
}

// inMemoryOptions returns the options of a run that judges a handler without a network. Such a run sends no stimuli and does not judge
// the requirements about connections.
func inMemoryOptions(h http.Handler) run.Options {
	u := &url.URL{Scheme: "https", Host: "receiver.example", Path: "/"}
	return run.Options{
		RunInfo: verdict.RunInfo{Seed: 1, Nonce: run.NewNonce()},
		Sender:  sender.Options{Incoming: u, Outgoing: u, RoundTripper: testtools.InMemory(h)}, Scope: verdict.Scope{Selected: func(id string) bool { return !strings.HasPrefix(id, "transport.") }},
	}
}

// tlsRun returns a run that judges a handler over TLS connections. Its probe has been played.
func tlsRun(t *testing.T, h http.Handler) *run.Run {
	t.Helper()
	r, err := pushchecktest.Serve(t, h).NewRun()
	if err != nil {
		t.Fatal(err)
	}
	r.Probe(t.Context())
	return r
}

// probedRun returns a run whose probe has been played.
func probedRun(t *testing.T, o run.Options) *run.Run {
	t.Helper()
	r := run.New(o)
	r.Probe(t.Context())
	return r
}

// play plays experiments one after the other.
func play(t *testing.T, r *run.Run, all ...experiment.Experiment) verdict.Verdict {
	t.Helper()
	for _, e := range all {
		r.Play(t.Context(), e, false)
	}
	return r.Verdict()
}

// plainCall returns the experiment of a call scenario without a twist.
func plainCall(t *testing.T, story string) experiment.Experiment {
	t.Helper()
	s, ok := scenarios.Find(story)
	if !ok {
		t.Fatalf("there is no call scenario %q", story)
	}
	return experiment.Experiment{Story: s}
}

// oddCall returns the experiment of a plain call with an odd push.
func oddCall(t *testing.T, requirement, clause string) experiment.Experiment {
	t.Helper()
	e := plainCall(t, "incoming-answered")
	for _, o := range experiment.Oddities() {
		if o.Clause == clause {
			e.Twist = o.Twist("")
			e.Twist.Requirement = requirement
			return e
		}
	}
	t.Fatalf("there is no oddity %q", clause)
	return e
}

// strangerCall returns an experiment in which a stranger, not sipgate, sends a stimulus and a plain call follows.
func strangerCall(t *testing.T, requirement, clause string) experiment.Experiment {
	t.Helper()
	e := plainCall(t, "incoming-answered")
	i := slices.IndexFunc(experiment.NamedStimuli(), func(s experiment.NamedStimulus) bool { return s.Clause == clause })
	if i < 0 {
		t.Fatalf("there is no stranger that %s", clause)
	}
	e.Twist = experiment.NamedStimuli()[i].Twist()
	e.Twist.Requirement = requirement
	return e
}

// manyCalls returns the experiment with fifty calls at once.
func manyCalls() experiment.Experiment {
	return experiment.Experiment{
		Story: scenarios.Scenario{Name: "incoming-answered", Story: experiment.OrdinaryCall("Doc")},
		Twist: experiment.Twist{Kind: experiment.Crowd, Requirement: "trouble.many-calls", Size: 50, Variant: "50 calls come in at once"},
	}
}

// row returns a requirement's row of a verdict.
func row(t *testing.T, v verdict.Verdict, id string) verdict.Row {
	t.Helper()
	i := slices.IndexFunc(v.Rows, func(r verdict.Row) bool { return r.ID == id })
	if i < 0 {
		t.Fatalf("there is no requirement %s", id)
	}
	return v.Rows[i]
}

// failedIDs returns the requirements that are not met.
func failedIDs(v verdict.Verdict) (ids []string) {
	for _, r := range v.Rows {
		if r.Status == verdict.Failed {
			ids = append(ids, r.ID)
		}
	}
	return ids
}
