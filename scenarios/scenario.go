// Package scenarios holds calls worth playing, as stories about people: Jennifer calls Doc, Doc answers, Doc transfers to
// Marty. The pushes are not written here: they follow from the story by sipgate's rules, see package call.
package scenarios

import (
	"time"

	"github.com/pushcheck/pushcheck/push"
)

// Scenario is one story.
type Scenario struct {
	Name   string // such as "transfer-answered"
	Title  string // one line
	Source string // where the call is documented or was observed
	Story  []Act
}

// Deed is what somebody does on the phone.
type Deed string

const (
	Calls     Deed = "calls"     // Who dials the people in To; several are a group call
	Answers   Deed = "answers"   // Who picks up
	Transfers Deed = "transfers" // Who, having answered, sends the caller on to To
	Forwards  Deed = "forwards"  // Who's line sends the caller on to To without having answered; ends Who's leg
	Presses   Deed = "presses"   // Who presses keys on the phone
	Ends      Deed = "ends"      // the leg that rings or connects Who is over
)

// Act is one step of a story.
type Act struct {
	Who      string
	Deed     Deed
	To       []string
	Cause    push.Cause    // Ends, Forwards: the hangup cause
	Digits   *string       // Presses: the keys; nil: nothing was pressed
	After    time.Duration // since the act before; default: 5 s before Answers and Forwards, 10 s before Transfers and Ends, else 0
	Together bool          // does not wait until the receiver has taken the pushes of the act before
}
