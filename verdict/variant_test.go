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

// callWithCause returns a call for a hangup cause. end is how the hangup push of the call ended.
func callWithCause(cause push.Cause, end transcript.End) transcript.Call {
	c := wholeCall()
	c.RequirementID, c.Variant = "push.hangup-causes", requirements.CauseVariant(cause)
	x := &c.Exchanges[2]
	x.Push.Cause, x.Odd, x.End = cause, true, end
	return c
}

// callWithRefusedCause returns a call for a hangup cause whose hangup push was refused.
func callWithRefusedCause(cause push.Cause) transcript.Call {
	c := callWithCause(cause, transcript.Complete)
	c.Exchanges[2].Status = 500
	return c
}

// rejectedCall returns a call that the receiver rejects as busy, with a hangup of this cause.
func rejectedCall(cause push.Cause, status int) transcript.Call {
	c := callWithResponse(`<Response onHangup="https://receiver.example/follow"><Reject reason="busy"/></Response>`)
	c = addPush(c, push.Hangup, transcript.Complete)
	c.Steered = true
	x := &c.Exchanges[1]
	x.Push.Cause, x.Status = cause, status
	return c
}

// rejectedCallWithCause returns a call that the receiver rejects as busy and that was played for another hangup cause.
func rejectedCallWithCause(cause push.Cause, status int) transcript.Call {
	c := rejectedCall(cause, status)
	c.RequirementID, c.Variant, c.Exchanges[1].Odd = "push.hangup-causes", requirements.CauseVariant(cause), true
	return c
}

// callFromOddCaller returns a call for a variant of push.odd-caller.
func callFromOddCaller(variant transcript.Variant, status int, end transcript.End) transcript.Call {
	c := newCall(status, ms)
	c.RequirementID, c.Variant = "push.odd-caller", variant
	c.Exchanges[0].Odd, c.Exchanges[0].End = true, end
	return c
}

// callWithUnsentHangup returns a call for a hangup cause whose hangup push was not sent because onHangup names no usable URL.
func callWithUnsentHangup(cause push.Cause) transcript.Call {
	c := callWithCause(cause, transcript.Complete)
	c.Exchanges = c.Exchanges[:2]
	c.Exchanges[0] = callWithResponse(`<Response onAnswer="https://receiver.example/follow" onHangup="/follow"/>`).Exchanges[0]
	c.NotSent = []transcript.NotSent{{Step: 2, Leg: "Doc", Push: push.Push{Event: push.Hangup, Cause: push.NormalClearing}, Reason: transcript.UnusableURL}}
	return c
}

