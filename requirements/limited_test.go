package requirements_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestReceiverIsLimitedIfItRefusesPlainCallsBecauseOfALimit(t *testing.T) {
	t.Parallel()
	accepted, status429, status401 := exchange(push.NewCall, 200, xmlType, bothSubscriptions), exchange(push.NewCall, 429, "", ""), exchange(push.NewCall, 401, "", "")
	withChange := func(x transcript.Exchange, change func(*transcript.Exchange)) transcript.Exchange {
		change(&x)
		return x
	}
	asOddPush := func(x *transcript.Exchange) { x.Odd = true }
	asCopy := func(x *transcript.Exchange) { x.Duplicate = true }
	withRetryAfter := func(x *transcript.Exchange) { x.Header = http.Header{"Retry-After": {"5"}} }
	tests := []struct {
		name  string
		calls []transcript.Call
		want  bool
	}{
		{"accepted, then status 429: limited", []transcript.Call{callOf(accepted), callOf(status429)}, true},
		{"status 429, then accepted: limited", []transcript.Call{callOf(status429), callOf(accepted)}, true},
		{"status 429 twice: limited", []transcript.Call{callOf(status429), callOf(status429)}, true},
		{"accepted, then status 500: not limited", []transcript.Call{callOf(accepted), callOf(exchange(push.NewCall, 500, "", ""))}, false},
		{"odd push gets status 429: not limited", []transcript.Call{callOf(accepted), callOf(withChange(status429, asOddPush))}, false},
		{"status 429, odd push accepted: limited", []transcript.Call{callOf(status429), callOf(withChange(accepted, asOddPush))}, true},
		{"copy gets status 429: not limited", []transcript.Call{callOf(accepted, withChange(status429, asCopy))}, false},
		{"hangup gets status 429: not limited", []transcript.Call{callOf(accepted, exchange(push.Hangup, 429, "", ""))}, false},
		{"call for trouble.many-calls gets status 429: not limited", []transcript.Call{callOf(accepted), {RequirementID: "trouble.many-calls", Exchanges: []transcript.Exchange{status429}}}, false},
		{"status 429 with Retry-After twice: limited", []transcript.Call{callOf(withChange(status429, withRetryAfter)), callOf(withChange(status429, withRetryAfter))}, true},
		{"accepted, then status 503 with Retry-After: limited", []transcript.Call{callOf(accepted), callOf(withChange(exchange(push.NewCall, 503, "", ""), withRetryAfter))}, true},
		{"only status 503 with Retry-After: not limited", []transcript.Call{callOf(withChange(exchange(push.NewCall, 503, "", ""), withRetryAfter))}, false},
		{"limited in an earlier try: limited", []transcript.Call{{Background: transcript.Background{RefusedByLimit: true}, Exchanges: []transcript.Exchange{accepted}}}, true},
		{"receiver that verifies with sipgate's key, status 429: limited", []transcript.Call{probeCall(status401), callOf(withAlteredBody(status401)), callOf(withCapturedBody(accepted)), callOf(status429)}, true},
		{"plain push refused, status 429: limited", []transcript.Call{probeCall(status401), callOf(withCapturedBody(accepted)), callOf(status429)}, true},
		{"receiver that verifies with sipgate's key, status 503 with Retry-After: limited", []transcript.Call{probeCall(status401), callOf(withAlteredBody(status401)), callOf(withCapturedBody(accepted)), callOf(withChange(exchange(push.NewCall, 503, "", ""), withRetryAfter))}, true},
		{"plain push refused, status 503 with Retry-After: not limited", []transcript.Call{probeCall(status401), callOf(withCapturedBody(accepted)), callOf(withChange(exchange(push.NewCall, 503, "", ""), withRetryAfter))}, false},
		{"call for call.concurrent gets status 429: limited", []transcript.Call{callOf(accepted), {RequirementID: "call.concurrent", Exchanges: []transcript.Exchange{status429}}}, true},
	}
	for _, test := range tests {
		if got := requirements.HasLimit(test.calls); got != test.want {
			t.Errorf("%s: HasLimit() = %t, want %t", test.name, got, test.want)
		}
	}
}

