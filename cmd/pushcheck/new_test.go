package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

func TestExamplesThatCommandNewWritesCanBePlayedUnchanged(t *testing.T) {
	t.Parallel()
	dir := filepath.Join(t.TempDir(), "deep", "features")
	for _, args := range [][]string{
		{"new", "scenario", "our-call", "--dir", dir},
		{"lint", dir},
		{"new", "feature", "our-office", "--dir", dir},
		{"lint", dir},
		{"send", filepath.Join(dir, "our-call.yaml"), "--dry-run"},
	} {
		if got := runCommand(t, args...); got.exit != 0 || got.stderr != "" {
			t.Fatalf("%q: exit %d:\n%s%s", args, got.exit, got.stdout, got.stderr)
		}
	}
	feature := filepath.Join(dir, "our-office.feature")
	text, err := os.ReadFile(feature)
	if err != nil {
		t.Fatal(err)
	}
	// A comment in the example feature describes this sentence, which plays the call scenario of a file in the same folder.
	text = append(text, "\n  Scenario: The receiver follows our call\n    When the call scenario \"our-call\" is played\n    Then the receiver accepts every push\n"...)
	if err := os.WriteFile(feature, text, 0o600); err != nil {
		t.Fatal(err)
	}
	instance, ca := startReceiver(t, "")
	got, report := runWithReport(t, instance.URL, "--ca-file", ca, "--features", dir, "--no-built-in-features")
	if diff := cmp.Diff([]string{"passed", "passed", "passed"}, report.scenarioStatuses()); diff != "" || got.exit != 0 {
		t.Errorf("exit %d, scenarios mismatch (-want +got):\n%s%s", got.exit, diff, got.stderr)
	}
	if got := runCommand(t, "new", "feature", "our-office", "--dir", dir); got.exit != 2 || !strings.Contains(got.stderr, feature+": it exists") {
		t.Errorf("writing it again: exit %d: %s", got.exit, got.stderr)
	}
	if remaining, err := os.ReadFile(feature); err != nil || string(remaining) != string(text) {
		t.Errorf("writing it again changed the file: %v", err)
	}
}

func TestLintPrintsEveryMistakeOfEveryFile(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	for name, text := range map[string]string{
		"a.feature": "Feature: A\n  @push.newcal\n  Scenario: One\n    Given Jennifer has called Doc\n    Then the moon is full\n" +
			"  Scenario: Two\n    When the call scenario \"mine\" is played\n    Then the receiver accepts every push\n",
		"b.feature": "Feature: B\n  Scenario: S\n    Given Jennifer has called Doc\n    blah\n",
		"mine.yaml": "name: mine\ntitle: t\nstory:\n  - {who: Jennifer, deed: cals, to: Doc}\n",
	} {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	const want = `pushcheck: DIR/mine.yaml:4:27: unknown deed "cals", did you mean "calls"?
DIR/a.feature:3:3: unknown requirement "push.newcal", did you mean "push.newcall"?
DIR/a.feature:5:5: undefined sentence "the moon is full"
DIR/b.feature:4:5: unexpected "blah", want a sentence that begins with Given, When, Then, And or But, or a line of Gherkin
hint: see: pushcheck list steps, pushcheck list scenarios, pushcheck list requirements
`
	got := runCommand(t, "lint", dir)
	if diff := cmp.Diff(strings.ReplaceAll(want, "DIR", dir), got.stderr); diff != "" || got.exit != 2 || got.stdout != "" {
		t.Errorf("exit %d, want 2; standard output %q; standard error mismatch (-want +got):\n%s", got.exit, got.stdout, diff)
	}
	otherDir := t.TempDir()
	if got := runCommand(t, "new", "scenario", "mine", "--dir", otherDir); got.exit != 0 {
		t.Fatal(got.stderr)
	}
	if err := os.Remove(filepath.Join(dir, "mine.yaml")); err != nil {
		t.Fatal(err)
	}
	if got := runCommand(t, "lint", dir); !strings.Contains(got.stderr, `unknown call scenario "mine"`) {
		t.Errorf("lint does not report a call scenario that does not exist:\n%s", got.stderr)
	}
	if got := runCommand(t, "lint", dir, otherDir); strings.Contains(got.stderr, "unknown call scenario") {
		t.Errorf("lint reports a call scenario in another folder as missing:\n%s", got.stderr)
	}
}