func TestRequirementPassesOnlyIfEachOfItsVariantsIsJudged(t *testing.T) {
	t.Parallel()
	const causes = "push.hangup-causes"
	type outcome struct {
		Status   verdict.Status
		CauseID  string
		Variants []transcript.Variant // variants of the findings
	}
	timedOut, notConnected := transcript.TimedOut, transcript.NotConnected
	busyOutgoingCall := wholeOutgoingCall()
	busyOutgoingCall.Scenario, busyOutgoingCall.Exchanges[2].Push.Cause = "outgoing-busy", push.Busy
	tests := []struct {
		name  string
		id    string
		calls []transcript.Call
		want  outcome
	}{
		{"one of several plain newCalls late: passed", "push.newcall", numberedCalls(wholeCall(), incompleteCall(timedOut), wholeCall()), outcome{Status: verdict.Passed}},
		{"a call of another scenario not played: passed", "push.newcall", numberedCalls(wholeCall(), transcript.Call{Scenario: "reception", Background: transcript.Background{Lost: &transcript.Loss{Requirement: "trouble.slow-push"}}}),
			outcome{Status: verdict.Passed}},
		{"one scenario not played: undetermined", "call.unanswered", numberedCalls(busyOutgoingCall, transcript.Call{Scenario: "outgoing-no-answer", Background: transcript.Background{Lost: &transcript.Loss{Requirement: "trouble.slow-push"}}}),
			outcome{Status: verdict.Undetermined, CauseID: "trouble.slow-push"}},
		{"the only newCall late: undetermined", "push.newcall", numberedCalls(incompleteCall(timedOut)), outcome{Status: verdict.Undetermined, CauseID: "response.in-time"}},
		{"one hangup cause not judged: undetermined", causes, numberedCalls(wholeCall(), callWithCause(push.Busy, transcript.Complete), callWithCause(push.Forwarded, notConnected)),
			outcome{Status: verdict.Undetermined}},
		{"one hangup cause not judged in one call, and judged in another: passed", causes,
			numberedCalls(wholeCall(), callWithCause(push.Forwarded, notConnected), callWithCause(push.Forwarded, transcript.Complete)), outcome{Status: verdict.Passed}},
		{"one hangup cause not judged, and accepted at the end of an outgoing call: passed", causes, numberedCalls(wholeCall(), callWithCause(push.Busy, notConnected), busyOutgoingCall),
			outcome{Status: verdict.Passed}},
		{"one hangup cause not judged, and another hangup cause accepted at the end of an outgoing call: undetermined", causes, numberedCalls(wholeCall(), callWithCause(push.Cancel, notConnected), busyOutgoingCall),
			outcome{Status: verdict.Undetermined}},
		{"one hangup cause refused: failed", causes, numberedCalls(wholeCall(), callWithCause(push.Busy, transcript.Complete), callWithRefusedCause(push.Forwarded)),
			outcome{Status: verdict.Failed, Variants: []transcript.Variant{"the hangup cause is forwarded"}}},
		{"two hangup causes refused: failed", causes, numberedCalls(wholeCall(), callWithRefusedCause(push.Busy), callWithRefusedCause(push.Forwarded)),
			outcome{Status: verdict.Failed, Variants: []transcript.Variant{"the hangup cause is busy", "the hangup cause is forwarded"}}},
		{"push from one kind of caller refused: warned", "push.odd-caller", numberedCalls(wholeCall(), callFromOddCaller("the caller's number is empty", 200, transcript.Complete), callFromOddCaller("the caller is a SIP id", 400, transcript.Complete)),
			outcome{Status: verdict.Warned, Variants: []transcript.Variant{"the caller is a SIP id"}}},
		{"push from one kind of caller timed out: undetermined", "push.odd-caller", numberedCalls(wholeCall(), callFromOddCaller("the caller's number is empty", 200, transcript.Complete), callFromOddCaller("the caller is a SIP id", 0, timedOut)),
			outcome{Status: verdict.Undetermined, CauseID: "response.in-time"}},
		{"push from one kind of caller refused once and accepted once, plain push refused: passed", "push.odd-caller",
			numberedCalls(newCall(500, ms), callFromOddCaller("the caller is a SIP id", 500, transcript.Complete), callFromOddCaller("the caller is a SIP id", 200, transcript.Complete)),
			outcome{Status: verdict.Passed}},
		{"a status that is wrong on plain pushes as well: warned", "response.status", numberedCalls(callFromOddCaller("the caller is a SIP id", 201, transcript.Complete), newCall(201, ms)),
			outcome{Status: verdict.Warned, Variants: []transcript.Variant{""}}},
		{"a status that is wrong on an odd push only: warned", "response.status", numberedCalls(newCall(200, ms), callFromOddCaller("the caller is a SIP id", 201, transcript.Complete)),
			outcome{Status: verdict.Warned, Variants: []transcript.Variant{"the caller is a SIP id"}}},
		{"every call rejected, the hangup of one call accepted: passed", "push.hangup", numberedCalls(rejectedCall(push.Busy, 200), rejectedCallWithCause(push.Forwarded, 500)),
			outcome{Status: verdict.Passed}},
		{"every call rejected, a hangup with another cause refused: failed", causes, numberedCalls(rejectedCall(push.Busy, 200), rejectedCallWithCause(push.Forwarded, 500)),
			outcome{Status: verdict.Failed, Variants: []transcript.Variant{"the hangup cause is forwarded"}}},
		{"every call rejected and its hangup refused: failed", "push.hangup", numberedCalls(rejectedCall(push.Busy, 500)), outcome{Status: verdict.Failed, Variants: []transcript.Variant{""}}},
		{"the only hangup has another cause: failed", "push.hangup", numberedCalls(rejectedCallWithCause(push.Forwarded, 500)), outcome{Status: verdict.Failed, Variants: []transcript.Variant{""}}},
		{"no usable URL for the hangup: undetermined", causes, numberedCalls(callWithUnsentHangup(push.Busy), callWithUnsentHangup(push.Forwarded)),
			outcome{Status: verdict.Undetermined, CauseID: "following.hangup-url"}},
	}
	for _, test := range tests {
		v := verdict.Run{RunInfo: verdict.RunInfo{Outgoing: "https://receiver.example/"}, Evidence: verdict.Evidence{Calls: test.calls, Target: requirements.Target{Origins: []string{"https://receiver.example"}}}}.Judge()
		row := v.Rows[slices.IndexFunc(v.Rows, func(r verdict.Row) bool { return r.ID == test.id })]
		got := outcome{Status: row.Status, CauseID: row.CauseID}
		for _, f := range row.Findings {
			got.Variants = append(got.Variants, f.Variant)
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: %s mismatch (-want +got):\n%s", test.name, test.id, diff)
		}
	}
}

