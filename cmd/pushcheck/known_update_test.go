package main

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/verdict"
)

func TestEditOfAFileOfKnownFailuresKeepsItsOtherLines(t *testing.T) {
	t.Parallel()
	additions := []verdict.KnownFailure{{ID: "push.answer", Reason: "later: \"soon\"", Expires: time.Date(2027, 1, 2, 0, 0, 0, 0, time.UTC)}}
	answer, err := requirements.Lookup("push.answer")
	if err != nil {
		t.Fatal(err)
	}
	addedText := "# " + answer.Statement + "\n- id: push.answer\n  reason: \"later: \\\"soon\\\"\"\n  expires: 2027-01-02\n"
	const flowEntry = "- {id: push.hangup, reason: x, expires: 2027-03-01} # slow\n"
	const blockEntry = "- id: response.prompt\n  # deeper\n  reason: >\n    folded\n    # no comment\n  expires: 2027-03-01\n"
	for _, test := range []struct {
		name, file string
		dropped    []string
		want       string // "" if the file cannot be edited
	}{
		{"a new file", "", nil, knownHead + addedText},
		{"only comments", "# none\n", nil, "# none\n" + addedText},
		{"two entries, none dropped", "# head\n" + flowEntry + "\n# why\n" + blockEntry + "# foot\n", nil, "# head\n" + flowEntry + "\n# why\n" + blockEntry + addedText + "# foot\n"},
		{"two entries, the first dropped", "# head\n" + flowEntry + "\n# why\n" + blockEntry, []string{"push.hangup"}, "# head\n\n# why\n" + blockEntry + addedText},
		{"two entries, the last dropped", "# head\n" + flowEntry + "\n# why\n" + blockEntry + "# foot\n", []string{"response.prompt"}, "# head\n" + flowEntry + "\n" + addedText + "# foot\n"},
		{"two entries, both dropped", "# head\n\n# because\n" + flowEntry + blockEntry, []string{"response.prompt", "push.hangup"}, "# head\n\n" + addedText},
		{"an entry without a line break at the end", strings.TrimSuffix(flowEntry, "\n"), nil, flowEntry + addedText},
		{"an indented entry", "  - {id: push.hangup, reason: x, expires: 2027-03-01}\n", nil,
			"  - {id: push.hangup, reason: x, expires: 2027-03-01}\n  " + strings.TrimSuffix(strings.ReplaceAll(addedText, "\n", "\n  "), "  ")},
		{"a list in brackets: refused", "[{id: push.hangup, reason: x, expires: 2027-03-01}]\n", nil, ""},
		{"null instead of a list: refused", "null\n", nil, ""},
		{"an entry with the id that is added: refused", "- {id: push.answer, reason: x, expires: 2027-03-01}\n", nil, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got, err := editKnown([]byte(test.file), test.dropped, additions)
			if (err != nil) != (test.want == "") {
				t.Errorf("editKnown: error %v", err)
			}
			if diff := cmp.Diff(test.want, string(got)); diff != "" {
				t.Errorf("editKnown mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

// writeRunReport writes a JSON report with the statuses of requirements, and returns its file. The requirements without a status are
// skipped.
func writeRunReport(t *testing.T, statuses map[string]verdict.Status) string {
	t.Helper()
	var v verdict.Verdict
	for _, r := range requirements.All() {
		row := verdict.Row{Requirement: r, Status: verdict.Skipped}
		if s, ok := statuses[r.ID]; ok {
			row.Status = s
		}
		v.Rows = append(v.Rows, row)
	}
	v.Scenarios = []verdict.Scenario{{File: "own.feature", Line: 2, Name: "Ours", Status: verdict.Failed}}
	var data bytes.Buffer
	if err := report.JSON(&data, v); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "report.json")
	if err := os.WriteFile(file, data.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestKnownUpdateAddsFailedAndDropsPassedRequirements(t *testing.T) {
	t.Parallel()
	file := writeRunReport(t, map[string]verdict.Status{
		"transport.https": verdict.Failed, "push.newcall": verdict.Failed, "push.answer": verdict.Failed, "push.hangup": verdict.Passed,
		"push.dtmf": verdict.Failed, "response.status": verdict.Known, "response.prompt": verdict.Warned, "call.answered": verdict.Undetermined,
		"call.unanswered": verdict.Known, "call.group": verdict.Waived, "call.voicemail": verdict.Failed,
	})
	known := filepath.Join(t.TempDir(), knownFile)
	entry := func(id, lastDay string) string { return "- {id: " + id + ", reason: ours, expires: " + lastDay + "}\n" }
	keptEntries := entry("push.dtmf", "2099-01-01") + entry("call.answered", "2099-01-01") + entry("call.unanswered", "2099-01-01") + entry("call.voicemail", "2020-01-01")
	if err := os.WriteFile(known, []byte(entry("push.hangup", "2099-01-01")+keptEntries), 0o640); err != nil {
		t.Fatal(err)
	}
	got := runCommand(t, "known", "update", file, "--file", known, "--expires-in", "3", "--reason", "later")
	lastDay := time.Now().UTC().AddDate(0, 0, 3).Format(time.DateOnly)
	want := strings.ReplaceAll(`dropped   push.hangup               it passes now
kept      push.dtmf                 until 2099-01-01
kept      call.answered             it was not judged in the report
kept      call.unanswered           until 2099-01-01
kept      call.voicemail            it expired on 2020-01-01 and excuses
                                    nothing: fix it, or change its date
left out  transport.https           it cannot be excused, because without it
                                    nothing else can be judged
left out  push.newcall              it cannot be excused, because without it
                                    nothing else can be judged
added     push.answer               until UNTIL
added     response.status           until UNTIL
left out  own.feature:2             only requirements can be excused, and this
                                    is a scenario of your own
wrote FILE: 2 added, 4 kept, 1 dropped
next: say in FILE why they fail, then: pushcheck run URL --known FILE
`, "UNTIL", lastDay)
	if diff := cmp.Diff(strings.ReplaceAll(want, "FILE", known), got.stdout); diff != "" || got.exit != 0 {
		t.Errorf("exit %d, output mismatch (-want +got):\n%s%s", got.exit, diff, got.stderr)
	}
	text, err := os.ReadFile(known)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.HasPrefix(string(text), keptEntries) || strings.Count(string(text), "expires: "+lastDay) != 2 {
		t.Errorf("the file is now:\n%s", text)
	}
	if got := runCommand(t, "known", "update", file, "--file", known, "--strict"); !strings.Contains(got.stdout, "added     response.prompt") {
		t.Errorf("--strict adds no warning:\n%s", got.stdout)
	}
	second := runCommand(t, "known", "update", file, "--file", known)
	if want := "changes nothing in " + known; second.exit != 0 || !strings.Contains(second.stdout, want) {
		t.Errorf("exit %d, want 0 and %q:\n%s", second.exit, want, second.stdout)
	}
}

func TestKnownUpdateLeavesAnUnreadableFileUnchanged(t *testing.T) {
	t.Parallel()
	file := writeRunReport(t, map[string]verdict.Status{"push.answer": verdict.Failed})
	for _, text := range []string{"- id: [\n", "id: push.newcall\n", "- {id: push.nothing, reason: x, expires: 2027-03-01}\n", "[]\n"} {
		known := filepath.Join(t.TempDir(), knownFile)
		if err := os.WriteFile(known, []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
		got := runCommand(t, "known", "update", file, "--file", known)
		remaining, err := os.ReadFile(known)
		if err != nil || string(remaining) != text || got.exit != 2 || !strings.Contains(got.stderr, known) {
			t.Errorf("%q: exit %d, the file is %q, %v:\n%s", text, got.exit, remaining, err, got.stderr)
		}
	}
}
