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

func TestRefusedGroupOfMoreThanTwentyUsersIsAWarning(t *testing.T) {
	t.Parallel()
	group := func(n int) func(*transcript.Exchange) {
		return said(func(p *push.Push) { p.Users = strings.Split(strings.TrimSuffix(strings.Repeat("Doc,", n), ","), ",") })
	}
	refused := func(n int) []transcript.Exchange {
		return []transcript.Exchange{says(push.NewCall, 500, "", "", odd, group(n))}
	}
	const id, wanted = "push.group-call: ", "exchange 0: want a response with a 2xx status, in time, got status 500"
	tests := []struct {
		name      string
		exchanges []transcript.Exchange
		want      []string
	}{
		{"three users", refused(3), []string{id + "must, " + wanted}},
		{"twenty users", refused(20), []string{id + "must, " + wanted}},
		{"twenty-five users", refused(25), []string{id + "should, " + wanted}},
		{"the answer after twenty-five users", []transcript.Exchange{says(push.NewCall, 200, xml, both, odd, group(25)), says(push.Answer, 500, "", "")},
			[]string{id + "met", id + "should, exchange 1: want a 2xx status, in time, got status 500"}},
		{"three users after a plain push to twenty-five that is accepted", []transcript.Exchange{says(push.NewCall, 200, xml, both, group(25)), says(push.NewCall, 500, "", "", odd, group(3))},
			[]string{id + "must, " + strings.Replace(wanted, "exchange 0", "exchange 1", 1)}},
		{"twenty-five users accepted", []transcript.Exchange{says(push.NewCall, 200, xml, both, odd, group(25))}, []string{id + "met"}},
	}
	for _, test := range tests {
		c := transcript.Call{ID: 1, Stimulus: "push.group-call", Exchanges: test.exchanges, Complete: true}
		if diff := cmp.Diff(test.want, summaries(requirements.JudgeCall(c, receiver), "push.group-call")); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestOnlyFindingAboutALargeGroupHasItsConsequenceAndFix(t *testing.T) {
	t.Parallel()
	group := func(n int) transcript.Exchange {
		return says(push.NewCall, 500, "", "", odd, said(func(p *push.Push) { p.Users = slices.Repeat([]string{"Doc"}, n) }))
	}
	for n, large := range map[int]bool{20: false, 21: true} {
		fs := findings(requirements.JudgeCall(about("push.group-call", group(n)), receiver), "push.group-call")
		if len(fs) != 1 {
			t.Errorf("%d users: findings %+v, want one of push.group-call", n, fs)
			continue
		}
		limits := ""
		if large {
			limits = fmt.Sprintf(", in a call to %d users (it is inferred that sipgate names so many in one push)", n)
		}
		if fs[0].Limits != limits {
			t.Errorf("%d users: limits %q, want %q", n, fs[0].Limits, limits)
		}
		if so, fix := strings.Contains(fs[0].So, "large groups"), strings.Contains(fs[0].Fix, "arrayLimit"); so != large || fix != large {
			t.Errorf("%d users: so %q, fix %q, want texts about large groups: %t", n, fs[0].So, fs[0].Fix, large)
		}
	}
}

func TestPlainPushRefusedAfterALargeGroupIsStillAFailure(t *testing.T) {
	t.Parallel()
	ring := says(push.NewCall, 200, xml, both, odd, said(func(p *push.Push) { p.Users = slices.Repeat([]string{"Doc"}, 25) }))
	want := []string{"push.dtmf: must, exchange 1: want a response with a 2xx status, in time, got status 500"}
	if diff := cmp.Diff(want, summaries(requirements.JudgeCall(about("push.group-call", ring, says(push.DTMF, 500, "", "")), receiver), "push.dtmf")); diff != "" {
		t.Errorf("JudgeCall mismatch (-want +got):\n%s", diff)
	}
}

func TestFaultyResponseToALargeGroupIsAWarning(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		users int
		level requirements.Level
	}{
		"three users":       {3, requirements.Must},
		"twenty-five users": {25, requirements.Should},
	} {
		x := says(push.NewCall, 200, xml, `<Response onHangup="/hangup"/>`, odd)
		x.Push.Users = slices.Repeat([]string{"Doc"}, test.users)
		fs := findings(requirements.JudgeCall(about("push.group-call", x), receiver), "following.hangup-url")
		if len(fs) != 1 || fs[0].Level != test.level || fs[0].Fix != "" {
			t.Errorf("%s: findings %+v, want one of following.hangup-url with the level %s and no fix of its own", name, fs, test.level)
		}
	}
}
