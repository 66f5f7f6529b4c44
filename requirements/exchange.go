package requirements

import (
	"net/url"
	"slices"
	"time"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/transcript"
)

const (
	tooMany     = 429
	unavailable = 503
	retryAfter  = "Retry-After"
	httpDate    = "Mon, 02 Jan 2006 15:04:05 GMT"
)

const (
	inTime = 10 * time.Second // undocumented; from sipgate's staff in 2015. See wire-facts: Timing.

	// Prompt is how long a response may take without a warning.
	Prompt = time.Second

	endless = 1 << 20 // bytes; a longer body counts as one that never ends
)

// tookTooLong reports whether a response came after sipgate would have given up. A run may wait longer than sipgate.
func tookTooLong(x transcript.Exchange) bool { return x.Responded() && x.Took > inTime }

// gaveUpTooEarly reports whether the run gave up on a response before sipgate would have, and it might still have come.
func gaveUpTooEarly(x transcript.Exchange) bool {
	waited := x.End == transcript.TimedOut || x.End == transcript.Late ||
		x.End == transcript.NeverEnded && x.Took >= x.TimeLimit // else the body was too long, and a longer wait would not help
	return waited && x.TimeLimit < inTime && !stopsResponding(x)
}

// hasNoRoute reports whether a response shows that nothing at the URL accepts pushes. The status line is enough, even if the body is cut
// off.
func hasNoRoute(x transcript.Exchange) bool {
	return slices.Contains([]int{404, 405, 410}, x.Status)
}

// OriginOf is the Origin of a URL that is yet to be parsed; "" if it cannot be.
func OriginOf(raw string) string {
	u, err := url.Parse(raw)
	if err != nil {
		return ""
	}
	return endpoint.Origin(u)
}

// stopsResponding reports whether a push got no response in time, and the receiver has since accepted no push or no connection. Such a receiver is
// not slow: it crashed or stopsResponding because of the push.
func stopsResponding(x transcript.Exchange) bool {
	waited := x.End == transcript.TimedOut || x.End == transcript.Late
	return waited && (x.Aftermath.Silent || x.Aftermath.Gone)
}

// timeLimit returns how long the run waited for a response.
func timeLimit(x transcript.Exchange) time.Duration {
	if x.TimeLimit > 0 {
		return x.TimeLimit
	}
	return x.Took
}

// treatmentInTime is Treatment, but a response that came after inTime counts as late. A run may wait longer than sipgate.
func treatmentInTime(x transcript.Exchange) transcript.Treatment {
	if tookTooLong(x) {
		return transcript.NoResponse
	}
	return x.Treatment()
}

// failedAtReceiver reports whether a push got no response, or one with a 5xx status, and the receiver may be the cause.
func failedAtReceiver(x transcript.Exchange) bool {
	switch {
	case x.End == transcript.BlockedEnd, x.End == transcript.Interrupted, x.Failure.IsLocal():
		return false
	}
	return treatmentInTime(x) < transcript.Refused
}

// OverLimit reports whether a response means that the receiver accepts no more pushes for now: status 429, or 503 with Retry-After.
func OverLimit(x transcript.Exchange) bool {
	return x.ForeignName == "" && (x.Status == tooMany || x.Status == unavailable && x.Header.Get(retryAfter) != "")
}

func refusedForLimit(x transcript.Exchange) bool { return x.Exempt == transcript.ExemptByLimit }

// acceptedInTime reports whether a push was accepted before sipgate would have given up.
func acceptedInTime(x transcript.Exchange) bool { return x.Accepted() && !tookTooLong(x) }
