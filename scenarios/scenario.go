// Package scenarios holds call scenarios: phone calls as stories about people, such as "Jennifer calls Doc, Doc answers, Doc transfers the
// call to Marty".
//
// Begin with Find for a built-in call scenario, or with Load for a YAML file. A scenario does not list pushes, because they follow from the
// story by sipgate's rules. Package call applies these rules.
package scenarios

import (
	"fmt"
	"strings"
	"time"

	"github.com/pushcheck/pushcheck/push"
)

// Scenario is a call scenario: a story with a name.
type Scenario struct {
	Name   string // such as "transfer-answered"
	Title  string // a line for people, such as "Doc answers, and transfers the call to Marty"
	Source string // where the call is documented or was observed, or from what it is inferred; "" if a user wrote it
	// RequiredAction is the action that the story requires of the receiver. The story is played with a number for which the user configured
	// this action. "": no action. If the receiver does something else, the story is still played.
	RequiredAction Kind
	Story          []Act
}

// Deed is an action of a person on the phone. In the comments below, Who and To are the fields of the Act.
type Deed string

const (
	Calls     Deed = "calls"     // the person in Who calls the people in To; several people are a group
	Answers   Deed = "answers"   // the person in Who picks up
	Transfers Deed = "transfers" // the person in Who has answered, and transfers the call to To
	Forwards  Deed = "forwards"  // before an answer, the line of the person in Who forwards the call to To; the leg of Who ends
	Presses   Deed = "presses"   // the person in Who presses keys on the phone
	Ends      Deed = "ends"      // the leg of the person in Who ends, answered or not
)

// Deeds lists all deeds.
func Deeds() []Deed { return []Deed{Calls, Answers, Transfers, Forwards, Presses, Ends} }

// Voicemail is the name of the voicemail in Act.Who and Act.To.
const Voicemail = "voicemail"

// Act is one step of a story.
type Act struct {
	Who      string        // the name of a person in the cast, or Voicemail
	Deed     Deed          // the action of Who
	To       []string      // Calls, Transfers, Forwards: the names of the people that are called, or Voicemail
	How      Manner        // Transfers, Calls: the manner; "": the usual manner
	Shows    string        // Calls: "anonymous" or a SIP id, which is sent instead of the caller's number; "": the number is sent
	Cause    push.Cause    // Ends, Forwards: the hangup cause
	Digits   *string       // Presses: the pressed keys; nil: no key was pressed, and the dtmf push has no field dtmf
	After    time.Duration // the time since the previous act; 0: the default of the deed, see PauseBefore
	Together bool          // the act waits only for the newCall and dtmf pushes of its leg, not for all earlier pushes
}

// PauseBefore returns the time that the story waits before the act. This time is After. If After is 0, it is the default of the deed: 5 s
// for Answers and Forwards, 10 s for Transfers and Ends, 0 for other deeds.
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

// Sentence returns the act as a sentence, such as "Doc transfers the call to Marty".
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

// joinNames returns names as a phrase, such as "Doc, Marty and Lorraine".
func joinNames(names []string) string {
	if len(names) == 0 {
		return "nobody"
	}
	words := make([]string, len(names))
	for i, name := range names {
		words[i] = personName(name)
	}
	last := len(words) - 1
	if last == 0 {
		return words[0]
	}
	return strings.Join(words[:last], ", ") + " and " + words[last]
}

// personName returns the name of a person, or "the voicemail", for a sentence.
func personName(name string) string {
	if name == Voicemail {
		return "the voicemail"
	}
	return name
}
