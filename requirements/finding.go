package requirements

import (
	"slices"

	"github.com/pushcheck/pushcheck/transcript"
)

// Finding is one requirement not met, with evidence.
type Finding struct {
	Requirement string
	Level       Level
	Variant     transcript.Variant // which form of the requirement was not met; "" for a plain push
	Primary     bool               // the first to fix of several findings with one cause
	Waived      string             // "" or the flag that allows it
	Cause       string             // id of the cause that it shares with other requirements, see Cause; "" if none is known
	Want        string
	Got         string
	Fix         string
	So          string // what follows from it; "": So of the requirement
	Call        int    // id of the call that shows it; 0: none, it is about a connection
	Exchange    int    // index in that call
	Position
	Origin string // the connection, if it is about one
	Conditions
}

// Position is a place in the body of a response. The zero Position is the body as a whole.
type Position struct{ Line, Column int }

// Conditions limit when a finding counts.
type Conditions struct {
	Limits  string   // what is uncertain about it, written after Got; findings that differ only in this are about the same mistake
	Plain   string   // id of the requirement that gets the finding if none of its plain pushes was judged; "": none
	Excuses []Excuse // if one of these is not met, this becomes a gap
}

// ExcusedBy returns the ids of the requirements that explain the finding if any form of them is not met.
func (f Finding) ExcusedBy() []string {
	var out []string
	for _, e := range f.Excuses {
		if e.Variant == "" {
			out = append(out, e.ID)
		}
	}
	return out
}

// Contrast returns the requirement that has to be met for the finding to count; "" if there is none.
func (f Finding) Contrast() string { return rulesOf(f.Requirement).Contrast }

// Gap is why a requirement could not be judged.
type Gap struct {
	Variant  transcript.Variant // which form of the requirement; "" for a plain push
	Reason   string             // a sentence for people
	Because  string             // id of the requirement whose finding prevents it; empty if there is none
	Loss     bool               // the receiver was lost; Reason or Because explains how
	FromHere bool               // only pushcheck could not judge it, and sipgate may be able to; the run still gets a verdict
}

// Judgement is what one call or one connection shows about one requirement.
type Judgement struct {
	Requirement   string
	Judged        int                  // how often the evidence allowed a judgement
	Met           []transcript.Variant // the forms that were met, each once
	Findings      []Finding
	Gaps          []Gap
	NotApplicable string // "" or why this evidence does not concern the receiver
}

// Open returns the gaps in forms of the requirement that were never met.
func (j Judgement) Open() []Gap {
	var out []Gap
	for _, g := range j.Gaps {
		if !slices.Contains(j.Met, g.Variant) {
			out = append(out, g)
		}
	}
	return out
}
