package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// reportOf runs pushcheck run at the reference receiver with faults, whose names are separated by spaces. It returns the JSON report and
// its file.
func reportOf(t *testing.T, faults string, args ...string) (jsonReport, string) {
	t.Helper()
	instance, ca := startReceiver(t, "", strings.Fields(faults)...)
	file := filepath.Join(t.TempDir(), "report.json")
	got := runCommand(t, slices.Concat([]string{"run", instance.URL, "--ca-file", ca, "--report", "json=" + file}, args)...)
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatalf("%v; exit %d: %s", err, got.exit, got.stderr)
	}
	var d jsonReport
	if err := json.Unmarshal(data, &d); err != nil {
		t.Fatal(err)
	}
	return d, file
}

// scenarioStatuses returns the statuses of the user's scenarios.
func (d jsonReport) scenarioStatuses() []string {
	var out []string
	for _, s := range d.Scenarios {
		out = append(out, s.Status)
	}
	return out
}

func TestFailedFlagJudgesOnlyRequirementsThatDidNotPass(t *testing.T) {
	t.Parallel()
	firstRun, file := reportOf(t, "cause-busy")
	notPassed := firstRun.idsWithStatus("failed", "warned", "undetermined")
	if len(notPassed) == 0 || firstRun.Exit != 1 {
		t.Fatalf("exit %d, not passed: %q", firstRun.Exit, notPassed)
	}
	secondRun, _ := reportOf(t, "cause-busy", "--failed", file)
	if diff := cmp.Diff(notPassed, secondRun.idsWithStatus("failed", "warned", "undetermined")); diff != "" {
		t.Errorf("requirements that do not pass again mismatch (-want +got):\n%s", diff)
	}
	fixedRun, fixedFile := reportOf(t, "", "--failed", file)
	if diff := cmp.Diff(notPassed, fixedRun.idsWithStatus("passed")); diff != "" || fixedRun.Exit != 0 {
		t.Errorf("exit %d, requirements that pass now mismatch (-want +got):\n%s", fixedRun.Exit, diff)
	}
	if got := len(fixedRun.idsWithStatus("skipped")); got != len(fixedRun.Requirements)-len(notPassed) {
		t.Errorf("%d requirements are skipped, and %d of %d had not passed", got, len(notPassed), len(fixedRun.Requirements))
	}
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"a report without failures":        {[]string{"--failed", fixedFile}, "nothing is selected: everything that \"" + fixedFile + "\" has judged passed"},
		"an area in which nothing failed":  {[]string{"--failed", file, "--only", "response"}, "nothing is selected: the other flags leave nothing of what failed"},
		"--skip of everything that failed": {[]string{"--failed", file, "--skip", strings.Join(notPassed, ",")}, "nothing is selected: the other flags leave nothing of what failed"},
	} {
		got := runCommand(t, append([]string{"run", "https://receiver.invalid/"}, test.args...)...)
		if got.exit != 2 || !strings.Contains(got.stderr, test.want) {
			t.Errorf("%s: exit %d, want 2 and %q:\n%s", name, got.exit, test.want, got.stderr)
		}
	}
}

func TestFailedFlagPlaysUserScenariosThatDidNotPass(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	const feature = `Feature: Ours
  Scenario: Doc is called
    When Jennifer calls Doc
    Then the receiver accepts every push

  Scenario: Doc hangs up
    Given Jennifer has called Doc, and Doc has answered
    When Doc hangs up
    Then the receiver accepts every push

  @push.newcall
  Scenario: Jennifer hangs up
    Given Jennifer has called Doc, and Doc has answered
    When Jennifer hangs up
    Then the receiver accepts every push
`
	if err := os.WriteFile(filepath.Join(folder, "ours.feature"), []byte(feature), 0o600); err != nil {
		t.Fatal(err)
	}
	firstRun, file := reportOf(t, "hangup-500", "--features", folder, "--no-built-in-features")
	if diff := cmp.Diff([]string{"passed", "failed", "failed"}, firstRun.scenarioStatuses()); diff != "" {
		t.Fatalf("scenarios mismatch (-want +got):\n%s", diff)
	}
	secondRun, _ := reportOf(t, "", "--features", folder, "--failed", file)
	if diff := cmp.Diff([]string{"skipped", "passed", "passed"}, secondRun.scenarioStatuses()); diff != "" || secondRun.Exit != 0 {
		t.Errorf("exit %d, scenarios mismatch (-want +got):\n%s", secondRun.Exit, diff)
	}
	instance, ca := startReceiver(t, "")
	got := runCommand(t, "run", instance.URL, "--ca-file", ca, "--failed", file)
	if want := "and not in a folder that --features names"; got.exit != 0 || !strings.Contains(got.stderr, want) {
		t.Errorf("without --features: exit %d, want 0 and a note with %q:\n%s", got.exit, want, got.stderr)
	}
}

func TestFailFastDoesNotStopAtAWaivedRequirement(t *testing.T) {
	t.Parallel()
	for _, flag := range []string{"--fail-fast", "--fail-fast --no-waivers"} {
		report, _ := reportOf(t, "", strings.Fields(flag)...)
		if diff := cmp.Diff([]string(nil), report.idsWithStatus("failed", "undetermined")); diff != "" || len(report.idsWithStatus("waived")) == 0 {
			t.Errorf("%s: waived: %q; failed or undetermined mismatch (-want +got):\n%s", flag, report.idsWithStatus("waived"), diff)
		}
	}
	report, _ := reportOf(t, "relative-hangup", "--fail-fast")
	if diff := cmp.Diff([]string{"following.hangup-url"}, report.idsWithStatus("failed")); diff != "" || report.Exit != 1 || len(report.idsWithStatus("undetermined")) < 20 {
		t.Errorf("exit %d, undetermined: %q; failed mismatch (-want +got):\n%s", report.Exit, report.idsWithStatus("undetermined"), diff)
	}
}
