package experiment

import (
	"slices"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/transcript"
)

// Conditions are how an experiment is tried.
type Conditions struct {
	Alone            bool // nothing else is played meanwhile
	FreshConnections bool // each push has a connection of its own
	Patient          bool // each push has the whole time limit, however often the run has waited for nothing
	FreshIDs         bool // a captured push has the ids of a new call
	MeasuredAgain    bool // it was slow, and is measured again
	Size             int  // of a crowd, in calls
	Staggered        bool // the calls of a crowd begin a little apart
}

// Try is the outcome of one try of an experiment.
type Try struct {
	Conditions
	Call            transcript.Call
	ReceiverAbsent  bool // the receiver had vanished before and did not come back, so nothing was sent
	NewKind         bool // the first push that was not accepted is of a kind that the receiver had not accepted before
	MaybeSeenBefore bool // the receiver may have refused a captured push because it has seen its callId before
	DroppedBefore   bool // the first push that was not accepted is of a kind that the receiver was seen to drop before, alone and twice
	Slow            bool // a push that had the receiver to itself took long enough for a warning
	GoodCallWorse   bool // the good call after a provocation was treated worse than the one before
}

// Action is what a run does next.
type Action int

const (
	UseTry      Action = iota // a try counts: it is the evidence
	TryAgain                  // the experiment is tried again, under other conditions
	RecordCrash               // the push that a try shows crashed the receiver
	RecordLoss                // the receiver is lost, and the cause is not known
)

// Decision is what a run does after the tries of an experiment.
type Decision struct {
	Action     Action
	Try        int        // index of the try that counts or that shows the loss
	Conditions Conditions // of the next try
}

// Decide returns what follows from the tries of an experiment. There is at least one.
func Decide(h *Health, e Experiment, tries []Try) Decision {
	n := len(tries) - 1
	if tries[n].ReceiverAbsent {
		return Decision{Action: RecordLoss, Try: n}
	}
	switch e.Twist.Kind {
	case Crowd, Overlap:
		return decideCrowd(e, tries)
	case Provocation:
		return decideProvocation(tries)
	}
	last := tries[n]
	refused := last.firstRefused()
	mayBeOverload := func(x transcript.Exchange) bool { return isRefused(x) && !h.WasCutShort(x) }
	switch {
	case last.MeasuredAgain:
		if refused >= 0 || last.Slow {
			return Decision{Action: UseTry, Try: n - 1}
		}
		return Decision{Action: UseTry, Try: n} // the machine was slow for a moment, not the receiver
	case !last.Alone && !last.DroppedBefore && (slices.ContainsFunc(last.Call.Exchanges, mayBeOverload) || last.showedWrongState()):
		return tryAgain(Conditions{Alone: true})
	case refused >= 0:
		return decideRefused(h, e, tries, refused)
	case last.MaybeSeenBefore && !last.FreshIDs:
		return tryAgain(Conditions{Alone: true, FreshIDs: true})
	case last.Slow && h.allowMeasurement():
		return tryAgain(Conditions{Alone: true, MeasuredAgain: true})
	}
	return Decision{Action: UseTry, Try: n}
}

func tryAgain(c Conditions) Decision { return Decision{Action: TryAgain, Conditions: c} }

// maxRestarts is how often a call is played again because it could not connect while the receiver was restarting.
const maxRestarts = 3

