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

// judged plays suites of features concurrently and returns the verdict.
func judged(t *testing.T, o run.Options, suites ...steps.Suite) verdict.Verdict {
	t.Helper()
	r := probed(t, o)
	for _, s := range suites {
		s.Parallel = 4
		steps.Play(t.Context(), r, s)
	}
	return r.Verdict()
}

// notJudged returns the reasons of the requirements that were not judged.
func notJudged(v verdict.Verdict) []string {
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
			o := inMemory(reference(t, receiver.Options{}, fault))
			whole := judged(t, o, steps.Suite{Files: features.FS})
			o = inMemory(reference(t, receiver.Options{}, fault))
			o.FailFast = true
			got := judged(t, o, steps.Suite{Files: features.FS})
			if got.Exit != verdict.ExitNotConformant {
				t.Errorf("exit code %d, want 1: %s", got.Exit, got.Why)
			}
			if len(got.Calls) >= len(whole.Calls) {
				t.Errorf("%d calls were played, and %d without FailFast", len(got.Calls), len(whole.Calls))
			}
			for _, id := range withStatus(got, verdict.Failed) {
				if !slices.Contains(withStatus(whole, verdict.Failed), id) {
					t.Errorf("%s failed, and is met without FailFast", id)
				}
			}
			if !slices.Contains(notJudged(got), "not judged because of --fail-fast") {
				t.Errorf("the reasons of what was not judged are %q", notJudged(got))
			}
		})
	}
}

func TestFailFastPlaysOnAfterFindingsThatAreNotFatal(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault  string
		status verdict.Status
		known  []verdict.KnownFailure
	}{
		"a known failure": {"cause-busy", verdict.Known, []verdict.KnownFailure{{ID: "push.hangup-causes", Reason: "later", Expires: time.Now()}}},
		"a warning":       {"odd-caller", verdict.Warned, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := inMemory(reference(t, receiver.Options{}, test.fault))
			o.FailFast, o.Known = true, test.known
			got := judged(t, o, steps.Suite{Files: features.FS})
			if len(withStatus(got, test.status)) == 0 || got.Exit != verdict.ExitConformant {
				t.Errorf("exit code %d: %s; %s: %q", got.Exit, got.Why, test.status, withStatus(got, test.status))
			}
			o = inMemory(reference(t, receiver.Options{}, test.fault))
			o.FailFast, o.Strict = true, true
			if got := judged(t, o, steps.Suite{Files: features.FS}); !slices.Contains(notJudged(got), "not judged because of --fail-fast") {
				t.Errorf("the reasons of what was not judged without the entry and with Strict are %q", notJudged(got))
			}
		})
	}
}

func TestFailFastStopsAfterAnOwnScenarioThatFailed(t *testing.T) {
	t.Parallel()
	own := steps.Suite{OwnFeatures: true, Files: fstest.MapFS{"own.feature": {Data: []byte(`Feature: Ours
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
	o := inMemory(reference(t, receiver.Options{}, "hangup-500"))
	o.FailFast, o.Selected = true, func(id string) bool { return id == "push.newcall" }
	got := judged(t, o, own, steps.Suite{Files: features.FS})
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

func withStatus(v verdict.Verdict, s verdict.Status) []string {
	var out []string
	for _, r := range v.Rows {
		if r.Status == s {
			out = append(out, r.ID)
		}
	}
	return out
}
