package report_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/verdict"
)

func TestFirstRequirementDescribesASharedCauseAndTheOthersReferToTheFirst(t *testing.T) {
	t.Parallel()
	row := func(id string, level requirements.Level, status verdict.Status, causes ...string) verdict.Row {
		r := verdict.Row{Requirement: requirements.Requirement{ID: id, Level: level, Statement: "It says so.", Fix: "Fix " + id + "."}, Status: status}
		for _, c := range causes {
			r.Findings = append(r.Findings, requirements.Finding{Level: level, Cause: c, Want: "a 2xx status", Got: "status 400"})
		}
		return r
	}
	v := verdict.Verdict{
		Causes: []verdict.SharedCause{{ID: "empty-field", Fix: "Keep them.", Clause: "the receiver refuses every empty field", IDs: []string{"push.user-empty", "push.orig-call-id", "push.odd-caller"}}},
		Rows: []verdict.Row{
			row("push.user-empty", requirements.Must, verdict.Failed, "empty-field"),
			row("push.odd-caller", requirements.Should, verdict.Warned, "empty-field"),
			row("push.orig-call-id", requirements.Must, verdict.Failed, "empty-field", ""),
		},
	}
	want := map[string][]string{
		"push.user-empty":   {"One cause of push.user-empty, push.orig-call-id, push.odd-caller: the receiver refuses every empty field. Keep them."},
		"push.odd-caller":   {"The same cause as push.user-empty: the receiver refuses every empty field. Fix that first."},
		"push.orig-call-id": {"The same cause as push.user-empty: the receiver refuses every empty field. Fix that first.", "Fix push.orig-call-id."},
	}
	var terminal, junit, document bytes.Buffer
	report.NewTerminal(&terminal, report.TerminalOptions{Width: 400}).PrintVerdict(v, 0)
	if err := report.JUnit(&junit, v); err != nil {
		t.Fatal(err)
	}
	if err := report.JSON(&document, v); err != nil {
		t.Fatal(err)
	}
	var parsed struct {
		Causes       []map[string]any
		Requirements []struct {
			ID       string
			Findings []struct{ Fix, Cause string }
		}
	}
	if err := json.Unmarshal(document.Bytes(), &parsed); err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{}
	for _, r := range parsed.Requirements {
		for _, f := range r.Findings {
			got[r.ID] = append(got[r.ID], f.Fix)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("fixes in JSON mismatch (-want +got):\n%s", diff)
	}
	causes := []map[string]any{{"id": "empty-field", "says": "the receiver refuses every empty field", "fix": "Keep them.", "requirements": []any{"push.user-empty", "push.orig-call-id", "push.odd-caller"}}}
	if diff := cmp.Diff(causes, parsed.Causes); diff != "" {
		t.Errorf("causes in JSON mismatch (-want +got):\n%s", diff)
	}
	for id, fixes := range want {
		for _, fix := range fixes {
			for name, text := range map[string]string{"terminal": terminal.String(), "JUnit": strings.Join(strings.Fields(junit.String()), " ")} {
				if !strings.Contains(text, fix) {
					t.Errorf("%s: %s: there is no %q in\n%s", name, id, fix, text)
				}
			}
		}
	}
	if n := strings.Count(terminal.String(), "Keep them."); n != 1 {
		t.Errorf("the fix of the cause is shown %d times, want once", n)
	}
}

func TestRequirementsThatShowOnlyASharedCauseAreListedInOneBlock(t *testing.T) {
	t.Parallel()
	row := func(id string, status verdict.Status, call int) verdict.Row {
		return verdict.Row{Requirement: requirements.Requirement{ID: id, Level: requirements.Must, Statement: "It says so."}, Status: status,
			Findings: []requirements.Finding{{Level: requirements.Must, Cause: "no-subscription", Want: "the capability", Got: "no response", Call: call}}}
	}
	v := verdict.Verdict{
		Causes: []verdict.SharedCause{{ID: "no-subscription", Clause: "no response names onHangup", Fix: "Name it.", IDs: []string{"push.hangup", "push.seen", "call.internal", "call.menu", "push.cause"}}},
		Rows: []verdict.Row{
			row("push.cause", verdict.Warned, 0), row("push.hangup", verdict.Failed, 0), row("push.seen", verdict.Failed, 3),
			row("call.internal", verdict.Failed, 0), row("call.menu", verdict.Failed, 0),
		},
	}
	want := `warned (1)  the same cause as push.hangup
  no response names onHangup
    push.cause

failed  push.hangup  must
  It says so.

  want      the capability
  got       no response
  fix       One cause of push.hangup, push.seen, call.internal, call.menu, push.cause: no response names onHangup. Name it.

failed  push.seen  must
  It says so.

  want      the capability
  got       no response
  at        call 3
  fix       The same cause as push.hangup: no response names onHangup. Fix that first.

failed (2)  the same cause as push.hangup
  no response names onHangup
    call.internal, call.menu
`
	var out bytes.Buffer
	report.NewTerminal(&out, report.TerminalOptions{Width: 200}).PrintVerdict(v, 0)
	_, got, _ := strings.Cut(out.String(), "warned (1)")
	got, _, _ = strings.Cut("warned (1)"+got, "\n0 calls")
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("report mismatch (-want +got):\n%s", diff)
	}
}

func TestCauseOfMoreThanFiveRequirementsNamesOnlyTheFirstRequirement(t *testing.T) {
	t.Parallel()
	r := verdict.Row{Requirement: requirements.Requirement{ID: "a.1", Level: requirements.Must}, Status: verdict.Failed,
		Findings: []requirements.Finding{{Level: requirements.Must, Cause: "one", Got: "nothing"}}}
	for ids, want := range map[string]string{
		"a.1 a.2 a.3 a.4 a.5":     "One cause of a.1, a.2, a.3, a.4, a.5: it is so.",
		"a.1 a.2 a.3 a.4 a.5 a.6": "One cause of a.1 and 5 other requirements: it is so.",
	} {
		v := verdict.Verdict{Rows: []verdict.Row{r}, Causes: []verdict.SharedCause{{ID: "one", Clause: "it is so", Fix: "Change it.", IDs: strings.Fields(ids)}}}
		if got := report.Block(v, r); !strings.Contains(got, want) {
			t.Errorf("%s: the block is %q, want it to have %q", ids, got, want)
		}
	}
}
