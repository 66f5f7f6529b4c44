package verdict

import (
	"fmt"
	"strings"

	"github.com/pushcheck/pushcheck/requirements"
)

// unshownClaim returns the capability that a requirement needs, if the user claimed the capability and no response showed it; else "". It
// also returns "" if a response could not be read or the run stopped early, because the receiver may have the capability.
func (f facts) unshownClaim(req requirements.Requirement) requirements.Capability {
	if f.unreadGap != nil || f.earlyEndGap != nil || len(req.Needs) != 1 || len(req.Needs[0]) != 1 {
		return ""
	}
	c := req.Needs[0][0]
	if f.capabilities[c] != CapabilityClaimed || !requirements.IsShownByResponses(c) && c != requirements.CanBasicAuth {
		return ""
	}
	return c
}

// claimFindings returns a finding if the requirement needs a capability that the user claimed and no response showed; else nil.
func (f facts) claimFindings(req requirements.Requirement) []requirements.Finding {
	c := f.unshownClaim(req)
	if c == "" {
		return nil
	}
	return []requirements.Finding{{
		Requirement: req.ID, Level: req.Level,
		Want: fmt.Sprintf("the capability %q, which is claimed", c), Got: "no response that shows it",
		Fix: f.claimCause(c).Fix,
	}}
}

// claimCause returns the cause of the finding that no response showed a claimed capability. The subscriptions to answer and to hangup
// pushes have one cause, because both are attributes of Response.
func (f facts) claimCause(c requirements.Capability) SharedCause {
	attributeOf := map[requirements.Capability]string{requirements.CanAnswer: "onAnswer", requirements.CanHangup: "onHangup"}
	if attributeOf[c] == "" {
		return SharedCause{
			ID: "no-" + string(c), Clause: fmt.Sprintf("no response shows the capability %q, which is claimed", c),
			Fix: fmt.Sprintf("Let the receiver show it, name a number at which it does, or do not claim %q.", c),
		}
	}
	var attributes, claims []string
	for _, s := range []requirements.Capability{requirements.CanAnswer, requirements.CanHangup} {
		if f.capabilities[s] == CapabilityClaimed {
			attributes, claims = append(attributes, attributeOf[s]), append(claims, string(s))
		}
	}
	return SharedCause{
		ID: "no-subscription", Clause: "no newCall response names " + strings.Join(attributes, " or "),
		Fix: `Respond to newCall pushes with XML, as in <Response onAnswer="https://…" onHangup="https://…"/>, and with the Content-Type application/xml: ` +
			"sipgate reads no JSON and no other format. If the receiver subscribes only to some calls, name a number with --numbers through=NUMBER. " +
			"If it subscribes to none, do not claim " + strings.Join(claims, ",") + ".",
	}
}

// claimCauses returns a cause for each capability. A finding shows the cause if the user claimed the capability and no response showed it.
// Only the first finding of a row can be about a claim.
func (f facts) claimCauses() []possibleCause {
	var out []possibleCause
	for _, c := range requirements.Capabilities() {
		cause := f.claimCause(c)
		occurrence := func(row Row, i int) string {
			if i > 0 || f.claimCause(f.unshownClaim(row.Requirement)).ID != cause.ID {
				return ""
			}
			return row.ID
		}
		out = append(out, possibleCause{cause, "", occurrence})
	}
	return out
}
