package requirements_test

import (
	"net/http"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

const signatureError = `<Error message="Signature verification failed."/>`

// withSignature returns the exchange with a signature in its push.
func withSignature(x transcript.Exchange) transcript.Exchange {
	x.SentHeader = http.Header{push.SignatureHeader: {"$X_SIPGATE_SIGNATURE"}}
	return x
}

// oddExchange returns the exchange with an odd push.
func oddExchange(x transcript.Exchange) transcript.Exchange {
	x.Odd = true
	return x
}

// callFor returns a call that is played for a requirement.
func callFor(id string, xs ...transcript.Exchange) transcript.Call {
	c := callOf(xs...)
	c.RequirementID = id
	return c
}

// signatureResults lists the judgements of a call about signatures: met, finding, warning, gap or n/a (not applicable).
func signatureResults(c transcript.Call) []string {
	signedReceiver := receiver
	signedReceiver.PushesSigned = true
	var out []string
	for _, j := range requirements.JudgeCall(c, signedReceiver) {
		result := ""
		switch {
		case j.NotApplicable != "":
			result = "n/a"
		case len(j.Findings) > 0 && j.Findings[0].Level == requirements.Should:
			result = "warning"
		case len(j.Findings) > 0:
			result = "finding"
		case len(j.Gaps) > 0:
			result = "gap"
		case j.TimesJudged > 0:
			result = "met"
		}
		if strings.HasPrefix(j.Requirement, "signature.") || j.Requirement == "push.golden-capture" {
			out = append(out, j.Requirement+" "+result)
		}
	}
	slices.Sort(out)
	return out
}

// Each name begins with the response to the forged push, unless it names the good push.
func TestSignatureRequirementIsMetIfForgedPushIsRefusedAndGoodPushAccepted(t *testing.T) {
	t.Parallel()
	goodPush := withSignature(exchange(push.NewCall, 200, xmlType, bothSubscriptions))
	observerPush := withSignature(exchange(push.NewCall, 200, "", ""))
	tests := []struct {
		name, why    string
		forged, next transcript.Exchange
		want         string
		shown        bool // the call shows that the receiver verifies signatures
		withoutNext  bool // no push follows the forged push
	}{
		{name: "status 403: met", forged: exchange(push.NewCall, 403, "", ""), next: goodPush, want: "met", shown: true},
		{name: "status 500: met", why: "the push was not accepted", forged: exchange(push.NewCall, 500, "", ""), next: goodPush, want: "met", shown: true},
		{name: "Error document of sipgate's library: met", forged: exchange(push.NewCall, 200, xmlType, signatureError), next: goodPush, want: "met", shown: true},
		{name: "another Error document: met", forged: exchange(push.NewCall, 200, xmlType, `<Error message="no"/>`), next: goodPush, want: "met", shown: true},
		{name: "sentence about the signature: met", forged: exchange(push.NewCall, 200, "text/plain", "invalid signature"), next: goodPush, want: "met", shown: true},
		{name: "connection closed: met", forged: endedExchange(push.NewCall, transcript.Dropped), next: goodPush, want: "met", shown: true},
		{name: "empty body: met", why: "the receiver subscribes only in the response to the good push", forged: exchange(push.NewCall, 200, "", ""), next: goodPush, want: "met", shown: true},
		{name: "empty body, response to the good push as text/html: met", why: "the responses differ", forged: exchange(push.NewCall, 200, "", ""), next: withSignature(exchange(push.NewCall, 200, "text/html", bothSubscriptions)), want: "met", shown: true},
		{name: "empty body, response to the good push in JSON: met", why: "the responses differ", forged: exchange(push.NewCall, 200, "", ""), next: withSignature(exchange(push.NewCall, 200, "application/json", "{}")), want: "met", shown: true},
		{name: "empty Response as text/html, response to the good push as text/html: met", forged: exchange(push.NewCall, 200, "text/html", "<Response/>"), next: withSignature(exchange(push.NewCall, 200, "text/html", bothSubscriptions)), want: "met", shown: true},
		{name: "Response with subscriptions as text/html: finding", forged: exchange(push.NewCall, 200, "text/html", bothSubscriptions), next: withSignature(exchange(push.NewCall, 200, "text/html", bothSubscriptions)), want: "finding"},
		{name: "Response with subscriptions, good push gets status 500: finding", forged: exchange(push.NewCall, 200, xmlType, bothSubscriptions), next: withSignature(exchange(push.NewCall, 500, "", "")), want: "finding"},
		{name: "empty Response: met", forged: exchange(push.NewCall, 200, xmlType, "<Response/>"), next: goodPush, want: "met", shown: true},
		{name: "Response with subscriptions: finding", forged: exchange(push.NewCall, 200, xmlType, bothSubscriptions), next: goodPush, want: "finding"},
		{name: "empty body for both pushes: finding", forged: exchange(push.NewCall, 200, "", ""), next: observerPush, want: "finding"},
		{name: "timed out: warning", why: "the push was not accepted, but there was no response", forged: endedExchange(push.NewCall, transcript.TimedOut), next: goodPush, want: "warning", shown: true},
		{name: "connection closed, then no connection: finding", forged: endedExchange(push.NewCall, transcript.Dropped), next: withSignature(endedExchange(push.NewCall, transcript.NotConnected)), want: "finding", shown: true},
		{name: "no connection for both pushes: gap", why: "the cause is unknown", forged: endedExchange(push.NewCall, transcript.NotConnected), next: withSignature(endedExchange(push.NewCall, transcript.NotConnected)), want: "gap"},
		{name: "no good push sent: gap", forged: exchange(push.NewCall, 403, "", ""), withoutNext: true, want: "gap"},
		{name: "good push refused because of its signature: gap", why: "the receiver refuses everything", forged: exchange(push.NewCall, 403, "", ""), next: withSignature(exchange(push.NewCall, 403, "text/plain", "bad signature")), want: "gap"},
	}
	for _, test := range tests {
		for _, id := range []string{"signature.missing", "signature.forged"} {
			xs := []transcript.Exchange{oddExchange(test.forged), test.next}
			if test.withoutNext {
				xs = xs[:1]
			}
			c := callFor(id, xs...)
			got := slices.DeleteFunc(signatureResults(c), func(s string) bool { return !strings.HasPrefix(s, id) })
			if diff := cmp.Diff([]string{id + " " + test.want}, got); diff != "" {
				t.Errorf("%s: %s: judgements of %s mismatch (-want +got):\n%s", test.name, test.why, id, diff)
			}
			if shown := slices.Contains(requirements.CapabilitiesShownBy(c), requirements.CanSignature); shown != test.shown {
				t.Errorf("%s: %s: the capability is shown: %t, want %t", test.name, test.why, shown, test.shown)
			}
		}
	}
}

func TestPushesThatFollowTheGoodPushDoNotMatter(t *testing.T) {
	t.Parallel()
	goodPush, hangup := withSignature(exchange(push.NewCall, 200, xmlType, bothSubscriptions)), withSignature(exchange(push.Hangup, 200, "", ""))
	secondLeg := withSignature(exchange(push.NewCall, 500, "", "", asSecondLeg))
	for _, id := range []string{"signature.missing", "signature.forged"} {
		c := callFor(id, oddExchange(exchange(push.NewCall, 403, "", "")), secondLeg, goodPush, hangup)
		if got := signatureResults(c); !slices.Contains(got, id+" met") {
			t.Errorf("%s: judgements %q, want %q among them", id, got, id+" met")
		}
		if !slices.Contains(requirements.CapabilitiesShownBy(c), requirements.CanSignature) {
			t.Errorf("%s: the capability to verify signatures is not shown", id)
		}
	}
}

func TestRefusedGoodPushIsOnlyAFindingOfTheForgedPush(t *testing.T) {
	t.Parallel()
	c := callFor("signature.missing", oddExchange(endedExchange(push.NewCall, transcript.Dropped)), withSignature(endedExchange(push.NewCall, transcript.Dropped)))
	for _, j := range requirements.JudgeCall(c, receiver) {
		if j.Requirement != "signature.missing" {
			t.Errorf("%+v, want judgements of signature.missing only", j)
		}
	}
}

func TestRefusalOfASignedPushIsAFindingAboutSignatures(t *testing.T) {
	t.Parallel()
	refused := func(event push.Event) transcript.Exchange {
		return withSignature(exchange(event, 403, "text/plain", "invalid signature"))
	}
	status403 := withSignature(exchange(push.NewCall, 403, "", ""))
	otherRefusal := withSignature(exchange(push.NewCall, 400, "text/plain", "no user"))
	refusedCaptured := refused(push.NewCall)
	refusedCaptured.Body, _ = push.GenuinePush()
	acceptedNewIDs := withSignature(exchange(push.NewCall, 200, xmlType, bothSubscriptions))
	acceptedNewIDs.Body = []byte("event=newCall")
	acceptedCaptured := acceptedNewIDs
	acceptedCaptured.Body = refusedCaptured.Body
	tests := []struct {
		name string
		c    transcript.Call
		want []string
	}{
		{"plain push refused: signature.valid finding", callOf(refused(push.NewCall)), []string{"signature.valid finding"}},
		{"answer push refused: signature.valid finding", callOf(withSignature(exchange(push.NewCall, 200, xmlType, bothSubscriptions)), refused(push.Answer)), []string{"signature.valid finding"}},
		{"plain push accepted: signature.valid met", callOf(withSignature(exchange(push.NewCall, 200, xmlType, bothSubscriptions))), []string{"signature.valid met"}},
		{"odd push refused: signature.any-body finding", callFor("push.any-field-order", oddExchange(refused(push.NewCall))), []string{"signature.any-body finding"}},
		{"push in another encoding refused: signature.any-body finding", callFor("signature.any-body", oddExchange(refused(push.NewCall))), []string{"signature.any-body finding"}},
		{"push in another encoding gets status 403 without a reason: signature.any-body finding", callFor("signature.any-body", oddExchange(status403)), []string{"signature.any-body finding"}},
		{"push in another encoding refused for another reason: not judged", callFor("signature.any-body", oddExchange(otherRefusal)), nil},
		{"push in another encoding accepted: signature.any-body met", callFor("signature.any-body", oddExchange(acceptedNewIDs)), []string{"signature.any-body met"}},
		{"push for signature.any-proxy refused: warning", callFor("signature.any-proxy", oddExchange(refused(push.NewCall))), []string{"signature.any-proxy warning"}},
		{"plain push refused because of its origin: not judged", callOf(withSignature(exchange(push.NewCall, 403, "text/plain", "IP address not allowed"))), nil},
		{"captured push refused: not applicable", callFor("push.golden-capture", oddExchange(refusedCaptured)), []string{"push.golden-capture n/a"}},
		{"captured push with other ids accepted: not applicable", callFor("push.golden-capture", oddExchange(acceptedNewIDs)), []string{"push.golden-capture n/a"}},
		{"captured push accepted: met", callFor("push.golden-capture", oddExchange(acceptedCaptured)), []string{"push.golden-capture met"}},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, signatureResults(test.c)); diff != "" {
			t.Errorf("%s: judgements mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestReasonOfARefusalBecauseOfSignatureOrOriginNamesTheCheckAndTheAdvice(t *testing.T) {
	t.Parallel()
	withProxyHeader := exchange(push.NewCall, 403, "text/plain", "IP address not allowed")
	withProxyHeader.SentHeader = http.Header{"X-Forwarded-For": {"217.116.118.254"}}
	tests := []struct {
		name   string
		x      transcript.Exchange
		signed bool
		want   requirements.Gap
	}{
		{"unsigned push refused because of its signature", exchange(push.NewCall, 200, xmlType, signatureError), false, requirements.Gap{Reason: `the receiver checks signatures and refuses a push without one: it says "Signature verification failed."; ` +
			"give it a public key of yours, and pushcheck the private half with --sign-key"}},
		{"signed push refused because of its signature", withSignature(exchange(push.NewCall, 200, xmlType, signatureError)), true, requirements.Gap{CauseID: "signature.valid",
			Reason: `the receiver checks signatures and refuses this one: it says "Signature verification failed."; does it have the public half of --sign-key?`}},
		{"push without X-Forwarded-For refused because of its origin", exchange(push.NewCall, 200, "", `<?xml version="1.0"?><Error message="Caution! IP address is not from sipgate" />`), false, requirements.Gap{
			Reason: `the receiver checks where a push comes from and refuses this one: it says "Caution! IP address is not from sipgate"; make it look as if it comes from sipgate: --header 'X-Forwarded-For: 217.116.118.254'`}},
		{"push with X-Forwarded-For refused because of its origin", withProxyHeader, false, requirements.Gap{Reason: `the receiver checks where a push comes from and refuses this one, with X-Forwarded-For "217.116.118.254": ` +
			`it says "IP address not allowed"; let it accept pushes from here while it is judged`}},
		{"answer push refused because of its origin", exchange(push.Answer, 200, "", `<Error message="Caution! IP address is not from sipgate" />`), false, requirements.Gap{
			Reason: `the receiver checks where a push comes from and refuses this one: it says "Caution! IP address is not from sipgate"; make it look as if it comes from sipgate: --header 'X-Forwarded-For: 217.116.118.254'`}},
	}
	for _, test := range tests {
		got, ok := requirements.GapOfRefusedPush(test.x, requirements.Target{PushesSigned: test.signed})
		if diff := cmp.Diff(test.want, got); diff != "" || !ok {
			t.Errorf("%s: GapOfRefusedPush() = %t, mismatch (-want +got):\n%s", test.name, ok, diff)
		}
	}
	if _, ok := requirements.GapOfRefusedPush(exchange(push.NewCall, 403, "text/html", "CSRF verification failed"), requirements.Target{}); ok {
		t.Error("GapOfRefusedPush() = true for a page about CSRF, want false")
	}
}

func TestFixOfStatus401Or403NamesSignKey(t *testing.T) {
	t.Parallel()
	fix := func(x transcript.Exchange) string {
		for _, j := range requirements.JudgeCall(callOf(x), receiver) {
			for _, f := range j.Findings {
				return f.Fix
			}
		}
		return ""
	}
	for status, hints := range map[int]bool{401: true, 403: true, 404: false, 500: false} {
		if got := strings.Contains(fix(exchange(push.NewCall, status, "", "")), "--sign-key"); got != hints {
			t.Errorf("the fix for status %d names --sign-key: %t, want %t", status, got, hints)
		}
	}
}

func TestOddFollowUpRefusedBecauseOfItsSignatureIsAGapOfItsRequirement(t *testing.T) {
	t.Parallel()
	c := callFor("push.answer-without-user", exchange(push.NewCall, 200, xmlType, bothSubscriptions), exchange(push.Answer, 403, "text/plain", "invalid signature", asOdd))
	got := resultsExceptMet(requirements.JudgeCall(c, receiver))
	if diff := cmp.Diff(map[string]string{"push.answer-without-user": "gap"}, got); diff != "" {
		t.Errorf("JudgeCall mismatch (-want +got):\n%s", diff)
	}
}
