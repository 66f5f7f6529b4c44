package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/internal/selftest"
)

func TestSelfTestOfOneReceiverPrintsASummary(t *testing.T) {
	t.Parallel()
	got := runCommand(t, "selftest", "relative-hangup")
	if want := "1 receiver, faulty: the expected result. 1 requirement was tested and found broken. Wrong findings: 0.\n"; got.exit != 0 || !strings.HasSuffix(got.stdout, want) {
		t.Errorf("selftest: exit %d, want 0 and %q:\n%s%s", got.exit, want, got.stdout, got.stderr)
	}
}

// The table lists the findings that must be reported. This test does not check that they are reported: pushcheck selftest does.
func TestTheProofTableIsUpToDate(t *testing.T) {
	t.Parallel()
	all, err := selftestCases(nil)
	if err != nil {
		t.Fatal(err)
	}
	var outcomes []selftest.Outcome
	for _, c := range all {
		outcomes = append(outcomes, selftest.Outcome{Case: c, Reported: c.Breaks()})
	}
	var got bytes.Buffer
	if err := proofTable(outcomes).Markdown(&got); err != nil {
		t.Fatal(err)
	}
	if err := (&app{stdout: &got, stderr: io.Discard}).printProof(outcomes, false, 0); err != nil {
		t.Fatal(err)
	}
	page := filepath.Join("..", "..", "docs", "proof.md")
	text, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	const begin, end = "<!-- selftest -->\n", "<!-- /selftest -->\n"
	before, rest, hasBegin := strings.Cut(string(text), begin)
	want, after, hasEnd := strings.Cut(rest, end)
	if !hasBegin || !hasEnd {
		t.Fatalf("docs/proof.md has no part from %q to %q", begin, end)
	}
	if *update {
		if err := os.WriteFile(page, []byte(before+begin+got.String()+end+after), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(want, got.String()); diff != "" {
		t.Errorf("the table of docs/proof.md is out of date (-page +now); go test ./cmd/pushcheck -update writes it again:\n%s", diff)
	}
}
