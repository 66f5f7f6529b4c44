package requirements

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

const (
	tooMany     = 429
	unavailable = 503
	retryAfter  = "Retry-After"
	httpDate    = "Mon, 02 Jan 2006 15:04:05 GMT"
)

// OverLimit reports whether a response says that the receiver takes no more requests for now: status 429, or 503 with Retry-After.
func OverLimit(x transcript.Exchange) bool {
	return x.Status == tooMany || x.Status == unavailable && x.Header.Get(retryAfter) != ""
}

// RetryAfter returns for how long the receiver asks not to be sent anything in the responses of a call that are over its limit, the
// longest of several; 0 if it does not say.
func RetryAfter(c transcript.Call, now time.Time) time.Duration {
	longest := time.Duration(0)
	for _, x := range c.Exchanges {
		if !OverLimit(x) || x.Raw != "" {
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

// Limited reports whether a receiver limits how many pushes it takes: it refused a plain newCall push for its limit and took
// another, or said with 429 and Retry-After when to come again.
func Limited(calls []transcript.Call) bool {
	refused, taken := false, false
	for _, c := range calls {
		if c.Stimulus == manyCalls {
			continue
		}
		if c.Limited {
			return true
		}
		for _, x := range c.Exchanges {
			if x.Push.Event != push.NewCall || x.Odd || x.Copy {
				continue
			}
			if x.Status == tooMany && x.Header.Get(retryAfter) != "" {
				return true
			}
			refused = refused || OverLimit(x)
			taken = taken || x.Accepted()
		}
	}
	return refused && taken
}

// Unlimited returns the calls without what the receiver refused for its limit: whatever came at that moment would have been
// refused. All are the calls of the run. Calls of trouble.many-calls are left as they are unless the limit was reached before:
// they are about how many calls a receiver takes.
func Unlimited(calls, all []transcript.Call) []transcript.Call {
	if !Limited(all) {
		return calls
	}
	out := slices.Clone(calls)
	for i := range out {
		before := slices.DeleteFunc(slices.Clone(all), func(c transcript.Call) bool { return c.ID >= out[i].ID })
		if out[i].Stimulus == manyCalls && !Limited(before) {
			continue
		}
		out[i].Exchanges = slices.Clone(out[i].Exchanges)
		for n := range out[i].Exchanges {
			if x := &out[i].Exchanges[n]; OverLimit(*x) && x.Raw == "" {
				x.End = transcript.BlockedEnd
			}
		}
	}
	return out
}

// overLimit says that a push was refused for the receiver's limit.
func overLimit(x transcript.Exchange) string {
	return fmt.Sprintf("the receiver limits how many pushes it takes, and refused this one with status %d: let it take all of them from here while it is judged", x.Status)
}

// refusedForLimit reports whether Unlimited found that a push was refused for the receiver's limit.
func refusedForLimit(x transcript.Exchange) bool {
	return x.End == transcript.BlockedEnd && x.Status != 0
}

// judgeLimit notes that a call says less about what it was played for, because the receiver's limit refused a push of it.
func judgeLimit(js *judgements, c transcript.Call) {
	if i := slices.IndexFunc(c.Exchanges, refusedForLimit); i >= 0 {
		js.gap(About(c), overLimit(c.Exchanges[i]), "")
	}
}
