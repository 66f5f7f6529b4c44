package requirements

import (
	"fmt"
	"slices"

	"github.com/pushcheck/pushcheck/transcript"
)

// LostSince describes how the receiver was lost, and since which calls.
func LostSince(l transcript.Loss) string {
	seen := "the receiver has accepted no connection"
	if l.Silent {
		seen = "the receiver accepts connections and has accepted no push"
	}
	if l.GaveUp {
		return stoppedWaiting
	}
	switch names := suspectedRequirements(l); {
	case l.Requirement != "":
		return fmt.Sprintf("%s since the call for %s", seen, l.Requirement)
	case len(l.Suspects) == 0:
		return describeLostState(l) + ", and it is not known why"
	case len(l.Suspects) == 1:
		return fmt.Sprintf("%s since the call for %s", seen, names[0])
	default:
		return fmt.Sprintf("%s since the calls for %s, which were under way at the same time", seen, enumerate(names, "and"))
	}
}

// LostIn names the calls in which the receiver was lost, in a few words, for use below the sentence of LostSince.
func LostIn(l transcript.Loss) string {
	names := suspectedRequirements(l)
	if l.Requirement != "" {
		names = []string{l.Requirement}
	}
	switch len(names) {
	case 0:
		return "the receiver was lost, and it is not known why"
	case 1:
		return "the receiver was lost in the call for " + names[0]
	}
	return "the receiver was lost in one of the calls for " + enumerate(names, "or")
}

const stoppedWaiting = "the receiver stopped again and again, and the run no longer waited for it to accept connections"

// describeLostState describes what a lost receiver no longer accepts.
func describeLostState(l transcript.Loss) string {
	if l.GaveUp {
		return stoppedWaiting
	}
	if l.Silent {
		return "the receiver accepts connections but no push"
	}
	return "the receiver no longer accepts connections"
}

// suspectedRequirements lists the requirements whose pushes may have crashed the receiver, each once.
func suspectedRequirements(l transcript.Loss) []string {
	var out []string
	for _, id := range l.Suspects {
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// RestartAdvice explains how to find the call that crashed the receiver, as a clause that follows LostSince. It returns "" if no call is
// suspected.
func RestartAdvice(l transcript.Loss) string {
	switch names := suspectedRequirements(l); len(names) {
	case 0:
		return ""
	case 1:
		return fmt.Sprintf("; start it again, and use --only %s to see whether that call is the reason", names[0])
	}
	return "; start it again, and play each of them by itself with --only ID to see which is the reason"
}

// lossGap returns the gap that a loss leaves in a requirement. what describes what was not done. seen describes what happened instead, and
// is used if it is known which push crashed the receiver.
func lossGap(l transcript.Loss, what, seen string) Gap {
	if l.Requirement == "" && len(l.Suspects) > 0 {
		return Gap{Reason: what + LostSince(l) + RestartAdvice(l), Loss: true}
	}
	return Gap{Reason: what + seen, Because: l.Requirement, Loss: true}
}

// lossBefore returns the gap of an exchange if the receiver was lost before it, or if the push of this exchange may have been the cause. It
// returns false if the exchange can be judged.
func lossBefore(c transcript.Call, i int) (Gap, bool) {
	x := c.Exchanges[i]
	if c.Lost == nil || !failedAtReceiver(x) {
		return Gap{}, false
	}
	at := indexOfLoss(c)
	after := i > at && (at >= 0 || x.End == transcript.NotConnected)
	if c.Lost.Requirement != "" && !after {
		return Gap{}, false
	}
	seen := "the receiver no longer accepted pushes: " + describeEnd(x)
	if x.End == transcript.NotConnected {
		seen = whyNotConnected(x)
	}
	return lossGap(*c.Lost, "", seen), true
}

// indexOfLoss returns the index of the exchange after which the receiver accepted no connection or no push; -1 if none is known. A push that
// reached no receiver does not count.
func indexOfLoss(c transcript.Call) int {
	return slices.IndexFunc(c.Exchanges, func(x transcript.Exchange) bool {
		return (x.Aftermath.Gone || x.Aftermath.Silent) && x.End != transcript.NotConnected
	})
}

// isLostByOtherPush reports whether the receiver was lost within a call, and the push for which the call was played is not known to be the
// cause.
func isLostByOtherPush(c transcript.Call) bool {
	return c.Lost != nil && c.Lost.Requirement != c.Stimulus
}

// gapOfNotSent returns the gap that a call has because one of its pushes was not sent.
func gapOfNotSent(c transcript.Call, n transcript.NotSent) Gap {
	return gapOfNotSentAs(c, n, fmt.Sprintf("the %s push on %s's leg was not sent", n.Push.Event, n.Leg), string(n.Reason))
}

// gapOfNotSentAs is notSent with words of the caller: what names the push that was not sent, and why gives the reason.
func gapOfNotSentAs(c transcript.Call, n transcript.NotSent, what, why string) Gap {
	if c.Lost != nil && (n.Reason == transcript.RunStopped || n.Reason == transcript.NotReached) {
		return lossGap(*c.Lost, what+": ", describeLostState(*c.Lost))
	}
	return Gap{Reason: what + ": " + why, Because: causeOfNotSent(n)}
}
