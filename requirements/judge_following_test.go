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

func TestFollowUpIsJudgedOnlyByItsStatusAndItsTime(t *testing.T) {
	t.Parallel()
	refused := func(x *transcript.Exchange) { x.Failure = endpoint.ConnectionRefused }
	tests := []struct {
		name string
		x    transcript.Exchange
		want map[string]string
	}{
		{"accepted", says(push.Hangup, 200, "", ""), map[string]string{"following.reachable": "met", "push.hangup": "met"}},
		{"refused", says(push.Hangup, 500, "", ""),
			map[string]string{"following.reachable": "met", "push.hangup": "must: status 500" + any2xx}},
		{"304 is no redirect", says(push.Hangup, 304, "", ""),
			map[string]string{"following.reachable": "met", "push.hangup": "must: status 304" + any2xx}},
		{"302 is", says(push.Hangup, 302, "", "", func(x *transcript.Exchange) { x.Header = http.Header{"Location": {"/other"}} }),
			map[string]string{"following.reachable": "met", "push.hangup": "gap: the push was redirected; because transport.no-redirect", "transport.no-redirect": `must: status 302, Location "/other"; want a response at the follow-up URL itself`}},
		{"timed out: nothing shows that anybody is there", ended(push.Hangup, transcript.TimedOut),
			map[string]string{"push.hangup": "must: no response within 10 s" + any2xx}},
		{"late", ended(push.Hangup, transcript.Late, status(200)),
			map[string]string{"following.reachable": "met", "push.hangup": "must: incomplete in time after 10.0 s" + any2xx}},
		{"complete after sipgate gave up", says(push.Hangup, 200, "", "", took(12*time.Second, 30*time.Second)),
			map[string]string{"following.reachable": "met", "push.hangup": "must: complete after 12.0 s" + any2xx}},
		{"complete at the last moment", says(push.Hangup, 200, "", "", took(10*time.Second, 30*time.Second)),
			map[string]string{"following.reachable": "met", "push.hangup": "met"}},
		{"dropped: somebody is there", ended(push.Hangup, transcript.Dropped, detail("connection reset by peer")),
			map[string]string{"following.reachable": "met", "push.hangup": "must: the receiver closed the connection without a response" + any2xx}},
		{"another protocol, whatever its status", ended(push.Hangup, transcript.NotHTTP, status(200), detail(`the response says that it is "HTTP/2.0"`)),
			map[string]string{"following.reachable": "met", "push.hangup": `must: not HTTP: the response says that it is "HTTP/2.0"; want a 2xx status, in time`}},
		{"endless headers after a good status", ended(push.Hangup, transcript.HeadersTooLong, status(200)),
			map[string]string{"following.reachable": "met", "push.hangup": "must: headers too long" + any2xx}},
		{"never ended in a run in a hurry: it is discarded", ended(push.Hangup, transcript.NeverEnded, status(200), took(2*time.Second, 2*time.Second)),
			map[string]string{"following.reachable": "met", "push.hangup": "met"}},
		{"never ended in a run in no hurry", ended(push.Hangup, transcript.NeverEnded, status(200), took(10001*time.Millisecond, 30*time.Second)),
			map[string]string{"following.reachable": "met", "push.hangup": "met"}},
		{"never ended, after a bad status", ended(push.Hangup, transcript.NeverEnded, status(500), took(2*time.Second, 2*time.Second)),
			map[string]string{"following.reachable": "met", "push.hangup": "must: status 500, never ended" + any2xx}},
		{"cut off before its status", ended(push.Hangup, transcript.Truncated, detail("unexpected EOF")),
			map[string]string{"push.hangup": "must: truncated: unexpected EOF" + any2xx}},
		{"status 404", says(push.Hangup, 404, "", ""),
			map[string]string{"following.reachable": "must: status 404; want a receiver for hangup pushes at https://receiver.example/follow", "push.hangup": "gap: the follow-up URL does not accept the push; because following.reachable"}},
		{"404 in a response that is cut off", ended(push.Hangup, transcript.Truncated, status(404)),
			map[string]string{"following.reachable": "must: status 404; want a receiver for hangup pushes at https://receiver.example/follow", "push.hangup": "gap: the follow-up URL does not accept the push; because following.reachable"}},
		{"no connection to another origin", ended(push.Hangup, transcript.NotConnected, to(elsewhere), refused),
			map[string]string{"following.reachable": "must: no connection: connection refused; want a receiver for hangup pushes at https://elsewhere.example/follow", "push.hangup": "gap: the follow-up URL does not accept the push; because following.reachable"}},
		{"the receiver gone", ended(push.Hangup, transcript.NotConnected, refused),
			map[string]string{"push.hangup": "gap: the receiver was gone: no connection: connection refused"}},
	}
	var calls []judgedCall
	for _, test := range tests {
		calls = append(calls, judgedCall{test.name, one(test.x), test.want})
	}
	checkInWords(t, receiver, calls)
}

