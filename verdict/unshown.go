package verdict

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/requirements"
)

// unshown returns the finding for a claimed capability that no response showed. There is none if a response could not be read, because that
// one may have shown it.
func (r Run) unshown(req requirements.Requirement, can map[requirements.Capability]Shown, hides hidden) []requirements.Finding {
	if hides.asked != nil || len(req.Needs) != 1 || len(req.Needs[0]) != 1 || r.Stopped != nil || r.Interrupted {
		return nil
	}
	c := req.Needs[0][0]
	if can[c] != IsClaimed || !requirements.ShownByResponse(c) && c != requirements.CanBasicAuth {
		return nil
	}
	cause := unshownCause(c, can)
	return []requirements.Finding{{
		Requirement: req.ID, Level: req.Level, Cause: cause.ID,
		Want: fmt.Sprintf("the capability %q, which is claimed", c), Got: "no response that shows it",
		Fix: cause.Fix,
	}}
}

// unshownCause returns the cause of a finding about a claimed capability that no response showed. The subscriptions to answer and hangup
// pushes have one cause, because they stand in the same element.
func unshownCause(c requirements.Capability, can map[requirements.Capability]Shown) Common {
	names := map[requirements.Capability]string{requirements.CanAnswer: "onAnswer", requirements.CanHangup: "onHangup"}
	if names[c] == "" {
		return Common{
			ID: "no-" + string(c), What: fmt.Sprintf("no response shows the capability %q, which is claimed", c),
			Fix: fmt.Sprintf("Let the receiver show it, name a number at which it does, or do not claim %q.", c),
		}
	}
	var attributes, claims []string
	for _, s := range []requirements.Capability{requirements.CanAnswer, requirements.CanHangup} {
		if can[s] == IsClaimed {
			attributes, claims = append(attributes, names[s]), append(claims, string(s))
		}
	}
	return Common{
		ID: "no-subscription", What: "no newCall response names " + strings.Join(attributes, " or "),
		Fix: `Respond to newCall pushes with XML, as in <Response onAnswer="https://…" onHangup="https://…"/>, and with the Content-Type application/xml: ` +
			"sipgate reads no JSON and no other format. If the receiver subscribes only to some calls, name a number with --numbers through=NUMBER. " +
			"If it subscribes to none, do not claim " + strings.Join(claims, ",") + ".",
	}
}

// unshownCauses returns the causes that several requirements have in common because claimed capabilities were not shown. A finding whose
// cause is not shared, or whose requirement is excused, names none.
func unshownCauses(rows []Row, can map[requirements.Capability]Shown) []Common {
	var out []Common
	for _, c := range requirements.Capabilities() {
		if can[c] != IsClaimed {
			continue
		}
		cause := unshownCause(c, can)
		if slices.ContainsFunc(out, func(other Common) bool { return other.ID == cause.ID }) {
			continue
		}
		var hit []Row
		var findings []*requirements.Finding
		for i := range rows {
			for k := range rows[i].Findings {
				f := &rows[i].Findings[k]
				if f.Cause != cause.ID {
					continue
				}
				f.Cause = ""
				if rows[i].Status == Failed || rows[i].Status == Warned {
					hit, findings = append(hit, rows[i]), append(findings, f)
				}
			}
		}
		if len(hit) < 2 {
			continue
		}
		for _, f := range findings {
			f.Cause = cause.ID
		}
		cause.IDs = byProminence(hit)
		out = append(out, cause)
	}
	return out
}
