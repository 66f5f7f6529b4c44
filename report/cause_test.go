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

func TestACommonCauseIsDescribedOnceAndReferredTo(t *testing.T) {
	t.Parallel()
	row := func(id string, level requirements.Level, status verdict.Status, causes ...string) verdict.Row {
		r := verdict.Row{Requirement: requirements.Requirement{ID: id, Level: level, Says: "It says so.", Fix: "Fix " + id + "."}, Status: status}
		for _, c := range causes {
			r.Findings = append(r.Findings, requirements.Finding{Level: level, Cause: c, Want: "a 2xx status", Got: "status 400"})
		}
		return r
	}
	v := verdict.Verdict{
		Causes: []verdict.Common{{Cause: requirements.Cause{ID: "empty-field", Fix: "Keep them."}, Refuses: "every empty field", IDs: []string{"push.user-empty", "push.orig-call-id", "push.odd-caller"}}},
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
	report.NewTerminal(&terminal, report.TerminalOptions{Width: 400}).Verdict(v, 0)
	if err := report.JUnit(&junit, v); err != nil {
		t.Fatal(err)
	}
	if err := report.JSON(&document, v); err != nil {
		t.Fatal(err)
	}
	var read struct {
		Causes       []map[string]any
		Requirements []struct {
			ID       string
			Findings []struct{ Fix, Cause string }
		}
	}
	if err := json.Unmarshal(document.Bytes(), &read); err != nil {
		t.Fatal(err)
	}
	got := map[string][]string{}
	for _, r := range read.Requirements {
		for _, f := range r.Findings {
			got[r.ID] = append(got[r.ID], f.Fix)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("fixes in JSON mismatch (-want +got):\n%s", diff)
	}
	causes := []map[string]any{{"id": "empty-field", "says": "every empty field", "fix": "Keep them.", "requirements": []any{"push.user-empty", "push.orig-call-id", "push.odd-caller"}}}
	if diff := cmp.Diff(causes, read.Causes); diff != "" {
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
		t.Errorf("the fix of the cause is told %d times, want once", n)
	}
}
