// Package requirements holds what a receiver of sipgate.io pushes has to do, each requirement with its source, its
// consequence and its remedy, and the judges that find out from a transcript whether it was met. It plays no call.
package requirements

import (
	"cmp"
	"slices"
	"strings"
)

// Level is how much a requirement weighs.
type Level string

const (
	Must   Level = "must"   // a finding makes the run not conformant
	Should Level = "should" // a finding is a warning
)

// Capability is something that a receiver can do and need not.
type Capability string

const (
	CanAnswer    Capability = "answer"        // subscribes to answer pushes
	CanHangup    Capability = "hangup"        // subscribes to hangup pushes
	CanDial      Capability = "dial"          // redirects calls
	CanPlay      Capability = "play"          // plays a sound file
	CanGather    Capability = "gather"        // collects digits
	CanReject    Capability = "reject"        // rejects calls
	CanEndCalls  Capability = "hangup-action" // ends calls by Hangup
	CanSignature Capability = "signature"     // verifies X-Sipgate-Signature
	CanBasicAuth Capability = "basic-auth"    // asks for credentials
	CanState     Capability = "state"         // its calls can be looked at
	CanOutgoing  Capability = "outgoing"      // accepts pushes of outgoing calls
)

// Needs are the capabilities without which a requirement does not apply: at least one of each inner list.
type Needs [][]Capability

// Requirement is one thing that a receiver has to do.
type Requirement struct {
	ID       string // area.slug, stable, never reused
	Level    Level
	Needs    Needs  // nil: applies to every receiver
	Says     string // one sentence, the receiver as subject
	Sentence string // the sentence of a feature for it; "" if no sentence is about it alone
	Source   string // where it comes from: documentation, reference, observation (with issue numbers of sipgate's public tracker)
	So       string // what happens at sipgate or to the caller when it is not met
	Fix      string // how to meet it, one or two lines
	Notes    string // how it is judged if that is not obvious: exceptions, milder cases, what waives it; "" if it is obvious
	Rules
}

// Area returns the part of the id before the dot.
func (r Requirement) Area() string {
	area, _, _ := strings.Cut(r.ID, ".")
	return area
}

func areaOf(id string) string { return Requirement{ID: id}.Area() }

// Met reports whether a receiver meets the needs, if has reports what it can do. If it does not meet them, missing names all that it lacks,
// such as "the receiver does not subscribe to hangup pushes". Every receiver meets nil needs; an empty inner list asks for nothing.
func (n Needs) Met(has func(Capability) bool) (ok bool, missing string) {
	var lacking []string
	for _, either := range n {
		if len(either) > 0 && !slices.ContainsFunc(either, has) {
			lacking = append(lacking, "does not "+enumerate(activities(either), "or"))
		}
	}
	if len(lacking) == 0 {
		return true, ""
	}
	return false, "the receiver " + enumerate(lacking, "and")
}

// String writes the needs as an expression, such as "(reject or dial) and hangup"; "" for nil needs.
func (n Needs) String() string {
	var terms []string
	for _, either := range n {
		var names []string
		for _, c := range either {
			names = append(names, string(c))
		}
		term := strings.Join(names, " or ")
		if len(names) > 1 && len(n) > 1 {
			term = "(" + term + ")"
		}
		if term != "" {
			terms = append(terms, term)
		}
	}
	return strings.Join(terms, " and ")
}

func activities(either []Capability) []string {
	out := make([]string, len(either))
	for i, c := range either {
		out[i] = cmp.Or(c.row().activity, "have the capability "+string(c))
	}
	return out
}

// enumerate joins parts as English does: "a", "a or b", "a, b or c".
func enumerate(parts []string, conjunction string) string {
	last := len(parts) - 1
	if last < 1 {
		return strings.Join(parts, "")
	}
	return strings.Join(parts[:last], ", ") + " " + conjunction + " " + parts[last]
}
