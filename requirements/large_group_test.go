package requirements_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestRefusedGroupIsAWarningIfItHasMoreThanTwentyUsers(t *testing.T) {
	t.Parallel()
	withUsers := func(n int) func(*transcript.Exchange) {
		return withPush(func(p *push.Push) { p.Users = strings.Split(strings.TrimSuffix(strings.Repeat("Doc,", n), ","), ",") })
	}
	refused := func(n int) []transcript.Exchange {
		return []transcript.Exchange{exchange(push.NewCall, 500, "", "", asOdd, withUsers(n))}
	}
	const id, wanted = "push.group-call: ", "exchange 0: want a response with a 2xx status, in time, got status 500"
	tests := []struct {
		name      string
		exchanges []transcript.Exchange
		want      []string
	}{
		{"three users refused: must", refused(3), []string{id + "must, " + wanted}},
		{"twenty users refused: must", refused(20), []string{id + "must, " + wanted}},
		{"twenty-five users refused: should", refused(25), []string{id + "should, " + wanted}},
		{"answer refused after a newCall with twenty-five users: should", []transcript.Exchange{exchange(push.NewCall, 200, xmlType, bothSubscriptions, asOdd, withUsers(25)), exchange(push.Answer, 500, "", "")},
			[]string{id + "met", id + "should, exchange 1: want a 2xx status, in time, got status 500"}},
		{"plain push to twenty-five users accepted, odd push to three users refused: must", []transcript.Exchange{exchange(push.NewCall, 200, xmlType, bothSubscriptions, withUsers(25)), exchange(push.NewCall, 500, "", "", asOdd, withUsers(3))},
			[]string{id + "must, " + strings.Replace(wanted, "exchange 0", "exchange 1", 1)}},
		{"twenty-five users accepted: met", []transcript.Exchange{exchange(push.NewCall, 200, xmlType, bothSubscriptions, asOdd, withUsers(25))}, []string{id + "met"}},
	}
	for _, test := range tests {
		c := transcript.Call{ID: 1, RequirementID: "push.group-call", Exchanges: test.exchanges, Complete: true}
		if diff := cmp.Diff(test.want, summarize(requirements.JudgeCall(c, receiver), "push.group-call")); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestFindingHasTextsAboutLargeGroupsIfGroupHasMoreThanTwentyUsers(t *testing.T) {
	t.Parallel()
	withUsers := func(n int) transcript.Exchange {
		return exchange(push.NewCall, 500, "", "", asOdd, withPush(func(p *push.Push) { p.Users = slices.Repeat([]string{"Doc"}, n) }))
	}
	for n, large := range map[int]bool{20: false, 21: true} {
		fs := findingsOf(requirements.JudgeCall(callFor("push.group-call", withUsers(n)), receiver), "push.group-call")
		if len(fs) != 1 {
			t.Errorf("%d users: findings %+v, want one of push.group-call", n, fs)
			continue
		}
		uncertainty := ""
		if large {
			uncertainty = fmt.Sprintf(", in a call to %d users (it is inferred that sipgate names so many in one push)", n)
		}
		if fs[0].Uncertainty != uncertainty {
			t.Errorf("%d users: limits %q, want %q", n, fs[0].Uncertainty, uncertainty)
		}
		if so, fix := strings.Contains(fs[0].Consequence, "large groups"), strings.Contains(fs[0].Fix, "arrayLimit"); so != large || fix != large {
			t.Errorf("%d users: so %q, fix %q, want texts about large groups: %t", n, fs[0].Consequence, fs[0].Fix, large)
		}
	}
}

func TestRefusedPlainPushAfterALargeGroupIsAMustFinding(t *testing.T) {
	t.Parallel()
	acceptedGroup := exchange(push.NewCall, 200, xmlType, bothSubscriptions, asOdd, withPush(func(p *push.Push) { p.Users = slices.Repeat([]string{"Doc"}, 25) }))
	want := []string{"push.dtmf: must, exchange 1: want a response with a 2xx status, in time, got status 500"}
	if diff := cmp.Diff(want, summarize(requirements.JudgeCall(callFor("push.group-call", acceptedGroup, exchange(push.DTMF, 500, "", "")), receiver), "push.dtmf")); diff != "" {
		t.Errorf("JudgeCall mismatch (-want +got):\n%s", diff)
	}
}

func TestFaultyResponseToALargeGroupIsAWarning(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		users int
		level requirements.Level
	}{
		"three users: must":         {3, requirements.Must},
		"twenty-five users: should": {25, requirements.Should},
	} {
		x := exchange(push.NewCall, 200, xmlType, `<Response onHangup="/hangup"/>`, asOdd)
		x.Push.Users = slices.Repeat([]string{"Doc"}, test.users)
		fs := findingsOf(requirements.JudgeCall(callFor("push.group-call", x), receiver), "following.hangup-url")
		if len(fs) != 1 || fs[0].Level != test.level || fs[0].Fix != "" {
			t.Errorf("%s: findings %+v, want one of following.hangup-url with the level %s and no fix of its own", name, fs, test.level)
		}
	}
}
