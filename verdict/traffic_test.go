package verdict_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/verdict"
)

func TestTrafficIsJudgedByItsPushes(t *testing.T) {
	t.Parallel()
	type outcome struct {
		Exit       int
		Conclusion verdict.Conclusion
		Why        string
	}
	for _, test := range []struct {
		name    string
		traffic verdict.Traffic
		want    outcome
	}{
		{"all accepted", verdict.Traffic{Sent: 4, Accepted: 4},
			outcome{0, verdict.Conformant, "every push was accepted"}},
		{"some refused", verdict.Traffic{Sent: 4, Accepted: 1},
			outcome{1, verdict.NotConformant, "not conformant: 3 of 4 pushes were refused"}},
		{"one URL unusable", verdict.Traffic{Sent: 4, Accepted: 4, Unusable: 1},
			outcome{1, verdict.NotConformant, "not conformant: 1 push could not be sent to the URL that the receiver named"}},
		{"given up", verdict.Traffic{Sent: 4, Accepted: 1, GaveUp: true},
			outcome{1, verdict.NotConformant, "not conformant: the receiver does not respond to newCall pushes, so no further call began"}},
		{"a host that is not allowed", verdict.Traffic{Sent: 4, Accepted: 4, NotAllowed: 2},
			outcome{3, verdict.NoVerdict, "no verdict: 2 pushes could not be sent to a host that --follow does not name"}},
		{"a host that is not allowed, and a refused push", verdict.Traffic{Sent: 4, Accepted: 3, NotAllowed: 2},
			outcome{1, verdict.NotConformant, "not conformant: 1 of 4 pushes were refused"}},
		{"a host that is not allowed, and an unusable URL", verdict.Traffic{Sent: 4, Accepted: 4, NotAllowed: 2, Unusable: 2},
			outcome{1, verdict.NotConformant, "not conformant: 2 pushes could not be sent to the URL that the receiver named"}},
		{"this machine could not connect", verdict.Traffic{Sent: 4, Accepted: 4, Prevented: 2, Why: "too many open files"},
			outcome{3, verdict.NoVerdict, "no verdict: 2 pushes could not be sent: too many open files"}},
		{"this machine could not connect three times in a row", verdict.Traffic{Prevented: 3, Why: "no route", GaveUp: true},
			outcome{3, verdict.NoVerdict, "no verdict: 3 pushes could not be sent: no route"}},
		{"this machine could not connect, and a refused push", verdict.Traffic{Sent: 4, Accepted: 3, Prevented: 2, Why: "no route"},
			outcome{1, verdict.NotConformant, "not conformant: 1 of 4 pushes were refused"}},
		{"nothing sent", verdict.Traffic{},
			outcome{3, verdict.NoVerdict, "no verdict: no push was sent"}},
		{"interrupted", verdict.Traffic{Sent: 4, Accepted: 4, Interrupted: true},
			outcome{130, verdict.NoVerdict, "interrupted: the figures cover the calls until then"}},
		{"interrupted before the first push", verdict.Traffic{Interrupted: true},
			outcome{130, verdict.NoVerdict, "interrupted: the figures cover the calls until then"}},
		{"interrupted, and some refused", verdict.Traffic{Sent: 4, Accepted: 1, Interrupted: true},
			outcome{130, verdict.NotConformant, "interrupted: the figures cover the calls until then; 3 of 4 pushes were refused"}},
	} {
		v := test.traffic.Judge()
		if diff := cmp.Diff(test.want, outcome{v.Exit, v.Conclusion, v.Why}); diff != "" {
			t.Errorf("%s: Judge() mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestAProblemAfterJudgingLeavesNoVerdictUnlessInterrupted(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name    string
		verdict verdict.Verdict
		want    int
	}{
		{"conformant", verdict.Traffic{Sent: 1, Accepted: 1}.Judge(), verdict.ExitNoVerdict},
		{"not conformant", verdict.Traffic{Sent: 1}.Judge(), verdict.ExitNoVerdict},
		{"interrupted", verdict.Traffic{Sent: 1, Interrupted: true}.Judge(), verdict.ExitInterrupted},
		{"interrupted while the reports were written", verdict.Traffic{Sent: 1}.Judge().WithInterruption(), verdict.ExitInterrupted},
	} {
		if got := test.verdict.WithProblem("disk full").Exit; got != test.want {
			t.Errorf("%s: exit %d after a problem, want %d", test.name, got, test.want)
		}
	}
	if got := (verdict.Traffic{Sent: 1}).Judge().WithProblem("disk full").WithInterruption().Exit; got != verdict.ExitInterrupted {
		t.Errorf("exit %d after a problem and an interruption, want %d", got, verdict.ExitInterrupted)
	}
}
