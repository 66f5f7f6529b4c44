// Package scenarios holds calls worth playing, as stories about people: Jennifer calls Doc, Doc answers, Doc transfers the call to
// Marty.
//
// Begin with Find for a built-in call scenario, or with Load for a YAML file. Pushes are not written here, because they follow from
// the story by sipgate's rules: see package call.
package scenarios

import (
	"fmt"
	"strings"
	"time"

	"github.com/pushcheck/pushcheck/push"
)

// Scenario is one story.
type Scenario struct {
	Name   string // such as "transfer-answered"
	Title  string // one line
	Source string // where the call is documented or was observed; "" for a user's own story
	// Steered is what the receiver should do with the call, for receivers that do so with calls to, or from, some number; "":
	// nothing in particular. If a receiver does something else, the story is played all the same.
	Steered Kind
	Story   []Act
}

// Deed is what somebody does on the phone.
type Deed string

const (
	Calls     Deed = "calls"     // Who calls the people in To; if they are several, it is a group call
	Answers   Deed = "answers"   // Who picks up
	Transfers Deed = "transfers" // Who, having answered, sends the caller on to To
	Forwards  Deed = "forwards"  // Who's line sends the caller on to To without having answered; ends Who's leg
	Presses   Deed = "presses"   // Who presses keys on the phone
	Ends      Deed = "ends"      // the leg that rings or connects Who ends
)

// Deeds lists what people can do.
func Deeds() []Deed { return []Deed{Calls, Answers, Transfers, Forwards, Presses, Ends} }

// Voicemail is the name of the voicemail in To and Who.
const Voicemail = "voicemail"

// Act is one step of a story.
type Act struct {
	Who      string
	Deed     Deed
	To       []string
	How      Manner        // Transfers, Calls: in which of several ways; "": the usual one
	Shows    string        // Calls: what is sent instead of the caller's number, "anonymous" or a SIP id; "": the number
	Cause    push.Cause    // Ends, Forwards: the hangup cause
	Digits   *string       // Presses: the keys; nil: nothing was pressed
	After    time.Duration // since the act before; default: 5 s before Answers and Forwards, 10 s before Transfers and Ends, else 0
	Together bool          // does not wait until the receiver has taken the pushes of the act before
}

// PauseBefore is how long the story waits before the act: the act's own pause, or the default of its deed.
func (a Act) PauseBefore() time.Duration {
	if a.After > 0 {
		return a.After
	}
	switch a.Deed {
	case Answers, Forwards:
		return 5 * time.Second
	case Transfers, Ends:
		return 10 * time.Second
	}
	return 0
}

// Sentence returns the act as a sentence: "Doc transfers the call to Marty".
func (a Act) Sentence() string {
	who, to := personName(a.Who), joinNames(a.To)
	switch a.Deed {
	case Calls:
		switch {
		case a.How == ByClick:
			return fmt.Sprintf("%s calls %s by a click", who, to)
		case a.Shows == Anonymous:
			return fmt.Sprintf("%s calls %s anonymously", who, to)
		case a.Shows != "":
			return fmt.Sprintf("%s calls %s as %s", who, to, a.Shows)
		}
		return fmt.Sprintf("%s calls %s", who, to)
	case Answers:
		return fmt.Sprintf("%s answers", who)
	case Transfers:
		switch a.How {
		case Blind:
			return fmt.Sprintf("%s transfers the call blindly to %s", who, to)
		case Attended:
			return fmt.Sprintf("%s transfers the call to %s after asking", who, to)
		}
		return fmt.Sprintf("%s transfers the call to %s", who, to)
	case Forwards:
		return fmt.Sprintf("%s's line forwards the call to %s", who, to)
	case Presses:
		if a.Digits == nil || *a.Digits == "" {
			return fmt.Sprintf("%s presses nothing", who)
		}
		return fmt.Sprintf("%s presses %s", who, *a.Digits)
	case Ends:
		if a.Cause == "" {
			return fmt.Sprintf("%s's call ends", who)
		}
		return fmt.Sprintf("%s's call ends (%s)", who, a.Cause)
	}
	return fmt.Sprintf("%s %s", who, a.Deed)
}

// joinNames joins names: "Doc, Marty and Lorraine".
func joinNames(names []string) string {
	if len(names) == 0 {
		return "nobody"
	}
	shown := make([]string, len(names))
	for i, name := range names {
		shown[i] = personName(name)
	}
	last := len(shown) - 1
	if last == 0 {
		return shown[0]
	}
	return strings.Join(shown[:last], ", ") + " and " + shown[last]
}

// personName is the name of a person in a sentence.
func personName(name string) string {
	if name == Voicemail {
		return "the voicemail"
	}
	return name
}
