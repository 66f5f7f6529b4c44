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

func TestResponseRefusesForTheSignatureOrTheOriginOnlyIfItNamesThem(t *testing.T) {
	t.Parallel()
	const invalid, address = "invalid signature", "IP address not allowed"
	library := `<Error message="Caution! IP address is not from sipgate"/>`
	said := func(x transcript.Exchange, body string) transcript.Exchange {
		x.ResponseBody = []byte(body)
		return x
	}
	tests := []struct {
		name string
		x    transcript.Exchange
		want requirements.Check
	}{
		{"with 401", says(push.NewCall, 401, "", invalid), requirements.SignatureCheck},
		{"with 400", says(push.NewCall, 400, "", invalid), requirements.SignatureCheck},
		{"with 500: that is how some refuse", says(push.NewCall, 500, "", invalid), requirements.SignatureCheck},
		{"with a sentence and 200", says(push.NewCall, 200, "text/plain", invalid), requirements.SignatureCheck},
		{"with a page and 200: it may be about anything", says(push.NewCall, 200, "text/html", "<!DOCTYPE html><h1>invalid signature</h1>"), ""},
		{"with an Error document and 200", says(push.NewCall, 200, xml, bad), requirements.SignatureCheck},
		{"with an Error document and 202", says(push.NewCall, 202, xml, bad), requirements.SignatureCheck},
		{"in a comment of a Response, which sipgate acts on", says(push.NewCall, 200, xml, `<Response><!-- missing signature --></Response>`), ""},
		{"in the URL of a Response, which sipgate acts on", says(push.NewCall, 200, xml, `<Response onHangup="https://receiver.example/missing-signature"/>`), ""},
		{"in a redirect: that is about the URL", says(push.NewCall, 302, "", invalid), ""},
		{"with 404: that is about the URL", says(push.NewCall, 404, "", invalid), ""},
		{"with 405: that is about the URL", says(push.Answer, 405, "", invalid), ""},
		{"with 410: that is about the URL", says(push.Hangup, 410, "", invalid), ""},
		{"in a response that was cut off", said(ended(push.NewCall, transcript.Truncated, status(401)), invalid), ""},
		{"in a crash that speaks of a function's signature", says(push.NewCall, 500, "", "wrong number of arguments, see the missing function signature"), ""},
		{"an answer, with a sentence and 200: its body is discarded", says(push.Answer, 200, "", invalid), ""},
		{"an answer, with an Error document and 200", says(push.Answer, 200, xml, bad), requirements.SignatureCheck},
		{"a dtmf push, with an Error document and 200", says(push.DTMF, 200, xml, bad), requirements.SignatureCheck},

		{"the origin, with 401", says(push.NewCall, 401, "", address), requirements.OriginCheck},
		{"the origin, with 403", says(push.NewCall, 403, "", address), requirements.OriginCheck},
		{"the origin, with an Error document and 200", says(push.NewCall, 200, xml, library), requirements.OriginCheck},
		{"the origin, with an Error document and 500", says(push.NewCall, 500, xml, library), requirements.OriginCheck},
		{"the origin, with 400: refused for something else", says(push.NewCall, 400, "", "no X-Forwarded-For for the log: user missing"), ""},
		{"the origin, with 500: it is a crash", says(push.NewCall, 500, "", "cannot parse the IP address"), ""},
		{"a form token that is missing", says(push.NewCall, 403, "", "CSRF validation failed: origin not trusted"), ""},
	}
	for _, test := range tests {
		got, refused := requirements.Refusal(test.x)
		if got.By != test.want || refused != (test.want != "") {
			t.Errorf("%s: Refusal() = %q, %t, want %q", test.name, got.By, refused, test.want)
		}
	}
}

func TestLongRefusalIsQuotedByItsBeginning(t *testing.T) {
	t.Parallel()
	begins := "ungültige Signatur "
	for length, want := range map[int]string{
		119: begins + strings.Repeat("ä", 100), 120: begins + strings.Repeat("ä", 101), 121: begins + strings.Repeat("ä", 101) + "…",
	} {
		body := begins + strings.Repeat("ä", length-len([]rune(begins)))
		if got, _ := requirements.Refusal(says(push.NewCall, 401, "", body)); got.Words != want {
			t.Errorf("of %d characters Refusal() tells %q, want %q", length, got.Words, want)
		}
	}
}

func TestReasonOfARefusalDependsOnTheHeadersOfThePush(t *testing.T) {
	t.Parallel()
	const (
		checks  = `push.newcall: gap: the receiver checks signatures and refuses `
		says401 = `it says "invalid signature"`
	)
	proxied := func(x transcript.Exchange) transcript.Exchange {
		x.SentHeader = x.SentHeader.Clone()
		if x.SentHeader == nil {
			x.SentHeader = http.Header{}
		}
		x.SentHeader.Set("X-Forwarded-For", "203.0.113.7")
		return x
	}
	refused := says(push.NewCall, 401, "", "invalid signature")
	origin := says(push.NewCall, 403, "", "IP address not allowed")
	signing := receiver
	signing.Signed = true
	tests := []struct {
		name   string
		call   transcript.Call
		target requirements.Target
		want   []string
	}{
		{"an unsigned push", one(refused), receiver,
			[]string{checks + "a push without one: " + says401 + "; give it a public key of yours, and pushcheck the private half with --sign-key"}},
		{"an unsigned push through a proxy: the proxy is no matter", one(proxied(refused)), receiver,
			[]string{checks + "a push without one: " + says401 + "; give it a public key of yours, and pushcheck the private half with --sign-key"}},
		{"a signed push", one(withSignature(refused)), signing,
			[]string{"push.newcall: gap because signature.valid: the receiver checks signatures and refuses this one: " + says401 + "; does it have the public half of --sign-key?"}},
		{"an odd push without a signature", about("push.odd-caller", strange(refused)), receiver,
			[]string{"push.odd-caller: gap: the receiver checks signatures and refuses a push without one: " + says401 + "; give it a public key of yours, and pushcheck the private half with --sign-key"}},
		{"an odd push with a signature", about("push.odd-caller", withSignature(strange(refused))), signing,
			[]string{"push.odd-caller: gap because signature.any-body: the receiver checks signatures and refuses this one, which is signed correctly: " + says401}},
		{"a push from elsewhere", one(origin), receiver,
			[]string{`push.newcall: gap: the receiver checks where a push comes from and refuses this one: it says "IP address not allowed"; make it look as if it comes from sipgate: --header 'X-Forwarded-For: 217.116.118.254'`}},
		{"a push from elsewhere through a proxy", one(proxied(origin)), receiver,
			[]string{`push.newcall: gap: the receiver checks where a push comes from and refuses this one, with X-Forwarded-For "203.0.113.7": it says "IP address not allowed"; let it accept pushes from here while it is judged`}},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, summaries(requirements.JudgeCall(test.call, test.target), "push.")); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}
