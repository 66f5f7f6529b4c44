package requirements_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestReceiverIsLimitedIfItAcceptsSomePlainCallsAndRefusesOthersForItsLimit(t *testing.T) {
	t.Parallel()
	taken, enough, bare := says(push.NewCall, 200, xml, both), says(push.NewCall, 429, "", ""), says(push.NewCall, 401, "", "")
	but := func(x transcript.Exchange, change func(*transcript.Exchange)) transcript.Exchange {
		change(&x)
		return x
	}
	odd := func(x *transcript.Exchange) { x.Odd = true }
	again := func(x *transcript.Exchange) { x.Duplicate = true }
	retry := func(x *transcript.Exchange) { x.Header = http.Header{"Retry-After": {"5"}} }
	tests := []struct {
		name  string
		calls []transcript.Call
		want  bool
	}{
		{"both", []transcript.Call{one(taken), one(enough)}, true},
		{"the other way round", []transcript.Call{one(enough), one(taken)}, true},
		{"enough of all", []transcript.Call{one(enough), one(enough)}, true},
		{"enough of none", []transcript.Call{one(taken), one(says(push.NewCall, 500, "", ""))}, false},
		{"enough of an odd one", []transcript.Call{one(taken), one(but(enough, odd))}, false},
		{"an odd one accepted", []transcript.Call{one(enough), one(but(taken, odd))}, true},
		{"enough of the same once more", []transcript.Call{one(taken, but(enough, again))}, false},
		{"enough of a follow-up", []transcript.Call{one(taken, says(push.Hangup, 429, "", ""))}, false},
		{"enough of fifty", []transcript.Call{one(taken), {Stimulus: "trouble.many-calls", Exchanges: []transcript.Exchange{enough}}}, false},
		{"every push refused with 429 and Retry-After", []transcript.Call{one(but(enough, retry)), one(but(enough, retry))}, true},
		{"unavailable, and when to come again", []transcript.Call{one(taken), one(but(says(push.NewCall, 503, "", ""), retry))}, true},
		{"always unavailable, and when to come again", []transcript.Call{one(but(says(push.NewCall, 503, "", ""), retry))}, false},
		{"enough in an earlier try", []transcript.Call{{Background: transcript.Background{RefusedByLimit: true}, Exchanges: []transcript.Exchange{taken}}}, true},
		{"enough, from who refuses others for the signature", []transcript.Call{probed(bare), one(altered(bare)), one(genuine(taken)), one(enough)}, true},
		{"enough, from who refuses others for no known reason", []transcript.Call{probed(bare), one(genuine(taken)), one(enough)}, true},
		{"unavailable, from who refuses others for the signature", []transcript.Call{probed(bare), one(altered(bare)), one(genuine(taken)), one(but(says(push.NewCall, 503, "", ""), retry))}, true},
		{"unavailable, from who refuses others for no known reason", []transcript.Call{probed(bare), one(genuine(taken)), one(but(says(push.NewCall, 503, "", ""), retry))}, false},
		{"enough of eight", []transcript.Call{one(taken), {Stimulus: "call.concurrent", Exchanges: []transcript.Exchange{enough}}}, true},
	}
	for _, test := range tests {
		if got := requirements.Limited(test.calls); got != test.want {
			t.Errorf("%s: Limited() = %t, want %t", test.name, got, test.want)
		}
	}
}

