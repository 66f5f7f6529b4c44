package steps_test

import (
	"context"
	"errors"
	"io/fs"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/pushcheck/pushcheck/features"
	"github.com/pushcheck/pushcheck/internal/testtools"
	"github.com/pushcheck/pushcheck/pushchecktest"
	"github.com/pushcheck/pushcheck/receiver"
	"github.com/pushcheck/pushcheck/run"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/steps"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// referenceReceiver returns the reference receiver with faults.
func referenceReceiver(t *testing.T, o receiver.Options, faults ...string) http.Handler {
	t.Helper()
	for _, name := range faults {
		f, err := receiver.FindFault(name)
		if err != nil {
			t.Fatal(err)
		}
		o.Faults = append(o.Faults, f)
	}
	r, err := receiver.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return r
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

// inMemoryRun returns a run that judges a handler without a network. Its probe has been played.
func inMemoryRun(t *testing.T, h http.Handler) *run.Run {
	t.Helper()
	return probedRun(t, inMemoryOptions(h))
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

// playAndListErrors plays features concurrently. It returns the errors of failed scenarios by title, without skipped scenarios.
func playAndListErrors(t *testing.T, run *run.Run, files fs.FS) map[string]error {
	t.Helper()
	var mu sync.Mutex
	errorByTitle := map[string]error{}
	steps.Play(t.Context(), run, steps.Suite{Files: files, Parallel: 4, AfterScenario: func(o steps.Outcome) {
		mu.Lock()
		defer mu.Unlock()
		if o.Err != nil {
			errorByTitle[o.Name] = o.Err
		}
	}})
	return errorByTitle
}

// hasTag returns a function that selects the scenarios with a tag.
func hasTag(tag string) func(features.Scenario) bool {
	return func(s features.Scenario) bool { return slices.Contains(s.Tags, tag) }
}

// fewFeatures returns features that suffice to distinguish receivers and to play scenarios concurrently.
func fewFeatures(t *testing.T) fs.FS {
	t.Helper()
	return featuresIn(t, "pushes.feature", "following.feature", "responses.feature", "actions.feature", "forwards.feature", "transfers.feature")
}

// featuresIn returns the features in these files.
func featuresIn(t *testing.T, names ...string) fs.FS {
	t.Helper()
	out := fstest.MapFS{}
	for _, name := range names {
		data, err := fs.ReadFile(features.FS, name)
		if err != nil {
			t.Fatal(err)
		}
		out[name] = &fstest.MapFile{Data: data}
	}
	return out
}

// failedIDs returns the requirements that are not met.
func failedIDs(v verdict.Verdict) []string {
	var out []string
	for _, row := range v.Rows {
		if row.Status == verdict.Failed {
			out = append(out, row.ID)
		}
	}
	return out
}

func TestScenarioFailsIfAndOnlyIfItsRequirementFails(t *testing.T) {
	t.Parallel()
	steerEveryCall := func(kind string) receiver.Options {
		steer, err := receiver.ParseSteering(kind + "=" + receiver.AnyOtherNumber)
		if err != nil {
			t.Fatal(err)
		}
		return receiver.Options{Steering: steer}
	}
	tests := []struct {
		fault   string
		options receiver.Options
		files   fs.FS
		want    []string // ids of the requirements that are not met
	}{
		{"newcall-500", receiver.Options{}, features.FS, []string{"push.newcall"}},
		{"hangup-500", receiver.Options{}, features.FS, []string{"push.hangup"}},
		{"html-type", receiver.Options{}, fewFeatures(t), []string{"response.content-type"}},
		{"follow-ups-404", receiver.Options{}, fewFeatures(t), []string{"following.reachable"}},
		{"first-leg-only", receiver.Options{}, fewFeatures(t), []string{"following.every-leg"}},
		{"reject-reason", steerEveryCall("reject"), fewFeatures(t), []string{"reject.reason"}},
	}
	for _, test := range tests {
		t.Run(test.fault, func(t *testing.T) {
			t.Parallel()
			index, err := features.Index(test.files)
			if err != nil {
				t.Fatal(err)
			}
			run := inMemoryRun(t, referenceReceiver(t, test.options, test.fault))
			errorByTitle := playAndListErrors(t, run, test.files)
			v := run.Verdict()
			if diff := cmp.Diff(test.want, failedIDs(v)); diff != "" {
				t.Errorf("requirements that are not met mismatch (-want +got):\n%s", diff)
			}
			if v.Exit != verdict.ExitNotConformant || len(v.Problems) > 0 {
				t.Errorf("exit %d with problems %v, want 1: %s", v.Exit, v.Problems, v.Summary)
			}
			for _, sc := range index {
				want := slices.ContainsFunc(sc.Requirements(), func(id string) bool { return slices.Contains(test.want, id) })
				if err := errorByTitle[sc.Name]; want != (err != nil) {
					t.Errorf("%q of %v failed: %t, want %t: %v", sc.Name, sc.Requirements(), err != nil, want, err)
				}
			}
			for title, err := range errorByTitle {
				var notMet *steps.NotMetError
				if !errors.As(err, &notMet) {
					t.Errorf("%q failed without a finding: %v", title, err)
				}
			}
		})
	}
}

// feature returns a feature file with one scenario.
func feature(tags string, lines ...string) fs.FS {
	text := "Feature: Own calls\n\n  " + tags + "\n  Scenario: The receiver does what it does\n    " + strings.Join(lines, "\n    ") + "\n"
	return fstest.MapFS{"own.feature": {Data: []byte(text)}}
}

func TestMistakeInAFeatureIsAProblemAndNotAFinding(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		files fs.FS
		want  string // part of the problem
	}{
		{"an undefined step", feature("@push.newcall", "When Biff crashes into a manure truck", "Then the receiver accepts the newCall"), "undefined"},
		{"a Then sentence before any call", feature("@push.newcall", "Then the receiver accepts the newCall"), "the story has no call yet"},
		{"an unknown person", feature("@push.newcall", "When Jennifer calls Griff", "Then the receiver accepts the newCall"), `unknown person "Griff"`},
		{"an unknown call scenario", feature("@push.newcall", `When the call scenario "no-such-call" is played`, "Then the receiver accepts the newCall"), `"no-such-call"`},
		{"an unknown requirement", feature("@push.newcall", "When Jennifer calls Doc", `Then the receiver meets "push.newcal"`), `unknown requirement "push.newcal", did you mean "push.newcall"?`},
		{"an answer of a person whose phone does not ring", feature("@push.newcall", "Given Jennifer has called Doc, and Marty has answered", "Then the receiver accepts the newCall"), "but Marty answers it"},
		{"a hangup of a person who is not in the call", feature("@push.newcall", "Given Jennifer has called Doc, and Doc has answered", "When Biff hangs up", "Then the receiver accepts the newCall"), "Biff is not in the call"},
		{"a table with a wrong user", feature("@call.answered", "Given Jennifer has called Doc, and Doc has answered", "When Jennifer hangs up", "Then sipgate pushes",
			"  | event   | user |", "  | newCall | Doc  |", "  | answer  | Marty |", "  | hangup  |      |"), `push 2 (answer): user is "Doc", the table lists "Marty"`},
		{"a table with too few pushes", feature("@call.answered", "Given Jennifer has called Doc, and Doc has answered", "When Jennifer hangs up", "Then sipgate pushes",
			"  | event   |", "  | newCall |", "  | answer  |"), "the story has 3 pushes, the table lists 2"},
		{"a table with an unknown column", feature("@call.answered", "Given Jennifer has called Doc, and Doc has answered", "When Jennifer hangs up", "Then sipgate pushes",
			"  | event   | caller |", "  | newCall | x |", "  | answer  | |", "  | hangup  | |"), `there is no field "caller"`},
		{"a table with one callId for two legs", feature("@call.transfer-answered", "Given Jennifer has called Doc, and Doc has answered", "When Doc transfers the call to Marty, who does not pick up", "Then sipgate pushes",
			"  | event   | callId |", "  | newCall | 1 |", "  | answer  | 1 |", "  | newCall | 1 |", "  | hangup  | 2 |"), "push 3 (newCall): callId is"},
		{"a file that is not a feature", fstest.MapFS{"own.feature": {Data: []byte("Scenario without a feature\n")}}, "own.feature"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			run := run.New(inMemoryOptions(referenceReceiver(t, receiver.Options{})))
			steps.Play(t.Context(), run, steps.Suite{Files: test.files})
			v := run.Verdict()
			if v.Exit != verdict.ExitNoVerdict || len(failedIDs(v)) > 0 {
				t.Errorf("exit %d, not met %v, want exit 3 and no finding", v.Exit, failedIDs(v))
			}
			if len(v.Problems) == 0 || !strings.Contains(strings.Join(v.Problems, "\n"), test.want) {
				t.Errorf("Problems = %q, want one with %q", v.Problems, test.want)
			}
		})
	}
}

func TestScenarioMayHaveATableAndSeveralThenSentences(t *testing.T) {
	t.Parallel()
	run := inMemoryRun(t, referenceReceiver(t, receiver.Options{}))
	errorByTitle := playAndListErrors(t, run, feature("@response.prompt @should",
		"Given Jennifer has called Doc",
		"When Doc's line is busy, and the call is forwarded to Marty",
		"And the call of Marty ends with the cause noAnswer",
		"Then sipgate pushes",
		"  | event   | user  | cause     | callId | diversion    |",
		"  | newCall | Doc   |           | one    |              |",
		"  | hangup  |       | forwarded | one    |              |",
		"  | newCall | Marty |           | two    | Doc's number |",
		"  | hangup  |       | noAnswer  | two    | Doc's number |",
		"And the receiver accepts every push",
		`And the receiver meets "push.newcall"`))
	if v := run.Verdict(); v.Exit != 0 || len(errorByTitle) > 0 {
		t.Errorf("exit %d, failed %v, want 0 and none: %s", v.Exit, errorByTitle, v.Summary)
	}
}

func TestTwoSuitesRunConcurrently(t *testing.T) {
	t.Parallel()
	goodRun, badRun := inMemoryRun(t, referenceReceiver(t, receiver.Options{})), inMemoryRun(t, referenceReceiver(t, receiver.Options{}, "html-type"))
	var playing sync.WaitGroup
	for _, run := range []*run.Run{goodRun, badRun} {
		playing.Go(func() { steps.Play(t.Context(), run, steps.Suite{Files: fewFeatures(t), Parallel: 4}) })
	}
	playing.Wait()
	if v := goodRun.Verdict(); v.Exit != 0 {
		t.Errorf("the good receiver gives exit %d, want 0: %s", v.Exit, v.Summary)
	}
	if v := badRun.Verdict(); v.Exit != 1 || !slices.Equal(failedIDs(v), []string{"response.content-type"}) {
		t.Errorf("the bad receiver gives exit %d, want 1 for its content type: %s", v.Exit, v.Summary)
	}
}

// onePushReceiver is a receiver that mishandles a push that comes while another push is handled.
type onePushReceiver struct {
	goodReceiver    http.Handler
	mishandle       func(http.ResponseWriter) // responds to a mishandled push
	underWay        atomic.Int32              // number of pushes that are being handled
	mishandledCount atomic.Int32
}

func (o *onePushReceiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	isConcurrent := o.underWay.Add(1) > 1
	defer o.underWay.Add(-1)
	timer := time.NewTimer(3 * time.Millisecond) // so that another push can come meanwhile
	<-timer.C
	if isConcurrent {
		o.mishandledCount.Add(1)
		o.mishandle(w)
		return
	}
	o.goodReceiver.ServeHTTP(w, r)
}

func TestPushThatIsAcceptedWhenSentAloneIsNotReported(t *testing.T) {
	t.Parallel()
	for name, mishandle := range map[string]func(http.ResponseWriter){
		"concurrent push is refused": func(w http.ResponseWriter) { w.WriteHeader(http.StatusServiceUnavailable) },
		"concurrent push is dropped": func(http.ResponseWriter) { panic(http.ErrAbortHandler) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := &onePushReceiver{goodReceiver: referenceReceiver(t, receiver.Options{}), mishandle: mishandle}
			run := inMemoryRun(t, h)
			steps.Play(t.Context(), run, steps.Suite{Files: fewFeatures(t), Parallel: 8})
			if h.mishandledCount.Load() == 0 {
				t.Fatal("no two pushes were handled at the same time, so the test checks nothing")
			}
			if v := run.Verdict(); v.Exit != 0 || len(v.Problems) > 0 {
				t.Errorf("exit %d after %d mishandled pushes, want 0: %s", v.Exit, h.mishandledCount.Load(), v.Summary)
			}
			if !slices.ContainsFunc(run.Verdict().Notes, func(n verdict.Note) bool { return n.About == "push" }) {
				t.Error("no note about the pushes that were accepted only the second time")
			}
		})
	}
}

