package outcome

import (
	"slices"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// WorstTreatments returns how the pushes of a good call were treated, by event. If several pushes have the same event, it returns the worst
// treatment.
func WorstTreatments(c transcript.Call) map[push.Event]transcript.Treatment {
	out := map[push.Event]transcript.Treatment{}
	for _, x := range c.Exchanges {
		if worstBefore, ok := out[x.Push.Event]; x.ForeignName == "" && (!ok || treatmentInTime(x) < worstBefore) {
			out[x.Push.Event] = treatmentInTime(x)
		}
	}
	return out
}

// SurvivesStimulus reports whether no good push of a call with a stimulus was treated worse than before the stimulus.
func SurvivesStimulus(c transcript.Call) bool {
	return !slices.ContainsFunc(c.Exchanges, func(x transcript.Exchange) bool { return x.ForeignName == "" && IsTreatedWorse(c, x) })
}

// IsTreatedWorse reports whether a good push was treated worse than the push with the same event before the stimulus.
func IsTreatedWorse(c transcript.Call, x transcript.Exchange) bool {
	return treatmentInTime(x) < TreatmentBefore(c, x)
}

// TreatmentBefore returns how the push with the same event was treated in the good call before the stimulus. It returns NoResponse if no
// push with this event was due in that call, and Accepted if there was no such call.
func TreatmentBefore(c transcript.Call, x transcript.Exchange) transcript.Treatment {
	if c.GoodCallBefore == nil {
		return transcript.Accepted
	}
	return c.GoodCallBefore[x.Push.Event]
}

// StateFromPushes returns the state of a leg that follows from the pushes about the leg; "" if there are none. The pushes may come in any
// order, and twice.
func StateFromPushes(exchanges []transcript.Exchange, callID string) transcript.CallState {
	var state transcript.CallState
	for _, x := range exchanges {
		switch {
		case x.Push.CallID != callID:
		case x.Push.Event == push.Hangup:
			return transcript.CallOver
		case x.Push.Event == push.Answer:
			state = transcript.CallAnswered
		case x.Push.Event == push.NewCall && state == "":
			state = transcript.CallRinging
		}
	}
	return state
}
