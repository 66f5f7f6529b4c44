package requirements

import (
	"net/url"
	"slices"
	"time"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

const (
	statusTooManyRequests = 429
	statusUnavailable     = 503
	retryAfterHeader      = "Retry-After"
	httpDateFormat        = "Mon, 02 Jan 2006 15:04:05 GMT"
)

const (
	sipgateTimeLimit = 10 * time.Second // undocumented: sipgate's staff named it in 2015 in sipgate.io issue #32

	// Prompt is the time within which a response gets no warning.
	Prompt = time.Second

	endlessBody = 1 << 20 // bytes; a longer body counts as a body that never ends
)

// tookTooLong reports whether a response came after sipgate would have given up. A run may wait longer than sipgate.
func tookTooLong(x transcript.Exchange) bool { return x.Responded() && x.Duration > sipgateTimeLimit }

// gaveUpTooEarly reports whether the run stopped waiting for a response before sipgate would have. The response may still have come.
func gaveUpTooEarly(x transcript.Exchange) bool {
	waited := x.End == transcript.TimedOut || x.End == transcript.Late ||
		x.End == transcript.NeverEnded && x.Duration >= x.TimeLimit // otherwise the body was too long, and more time would not help
	return waited && x.TimeLimit < sipgateTimeLimit && !stopsResponding(x)
}

// isResponseRead reports whether sipgate reads the response to a push. It discards the responses to answer and hangup pushes.
func isResponseRead(p push.Push) bool { return p.Event == push.NewCall || p.Event == push.DTMF }

// hasNoRoute reports whether the status of a response shows that nothing at the URL accepts pushes. The response may be incomplete.
func hasNoRoute(x transcript.Exchange) bool {
	return slices.Contains([]int{404, 405, 410}, x.Status)
}

// OriginOf returns the origin of a URL; "" if the URL cannot be parsed.
func OriginOf(rawURL string) string {
	u, err := url.Parse(rawURL)
	if err != nil {
		return ""
	}
	return endpoint.Origin(u)
}

// stopsResponding reports whether a push got no response in time, and the receiver has since accepted no push or no connection. Such a
// receiver is not slow: it crashed or hung because of the push.
func stopsResponding(x transcript.Exchange) bool {
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

// treatmentInTime returns how a push was treated. A response that came after sipgateTimeLimit counts as no response.
func treatmentInTime(x transcript.Exchange) transcript.Treatment {
	if tookTooLong(x) {
		return transcript.NoResponse
	}
	return x.Treatment()
}

// failedAtReceiver reports whether a push got no response in time or a 5xx status, and the receiver may be the cause.
func failedAtReceiver(x transcript.Exchange) bool {
	switch {
	case x.End == transcript.BlockedEnd, x.End == transcript.Interrupted, x.Failure.IsLocal():
		return false
	}
	return treatmentInTime(x) < transcript.Refused
}

// OverLimit reports whether a response means that the receiver accepts no more pushes for now: status 429, or 503 with Retry-After.
func OverLimit(x transcript.Exchange) bool {
	return x.ForeignName == "" && (x.Status == statusTooManyRequests || x.Status == statusUnavailable && x.Header.Get(retryAfterHeader) != "")
}

// refusedForLimit reports whether Exempt marked a push as refused because of the receiver's limit.
func refusedForLimit(x transcript.Exchange) bool { return x.Exempt == transcript.ExemptByLimit }

// acceptedInTime reports whether a push was accepted within sipgate's time limit.
func acceptedInTime(x transcript.Exchange) bool { return x.Accepted() && !tookTooLong(x) }
