package requirements_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestHangupIsJudgedOnlyByStatusAndTimeOfItsResponse(t *testing.T) {
	t.Parallel()
	withConnectionRefused := func(x *transcript.Exchange) { x.Failure = endpoint.ConnectionRefused }
	tests := []struct {
		name string
		x    transcript.Exchange
		want map[string]string
	}{
		{"status 200: met", exchange(push.Hangup, 200, "", ""), map[string]string{"following.reachable": "met", "push.hangup": "met"}},
		{"status 500: finding", exchange(push.Hangup, 500, "", ""),
			map[string]string{"following.reachable": "met", "push.hangup": "must: status 500" + want2xx}},
		{"status 304: finding of the push", exchange(push.Hangup, 304, "", ""),
			map[string]string{"following.reachable": "met", "push.hangup": "must: status 304" + want2xx}},
		{"status 302: finding of the redirect", exchange(push.Hangup, 302, "", "", func(x *transcript.Exchange) { x.Header = http.Header{"Location": {"/other"}} }),
			map[string]string{"following.reachable": "met", "push.hangup": "gap: the push was redirected; because transport.no-redirect", "transport.no-redirect": `must: status 302, Location "/other"; want a response at the follow-up URL itself`}},
		{"timed out: finding", endedExchange(push.Hangup, transcript.TimedOut),
			map[string]string{"push.hangup": "must: no response within 10 s" + want2xx}},
		{"incomplete after 10 s: finding", endedExchange(push.Hangup, transcript.Late, withStatus(200)),
			map[string]string{"following.reachable": "met", "push.hangup": "must: incomplete in time after 10.0 s" + want2xx}},
		{"complete after 12 s: finding", exchange(push.Hangup, 200, "", "", withTimes(12*time.Second, 30*time.Second)),
			map[string]string{"following.reachable": "met", "push.hangup": "must: complete after 12.0 s" + want2xx}},
		{"complete after 10 s: met", exchange(push.Hangup, 200, "", "", withTimes(10*time.Second, 30*time.Second)),
			map[string]string{"following.reachable": "met", "push.hangup": "met"}},
		{"dropped: finding, but the URL is reachable", endedExchange(push.Hangup, transcript.Dropped, withDetail("connection reset by peer")),
			map[string]string{"following.reachable": "met", "push.hangup": "must: the receiver closed the connection without a response" + want2xx}},
		{"not HTTP: finding", endedExchange(push.Hangup, transcript.NotHTTP, withStatus(200), withDetail(`the response says that it is "HTTP/2.0"`)),
			map[string]string{"following.reachable": "met", "push.hangup": `must: not HTTP: the response says that it is "HTTP/2.0"; want a 2xx status, in time`}},
		{"headers too long: finding", endedExchange(push.Hangup, transcript.HeadersTooLong, withStatus(200)),
			map[string]string{"following.reachable": "met", "push.hangup": "must: headers too long" + want2xx}},
		{"not ended after 2 s: met", endedExchange(push.Hangup, transcript.NeverEnded, withStatus(200), withTimes(2*time.Second, 2*time.Second)),
			map[string]string{"following.reachable": "met", "push.hangup": "met"}},
		{"not ended after 10 s: met", endedExchange(push.Hangup, transcript.NeverEnded, withStatus(200), withTimes(10001*time.Millisecond, 30*time.Second)),
			map[string]string{"following.reachable": "met", "push.hangup": "met"}},
		{"not ended, status 500: finding", endedExchange(push.Hangup, transcript.NeverEnded, withStatus(500), withTimes(2*time.Second, 2*time.Second)),
			map[string]string{"following.reachable": "met", "push.hangup": "must: status 500, never ended" + want2xx}},
		{"truncated before its status: finding", endedExchange(push.Hangup, transcript.Truncated, withDetail("unexpected EOF")),
			map[string]string{"push.hangup": "must: truncated: unexpected EOF" + want2xx}},
		{"status 404: finding of the URL", exchange(push.Hangup, 404, "", ""),
			map[string]string{"following.reachable": "must: status 404; want a receiver for hangup pushes at https://receiver.example/follow", "push.hangup": "gap: the follow-up URL does not accept the push; because following.reachable"}},
		{"truncated after status 404: finding of the URL", endedExchange(push.Hangup, transcript.Truncated, withStatus(404)),
			map[string]string{"following.reachable": "must: status 404; want a receiver for hangup pushes at https://receiver.example/follow", "push.hangup": "gap: the follow-up URL does not accept the push; because following.reachable"}},
		{"no connection to another origin: finding of the URL", endedExchange(push.Hangup, transcript.NotConnected, withURL(otherOriginURL), withConnectionRefused),
			map[string]string{"following.reachable": "must: no connection: connection refused; want a receiver for hangup pushes at https://elsewhere.example/follow", "push.hangup": "gap: the follow-up URL does not accept the push; because following.reachable"}},
		{"no connection to the receiver: gap", endedExchange(push.Hangup, transcript.NotConnected, withConnectionRefused),
			map[string]string{"push.hangup": "gap: the receiver was gone: no connection: connection refused"}},
	}
	var calls []judgedCall
	for _, test := range tests {
		calls = append(calls, judgedCall{test.name, callOf(test.x), test.want})
	}
	checkJudgements(t, receiver, calls)
}

