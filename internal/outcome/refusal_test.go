package outcome_test

import (
	"strings"
	"testing"

	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// Each name has the words and the status of the response, and the check that FindVerificationRefusal returns.
func TestVerificationRefusalHasTheCheckThatTheResponseNames(t *testing.T) {
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
		want outcome.Check
	}{
		{"invalid signature, status 401: signature", exchange(push.NewCall, 401, "", invalidSignature), outcome.SignatureCheck},
		{"invalid signature, status 400: signature", exchange(push.NewCall, 400, "", invalidSignature), outcome.SignatureCheck},
		{"invalid signature, status 500: signature", exchange(push.NewCall, 500, "", invalidSignature), outcome.SignatureCheck},
		{"invalid signature, status 200 with a sentence: signature", exchange(push.NewCall, 200, "text/plain", invalidSignature), outcome.SignatureCheck},
		{"invalid signature, status 200 with a page: none", exchange(push.NewCall, 200, "text/html", "<!DOCTYPE html><h1>invalid signature</h1>"), ""},
		{"invalid signature, status 200 with an Error document: signature", exchange(push.NewCall, 200, xmlType, signatureError), outcome.SignatureCheck},
		{"invalid signature, status 202 with an Error document: signature", exchange(push.NewCall, 202, xmlType, signatureError), outcome.SignatureCheck},
		{"Response document with missing signature in a comment: none", exchange(push.NewCall, 200, xmlType, `<Response><!-- missing signature --></Response>`), ""},
		{"Response document with missing-signature in a URL: none", exchange(push.NewCall, 200, xmlType, `<Response onHangup="https://receiver.example/missing-signature"/>`), ""},
		{"invalid signature, status 302: none", exchange(push.NewCall, 302, "", invalidSignature), ""},
		{"invalid signature, status 404: none", exchange(push.NewCall, 404, "", invalidSignature), ""},
		{"invalid signature, status 405: none", exchange(push.Answer, 405, "", invalidSignature), ""},
		{"invalid signature, status 410: none", exchange(push.Hangup, 410, "", invalidSignature), ""},
		{"invalid signature, truncated response with status 401: none", truncatedWith(endedExchange(push.NewCall, transcript.Truncated, withStatus(401)), invalidSignature), ""},
		{"function signature, status 500: none", exchange(push.NewCall, 500, "", "wrong number of arguments, see the missing function signature"), ""},
		{"invalid signature, status 200 with a sentence for an answer: none", exchange(push.Answer, 200, "", invalidSignature), ""},
		{"invalid signature, status 200 with an Error document for an answer: signature", exchange(push.Answer, 200, xmlType, signatureError), outcome.SignatureCheck},
		{"invalid signature, status 200 with an Error document for a dtmf: signature", exchange(push.DTMF, 200, xmlType, signatureError), outcome.SignatureCheck},

		{"IP address, status 401: origin", exchange(push.NewCall, 401, "", addressNotAllowed), outcome.OriginCheck},
		{"IP address, status 403: origin", exchange(push.NewCall, 403, "", addressNotAllowed), outcome.OriginCheck},
		{"IP address, status 200 with an Error document: origin", exchange(push.NewCall, 200, xmlType, libraryDocument), outcome.OriginCheck},
		{"IP address, status 500 with an Error document: origin", exchange(push.NewCall, 500, xmlType, libraryDocument), outcome.OriginCheck},
		{"X-Forwarded-For, status 400: none", exchange(push.NewCall, 400, "", "no X-Forwarded-For for the log: user missing"), ""},
		{"IP address, status 500: none", exchange(push.NewCall, 500, "", "cannot parse the IP address"), ""},
		{"CSRF protection that names an origin: none", exchange(push.NewCall, 403, "", "CSRF validation failed: origin not trusted"), ""},
	}
	for _, test := range tests {
		got, refused := outcome.FindVerificationRefusal(test.x)
		if got.Check != test.want || refused != (test.want != "") {
			t.Errorf("%s: FindVerificationRefusal() = %q, %t, want %q", test.name, got.Check, refused, test.want)
		}
	}
}

func TestWordsOfAVerificationRefusalAreCutToOneHundredAndTwentyCharacters(t *testing.T) {
	t.Parallel()
	beginning := "ungültige Signatur "
	for length, want := range map[int]string{
		119: beginning + strings.Repeat("ä", 100), 120: beginning + strings.Repeat("ä", 101), 121: beginning + strings.Repeat("ä", 101) + "…",
	} {
		body := beginning + strings.Repeat("ä", length-len([]rune(beginning)))
		if got, _ := outcome.FindVerificationRefusal(exchange(push.NewCall, 401, "", body)); got.Words != want {
			t.Errorf("FindVerificationRefusal() of %d characters returns the words %q, want %q", length, got.Words, want)
		}
	}
}
