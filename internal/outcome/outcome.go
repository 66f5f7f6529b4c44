// Package outcome reads from recorded exchanges and calls what happened: whether a push was accepted in time, why the receiver refused it
// and how to fix that, whether the receiver limits the number of pushes, and in which calls it crashed or hung. It also describes this in
// sentences for people. It knows no requirement and judges nothing. The tests of package requirements also test its sentences and fixes.
package outcome

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// StatusTooManyRequests is the status of a receiver that accepts no more pushes for now.
const StatusTooManyRequests = 429

const (
	statusUnavailable = 503
	retryAfterHeader  = "Retry-After"
	httpDateFormat    = "Mon, 02 Jan 2006 15:04:05 GMT"
)

// TookTooLong reports whether a response came after sipgate would have given up. A run may wait longer than sipgate.
func TookTooLong(x transcript.Exchange) bool {
	return x.Responded() && x.Duration > transcript.ResponseTimeLimit
}

// GaveUpTooEarly reports whether the run stopped waiting for a response before sipgate would have. The response may still have come.
func GaveUpTooEarly(x transcript.Exchange) bool {
	waited := x.End == transcript.TimedOut || x.End == transcript.Late ||
		x.End == transcript.NeverEnded && x.Duration >= x.TimeLimit // before the limit, the body was cut off as too long, and more time would not help
	return waited && x.TimeLimit < transcript.ResponseTimeLimit && !StopsResponding(x)
}

// IsResponseRead reports whether sipgate reads the response to a push. It discards the responses to answer and hangup pushes.
func IsResponseRead(p push.Push) bool { return p.Event == push.NewCall || p.Event == push.DTMF }

// HasNoRoute reports whether the status of a response shows that nothing at the URL accepts pushes. The response may be incomplete.
func HasNoRoute(x transcript.Exchange) bool {
	return slices.Contains([]int{404, 405, 410}, x.Status)
}

// StopsResponding reports whether a push got no response in time, and the receiver has since accepted no push or no connection. Such a
// receiver is not slow: it crashed or hung because of the push.
func StopsResponding(x transcript.Exchange) bool {
	waited := x.End == transcript.TimedOut || x.End == transcript.Late
	return waited && (x.Aftermath.Silent || x.Aftermath.Gone)
}

// timeLimit returns how long the run waited for a response.
func timeLimit(x transcript.Exchange) time.Duration {
	if x.TimeLimit > 0 {
		return x.TimeLimit
	}
	return x.Duration
}

// treatmentInTime returns how a push was treated. A response that came after transcript.ResponseTimeLimit counts as no response.
func treatmentInTime(x transcript.Exchange) transcript.Treatment {
	if TookTooLong(x) {
		return transcript.NoResponse
	}
	return x.Treatment()
}

// FailedAtReceiver reports whether a push got no response in time or a 5xx status, and the receiver may be the cause.
func FailedAtReceiver(x transcript.Exchange) bool {
	switch {
	case x.End == transcript.BlockedEnd, x.End == transcript.Interrupted, x.Failure.IsLocal():
		return false
	}
	return treatmentInTime(x) < transcript.Refused
}

// IsOverLimit reports whether a response means that the receiver accepts no more pushes for now: status 429, or 503 with Retry-After.
func IsOverLimit(x transcript.Exchange) bool {
	return x.ForeignName == "" && (x.Status == StatusTooManyRequests || x.Status == statusUnavailable && x.Header.Get(retryAfterHeader) != "")
}

// IsExemptByLimit reports whether a push is marked as refused because of the receiver's limit.
func IsExemptByLimit(x transcript.Exchange) bool { return x.Exempt == transcript.ExemptByLimit }

// AcceptedInTime reports whether a push was accepted within sipgate's time limit.
func AcceptedInTime(x transcript.Exchange) bool { return x.Accepted() && !TookTooLong(x) }

// LongestRetryAfter returns the longest pause that the receiver asks for with Retry-After. It reads only those responses of a call that
// mean that the receiver's limit is reached. A pause is at least one second. LongestRetryAfter returns 0 if the receiver asks for no pause.
func LongestRetryAfter(c transcript.Call, now time.Time) time.Duration {
	longest := time.Duration(0)
	for _, x := range c.Exchanges {
		if !IsOverLimit(x) {
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
