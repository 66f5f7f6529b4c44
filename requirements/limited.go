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

// LimitAdvice is what the user can do if the receiver's limit keeps a requirement from being judged.
const LimitAdvice = "exempt this machine from the limit while the receiver is judged"

// OverLimit reports whether the response to a push says that the receiver takes no more of them for now: status 429, or 503 with Retry-After.
func OverLimit(x transcript.Exchange) bool {
	return x.Raw == "" && (x.Status == tooMany || x.Status == unavailable && x.Header.Get(retryAfter) != "")
}

// RetryAfter returns for how long the receiver asks not to be sent anything in the responses of a call that are over its limit, the
// longest of several; 0 if it does not say.
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

// Limited reports whether a receiver limits how many pushes it takes: it refused a plain newCall push with status 429, which says so, or
// with 503 and Retry-After, and took another. A receiver that verifies with sipgate's key takes no plain push; one that it refused for the
// signature counts as taken.
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

// overLimit says that a push was refused for the receiver's limit.
func overLimit(x transcript.Exchange) string {
	return fmt.Sprintf("the receiver limits how many pushes it accepts, and refused this one with status %d: %s", x.Status, LimitAdvice)
}

func refusedForLimit(x transcript.Exchange) bool { return x.Exempt == transcript.ForLimit }

// judgeLimit notes that a call says less about what it was played for, because the receiver's limit refused a push of it.
func judgeLimit(js *judgements, c transcript.Call) {
	if i := slices.IndexFunc(c.Exchanges, refusedForLimit); i >= 0 {
		js.gap(About(c), overLimit(c.Exchanges[i]), "")
	}
}
