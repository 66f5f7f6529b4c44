package verdict

import (
	"slices"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// facts are what decides the status of one requirement.
type facts struct {
	requirements.Requirement
	run        Run
	said       judgements
	can        map[requirements.Capability]Shown
	hides      hidden
	judged     requirements.Judgement // zero if nothing was judged
	findings   []requirements.Finding
	lacks      string            // the capability that the receiver did not show, as a sentence; "" if it lacks none
	refusesAll *requirements.Gap // why the receiver accepts no push; nil if it accepts some
}

// ruling is a status with its reason.
type ruling struct {
	status   Status
	reason   string
	because  string // id of the requirement whose finding stands in the way
	fromHere bool
}

// rule decides the status of the requirements to which it applies.
type rule struct {
	applies func(facts) bool
	decide  func(facts) ruling
}

// always returns the same ruling for every requirement.
func always(s Status, reason string) func(facts) ruling {
	return func(facts) ruling { return ruling{status: s, reason: reason} }
}

// undetermined is the ruling of a gap.
func undetermined(g requirements.Gap) ruling {
	return ruling{status: Undetermined, reason: g.Reason, because: g.Because, fromHere: g.FromHere}
}

// rules are read from the top: the first that applies decides.
func rules() []rule {
	stopped := func(f facts) ruling {
		return ruling{status: Undetermined, reason: f.run.Stopped.Reason, because: f.run.Stopped.Because}
	}
	closed := func(f facts) ruling {
		return ruling{status: Undetermined, reason: f.refusesAll.Reason, because: f.refusesAll.Because}
	}
	lacking := func(f facts) ruling { return ruling{status: NotApplicable, reason: f.lacks} }
	interrupted := always(Undetermined, "the run was interrupted")
	return slices.Concat([]rule{
		{func(f facts) bool { return f.run.Selected != nil && !f.run.Selected(f.ID) }, always(Skipped, "not selected")},
		{func(f facts) bool {
			return f.run.OnlyTouched && f.said[f.ID] == nil && len(f.run.unshown(f.Requirement, f.can, f.hides)) == 0
		}, always(Skipped, "not selected")},
		{func(f facts) bool { return f.run.ConnectOnly && !slices.Contains(endpoint.Rules(), f.ID) }, always(Skipped, "no push was sent")},
	}, ifLacking([]rule{
		{func(f facts) bool { return f.run.ruledOut(f.Requirement) }, lacking},
		{func(f facts) bool { return f.refusesAll != nil }, closed},
		{func(f facts) bool { return f.hides.asked != nil && needsResponse(f.Requirement) }, func(f facts) ruling { return undetermined(*f.hides.asked) }},
		{func(f facts) bool { return f.run.gotResponse() }, lacking},
		{func(f facts) bool { return f.run.Stopped != nil }, stopped},
		{func(f facts) bool { return f.run.Interrupted }, interrupted},
		{func(facts) bool { return true }, lacking},
	}), []rule{
		{func(f facts) bool { return len(f.findings) > 0 }, func(f facts) ruling {
			status, reason := statusOf(f.findings)
			return ruling{status: status, reason: reason}
		}},
		{func(f facts) bool { return f.Area() == "state" && f.run.missingPage() != "" }, func(f facts) ruling {
			return ruling{status: Undetermined, reason: f.run.missingPage()}
		}},
		{func(f facts) bool { return len(f.judged.Open()) > 0 }, func(f facts) ruling { return undetermined(f.said.weightiest(f.judged.Open())) }},
		{func(f facts) bool { return f.judged.Judged > 0 }, always(Passed, "")},
		{func(f facts) bool { return f.judged.NotApplicable != "" }, func(f facts) ruling {
			return ruling{status: NotApplicable, reason: f.judged.NotApplicable}
		}},
		{func(f facts) bool { return f.refusesAll != nil && f.Area() != "transport" }, closed},
		{func(f facts) bool { return f.run.Stopped != nil }, stopped},
		{func(f facts) bool { return f.run.Interrupted }, interrupted},
		{func(f facts) bool { return f.Area() == "signature" && !f.run.Target.Signed }, always(Undetermined, "there is no key to sign pushes with, see --sign-key")},
		{func(f facts) bool {
			return f.run.limited && (needsCall(f.Requirement) || f.Area() == "trouble" || f.Area() == "state")
		},
			always(Undetermined, "the receiver limits how many pushes it accepts, so no push or call for this was accepted: "+requirements.LimitAdvice)},
		{func(f facts) bool { return f.ID == requirements.Basic() }, always(Undetermined, "no newCall push got far enough to be judged")},
		{func(f facts) bool { return needsCall(f.Requirement) && f.said.failed(requirements.Basic()) }, func(facts) ruling {
			return ruling{status: Undetermined, reason: "no call got far enough to judge this", because: requirements.Basic()}
		}},
		{func(f facts) bool { return f.hides.followed != nil && followsResponse(f.Requirement) }, func(f facts) ruling { return undetermined(*f.hides.followed) }},
		{func(facts) bool { return true }, func(f facts) ruling { return ruling{status: NotApplicable, reason: f.run.occasion(f.Requirement)} }},
	})
}

// ifLacking returns rules that apply only if the receiver lacks a capability that the requirement needs.
func ifLacking(all []rule) []rule {
	for i, r := range all {
		all[i].applies = func(f facts) bool { return f.lacks != "" && r.applies(f) }
	}
	return all
}

// facts collects what decides the status of a requirement.
func (r Run) facts(req requirements.Requirement, said judgements, can map[requirements.Capability]Shown, hides hidden) facts {
	f := facts{Requirement: req, run: r, said: said, can: can, hides: hides}
	if j := said[req.ID]; j != nil {
		f.judged = *j
	}
	if g, closed := r.refusesAll(); closed {
		f.refusesAll = &g
	}
	f.findings = append(r.unshown(req, can, hides), evident(r.named(f.judged.Findings))...)
	if _, f.lacks = req.Needs.Met(func(c requirements.Capability) bool { return can[c] != IsAbsent }); f.lacks != "" && req.Area() == "signature" && !r.Target.Signed {
		f.lacks = "this run does not sign its pushes, so it is not known whether the receiver verifies signatures: see --sign-key"
	}
	return f
}

// row decides the status of one requirement.
func (r Run) row(f facts) Row {
	row := Row{Requirement: f.Requirement}
	all := rules()
	got := all[slices.IndexFunc(all, func(rule rule) bool { return rule.applies(f) })].decide(f)
	row.Status, row.Reason, row.Because, row.FromHere = got.status, got.reason, got.because, got.fromHere
	if got.status == Skipped {
		return row
	}
	row.Judged = f.judged.Judged
	if f.lacks == "" && len(f.findings) > 0 {
		row.Findings = f.findings
		row.So = consequence(row)
	}
	return row
}

// gotResponse reports whether the receiver responded to any push, and so could show what it can do.
func (r Run) gotResponse() bool {
	return slices.ContainsFunc(r.Calls, func(c transcript.Call) bool {
		return slices.ContainsFunc(c.Exchanges, transcript.Exchange.Responded)
	})
}

// ruledOut reports whether a requirement needs a capability that is missing because of the user, and not because of the receiver.
func (r Run) ruledOut(req requirements.Requirement) bool {
	shows := func(c requirements.Capability) bool {
		return requirements.ShownByResponse(c) || c == requirements.CanSignature && r.Target.Signed
	}
	return slices.ContainsFunc(req.Needs, func(any []requirements.Capability) bool {
		return !slices.ContainsFunc(any, shows)
	})
}

// observer reports whether the receiver accepts newCall pushes and asks for nothing else. If its responses could not be read, that is
// unknown.
func observer(v Verdict) bool {
	if slices.ContainsFunc(v.Rows, func(r Row) bool { return r.Occasion == requirements.OnResponse && r.Status == Undetermined }) {
		return false
	}
	for _, c := range requirements.Capabilities() {
		if v.Capabilities[c] != IsAbsent && requirements.ShownByResponse(c) {
			return false
		}
	}
	return slices.ContainsFunc(v.Rows, func(r Row) bool { return r.ID == requirements.Basic() && r.Status == Passed })
}
