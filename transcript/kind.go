package transcript

import "strings"

// Kind is how a call was played. It decides how the call is judged.
type Kind string

const (
	Plain       Kind = "plain"       // as its story makes it
	Odd         Kind = "odd"         // pushes of it have another form
	Forged      Kind = "forged"      // a push of it is not sipgate's, and a good push follows
	Sequence    Kind = "sequence"    // pushes of it got lost, came twice or overtook each other
	Crowd       Kind = "crowd"       // several calls were played at once
	Provocation Kind = "provocation" // a stranger sent something that is no push before it, or beside it
)

// PlayedAs returns how the call was played. Calls that were saved by older versions have no Kind: for those it is the kind in which
// these versions played a call for its requirement.
func (c Call) PlayedAs() Kind {
	area, rest, _ := strings.Cut(c.Stimulus, ".")
	switch {
	case c.Kind != "":
		return c.Kind
	case c.Crowd > 0, c.Stimulus == "trouble.many-calls", c.Stimulus == "call.concurrent":
		return Crowd
	case c.Stimulus == "":
		return Plain
	case c.Before != nil, len(c.Exchanges) > 0 && c.Exchanges[0].Raw != "":
		return Provocation
	case area == "signature" && (rest == "missing" || rest == "forged"):
		return Forged
	case area == "trouble" && rest != "unknown-call", area == "state" && rest != "apart":
		return Sequence
	}
	return Odd
}
