package verdict_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/verdict"
)

func TestClaimedCapabilitiesThatNoResponseShowsAreReportedAsOneCause(t *testing.T) {
	t.Parallel()
	claims := func(all ...requirements.Capability) verdict.Scope { return verdict.Scope{Claims: all} }
	noSubscription, answerOnly := "<Response/>", `<Response onAnswer="https://receiver.example/follow"/>`
	type cause struct {
		ID, Clause, FirstRequirement string
		ListsAll                     bool // the cause lists exactly the requirements whose findings name the cause
	}
	for name, test := range map[string]struct {
		run  verdict.Run
		want []cause
	}{
		"answer and hangup not shown: one cause": {verdict.Run{Scope: claims("answer", "hangup"), Evidence: evidenceOf(callWithResponse(noSubscription))},
			[]cause{{"no-subscription", "no newCall response names onAnswer or onHangup", "push.answer", true}}},
		"answer shown, hangup not shown: one cause": {verdict.Run{Scope: claims("answer", "hangup"), Evidence: evidenceOf(callWithResponse(answerOnly))},
			[]cause{{"no-subscription", "no newCall response names onHangup", "push.hangup", true}}},
		"gather not shown: one cause": {verdict.Run{Scope: claims("gather"), Evidence: evidenceOf(callWithResponse(noSubscription))},
			[]cause{{"no-gather", `no response shows the capability "gather", which is claimed`, "push.dtmf", true}}},
		"basic-auth not shown, which only one requirement needs: no cause": {verdict.Run{Scope: claims("basic-auth"), Evidence: evidenceOf(callWithResponse(noSubscription))}, nil},
		"answer and hangup claimed and shown: the verdict names no cause":  {verdict.Run{Scope: claims("answer", "hangup"), Evidence: evidenceOf(wholeCall())}, nil},
	} {
		v := test.run.Judge()
		var got []cause
		for _, c := range v.Causes {
			listsAll := true
			for _, row := range v.Rows {
				for _, f := range row.Findings {
					listsAll = listsAll && (f.Cause == c.ID) == slices.Contains(c.IDs, row.ID)
				}
			}
			if strings.HasSuffix(c.ID, "subscription") && !strings.Contains(c.Fix, `<Response onAnswer="https://…" onHangup="https://…"/>`) {
				t.Errorf("%s: the fix %q does not show the XML", name, c.Fix)
			}
			got = append(got, cause{c.ID, c.Clause, c.IDs[0], listsAll})
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: causes mismatch (-want +got):\n%s", name, diff)
		}
	}
}

func TestKnownFailureDoesNotShareTheCauseOfOtherRequirements(t *testing.T) {
	t.Parallel()
	v := verdict.Run{Scope: verdict.Scope{Claims: []requirements.Capability{"answer"}}, Policy: verdict.Policy{Known: []verdict.KnownFailure{{ID: "push.answer"}}}, Evidence: evidenceOf(callWithResponse("<Response/>"))}.Judge()
	if len(v.Causes) != 1 || slices.Contains(v.Causes[0].IDs, "push.answer") {
		t.Errorf("causes %+v, want one without push.answer", v.Causes)
	}
	for _, row := range v.Rows {
		if row.ID == "push.answer" && (row.Status != verdict.Known || row.Findings[0].Cause != "") {
			t.Errorf("push.answer is %s with findings %+v, want a known failure without a cause", row.Status, row.Findings)
		}
		if row.ID == "push.answer-without-user" && row.Status != verdict.Failed {
			t.Errorf("%s is %s, want failed", row.ID, row.Status)
		}
	}
}
