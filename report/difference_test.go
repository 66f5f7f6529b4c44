package report_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/verdict"
)

// difference returns a difference with changes for the worse, for the better and of other kinds, and with every note.
func difference() report.Difference {
	row := func(id string, s verdict.Status, reason, causeID string, got ...string) verdict.Row {
		r := verdict.Row{Requirement: requirement(id, requirements.Must, "It holds.", ""), Status: s, Reason: reason, CauseID: causeID}
		for _, g := range got {
			r.Findings = append(r.Findings, requirements.Finding{Level: requirements.Must, Got: g})
		}
		return r
	}
	before := verdict.Verdict{
		RunInfo: verdict.RunInfo{Tool: verdict.Tool{Version: "0.1.0"}, Incoming: target, Outgoing: target},
		Rows: []verdict.Row{
			row("push.newcall", verdict.Passed, "", ""), row("push.answer", verdict.Passed, "", ""), row("push.hangup", verdict.Failed, "", "", "500"),
			row("push.dtmf", verdict.Passed, "", ""), row("response.prompt", verdict.Passed, "", ""), row("call.answered", verdict.Skipped, "", ""),
			row("call.internal", verdict.Passed, "", ""),
		},
	}
	after := verdict.Verdict{
		RunInfo:  verdict.RunInfo{Tool: verdict.Tool{Version: "0.2.0"}, Incoming: "https://example.org/push"},
		Evidence: verdict.Evidence{Interrupted: true},
		Rows: []verdict.Row{
			row("push.newcall", verdict.Failed, "", "", hostile), row("push.answer", verdict.Undetermined, "no call came so far", "push.newcall"),
			row("push.hangup", verdict.Passed, "", ""), row("push.dtmf", verdict.NotApplicable, "no Gather", ""),
			row("response.prompt", verdict.Passed, "", ""), row("call.answered", verdict.Passed, "", ""),
			row("call.internal", verdict.Undetermined, "interrupted", ""),
		},
	}
	return report.Difference{Comparison: verdict.Compare(before, after), BeforeFile: "a.json", AfterFile: "b.json"}
}

func TestDifferenceOnATerminalListsWorseRequirementsFirst(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	if err := difference().Text(&b, 0); err != nil {
		t.Fatal(err)
	}
	const want = `worse (3)
  push.newcall                  passed -> failed
                                \x1b[2J\x1b[31mall
                                passed\x1b[0m\x1b]0;owned\x07\u009b31m\x00\xff\x
                                fe\u202eevil\ufffe]]></tes...
  push.answer                   passed -> undetermined (push.newcall)
  call.internal                 passed -> undetermined
                                interrupted

better (1)
  push.hangup                   failed -> passed

changed (1)
  push.dtmf                     passed -> not applicable

note  another receiver: https://localhost:8443/push before,
      https://example.org/push now
note  another URL of outgoing calls: https://localhost:8443/push before, none
      now
note  another version of pushcheck: 0.1.0 before, 0.2.0 now
note  b.json is of a run that was interrupted
note  not compared, as they were selected in one run only: call.answered

3 became worse, 1 better, 1 otherwise changed, 1 the same
`
	if diff := cmp.Diff(want, b.String()); diff != "" {
		t.Errorf("text mismatch (-want +got):\n%s", diff)
	}
	for line := range strings.Lines(b.String()) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 80 {
			t.Errorf("%d characters: %s", n, line)
		}
	}
}

func TestDifferenceInMarkdownAndJSONHasAllChanges(t *testing.T) {
	t.Parallel()
	var page bytes.Buffer
	if err := difference().Markdown(&page); err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		"**3 became worse, 1 better, 1 otherwise changed, 1 the same**\n\n| requirement |", "| `push.hangup` | better | failed | passed |  |\n", "\n\n* another receiver: ",
	} {
		if !strings.Contains(page.String(), want) {
			t.Errorf("the page lacks %q:\n%s", want, page.String())
		}
	}
	var document bytes.Buffer
	if err := difference().JSON(&document); err != nil {
		t.Fatal(err)
	}
	var got struct {
		Kind       string
		Exit, Same int
		Counts     map[string]int
		Changes    []struct{ ID, Direction, Before, After string }
		Uncompared []string
	}
	if err := json.Unmarshal(document.Bytes(), &got); err != nil {
		t.Fatal(err)
	}
	if got.Kind != "diff" || got.Exit != 1 || got.Same != 1 || len(got.Changes) != 5 || got.Changes[0].ID != "push.newcall" {
		t.Errorf("JSON of a difference: %+v", got)
	}
	if diff := cmp.Diff(map[string]int{"worse": 3, "better": 1, "changed": 1}, got.Counts); diff != "" {
		t.Errorf("counts mismatch (-want +got):\n%s", diff)
	}
}
