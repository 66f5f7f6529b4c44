package transcript

import "strings"

// Kind is how a call was played. It decides how the call is judged.
type Kind string

const (
	Plain       Kind = "plain"       // the pushes of its story
	Odd         Kind = "odd"         // some of its pushes have another form
	Forged      Kind = "forged"      // one of its pushes is not from sipgate, and a good push follows
	Sequence    Kind = "sequence"    // some of its pushes are lost, sent twice or sent in another order
	Crowd       Kind = "crowd"       // several calls were played at once
	Provocation Kind = "provocation" // a stranger sent a request before it or during it that is not a push
)

// PlayedKind returns how the call was played. If the call was saved by an older version, it has no Kind. Then PlayedKind returns the kind in
// which these versions played calls for its requirement.
func (c Call) PlayedKind() Kind {
	area, rest, _ := strings.Cut(c.Stimulus, ".")
	switch {
	case c.Kind != "":
		return c.Kind
	case c.Crowd > 0, c.Stimulus == "trouble.many-calls", c.Stimulus == "call.concurrent":
		return Crowd
	case c.Stimulus == "":
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