// In a whole call, a refused push is a finding of the push's own requirement only if the push is plain. An accepted push meets its own
// requirement only if the push is plain, or belongs to a steered or an outgoing call.
func TestRefusedFollowUpThatIsNotPlainIsAFindingOfItsCall(t *testing.T) {
	t.Parallel()
	newCall := exchange(push.NewCall, 200, "", "")
	withoutUsers := func(x *transcript.Exchange) { x.Push.Users = nil }
	steeredCall := func(c transcript.Call, requirementID string) transcript.Call {
		c.Steered, c.RequirementID = true, requirementID
		return c
	}
	stateCall := scenarioCall("incoming-answered", newCall, exchange(push.Hangup, 500, "", ""))
	stateCall.RequirementID = "state.once"
	tests := []judgedCall{
		{"hangup of an outgoing call refused: finding of the call", scenarioCall("outgoing-answered", exchange(push.Hangup, 500, "", "", asOutgoing)),
			map[string]string{"call.answered": "must: the hangup push on Doc's leg: status 500" + wantWholeCall + "; unless push.hangup", "following.reachable": "met"}},
		{"answer of an outgoing call accepted: met", scenarioCall("outgoing-answered", exchange(push.Answer, 200, "", "", asOutgoing, withoutUsers)),
			map[string]string{"call.answered": "met", "following.reachable": "met", "push.answer-without-user": "met"}},
		{"hangup of an outgoing call gets status 404: findings of the call and the URL", scenarioCall("outgoing-answered", exchange(push.Hangup, 404, "", "", asOutgoing)),
			map[string]string{"call.answered": "must: the hangup push on Doc's leg: status 404" + wantWholeCall + "; unless following.reachable", "following.reachable": "must: status 404; want a receiver for hangup pushes at https://receiver.example/follow", "push.hangup": "gap: the follow-up URL does not accept the push; because following.reachable"}},
		{"hangup of an internal call gets status 404: finding of the call", scenarioCall("internal-answered", exchange(push.Hangup, 404, "", "", asOutgoing)),
			map[string]string{"call.internal": "must: the hangup push on Doc's leg: status 404" + wantWholeCall + "; unless following.reachable, call.answered"}},
		{"hangup of a busy call refused: finding of the call", scenarioCall("incoming-busy", exchange(push.Hangup, 500, "", "", withCause(push.Busy))),
			map[string]string{"call.unanswered": "must: the hangup push on Doc's leg: status 500" + wantWholeCall + "; unless push.hangup-causes, push.hangup", "following.reachable": "met"}},
		{"every push of a transfer accepted: met", scenarioCall("transfer-answered", transferExchanges()...),
			map[string]string{"call.transfer-answered": "met", "following.answer-url": "met 2 times", "following.every-leg": "met", "following.hangup-too": "met 2 times", "following.hangup-url": "met 2 times", "following.reachable": "met 3 times", "push.answer": "met", "push.newcall": "met"}},
		{"hangup of a rejected call accepted: push.hangup and push.hangup-causes are met", steeredCall(scenarioCall("incoming-answered", exchange(push.NewCall, 200, xmlType, rejectResponse), exchange(push.Hangup, 200, "", "", withCause(push.NoAnswer))), ""),
			map[string]string{"call.answered": "not applicable: the receiver steers every such call itself; name a number that the receiver lets through, --numbers through=NUMBER", "call.steered": "met", "following.hangup-url": "met", "following.reachable": "met", "push.hangup": "met", "push.hangup-causes": "met", "push.newcall": "met", "reject.reason": "met"}},
		{"odd hangup of a steered call refused: findings of the call and the push", steeredCall(scenarioCall("incoming-answered", newCall, exchange(push.Hangup, 500, "", "", withCause("chanunavail"), asOdd)), "push.unknown-cause"),
			map[string]string{"call.steered": "must: the hangup push on Doc's leg: status 500" + wantWholeCall + "; unless push.unknown-cause, push.hangup, call.unanswered, push.unknown-cause; else push.hangup", "following.reachable": "met", "push.newcall": "met", "push.unknown-cause": "should: status 500" + want2xx + "; unless push.hangup; else push.hangup"}},
		{"plain hangup of a steered call accepted: push.hangup is met once", steeredCall(scenarioCall("incoming-answered", newCall, exchange(push.Hangup, 200, "", "")), ""),
			map[string]string{"call.answered": "not applicable: the receiver steers every such call itself; name a number that the receiver lets through, --numbers through=NUMBER", "call.steered": "met", "following.reachable": "met", "push.hangup": "met", "push.newcall": "met"}},
		{"answer of a steered call accepted: hangup not judged", steeredCall(scenarioCall("incoming-answered", newCall, exchange(push.Answer, 200, "", "")), ""),
			map[string]string{"call.answered": "not applicable: the receiver steers every such call itself; name a number that the receiver lets through, --numbers through=NUMBER", "call.steered": "met", "following.reachable": "met", "push.answer": "met", "push.newcall": "met"}},
		{"odd hangup of a steered call accepted: plain hangup not judged", steeredCall(scenarioCall("incoming-answered", newCall, exchange(push.Hangup, 200, "", "", withCause("chanunavail"), asOdd)), "push.unknown-cause"),
			map[string]string{"call.steered": "met", "following.reachable": "met", "push.newcall": "met", "push.unknown-cause": "met"}},
		{"hangup of a busy call accepted: plain hangup not judged", callOf(newCall, exchange(push.Hangup, 200, "", "", withCause(push.Busy))),
			map[string]string{"following.reachable": "met", "push.hangup-causes": "met", "push.newcall": "met"}},
		{"hangup of a call for a requirement about states refused: push.hangup not judged", stateCall, map[string]string{"following.reachable": "met", "push.newcall": "met"}},
	}
	checkJudgements(t, receiver, tests)
}

