package requirements

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// RetryAfter returns how long the receiver asks for a pause, in the responses of a call that are over its limit. It is the longest of
// several, and 0 if there is none.
func RetryAfter(c transcript.Call, now time.Time) time.Duration {
	longest := time.Duration(0)
	for _, x := range c.Exchanges {
		if !OverLimit(x) {
			continue
		}
		value := strings.TrimSpace(x.Header.Get(retryAfter))
		if seconds, err := strconv.ParseUint(value, 10, 31); err == nil {
			longest = max(longest, time.Duration(max(seconds, 1))*time.Second)
		} else if at, err := time.Parse(httpDate, value); err == nil {
			longest = max(longest, at.Sub(now), time.Second)
		}
	}
	return longest
}

// Limited reports whether a receiver limits how many pushes it accepts: it refused one plain newCall push with status 429, or with 503 and
// Retry-After, and accepted another. A receiver that verifies with sipgate's key accepts no plain push, so one that it refused for the
// signature counts as accepted.
func Limited(calls []transcript.Call) bool {
	refused, taken := false, false
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
			if x.Status == tooMany {
				return true
			}
			refused = refused || OverLimit(x)
			taken = taken || x.Accepted()
		}
	}
	return refused && (taken || CapturedPush(calls) == Verified)
}

// Exempt returns copies of calls in which some refused pushes are marked: those over the receiver's limit, and those that sipgate did not
// sign. All are the calls of the run. The limit comes first: it would have refused any push at that moment, so such a push counts as not
// sent. In trouble.many-calls a push is marked for the limit only if an earlier call reached it, because that requirement is about how
// many calls a receiver accepts.
func Exempt(calls, all []transcript.Call) []transcript.Call {
	limited := Limited(all)
	_, refusal := captured(all)
	out := slices.Clone(calls)
	for i, c := range out {
		aboutLimit := c.Stimulus == ManyCalls && !Limited(earlier(all, c.ID))
		out[i].Exchanges = slices.Clone(c.Exchanges)
		for n := range out[i].Exchanges {
			switch x := &out[i].Exchanges[n]; {
			case OverLimit(*x) && limited && !aboutLimit:
				x.Exempt, x.End = transcript.ExemptByLimit, transcript.BlockedEnd
			case refusal != notRefused && x.ForeignName == "" && !isGenuine(*x) && (refusalWayOf(*x) == refusal || plainFollowUpRequirement(x.Push) != "" && !x.Accepted()):
				x.Exempt = transcript.ExemptBySignature // other code may handle follow-ups, and refuse an unsigned one in another way
			}
		}
	}
	return out
}

// earlier returns the calls that were played before the one with this id.
func earlier(calls []transcript.Call, id int) []transcript.Call {
	return slices.DeleteFunc(slices.Clone(calls), func(c transcript.Call) bool { return c.ID >= id })
}
