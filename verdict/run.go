package verdict

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// Run is everything known at the end of a run.
type Run struct {
	About
	Incoming    string // URLs as the user gave them, credentials replaced
	Outgoing    string // "" if there is none
	Interrupted bool
	Vain        []Vain   // entries of --numbers that did not hold
	Strangers   string   // a refused call of numbers not in --numbers, if all of those were refused and others were accepted; else ""
	LeftOut     []string // ids of requirements judged by only some of their stimuli, because the receiver is slow

	Policy
	Showed    []requirements.Capability // shown elsewhere than in Calls
	Elsewhere []transcript.Call         // not judged here; what they show explains what the Calls show
	Now       time.Time                 // what Known expires by

	Target      requirements.Target
	Scenarios   []Scenario        // the user's own, each with its result, in any order
	Lost        *transcript.Loss  // how the receiver was lost, if it was at the end of the run
	Stopped     *requirements.Gap // why the run stopped sending before its end
	Problems    []string          // of the harness itself
	Connections []transcript.Connection
	Calls       []transcript.Call

	limited bool // the receiver limits how many pushes it accepts
}

// Policy is what the user wants judged, and how strictly.
type Policy struct {
	Selected    func(id string) bool // nil: every requirement
	Claims      []requirements.Capability
	ConnectOnly bool           // no push was to be sent: only what a connection shows is judged
	OnlyTouched bool           // requirements that no played call is about count as not selected
	Strict      bool           // should-level findings and stale known failures are fatal too
	NoWaivers   bool           // waived findings are fatal too
	Known       []KnownFailure // reported, and not fatal; at most one entry for each requirement
}

// Judge turns a run into its verdict.
func (r Run) Judge() Verdict {
	all := slices.Concat(r.Calls, r.Elsewhere)
	r.Target.Proxied = r.Target.Signed && requirements.Proxied(all)
	r.Target.Captured = requirements.CapturedPush(all)
	r.Target.Lost = r.Lost
	v := Verdict{
		About: r.About, Incoming: r.Incoming, Outgoing: r.Outgoing, Interrupted: r.Interrupted,
		Problems: r.Problems, Connections: r.Connections, Calls: r.Calls, Scenarios: sorted(r.Scenarios),
		Capabilities: r.capabilities(), Notes: r.notes(),
	}
	if r.Stopped != nil {
		v.Stopped = r.Stopped.Reason
	}
	r.limited = requirements.Limited(all)
	r.Calls, r.Elsewhere = requirements.Exempt(r.Calls, all), requirements.Exempt(r.Elsewhere, all)
	said := r.gather()
	hides := r.hides(said)
	for _, req := range requirements.All() {
		row := r.row(req, said, v.Capabilities, hides)
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
		out[requirements.CanSignature] = IsShown // it says so
	}
	if r.Outgoing != "" {
		out[requirements.CanOutgoing] = IsShown
	}
	return out
}

// row decides the status of one requirement.
func (r Run) row(req requirements.Requirement, said judgements, can map[requirements.Capability]Shown, hides hidden) Row {
	row := Row{Requirement: req}
	if r.Selected != nil && !r.Selected(req.ID) {
		row.Status, row.Reason = Skipped, "not selected"
		return row
	}
	if r.OnlyTouched && said[req.ID] == nil && len(r.unshown(req, can, hides)) == 0 {
		row.Status, row.Reason = Skipped, "not selected"
		return row
	}
	if r.ConnectOnly && !slices.Contains(endpoint.Rules(), req.ID) {
		row.Status, row.Reason = Skipped, "no push was sent"
		return row
	}
	j := said[req.ID]
	if j == nil {
		j = &requirements.Judgement{}
	}
	row.Judged = j.Judged
	closed, shut := r.shut()
	if ok, missing := req.Needs.Met(func(c requirements.Capability) bool { return can[c] != IsAbsent }); !ok {
		return r.lacking(row, missing, hides)
	}
	row.Findings = append(r.unshown(req, can, hides), evident(r.named(j.Findings))...)
	if len(row.Findings) > 0 {
		row.Status, row.Reason = statusOf(row.Findings)
		row.So = consequence(row)
		return row
	}
	switch missing := r.missingPage(); {
	case missing != "" && req.Area() == "state":
		row.Status, row.Reason = Undetermined, missing
	case len(j.Open()) > 0:
		gap := said.weightiest(j.Open())
		row.Status, row.Reason, row.Because, row.FromHere = Undetermined, gap.Reason, gap.Because, gap.FromHere
	case j.Judged > 0:
		row.Status = Passed
	case j.NotApplicable != "":
		row.Status, row.Reason = NotApplicable, j.NotApplicable
	case shut && req.Area() != "transport":
		row.Status, row.Reason, row.Because = Undetermined, closed.Reason, closed.Because
	case r.Stopped != nil:
		row.Status, row.Reason, row.Because = Undetermined, r.Stopped.Reason, r.Stopped.Because
	case r.Interrupted:
		row.Status, row.Reason = Undetermined, interrupted
	case req.Area() == "signature" && !r.Target.Signed:
		row.Status, row.Reason = Undetermined, "there is no key to sign pushes with, see --sign-key"
	case r.limited && (needsCall(req) || req.Area() == "trouble" || req.Area() == "state"):
		row.Status, row.Reason = Undetermined, "the receiver limits how many pushes it accepts, so no push or call for this was accepted: "+requirements.LimitAdvice
	case req.ID == "push.newcall":
		row.Status, row.Reason = Undetermined, "no newCall push got far enough to be judged"
	case needsCall(req) && said.failed("push.newcall"):
		row.Status, row.Reason, row.Because = Undetermined, "no call got far enough to judge this", "push.newcall"
	case hides.followed != nil && followsResponse(req):
		row.Status, row.Reason, row.Because = Undetermined, hides.followed.Reason, hides.followed.Because
	default:
		row.Status, row.Reason = NotApplicable, r.occasion(req)
	}
	return row
}

