package experiment

import (
	"slices"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/transcript"
)

// Conditions are how an experiment is tried.
type Conditions struct {
	Alone    bool // nothing else is played meanwhile
	Fresh    bool // each push has a connection of its own
	Patient  bool // each push has the whole time limit, however often the run has waited for nothing
	FreshIDs bool // a captured push has the ids of a new call
	Measured bool // it was slow, and is measured again
	Size     int  // of a crowd, in calls
	Apart    bool // the calls of a crowd begin a little apart
}

// Try is the outcome of one try of an experiment.
type Try struct {
	Conditions
	Call   transcript.Call
	Absent bool // the receiver had vanished before and did not come back, so nothing was sent
	New    bool // the first push that was not accepted is of a kind that the receiver had not accepted before
	Known  bool // the receiver may have refused a captured push because it has seen its callId before
	Usual  bool // the first push that was not accepted is of a kind that the receiver was seen to drop before, alone and twice
	Slow   bool // a push that had the receiver to itself took long enough for a warning
	Worse  bool // the good call after a provocation was treated worse than the one before
}

// Do is what a run does next.
type Do int

const (
	Counts  Do = iota // a try counts: it is the evidence
	Again             // the experiment is tried again, under other conditions
	Crashed           // the push that a try shows crashed the receiver
	Stop              // the receiver is lost, and the cause is not known
)

// Decision is what a run does after the tries of an experiment.
type Decision struct {
	Do         Do
	Try        int        // index of the try that counts or that shows the loss
	Conditions Conditions // of the next try
}

// Decide returns what follows from the tries of an experiment. There is at least one.
func Decide(h *Health, e Experiment, tries []Try) Decision {
	n := len(tries) - 1
	if tries[n].Absent {
		return Decision{Do: Stop, Try: n}
	}
	switch e.Twist.Kind {
	case Crowd, Overlap:
		return decideCrowd(e, tries)
	case Provocation:
		return decideProvocation(tries)
	}
	last := tries[n]
	bad := last.refused()
	inDoubt := func(x transcript.Exchange) bool { return refused(x) && !h.Hasty(x) }
	switch {
	case last.Measured:
		if bad >= 0 || last.Slow {
			return Decision{Do: Counts, Try: n - 1}
		}
		return Decision{Do: Counts, Try: n} // the machine was slow for a moment, not the receiver
	case !last.Alone && !last.Usual && (slices.ContainsFunc(last.Call.Exchanges, inDoubt) || last.showedWrongState()):
		return again(Conditions{Alone: true})
	case bad >= 0:
		return decideRefused(h, e, tries, bad)
	case last.Known && !last.FreshIDs:
		return again(Conditions{Alone: true, FreshIDs: true})
	case last.Slow && h.measure():
		return again(Conditions{Alone: true, Measured: true})
	}
	return Decision{Do: Counts, Try: n}
}

func again(c Conditions) Decision { return Decision{Do: Again, Conditions: c} }

// maxRestarts is how often a call is played again because it could not connect while the receiver was restarting.
const maxRestarts = 3

// decideRefused is Decide for a try in which an exchange was not accepted, if nothing else was played that could be the cause.
func decideRefused(h *Health, e Experiment, tries []Try, exchange int) Decision {
	n := len(tries) - 1
	last := tries[n]
	x := last.Call.Exchanges[exchange]
	// If the connection was reset, the push may not have been read: the receiver may have ended after its previous response.
	// If the connection stayed open although no other one is accepted, the receiver may have stopped accepting before the push.
	met := x.End != transcript.NotConnected && !(x.Reset && exchange > 0) && !(x.End == transcript.TimedOut && x.Aftermath.Gone)
	switch {
	case lost(x) && met && last.New && !x.Aftermath.GaveUp:
		return Decision{Do: Crashed, Try: n}
	case lost(x):
		return Decision{Do: Stop, Try: n}
	case last.Known && !last.FreshIDs:
		return again(Conditions{Alone: true, FreshIDs: true})
	case notConnected(x) && count(tries, notConnected) <= maxRestarts:
		return again(Conditions{Alone: true, Fresh: true})
	case ended(x) && (e.Twist.Kind != Forged || x.Aftermath.Away > 0) && count(tries, ended) == 1 && !last.Usual:
		return again(Conditions{Alone: true, Fresh: true})
	case x.Odd && h.Hasty(x) && h.prove():
		return again(Conditions{Alone: true, Patient: true})
	}
	return Decision{Do: Counts, Try: n}
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
	case !last.Worse:
	case stimulus.Aftermath.GaveUp:
		return Decision{Do: Stop, Try: n}
	case lost(stimulus):
		return Decision{Do: Crashed, Try: n}
	case stimulus.End != transcript.HeldOpen && n == 0: // if it was held open, one try is enough: the receiver responds before and after it
		return again(Conditions{Alone: true})
	}
	return Decision{Do: Counts, Try: n}
}

// refused is the index of the first exchange of the call that was not accepted; -1 if all were.
func (t Try) refused() int {
	return slices.IndexFunc(t.Call.Exchanges, refused)
}

func refused(x transcript.Exchange) bool { return !x.Accepted() && x.End != transcript.Interrupted }

// showedWrongState reports whether the application showed another state than was pushed.
func (t Try) showedWrongState() bool {
	return slices.ContainsFunc(t.Call.States, func(a transcript.Asked) bool { return !a.Fits() })
}

// lost reports whether the receiver has accepted no connection, or no push, since a push.
func lost(x transcript.Exchange) bool { return x.Aftermath.Gone || x.Aftermath.Silent }

// ended reports whether the receiver may have ended on a push: it closed the connection, or accepted nothing for a while after it.
func ended(x transcript.Exchange) bool {
	return x.End == transcript.Dropped || x.End != transcript.NotConnected && x.Aftermath.Away > 0
}

// notConnected reports whether nothing accepted the connection for a push. Such an exchange is no evidence about that push.
func notConnected(x transcript.Exchange) bool {
	f := x.Failure
	closed := f == endpoint.ConnectionRefused || f == endpoint.ConnectionReset || f == endpoint.HandshakeClosed
	return x.End == transcript.NotConnected && (closed || f.Local())
}

// count counts the tries whose first push that was not accepted is of a kind.
func count(tries []Try, kind func(transcript.Exchange) bool) int {
	n := 0
	for _, t := range tries {
		if i := t.refused(); i >= 0 && kind(t.Call.Exchanges[i]) {
			n++
		}
	}
	return n
}

// measure reports whether a slow call may be played again. A run has time for a few such calls; if they are all slow, the receiver is.
func (h *Health) measure() bool {
	h.spent.measured++
	return h.spent.measured <= maxMeasured
}

// prove reports whether an odd push that hung may have the whole time limit. A run has time for one.
func (h *Health) prove() bool {
	first := !h.spent.proved
	h.spent.proved = true
	return first
}
