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

// reportOf runs a command line at the reference receiver with faults, and returns the JSON report and its file.
func reportOf(t *testing.T, fault string, args ...string) (jsonReport, string) {
	t.Helper()
	running, ca := startReceiver(t, "", strings.Fields(fault)...)
	file := filepath.Join(t.TempDir(), "report.json")
	got := runCommand(t, slices.Concat([]string{"run", running.URL, "--ca-file", ca, "--report", "json=" + file}, args)...)
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

// scenarios returns the statuses of the user's own scenarios.
func (d jsonReport) scenarios() []string {
	var out []string
	for _, s := range d.Scenarios {
		out = append(out, s.Status)
	}
	return out
}

func TestFailedJudgesOnlyRequirementsThatWereRed(t *testing.T) {
	t.Parallel()
	first, file := reportOf(t, "cause-busy")
	red := first.idsWithStatus("failed", "warned", "undetermined")
	if len(red) == 0 || first.Exit != 1 {
		t.Fatalf("exit %d, red: %q", first.Exit, red)
	}
	again, _ := reportOf(t, "cause-busy", "--failed", file)
	if diff := cmp.Diff(red, again.idsWithStatus("failed", "warned", "undetermined")); diff != "" {
		t.Errorf("what is red again mismatch (-want +got):\n%s", diff)
	}
	fixed, green := reportOf(t, "", "--failed", file)
	if diff := cmp.Diff(red, fixed.idsWithStatus("passed")); diff != "" || fixed.Exit != 0 {
		t.Errorf("exit %d, what passes now mismatch (-want +got):\n%s", fixed.Exit, diff)
	}
	if got := len(fixed.idsWithStatus("skipped")); got != len(fixed.Requirements)-len(red) {
		t.Errorf("%d requirements are skipped, and %d of %d were red", got, len(red), len(fixed.Requirements))
	}
	for name, test := range map[string]struct {
		args []string
		want string
	}{
		"nothing failed":                    {[]string{"--failed", green}, "nothing is selected: everything that \"" + green + "\" has judged passed"},
		"other areas":                       {[]string{"--failed", file, "--only", "response"}, "nothing is selected: the other flags leave nothing of what failed"},
		"everything that failed is skipped": {[]string{"--failed", file, "--skip", strings.Join(red, ",")}, "nothing is selected: the other flags leave nothing of what failed"},
	} {
		got := runCommand(t, append([]string{"run", "https://receiver.invalid/"}, test.args...)...)
		if got.exit != 2 || !strings.Contains(got.stderr, test.want) {
			t.Errorf("%s: exit %d, want 2 and %q:\n%s", name, got.exit, test.want, got.stderr)
		}
	}
}

func TestFailedPlaysOwnScenariosThatWereRed(t *testing.T) {
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
	first, file := reportOf(t, "hangup-500", "--features", folder, "--no-built-in-features")
	if diff := cmp.Diff([]string{"passed", "failed", "failed"}, first.scenarios()); diff != "" {
		t.Fatalf("scenarios mismatch (-want +got):\n%s", diff)
	}
	again, _ := reportOf(t, "", "--features", folder, "--failed", file)
	if diff := cmp.Diff([]string{"skipped", "passed", "passed"}, again.scenarios()); diff != "" || again.Exit != 0 {
		t.Errorf("exit %d, scenarios mismatch (-want +got):\n%s", again.Exit, diff)
	}
	running, ca := startReceiver(t, "")
	got := runCommand(t, "run", running.URL, "--ca-file", ca, "--failed", file)
	if want := "and not in a folder that --features names"; got.exit != 0 || !strings.Contains(got.stderr, want) {
		t.Errorf("without --features: exit %d, want 0 and a note with %q:\n%s", got.exit, want, got.stderr)
	}
}

func TestFailFastDoesNotStopAtAWaivedRequirement(t *testing.T) {
	t.Parallel()
	for _, flag := range []string{"--fail-fast", "--fail-fast --no-waivers"} {
		d, _ := reportOf(t, "", strings.Fields(flag)...)
		if diff := cmp.Diff([]string(nil), d.idsWithStatus("failed", "undetermined")); diff != "" || len(d.idsWithStatus("waived")) == 0 {
			t.Errorf("%s: waived: %q; what is red mismatch (-want +got):\n%s", flag, d.idsWithStatus("waived"), diff)
		}
	}
	d, _ := reportOf(t, "relative-hangup", "--fail-fast")
	if diff := cmp.Diff([]string{"following.hangup-url"}, d.idsWithStatus("failed")); diff != "" || d.Exit != 1 || len(d.idsWithStatus("undetermined")) < 20 {
		t.Errorf("exit %d, undetermined: %q; failed mismatch (-want +got):\n%s", d.Exit, d.idsWithStatus("undetermined"), diff)
	}
}
