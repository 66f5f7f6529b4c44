package requirements

import (
	"fmt"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

// signed reports whether a push carried a signature.
func signed(x transcript.Exchange) bool { return len(x.SentHeader[push.SignatureHeader]) > 0 }

// forwardedFor returns the X-Forwarded-For of a push, "none" if it has none.
func forwardedFor(x transcript.Exchange) string {
	if values := x.SentHeader["X-Forwarded-For"]; len(values) > 0 {
		return values[0]
	}
	return "none"
}

// because returns the requirement that the refusal violates; "" if refusing is correct.
func (r Refused) because(x transcript.Exchange) string {
	switch {
	case r.By != SignatureCheck || !signed(x):
		return ""
	case x.Odd:
		return signatureAnyBody
	}
	return signatureValid
}

// refusalGap returns the gap of a push that the receiver refuses because of its signature or its origin. It returns false if the receiver
// does not. The signature counts as one that the receiver should have been able to verify.
func refusalGap(x transcript.Exchange) (Gap, bool) {
	why, refused := Refusal(x)
	if !refused {
		return Gap{}, false
	}
	return Gap{Reason: why.reason(x, signed(x)), Because: why.because(x)}, true
}

// TurnedAway returns the gap of a receiver that refuses a plain push because of its limit, the signature or the origin. It returns false if
// the receiver does not.
func TurnedAway(x transcript.Exchange, target Target) (Gap, bool) {
	why, refused := Refusal(x)
	switch {
	case refusedForLimit(x):
		return Gap{Reason: overLimit(x)}, true
	case !refused || x.Odd:
		return Gap{}, false
	case target.Proxied && refusesSignature(x, why):
		return why.unproxied(), true
	}
	g := Gap{Reason: why.reason(x, target.Signed && signed(x))}
	if target.Signed {
		g.Because = why.because(x)
	}
	return g, true
}

// refusesSignature reports whether a receiver refuses a signed push because of the signature, and the push has no X-Forwarded-For.
func refusesSignature(x transcript.Exchange, why Refused) bool {
	return why.By == SignatureCheck && signed(x) && forwardedFor(x) == "none"
}

// unproxied returns the gap of a push that is refused because it has no X-Forwarded-For.
func (r Refused) unproxied() Gap {
	return Gap{Because: signatureAnyProxy, Reason: fmt.Sprintf(
		"the receiver says %s about a signed push without X-Forwarded-For, and accepts one with it: to judge the rest, set the header with --header 'X-Forwarded-For: %s'", response.Quote(r.Words), sipgateAddress)}
}

// Proxied reports whether a receiver accepts a signed push only because of its X-Forwarded-For header: it accepted one with that header, and
// refused all plain ones without it because of the signature.
func Proxied(calls []transcript.Call) bool {
	taken, refused := false, false
	for _, c := range calls {
		for _, x := range c.Exchanges {
			why, no := Refusal(x)
			switch {
			case x.Push.Event != push.NewCall || !signed(x):
			case x.Odd && c.Stimulus == signatureAnyProxy && forwardedFor(x) != "none":
				taken = taken || x.Accepted() && !no
			case x.Odd:
			case refusesSignature(x, why):
				refused = true
			case x.Accepted() && forwardedFor(x) == "none":
				return false
			}
		}
	}
	return taken && refused
}
