package steps_test

import (
	"bytes"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pushcheck/pushcheck/internal/testoracle"
	"github.com/pushcheck/pushcheck/oracle"
	"github.com/pushcheck/pushcheck/pushchecktest"
	"github.com/pushcheck/pushcheck/receiver"
	"github.com/pushcheck/pushcheck/run"
	"github.com/pushcheck/pushcheck/steps"
	"github.com/pushcheck/pushcheck/verdict"
)

// runWithOracle returns a run that judges a receiver and gets the states of calls from an oracle.
func runWithOracle(t *testing.T, h http.Handler, ask oracle.Func) *run.Run {
	t.Helper()
	o := inMemoryOptions(h)
	o.StateCheck = run.StateCheck{Oracle: ask, Wait: 100 * time.Millisecond}
	return probedRun(t, o)
}

func status(v verdict.Verdict, id string) verdict.Status {
	for _, row := range v.Rows {
		if row.ID == id {
			return row.Status
		}
	}
	return ""
}

func TestReceiverPassesIfAFunctionReturnsTheStatesOfItsCalls(t *testing.T) {
	t.Parallel()
	goodReceiver := referenceReceiver(t, receiver.Options{})
	target := pushchecktest.Serve(t, goodReceiver)
	target.State = testoracle.OfReceiver(goodReceiver)
	pushchecktest.Test(t, target)
}

func TestStateSentenceFailsIfTheApplicationShowsAnotherState(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, fault string
		fails       bool
		feature     []string
	}{
		{"shown state fits: passes", "", false, []string{"@state.ended @must", "Given Jennifer has called Doc, and Doc has answered", "When Jennifer hangs up", "Then the application shows Doc's call as over"}},
		{"another state is shown: fails", "state-forgets-hangup", true, []string{"@state.ended @must", "Given Jennifer has called Doc, and Doc has answered", "When Jennifer hangs up", "Then the application shows Doc's call as over"}},
		{"another state is shown, and no tag names a requirement: fails", "state-forward-keeps-first", true, []string{"@quick", "Given Jennifer has called Doc", "When Doc's line is busy, and the call is forwarded to Marty", "Then the application shows Doc's call as over"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var faults []string
			if test.fault != "" {
				faults = append(faults, test.fault)
			}
			h := referenceReceiver(t, receiver.Options{}, faults...)
			errorByTitle := playAndListErrors(t, runWithOracle(t, h, testoracle.OfReceiver(h)), feature(test.feature[0], test.feature[1:]...))
			if got := len(errorByTitle) > 0; got != test.fails {
				t.Errorf("failed: %v, want failed: %t", errorByTitle, test.fails)
			}
		})
	}
}

func TestStateSentenceThatContradictsItsStoryIsAProblem(t *testing.T) {
	t.Parallel()
	h := referenceReceiver(t, receiver.Options{})
	for name, test := range map[string]struct {
		lines []string
		want  string // part of the problem
	}{
		"a state that contradicts the story": {[]string{"Given Jennifer has called Doc, and Doc has answered", "Then the application shows Doc's call as over"}, "the story leaves Doc's call answered, the sentence says over"},
		"a sentence before any call":         {[]string{"Then the application shows Doc's call as over"}, "the story has no call yet"},
		"a second call to a person outside the account": {[]string{"Given Jennifer has called Doc", "When Biff calls Needles meanwhile, with a callId that differs only at its end",
			"Then the application shows Doc's call as ringing"}, "outside the account"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run := runWithOracle(t, h, testoracle.OfReceiver(h))
			steps.Play(t.Context(), run, steps.Suite{Files: feature("@state.apart @must", test.lines...)})
			if v := run.Verdict(); v.Exit != verdict.ExitNoVerdict || !strings.Contains(strings.Join(v.Problems, "\n"), test.want) {
				t.Errorf("exit %d, problems %q; want 3 and %q", v.Exit, v.Problems, test.want)
			}
		})
	}
}

func TestCallThatDoesNotEndAfterAnOddPushIsReported(t *testing.T) {
	t.Parallel()
	for name, ignoresHangup := range map[string]func(url.Values) bool{
		"hangup with an unknown cause is ignored":  func(f url.Values) bool { return f.Get("cause") == "chanunavail" },
		"hangup of an anonymous caller is ignored": func(f url.Values) bool { return f.Get("from") == "anonymous" },
		"hangup without origCallId is ignored":     func(f url.Values) bool { return !f.Has("origCallId") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := referenceReceiver(t, receiver.Options{})
			handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, err := io.ReadAll(r.Body)
				if f, _ := url.ParseQuery(string(body)); err == nil && f.Get("event") == "hangup" && ignoresHangup(f) {
					return // respond with status 200, but do not end the call
				}
				r.Body = io.NopCloser(bytes.NewReader(body))
				h.ServeHTTP(w, r)
			})
			run := runWithOracle(t, handler, testoracle.OfReceiver(h))
			steps.Play(t.Context(), run, steps.Suite{Files: featuresIn(t, "odd_pushes.feature"), Parallel: 4})
			if got := status(run.Verdict(), "state.ended"); got != verdict.Failed {
				t.Errorf("state.ended is %s, want %s", got, verdict.Failed)
			}
		})
	}
}
