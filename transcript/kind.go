package transcript

import "strings"

// Kind is the way in which a call was played. It decides which functions judge the call.
type Kind string

const (
	Plain       Kind = "plain"       // the pushes were sent as they follow from the call scenario
	Odd         Kind = "odd"         // some pushes had an unusual form
	Forged      Kind = "forged"      // one push had no valid signature, and a good push followed
	Sequence    Kind = "sequence"    // some pushes were left out, sent twice or sent in another order
	Crowd       Kind = "crowd"       // several calls were played at once
	Provocation Kind = "provocation" // another request than a push was sent before or during the call
)

// PlayedKind returns Kind. A call that an older version saved has no Kind; then PlayedKind derives it from the requirement, because older
// versions played all calls for a requirement in the same way.
func (c Call) PlayedKind() Kind {
	area, rest, _ := strings.Cut(c.RequirementID, ".")
	switch {
	case c.Kind != "":
		return c.Kind
	case c.Crowd > 0, c.RequirementID == "trouble.many-calls", c.RequirementID == "call.concurrent":
		return Crowd
	case c.RequirementID == "":
		return Plain
	case c.GoodCallBefore != nil, len(c.Exchanges) > 0 && c.Exchanges[0].ForeignName != "":
		return Provocation
	case area == "signature" && (rest == "missing" || rest == "forged"):
		return Forged
	case area == "trouble" && rest != "unknown-call", area == "state" && rest != "apart":
		return Sequence
	}
	return Odd
}
