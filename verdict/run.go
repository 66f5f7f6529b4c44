package verdict

import (
	"slices"
	"time"

	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// Run is everything known at the end of a run.
type Run struct {
	About
	Scope
	Policy
	Evidence

	limited bool // the receiver limits how many pushes it accepts
}

// Evidence is what a run saw, and how far it got.
type Evidence struct {
	Interrupted bool
	Vain        []Vain                    // entries of --numbers that did not hold
	Strangers   string                    // a refused call of numbers not in --numbers, if all of those were refused and others were accepted; else ""
	LeftOut     []string                  // ids of requirements judged by only some of their stimuli, because the receiver is slow
	Showed      []requirements.Capability // shown elsewhere than in Calls
	Elsewhere   []transcript.Call         // not judged here; what they show explains what the Calls show
	Now         time.Time                 // what Known expires by

	Target      requirements.Target
	Scenarios   []Scenario        // the user's own, each with its result, in any order
	Lost        *transcript.Loss  // how the receiver was lost, if it was at the end of the run
	Stopped     *requirements.Gap // why the run stopped sending before its end
	Problems    []string          // of the harness itself
	Connections []transcript.Connection
	Calls       []transcript.Call
}

// Policy is how strictly a run is judged.
type Policy struct {
	Strict    bool           // should-level findings and stale known failures are fatal too
	NoWaivers bool           // waived findings are fatal too
	Known     []KnownFailure // reported, and not fatal; at most one entry for each requirement
}

// Scope is what is to be judged.
type Scope struct {
	Selected    func(id string) bool // nil: every requirement
	Claims      []requirements.Capability
	ConnectOnly bool // no push was to be sent: only what a connection shows is judged
	OnlyTouched bool // requirements that no played call is about count as not selected
}

// Judge turns a run into its verdict.
func (r Run) Judge() Verdict {
	all := slices.Concat(r.Calls, r.Elsewhere)
	r.Target.Proxied = r.Target.Signed && requirements.Proxied(all)
	r.Target.Captured = requirements.CapturedPush(all)
	r.Target.Lost = r.Lost
	v := Verdict{About: r.About, Evidence: r.Evidence, Capabilities: r.capabilities(), Notes: r.notes()}
	v.Scenarios = sorted(r.Scenarios)
	r.limited = requirements.Limited(all)
	r.Calls, r.Elsewhere = requirements.Exempt(r.Calls, all), requirements.Exempt(r.Elsewhere, all)
	said := r.gather()
	hides := r.hides(said)
	for _, req := range requirements.All() {
		row := r.row(r.facts(req, said, v.Capabilities, hides))
		r.excuse(&row)
		v.Rows = append(v.Rows, row)
	}
	said.standing(v.Rows)
	attribute(v.Rows)
	v.Causes = r.common(v.Rows, v.Capabilities)
	v.Notes = slices.Concat(v.Notes, r.lost(v.Rows, said), r.knownNotes(v.Rows))
	v.Counts = map[Status]int{}
	for _, row := range v.Rows {
		v.Counts[row.Status]++
	}
	v.Observer = observer(v)
	r.conclude(&v)
	return v
}

// capabilities returns how each capability is known.
func (r Run) capabilities() map[requirements.Capability]Shown {
	out := map[requirements.Capability]Shown{}
	for _, c := range requirements.Capabilities() {
		out[c] = IsAbsent
	}
	for _, c := range r.Claims {
		out[c] = IsClaimed
	}
	for _, c := range r.Showed {
		out[c] = IsShown
	}
	for _, call := range r.Calls {
		for _, c := range requirements.Shown(call) {
			out[c] = IsShown
		}
	}
	if r.Target.Proxied || r.Target.Captured == requirements.Verified {
		out[requirements.CanSignature] = IsShown // its refusals show it
	}
	if r.Outgoing != "" {
		out[requirements.CanOutgoing] = IsShown
	}
	return out
}
