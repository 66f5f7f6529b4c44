package outcome_test

import (
	"strings"
	"testing"

	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/push"
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
		want outcome.Check
	}{
		{"status 401: signature", exchange(push.NewCall, 401, "", invalidSignature), outcome.SignatureCheck},
		{"status 400: signature", exchange(push.NewCall, 400, "", invalidSignature), outcome.SignatureCheck},
		{"status 500: signature", exchange(push.NewCall, 500, "", invalidSignature), outcome.SignatureCheck},
		{"status 200 with a sentence: signature", exchange(push.NewCall, 200, "text/plain", invalidSignature), outcome.SignatureCheck},
		{"status 200 with a page: none", exchange(push.NewCall, 200, "text/html", "<!DOCTYPE html><h1>invalid signature</h1>"), ""},
		{"status 200 with an Error document: signature", exchange(push.NewCall, 200, xmlType, signatureError), outcome.SignatureCheck},
		{"status 202 with an Error document: signature", exchange(push.NewCall, 202, xmlType, signatureError), outcome.SignatureCheck},
		{"Response with a comment: none", exchange(push.NewCall, 200, xmlType, `<Response><!-- missing signature --></Response>`), ""},
		{"Response with a URL: none", exchange(push.NewCall, 200, xmlType, `<Response onHangup="https://receiver.example/missing-signature"/>`), ""},
		{"status 302: none", exchange(push.NewCall, 302, "", invalidSignature), ""},
		{"status 404: none", exchange(push.NewCall, 404, "", invalidSignature), ""},
		{"status 405: none", exchange(push.Answer, 405, "", invalidSignature), ""},
		{"status 410: none", exchange(push.Hangup, 410, "", invalidSignature), ""},
		{"status 401, truncated: none", truncatedWith(endedExchange(push.NewCall, transcript.Truncated, withStatus(401)), invalidSignature), ""},
		{"status 500 with a function signature: none", exchange(push.NewCall, 500, "", "wrong number of arguments, see the missing function signature"), ""},
		{"answer, status 200 with a sentence: none", exchange(push.Answer, 200, "", invalidSignature), ""},
		{"answer, status 200 with an Error document: signature", exchange(push.Answer, 200, xmlType, signatureError), outcome.SignatureCheck},
		{"dtmf, status 200 with an Error document: signature", exchange(push.DTMF, 200, xmlType, signatureError), outcome.SignatureCheck},

		{"origin, status 401: origin", exchange(push.NewCall, 401, "", addressNotAllowed), outcome.OriginCheck},
		{"origin, status 403: origin", exchange(push.NewCall, 403, "", addressNotAllowed), outcome.OriginCheck},
		{"origin, status 200 with an Error document: origin", exchange(push.NewCall, 200, xmlType, libraryDocument), outcome.OriginCheck},
		{"origin, status 500 with an Error document: origin", exchange(push.NewCall, 500, xmlType, libraryDocument), outcome.OriginCheck},
		{"origin, status 400: none", exchange(push.NewCall, 400, "", "no X-Forwarded-For for the log: user missing"), ""},
		{"origin, status 500: none", exchange(push.NewCall, 500, "", "cannot parse the IP address"), ""},
		{"CSRF protection that names an origin: none", exchange(push.NewCall, 403, "", "CSRF validation failed: origin not trusted"), ""},
	}
	for _, test := range tests {
		got, refused := outcome.FindVerificationRefusal(test.x)
		if got.Check != test.want || refused != (test.want != "") {
			t.Errorf("%s: Refusal() = %q, %t, want %q", test.name, got.Check, refused, test.want)
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
		if got, _ := outcome.FindVerificationRefusal(exchange(push.NewCall, 401, "", body)); got.Words != want {
			t.Errorf("Refusal() of %d characters returns the words %q, want %q", length, got.Words, want)
		}
	}
}
