package requirements_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// verifying is a receiver that has the public half of the key with which pushes are signed. behindProxy is one that accepts them because of
// their X-Forwarded-For.
var (
	verifying   = requirements.Target{Origins: receiver.Origins, Signed: true}
	behindProxy = requirements.Target{Origins: receiver.Origins, Signed: true, Proxied: true}
)

// through is an exchange whose push came over a proxy.
func through(x transcript.Exchange) transcript.Exchange {
	h := http.Header{"X-Forwarded-For": {"217.116.118.254"}}
	for name, values := range x.SentHeader {
		h[name] = values
	}
	x.SentHeader = h
	return x
}

func TestFindingOfAForgedPushNamesItsResponseAndTheNextOne(t *testing.T) {
	t.Parallel()
	const (
		missing, forged = "signature.missing", "signature.forged"
		refuse          = "must, exchange 0: want the push refused: a status other than 2xx, an Error document, or the connection closed, got "
		live            = "must, exchange 0: want the push refused, and the next one, signed correctly, accepted, got "
		within          = "should, exchange 0: want the push refused within 10 s, got "
		tooSoon         = "no complete response within 2s, the limit of this run; sipgate waits longer"
	)
	good, silent := withSignature(says(push.NewCall, 200, xml, both)), withSignature(says(push.NewCall, 200, "", ""))
	refused := says(push.NewCall, 403, "", "")
	hurry := took(2*time.Second, 2*time.Second)
	blocked := ended(push.NewCall, transcript.BlockedEnd)
	takes := func(body string) transcript.Exchange { return withSignature(says(push.NewCall, 200, xml, body)) }
	tests := []struct {
		name      string
		exchanges []transcript.Exchange // the first is forged
		want      string
		shown     bool // it shows that the receiver verifies
	}{
		{"refused, and the next one accepted", []transcript.Exchange{refused, good}, "met", true},
		{"accepted with a Response", []transcript.Exchange{says(push.NewCall, 200, xml, both), good}, refuse + "status 200 with a Response, as if sipgate had sent it", false},
		{"accepted with a response in lower case", []transcript.Exchange{says(push.NewCall, 200, xml, "<response/>"), takes("<response/>")}, refuse + "status 200 with a Response, as if sipgate had sent it", false},
		{"accepted with an empty body", []transcript.Exchange{says(push.NewCall, 204, "", ""), silent}, refuse + "status 204, as if sipgate had sent it", false},
		{"accepted with a Response, and nothing sent after it", []transcript.Exchange{says(push.NewCall, 200, xml, both)}, refuse + "status 200 with a Response, as if sipgate had sent it", false},
		{"ignored by a receiver that subscribes only to answers", []transcript.Exchange{says(push.NewCall, 200, "", ""), takes(`<Response onAnswer="` + followUp + `"/>`)}, "met", true},
		{"ignored by a receiver that subscribes only to hangups", []transcript.Exchange{says(push.NewCall, 200, "", ""), takes(`<Response onHangup="` + followUp + `"/>`)}, "met", true},
		{"ignored by a receiver that steers the call", []transcript.Exchange{says(push.NewCall, 200, "", ""), takes("<Response><Reject/></Response>")}, "met", true},
		{"refused in another document by a receiver that takes part in no call", []transcript.Exchange{says(push.NewCall, 200, xml, `<Error message="no"/>`), silent}, "met", true},
		{"refused in a sentence by a receiver that takes part in no call", []transcript.Exchange{says(push.NewCall, 200, "text/plain", "invalid signature"), silent}, "met", true},
		{"not sent, since the transport is no longer in order", []transcript.Exchange{blocked, good}, "gap: its connection had a fault, although an earlier connection had none", false},

		{"nothing sent after it", []transcript.Exchange{refused}, "gap: no other push was sent after it", false},
		{"passed over perhaps, and nothing sent after it", []transcript.Exchange{says(push.NewCall, 200, "", "")}, "gap: no other push was sent after it", false},
		{"nothing but another forged one after it", []transcript.Exchange{refused, strange(refused)}, "gap: no other push was sent after it", false},
		{"nothing but a hangup after it", []transcript.Exchange{refused, says(push.Hangup, 200, "", "")}, "gap: no other push was sent after it", false},
		{"the run interrupted after it", []transcript.Exchange{refused, ended(push.NewCall, transcript.Interrupted)}, "gap: the next push: the run was interrupted", false},
		{"the transport no longer in order after it", []transcript.Exchange{refused, blocked}, "gap: the next push: its connection had a fault, although an earlier connection had none", false},
		{"the next one not waited for as long as sipgate does", []transcript.Exchange{refused, ended(push.NewCall, transcript.TimedOut, hurry)}, "gap: the next push: " + tooSoon, false},
		{"the next one refused for its signature", []transcript.Exchange{refused, withSignature(says(push.NewCall, 401, "", "invalid signature"))},
			`gap because signature.valid: the receiver checks signatures and refuses this one: it says "invalid signature"; does it have the public half of --sign-key?`, false},
		{"the next one refused for its signature in an Error document, with status 200", []transcript.Exchange{refused, withSignature(says(push.NewCall, 200, xml, bad))},
			`gap because signature.valid: the receiver checks signatures and refuses this one: it says "Signature verification failed."; does it have the public half of --sign-key?`, false},
		{"the next one refused for something else: it refuses everything", []transcript.Exchange{refused, withSignature(says(push.NewCall, 500, "", ""))}, live + "status 403; the next push: status 500", false},
		{"the next push accepted after sipgate gives up", []transcript.Exchange{refused, withSignature(says(push.NewCall, 200, xml, both, took(12*time.Second, 30*time.Second)))}, live + "status 403; the next push: status 200 after 12.0 s", true},
		{"fallen over", []transcript.Exchange{ended(push.NewCall, transcript.Dropped), withSignature(ended(push.NewCall, transcript.NotConnected))}, live + "the receiver closed the connection without a response; the next push: no connection: ", true},

		{"left without a response", []transcript.Exchange{ended(push.NewCall, transcript.TimedOut), good}, within + "no response within 10 s", true},
		{"left with half a response", []transcript.Exchange{ended(push.NewCall, transcript.Late), good}, within + "incomplete in time after 10.0 s", true},
		{"left with a response without an end", []transcript.Exchange{ended(push.NewCall, transcript.NeverEnded, status(403)), good}, within + "never ended after 10.0 s", true},
		{"not waited for as long as sipgate does", []transcript.Exchange{ended(push.NewCall, transcript.TimedOut, hurry), good}, "gap: " + tooSoon, true},
	}
	for _, test := range tests {
		for _, id := range []string{missing, forged} {
			c := about(id, test.exchanges...)
			c.Exchanges[0] = strange(c.Exchanges[0])
			if diff := cmp.Diff([]string{id + ": " + test.want}, slices.Compact(summaries(requirements.JudgeCall(c, verifying), id))); diff != "" {
				t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
			}
			if shown := slices.Contains(requirements.Shown(c), requirements.CanSignature); shown != test.shown {
				t.Errorf("%s: %s shows that the receiver verifies: %t, want %t", test.name, id, shown, test.shown)
			}
		}
	}
	gone := strange(ended(push.NewCall, transcript.NotConnected))
	for id, want := range map[string]string{
		missing: missing + ": gap because " + forged + ": the receiver was gone: no connection: ", // forged ones come first
		forged:  forged + ": gap: the receiver was gone: no connection: ",
	} {
		if diff := cmp.Diff([]string{want}, summaries(requirements.JudgeCall(about(id, gone, good), verifying), id)); diff != "" {
			t.Errorf("%s of a receiver that is gone: mismatch (-want +got):\n%s", id, diff)
		}
	}
}

