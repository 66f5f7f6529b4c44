package requirements_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

func detail(s string) func(*transcript.Exchange) {
	return func(x *transcript.Exchange) { x.Detail = s }
}

func said(change func(*push.Push)) func(*transcript.Exchange) {
	return func(x *transcript.Exchange) { change(&x.Push) }
}

func digits(d *string) func(*transcript.Exchange) {
	return said(func(p *push.Push) { p.Digits = d })
}

func TestRefusedPushIsAFindingOfTheRequirementOfItsTraits(t *testing.T) {
	t.Parallel()
	nothing, keys := "", "42"
	users := func(names ...string) func(*transcript.Exchange) { return said(func(p *push.Push) { p.Users = names }) }
	tests := []struct {
		name string
		x    transcript.Exchange
		want string
	}{
		{"a newCall", says(push.NewCall, 500, "", ""), "push.newcall"},
		{"an outgoing newCall", says(push.NewCall, 500, "", "", outgoing), "push.outgoing"},
		{"a newCall with a diversion", says(push.NewCall, 500, "", "", outgoing, secondLeg), "push.diversion"},
		{"a newCall without users", says(push.NewCall, 500, "", "", users()), "push.newcall"},
		{"an answer", says(push.Answer, 500, "", ""), "push.answer"},
		{"an answer without a user", says(push.Answer, 500, "", "", users()), "push.answer-without-user"},
		{"an answer of an empty user", says(push.Answer, 500, "", "", users("")), "push.answer-without-user"},
		{"a hangup", says(push.Hangup, 500, "", "", users()), "push.hangup"},
		{"a hangup of another cause", says(push.Hangup, 500, "", "", endsBy(push.Busy)), "push.hangup-causes"},
		{"a hangup of a cause that is not documented", says(push.Hangup, 500, "", "", endsBy("chanunavail")), "push.unknown-cause"},
		{"digits", says(push.DTMF, 500, "", "", digits(&keys)), "push.dtmf"},
		{"digits that are empty", says(push.DTMF, 500, "", "", digits(&nothing)), "push.dtmf-nothing"},
		{"digits that are left out", says(push.DTMF, 500, "", "", digits(nil)), "push.dtmf-nothing"},
	}
	for _, test := range tests {
		var got []string
		for _, j := range requirements.JudgeCall(one(test.x), receiver) {
			if len(j.Findings) > 0 && j.Requirement != "push.encoded-brackets" {
				got = append(got, j.Requirement)
			}
		}
		if diff := cmp.Diff([]string{test.want}, got); diff != "" {
			t.Errorf("%s: who is to blame mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestResponseThatDoesNotEndCorrectlyIsAFinding(t *testing.T) {
	t.Parallel()
	calls := []judgedCall{
		{"dropped: no judgement about redirects", one(ended(push.NewCall, transcript.Dropped, detail("EOF"), outgoing)),
			map[string]string{"push.outgoing": "must: the receiver closed the connection without a response" + read2xx + "; unless push.newcall"}},
		{"another protocol, whatever its status", one(ended(push.NewCall, transcript.NotHTTP, status(200), outgoing)),
			map[string]string{"push.outgoing": "must: not HTTP" + read2xx + "; unless push.newcall"}},
		{"endless headers", one(ended(push.NewCall, transcript.HeadersTooLong, status(200), outgoing)),
			map[string]string{"push.outgoing": "must: headers too long" + read2xx + "; unless push.newcall"}},
		{"blocked", one(ended(push.NewCall, transcript.BlockedEnd)),
			map[string]string{"push.newcall": "gap: its connection had a fault, although an earlier connection had none"}},
		{"blocked for a reason", one(ended(push.NewCall, transcript.BlockedEnd, detail("a certificate that has ended"))),
			map[string]string{"push.newcall": "gap: its connection had a fault, although an earlier connection had none: a certificate that has ended"}},
		{"timed out a moment before the limit that sipgate has too", one(ended(push.NewCall, transcript.TimedOut, took(9990*time.Millisecond, 10*time.Second))),
			map[string]string{"push.newcall": "gap: no response in time; because response.in-time", "response.in-time": "must: no response within 10 s; want a complete response within 10 s"}},
		{"timed out in a run in a hurry, which was held up", one(ended(push.NewCall, transcript.TimedOut, took(11*time.Second, 2*time.Second))),
			map[string]string{"push.newcall": "gap: no complete response within 2s, the limit of this run; sipgate waits longer", "response.in-time": "gap: no complete response within 2s, the limit of this run; sipgate waits longer"}},
		{"a second, and no more", one(says(push.NewCall, 200, "", "", took(time.Second, 10*time.Second))), map[string]string{"push.newcall": "met"}},
		{"an odd push refused in a document", about("push.user-empty", says(push.NewCall, 200, xml, `<Error message="nobody"/>`, odd)),
			map[string]string{"push.user-empty": "must: a refusal, although with status 200: an Error document" + read2xx + "; unless push.newcall", "response.root": `must: "Error"; want the root element Response`}},
		{"encoded brackets read", one(says(push.NewCall, 200, "", "", func(x *transcript.Exchange) { x.Body = []byte("user%5B%5D=Doc") })),
			map[string]string{"push.encoded-brackets": "met", "push.newcall": "met"}},
		{"encoded brackets of a push that is not plain", one(says(push.NewCall, 200, "", "", outgoing, func(x *transcript.Exchange) { x.Body = []byte("user%5B%5D=Doc") })),
			map[string]string{"push.outgoing": "met"}},
		{"digits refused in a call between colleagues", in("internal-answered", says(push.DTMF, 500, "", "")),
			map[string]string{"call.internal": "must: the dtmf push on Doc's leg: status 500" + byItself + "; unless push.dtmf", "following.reachable": "met", "push.dtmf": "must: status 500" + read2xx}},
		{"the newCall of a whole call that is not plain", in("transfer-answered", says(push.NewCall, 200, xml, both), says(push.NewCall, 200, xml, both, secondLeg)),
			map[string]string{"call.transfer-answered": "met", "following.answer-url": "met 2 times", "following.every-leg": "met", "following.hangup-too": "met 2 times", "following.hangup-url": "met 2 times", "push.newcall": "met"}},
	}
	checkInWords(t, receiver, calls)
	for _, call := range calls {
		for _, j := range requirements.JudgeCall(call.call, receiver) {
			if broken := strings.HasPrefix(call.name, "dropped") || strings.HasPrefix(call.name, "another") || strings.HasPrefix(call.name, "endless"); broken && j.Requirement == "transport.no-redirect" {
				t.Errorf("%s: transport.no-redirect is judged %d times, want never: nothing was said", call.name, j.Judged)
			}
		}
	}
}

func TestAnOddPushIsComparedWithThePlainOneOfItsKind(t *testing.T) {
	t.Parallel()
	empty := said(func(p *push.Push) { p.Users, p.OrigCallID = []string{""}, "another" })
	bySomebodyElse := said(func(p *push.Push) { p.AnsweringNumber = "493023125009" })
	signing := receiver
	signing.Signed = true
	refuses := func(code int) transcript.Exchange { return says(push.NewCall, code, "", "", odd) }
	checkInWords(t, signing, []judgedCall{
		{"a newCall that is odd in several respects", about("push.golden-capture", says(push.NewCall, 500, "", "", odd, empty)),
			map[string]string{"push.golden-capture": "must: status 500" + read2xx + "; unless push.newcall"}},
		{"an answer that is odd in several respects", about("push.utf8-names", says(push.Answer, 500, "", "", odd, bySomebodyElse)),
			map[string]string{"following.reachable": "met", "push.utf8-names": "must: status 500" + any2xx + "; unless push.answer, push.answering-number; else push.answer"}},
		{"a signed one, 401: it may be the signature", about("push.user-empty", withSignature(refuses(401))),
			map[string]string{"push.user-empty": "must: status 401" + read2xx + "; unless push.newcall, signature.any-body"}},
		{"a signed one, 403: it may be the signature", about("push.user-empty", withSignature(refuses(403))),
			map[string]string{"push.user-empty": "must: status 403" + read2xx + "; unless push.newcall, signature.any-body"}},
		{"a signed one, 500: it is not", about("push.user-empty", withSignature(refuses(500))),
			map[string]string{"push.user-empty": "must: status 500" + read2xx + "; unless push.newcall"}},
		{"an unsigned one, 403", about("push.user-empty", refuses(403)),
			map[string]string{"push.user-empty": "must: status 403" + read2xx + "; unless push.newcall"}},
		{"a signed one that is plain, 403", about("push.user-empty", withSignature(says(push.NewCall, 403, "", "", outgoing))),
			map[string]string{"push.outgoing": "must: status 403" + read2xx + "; unless push.newcall"}},
		{"the first call of two that are to be kept apart", about("state.apart", says(push.NewCall, 500, "", "", odd)),
			map[string]string{"push.long-call-ids": "must: status 500" + read2xx + "; unless push.newcall"}},
		{"the second of them, under its own callId", about("state.apart", says(push.NewCall, 200, "", "", odd), says(push.NewCall, 500, "", "", odd, said(func(p *push.Push) { p.CallID = "another" }))),
			map[string]string{"push.long-call-ids": "met"}},
		{"the second leg of a plain call, under its own callId", one(says(push.NewCall, 200, "", ""), says(push.NewCall, 500, "", "", said(func(p *push.Push) { p.CallID = "another" }), outgoing)),
			map[string]string{"push.newcall": "met", "push.outgoing": "must: status 500" + read2xx + "; unless push.newcall"}},
		{"another encoding, refused without a word about the signature", about("signature.any-body", withSignature(says(push.NewCall, 200, xml, `<Error message="full"/>`, odd))), nil},
		{"another encoding, refused for its signature", about("signature.any-body", withSignature(says(push.NewCall, 200, xml, bad, odd))),
			map[string]string{"signature.any-body": `must: status 200, which says "Signature verification failed."; want a correctly signed push accepted, however its fields are written; unless push.newcall`}},
		{"a plain push beside another encoding", about("signature.any-body", says(push.NewCall, 500, "", "", outgoing)),
			map[string]string{"push.outgoing": "must: status 500" + read2xx + "; unless push.newcall"}},
	})
}

// If the push after a forged one is accepted, it is judged like any other.
func TestTheGoodPushAfterAForgedOneIsRead(t *testing.T) {
	t.Parallel()
	forged := says(push.NewCall, 403, "", "", odd)
	checkInWords(t, receiver, []judgedCall{
		{"accepted", about("signature.forged", forged, withSignature(says(push.NewCall, 200, "text/xml", both))),
			map[string]string{"following.answer-url": "met", "following.hangup-too": "met", "following.hangup-url": "met", "push.newcall": "met", "response.content-type": "should: text/xml, which sipgate tolerates; want application/xml", "signature.forged": "met"}},
		{"refused", about("signature.forged", forged, withSignature(says(push.NewCall, 500, "", ""))),
			map[string]string{"signature.forged": "must: status 403; the next push: status 500; want the push refused, and the next one, signed correctly, accepted; unless push.newcall"}},
	})
}

func TestUnknownEventOrCallMayBeRefusedIfTheReceiverSurvives(t *testing.T) {
	t.Parallel()
	event := func(x transcript.Exchange) transcript.Call {
		x.Odd = true
		return about("push.unknown-event", x)
	}
	call := func(x transcript.Exchange) transcript.Call {
		x.Odd = true
		return about("trouble.unknown-call", x)
	}
	checkInWords(t, receiver, []judgedCall{
		{"accepted", event(says(push.NewCall, 200, "", "")), map[string]string{"push.unknown-event": "met"}},
		{"refused: it may", event(says(push.NewCall, 404, "", "")), map[string]string{"push.unknown-event": "met"}},
		{"refused at length", event(ended(push.NewCall, transcript.NeverEnded, status(400))), map[string]string{"push.unknown-event": "met"}},
		{"refused and cut off", event(ended(push.NewCall, transcript.Truncated, status(400))), map[string]string{"push.unknown-event": "met"}},
		{"a 500", event(says(push.NewCall, 500, "", "")),
			map[string]string{"push.unknown-event": "should: status 500; want a response in time, with any status except 5xx; unless push.newcall"}},
		{"dropped", event(ended(push.NewCall, transcript.Dropped)),
			map[string]string{"push.unknown-event": "should: the receiver closed the connection without a response; want a response in time, with any status except 5xx; unless push.newcall"}},
		{"timed out", event(ended(push.NewCall, transcript.TimedOut)),
			map[string]string{"push.unknown-event": "should: no response within 10 s; want a response in time, with any status except 5xx; unless push.newcall"}},
		{"timed out in a run in a hurry", event(ended(push.NewCall, transcript.TimedOut, took(time.Second, time.Second))),
			map[string]string{"push.unknown-event": "gap: no complete response within 1s, the limit of this run; sipgate waits longer"}},
		{"given up early because earlier pushes got no response", event(ended(push.NewCall, transcript.TimedOut, took(time.Second, time.Second), func(x *transcript.Exchange) { x.Hurried = true })),
			map[string]string{"push.unknown-event": "gap: no complete response within 1s: after earlier pushes without a response the run waited no longer; sipgate does"}},
		{"complete when sipgate has given up", event(says(push.NewCall, 200, "", "", took(12*time.Second, 30*time.Second))),
			map[string]string{"push.unknown-event": "should: status 200 after 12.0 s; want a response in time, with any status except 5xx; unless push.newcall"}},
		{"blocked", event(ended(push.NewCall, transcript.BlockedEnd)),
			map[string]string{"push.unknown-event": "gap: its connection had a fault, although an earlier connection had none"}},
		{"gone", event(ended(push.NewCall, transcript.NotConnected)), map[string]string{"push.unknown-event": "gap: the receiver was gone: no connection: "}},
		{"a plain push in the same call", about("push.unknown-event", says(push.NewCall, 404, "", "", outgoing)),
			map[string]string{"push.outgoing": "must: status 404" + read2xx + "; unless push.newcall"}},
		{"the hangup of an unknown call, 404", call(says(push.Hangup, 404, "", "")), map[string]string{"trouble.unknown-call": "met"}},
		{"the hangup of an unknown call, 500", call(says(push.Hangup, 500, "", "")),
			map[string]string{"trouble.unknown-call": "should: status 500; want a response in time, with any status except 5xx; unless push.hangup"}},
	})
}

func TestUnknownEventRefusedForItsSignatureIsSurvived(t *testing.T) {
	t.Parallel()
	want := []string{"push.unknown-event: met"}
	for _, status := range []int{401, 403} {
		c := about("push.unknown-event", says("somethingNew", status, "text/plain", "invalid signature", odd))
		if diff := cmp.Diff(want, summaries(requirements.JudgeCall(c, receiver), "push.unknown-event")); diff != "" {
			t.Errorf("status %d: JudgeCall mismatch (-want +got):\n%s", status, diff)
		}
	}
}
