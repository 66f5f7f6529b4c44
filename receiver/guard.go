package receiver

import (
	"crypto/rsa"
	"net/http"
	"sync/atomic"

	"github.com/pushcheck/pushcheck/push"
)

// guard lets in only pushes that sipgate has signed. The zero guard lets everything in. Each fault of the guard is a field of its own.
type guard struct {
	key *rsa.PublicKey

	newCallsOnly       bool                   // only newCall pushes are verified
	newRefusal         func() *draft          // the response to what is refused; nil: one that gives the reason
	signatureOptional  bool                   // a push without a signature is let in
	signatureUnchecked bool                   // a push with any signature is let in
	verifiedBody       func([]byte) []byte    // returns what is verified instead of the body
	acceptsOrigin      func(from string) bool // whether a push is let in by its X-Forwarded-For
	dropsAfterUnsigned bool                   // the push after one without a signature is dropped
	dropNext           atomic.Bool
}

// refusal returns the response that refuses a push; nil if the push is let in.
func (g *guard) refusal(header http.Header, body []byte) *draft {
	if g.key == nil || g.newCallsOnly && !isNewCallForm(body) {
		return nil
	}
	refusal := g.checkPush(header, body)
	if refusal == nil || g.newRefusal == nil {
		return refusal
	}
	other := g.newRefusal()
	other.reason = refusal.reason
	return other
}

func isNewCallForm(body []byte) bool {
	form, err := push.ParseForm(body)
	return err == nil && form.Get(push.FieldEvent) == string(push.NewCall)
}

// checkPush returns the refusal of a push whose signature is not valid; nil if it is valid.
func (g *guard) checkPush(header http.Header, body []byte) *draft {
	if g.dropNext.Swap(false) {
		return &draft{closesConnection: true, reason: "nothing, it has stumbled"}
	}
	from := header.Get("X-Forwarded-For")
	if g.acceptsOrigin != nil && !g.acceptsOrigin(from) {
		return newForbidden("the IP address " + logText(from) + " is not from sipgate")
	}
	signature := header.Get(push.SignatureHeader)
	switch {
	case signature == "" && g.signatureOptional:
		return nil
	case signature == "":
		g.dropNext.Store(g.dropsAfterUnsigned)
		return newForbidden("there is no signature")
	case g.signatureUnchecked:
		return nil
	}
	verified := body
	if g.verifiedBody != nil {
		verified = g.verifiedBody(body)
	}
	if err := push.Verify(g.key, verified, signature); err != nil {
		return newForbidden("the signature is not valid")
	}
	return nil
}

// newForbidden returns the refusal of a push, with a sentence.
func newForbidden(sentence string) *draft {
	d := &draft{status: http.StatusForbidden, header: http.Header{}, reason: sentence, body: []byte(sentence + "\n")}
	d.header.Set("Content-Type", "text/plain; charset=utf-8")
	return d
}
