package verdict

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/requirements"
)

func TestReasonIsTheSameForAnyOrderOfCalls(t *testing.T) {
	t.Parallel()
	said := judgements{}
	said.add([]requirements.Judgement{
		{Requirement: "push.hangup", Judged: 1, Findings: []requirements.Finding{{Requirement: "push.hangup", Level: requirements.Must}}},
		{Requirement: "push.hangup-causes", Gaps: []requirements.Gap{{Because: "push.hangup"}}},
	})
	failed := requirements.Gap{Reason: "status 500", Because: "push.hangup"}
	open := requirements.Gap{Reason: "status 500", Because: "push.hangup-causes"}
	unexplained := requirements.Gap{Reason: "the receiver was gone"}
	tests := []struct {
		name string
		gaps []requirements.Gap
		want requirements.Gap
	}{
		{"what failed before what is open", []requirements.Gap{open, failed}, failed},
		{"what failed first", []requirements.Gap{failed, open}, failed},
		{"what nothing explains before what failed", []requirements.Gap{open, failed, unexplained}, unexplained},
		{"gaps only", []requirements.Gap{open}, open},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, said.weightiest(test.gaps)); diff != "" {
			t.Errorf("%s: weightiest() mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}