func TestPushRefusedForALimitIsMarkedAsBlocked(t *testing.T) {
	t.Parallel()
	accepted, status429, stimulus := exchange(push.NewCall, 200, xmlType, bothSubscriptions), exchange(push.NewCall, 429, "", ""), exchange(push.NewCall, 429, "", "")
	stimulus.ForeignName = "an empty body"
	template := callOf(accepted, status429, stimulus)
	call := func(id int, requirementID string) transcript.Call {
		c := template
		c.ID, c.RequirementID = id, requirementID
		return c
	}
	notMarked := []transcript.End{transcript.Complete, transcript.Complete, transcript.Complete}
	secondMarked := []transcript.End{transcript.Complete, transcript.BlockedEnd, transcript.Complete}
	tests := []struct {
		name string
		all  []transcript.Call // the calls of the run; MarkExemptPushes marks the last call
		want []transcript.End
	}{
		{"plain call over the limit: marked", []transcript.Call{call(1, "")}, secondMarked},
		{"call for trouble.many-calls after a call that reached the limit: marked", []transcript.Call{call(1, ""), call(2, "trouble.many-calls")}, secondMarked},
		{"call for trouble.many-calls with a smaller id than a call that reached the limit: not marked", []transcript.Call{call(2, ""), call(1, "trouble.many-calls")}, notMarked},
		{"only a call for trouble.many-calls: not marked", []transcript.Call{call(1, "trouble.many-calls")}, notMarked},
		{"call for trouble.many-calls after a call that was limited in an earlier try: marked", []transcript.Call{{ID: 1, Background: transcript.Background{RefusedByLimit: true}}, call(2, "trouble.many-calls")}, secondMarked},
	}
	for _, test := range tests {
		last := test.all[len(test.all)-1:]
		var got []transcript.End
		for _, x := range requirements.MarkExemptPushes(last, test.all)[0].Exchanges {
			got = append(got, x.End)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
	if template.Exchanges[1].End != transcript.Complete {
		t.Error("the call that was given is changed")
	}
}

func TestRequirementOfACallRefusedForALimitIsAGap(t *testing.T) {
	t.Parallel()
	c := callOf(exchange(push.NewCall, 429, "", ""))
	c.RequirementID = "push.unknown-cause"
	calls := []transcript.Call{callOf(exchange(push.NewCall, 200, xmlType, bothSubscriptions)), c}
	want := []string{"push.unknown-cause: gap: the receiver limits how many pushes it accepts, and refused this one with status 429: exempt this machine from the limit while the receiver is judged"}
	if diff := cmp.Diff(want, summarize(requirements.JudgeCall(requirements.MarkExemptPushes(calls, calls)[1], receiver), "push.unknown-cause")); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s", diff)
	}
}

func TestFindingOfManyCallsNamesTheLimitIfStatusIs429(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status int
		named  bool
	}{"status 429: named": {429, true}, "status 500: not named": {500, false}} {
		c := transcript.Call{ID: 1, RequirementID: "trouble.many-calls", Crowd: 50, Complete: true,
			Exchanges: []transcript.Exchange{exchange(push.NewCall, 200, xmlType, bothSubscriptions), exchange(push.NewCall, test.status, "", "")}}
		fs := findingsOf(requirements.JudgeCall(c, receiver), "trouble.many-calls")
		if len(fs) != 1 {
			t.Errorf("%s: findings %+v, want one of trouble.many-calls", name, fs)
			continue
		}
		if named := strings.Contains(fs[0].Got, "limits how many pushes") && strings.Contains(fs[0].Fix, "Raise the limit"); named != test.named {
			t.Errorf("%s: got %q, fix %q, want the limit named: %t", name, fs[0].Got, fs[0].Fix, test.named)
		}
	}
}

func TestOnlyRefusalsForALimitOrTheSignatureAreMarkedAsExempt(t *testing.T) {
	t.Parallel()
	accepted, status401, status429 := exchange(push.NewCall, 200, xmlType, bothSubscriptions), exchange(push.NewCall, 401, "", ""), exchange(push.NewCall, 429, "", "")
	status429.Header = http.Header{"Retry-After": {"5"}}
	dropped := endedExchange(push.NewCall, transcript.Dropped)
	stimulus := status401
	stimulus.ForeignName = "an empty body"
	last := callOf(status401, status429, dropped, withCapturedBody(status401), stimulus, endedExchange(push.NewCall, transcript.Truncated, withStatus(401)), exchange(push.Answer, 200, "", ""))
	calls := []transcript.Call{probeCall(status401), callOf(withAlteredBody(status401)), callOf(withCapturedBody(accepted)), last}
	type mark struct {
		Exempt transcript.Exempt
		End    transcript.End
	}
	want := []mark{{transcript.ExemptBySignature, transcript.Complete}, {transcript.ExemptByLimit, transcript.BlockedEnd}, {"", transcript.Dropped}, {"", transcript.Complete}, {"", transcript.Complete}, {"", transcript.Truncated}, {"", transcript.Complete}}
	var got []mark
	for _, x := range requirements.MarkExemptPushes(calls, calls)[3].Exchanges {
		got = append(got, mark{x.Exempt, x.End})
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("MarkExemptPushes() mismatch (-want +got):\n%s", diff)
	}
}

func TestGapOfAPushRefusedForALimitNamesTheLimit(t *testing.T) {
	t.Parallel()
	const limit = "the receiver limits how many pushes it accepts, and refused this one with status 429: exempt this machine from the limit while the receiver is judged"
	refused := exchange(push.NewCall, 429, "", "")
	calls := []transcript.Call{callOf(exchange(push.NewCall, 200, xmlType, bothSubscriptions)), callFor("push.unknown-cause", refused)}
	c := requirements.MarkExemptPushes(calls, calls)[1]
	if diff := cmp.Diff([]string{"push.newcall: gap: " + limit}, summarize(requirements.JudgeCall(c, receiver), "push.newcall")); diff != "" {
		t.Errorf("JudgeCall mismatch (-want +got):\n%s", diff)
	}
	got, ok := requirements.GapOfRefusedPush(c.Exchanges[0], receiver)
	if diff := cmp.Diff(requirements.Gap{Reason: limit}, got); diff != "" || !ok {
		t.Errorf("GapOfRefusedPush() = %t, want true, mismatch (-want +got):\n%s", ok, diff)
	}
}
