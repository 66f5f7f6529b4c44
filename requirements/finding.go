package requirements

import (
	"slices"

	"github.com/pushcheck/pushcheck/transcript"
)

// Finding records that one requirement is not met, with the evidence.
type Finding struct {
	Requirement string
	Level       Level
	Variant     transcript.Variant // the variant in which the requirement was not met; "" for a plain push
	Primary     bool               // of several findings with one cause, this finding has to be fixed first
	Waived      string             // the flag that allows what was found; "" if no flag does
	Cause       string             // id of the Cause that explains this finding and findings of other requirements; "" if none is known
	Want        string             // what the requirement demands
	Got         string             // what the receiver did instead
	Fix         string             // how to meet the requirement
	Consequence string             // what happens at sipgate or to the caller; "": Consequence of the requirement
	Call        int                // id of the call that shows the finding; 0 if the finding is about a connection
	Exchange    int                // index of the exchange in that call
	Position
	Origin string // the origin of the connection; "" if the finding is not about a connection
	Conditions
}

// Position is a line and a column in the body of a response, from 1. The zero Position means the body as a whole.
type Position struct{ Line, Column int }

// Conditions limit when a finding counts.
type Conditions struct {
	Uncertainty string   // what is uncertain about the finding, written after Got; findings that differ only in Uncertainty are about the same mistake
	MovesTo     string   // id of a requirement about a plain push, to which the finding is moved if no such push was judged; "" if it is never moved
	Excuses     []Excuse // if one of these requirements is not met, the finding becomes a gap
}

// ExcuseIDs returns the ids of the requirements that explain the finding if they are not met, in whichever variant.
func (f Finding) ExcuseIDs() []string {
	var out []string
	for _, e := range f.Excuses {
		if e.Variant == "" {
			out = append(out, e.ID)
		}
	}
	return out
}

// Contrast returns the requirement that has to be met before the finding counts; "" if there is none.
func (f Finding) Contrast() string { return rulesOf(f.Requirement).Contrast }

// Gap is the reason why a requirement could not be judged.
type Gap struct {
	Variant   transcript.Variant // the variant of the requirement that could not be judged; "" for a plain push
	Reason    string             // a sentence for people
	CauseID   string             // id of the requirement whose finding prevents the judgement; "" if there is none
	ByLoss    bool               // the receiver was lost; Reason or CauseID explains how
	OnlyLocal bool               // pushcheck could not reach something that sipgate may be able to reach; the run still gets a verdict
}

// Judgement is what one call or one connection shows about one requirement.
type Judgement struct {
	Requirement   string
	TimesJudged   int                  // how often the requirement was met or not met
	MetVariants   []transcript.Variant // the variants that were met, each once
	Findings      []Finding
	Gaps          []Gap
	NotApplicable string // why the requirement does not apply to the receiver; "" if it applies
}

// OpenGaps returns the gaps in variants of the requirement that were never met.
func (j Judgement) OpenGaps() []Gap {
	var out []Gap
	for _, g := range j.Gaps {
		if !slices.Contains(j.MetVariants, g.Variant) {
			out = append(out, g)
		}
	}
	return out
}