// decideRefused is Decide for a try in which an exchange was not accepted, if nothing else was played that could be the cause.
func decideRefused(h *Health, e Experiment, tries []Try, exchange int) Decision {
	n := len(tries) - 1
	last := tries[n]
	x := last.Call.Exchanges[exchange]
	// If the connection was reset, the push may not have been read: the receiver may have ended after its previous response.
	// If the connection stayed open although no other one is accepted, the receiver may have stopped accepting before the push.
	mayHaveRead := x.End != transcript.NotConnected && !(x.WasReset && exchange > 0) && !(x.End == transcript.TimedOut && x.Aftermath.Gone)
	switch {
	case isReceiverLost(x) && mayHaveRead && last.NewKind && !x.Aftermath.GaveUp:
		return Decision{Action: RecordCrash, Try: n}
	case isReceiverLost(x):
		return Decision{Action: RecordLoss, Try: n}
	case last.MaybeSeenBefore && !last.FreshIDs:
		return tryAgain(Conditions{Alone: true, FreshIDs: true})
	case isNotConnected(x) && countTries(tries, isNotConnected) <= maxRestarts:
		return tryAgain(Conditions{Alone: true, FreshConnections: true})
	case mayHaveEnded(x) && (e.Twist.Kind != Forged || x.Aftermath.Away > 0) && countTries(tries, mayHaveEnded) == 1 && !last.DroppedBefore:
		return tryAgain(Conditions{Alone: true, FreshConnections: true})
	case x.Odd && h.WasCutShort(x) && h.allowFullWait():
		return tryAgain(Conditions{Alone: true, Patient: true})
	}
	return Decision{Action: UseTry, Try: n}
}

// decideProvocation is Decide for a provocation. One bad moment is not enough for a finding.
func decideProvocation(tries []Try) Decision {
	n := len(tries) - 1
	last := tries[n]
	stimulus := transcript.Exchange{}
	if len(last.Call.Exchanges) > 0 {
		stimulus = last.Call.Exchanges[0]
	}
	switch {
	case !last.GoodCallWorse:
	case stimulus.Aftermath.GaveUp:
		return Decision{Action: RecordLoss, Try: n}
	case isReceiverLost(stimulus):
		return Decision{Action: RecordCrash, Try: n}
	case stimulus.End != transcript.HeldOpen && n == 0: // if it was held open, one try is enough: the receiver responds before and after it
		return tryAgain(Conditions{Alone: true})
	}
	return Decision{Action: UseTry, Try: n}
}

// firstRefused is the index of the first exchange of the call that was not accepted; -1 if all were.
func (t Try) firstRefused() int {
	return slices.IndexFunc(t.Call.Exchanges, isRefused)
}

func isRefused(x transcript.Exchange) bool { return !x.Accepted() && x.End != transcript.Interrupted }

// showedWrongState reports whether the application showed another state than was pushed.
func (t Try) showedWrongState() bool {
	return slices.ContainsFunc(t.Call.States, func(a transcript.StateQuestion) bool { return !a.FitsWanted() })
}

// isReceiverLost reports whether the receiver has accepted no connection, or no push, since a push.
func isReceiverLost(x transcript.Exchange) bool { return x.Aftermath.Gone || x.Aftermath.Silent }

// mayHaveEnded reports whether the receiver may have ended on a push: it closed the connection, or accepted nothing for a while after it.
func mayHaveEnded(x transcript.Exchange) bool {
	return x.End == transcript.Dropped || x.End != transcript.NotConnected && x.Aftermath.Away > 0
}

// isNotConnected reports whether nothing accepted the connection for a push. Such an exchange is no evidence about that push.
func isNotConnected(x transcript.Exchange) bool {
	f := x.Failure
	closed := f == endpoint.ConnectionRefused || f == endpoint.ConnectionReset || f == endpoint.HandshakeClosed
	return x.End == transcript.NotConnected && (closed || f.IsLocal())
}

// countTries counts the tries whose first push that was not accepted is of a kind.
func countTries(tries []Try, isKind func(transcript.Exchange) bool) int {
	n := 0
	for _, t := range tries {
		if i := t.firstRefused(); i >= 0 && isKind(t.Call.Exchanges[i]) {
			n++
		}
	}
	return n
}

// allowMeasurement reports whether a slow call may be played again. A run has time for a few such calls; if they are all slow, the receiver is.
func (h *Health) allowMeasurement() bool {
	h.waiting.measurements++
	return h.waiting.measurements <= maxMeasured
}

// allowFullWait reports whether an odd push that hung may have the whole time limit. A run has time for one.
func (h *Health) allowFullWait() bool {
	first := !h.waiting.fullWaitUsed
	h.waiting.fullWaitUsed = true
	return first
}
