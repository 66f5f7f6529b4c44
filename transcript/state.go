package transcript

import (
	"time"

	"github.com/pushcheck/pushcheck/push"
)

// CallState is the state of a call, as its pushes or the application show it.
type CallState = push.CallState

const (
	CallUnknown  = push.CallUnknown
	CallRinging  = push.CallRinging
	CallAnswered = push.CallAnswered
	CallOver     = push.CallOver
)

// Asked is what the application was asked about one leg when a push was through, and what it said in the end.
type Asked struct {
	Step   int       // of the push
	Leg    string    // the leg that was asked about, not always that of the push
	CallID string    // of that leg
	Wanted CallState // what the pushes about the leg amount to

	Shown    CallState     // what it said last; "" if that could not be read
	Word     string        // in the application's own words
	Status   int           // 404 or 410 if that is why Shown is CallUnknown; else 0
	Question string        // with Status: what was asked, such as "GET https://localhost:8443/calls/5550123"
	Failure  string        // why it could not be read
	Waited   time.Duration // for what was wanted
	Hasty    bool          // what was wanted was not shown, and it was not waited for as long as usual
}

// Fits reports whether what was shown agrees with what was wanted. Some applications make no difference between a call that
// rings and one that was answered, and some forget a call as soon as it is over.
func (a Asked) Fits() bool {
	switch a.Wanted {
	case CallRinging:
		return a.Shown == CallRinging || a.Shown == CallAnswered
	case CallOver:
		return a.Shown == CallOver || a.Shown == CallUnknown
	}
	return a.Shown == a.Wanted
}
