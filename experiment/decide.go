package experiment

import (
	"slices"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/transcript"
)

// Conditions are the circumstances of one try of an experiment.
type Conditions struct {
	Alone               bool // nothing else is played meanwhile
	HasFreshConnections bool // each push has a connection of its own
	HasFullTimeLimit    bool // each push has the whole time limit, even if the run gives other pushes less time
	HasFreshIDs         bool // a captured push has the ids of a new call
	IsMeasuredAgain     bool // the call was slow, and its times are measured again
	Size                int  // number of calls of a crowd
	IsStaggered         bool // the calls of a crowd begin a little apart
}

// Try is one try of an experiment with its outcome.
type Try struct {
	Conditions
	Call             transcript.Call
	IsReceiverAbsent bool // the receiver had vanished before and did not come back, so nothing was sent
	RefusedNewKind   bool // the first push that was not accepted is of a kind that the receiver had not accepted before
	MayKnowCallID    bool // the receiver may have refused a captured push because it knows the callId from an earlier run
	WasDroppedBefore bool // the first push that was not accepted is of a kind that the receiver dropped twice before, while the receiver got no other push
	IsSlow           bool // a push took long enough for a warning, although no other push was under way
	IsGoodCallWorse  bool // the good call after a provocation was treated worse than the good call before the provocation
}

// Action is the next action of a run.
type Action int

const (
	UseTry      Action = iota // the requirements are judged by a try
	TryAgain                  // the experiment is tried again under other conditions
	RecordCrash               // a push of a try has crashed the receiver
	RecordLoss                // the receiver is lost, and the cause is not known
)

// Decision is the next action of a run, with the try that it is about.
type Decision struct {
	Action     Action
	Try        int        // index of the try that is used or that shows the crash or the loss
	Conditions Conditions // conditions of the next try
}

// Decide decides what the run does after the tries of an experiment. tries must not be empty.
func Decide(h *Health, e Experiment, tries []Try) Decision {
	lastIndex := len(tries) - 1
	if tries[lastIndex].IsReceiverAbsent {
		return Decision{Action: RecordLoss, Try: lastIndex}
	}
	switch e.Twist.Kind {
	case Crowd, Overlap:
		return decideCrowd(e, tries)
	case Provocation:
		return decideProvocation(tries)
	}
	last := tries[lastIndex]
	refusedIndex := last.firstRefusedIndex()
	mayBeOverload := func(x transcript.Exchange) bool { return isRefused(x) && !h.WasCutShort(x) }
	switch {
	case last.IsMeasuredAgain:
		if refusedIndex >= 0 || last.IsSlow {
			return Decision{Action: UseTry, Try: lastIndex - 1}
		}
		return Decision{Action: UseTry, Try: lastIndex} // the second try was not slow, so the first may have been slow because of this machine
	case !last.Alone && !last.WasDroppedBefore && (slices.ContainsFunc(last.Call.Exchanges, mayBeOverload) || last.hasWrongState()):
		return tryAgain(Conditions{Alone: true})
	case refusedIndex >= 0:
		return decideRefused(h, e, tries, refusedIndex)
	case last.MayKnowCallID && !last.HasFreshIDs:
		return tryAgain(Conditions{Alone: true, HasFreshIDs: true})
	case last.IsSlow && h.allowMeasurement():
		return tryAgain(Conditions{Alone: true, IsMeasuredAgain: true})
	}
	return Decision{Action: UseTry, Try: lastIndex}
}

func tryAgain(c Conditions) Decision { return Decision{Action: TryAgain, Conditions: c} }

// maxReplaysForRestart is how many times a call is played again if its pushes cannot connect while the receiver restarts.
const maxReplaysForRestart = 3

