package experiment

import (
	"slices"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/transcript"
)

// smallCrowdSizes lists how many calls come at once in the first tries of a crowd, before the crowd has its full size.
var smallCrowdSizes = []int{5, 15}

// FirstCrowdSize returns how many calls come at once in the first try of a crowd. If calls only have to overlap, it is the number of pushes
// that the receiver can handle one after the other in half of the time limit, but at least 1.
func FirstCrowdSize(h *Health, t Twist) int {
	if t.Kind == Overlap {
		return max(h.pushesInTime(t.Size), 1)
	}
	return nextCrowdSize(0, t.Size)
}

func nextCrowdSize(size, fullSize int) int {
	for _, larger := range smallCrowdSizes {
		if size < larger {
			return min(larger, fullSize)
		}
	}
	return fullSize
}

// decideCrowd decides what follows from the tries of calls that come at once. A crowd grows until it has its full size or a push is not
// accepted. If the receiver was away meanwhile, the try is repeated once without a change. Otherwise, if no push is conclusive (see
// isConclusive), the calls of the next try begin a little apart, as calls of people do.
func decideCrowd(e Experiment, tries []Try) Decision {
	lastIndex := len(tries) - 1
	last := tries[lastIndex]
	refusedIndex := last.firstRefusedIndex()
	switch {
	case refusedIndex < 0 && e.Twist.Kind == Crowd && last.Size < e.Twist.Size:
		return tryAgain(Conditions{Alone: true, Size: nextCrowdSize(last.Size, e.Twist.Size)})
	case refusedIndex < 0:
		return Decision{Action: UseTry, Try: lastIndex}
	case slices.ContainsFunc(last.Call.Exchanges, func(x transcript.Exchange) bool { return x.Aftermath.GaveUp }):
		return Decision{Action: RecordLoss, Try: lastIndex}
	case slices.ContainsFunc(last.Call.Exchanges, isReceiverLost):
		return Decision{Action: RecordCrash, Try: lastIndex}
	case wasAway(last) && (lastIndex == 0 || tries[lastIndex-1].Size != last.Size):
		return tryAgain(Conditions{Alone: true, Size: last.Size})
	case wasAway(last):
		return Decision{Action: UseTry, Try: lastIndex}
	case slices.ContainsFunc(last.Call.Exchanges, isConclusive):
		return Decision{Action: UseTry, Try: lastIndex}
	case !last.IsStaggered:
		return tryAgain(Conditions{Alone: true, Size: last.Size, IsStaggered: true})
	}
	return Decision{Action: UseTry, Try: lastIndex}
}

// wasAway reports whether the receiver accepted nothing for a while after a push of a crowd, and was back later.
func wasAway(t Try) bool {
	return slices.ContainsFunc(t.Call.Exchanges, func(x transcript.Exchange) bool { return x.Aftermath.Away > 0 })
}

// isConclusive reports whether a push of a crowd failed for a reason that remains if the calls begin one after another: a response refused
// the push, the time limit passed, or this machine could not connect.
func isConclusive(x transcript.Exchange) bool {
	isLate := x.End == transcript.TimedOut || x.End == transcript.Late
	return !x.Accepted() && (x.Responded() || isLate || x.Failure.IsLocal())
}

// OrdinaryCall returns the story of a plain call that callee answers.
func OrdinaryCall(callee string) []scenarios.Act {
	return []scenarios.Act{
		{Who: "Jennifer", Deed: scenarios.Calls, To: []string{callee}},
		{Who: callee, Deed: scenarios.Answers},
		{Who: callee, Deed: scenarios.Ends, Cause: push.NormalClearing},
	}
}