// In a call that is judged as a whole, a refused push counts for itself only if it is plain. An accepted push always counts.
func TestFollowUpThatIsNotPlainCountsForItsCall(t *testing.T) {
	t.Parallel()
	ring := says(push.NewCall, 200, "", "")
	nobody := func(x *transcript.Exchange) { x.Push.Users = nil }
	steered := func(c transcript.Call, stimulus string) transcript.Call {
		c.Steered, c.Stimulus = true, stimulus
		return c
	}
	state := in("incoming-answered", ring, says(push.Hangup, 500, "", ""))
	state.Stimulus = "state.once"
	tests := []judgedCall{
		{"an outgoing call's hangup refused", in("outgoing-answered", says(push.Hangup, 500, "", "", outgoing)),
			map[string]string{"call.answered": "must: the hangup push on Doc's leg: status 500" + byItself + "; unless push.hangup", "following.reachable": "met"}},
		{"an outgoing call's answer accepted", in("outgoing-answered", says(push.Answer, 200, "", "", outgoing, nobody)),
			map[string]string{"call.answered": "met", "following.reachable": "met", "push.answer-without-user": "met"}},
		{"an outgoing call's hangup gets 404", in("outgoing-answered", says(push.Hangup, 404, "", "", outgoing)),
			map[string]string{"call.answered": "must: the hangup push on Doc's leg: status 404" + byItself + "; unless following.reachable", "following.reachable": "must: status 404; want a receiver for hangup pushes at https://receiver.example/follow", "push.hangup": "gap: the follow-up URL does not accept the push; because following.reachable"}},
		{"a colleague's hangup gets 404", in("internal-answered", says(push.Hangup, 404, "", "", outgoing)),
			map[string]string{"call.internal": "must: the hangup push on Doc's leg: status 404" + byItself + "; unless following.reachable, call.answered"}},
		{"the hangup of a busy line refused", in("incoming-busy", says(push.Hangup, 500, "", "", endsBy(push.Busy))),
			map[string]string{"call.unanswered": "must: the hangup push on Doc's leg: status 500" + byItself + "; unless push.hangup-causes, push.hangup", "following.reachable": "met"}},
		{"a transfer's second answer accepted", in("transfer-answered", transferred()...),
			map[string]string{"call.transfer-answered": "met", "following.answer-url": "met 2 times", "following.every-leg": "met", "following.hangup-too": "met 2 times", "following.hangup-url": "met 2 times", "following.reachable": "met 3 times", "push.answer": "met", "push.newcall": "met"}},
		{"the hangup after the receiver's own action accepted", steered(in("incoming-answered", says(push.NewCall, 200, xml, rejects), says(push.Hangup, 200, "", "", endsBy(push.NoAnswer))), ""),
			map[string]string{"call.answered": "not applicable: the receiver steers every such call itself; name a number that it lets through, --numbers through=NUMBER", "call.steered": "met", "following.hangup-url": "met", "following.reachable": "met", "push.hangup": "met", "push.hangup-causes": "met", "push.newcall": "met", "reject.reason": "met"}},
		{"an odd hangup refused after the receiver's own action", steered(in("incoming-answered", ring, says(push.Hangup, 500, "", "", endsBy("chanunavail"), odd)), "push.unknown-cause"),
			map[string]string{"call.steered": "must: the hangup push on Doc's leg: status 500" + byItself + "; unless push.unknown-cause, push.hangup, call.unanswered, push.unknown-cause; else push.hangup", "following.reachable": "met", "push.newcall": "met", "push.unknown-cause": "should: status 500" + any2xx + "; unless push.hangup; else push.hangup"}},
		{"a plain hangup accepted after the receiver's own action is met once", steered(in("incoming-answered", ring, says(push.Hangup, 200, "", "")), ""),
			map[string]string{"call.answered": "not applicable: the receiver steers every such call itself; name a number that it lets through, --numbers through=NUMBER", "call.steered": "met", "following.reachable": "met", "push.hangup": "met", "push.newcall": "met"}},
		{"an answer accepted after the receiver's own action is no hangup", steered(in("incoming-answered", ring, says(push.Answer, 200, "", "")), ""),
			map[string]string{"call.answered": "not applicable: the receiver steers every such call itself; name a number that it lets through, --numbers through=NUMBER", "call.steered": "met", "following.reachable": "met", "push.answer": "met", "push.newcall": "met"}},
		{"an odd hangup accepted after the receiver's own action is no plain one", steered(in("incoming-answered", ring, says(push.Hangup, 200, "", "", endsBy("chanunavail"), odd)), "push.unknown-cause"),
			map[string]string{"call.steered": "met", "following.reachable": "met", "push.newcall": "met", "push.unknown-cause": "met"}},
		{"a hangup of another cause accepted without an action of the receiver is no plain one", one(ring, says(push.Hangup, 200, "", "", endsBy(push.Busy))),
			map[string]string{"following.reachable": "met", "push.hangup-causes": "met", "push.newcall": "met"}},
		{"a hangup refused in a call that is about its state", state, map[string]string{"following.reachable": "met", "push.newcall": "met"}},
	}
	checkInWords(t, receiver, tests)
}

