package report_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

func TestUndeterminedRequirementsAreCountedOnOneLineIfTheRunStoppedSending(t *testing.T) {
	t.Parallel()
	row := func(id string, s verdict.Status) verdict.Row {
		return verdict.Row{Requirement: requirements.Requirement{ID: id, Statement: "A rule."}, Status: s, Reason: "the reason"}
	}
	v := verdict.Verdict{
		Exit: 1, Conclusion: verdict.NotConformant, Summary: "not conformant: push.newcall is not met",
		Evidence: verdict.Evidence{
			StopGap:     &requirements.Gap{Reason: "nothing more was sent"},
			Connections: []transcript.Connection{{Origin: "https://receiver.example"}},
		},
		Rows: []verdict.Row{row("push.newcall", verdict.Failed), row("push.answer", verdict.Undetermined), row("push.hangup", verdict.Undetermined)},
	}
	const failed = "failed  push.newcall  \n  A rule.\n\n\nnot conformant: push.newcall is not met\n"
	for name, test := range map[string]struct {
		change func(*verdict.Verdict)
		want   string
	}{
		"the run stopped sending":      {func(*verdict.Verdict) {}, "not judged: 2 requirements; nothing more was sent\n\n" + failed},
		"the run did not stop sending": {func(v *verdict.Verdict) { v.StopGap = nil }, "undetermined (2)\n  the reason\n\n" + failed},
		"every requirement is judged":  {func(v *verdict.Verdict) { v.Rows = v.Rows[:1] }, failed},
		"no verdict": {func(v *verdict.Verdict) { v.Exit, v.Summary, v.Rows = 3, "no verdict: the reason", v.Rows[1:] },
			"undetermined (2)\n  the reason\n\nno verdict: the reason\n"},
	} {
		v := v
		test.change(&v)
		if diff := cmp.Diff(test.want, render(t, terminalPrinter(v, report.TerminalOptions{Quiet: true}))); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", name, diff)
		}
	}
}
