package verdict

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/requirements"
)

func TestGapToReportDoesNotDependOnTheOrderOfCalls(t *testing.T) {
	t.Parallel()
	js := judgements{}
	js.add(
		requirements.Judgement{Requirement: "push.hangup", TimesJudged: 1, Findings: []requirements.Finding{{Requirement: "push.hangup", Level: requirements.Must}}},
		requirements.Judgement{Requirement: "push.hangup-causes", Gaps: []requirements.Gap{{CauseID: "push.hangup"}}},
	)
	failedCause := requirements.Gap{Reason: "status 500", CauseID: "push.hangup"}
	undeterminedCause := requirements.Gap{Reason: "status 500", CauseID: "push.hangup-causes"}
	noCause := requirements.Gap{Reason: "the receiver was gone"}
	tests := []struct {
		name string
		gaps []requirements.Gap
		want requirements.Gap
	}{
		{"undetermined cause first: gap with the failed cause", []requirements.Gap{undeterminedCause, failedCause}, failedCause},
		{"failed cause first: gap with the failed cause", []requirements.Gap{failedCause, undeterminedCause}, failedCause},
		{"a third gap without a cause: gap without a cause", []requirements.Gap{undeterminedCause, failedCause, noCause}, noCause},
		{"undetermined cause only: gap with the undetermined cause", []requirements.Gap{undeterminedCause}, undeterminedCause},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, js.gapToReport(test.gaps)); diff != "" {
			t.Errorf("%s: gapToReport() mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestGapWithACauseThatWasMetIsReplaced(t *testing.T) {
	t.Parallel()
	js := judgements{"call.answered": {Gaps: []requirements.Gap{
		{Reason: "reason with the met cause", CauseID: "push.answer"}, {Reason: "reason with itself as cause", CauseID: "call.answered"}, {Reason: "reason with the warned cause", CauseID: "push.hangup"},
	}}}
	row := func(id string, s Status, reason, causeID string) Row {
		return Row{Requirement: requirements.Requirement{ID: id}, Status: s, Reason: reason, CauseID: causeID}
	}
	rows := []Row{
		row("push.answer", Passed, "", ""),
		row("push.hangup", Warned, "", ""),
		row("call.answered", Undetermined, "reason with the met cause", "push.answer"),
		row("call.group", Undetermined, "no other gap", "push.answer"),
		row("call.transfer-answered", Undetermined, "reason with the warned cause", "push.hangup"),
	}
	js.correctCauses(rows)
	want := []Row{
		rows[0], rows[1],
		row("call.answered", Undetermined, "reason with the warned cause", "push.hangup"),
		row("call.group", Undetermined, "no other gap", ""),
		row("call.transfer-answered", Undetermined, "reason with the warned cause", "push.hangup"),
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("correctCauses() mismatch (-want +got):\n%s", diff)
	}
}
