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

	lax       bool                   // only newCall pushes are verified
	refusal   func() *draft          // the response to what is refused; nil: one that gives the reason
	optional  bool                   // a push without a signature is let in
	careless  bool                   // a push with any signature is let in
	body      func([]byte) []byte    // returns what is verified instead of the body
	mayCome   func(from string) bool // whether a push is let in by its X-Forwarded-For
	stumbles  bool                   // the push after one without a signature is dropped
	stumbling atomic.Bool
}

// refuses returns the response that refuses a push; nil if the push is let in.
func (g *guard) refuses(header http.Header, body []byte) *draft {
	if g.key == nil || g.lax && !isNewCall(body) {
		return nil
	}
	refusal := g.verdict(header, body)
	if refusal == nil || g.refusal == nil {
		return refusal
	}
	other := g.refusal()
	other.reason = refusal.reason
	return other
}

func isNewCall(body []byte) bool {
	form, err := push.ParseForm(body)
	return err == nil && form.Get(push.FieldEvent) == string(push.NewCall)
}

// verdict is the refusal of a push whose signature is not valid; nil if it is valid.
func (g *guard) verdict(header http.Header, body []byte) *draft {
	if g.stumbling.Swap(false) {
		return &draft{drop: true, reason: "nothing, it has stumbled"}
	}
	from := header.Get("X-Forwarded-For")
	if g.mayCome != nil && !g.mayCome(from) {
		return forbidden("the IP address " + logText(from) + " is not from sipgate")
	}
	signature := header.Get(push.SignatureHeader)
	switch {
	case signature == "" && g.optional:
		return nil
	case signature == "":
		g.stumbling.Store(g.stumbles)
		return forbidden("there is no signature")
	case g.careless:
		return nil
	}
	verified := body
	if g.body != nil {
		verified = g.body(body)
	}
	if err := push.Verify(g.key, verified, signature); err != nil {
		return forbidden("the signature is not valid")
	}
	return nil
}

// forbidden refuses a push with a sentence.
func forbidden(sentence string) *draft {
	d := &draft{status: http.StatusForbidden, header: http.Header{}, reason: sentence, body: []byte(sentence + "\n")}
	d.header.Set("Content-Type", "text/plain; charset=utf-8")
	return d
}
