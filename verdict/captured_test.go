package verdict_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// sipgateKeyCalls returns the calls of a probe. The receiver verifies with sipgate's key, and refuses every push that sipgate did not sign
// with status 401.
func sipgateKeyCalls() []transcript.Call {
	plain, altered, captured := newCall(401, ms), newCall(401, ms), newCall(200, ms)
	altered.RequirementID, captured.RequirementID = "push.golden-capture", "push.golden-capture"
	altered.Exchanges[0].Odd, captured.Exchanges[0].Odd = true, true
	altered.Exchanges[0].Body, _ = push.AlteredGenuinePush()
	captured.Exchanges[0].Body, _ = push.GenuinePush()
	calls := []transcript.Call{plain, altered, captured}
	for i := range calls {
		calls[i].Probe = true
	}
	return calls
}

func TestReceiverThatVerifiesWithSipgatesKeyIsJudgedOnlyForOtherRefusals(t *testing.T) {
	t.Parallel()
	const keyReason, limitReason = "it verifies signatures with sipgate's key", outcome.LimitAdvice
	droppedCall := newCall(0, ms)
	droppedCall.RequirementID = "push.unknown-event"
	droppedCall.Exchanges[0].Odd, droppedCall.Exchanges[0].End, droppedCall.Exchanges[0].Push.Event = true, transcript.Dropped, "somethingNew"
	type row struct {
		Status         verdict.Status
		ReasonHasWords bool
	}
	tests := []struct {
		name  string
		later transcript.Call
		id    string
		words string // words that the test looks for in the reason
		want  row
	}{
		{"later plain push refused with 401: undetermined", newCall(401, ms), "push.newcall", keyReason, row{verdict.Undetermined, true}},
		{"later plain push over the limit: undetermined", newCall(429, ms), "push.newcall", keyReason, row{verdict.Undetermined, true}},
		{"odd push refused with 429, no plain push over the limit: failed", oddCallWithStatus(429), "push.user-empty", limitReason, row{verdict.Failed, false}},
		{"unknown event dropped: warned", droppedCall, "push.unknown-event", keyReason, row{verdict.Warned, false}},
	}
	for _, test := range tests {
		run := verdict.Run{Evidence: evidenceOf(append(sipgateKeyCalls(), test.later)...)}
		got := row{}
		for _, r := range run.Judge().Rows {
			if r.ID == test.id {
				got = row{r.Status, strings.Contains(r.Reason, test.words)}
			}
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %s mismatch (-want +got):\n%s", test.name, test.id, diff)
		}
	}
	limited := verdict.Run{Evidence: evidenceOf(append(sipgateKeyCalls(), newCall(429, ms), oddCallWithStatus(429))...)}
	for _, r := range limited.Judge().Rows {
		switch {
		case r.Status == verdict.Failed || r.Status == verdict.Warned:
			t.Errorf("with a limit: %s is %s, want no finding", r.ID, r.Status)
		case r.ID == "push.user-empty" && !strings.Contains(r.Reason, limitReason):
			t.Errorf("with a limit: %s has the reason %q, want the limit in it", r.ID, r.Reason)
		}
	}
}