func TestReceiverThatRefusesEverythingDoesNotPass(t *testing.T) {
	t.Parallel()
	refusals := map[string]struct {
		handler http.HandlerFunc
		exit    int // exit code of the run
	}{
		"status 503":               {func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusServiceUnavailable) }, 1},
		"connection closed":        {func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }, 1},
		"redirect to another path": {func(w http.ResponseWriter, r *http.Request) { http.Redirect(w, r, "/other", http.StatusFound) }, 1},
		"status 403 with the reason that the push is not from sipgate": {func(w http.ResponseWriter, _ *http.Request) {
			http.Error(w, "IP address is not from sipgate", http.StatusForbidden)
		}, 3},
	}
	for name, test := range refusals {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run := tlsRun(t, test.handler)
			steps.Play(t.Context(), run, steps.Suite{Files: fewFeatures(t), Parallel: 4})
			if v := run.Verdict(); v.Exit != test.exit {
				t.Errorf("exit %d, want %d: %s", v.Exit, test.exit, v.Summary)
			}
		})
	}
}

func TestReceiverThatCannotBeReachedFails(t *testing.T) {
	t.Parallel()
	server, target, err := pushchecktest.Listen(http.NotFoundHandler())
	if err != nil {
		t.Fatal(err)
	}
	server.Close()
	run, err := target.NewRun()
	if err != nil {
		t.Fatal(err)
	}
	run.Probe(t.Context())
	steps.Play(t.Context(), run, steps.Suite{Files: fewFeatures(t), Parallel: 4})
	if v := run.Verdict(); v.Exit != 1 || !slices.Equal(failedIDs(v), []string{"transport.reachable"}) {
		t.Errorf("exit %d for %v, want 1 for transport.reachable: %s", v.Exit, failedIDs(v), v.Summary)
	}
}

