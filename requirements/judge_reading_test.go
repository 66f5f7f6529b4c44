package requirements_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

func withDetail(s string) func(*transcript.Exchange) {
	return func(x *transcript.Exchange) { x.Detail = s }
}

func withPush(change func(*push.Push)) func(*transcript.Exchange) {
	return func(x *transcript.Exchange) { change(&x.Push) }
}

func withDigits(d *string) func(*transcript.Exchange) {
	return withPush(func(p *push.Push) { p.Digits = d })
}

func TestRefusedPushIsAFindingOfTheRequirementOfItsFirstTrait(t *testing.T) {
	t.Parallel()
	noDigits, someDigits := "", "42"
	withUsers := func(names ...string) func(*transcript.Exchange) {
		return withPush(func(p *push.Push) { p.Users = names })
	}
	tests := []struct {
		name string
		x    transcript.Exchange
		want string
	}{
		{"newCall refused", exchange(push.NewCall, 500, "", ""), "push.newcall"},
		{"newCall of an outgoing call refused", exchange(push.NewCall, 500, "", "", asOutgoing), "push.outgoing"},
		{"newCall with a diversion refused", exchange(push.NewCall, 500, "", "", asOutgoing, asSecondLeg), "push.diversion"},
		{"newCall without users refused", exchange(push.NewCall, 500, "", "", withUsers()), "push.newcall"},
		{"answer refused", exchange(push.Answer, 500, "", ""), "push.answer"},
		{"answer without users refused", exchange(push.Answer, 500, "", "", withUsers()), "push.answer-without-user"},
		{"answer with an empty user refused", exchange(push.Answer, 500, "", "", withUsers("")), "push.answer-without-user"},
		{"hangup without users refused", exchange(push.Hangup, 500, "", "", withUsers()), "push.hangup"},
		{"hangup with the cause busy refused", exchange(push.Hangup, 500, "", "", withCause(push.Busy)), "push.hangup-causes"},
		{"hangup with an undocumented cause refused", exchange(push.Hangup, 500, "", "", withCause("chanunavail")), "push.unknown-cause"},
		{"dtmf refused", exchange(push.DTMF, 500, "", "", withDigits(&someDigits)), "push.dtmf"},
		{"dtmf with empty digits refused", exchange(push.DTMF, 500, "", "", withDigits(&noDigits)), "push.dtmf-nothing"},
		{"dtmf without digits refused", exchange(push.DTMF, 500, "", "", withDigits(nil)), "push.dtmf-nothing"},
	}
	for _, test := range tests {
		var got []string
		for _, j := range requirements.JudgeCall(callOf(test.x), receiver) {
			if len(j.Findings) > 0 && j.Requirement != "push.encoded-brackets" {
				got = append(got, j.Requirement)
			}
		}
		if diff := cmp.Diff([]string{test.want}, got); diff != "" {
			t.Errorf("%s: requirements with findings mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestResponseThatDoesNotEndCorrectlyIsAFinding(t *testing.T) {
	t.Parallel()
	calls := []judgedCall{
		{"dropped: finding", callOf(endedExchange(push.NewCall, transcript.Dropped, withDetail("EOF"), asOutgoing)),
			map[string]string{"push.outgoing": "must: the receiver closed the connection without a response" + wantResponse2xx + "; unless push.newcall"}},
		{"not HTTP: finding", callOf(endedExchange(push.NewCall, transcript.NotHTTP, withStatus(200), asOutgoing)),
			map[string]string{"push.outgoing": "must: not HTTP" + wantResponse2xx + "; unless push.newcall"}},
		{"headers too long: finding", callOf(endedExchange(push.NewCall, transcript.HeadersTooLong, withStatus(200), asOutgoing)),
			map[string]string{"push.outgoing": "must: headers too long" + wantResponse2xx + "; unless push.newcall"}},
		{"connection blocked: gap", callOf(endedExchange(push.NewCall, transcript.BlockedEnd)),
			map[string]string{"push.newcall": "gap: the connection had a fault, although an earlier connection had none"}},
		{"connection blocked, with a detail: gap with the detail", callOf(endedExchange(push.NewCall, transcript.BlockedEnd, withDetail("a certificate that has ended"))),
			map[string]string{"push.newcall": "gap: the connection had a fault, although an earlier connection had none: a certificate that has ended"}},
		{"timed out after 9.99 s: finding", callOf(endedExchange(push.NewCall, transcript.TimedOut, withTimes(9990*time.Millisecond, 10*time.Second))),
			map[string]string{"push.newcall": "gap: no response in time; because response.in-time", "response.in-time": "must: no response within 10 s; want a complete response within 10 s"}},
		{"timed out after 11 s, limit of 2 s: gap", callOf(endedExchange(push.NewCall, transcript.TimedOut, withTimes(11*time.Second, 2*time.Second))),
			map[string]string{"push.newcall": "gap: no complete response within 2s, the limit of this run; sipgate waits longer", "response.in-time": "gap: no complete response within 2s, the limit of this run; sipgate waits longer"}},
		{"complete after 1 s: met", callOf(exchange(push.NewCall, 200, "", "", withTimes(time.Second, 10*time.Second))), map[string]string{"push.newcall": "met"}},
		{"odd push refused in an Error document: findings", callFor("push.user-empty", exchange(push.NewCall, 200, xmlType, `<Error message="nobody"/>`, asOdd)),
			map[string]string{"push.user-empty": "must: a refusal, although with status 200: an Error document" + wantResponse2xx + "; unless push.newcall", "response.root": `must: "Error"; want the root element Response`}},
		{"plain push with encoded brackets accepted: met", callOf(exchange(push.NewCall, 200, "", "", func(x *transcript.Exchange) { x.Body = []byte("user%5B%5D=Doc") })),
			map[string]string{"push.encoded-brackets": "met", "push.newcall": "met"}},
		{"outgoing push with encoded brackets accepted: not judged", callOf(exchange(push.NewCall, 200, "", "", asOutgoing, func(x *transcript.Exchange) { x.Body = []byte("user%5B%5D=Doc") })),
			map[string]string{"push.outgoing": "met"}},
		{"dtmf of an internal call refused: findings of call and push", scenarioCall("internal-answered", exchange(push.DTMF, 500, "", "")),
			map[string]string{"call.internal": "must: the dtmf push on Doc's leg: status 500" + wantWholeCall + "; unless push.dtmf", "following.reachable": "met", "push.dtmf": "must: status 500" + wantResponse2xx}},
		{"second newCall of a transfer accepted: only the call is met", scenarioCall("transfer-answered", exchange(push.NewCall, 200, xmlType, bothSubscriptions), exchange(push.NewCall, 200, xmlType, bothSubscriptions, asSecondLeg)),
			map[string]string{"call.transfer-answered": "met", "following.answer-url": "met 2 times", "following.every-leg": "met", "following.hangup-too": "met 2 times", "following.hangup-url": "met 2 times", "push.newcall": "met"}},
	}
	checkJudgements(t, receiver, calls)
	for _, test := range calls {
		for _, j := range requirements.JudgeCall(test.call, receiver) {
			if j.Requirement == "transport.no-redirect" && !test.call.Exchanges[0].Responded() {
				t.Errorf("%s: transport.no-redirect is judged %d times, want never, because there was no response", test.name, j.TimesJudged)
			}
		}
	}
}

func TestFindingOfAnOddPushIsExcusedByThePlainPush(t *testing.T) {
	t.Parallel()
	withTwoOddFields := withPush(func(p *push.Push) { p.Users, p.OrigCallID = []string{""}, "another" })
	withOtherAnsweringNumber := withPush(func(p *push.Push) { p.AnsweringNumber = "493023125009" })
	signedReceiver := receiver
	signedReceiver.PushesSigned = true
	refusedOdd := func(code int) transcript.Exchange { return exchange(push.NewCall, code, "", "", asOdd) }
	checkJudgements(t, signedReceiver, []judgedCall{
		{"newCall with several odd fields: excused by the plain push", callFor("push.golden-capture", exchange(push.NewCall, 500, "", "", asOdd, withTwoOddFields)),
			map[string]string{"push.golden-capture": "must: status 500" + wantResponse2xx + "; unless push.newcall"}},
		{"answer with another answeringNumber: excused by the plain push and by push.answering-number", callFor("push.utf8-names", exchange(push.Answer, 500, "", "", asOdd, withOtherAnsweringNumber)),
			map[string]string{"following.reachable": "met", "push.utf8-names": "must: status 500" + want2xx + "; unless push.answer, push.answering-number; else push.answer"}},
		{"signed odd push, status 401: excused by the signature too", callFor("push.user-empty", withSignature(refusedOdd(401))),
			map[string]string{"push.user-empty": "must: status 401" + wantResponse2xx + "; unless push.newcall, signature.any-body"}},
		{"signed odd push, status 403: excused by the signature too", callFor("push.user-empty", withSignature(refusedOdd(403))),
			map[string]string{"push.user-empty": "must: status 403" + wantResponse2xx + "; unless push.newcall, signature.any-body"}},
		{"signed odd push, status 500: not excused by the signature", callFor("push.user-empty", withSignature(refusedOdd(500))),
			map[string]string{"push.user-empty": "must: status 500" + wantResponse2xx + "; unless push.newcall"}},
		{"unsigned odd push, status 403: not excused by the signature", callFor("push.user-empty", refusedOdd(403)),
			map[string]string{"push.user-empty": "must: status 403" + wantResponse2xx + "; unless push.newcall"}},
		{"signed plain push, status 403: not excused by the signature", callFor("push.user-empty", withSignature(exchange(push.NewCall, 403, "", "", asOutgoing))),
			map[string]string{"push.outgoing": "must: status 403" + wantResponse2xx + "; unless push.newcall"}},
		{"first call with a similar callId refused: finding of push.long-call-ids", callFor("state.apart", exchange(push.NewCall, 500, "", "", asOdd)),
			map[string]string{"push.long-call-ids": "must: status 500" + wantResponse2xx + "; unless push.newcall"}},
		{"second call with a similar callId refused: no finding of push.long-call-ids", callFor("state.apart", exchange(push.NewCall, 200, "", "", asOdd), exchange(push.NewCall, 500, "", "", asOdd, withPush(func(p *push.Push) { p.CallID = "another" }))),
			map[string]string{"push.long-call-ids": "met"}},
		{"second leg of a plain call refused: finding", callOf(exchange(push.NewCall, 200, "", ""), exchange(push.NewCall, 500, "", "", withPush(func(p *push.Push) { p.CallID = "another" }), asOutgoing)),
			map[string]string{"push.newcall": "met", "push.outgoing": "must: status 500" + wantResponse2xx + "; unless push.newcall"}},
		{"push in another encoding refused, signature not named: not judged", callFor("signature.any-body", withSignature(exchange(push.NewCall, 200, xmlType, `<Error message="full"/>`, asOdd))), nil},
		{"push in another encoding refused because of its signature: finding", callFor("signature.any-body", withSignature(exchange(push.NewCall, 200, xmlType, signatureError, asOdd))),
			map[string]string{"signature.any-body": `must: status 200, which says "Signature verification failed."; want a correctly signed push accepted, however its fields are written; unless push.newcall`}},
		{"plain push of a call for another encoding refused: finding", callFor("signature.any-body", exchange(push.NewCall, 500, "", "", asOutgoing)),
			map[string]string{"push.outgoing": "must: status 500" + wantResponse2xx + "; unless push.newcall"}},
	})
}

// If the good push after a forged push is accepted, the response to the good push is judged like any other response.
func TestResponseToTheGoodPushIsJudgedIfItAcceptsThePush(t *testing.T) {
	t.Parallel()
	forged := exchange(push.NewCall, 403, "", "", asOdd)
	checkJudgements(t, receiver, []judgedCall{
		{"accepted: judged", callFor("signature.forged", forged, withSignature(exchange(push.NewCall, 200, "text/xml", bothSubscriptions))),
			map[string]string{"following.answer-url": "met", "following.hangup-too": "met", "following.hangup-url": "met", "push.newcall": "met", "response.content-type": "should: text/xml, which sipgate tolerates; want application/xml", "signature.forged": "met"}},
		{"refused: finding of the forged push", callFor("signature.forged", forged, withSignature(exchange(push.NewCall, 500, "", ""))),
			map[string]string{"signature.forged": "must: status 403; the next push: status 500; want the push refused, and the next one, signed correctly, accepted; unless push.newcall"}},
	})
}

func TestUnknownEventOrCallIsAFindingOnlyIfReceiverFails(t *testing.T) {
	t.Parallel()
	unknownEvent := func(x transcript.Exchange) transcript.Call {
		x.Odd = true
		return callFor("push.unknown-event", x)
	}
	unknownCall := func(x transcript.Exchange) transcript.Call {
		x.Odd = true
		return callFor("trouble.unknown-call", x)
	}
	checkJudgements(t, receiver, []judgedCall{
		{"accepted: met", unknownEvent(exchange(push.NewCall, 200, "", "")), map[string]string{"push.unknown-event": "met"}},
		{"status 404: met", unknownEvent(exchange(push.NewCall, 404, "", "")), map[string]string{"push.unknown-event": "met"}},
		{"status 400, never ended: met", unknownEvent(endedExchange(push.NewCall, transcript.NeverEnded, withStatus(400))), map[string]string{"push.unknown-event": "met"}},
		{"status 400, truncated: met", unknownEvent(endedExchange(push.NewCall, transcript.Truncated, withStatus(400))), map[string]string{"push.unknown-event": "met"}},
		{"status 500: finding", unknownEvent(exchange(push.NewCall, 500, "", "")),
			map[string]string{"push.unknown-event": "should: status 500; want a response in time, with any status except 5xx; unless push.newcall"}},
		{"dropped: finding", unknownEvent(endedExchange(push.NewCall, transcript.Dropped)),
			map[string]string{"push.unknown-event": "should: the receiver closed the connection without a response; want a response in time, with any status except 5xx; unless push.newcall"}},
		{"timed out: finding", unknownEvent(endedExchange(push.NewCall, transcript.TimedOut)),
			map[string]string{"push.unknown-event": "should: no response within 10 s; want a response in time, with any status except 5xx; unless push.newcall"}},
		{"timed out after 1 s: gap", unknownEvent(endedExchange(push.NewCall, transcript.TimedOut, withTimes(time.Second, time.Second))),
			map[string]string{"push.unknown-event": "gap: no complete response within 1s, the limit of this run; sipgate waits longer"}},
		{"timed out after a shortened limit: gap", unknownEvent(endedExchange(push.NewCall, transcript.TimedOut, withTimes(time.Second, time.Second), func(x *transcript.Exchange) { x.ShortTimeLimit = true })),
			map[string]string{"push.unknown-event": "gap: no complete response within 1s: after earlier pushes without a response the run waited no longer; sipgate does"}},
		{"complete after 12 s: finding", unknownEvent(exchange(push.NewCall, 200, "", "", withTimes(12*time.Second, 30*time.Second))),
			map[string]string{"push.unknown-event": "should: status 200 after 12.0 s; want a response in time, with any status except 5xx; unless push.newcall"}},
		{"connection blocked: gap", unknownEvent(endedExchange(push.NewCall, transcript.BlockedEnd)),
			map[string]string{"push.unknown-event": "gap: the connection had a fault, although an earlier connection had none"}},
		{"no connection: gap", unknownEvent(endedExchange(push.NewCall, transcript.NotConnected)), map[string]string{"push.unknown-event": "gap: the receiver was gone: no connection: "}},
		{"plain push of the call gets status 404: finding of the plain push", callFor("push.unknown-event", exchange(push.NewCall, 404, "", "", asOutgoing)),
			map[string]string{"push.outgoing": "must: status 404" + wantResponse2xx + "; unless push.newcall"}},
		{"hangup of an unknown call, status 404: met", unknownCall(exchange(push.Hangup, 404, "", "")), map[string]string{"trouble.unknown-call": "met"}},
		{"hangup of an unknown call, status 500: finding", unknownCall(exchange(push.Hangup, 500, "", "")),
			map[string]string{"trouble.unknown-call": "should: status 500; want a response in time, with any status except 5xx; unless push.hangup"}},
	})
}

func TestRequirementAboutUnknownEventsIsMetIfPushIsRefusedBecauseOfItsSignature(t *testing.T) {
	t.Parallel()
	want := []string{"push.unknown-event: met"}
	for _, status := range []int{401, 403} {
		c := callFor("push.unknown-event", exchange("somethingNew", status, "text/plain", "invalid signature", asOdd))
		if diff := cmp.Diff(want, summarize(requirements.JudgeCall(c, receiver), "push.unknown-event")); diff != "" {
			t.Errorf("status %d: JudgeCall mismatch (-want +got):\n%s", status, diff)
		}
	}
}
