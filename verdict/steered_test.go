package verdict_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// about is a call played for an odd push: its last one, or every one of the call.
func about(id string, variant transcript.Variant, c transcript.Call) transcript.Call {
	c.Stimulus, c.Variant = id, variant
	c.Exchanges[len(c.Exchanges)-1].Odd = true
	return c
}


// busyAway is a plain call that the receiver rejects as busy.
func busyAway(status int) transcript.Call {
	c := rejected(push.Busy, status)
	c.Scenario, c.Complete = "incoming-answered", true
	return c
}

func TestRefusedPushOfASteeredCallIsReportedForWhatIsOddAboutIt(t *testing.T) {
	t.Parallel()
	type row struct {
		Status  verdict.Status
		Because string
	}
	passed, warned := row{verdict.Passed, ""}, row{verdict.Warned, ""}
	tests := []struct {
		name  string
		calls []transcript.Call
		want  map[string]row
	}{
		{"an unknown cause refused", []transcript.Call{busyAway(200), about("push.unknown-cause", "the hangup cause is chanunavail", rejected("chanunavail", 500))},
			map[string]row{"push.unknown-cause": warned, "call.steered": passed, "push.hangup": passed}},
		{"the hangup of an empty caller refused", []transcript.Call{busyAway(200), about("push.odd-caller", "the caller's number is empty", rejected(push.Busy, 500))},
			map[string]row{"push.odd-caller": warned, "call.steered": passed, "push.hangup": passed}},
	}
	for _, test := range tests {
		run := verdict.Run{Calls: calls(test.calls...), Target: requirements.Target{Origins: []string{"https://receiver.example"}}}
		got := map[string]row{}
		for _, r := range run.Judge().Rows {
			if _, ok := test.want[r.ID]; ok {
				got[r.ID] = row{r.Status, r.Because}
			}
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}