func TestInterruptedRunHasExitCode130AndNoFinding(t *testing.T) {
	t.Parallel()
	run := run.New(inMemoryOptions(referenceReceiver(t, receiver.Options{})))
	ctx, interrupt := context.WithCancel(t.Context())
	run.Probe(ctx)
	interrupt()
	steps.Play(ctx, run, steps.Suite{Files: features.FS})
	if v := run.Verdict(); v.Exit != verdict.ExitInterrupted || len(failedIDs(v)) > 0 {
		t.Errorf("exit %d, not met %v, want 130 and nothing: %s", v.Exit, failedIDs(v), v.Summary)
	}
}

func TestVerdictDuringTheRunDoesNotMarkCallsAsPlayed(t *testing.T) {
	t.Parallel()
	run := run.New(inMemoryOptions(referenceReceiver(t, receiver.Options{})))
	var verdicts sync.WaitGroup
	done := make(chan struct{})
	verdicts.Go(func() {
		for {
			select {
			case <-done:
				return
			default:
				run.Verdict()
			}
		}
	})
	steps.Play(t.Context(), run, steps.Suite{Files: fewFeatures(t), Parallel: 4})
	close(done)
	verdicts.Wait()
	for _, c := range run.Verdict().Calls {
		if !c.Complete || !slices.ContainsFunc(c.Exchanges, transcript.Exchange.Accepted) {
			t.Errorf("call %d, %s, was not played", c.ID, c.Scenario)
		}
	}
}
