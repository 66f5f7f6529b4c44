package requirements

import (
	"fmt"
	"slices"

	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/transcript"
)

// lossGap returns the gap of a requirement that could not be judged because of a loss. The reason of the gap begins with prefix, such as
// "the call was not played: ". If it is not known which push crashed the receiver, the reason goes on with the suspected calls, and
// otherwise with state.
func lossGap(l transcript.Loss, prefix, state string) Gap {
	if l.Requirement == "" && len(l.Suspects) > 0 {
		return Gap{Reason: prefix + outcome.DescribeLoss(l) + outcome.RestartAdvice(l), ByLoss: true}
	}
	return Gap{Reason: prefix + state, CauseID: l.Requirement, ByLoss: true}
}

// lossGapBefore returns the gap of the exchange with index i if the receiver was lost before that exchange, or if it is unknown which push
// the receiver was lost by. That may be the push of this exchange. It returns false if the exchange can be judged.
func lossGapBefore(c transcript.Call, i int) (Gap, bool) {
	x := c.Exchanges[i]
	if c.Lost == nil || !outcome.FailedAtReceiver(x) {
		return Gap{}, false
	}
	lossIndex := indexOfLoss(c)
	isAfterLoss := i > lossIndex && (lossIndex >= 0 || x.End == transcript.NotConnected)
	if c.Lost.Requirement != "" && !isAfterLoss {
		return Gap{}, false
	}
	state := "the receiver no longer accepted pushes: " + outcome.DescribeEnd(x)
	if x.End == transcript.NotConnected {
		state = outcome.WhyNotConnected(x)
	}
	return lossGap(*c.Lost, "", state), true
}

// indexOfLoss returns the index of the exchange after which the receiver accepted no connection or no push; -1 if it is not known. An
// exchange without a connection does not count.
func indexOfLoss(c transcript.Call) int {
	return slices.IndexFunc(c.Exchanges, func(x transcript.Exchange) bool {
		return (x.Aftermath.Gone || x.Aftermath.Silent) && x.End != transcript.NotConnected
	})
}

// isLostByOtherPush reports whether the receiver was lost in a call or before it, and the requirement of the call is not known to be the
// cause.
func isLostByOtherPush(c transcript.Call) bool {
	return c.Lost != nil && c.Lost.Requirement != c.RequirementID
}

// gapOfUnsentPush returns the gap of a requirement that could not be judged because a push of the call was not sent.
func gapOfUnsentPush(c transcript.Call, n transcript.NotSent) Gap {
	return gapOfUnsentPushInWords(c, n, fmt.Sprintf("the %s push on %s's leg was not sent", n.Push.Event, n.Leg), string(n.Reason))
}

// gapOfUnsentPushInWords returns the gap of gapOfUnsentPush in other words: clause states that a push was not sent, and reason states why.
func gapOfUnsentPushInWords(c transcript.Call, n transcript.NotSent, clause, reason string) Gap {
	if c.Lost != nil && (n.Reason == transcript.RunStopped || n.Reason == transcript.NotReached) {
		return lossGap(*c.Lost, clause+": ", outcome.DescribeLostState(*c.Lost))
	}
	return Gap{Reason: clause + ": " + reason, CauseID: causeOfUnsentPush(n)}
}