func TestPushRefusedForALimitIsNoFinding(t *testing.T) {
	t.Parallel()
	taken, enough, raw := says(push.NewCall, 200, xml, both), says(push.NewCall, 429, "", ""), says(push.NewCall, 429, "", "")
	raw.ForeignName = "an empty body"
	plain := one(taken, enough, raw)
	call := func(id int, stimulus string) transcript.Call {
		c := plain
		c.ID, c.Stimulus = id, stimulus
		return c
	}
	kept := []transcript.End{transcript.Complete, transcript.Complete, transcript.Complete}
	left := []transcript.End{transcript.Complete, transcript.BlockedEnd, transcript.Complete}
	tests := []struct {
		name string
		all  []transcript.Call // the last of them is looked at
		want []transcript.End
	}{
		{"a call", []transcript.Call{call(1, "")}, left},
		{"fifty calls after the limit was reached", []transcript.Call{call(1, ""), call(2, "trouble.many-calls")}, left},
		{"fifty calls before the limit was reached", []transcript.Call{call(2, ""), call(1, "trouble.many-calls")}, kept},
		{"fifty calls, and no others", []transcript.Call{call(1, "trouble.many-calls")}, kept},
		{"fifty calls after a try that was over the limit", []transcript.Call{{ID: 1, Background: transcript.Background{RefusedByLimit: true}}, call(2, "trouble.many-calls")}, left},
	}
	for _, test := range tests {
		last := test.all[len(test.all)-1:]
		var got []transcript.End
		for _, x := range requirements.Exempt(last, test.all)[0].Exchanges {
			got = append(got, x.End)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
	if plain.Exchanges[1].End != transcript.Complete {
		t.Error("the call that was given is changed")
	}
}

func TestStatus503IsALimitOnlyWithRetryAfter(t *testing.T) {
	t.Parallel()
	retry := func(x *transcript.Exchange) { x.Header = http.Header{"Retry-After": {"5"}} }
	for name, test := range map[string]struct {
		x    transcript.Exchange
		want bool
	}{
		"429":                  {says(push.NewCall, 429, "", ""), true},
		"503":                  {says(push.NewCall, 503, "", ""), false},
		"503 with Retry-After": {says(push.NewCall, 503, "", "", retry), true},
		"500 with Retry-After": {says(push.NewCall, 500, "", "", retry), false},
		"429 to a stranger":    {says(push.NewCall, 429, "", "", func(x *transcript.Exchange) { x.ForeignName = "an empty body" }), false},
	} {
		if got := requirements.OverLimit(test.x); got != test.want {
			t.Errorf("%s: OverLimit() = %t, want %t", name, got, test.want)
		}
	}
}

func TestRetryAfterIsTheLongestOfACall(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	x := func(status int, value string, change ...func(*transcript.Exchange)) transcript.Exchange {
		out := says(push.NewCall, status, "", "", change...)
		if value != "" {
			out.Header = http.Header{"Retry-After": {value}}
		}
		return out
	}
	raw := func(x *transcript.Exchange) { x.ForeignName = "an empty body" }
	tests := []struct {
		name      string
		exchanges []transcript.Exchange
		want      time.Duration
	}{
		{"seconds", []transcript.Exchange{x(429, "30")}, 30 * time.Second},
		{"no time at all", []transcript.Exchange{x(429, "0")}, time.Second},
		{"a date", []transcript.Exchange{x(503, "Sun, 01 Mar 2026 12:00:20 GMT")}, 20 * time.Second},
		{"a date that has passed", []transcript.Exchange{x(429, "Sun, 01 Mar 2026 11:00:00 GMT")}, time.Second},
		{"several", []transcript.Exchange{x(429, "3"), x(429, "7"), x(429, "5")}, 7 * time.Second},
		{"not said", []transcript.Exchange{x(429, "")}, 0},
		{"no time", []transcript.Exchange{x(429, "soon")}, 0},
		{"another status", []transcript.Exchange{x(200, "30"), x(500, "30")}, 0},
		{"a stranger's request", []transcript.Exchange{x(429, "30", raw)}, 0},
	}
	for _, test := range tests {
		if got := requirements.RetryAfter(one(test.exchanges...), now); got != test.want {
			t.Errorf("%s: RetryAfter() = %s, want %s", test.name, got, test.want)
		}
	}
}

func TestCallCutShortByALimitIsAGapOfItsRequirement(t *testing.T) {
	t.Parallel()
	c := one(says(push.NewCall, 429, "", ""))
	c.Stimulus = "push.unknown-cause"
	all := []transcript.Call{one(says(push.NewCall, 200, xml, both)), c}
	want := []string{"push.unknown-cause: gap: the receiver limits how many pushes it accepts, and refused this one with status 429: exempt this machine from the limit while the receiver is judged"}
	if diff := cmp.Diff(want, summaries(requirements.JudgeCall(requirements.Exempt(all, all)[1], receiver), "push.unknown-cause")); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s", diff)
	}
}

func TestLimitMetByFiftyCallsFirstIsNamed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int
		named  bool
	}{"status 429": {429, true}, "status 500": {500, false}} {
		c := transcript.Call{ID: 1, Stimulus: "trouble.many-calls", Crowd: 50, Complete: true,
			Exchanges: []transcript.Exchange{says(push.NewCall, 200, xml, both), says(push.NewCall, test.status, "", "")}}
		fs := findings(requirements.JudgeCall(c, receiver), "trouble.many-calls")
		if len(fs) != 1 {
			t.Errorf("%s: findings %+v, want one of trouble.many-calls", name, fs)
			continue
		}
		if named := strings.Contains(fs[0].Got, "limits how many pushes") && strings.Contains(fs[0].Fix, "Raise the limit"); named != test.named {
			t.Errorf("%s: got %q, fix %q, want the limit named: %t", name, fs[0].Got, fs[0].Fix, test.named)
		}
	}
}

