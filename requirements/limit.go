package requirements

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// RetryAfter returns the longest pause that the receiver asks for with Retry-After in the responses of a call, if their status means that its
// limit is reached. It returns 0 if the receiver asks for no pause.
func RetryAfter(c transcript.Call, now time.Time) time.Duration {
	longest := time.Duration(0)
	for _, x := range c.Exchanges {
		if !OverLimit(x) {
			continue
		}
		value := strings.TrimSpace(x.Header.Get(retryAfterHeader))
		if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
			longest = max(longest, time.Duration(max(seconds, 1))*time.Second)
		} else if at, err := time.Parse(httpDateFormat, value); err == nil {
			longest = max(longest, at.Sub(now), time.Second)
		}
	}
	return longest
}

// Limited reports whether a receiver limits the number of pushes that it accepts: it refused a plain newCall push with status 429, or it
// accepted one plain newCall push and refused another with status 503 and Retry-After. A receiver that verifies with sipgate's key accepts no
// plain push; then the status 503 with Retry-After is enough.
func Limited(calls []transcript.Call) bool {
	refused, accepted := false, false
	for _, c := range calls {
		if c.Stimulus == ManyCalls {
			continue
		}
		if c.RefusedByLimit {
			return true
		}
		for _, x := range c.Exchanges {
			if x.Push.Event != push.NewCall || x.Odd || x.Duplicate {
				continue
			}
			if x.Status == statusTooManyRequests {
				return true
			}
			refused = refused || OverLimit(x)
			accepted = accepted || x.Accepted()
		}
	}
	return refused && (accepted || CapturedPush(calls) == Verified)
}

// Exempt returns copies of calls, and marks the refused pushes in them that must not be judged: pushes over the receiver's limit, and pushes that
// the receiver refuses because sipgate did not sign them. all are the calls of the run. A push over the limit counts as not sent, because the
// receiver would have refused any push at that moment. In trouble.many-calls it is marked only if an earlier call reached the limit, because
// that requirement is about how many calls a receiver accepts.
func Exempt(calls, all []transcript.Call) []transcript.Call {
	limited := Limited(all)
	_, refusal := capturedResult(all)
	out := slices.Clone(calls)
	for i, c := range out {
		aboutLimit := c.Stimulus == ManyCalls && !Limited(callsBefore(all, c.ID))
		out[i].Exchanges = slices.Clone(c.Exchanges)
		for k := range out[i].Exchanges {
			switch x := &out[i].Exchanges[k]; {
			case OverLimit(*x) && limited && !aboutLimit:
				x.Exempt, x.End = transcript.ExemptByLimit, transcript.BlockedEnd
			case refusal != notRefused && x.ForeignName == "" && !isCapturedPush(*x) && (refusalWayOf(*x) == refusal || plainFollowUpRequirement(x.Push) != "" && !x.Accepted()):
				x.Exempt = transcript.ExemptBySignature // other code may handle follow-up pushes, and refuse unsigned pushes in another way
			}
		}
	}
	return out
}

// callsBefore returns the calls that were played before the call with this id.
func callsBefore(calls []transcript.Call, id int) []transcript.Call {
	return slices.DeleteFunc(slices.Clone(calls), func(c transcript.Call) bool { return c.ID >= id })
}
