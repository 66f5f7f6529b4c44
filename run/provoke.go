package run

import (
	"context"
	"maps"
	"time"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/transcript"
)

// provoke sends a stimulus and plays a good call after it. If the stimulus is a request that never ends, the good call is played during
// that request. isWorse reports whether this good call was treated worse than the good call before the stimulus.
func (r *Run) provoke(ctx context.Context, p *PlayedExperiment) (out transcript.Call, isWorse bool) {
	out = p.newTranscript()
	if p.tries == 0 && !r.mayProvoke(p.Experiment.Twist) || !r.recordBaseline(ctx, &out) {
		return out, false
	}
	began := r.timeWithoutWaits()
	baseline := out.GoodCallBefore
	out = r.playWithinLimit(ctx, func() transcript.Call { return r.stimulate(ctx, p, baseline) })
	isWorse = !outcome.SurvivesStimulus(out) && !isInconclusive(out) && ctx.Err() == nil
	if isWorse {
		r.recordStimulusAftermath(ctx, &out)
	}
	took := r.timeWithoutWaits() - began
	r.withLock(func() {
		r.timeSpent[out.RequirementID] += took
		if r.provocations.goodCallBefore = baseline; isWorse {
			r.provocations.goodCallBefore = nil
		}
	})
	return out, isWorse
}

// timeWithoutWaits returns the time since the run began, without the waits for the receiver's rate limit and for restarts.
func (r *Run) timeWithoutWaits() (d time.Duration) {
	r.withLock(func() { d = r.elapsed() - r.health.TotalWait() })
	return d
}

// mayProvoke reports whether a stimulus may be sent. It returns false if the stimuli of its requirement have taken too much time.
func (r *Run) mayProvoke(t experiment.Twist) bool {
	connections, isAllowed := r.sender.Connections(), (!t.IsHeavy || r.areHeavyStimuliAllowed()) && r.opts.Sender.RoundTripper == nil
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.timeSpent[t.Requirement] > r.health.Limit/2 {
		r.leftOut[t.Requirement] = true
		return false
	}
	return isAllowed && r.gapOfStoppedRun(connections) == nil
}

// areHeavyStimuliAllowed reports whether the largest stimuli may be sent. They may be sent if the receiver is on this machine or at a
// private address, or if the user allows them.
func (r *Run) areHeavyStimuliAllowed() bool {
	if r.opts.Heavy {
		return true
	}
	for _, c := range r.sender.Connections() {
		if !c.FollowUp {
			kind := endpoint.HostKind(hostOf(c.Handshake.Address))
			return kind == endpoint.Loopback || kind == endpoint.Private
		}
	}
	return false
}

// recordBaseline records in c how the last good call was treated. If that is not known, it plays a good call first. It returns false if the
// newCall of that call got no response, because then a stimulus could not make anything worse.
func (r *Run) recordBaseline(ctx context.Context, c *transcript.Call) bool {
	isUnanswered := false
	r.withLock(func() {
		c.GoodCallBefore, isUnanswered = maps.Clone(r.provocations.goodCallBefore), r.provocations.goodCallsGetNoResponse
	})
	if !isUnanswered && c.GoodCallBefore == nil {
		goodCall, _ := r.playGoodCall(ctx, experiment.OrdinaryCall("Doc"))
		if isOverLimit(goodCall) {
			c.Exchanges = goodCall.Exchanges
			return false
		}
		c.GoodCallBefore = outcome.WorstTreatments(goodCall)
	}
	if c.GoodCallBefore == nil {
		c.GoodCallBefore = map[push.Event]transcript.Treatment{}
	}
	if ctx.Err() != nil {
		return false
	}
	responds := c.GoodCallBefore[push.NewCall] >= transcript.Refused
	r.withLock(func() { r.provocations.goodCallsGetNoResponse = !responds })
	return responds
}

// stimulate sends a stimulus and plays a good call.
func (r *Run) stimulate(ctx context.Context, p *PlayedExperiment, baseline map[push.Event]transcript.Treatment) transcript.Call {
	out, e := p.newTranscript(), p.Experiment
	out.GoodCallBefore = baseline
	nonce := r.nextNonce(p)
	p.Cast = r.drawNumbers(r.opts.Cast, nonce, e.Story)
	plain, _ := r.newCall(e.Story, p.Cast, nonce+"stranger").Next()
	stimulus := e.Twist.Stimulus(plain.Push.Form(r.opts.Sender.Dialect))
	if stimulus.StopPoint == experiment.AtEnd {
		out.Exchanges = append(out.Exchanges, r.sender.Provoke(ctx, stimulus))
	} else {
		x, release := r.sender.Occupy(ctx, stimulus)
		defer release()
		out.Exchanges = append(out.Exchanges, x)
	}
	(&attempt{run: r, identity: out}).recordExchange(out.Exchanges[0])
	switch out.Exchanges[0].End {
	case transcript.NotConnected, transcript.BlockedEnd, transcript.Interrupted:
		return out
	}
	a := &attempt{run: r, identity: out, hasFullLimit: true}
	goodCall := r.sender.Play(ctx, sender.CallToPlay{Call: r.newCall(e.Story, p.Cast, nonce), Identity: p.newTranscript(), BeforePush: a.beforePush, AfterExchange: a.recordExchange})
	for i := range goodCall.Exchanges {
		goodCall.Exchanges[i].Alone = false // the stimulus may have made the responses slower
	}
	out.Complete = true
	return joinCalls(out, goodCall)
}

// recordStimulusAftermath records in c whether the receiver recovered. It is called if a good call was treated worse after a stimulus than
// before.
func (r *Run) recordStimulusAftermath(ctx context.Context, c *transcript.Call) {
	x := &c.Exchanges[0]
	aftermath := r.awaitConnection(ctx)
	if aftermath.Gone || hasVanished(*x) || x.End == transcript.HeldOpen {
		x.Aftermath = aftermath
	}
	if aftermath.Gone || ctx.Err() != nil {
		return
	}
	if c.GoodCallBefore[push.NewCall] == transcript.Accepted { // an open connection is not enough, because a proxy may respond until the receiver has restarted
		recovered := r.awaitRecovery(ctx)
		recovered.Away = max(recovered.Away, x.Aftermath.Away)
		x.Aftermath = recovered
		return
	}
	goodCall, isPresent := r.playGoodCall(ctx, experiment.OrdinaryCall("Doc"))
	repeated := *c
	repeated.Exchanges = goodCall.Exchanges
	switch hasSurvived := len(goodCall.Exchanges) > 0 && outcome.SurvivesStimulus(repeated); {
	case ctx.Err() != nil || isInconclusive(goodCall) || hasSurvived:
	case !isPresent:
		x.Aftermath.Gone = true
	default:
		x.Aftermath.Silent = true
	}
}
