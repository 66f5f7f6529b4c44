package steps_test

import (
	"slices"
	"testing"
	"testing/fstest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/features"
	"github.com/pushcheck/pushcheck/receiver"
	"github.com/pushcheck/pushcheck/run"
	"github.com/pushcheck/pushcheck/steps"
	"github.com/pushcheck/pushcheck/verdict"
)

// playSuites plays suites of features one after the other and returns the verdict. The scenarios of a suite run concurrently.
func playSuites(t *testing.T, o run.Options, suites ...steps.Suite) verdict.Verdict {
	t.Helper()
	r := probedRun(t, o)
	for _, s := range suites {
		s.Parallel = 4
		steps.Play(t.Context(), r, s)
	}
	return r.Verdict()
}

// notJudgedReasons returns the reasons of the undetermined requirements.
func notJudgedReasons(v verdict.Verdict) []string {
	var out []string
	for _, r := range v.Rows {
		if r.Status == verdict.Undetermined {
			out = append(out, r.Reason)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func TestFailFastStopsAtTheFirstFinding(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"relative-hangup", "cause-busy", "empty-fields", "newcall-500", "voicemail-leg"} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			o := inMemoryOptions(referenceReceiver(t, receiver.Options{}, fault))
			withoutFailFast := playSuites(t, o, steps.Suite{Files: features.FS})
			o = inMemoryOptions(referenceReceiver(t, receiver.Options{}, fault))
			o.FailFast = true
			got := playSuites(t, o, steps.Suite{Files: features.FS})
			if got.Exit != verdict.ExitNotConformant {
				t.Errorf("exit code %d, want 1: %s", got.Exit, got.Summary)
			}
			if len(got.Calls) >= len(withoutFailFast.Calls) {
				t.Errorf("%d calls were played, and %d without FailFast", len(got.Calls), len(withoutFailFast.Calls))
			}
			for _, id := range idsWithStatus(got, verdict.Failed) {
				if !slices.Contains(idsWithStatus(withoutFailFast, verdict.Failed), id) {
					t.Errorf("%s failed, but is met without FailFast", id)
				}
			}
			if !slices.Contains(notJudgedReasons(got), "not judged because of --fail-fast") {
				t.Errorf("the reasons of requirements that were not judged are %q", notJudgedReasons(got))
			}
		})
	}
}

func TestFailFastContinuesAfterKnownFailuresAndWarnings(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault  string
		status verdict.Status // status that some requirement must have because of the fault
		known  []verdict.KnownFailure
	}{
		"a known failure: run goes on": {"cause-busy", verdict.Known, []verdict.KnownFailure{{ID: "push.hangup-causes", Reason: "later", Expires: time.Now()}}},
		"a warning: run goes on":       {"odd-caller", verdict.Warned, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := inMemoryOptions(referenceReceiver(t, receiver.Options{}, test.fault))
			o.FailFast, o.Known = true, test.known
			got := playSuites(t, o, steps.Suite{Files: features.FS})
			if len(idsWithStatus(got, test.status)) == 0 || got.Exit != verdict.ExitConformant {
				t.Errorf("exit code %d: %s; %s: %q", got.Exit, got.Summary, test.status, idsWithStatus(got, test.status))
			}
			o = inMemoryOptions(referenceReceiver(t, receiver.Options{}, test.fault))
			o.FailFast, o.Strict = true, true
			if got := playSuites(t, o, steps.Suite{Files: features.FS}); !slices.Contains(notJudgedReasons(got), "not judged because of --fail-fast") {
				t.Errorf("with Strict and without known failures, the reasons of requirements that were not judged are %q", notJudgedReasons(got))
			}
		})
	}
}

func TestFailFastStopsAfterAFailedScenarioOfTheUser(t *testing.T) {
	t.Parallel()
	ownSuite := steps.Suite{HasOwnFeatures: true, Files: fstest.MapFS{"own.feature": {Data: []byte(`Feature: Ours
  Scenario: The receiver accepts the hangup
    When Jennifer calls Doc
    And Doc answers
    And Doc hangs up
    Then the receiver accepts every push
  @alone
  Scenario: The receiver takes the next call
    When Jennifer calls Marty
    Then the receiver accepts every push
`)}}}
	o := inMemoryOptions(referenceReceiver(t, receiver.Options{}, "hangup-500"))
	o.FailFast, o.Selected = true, func(id string) bool { return id == "push.newcall" }
	got := playSuites(t, o, ownSuite, steps.Suite{Files: features.FS})
	var rows []string
	for _, s := range got.Scenarios {
		rows = append(rows, string(s.Status)+" "+s.Reason)
	}
	if diff := cmp.Diff([]string{"failed ", "undetermined not judged because of --fail-fast"}, rows); diff != "" {
		t.Errorf("scenarios mismatch (-want +got):\n%s", diff)
	}
	if len(got.Calls) > 4 {
		t.Errorf("%d calls were played", len(got.Calls))
	}
}

func idsWithStatus(v verdict.Verdict, s verdict.Status) []string {
	var out []string
	for _, r := range v.Rows {
		if r.Status == s {
			out = append(out, r.ID)
		}
	}
	return out
}
