package run

import (
	"context"
	"maps"
	"time"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/transcript"
)

// provoke sends a stimulus and plays a good call after it. If the stimulus never ends, the call is played at the same time. worse reports
// whether the good call was treated worse than the one before.
func (r *Run) provoke(ctx context.Context, p *PlayedExperiment) (out transcript.Call, worse bool) {
	out = p.newTranscript()
	if p.tries == 0 && !r.mayProvoke(p.Experiment.Twist) || !r.recordBaseline(ctx, &out) {
		return out, false
	}
	began := r.timeWithoutWaits()
	before := out.GoodCallBefore
	out = r.playWithinLimit(ctx, func() transcript.Call { return r.stimulate(ctx, p, before) })
	worse = !requirements.Survived(out) && !isInconclusive(out) && ctx.Err() == nil
	if worse {
		r.recordStimulusAftermath(ctx, &out)
	}
	took := r.timeWithoutWaits() - began
	r.withLock(func() {
		r.timeSpent[out.Stimulus] += took
		if r.provocations.goodCallBefore = before; worse {
			r.provocations.goodCallBefore = nil
		}
	})
	return out, worse
}

// timeWithoutWaits returns the time since the run began, without the waits for the receiver's limit and for restarts.
func (r *Run) timeWithoutWaits() (d time.Duration) {
	r.withLock(func() { d = r.elapsed() - r.health.WaitedTime() })
	return d
}

// mayProvoke reports whether a stimulus is sent. It is left out if the stimuli of its requirement have taken too much time.
func (r *Run) mayProvoke(t experiment.Twist) bool {
	connections, allowed := r.sender.Connections(), (!t.Heavy || r.mayProvokeHeavily()) && r.opts.Sender.RoundTripper == nil
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.timeSpent[t.Requirement] > r.health.Limit/2 {
		r.leftOut[t.Requirement] = true
		return false
	}
	return allowed && r.gapOfStoppedRun(connections) == nil
}

// mayProvokeHeavily reports whether the largest stimuli may be sent. They may if the receiver is on this machine or at a private address, or if
// the user allows it.
func (r *Run) mayProvokeHeavily() bool {
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

// recordBaseline records in c how the last good call was treated. It returns false if its newCall got no response. Then a provocation would
// show nothing.
func (r *Run) recordBaseline(ctx context.Context, c *transcript.Call) bool {
	absent := false
	r.withLock(func() {
		c.GoodCallBefore, absent = maps.Clone(r.provocations.goodCallBefore), r.provocations.goodCallUnanswered
	})
	if !absent && c.GoodCallBefore == nil {
		goodCall, _ := r.playGoodCall(ctx, experiment.OrdinaryCall("Doc"))
		if isOverLimit(goodCall) {
			c.Exchanges = goodCall.Exchanges
			return false
		}
		c.GoodCallBefore = requirements.Treated(goodCall)
	}
	if c.GoodCallBefore == nil {
		c.GoodCallBefore = map[push.Event]transcript.Treatment{}
	}
	if ctx.Err() != nil {
		return false
	}
	responds := c.GoodCallBefore[push.NewCall] >= transcript.Refused
	r.withLock(func() { r.provocations.goodCallUnanswered = !responds })
	return responds
}

// stimulate sends a stimulus and plays a good call.
func (r *Run) stimulate(ctx context.Context, p *PlayedExperiment, before map[push.Event]transcript.Treatment) transcript.Call {
	out, e := p.newTranscript(), p.Experiment
	out.GoodCallBefore = before
	nonce := r.nextNonce(p)
	p.Cast = r.drawNumbers(r.opts.Cast, nonce, e.Story)
	plain, _ := r.newCall(e.Story, p.Cast, nonce+"stranger").Next()
	st := e.Twist.Stimulus(plain.Push.Form(r.opts.Sender.Dialect))
	if st.StopPoint == experiment.Whole {
		out.Exchanges = append(out.Exchanges, r.sender.Provoke(ctx, st))
	} else {
		x, release := r.sender.Occupy(ctx, st)
		defer release()
		out.Exchanges = append(out.Exchanges, x)
	}
	(&attempt{run: r, identity: out}).recordExchange(out.Exchanges[0])
	switch out.Exchanges[0].End {
	case transcript.NotConnected, transcript.BlockedEnd, transcript.Interrupted:
		return out
	}
	a := &attempt{run: r, identity: out, patient: true}
	goodCall := r.sender.Play(ctx, sender.CallToPlay{Call: r.newCall(e.Story, p.Cast, nonce), Identity: p.newTranscript(), BeforePush: a.beforePush, AfterExchange: a.recordExchange})
	for i := range goodCall.Exchanges {
		goodCall.Exchanges[i].Alone = false // the stimulus may have made it slower
	}
	out.Complete = true
	return joinCalls(out, goodCall)
}

// recordStimulusAftermath records the receiver's health if a good call was treated worse after a stimulus than before.
func (r *Run) recordStimulusAftermath(ctx context.Context, c *transcript.Call) {
	x := &c.Exchanges[0]
	aftermath := r.awaitConnection(ctx)
	if aftermath.Gone || hasVanished(*x) || x.End == transcript.HeldOpen {
		x.Aftermath = aftermath
	}
	if aftermath.Gone || ctx.Err() != nil {
		return
	}
	if c.GoodCallBefore[push.NewCall] == transcript.Taken { // not only a connection, because a proxy may respond until the receiver is back
		recovered := r.awaitRecovery(ctx)
		recovered.Away = max(recovered.Away, x.Aftermath.Away)
		x.Aftermath = recovered
		return
	}
	goodCall, present := r.playGoodCall(ctx, experiment.OrdinaryCall("Doc"))
	afterwards := *c
	afterwards.Exchanges = goodCall.Exchanges
	switch asBefore := len(goodCall.Exchanges) > 0 && requirements.Survived(afterwards); {
	case ctx.Err() != nil || isInconclusive(goodCall) || asBefore:
	case !present:
		x.Aftermath.Gone = true
	default:
		x.Aftermath.Silent = true
	}
}
