package transcript

import (
	"time"

	"github.com/pushcheck/pushcheck/push"
)

// CallState is the state of a call, by its pushes or by the application.
type CallState = push.CallState

const (
	CallUnknown  = push.CallUnknown
	CallRinging  = push.CallRinging
	CallAnswered = push.CallAnswered
	CallOver     = push.CallOver
)

// StateQuestion is a question to the application about one leg after a push, with the last answer.
type StateQuestion struct {
	Step   int       // step of the push
	Leg    string    // the leg that was asked about, not always that of the push
	CallID string    // callId of that leg
	Wanted CallState // the state that follows from the pushes about the leg

	Shown    CallState     // the state in the last answer; "" if it could not be read
	Word     string        // the application's word for the state
	Status   int           // 404 or 410 if Shown is CallUnknown because of it; otherwise 0
	Question string        // if Status is set: the request, such as "GET https://localhost:8443/calls/5550123"
	Failure  string        // why the state could not be read
	Waited   time.Duration // how long the run waited for Wanted
	CutShort bool          // Wanted was not shown, but the run waited less than usual
}

// FitsWanted reports whether Shown agrees with Wanted. Some applications do not distinguish between ringing and answered calls, and some
// forget a call as soon as it is over. Both agree.
func (a StateQuestion) FitsWanted() bool {
	switch a.Wanted {
	case CallRinging:
		return a.Shown == CallRinging || a.Shown == CallAnswered
	case CallOver:
		return a.Shown == CallOver || a.Shown == CallUnknown
	}
	return a.Shown == a.Wanted
}