// lacking decides the status of a requirement if the receiver did not show a capability that it needs. missing says which.
func (r Run) lacking(row Row, missing string, hides hidden) Row {
	row.Status, row.Reason = NotApplicable, missing
	if row.Area() == "signature" && !r.Target.Signed {
		row.Reason = "this run does not sign its pushes, so it is not known whether the receiver verifies signatures: see --sign-key"
	}
	closed, shut := r.shut()
	switch {
	case r.ruledOut(row.Requirement):
	case shut:
		row.Status, row.Reason, row.Because = Undetermined, closed.Reason, closed.Because
	case hides.asked != nil && needsResponse(row.Requirement):
		row.Status, row.Reason, row.Because = Undetermined, hides.asked.Reason, hides.asked.Because
	case r.spoke():
	case r.Stopped != nil:
		row.Status, row.Reason, row.Because = Undetermined, r.Stopped.Reason, r.Stopped.Because
	case r.Interrupted:
		row.Status, row.Reason = Undetermined, interrupted
	}
	return row
}

// spoke reports whether the receiver responded to any push, so that what it can do shows.
func (r Run) spoke() bool {
	return slices.ContainsFunc(r.Calls, func(c transcript.Call) bool {
		return slices.ContainsFunc(c.Exchanges, transcript.Exchange.Responded)
	})
}

// ruledOut reports whether a requirement lacks a capability that the user decides on, not the receiver.
func (r Run) ruledOut(req requirements.Requirement) bool {
	shows := func(c requirements.Capability) bool {
		return requirements.ShownByResponse(c) || c == requirements.CanSignature && r.Target.Signed
	}
	return slices.ContainsFunc(req.Needs, func(any []requirements.Capability) bool {
		return !slices.ContainsFunc(any, shows)
	})
}

const interrupted = "the run was interrupted"

// named returns findings that name their variant only if it is that of their call: those of a plain push or call need no name
// besides the call's.
func (r Run) named(all []requirements.Finding) []requirements.Finding {
	all = slices.Clone(all)
	for i := range all {
		f := &all[i]
		if !slices.ContainsFunc(r.Calls, func(c transcript.Call) bool { return c.ID == f.Call && c.Variant == f.Variant }) {
			f.Variant = ""
		}
	}
	return all
}

// evident keeps the first few findings of each kind: one rule that every response breaks is one piece of news, and so is one that
// is broken in a plain call and in others. Of variants of a requirement each is one. What is said about the limits of a finding is added
// to what came: it makes no news of a mistake that plain calls show as well.
func evident(all []requirements.Finding) []requirements.Finding {
	const most = 10
	weight := func(f requirements.Finding) int {
		switch {
		case f.Waived == "" && f.Level == requirements.Must:
			return 0
		case f.Waived == "":
			return 1
		}
		return 2
	}
	plain := func(f requirements.Finding) int {
		if f.Variant == "" {
			return 0
		}
		return 1
	}
	all = slices.Clone(all)
	slices.SortStableFunc(all, func(a, b requirements.Finding) int {
		return cmp.Or(weight(a)-weight(b), plain(a)-plain(b))
	})
	type news struct {
		want, got string
		variant   transcript.Variant
	}
	var out []requirements.Finding
	seen := map[news]bool{}
	for _, f := range all {
		key := news{f.Want, f.Got, f.Variant}
		if seen[key] || seen[news{f.Want, f.Got, ""}] || len(out) == most {
			continue
		}
		seen[key] = true
		f.Got += f.Limits
		out = append(out, f)
	}
	return out
}

