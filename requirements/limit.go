package requirements

import (
	"slices"

	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// HasLimit reports whether a receiver limits the number of pushes that it accepts: it refused a plain newCall push with status 429, or it
// accepted one plain newCall push and refused another with status 503 and Retry-After. A receiver that verifies with sipgate's key accepts
// no plain push; then the status 503 with Retry-After is enough. Calls for trouble.many-calls do not count. A call that was refused because
// of the limit and then played again counts even if it was accepted in the end.
func HasLimit(calls []transcript.Call) bool {
	hasRefused, hasAccepted := false, false
	for _, c := range calls {
		if c.RequirementID == TroubleManyCalls {
			continue
		}
		if c.RefusedByLimit {
			return true
		}
		for _, x := range c.Exchanges {
			if x.Push.Event != push.NewCall || x.Odd || x.Duplicate {
				continue
			}
			if x.Status == outcome.StatusTooManyRequests {
				return true
			}
			hasRefused = hasRefused || outcome.IsOverLimit(x)
			hasAccepted = hasAccepted || x.Accepted()
		}
	}
	return hasRefused && (hasAccepted || outcome.ResultOfCapturedPush(calls) == outcome.VerifiesWithSipgateKey)
}

// MarkExemptPushes returns copies of calls in which the refused pushes that must not be judged are marked: pushes over the receiver's
// limit, and pushes that the receiver refuses because sipgate did not sign them. all are the calls of the run. A push over the limit counts
// as not sent, because the receiver would have refused any push at that moment. In trouble.many-calls such a push is marked only if an
// earlier call reached the limit, because that requirement is about how many calls a receiver accepts.
func MarkExemptPushes(calls, all []transcript.Call) []transcript.Call {
	isLimited := HasLimit(all)
	_, refusal := outcome.ResultAndRefusalWay(all)
	out := slices.Clone(calls)
	for i, c := range out {
		isAboutLimit := c.RequirementID == TroubleManyCalls && !HasLimit(callsBefore(all, c.ID))
		out[i].Exchanges = slices.Clone(c.Exchanges)
		for k := range out[i].Exchanges {
			switch x := &out[i].Exchanges[k]; {
			case outcome.IsOverLimit(*x) && isLimited && !isAboutLimit:
				x.Exempt, x.End = transcript.ExemptByLimit, transcript.BlockedEnd
			case refusal != outcome.NotRefused && x.ForeignName == "" && !outcome.IsCapturedPush(*x) && (outcome.RefusalWayOf(*x) == refusal || plainFollowUpRequirement(x.Push) != "" && !x.Accepted()):
				x.Exempt = transcript.ExemptBySignature // the receiver's code for follow-up pushes may refuse unsigned pushes in another way
			}
		}
	}
	return out
}

// callsBefore returns the calls that were played before the call with this id.
func callsBefore(calls []transcript.Call, id int) []transcript.Call {
	return slices.DeleteFunc(slices.Clone(calls), func(c transcript.Call) bool { return c.ID >= id })
}

// ProbeShowsNoRoute reports whether the calls of a probe show that nothing at the URL accepts pushes: every push got 404, 405 or 410, and
// one of them was the captured push. Without the captured push, the reason may be that the receiver does not know the numbers of the plain
// calls.
func ProbeShowsNoRoute(probeCalls []transcript.Call) bool {
	isCapturedSent := false
	for _, c := range probeCalls {
		for _, x := range c.Exchanges {
			if !outcome.HasNoRoute(x) {
				return false
			}
			// outcome.IsCapturedPush would be false if the captured push was sent a second time, with other ids.
			isCapturedSent = isCapturedSent || c.RequirementID == pushGoldenCapture && !outcome.IsAlteredCapturedPush(x)
		}
	}
	return isCapturedSent
}
