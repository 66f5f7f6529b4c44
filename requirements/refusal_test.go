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

func TestRefusalFindsTheCheckThatTheResponseNames(t *testing.T) {
	t.Parallel()
	const invalidSignature, addressNotAllowed = "invalid signature", "IP address not allowed"
	libraryDocument := `<Error message="Caution! IP address is not from sipgate"/>`
	truncatedWith := func(x transcript.Exchange, body string) transcript.Exchange {
		x.ResponseBody = []byte(body)
		return x
	}
	tests := []struct {
		name string
		x    transcript.Exchange
		want requirements.Check
	}{
		{"status 401: signature", exchange(push.NewCall, 401, "", invalidSignature), requirements.SignatureCheck},
		{"status 400: signature", exchange(push.NewCall, 400, "", invalidSignature), requirements.SignatureCheck},
		{"status 500: signature", exchange(push.NewCall, 500, "", invalidSignature), requirements.SignatureCheck},
		{"status 200 with a sentence: signature", exchange(push.NewCall, 200, "text/plain", invalidSignature), requirements.SignatureCheck},
		{"status 200 with a page: none", exchange(push.NewCall, 200, "text/html", "<!DOCTYPE html><h1>invalid signature</h1>"), ""},
		{"status 200 with an Error document: signature", exchange(push.NewCall, 200, xmlType, signatureError), requirements.SignatureCheck},
		{"status 202 with an Error document: signature", exchange(push.NewCall, 202, xmlType, signatureError), requirements.SignatureCheck},
		{"Response with a comment: none", exchange(push.NewCall, 200, xmlType, `<Response><!-- missing signature --></Response>`), ""},
		{"Response with a URL: none", exchange(push.NewCall, 200, xmlType, `<Response onHangup="https://receiver.example/missing-signature"/>`), ""},
		{"status 302: none", exchange(push.NewCall, 302, "", invalidSignature), ""},
		{"status 404: none", exchange(push.NewCall, 404, "", invalidSignature), ""},
		{"status 405: none", exchange(push.Answer, 405, "", invalidSignature), ""},
		{"status 410: none", exchange(push.Hangup, 410, "", invalidSignature), ""},
		{"status 401, truncated: none", truncatedWith(endedExchange(push.NewCall, transcript.Truncated, withStatus(401)), invalidSignature), ""},
		{"status 500 with a function signature: none", exchange(push.NewCall, 500, "", "wrong number of arguments, see the missing function signature"), ""},
		{"answer, status 200 with a sentence: none", exchange(push.Answer, 200, "", invalidSignature), ""},
		{"answer, status 200 with an Error document: signature", exchange(push.Answer, 200, xmlType, signatureError), requirements.SignatureCheck},
		{"dtmf, status 200 with an Error document: signature", exchange(push.DTMF, 200, xmlType, signatureError), requirements.SignatureCheck},

		{"origin, status 401: origin", exchange(push.NewCall, 401, "", addressNotAllowed), requirements.OriginCheck},
		{"origin, status 403: origin", exchange(push.NewCall, 403, "", addressNotAllowed), requirements.OriginCheck},
		{"origin, status 200 with an Error document: origin", exchange(push.NewCall, 200, xmlType, libraryDocument), requirements.OriginCheck},
		{"origin, status 500 with an Error document: origin", exchange(push.NewCall, 500, xmlType, libraryDocument), requirements.OriginCheck},
		{"origin, status 400: none", exchange(push.NewCall, 400, "", "no X-Forwarded-For for the log: user missing"), ""},
		{"origin, status 500: none", exchange(push.NewCall, 500, "", "cannot parse the IP address"), ""},
		{"CSRF protection that names an origin: none", exchange(push.NewCall, 403, "", "CSRF validation failed: origin not trusted"), ""},
	}
	for _, test := range tests {
		got, refused := requirements.Refusal(test.x)
		if got.By != test.want || refused != (test.want != "") {
			t.Errorf("%s: Refusal() = %q, %t, want %q", test.name, got.By, refused, test.want)
		}
	}
}

func TestRefusalCutsWordsToOneHundredAndTwentyCharacters(t *testing.T) {
	t.Parallel()
	beginning := "ungültige Signatur "
	for length, want := range map[int]string{
		119: beginning + strings.Repeat("ä", 100), 120: beginning + strings.Repeat("ä", 101), 121: beginning + strings.Repeat("ä", 101) + "…",
	} {
		body := beginning + strings.Repeat("ä", length-len([]rune(beginning)))
		if got, _ := requirements.Refusal(exchange(push.NewCall, 401, "", body)); got.Words != want {
			t.Errorf("Refusal() of %d characters returns the words %q, want %q", length, got.Words, want)
		}
	}
}

func TestReasonOfAVerificationRefusalDependsOnTheHeadersOfThePush(t *testing.T) {
	t.Parallel()
	const (
		prefix  = `push.newcall: gap: the receiver checks signatures and refuses `
		says401 = `it says "invalid signature"`
	)
	withProxyHeader := func(x transcript.Exchange) transcript.Exchange {
		x.SentHeader = x.SentHeader.Clone()
		if x.SentHeader == nil {
			x.SentHeader = http.Header{}
		}
		x.SentHeader.Set("X-Forwarded-For", "203.0.113.7")
		return x
	}
	refused := exchange(push.NewCall, 401, "", "invalid signature")
	origin := exchange(push.NewCall, 403, "", "IP address not allowed")
	signedReceiver := receiver
	signedReceiver.Signed = true
	tests := []struct {
		name   string
		call   transcript.Call
		target requirements.Target
		want   []string
	}{
		{"unsigned push", callOf(refused), receiver,
			[]string{prefix + "a push without one: " + says401 + "; give it a public key of yours, and pushcheck the private half with --sign-key"}},
		{"unsigned push with X-Forwarded-For", callOf(withProxyHeader(refused)), receiver,
			[]string{prefix + "a push without one: " + says401 + "; give it a public key of yours, and pushcheck the private half with --sign-key"}},
		{"signed push", callOf(withSignature(refused)), signedReceiver,
			[]string{"push.newcall: gap because signature.valid: the receiver checks signatures and refuses this one: " + says401 + "; does it have the public half of --sign-key?"}},
		{"unsigned odd push", callFor("push.odd-caller", oddExchange(refused)), receiver,
			[]string{"push.odd-caller: gap: the receiver checks signatures and refuses a push without one: " + says401 + "; give it a public key of yours, and pushcheck the private half with --sign-key"}},
		{"signed odd push", callFor("push.odd-caller", withSignature(oddExchange(refused))), signedReceiver,
			[]string{"push.odd-caller: gap because signature.any-body: the receiver checks signatures and refuses this one, which is signed correctly: " + says401}},
		{"origin, push without X-Forwarded-For", callOf(origin), receiver,
			[]string{`push.newcall: gap: the receiver checks where a push comes from and refuses this one: it says "IP address not allowed"; make it look as if it comes from sipgate: --header 'X-Forwarded-For: 217.116.118.254'`}},
		{"origin, push with X-Forwarded-For", callOf(withProxyHeader(origin)), receiver,
			[]string{`push.newcall: gap: the receiver checks where a push comes from and refuses this one, with X-Forwarded-For "203.0.113.7": it says "IP address not allowed"; let it accept pushes from here while it is judged`}},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, summarize(requirements.JudgeCall(test.call, test.target), "push.")); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}
