package receiver

import (
	"crypto/rsa"
	"net/http"
	"sync/atomic"

	"github.com/pushcheck/pushcheck/push"
)

// guard accepts only pushes that are signed. The zero guard accepts every push. The fields after key are set by faults and quirks.
type guard struct {
	key *rsa.PublicKey

	verifiesNewCallsOnly   bool                   // only newCall pushes are verified, all other pushes are accepted
	newRefusal             func() *draft          // makes the response to a refused push; nil: the response gives the reason
	acceptsUnsigned        bool                   // a push without a signature is accepted
	acceptsAnySignature    bool                   // a push with a wrong signature is accepted
	bytesToVerify          func([]byte) []byte    // returns the bytes that are verified instead of the body; nil: the body
	acceptsForwardedFor    func(from string) bool // reports whether a push with this X-Forwarded-For is accepted; nil: every push is accepted
	dropsPushAfterUnsigned bool                   // the push after an unsigned push gets no response
	isNextPushDropped      atomic.Bool            // set after an unsigned push if dropsPushAfterUnsigned
}

// check returns the response that refuses a push, or nil if the push is accepted.
func (g *guard) check(header http.Header, body []byte) *draft {
	if g.key == nil || g.verifiesNewCallsOnly && !isNewCallForm(body) {
		return nil
	}
	refusal := g.checkSignature(header, body)
	if refusal == nil || g.newRefusal == nil {
		return refusal
	}
	custom := g.newRefusal()
	custom.reason = refusal.reason
	return custom
}

func isNewCallForm(body []byte) bool {
	form, err := push.ParseForm(body)
	return err == nil && form.Get(push.FieldEvent) == string(push.NewCall)
}

// checkSignature returns the response that refuses a push for its signature, or nil if the push is accepted.
func (g *guard) checkSignature(header http.Header, body []byte) *draft {
	if g.isNextPushDropped.Swap(false) {
		return &draft{closeWithoutResponse: true, reason: "dropped, because the push before it was unsigned"}
	}
	from := header.Get("X-Forwarded-For")
	if g.acceptsForwardedFor != nil && !g.acceptsForwardedFor(from) {
		return refusalWith403("the IP address " + logText(from) + " is not from sipgate")
	}
	signature := header.Get(push.SignatureHeader)
	switch {
	case signature == "" && g.acceptsUnsigned:
		return nil
	case signature == "":
		g.isNextPushDropped.Store(g.dropsPushAfterUnsigned)
		return refusalWith403("there is no signature")
	case g.acceptsAnySignature:
		return nil
	}
	signedBytes := body
	if g.bytesToVerify != nil {
		signedBytes = g.bytesToVerify(body)
	}
	if err := push.Verify(g.key, signedBytes, signature); err != nil {
		return refusalWith403("the signature is not valid")
	}
	return nil
}

// refusalWith403 returns a response with status 403 and a sentence that gives the reason.
func refusalWith403(sentence string) *draft {
	d := &draft{status: http.StatusForbidden, header: http.Header{}, reason: sentence, body: []byte(sentence + "\n")}
	d.header.Set("Content-Type", "text/plain; charset=utf-8")
	return d
}
