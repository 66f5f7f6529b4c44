package requirements_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// signedTarget is a receiver that has the public half of the key that signs the pushes. proxiedTarget has this key too, and refuses signed
// pushes without X-Forwarded-For, the header of proxies.
var (
	signedTarget  = requirements.Target{Origins: receiver.Origins, PushesSigned: true}
	proxiedTarget = requirements.Target{Origins: receiver.Origins, PushesSigned: true, NeedsForwardedFor: true}
)

// Each name begins with the response to the forged push.
func TestFindingOfAForgedPushNamesTheResponsesToItAndToTheGoodPush(t *testing.T) {
	t.Parallel()
	const (
		missing, forged = "signature.missing", "signature.forged"
		wantRefused     = "must, exchange 0: want the push refused: a status other than 2xx, an Error document, or the connection closed, got "
		wantNext        = "must, exchange 0: want the push refused, and the next one, signed correctly, accepted, got "
		wantInTime      = "should, exchange 0: want the push refused within 10 s, got "
		shortLimitText  = "no complete response within 2s, the limit of this run; sipgate waits longer"
	)
	goodPush, emptyGoodPush := withSignature(exchange(push.NewCall, 200, xmlType, bothSubscriptions)), withSignature(exchange(push.NewCall, 200, "", ""))
	refused := exchange(push.NewCall, 403, "", "")
	withShortLimit := withTimes(2*time.Second, 2*time.Second)
	blocked := endedExchange(push.NewCall, transcript.BlockedEnd)
	goodPushWith := func(anyBody string) transcript.Exchange {
		return withSignature(exchange(push.NewCall, 200, xmlType, anyBody))
	}
	tests := []struct {
		name      string
		exchanges []transcript.Exchange // the first push is forged
		want      string
		shown     bool // the call shows that the receiver verifies
	}{
		{"refused, good push accepted: met", []transcript.Exchange{refused, goodPush}, "met", true},
		{"accepted with a Response: finding", []transcript.Exchange{exchange(push.NewCall, 200, xmlType, bothSubscriptions), goodPush}, wantRefused + "status 200 with a Response, as if sipgate had sent it", false},
		{"accepted with a response in lower case: finding", []transcript.Exchange{exchange(push.NewCall, 200, xmlType, "<response/>"), goodPushWith("<response/>")}, wantRefused + "status 200 with a Response, as if sipgate had sent it", false},
		{"accepted with an empty body: finding", []transcript.Exchange{exchange(push.NewCall, 204, "", ""), emptyGoodPush}, wantRefused + "status 204, as if sipgate had sent it", false},
		{"accepted with a Response, no good push sent: finding", []transcript.Exchange{exchange(push.NewCall, 200, xmlType, bothSubscriptions)}, wantRefused + "status 200 with a Response, as if sipgate had sent it", false},
		{"empty body, good push gets onAnswer only: met", []transcript.Exchange{exchange(push.NewCall, 200, "", ""), goodPushWith(`<Response onAnswer="` + followUpURL + `"/>`)}, "met", true},
		{"empty body, good push gets onHangup only: met", []transcript.Exchange{exchange(push.NewCall, 200, "", ""), goodPushWith(`<Response onHangup="` + followUpURL + `"/>`)}, "met", true},
		{"empty body, good push gets a Reject: met", []transcript.Exchange{exchange(push.NewCall, 200, "", ""), goodPushWith("<Response><Reject/></Response>")}, "met", true},
		{"Error document, good push gets an empty body: met", []transcript.Exchange{exchange(push.NewCall, 200, xmlType, `<Error message="no"/>`), emptyGoodPush}, "met", true},
		{"sentence about the signature, good push gets an empty body: met", []transcript.Exchange{exchange(push.NewCall, 200, "text/plain", "invalid signature"), emptyGoodPush}, "met", true},
		{"forged push blocked: gap", []transcript.Exchange{blocked, goodPush}, "gap: the connection had a fault, although an earlier connection had none", false},

		{"refused, no good push sent: gap", []transcript.Exchange{refused}, "gap: no good push was sent after it", false},
		{"empty body, no good push sent: gap", []transcript.Exchange{exchange(push.NewCall, 200, "", "")}, "gap: no good push was sent after it", false},
		{"refused, only another forged push after it: gap", []transcript.Exchange{refused, oddExchange(refused)}, "gap: no good push was sent after it", false},
		{"refused, only a hangup after it: gap", []transcript.Exchange{refused, exchange(push.Hangup, 200, "", "")}, "gap: no good push was sent after it", false},
		{"refused, run interrupted: gap", []transcript.Exchange{refused, endedExchange(push.NewCall, transcript.Interrupted)}, "gap: the next push: the run was interrupted", false},
		{"refused, good push blocked: gap", []transcript.Exchange{refused, blocked}, "gap: the next push: the connection had a fault, although an earlier connection had none", false},
		{"refused, good push timed out after 2 s: gap", []transcript.Exchange{refused, endedExchange(push.NewCall, transcript.TimedOut, withShortLimit)}, "gap: the next push: " + shortLimitText, false},
		{"refused, good push refused because of its signature: gap", []transcript.Exchange{refused, withSignature(exchange(push.NewCall, 401, "", "invalid signature"))},
			`gap because signature.valid: the receiver checks signatures and refuses this one: it says "invalid signature"; does it have the public half of --sign-key?`, false},
		{"refused, good push refused because of its signature in an Error document: gap", []transcript.Exchange{refused, withSignature(exchange(push.NewCall, 200, xmlType, signatureError))},
			`gap because signature.valid: the receiver checks signatures and refuses this one: it says "Signature verification failed."; does it have the public half of --sign-key?`, false},
		{"refused, good push gets status 500: finding", []transcript.Exchange{refused, withSignature(exchange(push.NewCall, 500, "", ""))}, wantNext + "status 403; the next push: status 500", false},
		{"refused, good push complete after 12 s: finding", []transcript.Exchange{refused, withSignature(exchange(push.NewCall, 200, xmlType, bothSubscriptions, withTimes(12*time.Second, 30*time.Second)))}, wantNext + "status 403; the next push: status 200 after 12.0 s", true},
		{"dropped, no connection for the good push: finding", []transcript.Exchange{endedExchange(push.NewCall, transcript.Dropped), withSignature(endedExchange(push.NewCall, transcript.NotConnected))}, wantNext + "the receiver closed the connection without a response; the next push: no connection: ", true},

		{"timed out, good push accepted: warning", []transcript.Exchange{endedExchange(push.NewCall, transcript.TimedOut), goodPush}, wantInTime + "no response within 10 s", true},
		{"incomplete after 10 s, good push accepted: warning", []transcript.Exchange{endedExchange(push.NewCall, transcript.Late), goodPush}, wantInTime + "incomplete in time after 10.0 s", true},
		{"never ended, good push accepted: warning", []transcript.Exchange{endedExchange(push.NewCall, transcript.NeverEnded, withStatus(403)), goodPush}, wantInTime + "never ended after 10.0 s", true},
		{"timed out after 2 s, good push accepted: gap", []transcript.Exchange{endedExchange(push.NewCall, transcript.TimedOut, withShortLimit), goodPush}, "gap: " + shortLimitText, true},
	}
	for _, test := range tests {
		for _, id := range []string{missing, forged} {
			c := callFor(id, test.exchanges...)
			c.Exchanges[0] = oddExchange(c.Exchanges[0])
			if diff := cmp.Diff([]string{id + ": " + test.want}, slices.Compact(summarize(requirements.JudgeCall(c, signedTarget), id))); diff != "" {
				t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
			}
			if shown := slices.Contains(requirements.CapabilitiesShownBy(c), requirements.CanSignature); shown != test.shown {
				t.Errorf("%s: %s shows that the receiver verifies: %t, want %t", test.name, id, shown, test.shown)
			}
		}
	}
	notConnected := oddExchange(endedExchange(push.NewCall, transcript.NotConnected))
	for id, want := range map[string]string{
		missing: missing + ": gap because " + forged + ": the receiver was gone: no connection: ", // calls for signature.forged are played before
		forged:  forged + ": gap: the receiver was gone: no connection: ",
	} {
		if diff := cmp.Diff([]string{want}, summarize(requirements.JudgeCall(callFor(id, notConnected, goodPush), signedTarget), id)); diff != "" {
			t.Errorf("%s of a receiver that is gone: mismatch (-want +got):\n%s", id, diff)
		}
	}
}

