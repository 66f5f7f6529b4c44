package requirements_test

import (
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestReasonOfARefusalBecauseOfSignatureOrOriginDependsOnTheHeadersOfThePush(t *testing.T) {
	t.Parallel()
	const (
		prefix         = `push.newcall: gap: the receiver checks signatures and refuses `
		signatureWords = `it says "invalid signature"`
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
	refusedForOrigin := exchange(push.NewCall, 403, "", "IP address not allowed")
	signedReceiver := receiver
	signedReceiver.PushesSigned = true
	tests := []struct {
		name   string
		call   transcript.Call
		target requirements.Target
		want   []string
	}{
		{"unsigned push refused because of its signature", callOf(refused), receiver,
			[]string{prefix + "a push without one: " + signatureWords + "; give it a public key of yours, and pushcheck the private half with --sign-key"}},
		{"unsigned push with X-Forwarded-For refused because of its signature", callOf(withProxyHeader(refused)), receiver,
			[]string{prefix + "a push without one: " + signatureWords + "; give it a public key of yours, and pushcheck the private half with --sign-key"}},
		{"signed push refused because of its signature", callOf(withSignature(refused)), signedReceiver,
			[]string{"push.newcall: gap because signature.valid: the receiver checks signatures and refuses this one: " + signatureWords + "; does it have the public half of --sign-key?"}},
		{"unsigned odd push refused because of its signature", callFor("push.odd-caller", oddExchange(refused)), receiver,
			[]string{"push.odd-caller: gap: the receiver checks signatures and refuses a push without one: " + signatureWords + "; give it a public key of yours, and pushcheck the private half with --sign-key"}},
		{"signed odd push refused because of its signature", callFor("push.odd-caller", withSignature(oddExchange(refused))), signedReceiver,
			[]string{"push.odd-caller: gap because signature.any-body: the receiver checks signatures and refuses this one, which is signed correctly: " + signatureWords}},
		{"push without X-Forwarded-For refused because of its origin", callOf(refusedForOrigin), receiver,
			[]string{`push.newcall: gap: the receiver checks where a push comes from and refuses this one: it says "IP address not allowed"; make it look as if it comes from sipgate: --header 'X-Forwarded-For: 217.116.118.254'`}},
		{"push with X-Forwarded-For refused because of its origin", callOf(withProxyHeader(refusedForOrigin)), receiver,
			[]string{`push.newcall: gap: the receiver checks where a push comes from and refuses this one, with X-Forwarded-For "203.0.113.7": it says "IP address not allowed"; let it accept pushes from here while it is judged`}},
	}
	for _, test := range tests {
		if diff := cmp.Diff(test.want, summarize(requirements.JudgeCall(test.call, test.target), "push.")); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}
