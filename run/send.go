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

// Single is a call that the user sends directly, without a feature.
type Single struct {
	Call     *call.Call
	Scenario string // its name in the transcript
	Twist    experiment.Twist
	Shows    []requirements.Capability // counts as shown if no response of the call can show it
}

// Send plays a call exactly once, even if pushes are refused. The call counts in the run's verdict.
func (r *Run) Send(ctx context.Context, s Single) transcript.Call {
	play := func(ctx context.Context, p *Played) transcript.Call {
		a := &attempt{run: r, about: p.about(), ordinary: true}
		return r.sender.Play(ctx, sender.Played{Call: s.Call, About: a.about, Twist: s.Twist, Through: a.through})
	}
	var p *Played
	r.locked(func() {
		r.showed = append(r.showed, s.Shows...)
		p = r.add(ctx, experiment.Experiment{Story: scenarios.Scenario{Name: s.Scenario}, Twist: s.Twist}, play)
	})
	p.do()
	return p.Call
}