// statusOf is the status that findings give.
func statusOf(fs []requirements.Finding) (Status, string) {
	status, reason := Waived, ""
	for _, f := range fs {
		switch {
		case f.Waived == "" && f.Level == requirements.Must:
			return Failed, ""
		case f.Waived == "":
			status = Warned
		case reason == "":
			reason = "allowed by " + f.Waived
		}
	}
	return status, reason
}

// consequence returns what follows from the findings of a row: what all of them say themselves, else what the requirement says.
func consequence(row Row) string {
	own := row.Findings[0].So
	if own == "" || slices.ContainsFunc(row.Findings, func(f requirements.Finding) bool { return f.So != own }) {
		return row.So
	}
	return own
}

// needsCall reports whether a call has to come to a certain point before there is something to judge.
func needsCall(req requirements.Requirement) bool {
	return req.Area() == "push" || req.Area() == "call" || req.ID == "following.every-leg"
}

// occasion says why nothing in a complete run gave an occasion to judge.
func (r Run) occasion(req requirements.Requirement) string {
	switch {
	case req.ID == "following.every-leg":
		return "no call had a second leg whose newCall the receiver accepted without steering the call"
	case req.ID == "call.steered":
		return "the receiver steered no plain call; name a number at which it does, such as --numbers reject=NUMBER"
	case req.Area() == "response":
		return "the receiver sends no XML"
	case req.Area() == "following":
		return "the receiver names no follow-up URL"
	case needsCall(req):
		return r.missed(req)
	}
	return "no response of the receiver shows whether it is met"
}

// missed says why no call of a complete run came to the push that a requirement is about: the receiver did not subscribe to it in the
// calls that it let through, or it let no call through.
func (r Run) missed(req requirements.Requirement) string {
	wanted := func(e push.Event) bool {
		switch e {
		case push.Answer:
			return needs(req, requirements.CanAnswer)
		case push.Hangup:
			return needs(req, requirements.CanHangup)
		}
		return false
	}
	steered, outgoing := false, false
	for _, c := range r.Calls {
		if c.Stimulus != "" && c.Stimulus != req.ID || len(c.Exchanges) == 0 {
			continue
		}
		steered = steered || c.Steered
		outgoing = outgoing || !c.Steered && c.Exchanges[0].Push.Direction == push.Outgoing && c.Exchanges[0].Accepted()
		for _, n := range c.NotSent {
			if !c.Steered && n.Reason == transcript.NotSubscribed && wanted(n.Push.Event) {
				return fmt.Sprintf("the receiver does not subscribe to the %s of such a call", n.Push.Event)
			}
		}
	}
	switch {
	case steered && outgoing:
		return "no call got that far: the receiver turned away every incoming call before; name a number that it lets through, --numbers through=NUMBER"
	case steered:
		return "no call got that far: the receiver turned away every call before; name a number that it lets through, --numbers through=NUMBER"
	}
	return "no call of the run got that far"
}

// needs reports whether a requirement is only about receivers with a capability.
func needs(req requirements.Requirement, c requirements.Capability) bool {
	return slices.ContainsFunc(req.Needs, func(either []requirements.Capability) bool { return slices.Contains(either, c) })
}

// unguarded tells of a URL whose credentials nobody asks for.
func unguarded(calls []transcript.Call) []Note {
	if !slices.ContainsFunc(calls, func(c transcript.Call) bool { return slices.ContainsFunc(c.Exchanges, requirements.Unguarded) }) {
		return nil
	}
	return []Note{{About: "transport", Text: "The URL has credentials, but the receiver accepts pushes without asking for them: " +
		"sipgate sends credentials only after a 401, so these protect nothing"}}
}

// observer reports whether the receiver takes newCall pushes and asks for nothing further. Of one whose responses could not be read
// nobody knows.
func observer(v Verdict) bool {
	if slices.ContainsFunc(v.Rows, func(r Row) bool { return r.ID == "response.known-elements" && r.Status == Undetermined }) {
		return false
	}
	for _, c := range requirements.Capabilities() {
		if v.Capabilities[c] != IsAbsent && requirements.ShownByResponse(c) {
			return false
		}
	}
	return slices.ContainsFunc(v.Rows, func(r Row) bool { return r.ID == "push.newcall" && r.Status == Passed })
}
