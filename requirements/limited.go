package requirements

import (
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
		if c.Limited {
			return true
		}
		for _, x := range c.Exchanges {
			if x.Push.Event != push.NewCall || x.Odd || x.Copy {
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