func TestFindingOfAForgedPushIsExcusedByTheFaultOfTheGoodPush(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		next transcript.Exchange
		want string
	}{
		"good push gets status 500":   {exchange(push.NewCall, 500, "", ""), "must unless push.newcall"},
		"no connection for good push": {endedExchange(push.NewCall, transcript.NotConnected), "must unless push.newcall"},
		"good push timed out":         {endedExchange(push.NewCall, transcript.TimedOut), "must unless response.in-time"},
		"good push redirected":        {exchange(push.NewCall, 307, "", ""), "must unless transport.no-redirect"},
	} {
		for _, status := range []int{403, 200} { // status 200 with an empty body may refuse the forged push, too
			forged := oddExchange(exchange(push.NewCall, status, "", ""))
			got := resultsExceptMet(requirements.JudgeCall(callFor("signature.missing", forged, withSignature(test.next)), signedTarget))
			if diff := cmp.Diff(map[string]string{"signature.missing": test.want}, got); diff != "" {
				t.Errorf("status %d, %s: mismatch (-want +got):\n%s", status, name, diff)
			}
		}
	}
}

func TestNewCallAfterAnOddPushThatIsNotForgedIsJudgedAsAnyPush(t *testing.T) {
	t.Parallel()
	c := callFor("push.user-empty", oddExchange(exchange(push.NewCall, 200, xmlType, bothSubscriptions)), exchange(push.NewCall, 500, "", ""))
	if got := resultsExceptMet(requirements.JudgeCall(c, receiver))["push.newcall"]; got != "must" {
		t.Errorf("push.newcall is %q, want a finding", got)
	}
}