func TestFindingOfAForgedPushIsExcusedByTheFaultOfTheNextPush(t *testing.T) {
	t.Parallel()
	refused := strange(says(push.NewCall, 403, "", ""))
	for name, test := range map[string]struct {
		next transcript.Exchange
		want string
	}{
		"refused":    {says(push.NewCall, 500, "", ""), "must unless push.newcall"},
		"gone":       {ended(push.NewCall, transcript.NotConnected), "must unless push.newcall"},
		"timed out":  {ended(push.NewCall, transcript.TimedOut), "must unless response.in-time"},
		"redirected": {says(push.NewCall, 307, "", ""), "must unless transport.no-redirect"},
	} {
		got := exceptMet(requirements.JudgeCall(about("signature.missing", refused, withSignature(test.next)), verifying))
		if diff := cmp.Diff(map[string]string{"signature.missing": test.want}, got); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", name, diff)
		}
	}
}

func TestPlainPushesAroundAForgedOneAreJudgedAsAnyOther(t *testing.T) {
	t.Parallel()
	const missing = "signature.missing"
	ring, good := withSignature(says(push.NewCall, 200, xml, both)), withSignature(says(push.NewCall, 200, xml, both))
	hangup := strange(says(push.Hangup, 403, "", ""))
	tests := []struct {
		name string
		c    transcript.Call
		want map[string]string
	}{
		{"the next push, responded to with a wrong type", about(missing, strange(says(push.NewCall, 403, "", "")), withSignature(says(push.NewCall, 200, "text/html", both))),
			map[string]string{"response.content-type": "must"}},
		{"the next push, refused, is held against the forged one alone", about(missing, strange(says(push.NewCall, 403, "", "")), withSignature(says(push.NewCall, 500, "", ""))),
			map[string]string{missing: "must unless push.newcall"}},
		{"the ring before a forged hangup, refused", about(missing, withSignature(says(push.NewCall, 500, "", ""))),
			map[string]string{"push.newcall": "must", "push.encoded-brackets": "must, gap because push.newcall"}},
		{"the answer before a forged hangup, refused", about(missing, ring, withSignature(says(push.Answer, 500, "", "")), hangup, good), map[string]string{"push.answer": "must"}},
		{"the hangup after a forged answer, refused, and nothing after it", about(missing, ring, strange(says(push.Answer, 403, "", "")), withSignature(says(push.Hangup, 500, "", ""))),
			map[string]string{"push.hangup": "must"}},
		{"the hangup after a forged answer, accepted, is not read", about(missing, ring, strange(says(push.Answer, 403, "", "")), withSignature(says(push.Hangup, 204, "", ""))), map[string]string{}},
		{"the last push of a call without a forged one", one(ring, says(push.NewCall, 500, "", "", secondLeg)), map[string]string{
			"push.diversion": "must unless push.newcall", "following.every-leg": "gap because push.diversion"}},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, exceptMet(requirements.JudgeCall(test.c, verifying))); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestOnlyForgedPushesShowThatAReceiverVerifies(t *testing.T) {
	t.Parallel()
	good, silent := withSignature(says(push.NewCall, 200, xml, both)), withSignature(says(push.NewCall, 200, "", ""))
	for name, c := range map[string]transcript.Call{
		"nothing sent":                      about("signature.missing"),
		"another odd push refused":          about("push.odd-caller", strange(says(push.NewCall, 403, "", "")), good),
		"a plain ring before a forged push": about("signature.missing", silent, strange(says(push.Hangup, 403, "", "")), good),
	} {
		if slices.Contains(requirements.Shown(c), requirements.CanSignature) {
			t.Errorf("%s: it shows that the receiver verifies, want it not to", name)
		}
	}
}

func TestRefusalIsAFindingOfTheVerificationOnlyIfThePushIsSigned(t *testing.T) {
	t.Parallel()
	const (
		newCall, odd, body, golden, proxy = "push.newcall", "push.odd-caller", "signature.any-body", "push.golden-capture", "signature.any-proxy"
		noKey                             = `the receiver checks signatures and refuses a push without one: it says "invalid signature"; give it a public key of yours, and pushcheck the private half with --sign-key`
		inOrder                           = `the receiver checks signatures and refuses this one, which is signed correctly: it says "invalid signature"`
		origin                            = `the receiver checks where a push comes from and refuses this one: it says "IP address not allowed"; make it look as if it comes from sipgate: --header 'X-Forwarded-For: 217.116.118.254'`
		written                           = body + ": must, exchange 0: want a correctly signed push accepted, however its fields are written, got "
		unproxied                         = `gap because signature.any-proxy: the receiver says "invalid signature" about a signed push without X-Forwarded-For, and accepts one with it: to judge the rest, set the header with --header 'X-Forwarded-For: 217.116.118.254'`
	)
	refused, elsewhere, silent := says(push.NewCall, 401, "", "invalid signature"), says(push.NewCall, 403, "", "IP address not allowed"), says(push.NewCall, 403, "", "")
	taken, key := says(push.NewCall, 200, xml, both), withSignature
	genuine := func(x transcript.Exchange) transcript.Exchange {
		x.Body, _ = push.GenuinePush()
		return strange(key(x))
	}
	tests := []struct {
		name   string
		c      transcript.Call
		target requirements.Target
		want   []string
	}{
		{"a signature with a key that is not known to be the receiver's", one(key(refused)), receiver, []string{newCall + ": gap: " + noKey}},
		{"no signature, in a run that signs", one(refused), verifying, []string{newCall + ": gap: " + noKey}},
		{"a good signature", one(key(refused)), verifying, []string{
			"signature.valid: must, exchange 0: want a correctly signed push accepted, got status 401, which says \"invalid signature\"",
			newCall + `: gap because signature.valid: the receiver checks signatures and refuses this one: it says "invalid signature"; does it have the public half of --sign-key?`}},
		{"a good signature of an odd push", about(odd, strange(key(refused))), verifying, []string{
			body + ": must, exchange 0: want a correctly signed push accepted, got status 401, which says \"invalid signature\"", odd + ": gap because signature.any-body: " + inOrder}},
		{"an accepted odd push does not judge the signature of plain ones", about(odd, strange(key(taken))), verifying, []string{odd + ": met"}},
		{"a plain push accepted without a signature", one(taken), verifying, []string{newCall + ": met"}},
		{"another encoding, refused in words", about(body, strange(key(refused))), verifying, []string{written + `status 401, which says "invalid signature"`}},
		{"another encoding, refused without a word", about(body, strange(key(silent))), verifying, []string{written + "status 403"}},
		{"another encoding, asked for credentials", about(body, strange(key(says(push.NewCall, 401, "", "")))), verifying, []string{written + "status 401"}},
		{"another encoding, refused for its origin", about(body, strange(key(elsewhere))), verifying, nil},
		{"another encoding, refused for something else", about(body, strange(key(says(push.NewCall, 400, "", "no user")))), verifying, nil},
		{"sipgate's own signature, refused: it is not by the receiver's key", about(golden, genuine(refused)), verifying, []string{golden + ": not applicable: the receiver refuses sipgate's own signature: it verifies with another key"}},
		{"sipgate's own signature, refused for its origin", about(golden, genuine(elsewhere)), verifying, []string{golden + ": gap: " + origin}},
		{"sipgate's own push with fresh ids, accepted in a run that does not sign", about(golden, strange(taken)), receiver, []string{golden + ": met"}},
		{"sipgate's own push with fresh ids, refused for its signature", about(golden, strange(key(refused))), verifying, []string{
			body + ": must, exchange 0: want a correctly signed push accepted, got status 401, which says \"invalid signature\"", golden + ": gap because signature.any-body: " + inOrder}},
		{"over no proxy", about(proxy, strange(key(refused))), verifying, []string{
			proxy + `: should, exchange 0: want a response with a 2xx status, in time, got status 401, which says "invalid signature", with X-Forwarded-For: none`}},
		{"over a proxy", about(proxy, strange(through(key(refused)))), verifying, []string{
			proxy + `: should, exchange 0: want a response with a 2xx status, in time, got status 401, which says "invalid signature", with X-Forwarded-For: 217.116.118.254`}},

		{"behind a proxy: over none", about(proxy, strange(key(refused))), behindProxy, []string{
			proxy + `: should, exchange 0: want the push accepted, as it is with X-Forwarded-For, got status 401, which says "invalid signature", with X-Forwarded-For: none`,
			proxy + ": " + strings.Replace(unproxied, " because "+proxy, "", 1), "signature.valid: " + unproxied}},
		{"behind a proxy: a plain push", one(key(refused)), behindProxy, []string{"signature.valid: " + unproxied, newCall + ": " + unproxied}},
		{"behind a proxy: a plain push over one", one(through(key(refused))), behindProxy, []string{
			"signature.valid: must, exchange 0: want a correctly signed push accepted, got status 401, which says \"invalid signature\"",
			newCall + `: gap because signature.valid: the receiver checks signatures and refuses this one: it says "invalid signature"; does it have the public half of --sign-key?`}},
		{"behind a proxy: a plain push without a signature", one(refused), behindProxy, []string{newCall + ": gap: " + noKey}},
		{"behind a proxy: a plain push from elsewhere", one(key(elsewhere)), behindProxy, []string{newCall + ": gap: " + origin}},
	}
	for _, test := range tests {
		js := requirements.JudgeCall(test.c, test.target)
		got := append(summaries(js, "signature."), summaries(js, "push.")...)
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
	of := func(c transcript.Call) string {
		return exceptMet(requirements.JudgeCall(c, verifying))["signature.any-body"]
	}
	for _, c := range []transcript.Call{about(odd, strange(key(refused))), about(body, strange(key(refused)))} {
		if got, want := of(c), "must unless push.newcall"; got != want {
			t.Errorf("%s: signature.any-body is %q, want %q: who refuses plain pushes minds more than the writing", c.Stimulus, got, want)
		}
	}
	if got, want := exceptMet(requirements.JudgeCall(one(key(refused)), verifying))["signature.valid"], "must"; got != want {
		t.Errorf("signature.valid is %q, want %q: there is nothing plainer", got, want)
	}
}

func TestRefusalWithoutWordsIsAFindingWithAHintAtTheKey(t *testing.T) {
	t.Parallel()
	silent := says(push.NewCall, 403, "", "")
	genuine := strange(withSignature(silent))
	genuine.Body, _ = push.GenuinePush()
	tests := []struct {
		name   string
		c      transcript.Call
		target requirements.Target
		unless string
		hint   bool // at the key
	}{
		{"an unsigned push", one(silent), receiver, "must", true},
		{"a push that is signed with its key", one(withSignature(silent)), verifying, "must", false},
		{"an odd push that is signed with its key", about("push.odd-caller", strange(withSignature(silent))), verifying, "should unless push.newcall, signature.any-body", false},
		{"sipgate's own push, signed with sipgate's", about("push.golden-capture", genuine), verifying, "must unless push.newcall", true},
	}
	for _, test := range tests {
		id := requirements.About(test.c)
		js := requirements.JudgeCall(test.c, test.target)
		if got := exceptMet(js)[id]; got != test.unless {
			t.Errorf("%s: %s is %q, want %q", test.name, id, got, test.unless)
		}
		for _, j := range js {
			if j.Requirement == id && strings.Contains(j.Findings[0].Fix, "--sign-key") != test.hint {
				t.Errorf("%s: the remedy is %q, want a hint at the key: %t", test.name, j.Findings[0].Fix, test.hint)
			}
		}
	}
}

func TestReasonOfARefusedPlainPushExplainsWhatToDo(t *testing.T) {
	t.Parallel()
	refused, elsewhere := says(push.NewCall, 401, "", "invalid signature"), says(push.NewCall, 403, "", "IP address not allowed")
	tests := []struct {
		name    string
		x       transcript.Exchange
		target  requirements.Target
		because string
		away    bool
	}{
		{"signed", withSignature(refused), verifying, "signature.valid", true},
		{"signed with a key that is not known to be the receiver's", withSignature(refused), receiver, "", true},
		{"unsigned", refused, verifying, "", true},
		{"odd", strange(withSignature(refused)), verifying, "", false},
		{"accepted", withSignature(says(push.NewCall, 200, xml, both)), behindProxy, "", false},
		{"behind a proxy", withSignature(refused), behindProxy, "signature.any-proxy", true},
		{"behind a proxy, over one", through(withSignature(refused)), behindProxy, "signature.valid", true},
		{"behind a proxy, for its origin", withSignature(elsewhere), behindProxy, "", true},
		{"behind a proxy, unsigned", refused, behindProxy, "", true},
	}
	for _, test := range tests {
		got, away := requirements.TurnedAway(test.x, test.target)
		if got.Because != test.because || away != test.away || (got.Reason != "") != away {
			t.Errorf("%s: TurnedAway() = %+v, %t, want it because of %q, %t", test.name, got, away, test.because, test.away)
		}
	}
}

func TestReceiverIsProxiedIfOnlyXForwardedForMakesTheDifference(t *testing.T) {
	t.Parallel()
	const proxy = "signature.any-proxy"
	refused, taken := says(push.NewCall, 401, "", "invalid signature"), says(push.NewCall, 200, xml, both)
	over := about(proxy, strange(through(withSignature(taken))))
	plain := one(withSignature(refused))
	elsewhere := one(withSignature(says(push.NewCall, 403, "", "IP address not allowed")))
	tests := []struct {
		name  string
		calls []transcript.Call
		want  bool
	}{
		{"accepted with it, refused without", []transcript.Call{over, plain}, true},
		{"accepted with it", []transcript.Call{over}, false},
		{"refused without", []transcript.Call{plain}, false},
		{"refused with it as well", []transcript.Call{about(proxy, strange(through(withSignature(refused)))), plain}, false},
		{"refused with it in an Error document", []transcript.Call{about(proxy, strange(through(withSignature(says(push.NewCall, 200, xml, bad))))), plain}, false},
		{"refused with it once and accepted once", []transcript.Call{over, about(proxy, strange(through(withSignature(refused)))), plain}, true},
		{"accepted without it as well", []transcript.Call{over, plain, one(withSignature(taken))}, false},
		{"accepted without it and without a signature", []transcript.Call{over, plain, one(taken)}, true},
		{"plain ones accepted with it, set by the user", []transcript.Call{over, plain, one(through(withSignature(taken)))}, true},
		{"an answer accepted without it", []transcript.Call{over, one(withSignature(refused), withSignature(says(push.Answer, 200, "", "")))}, true},
		{"refused without, and another one for its origin", []transcript.Call{over, plain, elsewhere}, true},
		{"refused without, for its origin", []transcript.Call{over, elsewhere}, false},
		{"refused without a signature", []transcript.Call{over, one(refused)}, false},
		{"refused with it, plain", []transcript.Call{over, one(through(withSignature(refused)))}, false},
		{"an odd one refused without", []transcript.Call{over, about("push.odd-caller", strange(withSignature(refused)))}, false},
		{"an odd one accepted without", []transcript.Call{over, plain, about("push.odd-caller", strange(withSignature(taken)))}, true},
		{"accepted without a proxy", []transcript.Call{about(proxy, strange(withSignature(taken))), plain}, false},
		{"another odd one accepted with it", []transcript.Call{about("push.odd-caller", strange(through(withSignature(taken)))), plain}, false},
		{"a plain one of that call accepted with it", []transcript.Call{about(proxy, through(withSignature(taken))), plain}, false},
		{"accepted with it and without a signature", []transcript.Call{about(proxy, strange(through(taken))), plain}, false},
	}
	for _, test := range tests {
		if got := requirements.Proxied(test.calls); got != test.want {
			t.Errorf("%s: Proxied() = %t, want %t", test.name, got, test.want)
		}
	}
}
