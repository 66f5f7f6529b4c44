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
	failed := requirements.Gap{Reason: "status 500", CauseID: "push.hangup"}
	open := requirements.Gap{Reason: "status 500", CauseID: "push.hangup-causes"}
	unexplained := requirements.Gap{Reason: "the receiver was gone"}
	tests := []struct {
		name string
		gaps []requirements.Gap
		want requirements.Gap
	}{
		{"undetermined cause first: the failed cause", []requirements.Gap{open, failed}, failed},
		{"failed cause first: the failed cause", []requirements.Gap{failed, open}, failed},
		{"a gap without a cause: that gap", []requirements.Gap{open, failed, unexplained}, unexplained},
		{"undetermined cause only: that cause", []requirements.Gap{open}, open},
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
		{Reason: "of the met one", CauseID: "push.answer"}, {Reason: "of its own", CauseID: "call.answered"}, {Reason: "of the warning", CauseID: "push.hangup"},
	}}}
	row := func(id string, s Status, reason, because string) Row {
		return Row{Requirement: requirements.Requirement{ID: id}, Status: s, Reason: reason, CauseID: because}
	}
	rows := []Row{
		row("push.answer", Passed, "", ""),
		row("push.hangup", Warned, "", ""),
		row("call.answered", Undetermined, "of the met one", "push.answer"),
		row("call.group", Undetermined, "no other gap", "push.answer"),
		row("call.transfer-answered", Undetermined, "of the warning", "push.hangup"),
	}
	js.correctCauses(rows)
	want := []Row{
		rows[0], rows[1],
		row("call.answered", Undetermined, "of the warning", "push.hangup"),
		row("call.group", Undetermined, "no other gap", ""),
		row("call.transfer-answered", Undetermined, "of the warning", "push.hangup"),
	}
	if diff := cmp.Diff(want, rows); diff != "" {
		t.Errorf("correctCauses() mismatch (-want +got):\n%s", diff)
	}
}
