package verdict

import (
	"cmp"
	"slices"

	"github.com/pushcheck/pushcheck/requirements"
)

// judgements holds the judgement of each requirement, by id. A requirement without evidence has none.
type judgements map[string]requirements.Judgement

// add adds judgements to the earlier judgements of the same requirements.
func (js judgements) add(more ...requirements.Judgement) {
	for _, j := range more {
		sum := js[j.Requirement]
		sum.Requirement = j.Requirement
		sum.TimesJudged += j.TimesJudged
		sum.MetVariants = append(sum.MetVariants, j.MetVariants...)
		sum.Findings = append(sum.Findings, j.Findings...)
		sum.Gaps = append(sum.Gaps, j.Gaps...)
		sum.NotApplicable = cmp.Or(sum.NotApplicable, j.NotApplicable)
		js[j.Requirement] = sum
	}
}

// withdraw counts a finding as not judged. If causeID names the requirement that is the cause, a gap takes the place of the finding.
func (js judgements) withdraw(f requirements.Finding, causeID string) {
	j := js[f.Requirement]
	j.TimesJudged--
	if causeID != "" {
		j.Gaps = append(j.Gaps, requirements.Gap{Variant: f.Variant, Reason: f.Got, CauseID: causeID})
	}
	js[f.Requirement] = j
}

// moveToPlainPush moves a finding to the requirement about the plain push.
func (js judgements) moveToPlainPush(f requirements.Finding) {
	js.withdraw(f, f.MovesTo)
	f.Requirement, f.Variant, f.Want, f.Excuses = f.MovesTo, "", "a 2xx status, in time", nil
	js.add(requirements.Judgement{Requirement: f.MovesTo, TimesJudged: 1, Findings: []requirements.Finding{f}})
}

// removeFindings removes the findings for which remove returns true. It begins with the requirements about plain pushes. A finding that
// these requirements explain is removed before it could explain other findings.
func (js judgements) removeFindings(remove func(requirements.Finding) bool) {
	for _, id := range requirements.IDs() {
		kept := slices.DeleteFunc(slices.Clone(js[id].Findings), remove)
		if j := js[id]; len(kept) < len(j.Findings) {
			j.Findings = kept
			js[id] = j
		}
	}
}

// hasFailure reports whether a requirement has a failure.
func (js judgements) hasFailure(id string) bool {
	return slices.ContainsFunc(js[id].Findings, isFailure)
}

// mayExplain reports whether a requirement may explain findings of other requirements: it has a failure, or it could not be judged and was
// never met.
func (js judgements) mayExplain(id string) bool {
	return js.hasFailure(id) || len(js[id].Gaps) > 0 && len(js[id].MetVariants) == 0
}

// explains reports whether an excuse explains a finding: the requirement of the excuse may explain findings, or has a finding about the
// same push, even if that is only a warning.
func (js judgements) explains(e requirements.Excuse, f requirements.Finding) bool {
	if e.Variant != "" {
		return slices.ContainsFunc(js[e.ID].Findings, func(other requirements.Finding) bool {
			return isFailure(other) && other.Variant == e.Variant
		})
	}
	isSamePush := func(other requirements.Finding) bool {
		return f.Call != 0 && other.Waived == "" && other.Call == f.Call && other.Exchange == f.Exchange
	}
	// If the push of the finding crashed the receiver, gaps because of the crash do not explain the finding.
	hasOtherCause := func(g requirements.Gap) bool { return !g.ByLoss || g.CauseID != f.Requirement }
	return js.hasFailure(e.ID) || slices.ContainsFunc(js[e.ID].Findings, isSamePush) ||
		js.mayExplain(e.ID) && slices.ContainsFunc(js[e.ID].Gaps, hasOtherCause)
}

// isMovable reports whether a finding can be moved to the requirement about the plain push. That is so if that requirement has no gap, and
// was judged only by findings that were moved to it.
func (js judgements) isMovable(f requirements.Finding) bool {
	plainJudgement := js[f.MovesTo]
	movedFindings := slices.DeleteFunc(slices.Clone(plainJudgement.Findings), func(other requirements.Finding) bool { return other.MovesTo != f.MovesTo })
	return f.MovesTo != "" && f.MovesTo != f.Requirement && plainJudgement.TimesJudged == len(movedFindings) && len(plainJudgement.Gaps) == 0
}

// gapToReport returns the first gap without a cause, else the first gap because of a failed requirement, else the first gap.
func (js judgements) gapToReport(gaps []requirements.Gap) requirements.Gap {
	for _, g := range gaps {
		if g.CauseID == "" {
			return g
		}
	}
	if g := js.gapOfFailure(gaps); g != nil {
		return *g
	}
	return gaps[0]
}

// gapOfFailure returns the first gap because of a failed requirement; nil if there is none.
func (js judgements) gapOfFailure(gaps []requirements.Gap) *requirements.Gap {
	i := slices.IndexFunc(gaps, func(g requirements.Gap) bool { return js.hasFailure(g.CauseID) })
	if i < 0 {
		return nil
	}
	return &gaps[i]
}

// isFailure reports whether a finding is must-level and no flag allows it.
func isFailure(f requirements.Finding) bool { return severity(f) == Failed }
