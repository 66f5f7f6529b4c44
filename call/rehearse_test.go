package call_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
)

func TestRehearseRespondsWithTheActionThatTheScenarioRequires(t *testing.T) {
	t.Parallel()
	const (
		docNewCall     = "0s leg-1 newCall in from=Jennifer to=Doc user=Doc"
		redirectAnswer = "answer user= answeringNumber=493023125901"
		redirectHangup = "hangup cause=normalClearing answeringNumber=493023125901"
	)
	pressWithoutDigits := scenarios.Act{Who: "Jennifer", Deed: scenarios.Presses}
	tests := []struct {
		name, why      string
		requiredAction scenarios.Kind
		story          []scenarios.Act
		want           []string
	}{
		{"gather-redirect, a key pressed", "the response to the dtmf push is a redirect", scenarios.GatherRedirect,
			[]scenarios.Act{calls("Jennifer", "Doc"), presses("Jennifer", "1")},
			[]string{docNewCall, "2s leg-1 dtmf dtmf=1", "7s leg-1 " + redirectAnswer, "17s leg-1 " + redirectHangup}},
		{"gather-redirect, empty digits", "without digits there is no redirect", scenarios.GatherRedirect,
			[]scenarios.Act{calls("Jennifer", "Doc"), presses("Jennifer", ""), picksUp("Doc")},
			[]string{docNewCall, "2s leg-1 dtmf dtmf=", "7s leg-1 answer user=Doc answeringNumber=Doc"}},
		{"gather-redirect, no digits field", "without digits there is no redirect", scenarios.GatherRedirect,
			[]scenarios.Act{calls("Jennifer", "Doc"), pressWithoutDigits, picksUp("Doc")},
			[]string{docNewCall, "2s leg-1 dtmf", "7s leg-1 answer user=Doc answeringNumber=Doc"}},
		{"gather-redirect, a second call and no keys", "only a dtmf push with digits gets a redirect", scenarios.GatherRedirect,
			[]scenarios.Act{calls("Jennifer", "Doc"), calls("Biff", "Marty")},
			[]string{docNewCall, "0s leg-2 newCall in from=Biff to=Marty user=Marty"}},
		{"busy, a second call", "only the response to the first push is a Reject", scenarios.Busy,
			[]scenarios.Act{calls("Jennifer", "Doc"), calls("Biff", "Marty")},
			[]string{docNewCall, "0s leg-1 hangup cause=busy", "0s leg-2 newCall in from=Biff to=Marty user=Marty"}},
		{"gather, a key pressed in the second of two calls", "only the second call gathers", scenarios.Gather,
			[]scenarios.Act{calls("Jennifer", "Doc"), calls("Biff", "Marty"), presses("Biff", "1")},
			[]string{docNewCall, "0s leg-2 newCall in from=Biff to=Marty user=Marty", "2s leg-2 dtmf dtmf=1"}},
	}
	for _, test := range tests {
		s := story(test.story...)
		s.RequiredAction = test.requiredAction
		var got []string
		for _, line := range describe(call.New(s, options()).Rehearse()) {
			line = strings.TrimSuffix(strings.TrimSuffix(line, " (not subscribed)"), " (unusable URL)")
			got = append(got, line)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %s: mismatch (-want +got):\n%s", test.name, test.why, diff)
		}
	}
}

func TestDTMFPushHasOnlyIDsAndDigits(t *testing.T) {
	t.Parallel()
	for _, s := range call.New(builtin(t, "menu-digits"), options()).Rehearse() {
		if p := s.Push; p.Event == push.DTMF {
			want := push.Push{Event: push.DTMF, CallID: p.CallID, OrigCallID: p.OrigCallID, XCID: p.XCID, Digits: p.Digits}
			if diff := cmp.Diff(want, p); diff != "" {
				t.Errorf("dtmf push mismatch (-want +got):\n%s", diff)
			}
		}
	}
}
