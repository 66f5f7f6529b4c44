package requirements

import (
	"slices"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/transcript"
)

// JudgeConnection judges the receiver by a connection to a push URL. If a bad connection hides something, that is a gap.
func JudgeConnection(c transcript.Connection) []Judgement {
	js := judging(at(c.Origin))
	for _, said := range endpoint.Judged(c.Handshake, c.Problems) {
		switch {
		case said.NotApplicable != "":
			js.notApplicable(said.Rule, said.NotApplicable)
		case said.Judged:
			js.met(said.Rule)
		default:
			js.gap(said.Rule, said.Reason, said.Because)
		}
	}
	blocks := slices.ContainsFunc(c.Problems, endpoint.Problem.Blocks)
	for _, p := range c.Problems {
		// If nothing blocks the connection, no problem hides another one, and each can be fixed first.
		f := Finding{Primary: p.Primary || !blocks, Waived: p.Waived, Want: p.Want, Got: p.Got, Fix: p.Fix, Origin: c.Shown()}
		if p.Milder {
			f.Level = Should
		}
		js.broken(p.Rule, f)
	}
	return js.all()
}
