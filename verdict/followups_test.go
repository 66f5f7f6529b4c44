package verdict_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/verdict"
)

func TestRefusedFollowUpsOfTheCapturedPushAreUndeterminedIfEveryNewCallFailed(t *testing.T) {
	t.Parallel()
	captured := wholeCall()
	captured.RequirementID = "push.golden-capture"
	for i := range captured.Exchanges {
		captured.Exchanges[i].Odd = true
		if i > 0 {
			captured.Exchanges[i].Status = 404
		}
	}
	type state struct {
		Status  verdict.Status
		CauseID string
	}
	v := verdict.Run{Evidence: evidenceOf(newCall(404, ms), newCall(404, ms), captured)}.Judge()
	got := map[string]state{}
	for _, id := range []string{"push.newcall", "push.answer", "push.hangup"} {
		row := rowOf(t, v, id)
		got[id] = state{row.Status, row.CauseID}
	}
	want := map[string]state{
		"push.newcall": {verdict.Failed, ""},
		"push.answer":  {verdict.Undetermined, "push.newcall"},
		"push.hangup":  {verdict.Undetermined, "push.newcall"},
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("rows mismatch (-want +got):\n%s", diff)
	}
}
