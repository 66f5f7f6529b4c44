package requirements

import (
	"fmt"
	"slices"

	"github.com/pushcheck/pushcheck/transcript"
)

// LostSince describes what a lost receiver no longer does, and since which calls.
func LostSince(l transcript.Loss) string {
	state := "the receiver has accepted no connection"
	if l.Silent {
		state = "the receiver accepts connections and has accepted no push"
	}
	if l.GaveUp {
		return stoppedWaiting
	}
	switch names := suspectedRequirements(l); {
	case l.Requirement != "":
		return fmt.Sprintf("%s since the call for %s", state, l.Requirement)
	case len(l.Suspects) == 0:
		return describeLostState(l) + ", and it is not known why"
	case len(l.Suspects) == 1:
		return fmt.Sprintf("%s since the call for %s", state, names[0])
	default:
		return fmt.Sprintf("%s since the calls for %s, which were under way at the same time", state, enumerate(names, "and"))
	}
}

// LostIn names the calls in which the receiver was lost. It is shorter than LostSince, and is written below it.
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

// suspectedRequirements lists the requirements for which the calls that may have crashed the receiver were played, each once.
func suspectedRequirements(l transcript.Loss) []string {
	var out []string
	for _, id := range l.Suspects {
		if !slices.Contains(out, id) {
			out = append(out, id)
		}
	}
	return out
}

// RestartAdvice explains how to find the call that crashed the receiver, as a clause after LostSince. It returns "" if no call is
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

// lossGap returns the gap of a requirement that could not be judged because of a loss. Its reason begins with undone, such as "the call was not
// played: ". Then it names the suspected calls, if the push that crashed the receiver is not known, and otherwise state.
func lossGap(l transcript.Loss, undone, state string) Gap {
	if l.Requirement == "" && len(l.Suspects) > 0 {
		return Gap{Reason: undone + LostSince(l) + RestartAdvice(l), Loss: true}
	}
	return Gap{Reason: undone + state, Because: l.Requirement, Loss: true}
}

// lossBefore returns the gap of the exchange with index i if the receiver was lost before it, or was lost by an unknown push, which may be the
// push of this exchange. It returns false if the exchange can be judged.
func lossBefore(c transcript.Call, i int) (Gap, bool) {
	x := c.Exchanges[i]
	if c.Lost == nil || !failedAtReceiver(x) {
		return Gap{}, false
	}
	lostAt := indexOfLoss(c)
	isAfterLoss := i > lostAt && (lostAt >= 0 || x.End == transcript.NotConnected)
	if c.Lost.Requirement != "" && !isAfterLoss {
		return Gap{}, false
	}
	state := "the receiver no longer accepted pushes: " + describeEnd(x)
	if x.End == transcript.NotConnected {
		state = whyNotConnected(x)
	}
	return lossGap(*c.Lost, "", state), true
}

// indexOfLoss returns the index of the exchange after which the receiver accepted no connection or no push; -1 if it is not known. An exchange
// without a connection does not count.
func indexOfLoss(c transcript.Call) int {
	return slices.IndexFunc(c.Exchanges, func(x transcript.Exchange) bool {
		return (x.Aftermath.Gone || x.Aftermath.Silent) && x.End != transcript.NotConnected
	})
}

// isLostByOtherPush reports whether the receiver was lost in a call or before it, and the requirement of the call is not known to be the cause.
func isLostByOtherPush(c transcript.Call) bool {
	return c.Lost != nil && c.Lost.Requirement != c.Stimulus
}

// gapOfNotSent returns the gap of a requirement that could not be judged because a push of the call was not sent.
func gapOfNotSent(c transcript.Call, n transcript.NotSent) Gap {
	return gapOfNotSentAs(c, n, fmt.Sprintf("the %s push on %s's leg was not sent", n.Push.Event, n.Leg), string(n.Reason))
}

// gapOfNotSentAs is gapOfNotSent with another text: the clause what says that a push was not sent, and why is the reason.
func gapOfNotSentAs(c transcript.Call, n transcript.NotSent, what, why string) Gap {
	if c.Lost != nil && (n.Reason == transcript.RunStopped || n.Reason == transcript.NotReached) {
		return lossGap(*c.Lost, what+": ", describeLostState(*c.Lost))
	}
	return Gap{Reason: what + ": " + why, Because: causeOfNotSent(n)}
}