func TestPlainPushesBeforeAndAfterAForgedPushAreJudged(t *testing.T) {
	t.Parallel()
	const missing = "signature.missing"
	acceptedNewCall, goodPush := withSignature(exchange(push.NewCall, 200, xmlType, bothSubscriptions)), withSignature(exchange(push.NewCall, 200, xmlType, bothSubscriptions))
	hangup := oddExchange(exchange(push.Hangup, 403, "", ""))
	tests := []struct {
		name string
		c    transcript.Call
		want map[string]string
	}{
		{"good push gets text/html: finding of the response", callFor(missing, oddExchange(exchange(push.NewCall, 403, "", "")), withSignature(exchange(push.NewCall, 200, "text/html", bothSubscriptions))),
			map[string]string{"response.content-type": "must"}},
		{"good push refused: finding of the forged push only", callFor(missing, oddExchange(exchange(push.NewCall, 403, "", "")), withSignature(exchange(push.NewCall, 500, "", ""))),
			map[string]string{missing: "must unless push.newcall"}},
		{"newCall refused before a forged hangup: finding of the newCall", callFor(missing, withSignature(exchange(push.NewCall, 500, "", ""))),
			map[string]string{"push.newcall": "must", "push.encoded-brackets": "must, gap because push.newcall"}},
		{"answer refused before a forged hangup: finding of the answer", callFor(missing, acceptedNewCall, withSignature(exchange(push.Answer, 500, "", "")), hangup, goodPush), map[string]string{"push.answer": "must"}},
		{"hangup refused after a forged answer: finding of the hangup", callFor(missing, acceptedNewCall, oddExchange(exchange(push.Answer, 403, "", "")), withSignature(exchange(push.Hangup, 500, "", ""))),
			map[string]string{"push.hangup": "must"}},
		{"hangup after a forged answer gets status 204: no finding", callFor(missing, acceptedNewCall, oddExchange(exchange(push.Answer, 403, "", "")), withSignature(exchange(push.Hangup, 204, "", ""))), map[string]string{}},
		{"second newCall refused in a call without a forged push: finding of the second newCall", callOf(acceptedNewCall, exchange(push.NewCall, 500, "", "", asSecondLeg)), map[string]string{
			"push.diversion": "must unless push.newcall", "following.every-leg": "gap because push.diversion"}},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, resultsExceptMet(requirements.JudgeCall(test.c, signedTarget))); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestOnlyForgedNewCallsShowThatReceiverVerifies(t *testing.T) {
	t.Parallel()
	goodPush, emptyGoodPush := withSignature(exchange(push.NewCall, 200, xmlType, bothSubscriptions)), withSignature(exchange(push.NewCall, 200, "", ""))
	for name, c := range map[string]transcript.Call{
		"nothing sent: not shown":                                          callFor("signature.missing"),
		"odd push refused: not shown":                                      callFor("push.odd-caller", oddExchange(exchange(push.NewCall, 403, "", "")), goodPush),
		"newCall with an empty response before a forged hangup: not shown": callFor("signature.missing", emptyGoodPush, oddExchange(exchange(push.Hangup, 403, "", "")), goodPush),
	} {
		if slices.Contains(requirements.CapabilitiesShownBy(c), requirements.CanSignature) {
			t.Errorf("%s: the call shows that the receiver verifies signatures, want that it does not", name)
		}
	}
}

// In each row a push is refused, unless the name says that it is accepted. The signature or the origin is "named" if the response gives it
// as the reason.
func TestRefusalBecauseOfTheSignatureIsAFindingOnlyIfPushIsSigned(t *testing.T) {
	t.Parallel()
	const (
		newCall, oddCaller, anyBody, goldenCapture, anyProxy = "push.newcall", "push.odd-caller", "signature.any-body", "push.golden-capture", "signature.any-proxy"
		noKeyReason                                          = `the receiver checks signatures and refuses a push without one: it says "invalid signature"; give it a public key of yours, and pushcheck the private half with --sign-key`
		signedCorrectlyReason                                = `the receiver checks signatures and refuses this one, which is signed correctly: it says "invalid signature"`
		originReason                                         = `the receiver checks where a push comes from and refuses this one: it says "IP address not allowed"; make it look as if it comes from sipgate: --header 'X-Forwarded-For: 217.116.118.254'`
		wantAnyBody                                          = anyBody + ": must, exchange 0: want a correctly signed push accepted, however its fields are written, got "
		gapNoProxyHeader                                     = `gap because signature.any-proxy: the receiver says "invalid signature" about a signed push without X-Forwarded-For, and accepts one with it: to judge the rest, set the header with --header 'X-Forwarded-For: 217.116.118.254'`
	)
	refused, refusedForOrigin, status403 := exchange(push.NewCall, 401, "", "invalid signature"), exchange(push.NewCall, 403, "", "IP address not allowed"), exchange(push.NewCall, 403, "", "")
	accepted, signed := exchange(push.NewCall, 200, xmlType, bothSubscriptions), withSignature
	captured := func(x transcript.Exchange) transcript.Exchange {
		x.Body, _ = push.GenuinePush()
		return oddExchange(signed(x))
	}
	tests := []struct {
		name   string
		c      transcript.Call
		target requirements.Target
		want   []string
	}{
		{"signed plain push, key not known to the receiver: gap", callOf(signed(refused)), receiver, []string{newCall + ": gap: " + noKeyReason}},
		{"unsigned plain push in a run that signs: gap", callOf(refused), signedTarget, []string{newCall + ": gap: " + noKeyReason}},
		{"signed plain push: finding", callOf(signed(refused)), signedTarget, []string{
			"signature.valid: must, exchange 0: want a correctly signed push accepted, got status 401, which says \"invalid signature\"",
			newCall + `: gap because signature.valid: the receiver checks signatures and refuses this one: it says "invalid signature"; does it have the public half of --sign-key?`}},
		{"signed odd push: finding", callFor(oddCaller, oddExchange(signed(refused))), signedTarget, []string{
			anyBody + ": must, exchange 0: want a correctly signed push accepted, got status 401, which says \"invalid signature\"", oddCaller + ": gap because signature.any-body: " + signedCorrectlyReason}},
		{"signed odd push accepted: signature.valid not judged", callFor(oddCaller, oddExchange(signed(accepted))), signedTarget, []string{oddCaller + ": met"}},
		{"unsigned plain push accepted: signature.valid not judged", callOf(accepted), signedTarget, []string{newCall + ": met"}},
		{"push in another encoding, signature named: finding", callFor(anyBody, oddExchange(signed(refused))), signedTarget, []string{wantAnyBody + `status 401, which says "invalid signature"`}},
		{"push in another encoding, status 403 without a reason: finding", callFor(anyBody, oddExchange(signed(status403))), signedTarget, []string{wantAnyBody + "status 403"}},
		{"push in another encoding, status 401 without a reason: finding", callFor(anyBody, oddExchange(signed(exchange(push.NewCall, 401, "", "")))), signedTarget, []string{wantAnyBody + "status 401"}},
		{"push in another encoding, origin named: not judged", callFor(anyBody, oddExchange(signed(refusedForOrigin))), signedTarget, nil},
		{"push in another encoding, status 400: not judged", callFor(anyBody, oddExchange(signed(exchange(push.NewCall, 400, "", "no user")))), signedTarget, nil},
		{"captured push, signature named: not applicable", callFor(goldenCapture, captured(refused)), signedTarget, []string{goldenCapture + ": not applicable: the receiver refuses sipgate's own signature: it verifies with another key"}},
		{"captured push, origin named: gap", callFor(goldenCapture, captured(refusedForOrigin)), signedTarget, []string{goldenCapture + ": gap: " + originReason}},
		{"unsigned captured push with other ids accepted: met", callFor(goldenCapture, oddExchange(accepted)), receiver, []string{goldenCapture + ": met"}},
		{"signed captured push with other ids, signature named: finding", callFor(goldenCapture, oddExchange(signed(refused))), signedTarget, []string{
			anyBody + ": must, exchange 0: want a correctly signed push accepted, got status 401, which says \"invalid signature\"", goldenCapture + ": gap because signature.any-body: " + signedCorrectlyReason}},
		{"push for signature.any-proxy without X-Forwarded-For: finding", callFor(anyProxy, oddExchange(signed(refused))), signedTarget, []string{
			anyProxy + `: should, exchange 0: want a response with a 2xx status, in time, got status 401, which says "invalid signature", with X-Forwarded-For: none`}},
		{"push for signature.any-proxy with X-Forwarded-For: finding", callFor(anyProxy, oddExchange(withForwardedFor(signed(refused)))), signedTarget, []string{
			anyProxy + `: should, exchange 0: want a response with a 2xx status, in time, got status 401, which says "invalid signature", with X-Forwarded-For: 217.116.118.254`}},

		{"proxied receiver, push for signature.any-proxy without X-Forwarded-For: finding", callFor(anyProxy, oddExchange(signed(refused))), proxiedTarget, []string{
			anyProxy + `: should, exchange 0: want the push accepted, as it is with X-Forwarded-For, got status 401, which says "invalid signature", with X-Forwarded-For: none`,
			anyProxy + ": " + strings.Replace(gapNoProxyHeader, " because "+anyProxy, "", 1), "signature.valid: " + gapNoProxyHeader}},
		{"proxied receiver, plain push without X-Forwarded-For: gaps", callOf(signed(refused)), proxiedTarget, []string{"signature.valid: " + gapNoProxyHeader, newCall + ": " + gapNoProxyHeader}},
		{"proxied receiver, plain push with X-Forwarded-For: finding", callOf(withForwardedFor(signed(refused))), proxiedTarget, []string{
			"signature.valid: must, exchange 0: want a correctly signed push accepted, got status 401, which says \"invalid signature\"",
			newCall + `: gap because signature.valid: the receiver checks signatures and refuses this one: it says "invalid signature"; does it have the public half of --sign-key?`}},
		{"proxied receiver, unsigned plain push: gap", callOf(refused), proxiedTarget, []string{newCall + ": gap: " + noKeyReason}},
		{"proxied receiver that names the origin of a plain push: gap", callOf(signed(refusedForOrigin)), proxiedTarget, []string{newCall + ": gap: " + originReason}},
	}
	for _, test := range tests {
		js := requirements.JudgeCall(test.c, test.target)
		got := append(summarize(js, "signature."), summarize(js, "push.")...)
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
	anyBodyResult := func(c transcript.Call) string {
		return resultsExceptMet(requirements.JudgeCall(c, signedTarget))["signature.any-body"]
	}
	for _, c := range []transcript.Call{callFor(oddCaller, oddExchange(signed(refused))), callFor(anyBody, oddExchange(signed(refused)))} {
		if got, want := anyBodyResult(c), "must unless push.newcall"; got != want {
			t.Errorf("%s: signature.any-body is %q, want %q: a receiver that refuses plain pushes does not refuse the push because of its encoding", c.RequirementID, got, want)
		}
	}
	if got, want := resultsExceptMet(requirements.JudgeCall(callOf(signed(refused)), signedTarget))["signature.valid"], "must"; got != want {
		t.Errorf("signature.valid is %q, want %q: no requirement is plainer", got, want)
	}
}

func TestFixOfAStatus403WithoutAReasonNamesSignKeyIfPushIsNotSignedWithIt(t *testing.T) {
	t.Parallel()
	status403 := exchange(push.NewCall, 403, "", "")
	captured := oddExchange(withSignature(status403))
	captured.Body, _ = push.GenuinePush()
	tests := []struct {
		name   string
		c      transcript.Call
		target requirements.Target
		want   string
		hint   bool // the fix names --sign-key
	}{
		{"unsigned plain push: fix names --sign-key", callOf(status403), receiver, "must", true},
		{"signed plain push: fix does not name --sign-key", callOf(withSignature(status403)), signedTarget, "must", false},
		{"signed odd push: fix does not name --sign-key", callFor("push.odd-caller", oddExchange(withSignature(status403))), signedTarget, "should unless push.newcall, signature.any-body", false},
		{"captured push: fix names --sign-key", callFor("push.golden-capture", captured), signedTarget, "must unless push.newcall", true},
	}
	for _, test := range tests {
		id := requirements.RequirementOfCall(test.c)
		js := requirements.JudgeCall(test.c, test.target)
		if got := resultsExceptMet(js)[id]; got != test.want {
			t.Errorf("%s: %s is %q, want %q", test.name, id, got, test.want)
		}
		for _, j := range js {
			if j.Requirement == id && strings.Contains(j.Findings[0].Fix, "--sign-key") != test.hint {
				t.Errorf("%s: the fix is %q, want it to name --sign-key: %t", test.name, j.Findings[0].Fix, test.hint)
			}
		}
	}
}

func TestGapOfARefusedPlainPushNamesItsCause(t *testing.T) {
	t.Parallel()
	refused, refusedForOrigin := exchange(push.NewCall, 401, "", "invalid signature"), exchange(push.NewCall, 403, "", "IP address not allowed")
	tests := []struct {
		name    string
		x       transcript.Exchange
		target  requirements.Target
		because string
		refused bool
	}{
		{"signed push: cause is signature.valid", withSignature(refused), signedTarget, "signature.valid", true},
		{"signed push, key not known to the receiver: no cause", withSignature(refused), receiver, "", true},
		{"unsigned push: no cause", refused, signedTarget, "", true},
		{"odd push: no gap", oddExchange(withSignature(refused)), signedTarget, "", false},
		{"accepted push: no gap", withSignature(exchange(push.NewCall, 200, xmlType, bothSubscriptions)), proxiedTarget, "", false},
		{"proxied receiver, signed push: cause is signature.any-proxy", withSignature(refused), proxiedTarget, "signature.any-proxy", true},
		{"proxied receiver, signed push with X-Forwarded-For: cause is signature.valid", withForwardedFor(withSignature(refused)), proxiedTarget, "signature.valid", true},
		{"proxied receiver, origin named: no cause", withSignature(refusedForOrigin), proxiedTarget, "", true},
		{"proxied receiver, unsigned push: no cause", refused, proxiedTarget, "", true},
	}
	for _, test := range tests {
		got, refused := requirements.GapOfRefusedPush(test.x, test.target)
		if got.CauseID != test.because || refused != test.refused || (got.Reason != "") != refused {
			t.Errorf("%s: GapOfRefusedPush() = %+v, %t, want it because of %q, %t", test.name, got, refused, test.because, test.refused)
		}
	}
}

func TestReceiverNeedsForwardedForIfItAcceptsSignedPushesOnlyWithTheHeader(t *testing.T) {
	t.Parallel()
	const anyProxy = "signature.any-proxy"
	refused, accepted := exchange(push.NewCall, 401, "", "invalid signature"), exchange(push.NewCall, 200, xmlType, bothSubscriptions)
	acceptedWithHeader := callFor(anyProxy, oddExchange(withForwardedFor(withSignature(accepted))))
	refusedWithout := callOf(withSignature(refused))
	refusedForOrigin := callOf(withSignature(exchange(push.NewCall, 403, "", "IP address not allowed")))
	tests := []struct {
		name  string
		calls []transcript.Call
		want  bool
	}{
		{"accepted with the header, refused without it: true", []transcript.Call{acceptedWithHeader, refusedWithout}, true},
		{"accepted with the header, nothing without it: false", []transcript.Call{acceptedWithHeader}, false},
		{"refused without the header, nothing with it: false", []transcript.Call{refusedWithout}, false},
		{"refused with the header and without it: false", []transcript.Call{callFor(anyProxy, oddExchange(withForwardedFor(withSignature(refused)))), refusedWithout}, false},
		{"refused with the header in an Error document: false", []transcript.Call{callFor(anyProxy, oddExchange(withForwardedFor(withSignature(exchange(push.NewCall, 200, xmlType, signatureError))))), refusedWithout}, false},
		{"refused once and accepted once with the header: true", []transcript.Call{acceptedWithHeader, callFor(anyProxy, oddExchange(withForwardedFor(withSignature(refused)))), refusedWithout}, true},
		{"accepted with the header and once without it: false", []transcript.Call{acceptedWithHeader, refusedWithout, callOf(withSignature(accepted))}, false},
		{"unsigned push accepted without the header: true", []transcript.Call{acceptedWithHeader, refusedWithout, callOf(accepted)}, true},
		{"plain push accepted with the header: true", []transcript.Call{acceptedWithHeader, refusedWithout, callOf(withForwardedFor(withSignature(accepted)))}, true},
		{"answer accepted without the header: true", []transcript.Call{acceptedWithHeader, callOf(withSignature(refused), withSignature(exchange(push.Answer, 200, "", "")))}, true},
		{"refused without the header, another push refused because of its origin: true", []transcript.Call{acceptedWithHeader, refusedWithout, refusedForOrigin}, true},
		{"refused without the header because of its origin: false", []transcript.Call{acceptedWithHeader, refusedForOrigin}, false},
		{"unsigned push refused without the header: false", []transcript.Call{acceptedWithHeader, callOf(refused)}, false},
		{"plain push refused with the header: false", []transcript.Call{acceptedWithHeader, callOf(withForwardedFor(withSignature(refused)))}, false},
		{"odd push refused without the header: false", []transcript.Call{acceptedWithHeader, callFor("push.odd-caller", oddExchange(withSignature(refused)))}, false},
		{"odd push accepted without the header: true", []transcript.Call{acceptedWithHeader, refusedWithout, callFor("push.odd-caller", oddExchange(withSignature(accepted)))}, true},
		{"push for signature.any-proxy accepted without the header: false", []transcript.Call{callFor(anyProxy, oddExchange(withSignature(accepted))), refusedWithout}, false},
		{"another odd push accepted with the header: false", []transcript.Call{callFor("push.odd-caller", oddExchange(withForwardedFor(withSignature(accepted)))), refusedWithout}, false},
		{"plain push of a call for signature.any-proxy accepted with the header: false", []transcript.Call{callFor(anyProxy, withForwardedFor(withSignature(accepted))), refusedWithout}, false},
		{"unsigned push accepted with the header: false", []transcript.Call{callFor(anyProxy, oddExchange(withForwardedFor(accepted))), refusedWithout}, false},
	}
	for _, test := range tests {
		if got := requirements.NeedsForwardedFor(test.calls); got != test.want {
			t.Errorf("%s: NeedsForwardedFor() = %t, want %t", test.name, got, test.want)
		}
	}
}
