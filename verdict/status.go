package verdict

import (
	"slices"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/requirements"
)

// judgeRequirement returns the row of one requirement.
func (f facts) judgeRequirement(req requirements.Requirement) Row {
	row := Row{Requirement: req}
	missing := f.missingCapability(req)
	if missing == "" {
		row.Findings = append(f.claimFindings(req), f.findingsToReport(f.judgements[req.ID].Findings)...)
	}
	status, gap := f.status(req, row.Findings, missing)
	row.Status = status
	row.setGap(gap)
	if status == Skipped {
		row.Findings = nil
		return row
	}
	row.TimesJudged = f.judgements[req.ID].TimesJudged
	row.Consequence = consequence(row)
	f.applyKnownFailure(&row)
	return row
}

// missingCapability returns a sentence that names the capabilities which the requirement needs, and which the receiver neither showed nor
// is claimed to have. It returns "" if none is missing.
func (f facts) missingCapability(req requirements.Requirement) string {
	_, missing := req.Needs.MetBy(func(c requirements.Capability) bool { return f.capabilities[c] != CapabilityAbsent })
	if missing != "" && req.Area() == "signature" && !f.Target.PushesSigned {
		return "this run does not sign its pushes, so it is not known whether the receiver verifies signatures: see --sign-key"
	}
	return missing
}

// status returns the status of a requirement, and the reason for it as a gap. The first case that applies decides. missing is the result of
// missingCapability.
func (f facts) status(req requirements.Requirement, findings []requirements.Finding, missing string) (Status, requirements.Gap) {
	gapBecause := func(text string) requirements.Gap { return requirements.Gap{Reason: text} }
	judgement, area, plainNewCall := f.judgements[req.ID], req.Area(), requirements.PlainNewCallRequirement()
	switch {
	case f.Selected != nil && !f.Selected(req.ID),
		f.OnlyWithEvidence && judgement.Requirement == "" && f.unshownClaim(req) == "":
		return Skipped, gapBecause("not selected")
	case f.ConnectOnly && !slices.Contains(endpoint.Rules(), req.ID):
		return Skipped, gapBecause("no push was sent")
	case missing != "":
		if gap := f.capabilityGap(req); gap != nil {
			return Undetermined, *gap
		}
		return NotApplicable, gapBecause(missing)
	case len(findings) > 0:
		return statusOf(findings)
	case area == "state" && f.stateGap != nil:
		return Undetermined, *f.stateGap
	case len(judgement.OpenGaps()) > 0:
		return Undetermined, f.judgements.gapToReport(judgement.OpenGaps())
	case judgement.TimesJudged > 0:
		return Passed, requirements.Gap{}
	case judgement.NotApplicable != "":
		return NotApplicable, gapBecause(judgement.NotApplicable)
	case f.refusalGap != nil && area != "transport":
		return Undetermined, *f.refusalGap
	case f.earlyEndGap != nil:
		return Undetermined, *f.earlyEndGap
	case area == "signature" && !f.Target.PushesSigned:
		return Undetermined, gapBecause("there is no key to sign pushes with, see --sign-key")
	case f.isLimited && (needsCertainPush(req) || area == "trouble" || area == "state"):
		return Undetermined, gapBecause("the receiver limits how many pushes it accepts, so no push or call for this was accepted: " + outcome.LimitAdvice)
	case req.ID == plainNewCall:
		return Undetermined, gapBecause("no newCall push got far enough to be judged")
	case needsCertainPush(req) && f.judgements.hasFailure(plainNewCall):
		return Undetermined, requirements.Gap{Reason: "no call got far enough to judge this requirement", CauseID: plainNewCall}
	case f.followUpGap != nil && (area == "response" || area == "following" || needs(req, requirements.IsShownByResponses)):
		return Undetermined, *f.followUpGap
	}
	return NotApplicable, gapBecause(f.noOccasionReason(req))
}

// capabilityGap returns why the receiver had no chance to show a capability that it may have. It returns nil if the receiver had a chance,
// or if the user's options exclude the capability.
func (f facts) capabilityGap(req requirements.Requirement) *requirements.Gap {
	canShow := func(c requirements.Capability) bool {
		return requirements.IsShownByResponses(c) || c == requirements.CanSignature && f.Target.PushesSigned
	}
	switch {
	case slices.ContainsFunc(req.Needs, func(alternatives []requirements.Capability) bool { return !slices.ContainsFunc(alternatives, canShow) }):
		return nil
	case f.refusalGap != nil:
		return f.refusalGap
	case f.unreadGap != nil && needs(req, requirements.IsShownByResponses):
		return f.unreadGap
	case f.hasResponded:
		return nil
	}
	return f.earlyEndGap
}

// isObserver reports whether the receiver accepts newCall pushes and its responses show no capability. It returns false if its responses
// could not be read.
func isObserver(v Verdict) bool {
	isUnread := func(r Row) bool { return r.Occasion == requirements.OccasionResponse && r.Status == Undetermined }
	isShown := func(c requirements.Capability) bool {
		return v.Capabilities[c] != CapabilityAbsent && requirements.IsShownByResponses(c)
	}
	return !slices.ContainsFunc(requirements.Capabilities(), isShown) && !slices.ContainsFunc(v.Rows, isUnread) &&
		rowOf(v.Rows, requirements.PlainNewCallRequirement()).Status == Passed
}
