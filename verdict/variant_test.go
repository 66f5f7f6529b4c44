package verdict_test

import (
	"crypto/tls"
	"crypto/x509"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// caused is a call whose hangup was given this cause, and how that push ended.
func caused(cause push.Cause, end transcript.End) transcript.Call {
	c := subscriber()
	c.Stimulus, c.Variant = "push.hangup-causes", requirements.CauseVariant(cause)
	x := &c.Exchanges[2]
	x.Push.Cause, x.Odd, x.End = cause, true, end
	return c
}

// refusedCause is a call whose hangup was given this cause and was refused.
func refusedCause(cause push.Cause) transcript.Call {
	c := caused(cause, transcript.Complete)
	c.Exchanges[2].Status = 500
	return c
}

// rejected is a call that the receiver rejects as busy, with a hangup of this cause.
func rejected(cause push.Cause, status int) transcript.Call {
	c := said(`<Response onHangup="https://receiver.example/follow"><Reject reason="busy"/></Response>`)
	c = then(c, push.Hangup, transcript.Complete)
	c.Steered = true
	x := &c.Exchanges[1]
	x.Push.Cause, x.Status = cause, status
	return c
}

// rejectedOdd is such a call whose hangup was given a cause that the rejection would not lead to.
func rejectedOdd(cause push.Cause, status int) transcript.Call {
	c := rejected(cause, status)
	c.Stimulus, c.Variant, c.Exchanges[1].Odd = "push.hangup-causes", requirements.CauseVariant(cause), true
	return c
}

// from is a newCall with an odd caller.
func from(variant transcript.Variant, status int, end transcript.End) transcript.Call {
	c := newCall(status, ms)
	c.Stimulus, c.Variant = "push.odd-caller", variant
	c.Exchanges[0].Odd, c.Exchanges[0].End = true, end
	return c
}

// unsent is a call whose hangup was given this cause and could not be sent, because the receiver named no usable URL.
func unsent(cause push.Cause) transcript.Call {
	c := caused(cause, transcript.Complete)
	c.Exchanges = c.Exchanges[:2]
	c.Exchanges[0] = said(`<Response onAnswer="https://receiver.example/follow" onHangup="/follow"/>`).Exchanges[0]
	c.NotSent = []transcript.NotSent{{Step: 2, Leg: "Doc", Push: push.Push{Event: push.Hangup, Cause: push.NormalClearing}, Reason: transcript.UnusableURL}}
	return c
}

func TestEachVariantOfARequirementIsJudged(t *testing.T) {
	t.Parallel()
	const causes = "push.hangup-causes"
	type outcome struct {
		Status   verdict.Status
		Because  string
		Variants []transcript.Variant // of the findings
	}
	late, gone := transcript.TimedOut, transcript.NotConnected
	busyOutside := outgoingSubscriber()
	busyOutside.Scenario, busyOutside.Exchanges[2].Push.Cause = "outgoing-busy", push.Busy
	tests := []struct {
		name  string
		id    string
		calls []transcript.Call
		want  outcome
	}{
		{"one of several plain newCalls late", "push.newcall", calls(subscriber(), ended(late), subscriber()), outcome{Status: verdict.Passed}},
		{"a call of another scenario not played", "push.newcall", calls(subscriber(), transcript.Call{Scenario: "reception", Background: transcript.Background{Lost: &transcript.Loss{Requirement: "trouble.slow-push"}}}),
			outcome{Status: verdict.Passed}},
		{"one scenario not played", "call.unanswered", calls(busyOutside, transcript.Call{Scenario: "outgoing-no-answer", Background: transcript.Background{Lost: &transcript.Loss{Requirement: "trouble.slow-push"}}}),
			outcome{Status: verdict.Undetermined, Because: "trouble.slow-push"}},
		{"the only newCall late", "push.newcall", calls(ended(late)), outcome{Status: verdict.Undetermined, Because: "response.in-time"}},
		{"one cause not judged", causes, calls(subscriber(), caused(push.Busy, transcript.Complete), caused(push.Forwarded, gone)),
			outcome{Status: verdict.Undetermined}},
		{"one cause not judged once and judged another time", causes,
			calls(subscriber(), caused(push.Forwarded, gone), caused(push.Forwarded, transcript.Complete)), outcome{Status: verdict.Passed}},
		{"one cause not judged, and seen at the end of an outgoing call", causes, calls(subscriber(), caused(push.Busy, gone), busyOutside),
			outcome{Status: verdict.Passed}},
		{"another cause seen at the end of an outgoing call", causes, calls(subscriber(), caused(push.Cancel, gone), busyOutside),
			outcome{Status: verdict.Undetermined}},
		{"one cause refused", causes, calls(subscriber(), caused(push.Busy, transcript.Complete), refusedCause(push.Forwarded)),
			outcome{Status: verdict.Failed, Variants: []transcript.Variant{"the hangup cause is forwarded"}}},
		{"two causes refused", causes, calls(subscriber(), refusedCause(push.Busy), refusedCause(push.Forwarded)),
			outcome{Status: verdict.Failed, Variants: []transcript.Variant{"the hangup cause is busy", "the hangup cause is forwarded"}}},
		{"one kind of caller refused", "push.odd-caller", calls(subscriber(), from("the caller's number is empty", 200, transcript.Complete), from("the caller is a SIP id", 400, transcript.Complete)),
			outcome{Status: verdict.Warned, Variants: []transcript.Variant{"the caller is a SIP id"}}},
		{"one kind of caller late", "push.odd-caller", calls(subscriber(), from("the caller's number is empty", 200, transcript.Complete), from("the caller is a SIP id", 0, late)),
			outcome{Status: verdict.Undetermined, Because: "response.in-time"}},
		{"one kind of caller refused once and accepted once, like plain pushes", "push.odd-caller",
			calls(newCall(500, ms), from("the caller is a SIP id", 500, transcript.Complete), from("the caller is a SIP id", 200, transcript.Complete)),
			outcome{Status: verdict.Passed}},
		{"a status that is wrong on plain pushes as well", "response.status", calls(from("the caller is a SIP id", 201, transcript.Complete), newCall(201, ms)),
			outcome{Status: verdict.Warned, Variants: []transcript.Variant{""}}},
		{"a status that is wrong on an odd push only", "response.status", calls(newCall(200, ms), from("the caller is a SIP id", 201, transcript.Complete)),
			outcome{Status: verdict.Warned, Variants: []transcript.Variant{"the caller is a SIP id"}}},
		{"every call rejected and its hangup accepted", "push.hangup", calls(rejected(push.Busy, 200), rejectedOdd(push.Forwarded, 500)),
			outcome{Status: verdict.Passed}},
		{"every call rejected and another cause refused", causes, calls(rejected(push.Busy, 200), rejectedOdd(push.Forwarded, 500)),
			outcome{Status: verdict.Failed, Variants: []transcript.Variant{"the hangup cause is forwarded"}}},
		{"every call rejected and its hangup refused", "push.hangup", calls(rejected(push.Busy, 500)), outcome{Status: verdict.Failed, Variants: []transcript.Variant{""}}},
		{"the only hangup has another cause", "push.hangup", calls(rejectedOdd(push.Forwarded, 500)), outcome{Status: verdict.Failed, Variants: []transcript.Variant{""}}},
		{"no usable URL for the hangup", causes, calls(unsent(push.Busy), unsent(push.Forwarded)),
			outcome{Status: verdict.Undetermined, Because: "following.hangup-url"}},
	}
	for _, test := range tests {
		v := verdict.Run{About: verdict.About{Outgoing: "https://receiver.example/"}, Evidence: verdict.Evidence{Calls: test.calls, Target: requirements.Target{Origins: []string{"https://receiver.example"}}}}.Judge()
		row := v.Rows[slices.IndexFunc(v.Rows, func(r verdict.Row) bool { return r.ID == test.id })]
		got := outcome{Status: row.Status, Because: row.Because}
		for _, f := range row.Findings {
			got.Variants = append(got.Variants, f.Variant)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %s mismatch (-want +got):\n%s", test.name, test.id, diff)
		}
	}
}

func TestEachPlaceIsJudgedByItself(t *testing.T) {
	t.Parallel()
	good, gone := connection()[0], connection(endpoint.Problem{Rule: "transport.reachable", Want: "a connection", Got: "refused"})[0]
	good.Handshake.Version, good.Handshake.Chain = tls.VersionTLS13, []*x509.Certificate{{}}
	gone.Origin, gone.Handshake.Failure = "https://elsewhere.example", endpoint.ConnectionRefused
	chime := func(u string) transcript.Sound { return transcript.Sound{URL: u, Status: 200, Head: []byte("RIFF")} }
	refused := func(u string) transcript.Sound { return transcript.Sound{URL: u, NotAllowed: "its host is private"} }
	plays := func(sounds ...transcript.Sound) []transcript.Call {
		c := said(`<Response><Play><Url>https://receiver.example/a.wav</Url></Play></Response>`)
		c.Exchanges[0].Sounds = sounds
		return calls(c)
	}
	tests := []struct {
		name string
		run  verdict.Run
		id   string
		want verdict.Status
	}{
		{"one of two origins reached", verdict.Run{Evidence: verdict.Evidence{Connections: []transcript.Connection{good, gone}}}, "transport.in-date", verdict.Undetermined},
		{"the one origin reached", verdict.Run{Evidence: verdict.Evidence{Connections: []transcript.Connection{good}}}, "transport.in-date", verdict.Passed},
		{"one of two sounds looked at", verdict.Run{Evidence: verdict.Evidence{Calls: plays(chime("https://receiver.example/a.wav"), refused("https://10.0.0.1/b.wav"))}}, "play.reachable", verdict.Undetermined},
		{"the one sound looked at", verdict.Run{Evidence: verdict.Evidence{Calls: plays(chime("https://receiver.example/a.wav"))}}, "play.reachable", verdict.Passed},
	}
	for _, test := range tests {
		v := test.run.Judge()
		row := v.Rows[slices.IndexFunc(v.Rows, func(r verdict.Row) bool { return r.ID == test.id })]
		if row.Status != test.want {
			t.Errorf("%s: %s is %s (%s), want %s", test.name, test.id, row.Status, row.Reason, test.want)
		}
	}
}

func TestFindingNamesThatSipgateSendsTheCauseOnlyForCallsLetThrough(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		calls []transcript.Call
		want  string
	}{
		{"a call that is let through", calls(subscriber(), refusedCause(push.Forwarded)), "a 2xx status, in time"},
		{"a call that is rejected", calls(rejected(push.Busy, 200), rejectedOdd(push.Forwarded, 500)),
			"a 2xx status, in time (sipgate sends this cause only for calls that the receiver lets through)"},
	}
	for _, test := range tests {
		v := verdict.Run{Evidence: verdict.Evidence{Calls: test.calls, Target: requirements.Target{Origins: []string{"https://receiver.example"}}}}.Judge()
		row := v.Rows[slices.IndexFunc(v.Rows, func(r verdict.Row) bool { return r.ID == "push.hangup-causes" })]
		if len(row.Findings) != 1 || row.Findings[0].Want != test.want {
			t.Errorf("%s: findings %v, want one that wants %q", test.name, row.Findings, test.want)
		}
	}
}