func TestOnlyPushesRefusedForALimitOrForTheSignatureAreExempt(t *testing.T) {
	t.Parallel()
	taken, bare, enough := says(push.NewCall, 200, xml, both), says(push.NewCall, 401, "", ""), says(push.NewCall, 429, "", "")
	enough.Header = http.Header{"Retry-After": {"5"}}
	dropped := ended(push.NewCall, transcript.Dropped)
	raw := bare
	raw.ForeignName = "an empty body"
	last := one(bare, enough, dropped, genuine(bare), raw, ended(push.NewCall, transcript.Truncated, status(401)), says(push.Answer, 200, "", ""))
	all := []transcript.Call{probed(bare), one(altered(bare)), one(genuine(taken)), last}
	type marked struct {
		Exempt transcript.Exempt
		End    transcript.End
	}
	want := []marked{{transcript.ExemptBySignature, transcript.Complete}, {transcript.ExemptByLimit, transcript.BlockedEnd}, {"", transcript.Dropped}, {"", transcript.Complete}, {"", transcript.Complete}, {"", transcript.Truncated}, {"", transcript.Complete}}
	var got []marked
	for _, x := range requirements.Exempt(all, all)[3].Exchanges {
		got = append(got, marked{x.Exempt, x.End})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("Exempt() mismatch (-want +got):\n%s", diff)
	}
}

func TestPushRefusedForALimitIsAGapThatNamesTheLimit(t *testing.T) {
	t.Parallel()
	const limit = "the receiver limits how many pushes it accepts, and refused this one with status 429: exempt this machine from the limit while the receiver is judged"
	refused := says(push.NewCall, 429, "", "")
	all := []transcript.Call{one(says(push.NewCall, 200, xml, both)), about("push.unknown-cause", refused)}
	c := requirements.Exempt(all, all)[1]
	if diff := cmp.Diff([]string{"push.newcall: gap: " + limit}, summaries(requirements.JudgeCall(c, receiver), "push.newcall")); diff != "" {
		t.Errorf("JudgeCall mismatch (-want +got):\n%s", diff)
	}
	got, ok := requirements.TurnedAway(c.Exchanges[0], receiver)
	if diff := cmp.Diff(requirements.Gap{Reason: limit}, got); diff != "" || !ok {
		t.Errorf("TurnedAway() = %t, want true, mismatch (-want +got):\n%s", ok, diff)
	}
}
