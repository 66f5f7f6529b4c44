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

// SingleCall is a call that the user sends directly, without a feature.
type SingleCall struct {
	Call         *call.Call
	Scenario     string // name of the call in the transcript
	Twist        experiment.Twist
	Capabilities []requirements.Capability // capabilities that the receiver has, even if no response shows them
}

// Send plays a call exactly once, even if pushes are refused. The call counts in the run's verdict.
func (r *Run) Send(ctx context.Context, s SingleCall) transcript.Call {
	play := func(ctx context.Context, p *PlayedExperiment) transcript.Call {
		a := &attempt{run: r, identity: p.newTranscript(), isUndisturbed: true}
		return r.sender.Play(ctx, sender.CallToPlay{Call: s.Call, Identity: a.identity, Twist: s.Twist, AfterExchange: a.recordExchange})
	}
	var p *PlayedExperiment
	r.withLock(func() {
		r.capabilities = append(r.capabilities, s.Capabilities...)
		p = r.addExperiment(ctx, experiment.Experiment{Story: scenarios.Scenario{Name: s.Scenario}, Twist: s.Twist}, play)
	})
	p.play()
	return p.Call
}