// decideRefused decides what follows if the last try has an exchange that was not accepted, although nothing else was played that could be
// the cause. refusedIndex is the index of that exchange.
func decideRefused(h *Health, e Experiment, tries []Try, refusedIndex int) Decision {
	lastIndex := len(tries) - 1
	last := tries[lastIndex]
	x := last.Call.Exchanges[refusedIndex]
	// If the connection was reset, the push may not have been read: the receiver may have ended after its previous response.
	// If the connection stayed open although the receiver accepts no new connection, it may have stopped accepting before the push.
	mayHaveRead := x.End != transcript.NotConnected && !(x.WasReset && refusedIndex > 0) && !(x.End == transcript.TimedOut && x.Aftermath.Gone)
	switch {
	case isReceiverLost(x) && mayHaveRead && last.RefusedNewKind && !x.Aftermath.GaveUp:
		return Decision{Action: RecordCrash, Try: lastIndex}
	case isReceiverLost(x):
		return Decision{Action: RecordLoss, Try: lastIndex}
	case last.MayKnowCallID && !last.HasFreshIDs:
		return tryAgain(Conditions{Alone: true, HasFreshIDs: true})
	case isNotConnected(x) && countTries(tries, isNotConnected) <= maxReplaysForRestart:
		return tryAgain(Conditions{Alone: true, HasFreshConnections: true})
	case mayHaveEnded(x) && (e.Twist.Kind != Forged || x.Aftermath.Away > 0) && countTries(tries, mayHaveEnded) == 1 && !last.WasDroppedBefore:
		return tryAgain(Conditions{Alone: true, HasFreshConnections: true})
	case x.Odd && h.WasCutShort(x) && h.allowFullWait():
		return tryAgain(Conditions{Alone: true, HasFullTimeLimit: true})
	}
	return Decision{Action: UseTry, Try: lastIndex}
}

// decideProvocation decides what follows from the tries of a provocation. If the good call was worse, a second try has to confirm that. One
// try is enough if the stimulus held its connection open: if the receiver responds before and after that, the connection was the reason.
func decideProvocation(tries []Try) Decision {
	lastIndex := len(tries) - 1
	last := tries[lastIndex]
	stimulusExchange := transcript.Exchange{}
	if len(last.Call.Exchanges) > 0 {
		stimulusExchange = last.Call.Exchanges[0]
	}
	switch {
	case !last.IsGoodCallWorse:
	case stimulusExchange.Aftermath.GaveUp:
		return Decision{Action: RecordLoss, Try: lastIndex}
	case isReceiverLost(stimulusExchange):
		return Decision{Action: RecordCrash, Try: lastIndex}
	case stimulusExchange.End != transcript.HeldOpen && lastIndex == 0:
		return tryAgain(Conditions{Alone: true})
	}
	return Decision{Action: UseTry, Try: lastIndex}
}

// firstRefusedIndex returns the index of the first exchange that was neither accepted nor interrupted; -1 if there is none.
func (t Try) firstRefusedIndex() int {
	return slices.IndexFunc(t.Call.Exchanges, isRefused)
}

func isRefused(x transcript.Exchange) bool { return !x.Accepted() && x.End != transcript.Interrupted }

// hasWrongState reports whether the application showed a state of the call that contradicts the pushes.
func (t Try) hasWrongState() bool {
	return slices.ContainsFunc(t.Call.States, func(q transcript.StateQuestion) bool { return !q.FitsWanted() })
}

// isReceiverLost reports whether the receiver has accepted no connection, or no push, since the exchange x.
func isReceiverLost(x transcript.Exchange) bool { return x.Aftermath.Gone || x.Aftermath.Silent }

// mayHaveEnded reports whether the process of the receiver may have ended because of a push: it closed the connection without a response,
// or accepted nothing for a while after the push.
func mayHaveEnded(x transcript.Exchange) bool {
	return x.End == transcript.Dropped || x.End != transcript.NotConnected && x.Aftermath.Away > 0
}

// isNotConnected reports whether nothing accepted the connection for a push. Such an exchange does not show what the receiver does with the
// push.
func isNotConnected(x transcript.Exchange) bool {
	f := x.Failure
	isClosed := f == endpoint.ConnectionRefused || f == endpoint.ConnectionReset || f == endpoint.HandshakeClosed
	return x.End == transcript.NotConnected && (isClosed || f.IsLocal())
}

// countTries counts the tries in which isCounted is true for the first exchange that was not accepted.
func countTries(tries []Try, isCounted func(transcript.Exchange) bool) int {
	n := 0
	for _, t := range tries {
		if i := t.firstRefusedIndex(); i >= 0 && isCounted(t.Call.Exchanges[i]) {
			n++
		}
	}
	return n
}

// allowMeasurement counts a slow call, and reports whether the call may be measured again. A run has time for a few measurements; if all
// these calls are slow, the receiver is slow.
func (h *Health) allowMeasurement() bool {
	h.waits.measurementCount++
	return h.waits.measurementCount <= maxMeasurements
}

// allowFullWait reports whether an odd push that got no response is tried again with the whole time limit. A run has time for one such try,
// so allowFullWait returns true only once.
func (h *Health) allowFullWait() bool {
	isFirst := !h.waits.isFullWaitUsed
	h.waits.isFullWaitUsed = true
	return isFirst
}
