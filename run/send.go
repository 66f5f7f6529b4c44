package run

import (
	"context"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/transcript"
)

// Single is a call that is sent for its own sake, without a feature that wants it.
type Single struct {
	Call     *call.Call
	Scenario string // what it is called in the transcript
	Twist    experiment.Twist
	Shows    []requirements.Capability // taken to be shown, if the call has no response that could show it
}

// Send plays a call exactly once: what is refused is not repeated. The call counts in the run's verdict.
func (r *Run) Send(ctx context.Context, s Single) transcript.Call {
	play := func(ctx context.Context, p *Played) transcript.Call {
		a := &attempt{run: r, about: p.about(), ordinary: true}
		return r.sender.Play(ctx, sender.Played{Call: s.Call, About: a.about, Twist: s.Twist, Through: a.through})
	}
	var p *Played
	r.known(func() {
		r.showed = append(r.showed, s.Shows...)
		p = r.add(ctx, experiment.Experiment{Story: scenarios.Scenario{Name: s.Scenario}, Twist: s.Twist}, play)
	})
	p.do()
	return p.Call
}
