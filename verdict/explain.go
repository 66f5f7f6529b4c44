package verdict

import (
	"slices"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// judgeAll judges the calls and connections, and explains findings by other requirements.
func (r Run) judgeAll() judgements {
	reported := r.judgeCalls(r.Calls)
	all := reported
	if len(r.OtherCalls) > 0 && reported.hasConditions() {
		all = r.judgeCalls(slices.Concat(r.Calls, r.OtherCalls))
		r.explain(all, all)
	}
	r.explain(reported, all)
	return reported
}

// hasConditions reports whether any finding depends on another requirement.
func (js judgements) hasConditions() bool {
	for _, j := range js {
		if slices.ContainsFunc(j.Findings, func(f requirements.Finding) bool { return len(f.Excuses) > 0 || f.Contrast() != "" }) {
			return true
		}
	}
	return false
}

// judgeCalls judges the connections and the given calls. It does not explain findings by other requirements.
func (r Run) judgeCalls(calls []transcript.Call) judgements {
	out := judgements{}
	byOrigin := map[string]*transcript.Connection{}
	for i, c := range r.Connections {
		byOrigin[c.Origin] = &r.Connections[i]
		if !c.FollowUp {
			out.add(requirements.JudgeConnection(c)...)
		}
	}
	isJudged := map[string]bool{}
	for _, c := range calls {
		out.add(requirements.JudgeCall(c, r.Target)...)
		for _, u := range requirements.FollowUpURLs(c) {
			if !isJudged[u] {
				isJudged[u] = true
				out.add(requirements.JudgeFollowUpURL(u, byOrigin[endpoint.OriginOf(u)], r.Target)...)
			}
		}
	}
	return out
}

// explain looks for findings in reported that the judgements in all explain. It removes them, turns them into gaps, or moves them to the
// requirement about the plain push.
func (r Run) explain(reported, all judgements) {
	// Findings about plain calls are moved first. Otherwise a finding about an odd push could be moved before them, and explain the
	// findings about other odd pushes.
	reported.removeFindings(func(f requirements.Finding) bool {
		// Excuses of the area push do not count here: requirements about odd pushes depend on the requirements about plain pushes.
		isExplained := slices.ContainsFunc(f.Excuses, func(e requirements.Excuse) bool {
			return requirements.Requirement{ID: e.ID}.Area() != "push" && all.mayExplain(e.ID)
		})
		if isExplained || !all.isMovable(f) || !r.isAboutPlainCall(f) {
			return false
		}
		reported.moveToPlainPush(f)
		return true
	})
	plainNewCall := requirements.PlainNewCallRequirement()
	reported.removeFindings(func(f requirements.Finding) bool {
		excuse := firstMatch(f.Excuses, func(e requirements.Excuse) bool { return all.explains(e, f) })
		contrast := f.Contrast()
		switch {
		case excuse.ID != "":
			reported.withdraw(f, excuse.ID)
		case contrast != "" && (len(all[f.Requirement].MetVariants) > 0 || len(all[contrast].MetVariants) == 0):
			reported.withdraw(f, "")
		case !all.isMovable(f):
			return false
		case f.MovesTo != plainNewCall && all.hasFailure(plainNewCall): // no plain call reached such a push, so the odd push may be the cause
			reported.withdraw(f, plainNewCall)
		default:
			reported.moveToPlainPush(f)
		}
		return true
	})
}

// isAboutPlainCall reports whether a finding is about a plain call.
func (r Run) isAboutPlainCall(f requirements.Finding) bool {
	matches := func(c transcript.Call) bool { return c.ID == f.Call && c.PlayedKind() == transcript.Plain }
	return slices.ContainsFunc(r.Calls, matches) || slices.ContainsFunc(r.OtherCalls, matches)
}

// correctCauses corrects rows that are undetermined because of another requirement, if that requirement was met or does not apply, and so
// is not the cause. If the row has a gap with another cause, this gap becomes its reason.
func (js judgements) correctCauses(rows []Row) {
	mayBeCause := func(id string) bool {
		status := rowOf(rows, id).Status
		return status != Passed && status != NotApplicable
	}
	for i, row := range rows {
		if row.Status != Undetermined || row.CauseID == "" || mayBeCause(row.CauseID) {
			continue
		}
		other := firstMatch(js[row.ID].OpenGaps(), func(g requirements.Gap) bool {
			return g.CauseID != "" && g.CauseID != row.ID && mayBeCause(g.CauseID)
		})
		switch {
		case other.CauseID != "":
			rows[i].setGap(other)
		case rowOf(rows, row.CauseID).Status == Passed, js[row.CauseID].NotApplicable != "":
			rows[i].CauseID = ""
		}
	}
}