func TestRefusedPushAfterAnOddPushIsAFindingOfTheOddPush(t *testing.T) {
	t.Parallel()
	newCall, hangup := exchange(push.NewCall, 200, "", "", asOdd), exchange(push.Hangup, 500, "", "")
	answer := exchange(push.Answer, 200, "", "")
	tests := []judgedCall{
		{"odd answer refused: finding of the odd push", callFor("push.answer-without-user", exchange(push.NewCall, 200, "", ""), exchange(push.Answer, 500, "", "", asOdd)),
			map[string]string{"following.reachable": "met", "push.answer-without-user": "must: status 500" + want2xx + "; unless push.answer; else push.answer", "push.newcall": "met"}},
		{"odd answer accepted: met", callFor("push.answer-without-user", exchange(push.NewCall, 200, "", ""), exchange(push.Answer, 200, "", "", asOdd)),
			map[string]string{"following.reachable": "met", "push.answer-without-user": "met", "push.newcall": "met"}},
		{"odd answer gets status 410: finding of the odd push", callFor("push.answer-without-user", exchange(push.NewCall, 200, "", ""), exchange(push.Answer, 410, "", "", asOdd)),
			map[string]string{"push.answer-without-user": "must: status 410" + want2xx + "; unless following.reachable; else push.answer", "push.newcall": "met"}},
		{"hangup refused after an odd newCall: finding of the odd push", callFor("push.user-empty", newCall, answer, hangup),
			map[string]string{"following.reachable": "met 2 times", "push.answer": "met", "push.user-empty": "met | must: status 500" + want2xx + "; unless push.hangup"}},
		{"hangup refused in a call without an odd push: finding of the hangup", callFor("push.hangup-causes", exchange(push.NewCall, 200, "", ""), hangup),
			map[string]string{"following.reachable": "met", "push.hangup": "must: status 500" + want2xx, "push.newcall": "met"}},
		{"odd hangup refused after an odd newCall: finding of the odd push", callFor("push.anonymous-caller", newCall, exchange(push.Hangup, 500, "", "", asOdd)),
			map[string]string{"following.reachable": "met", "push.anonymous-caller": "met | must: status 500" + want2xx + "; unless push.hangup; else push.hangup"}},
		{"hangup refused after a newCall with several users: finding of the odd push", callFor("push.group-call", newCall, hangup),
			map[string]string{"following.reachable": "met", "push.group-call": "met | must: status 500" + want2xx + "; unless push.hangup, call.group"}},
		{"hangup refused after an odd dtmf: finding of the odd push", callFor("push.dtmf-any-key", exchange(push.NewCall, 200, "", ""), exchange(push.DTMF, 200, "", "", asOdd), hangup),
			map[string]string{"following.reachable": "met 2 times", "push.dtmf-any-key": "met | must: status 500" + want2xx + "; unless push.hangup, call.menu", "push.newcall": "met"}},
		{"hangup refused after a push in another encoding: finding of the hangup", callFor("signature.any-body", newCall, hangup),
			map[string]string{"following.reachable": "met", "push.hangup": "must: status 500" + want2xx, "signature.any-body": "met"}},
		{"hangup refused in a busy call of a user's scenario: finding of the hangup cause", callOf(answer, exchange(push.Hangup, 500, "", "", withCause(push.Busy))),
			map[string]string{"following.reachable": "met 2 times", "push.answer": "met", "push.hangup-causes": "must: status 500" + want2xx + "; unless push.hangup"}},
	}
	checkJudgements(t, receiver, tests)
}

func TestFixOfARedirectedFollowUpAsksForTheFinalURL(t *testing.T) {
	t.Parallel()
	const want = "Name the final URL in the response to the newCall, with scheme, host and closing slash as the receiver serves it."
	for _, j := range requirements.JudgeCall(callOf(exchange(push.Answer, 302, "", "")), receiver) {
		for _, f := range j.Findings {
			if f.Fix != want {
				t.Errorf("%s: the fix is %q, want %q", f.Requirement, f.Fix, want)
			}
		}
	}
}

func TestOriginIsEmptyIfURLCannotBeParsed(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{"https://receiver.example/%zz": "", "https://receiver.example/follow?x=1": "https://receiver.example"} {
		if got := endpoint.OriginOf(raw); got != want {
			t.Errorf("OriginOf(%q) = %q, want %q", raw, got, want)
		}
	}
}
