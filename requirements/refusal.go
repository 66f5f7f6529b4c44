package requirements

import (
	"fmt"

	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

// violatedRequirement returns the requirement that the receiver breaks by the refusal; "" if the receiver is right to refuse the push.
func violatedRequirement(r outcome.VerificationRefusal, x transcript.Exchange) string {
	switch {
	case r.Check != outcome.SignatureCheck || !outcome.IsSigned(x):
		return ""
	case x.Odd:
		return signatureAnyBody
	}
	return signatureValid
}

// verificationRefusalGap returns the gap of a push that the receiver refuses because of its signature or origin. It returns false if the
// response is no such refusal. If the push is signed, the receiver should have been able to verify the signature.
func verificationRefusalGap(x transcript.Exchange) (Gap, bool) {
	refusal, isRefusal := outcome.FindVerificationRefusal(x)
	if !isRefusal {
		return Gap{}, false
	}
	return Gap{Reason: refusal.Reason(x, outcome.IsSigned(x)), CauseID: violatedRequirement(refusal, x)}, true
}

// GapOfRefusedPush returns the gap of a plain push that the receiver refuses because it limits how many pushes it accepts, or because of
// the push's signature or origin. It returns false for any other push.
func GapOfRefusedPush(x transcript.Exchange, target Target) (Gap, bool) {
	refusal, isRefusal := outcome.FindVerificationRefusal(x)
	switch {
	case outcome.IsExemptByLimit(x):
		return Gap{Reason: outcome.DescribeOverLimit(x)}, true
	case !isRefusal || x.Odd:
		return Gap{}, false
	case target.NeedsForwardedFor && outcome.RefusesSignature(x, refusal):
		return gapWithoutProxyHeader(refusal), true
	}
	gap := Gap{Reason: refusal.Reason(x, target.PushesSigned && outcome.IsSigned(x))}
	if target.PushesSigned {
		gap.CauseID = violatedRequirement(refusal, x)
	}
	return gap, true
}

// gapWithoutProxyHeader returns the gap of a push that is refused because it has no X-Forwarded-For.
func gapWithoutProxyHeader(r outcome.VerificationRefusal) Gap {
	return Gap{CauseID: signatureAnyProxy, Reason: fmt.Sprintf(
		"the receiver says %s about a signed push without X-Forwarded-For, and accepts one with it: to judge the rest, set the header with --header 'X-Forwarded-For: %s'", response.Quote(r.Words), outcome.SipgateAddress)}
}

// NeedsForwardedFor reports whether a receiver accepts a signed push only because of its X-Forwarded-For header: it accepted a signed push
// with that header, and refused all signed plain newCall pushes without it because of the signature.
func NeedsForwardedFor(calls []transcript.Call) bool {
	acceptedWithHeader, refusedWithoutHeader := false, false
	for _, c := range calls {
		for _, x := range c.Exchanges {
			refusal, isRefusal := outcome.FindVerificationRefusal(x)
			switch {
			case x.Push.Event != push.NewCall || !outcome.IsSigned(x):
			case x.Odd && c.RequirementID == signatureAnyProxy && outcome.ForwardedFor(x) != "none":
				acceptedWithHeader = acceptedWithHeader || x.Accepted() && !isRefusal
			case x.Odd:
			case outcome.RefusesSignature(x, refusal):
				refusedWithoutHeader = true
			case x.Accepted() && outcome.ForwardedFor(x) == "none":
				return false
			}
		}
	}
	return acceptedWithHeader && refusedWithoutHeader
}
