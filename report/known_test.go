package report_test

import (
	"io"
	"strings"
	"testing"

	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/verdict"
)

// knownFailureVerdict returns a verdict with two known failures that have expired, a known failure that has not, and two requirements that
// could not be judged, one of them because of the known failure.
func knownFailureVerdict() verdict.Verdict {
	const must, should = requirements.Must, requirements.Should
	row := func(id string, level requirements.Level, status verdict.Status, reason string) verdict.Row {
		r := verdict.Row{Requirement: requirement(id, level, "It holds.", "Calls fail."), Status: status, Reason: reason, Expired: status == verdict.Failed || status == verdict.Warned}
		if status != verdict.Undetermined {
			r.Findings = []requirements.Finding{{Requirement: id, Level: level, Want: "status 200", Got: "status 500"}}
		}
		return r
	}
	rows := []verdict.Row{
		row("push.answer", must, verdict.Failed, "its entry expired on Monday"),
		row("push.prompt", should, verdict.Warned, "its entry expired on Tuesday"),
		row("push.hangup", must, verdict.Known, "issue 12"),
		row("call.ended", must, verdict.Undetermined, "no hangup, because of a known failure (push.hangup)"),
		row("call.open", must, verdict.Undetermined, "it is unknown"),
	}
	rows[3].CauseID, rows[3].KnownCause = "push.hangup", "push.hangup"
	return verdict.Verdict{Conclusion: verdict.NotConformant, Exit: 1, Summary: "not conformant: push.answer is not met", Rows: rows}
}

func TestEveryReportShowsThatAKnownFailureHasExpired(t *testing.T) {
	t.Parallel()
	v := knownFailureVerdict()
	terminal := func(w io.Writer) error {
		term := report.NewTerminal(w, report.TerminalOptions{})
		term.PrintVerdict(v, 0)
		return term.Err()
	}
	for name, write := range map[string]func(io.Writer) error{
		"terminal": terminal,
		"json":     func(w io.Writer) error { return report.JSON(w, v) },
		"junit":    func(w io.Writer) error { return report.JUnit(w, v) },
	} {
		text := strings.Join(strings.Fields(render(t, write)), " ")
		for _, want := range []string{"its entry expired on Monday", "its entry expired on Tuesday", "because of a known failure (push.hangup)"} {
			if !strings.Contains(text, want) {
				t.Errorf("%s: %q is missing:\n%s", name, want, text)
			}
		}
	}
}

func TestRequirementNotJudgedBecauseOfAKnownFailureIsSkippedInJUnit(t *testing.T) {
	t.Parallel()
	got := map[string]junitCase{}
	for _, c := range junitOf(t, knownFailureVerdict()).Cases {
		got[c.Name] = c
	}
	if c := got["call.ended"]; c.Skipped == nil || c.Error != nil {
		t.Errorf("call.ended depends on a known failure and is %+v, want it skipped", c)
	}
	if c := got["push.answer"]; c.Failure == nil || !strings.Contains(c.Failure.Text, "known     its entry expired on Monday") {
		t.Errorf("push.answer has expired as a known failure and is %+v, want a failure with that reason", c)
	}
}
