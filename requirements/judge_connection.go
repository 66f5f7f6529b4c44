package requirements

import (
	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/transcript"
)

// JudgeConnection says what a connection to a push URL says of the receiver. What a bad connection hides is a gap.
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
	for _, p := range c.Problems {
		f := Finding{Primary: p.Primary, Waived: p.Waived, Want: p.Want, Got: p.Got, Fix: p.Fix, Origin: c.Shown()}
		if p.Milder {
			f.Level = Should
		}
		js.broken(p.Rule, f)
	}
	return js.all()
}
