package verdict_test

import (
	"testing"

	"github.com/pushcheck/pushcheck/verdict"
)

func TestProblemAfterJudgingLeavesNoVerdictUnlessInterrupted(t *testing.T) {
	t.Parallel()
	conformant := verdict.Verdict{Conclusion: verdict.Conformant}
	notConformant := verdict.Verdict{Conclusion: verdict.NotConformant, Exit: verdict.ExitNotConformant}
	for _, test := range []struct {
		name    string
		verdict verdict.Verdict
		want    int
	}{
		{"conformant before the problem: no verdict", conformant, verdict.ExitNoVerdict},
		{"not conformant before the problem: no verdict", notConformant, verdict.ExitNoVerdict},
		{"interrupted before the problem: still interrupted", verdict.Verdict{Evidence: verdict.Evidence{Interrupted: true}, Exit: verdict.ExitInterrupted}, verdict.ExitInterrupted},
		{"interrupted while the reports were written: still interrupted", notConformant.WithInterruption(), verdict.ExitInterrupted},
	} {
		if got := test.verdict.WithProblem("disk full").Exit; got != test.want {
			t.Errorf("%s: exit %d after a problem, want %d", test.name, got, test.want)
		}
	}
	if got := notConformant.WithProblem("disk full").WithInterruption().Exit; got != verdict.ExitInterrupted {
		t.Errorf("exit %d after a problem and an interruption, want %d", got, verdict.ExitInterrupted)
	}
}