func TestRefusedPushAfterAnOddOneIsAFindingOfTheOddOne(t *testing.T) {
	t.Parallel()
	ring, hangup := says(push.NewCall, 200, "", "", odd), says(push.Hangup, 500, "", "")
	answer := says(push.Answer, 200, "", "")
	tests := []judgedCall{
		{"an odd answer", about("push.answer-without-user", says(push.NewCall, 200, "", ""), says(push.Answer, 500, "", "", odd)),
			map[string]string{"following.reachable": "met", "push.answer-without-user": "must: status 500" + any2xx + "; unless push.answer; else push.answer", "push.newcall": "met"}},
		{"an odd answer accepted", about("push.answer-without-user", says(push.NewCall, 200, "", ""), says(push.Answer, 200, "", "", odd)),
			map[string]string{"following.reachable": "met", "push.answer-without-user": "met", "push.newcall": "met"}},
		{"an odd answer gets 410", about("push.answer-without-user", says(push.NewCall, 200, "", ""), says(push.Answer, 410, "", "", odd)),
			map[string]string{"push.answer-without-user": "must: status 410" + any2xx + "; unless following.reachable; else push.answer", "push.newcall": "met"}},
		{"a plain hangup after an odd newCall", about("push.user-empty", ring, answer, hangup),
			map[string]string{"following.reachable": "met 2 times", "push.answer": "met", "push.user-empty": "met | must: status 500" + any2xx + "; unless push.hangup"}},
		{"a plain hangup before anything odd", about("push.hangup-causes", says(push.NewCall, 200, "", ""), hangup),
			map[string]string{"following.reachable": "met", "push.hangup": "must: status 500" + any2xx, "push.newcall": "met"}},
		{"two odd pushes", about("push.anonymous-caller", ring, says(push.Hangup, 500, "", "", odd)),
			map[string]string{"following.reachable": "met", "push.anonymous-caller": "met | must: status 500" + any2xx + "; unless push.hangup; else push.hangup"}},
		{"a hangup after a newCall with several users", about("push.group-call", ring, hangup),
			map[string]string{"following.reachable": "met", "push.group-call": "met | must: status 500" + any2xx + "; unless push.hangup, call.group"}},
		{"a hangup after odd digits", about("push.dtmf-any-key", says(push.NewCall, 200, "", ""), says(push.DTMF, 200, "", "", odd), hangup),
			map[string]string{"following.reachable": "met 2 times", "push.dtmf-any-key": "met | must: status 500" + any2xx + "; unless push.hangup, call.menu", "push.newcall": "met"}},
		{"a hangup after a push in another encoding: that is about the signature", about("signature.any-body", ring, hangup),
			map[string]string{"following.reachable": "met", "push.hangup": "must: status 500" + any2xx, "signature.any-body": "met"}},
		{"a hangup of another cause in a scenario of the user", one(answer, says(push.Hangup, 500, "", "", endsBy(push.Busy))),
			map[string]string{"following.reachable": "met 2 times", "push.answer": "met", "push.hangup-causes": "must: status 500" + any2xx + "; unless push.hangup"}},
	}
	checkInWords(t, receiver, tests)
}

func TestFixOfARedirectedFollowUpNamesItsLocation(t *testing.T) {
	t.Parallel()
	const want = "Name the final URL in the response to the newCall, with scheme, host and closing slash as the receiver serves it."
	for _, j := range requirements.JudgeCall(one(says(push.Answer, 302, "", "")), receiver) {
		for _, f := range j.Findings {
			if f.Fix != want {
				t.Errorf("%s: the fix is %q, want %q", f.Requirement, f.Fix, want)
			}
		}
	}
}

func TestAURLThatCannotBeParsedHasNoOrigin(t *testing.T) {
	t.Parallel()
	for raw, want := range map[string]string{"https://receiver.example/%zz": "", "https://receiver.example/follow?x=1": "https://receiver.example"} {
		if got := requirements.OriginOf(raw); got != want {
			t.Errorf("OriginOf(%q) = %q, want %q", raw, got, want)
		}
	}
}
