package outcome

import (
	"fmt"
	"strconv"
	"time"

	"github.com/pushcheck/pushcheck/transcript"
)

// PushName names a push and its leg.
func PushName(x transcript.Exchange) string {
	return fmt.Sprintf("the %s push on %s's leg", x.Push.Event, x.Leg)
}

// DescribePush names a push and its leg, and describes why the push was not accepted.
func DescribePush(x transcript.Exchange) string { return PushName(x) + ": " + DescribeEnd(x) }

// DescribeEnd describes how an exchange ended, and the state of the receiver after it, if that is known.
func DescribeEnd(x transcript.Exchange) string {
	end := string(x.End)
	if x.Detail != "" {
		end += ": " + x.Detail
	}
	switch {
	case x.End == transcript.NotConnected:
		end = fmt.Sprintf("no connection: %s", x.Failure)
	case x.End == transcript.Dropped:
		end = describeClosed(x)
	case x.End == transcript.TimedOut:
		end = "no response within " + formatSeconds(timeLimit(x))
	case TookTooLong(x):
		end = fmt.Sprintf("status %d after %.1f s", x.Status, x.Duration.Seconds())
	case x.Responded():
		end = fmt.Sprintf("status %d", x.Status)
	case x.Status/100 > 2:
		end = fmt.Sprintf("status %d, %s", x.Status, end)
	}
	return end + describeAftermath(x)
}

// DescribeLateEnd describes a response that was not complete in time.
func DescribeLateEnd(x transcript.Exchange) string {
	if x.End == transcript.TimedOut {
		return DescribeEnd(x)
	}
	return fmt.Sprintf("%s after %.1f s%s", x.End, x.Duration.Seconds(), describeAftermath(x))
}

// describeClosed describes a connection that ended without a response. It names only errors of TLS, because the error text of the
// operating system varies by chance.
func describeClosed(x transcript.Exchange) string {
	const words = "the receiver closed the connection without a response"
	if !x.EndedByTLS {
		return words
	}
	return fmt.Sprintf("%s (%s)", words, x.Detail)
}

// describeAftermath describes the state of the receiver after an exchange, as a clause that follows the description of the exchange's end.
// It returns "" if nothing is known.
func describeAftermath(x transcript.Exchange) string {
	subject := "the receiver"
	if x.End == transcript.Dropped {
		subject = "it" // the sentence has named the receiver
	}
	switch a := x.Aftermath; {
	case a.GaveUp:
		return ""
	case a.Gone && x.End == transcript.Dropped:
		return " and has accepted no connection since"
	case a.Gone:
		return "; the receiver has accepted no connection since"
	case a.Silent && x.End == transcript.TimedOut:
		return "; since then it accepts connections but does not respond"
	case a.Silent:
		return fmt.Sprintf("; since then %s accepts connections but no push", subject)
	case a.Away > 0 && x.End == transcript.Dropped:
		return fmt.Sprintf("; it accepted connections again %s later", formatSeconds(a.Away))
	case a.Away > 0 && x.Responded():
		return fmt.Sprintf("; after it the receiver accepted no push for %s", formatSeconds(a.Away))
	case a.Away > 0:
		return fmt.Sprintf("; after it the receiver accepted no connection for %s", formatSeconds(a.Away))
	}
	return ""
}

// formatSeconds formats d in seconds with at most one decimal. If the result would be 0, it uses two decimals, and returns at least 0.01.
func formatSeconds(d time.Duration) string {
	const tenth, hundredth = 100 * time.Millisecond, 10 * time.Millisecond
	rounded := d.Round(tenth)
	if rounded == 0 {
		rounded = max(d.Round(hundredth), hundredth)
	}
	return strconv.FormatFloat(rounded.Seconds(), 'f', -1, 64) + " s"
}

// WhyNotConnected returns why there was no connection for a push.
func WhyNotConnected(x transcript.Exchange) string {
	if x.Failure.IsLocal() {
		return x.Detail
	}
	return "the receiver was gone: " + DescribeEnd(x)
}

// WhyNotJudged returns why an exchange shows nothing about the receiver: this machine could not send the push, or did not wait for the
// response as long as sipgate does. It returns "" if the exchange can be judged.
func WhyNotJudged(x transcript.Exchange) string {
	switch {
	case x.End == transcript.Interrupted:
		return "the run was interrupted"
	case x.End == transcript.BlockedEnd:
		return WhyBlocked(x)
	case x.Failure.IsLocal():
		return WhyNotConnected(x)
	case GaveUpTooEarly(x):
		return DescribeEarlyEnd(x)
	}
	return ""
}

// WhyBlocked explains the end transcript.BlockedEnd: the push was refused because of the receiver's limit, or it was not sent because the
// connection had a problem that an earlier connection did not have.
func WhyBlocked(x transcript.Exchange) string {
	if IsExemptByLimit(x) {
		return DescribeOverLimit(x)
	}
	why := "the connection had a fault, although an earlier connection had none"
	if x.Detail != "" {
		why += ": " + x.Detail
	}
	return why
}

// DescribeEarlyEnd describes how long pushcheck waited for a response, and why it stopped waiting.
func DescribeEarlyEnd(x transcript.Exchange) string {
	if x.ShortTimeLimit {
		return fmt.Sprintf("no complete response within %s: after earlier pushes without a response the run waited no longer; sipgate does", x.TimeLimit)
	}
	return fmt.Sprintf("no complete response within %s, the limit of this run; sipgate waits longer", x.TimeLimit)
}

// DescribeOverLimit describes a push that the receiver refused because it limits how many pushes it accepts.
func DescribeOverLimit(x transcript.Exchange) string {
	return fmt.Sprintf("the receiver limits how many pushes it accepts, and refused this one with status %d: %s", x.Status, LimitAdvice)
}

// LimitAdvice is advice for the user if a requirement could not be judged because of the receiver's limit.
const LimitAdvice = "exempt this machine from the limit while the receiver is judged"
