package run

import (
	"context"
	"slices"

	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/transcript"
)

// Probe inspects the connections and plays the first calls, one at a time: a plain call in each direction, and a call at each number with
// special behaviour. The responses decide which requirements apply.
func (r *Run) Probe(ctx context.Context) {
	r.Connect(ctx)
	if r.opts.ConnectOnly {
		return
	}
	var probed []transcript.Call
	probe := func(e experiment.Experiment) transcript.Call {
		probed = append(probed, r.probe(ctx, e))
		return probed[len(probed)-1]
	}
	incoming, _ := scenarios.Find("incoming-answered")
	first := probe(experiment.Experiment{Story: incoming})
	if r.mayVerifySignatures(first) {
		// The altered push is sent first. If it were sent second, a receiver that refuses a repeated callId would look like a receiver
		// that verifies signatures. Both pushes are part of the probe, because the run may end early if the receiver accepts no plain push.
		for _, t := range []experiment.Twist{experiment.AlteredCapturedPush(), experiment.CapturedPush()} {
			t.Requirement = goldenCapture
			probe(experiment.Experiment{Story: incoming, Twist: t})
		}
	}
	if r.opts.Sender.Outgoing != nil {
		outgoing, _ := scenarios.Find("outgoing-answered")
		probe(experiment.Experiment{Story: outgoing})
	}
	for _, n := range r.opts.Numbers {
		if n.Kind != scenarios.LetThrough {
			probe(experiment.Experiment{Story: exampleScenario(n.Kind), Number: n})
		}
	}
	if requirements.ProbeShowsNoRoute(probed) {
		r.withLock(r.health.RecordNoRoute)
	}
	if r.IsSlow() {
		r.probeParallelPushes(ctx)
	}
	r.RecordInterruption(ctx)
}

// probeParallelPushes finds out whether a slow receiver processes several pushes at a time. If it does, three pushes at a time take less
// than twice the time of one push.
func (r *Run) probeParallelPushes(ctx context.Context) {
	const calls = 3
	var callsToPlay []sender.CallToPlay
	for range calls {
		callsToPlay = append(callsToPlay, sender.CallToPlay{Call: r.newGoodCall(experiment.OrdinaryCall("Doc")[:1])})
	}
	began := r.elapsed()
	out := r.sender.PlayTogether(ctx, transcript.Call{}, callsToPlay, 0)
	took := r.elapsed() - began
	r.withLock(func() {
		if took < 2*r.health.Pace() && !slices.ContainsFunc(out.Exchanges, func(x transcript.Exchange) bool { return !x.Accepted() }) {
			r.health.RecordParallelPushes()
		}
	})
}

// probe plays one call of the probe and records the receiver's capabilities and response times.
func (r *Run) probe(ctx context.Context, e experiment.Experiment) transcript.Call {
	e.Alone, e.Probe = true, true
	c := r.Play(ctx, e, false).Call
	r.recordCapabilities(c)
	r.withLock(func() {
		for _, x := range c.Exchanges {
			if x.Responded() {
				r.health.RecordProbeTime(x.Duration)
			}
		}
	})
	return c
}

// recordCapabilities records the capabilities that the receiver showed in a call.
func (r *Run) recordCapabilities(c transcript.Call) {
	r.withLock(func() { r.capabilities = append(r.capabilities, requirements.CapabilitiesShownBy(c)...) })
}

// mayVerifySignatures reports whether the receiver may verify signatures with sipgate's key: the pushes of the run are not signed, and it
// did not accept the first push of a plain call, but did not say that a signature or another check failed.
func (r *Run) mayVerifySignatures(c transcript.Call) bool {
	if r.opts.Sender.SignKey != nil || len(c.Exchanges) == 0 {
		return false
	}
	x := c.Exchanges[0]
	return (x.Responded() || x.End == transcript.Dropped) && x.Treatment() != transcript.Accepted && !outcome.IsVerificationRefusal(x)
}