func TestEachOriginAndEachSoundIsJudged(t *testing.T) {
	t.Parallel()
	connected, refusedConnection := connectionWith()[0], connectionWith(endpoint.Problem{Rule: "transport.reachable", Want: "a connection", Got: "refused"})[0]
	connected.Handshake.Version, connected.Handshake.Chain = tls.VersionTLS13, []*x509.Certificate{{}}
	refusedConnection.Origin, refusedConnection.Handshake.Failure = "https://elsewhere.example", endpoint.ConnectionRefused
	fetchedSound := func(u string) transcript.Sound { return transcript.Sound{URL: u, Status: 200, Head: []byte("RIFF")} }
	notAllowedSound := func(u string) transcript.Sound { return transcript.Sound{URL: u, NotAllowed: "its host is private"} }
	callsWithSounds := func(sounds ...transcript.Sound) []transcript.Call {
		c := callWithResponse(`<Response><Play><Url>https://receiver.example/a.wav</Url></Play></Response>`)
		c.Exchanges[0].Sounds = sounds
		return numberedCalls(c)
	}
	tests := []struct {
		name string
		run  verdict.Run
		id   string
		want verdict.Status
	}{
		{"no connection to one of two origins: undetermined", verdict.Run{Evidence: verdict.Evidence{Connections: []transcript.Connection{connected, refusedConnection}}}, "transport.in-date", verdict.Undetermined},
		{"connection to the only origin: passed", verdict.Run{Evidence: verdict.Evidence{Connections: []transcript.Connection{connected}}}, "transport.in-date", verdict.Passed},
		{"one of two sounds not allowed: undetermined", verdict.Run{Evidence: verdict.Evidence{Calls: callsWithSounds(fetchedSound("https://receiver.example/a.wav"), notAllowedSound("https://10.0.0.1/b.wav"))}}, "play.reachable", verdict.Undetermined},
		{"the only sound fetched: passed", verdict.Run{Evidence: verdict.Evidence{Calls: callsWithSounds(fetchedSound("https://receiver.example/a.wav"))}}, "play.reachable", verdict.Passed},
	}
	for _, test := range tests {
		v := test.run.Judge()
		row := v.Rows[slices.IndexFunc(v.Rows, func(r verdict.Row) bool { return r.ID == test.id })]
		if row.Status != test.want {
			t.Errorf("%s: %s is %s (%s), want %s", test.name, test.id, row.Status, row.Reason, test.want)
		}
	}
}

func TestFindingAboutARejectedCallSaysThatSipgateSendsTheCauseOnlyForCallsLetThrough(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		calls []transcript.Call
		want  string
	}{
		{"cause refused in a call that is let through: no addition", numberedCalls(wholeCall(), callWithRefusedCause(push.Forwarded)), "a 2xx status, in time"},
		{"cause refused in a rejected call: addition", numberedCalls(rejectedCall(push.Busy, 200), rejectedCallWithCause(push.Forwarded, 500)),
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
