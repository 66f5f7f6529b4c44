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

// sipgateKeyCalls returns the calls of the probe of a receiver that verifies with sipgate's key and refuses the rest with status 401.
func sipgateKeyCalls() []transcript.Call {
	plain, changed, captured := newCall(401, ms), newCall(401, ms), newCall(200, ms)
	changed.RequirementID, captured.RequirementID = "push.golden-capture", "push.golden-capture"
	changed.Exchanges[0].Odd, captured.Exchanges[0].Odd = true, true
	changed.Exchanges[0].Body, _ = push.AlteredGenuinePush()
	captured.Exchanges[0].Body, _ = push.GenuinePush()
	all := []transcript.Call{plain, changed, captured}
	for i := range all {
		all[i].Probe = true
	}
	return all
}

func TestReceiverWithSipgatesKeyIsJudgedOnlyByOtherRefusals(t *testing.T) {
	t.Parallel()
	const key, limit = "it verifies signatures with sipgate's key", outcome.LimitAdvice
	dropped := newCall(0, ms)
	dropped.RequirementID = "push.unknown-event"
	dropped.Exchanges[0].Odd, dropped.Exchanges[0].End, dropped.Exchanges[0].Push.Event = true, transcript.Dropped, "somethingNew"
	type row struct {
		Status verdict.Status
		Named  bool // the reason names what is looked for
	}
	tests := []struct {
		name  string
		later transcript.Call
		id    string
		names string
		want  row
	}{
		{"nothing else", newCall(401, ms), "push.newcall", key, row{verdict.Undetermined, true}},
		{"a later push over a limit", newCall(429, ms), "push.newcall", key, row{verdict.Undetermined, true}},
		{"an odd push over a limit, and no plain one", oddCallWithStatus(429), "push.user-empty", limit, row{verdict.Failed, false}},
		{"an unknown event that is dropped", dropped, "push.unknown-event", key, row{verdict.Warned, false}},
	}
	for _, test := range tests {
		run := verdict.Run{Evidence: evidenceOf(append(sipgateKeyCalls(), test.later)...)}
		got := row{}
		for _, r := range run.Judge().Rows {
			if r.ID == test.id {
				got = row{r.Status, strings.Contains(r.Reason, test.names)}
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
		case r.ID == "push.user-empty" && !strings.Contains(r.Reason, limit):
			t.Errorf("with a limit: %s has the reason %q, want the limit in it", r.ID, r.Reason)
		}
	}
}
