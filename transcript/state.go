package transcript

import (
	"time"

	"github.com/pushcheck/pushcheck/push"
)

// CallState is the state of a call, see push.CallState.
type CallState = push.CallState

const (
	CallUnknown  = push.CallUnknown
	CallRinging  = push.CallRinging
	CallAnswered = push.CallAnswered
	CallOver     = push.CallOver
)

// StateQuestion records that the run asked the application for the state of a leg after a push, and the last reply.
type StateQuestion struct {
	Step   int       // the step number of the push
	Leg    string    // the leg whose state was asked for; it can be another leg than the leg of the push
	CallID string    // the callId of the leg
	Wanted CallState // the state that follows from the pushes of the leg

	Shown    CallState     // the state in the last reply; "" if no state could be read
	Word     string        // the application's word for the state
	Status   int           // 404 or 410 if Shown is CallUnknown because of this HTTP status; otherwise 0
	Question string        // if Status is set: the HTTP request, such as "GET https://localhost:8443/calls/5550123"
	Failure  string        // the reason why no state could be read; "" if a state was read
	Waited   time.Duration // the time for which the run waited for Wanted
	CutShort bool          // the run waited for a shorter time than usual, and the application did not show Wanted
}

// FitsWanted reports whether Shown agrees with Wanted. An application may show a ringing call as answered, and a call that is over as
// unknown.
func (q StateQuestion) FitsWanted() bool {
	switch q.Wanted {
	case CallRinging:
		return q.Shown == CallRinging || q.Shown == CallAnswered
	case CallOver:
		return q.Shown == CallOver || q.Shown == CallUnknown
	}
	return q.Shown == q.Wanted
}
