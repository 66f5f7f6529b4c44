package verdict

import (
	"cmp"
	"slices"

	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// maxFindings is the number of findings of a requirement that are reported.
const maxFindings = 10

// findingsToReport returns the findings without repeats, the gravest first. A finding repeats an earlier finding of the same variant, or of
// a plain call, if only the push that shows it differs. Uncertainty of a finding is added to its Got.
func (f facts) findingsToReport(all []requirements.Finding) []requirements.Finding {
	all = slices.Clone(all)
	for i, finding := range all {
		if f.callOf(finding).Variant != finding.Variant {
			all[i].Variant = ""
		}
	}
	slices.SortStableFunc(all, func(a, b requirements.Finding) int {
		return cmp.Or(bySeverity(severity(a), severity(b)), min(len(a.Variant), 1)-min(len(b.Variant), 1))
	})
	var out []requirements.Finding
	for _, finding := range all {
		isSame := func(other requirements.Finding) bool {
			return other.Want == finding.Want && other.Got == finding.Got && (other.Variant == "" || other.Variant == finding.Variant)
		}
		if len(out) < maxFindings && !slices.ContainsFunc(out, isSame) {
			out = append(out, finding)
		}
	}
	for i := range out {
		out[i].Got += out[i].Uncertainty
	}
	return out
}

// callOf returns the call that shows a finding; a zero Call if the finding is not about a call.
func (f facts) callOf(finding requirements.Finding) transcript.Call {
	return firstMatch(f.Calls, func(c transcript.Call) bool { return c.ID == finding.Call })
}

// severity returns the status of a requirement that has only this finding.
func severity(f requirements.Finding) Status {
	switch {
	case f.Waived != "":
		return Waived
	case f.Level == requirements.Must:
		return Failed
	}
	return Warned
}

// statusOf returns the status of a requirement that has these findings, and the reason. The gravest finding decides.
func statusOf(findings []requirements.Finding) (Status, requirements.Gap) {
	gravest := slices.MinFunc(findings, func(a, b requirements.Finding) int { return bySeverity(severity(a), severity(b)) })
	if gravest.Waived != "" {
		return Waived, requirements.Gap{Reason: "allowed by " + gravest.Waived}
	}
	return severity(gravest), requirements.Gap{}
}

// consequence returns what happens at sipgate because of a row: Consequence of its findings if it is the same for all findings, else
// Consequence of the requirement.
func consequence(row Row) string {
	differs := func(f requirements.Finding) bool {
		return f.Consequence == "" || f.Consequence != row.Findings[0].Consequence
	}
	if len(row.Findings) == 0 || slices.ContainsFunc(row.Findings, differs) {
		return row.Consequence
	}
	return row.Findings[0].Consequence
}
