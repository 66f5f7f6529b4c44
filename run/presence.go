package run

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/transcript"
)

// A receiver is lost if it accepts none of several good calls, with a pause between them.
const (
	maxGoodCalls  = 3
	goodCallPause = 250 * time.Millisecond
)

// hasVanished reports whether the receiver accepted no connection for a push, or closed it without a response. It returns false if this
// machine was the reason.
func hasVanished(x transcript.Exchange) bool {
	return (x.End == transcript.Dropped || x.End == transcript.NotConnected) && !x.Failure.IsLocal()
}

// mayHaveCrashed reports whether a push may have crashed the receiver. A push that the receiver's limit refused has not.
func mayHaveCrashed(x transcript.Exchange) bool {
	silent := hasVanished(x) || x.End == transcript.NotHTTP || x.End == transcript.TimedOut
	return silent || x.Responded() && x.Status/100 == 5 && !requirements.OverLimit(x)
}

// awaitPresence reports whether the receiver accepts connections. If it had vanished, awaitPresence waits for it first.
func (r *Run) awaitPresence(ctx context.Context) bool {
	away := false
	r.withLock(func() { away = r.health.IsAway() })
	if !away {
		return true
	}
	return !r.awaitConnection(ctx).Gone
}

// awaitConnection waits for the receiver to accept connections. It returns whether the receiver is gone, and for how long it was away.
func (r *Run) awaitConnection(ctx context.Context) (aftermath transcript.Aftermath) {
	if r.opts.Sender.RoundTripper != nil {
		return aftermath
	}
	r.waitLock.Lock() // only one wait at a time: the health that it records makes later waits shorter
	defer r.waitLock.Unlock()
	var limit time.Duration
	r.withLock(func() { limit, aftermath.GaveUp = r.health.RestartWait(), r.health.IsRestartWaitCut() })
	defer r.opts.Observer.beginWait(ReceiverAway, r.realTime(limit))()
	waited, err := r.sender.AwaitRestart(ctx, r.opts.Sender.Incoming, r.realTime(limit))
	away := r.transcriptTime(waited)
	r.withLock(func() { r.health.RecordRestartWait(away, err == nil) })
	switch {
	case ctx.Err() != nil:
		return transcript.Aftermath{}
	case err == nil:
		return transcript.Aftermath{Away: away}
	}
	aftermath.Gone = true
	return aftermath
}

// attempt is a call while it is played.
type attempt struct {
	run              *Run
	identity         transcript.Call
	twist            experiment.Twist
	patient          bool // each push has the whole time limit
	freshConnections bool // each push has a connection of its own
	ordinary         bool // nothing was done to the receiver before

	startDeadline time.Time // until when the receiver may be starting, see isStarting

	mu        sync.Mutex
	maybeAway bool                 // a push got no response, and checkPresence was not called since
	aftermath transcript.Aftermath // the result of checkPresence
}

// beforePush waits until the receiver accepts connections and its limit allows a push, see sender.CallToPlay. A push of a new kind gets a new
// connection, so that a push that is dropped has certainly reached the receiver.
func (a *attempt) beforePush(ctx context.Context, step call.Step) (terms sender.PushTerms, send bool) {
	if a.checkPresence(ctx); a.aftermath.Gone {
		return terms, false
	}
	a.run.awaitPresence(ctx)
	push := transcript.Exchange{Sent: transcript.Sent{Push: step.Push}, Twist: transcript.Twist{Odd: a.twist.MayChange(step)}}
	a.run.withLock(func() {
		h := &a.run.health
		terms = sender.PushTerms{Limit: a.run.realTime(h.PushLimit(a.patient)), FreshConnection: a.freshConnections || a.twist.Kind == experiment.Sequence || h.IsNew(requirements.Kinds(a.identity, push)...)}
		send = !h.HasGivenUpOn(step.Push.Event)
	})
	return terms, send
}

// checkPresence waits for the receiver to accept connections if a push of the call got no response.
func (a *attempt) checkPresence(ctx context.Context) {
	a.mu.Lock()
	maybeAway := a.maybeAway
	a.maybeAway = false
	a.mu.Unlock()
	if maybeAway {
		aftermath := a.run.awaitConnection(ctx)
		aftermath.Away = max(aftermath.Away, a.aftermath.Away)
		a.aftermath = aftermath
	}
}

// recordExchange updates the receiver's health by an exchange.
func (a *attempt) recordExchange(x transcript.Exchange) {
	r, at := a.run, a.run.elapsed()
	if a.isStarting(x) {
		return
	}
	a.mu.Lock()
	a.maybeAway = a.maybeAway || hasVanished(x)
	a.mu.Unlock()
	r.withLock(func() {
		if x.End != transcript.NotConnected || x.Failure.IsLocal() || r.opts.Sender.RoundTripper != nil {
			r.health.RecordExchange(x, a.ordinary, at)
		}
		if x.Accepted() {
			r.health.RecordAccepted(requirements.Kinds(a.identity, x)...)
		}
	})
}

// recordAftermath records the receiver's health after the first push of a call that was not accepted. If a later push was accepted, the
// receiver is healthy.
func (a *attempt) recordAftermath(ctx context.Context, c *transcript.Call) {
	i := slices.IndexFunc(c.Exchanges, func(x transcript.Exchange) bool { return !x.Accepted() })
	if i < 0 || ctx.Err() != nil || !mayHaveCrashed(c.Exchanges[i]) {
		return
	}
	x, hasty, tookPlain := &c.Exchanges[i], false, false
	a.run.withLock(func() { hasty, tookPlain = a.run.health.WasCutShort(*x), !a.run.health.IsNew(requirements.PushNewCall) })
	if hasty {
		return
	}
	a.checkPresence(ctx)
	if x.Aftermath = a.aftermath; a.aftermath.Gone {
		x.Aftermath.Away = 0
	} else if tookPlain && !slices.ContainsFunc(c.Exchanges[i:], transcript.Exchange.Accepted) {
		recovered := a.run.awaitRecovery(ctx)
		recovered.Away = max(recovered.Away, x.Aftermath.Away)
		x.Aftermath = recovered
	}
}

// awaitRecovery waits for the receiver to accept a good call, as long as for a restart. Connections alone are not enough, because they may be
// accepted by a proxy.
func (r *Run) awaitRecovery(ctx context.Context) transcript.Aftermath {
	var limit time.Duration
	var waitIsCut bool
	r.withLock(func() { limit, waitIsCut = r.health.RestartWait(), r.health.IsRestartWaitCut() })
	began := r.elapsed()
	for n := 1; ; n++ {
		goodCall, present := r.playGoodCall(ctx, experiment.OrdinaryCall("Doc")[:1])
		took := r.elapsed() - began
		switch {
		case ctx.Err() != nil || present && isInconclusive(goodCall) || n == 1 && present && acceptsNewCall(goodCall):
			return transcript.Aftermath{}
		case present && acceptsNewCall(goodCall):
			r.withLock(func() { r.health.RecordRestartWait(took, true) })
			return transcript.Aftermath{Away: took}
		case !present:
			return transcript.Aftermath{Gone: true}
		case took >= r.health.Limit || n >= maxGoodCalls && took >= limit:
			r.withLock(func() { r.health.RecordRestartWait(took, false) })
			return transcript.Aftermath{Silent: true, GaveUp: waitIsCut}
		}
		sleep(ctx, r.realTime(goodCallPause))
	}
}

// acceptsNewCall reports whether the receiver accepted the newCall of a good call.
func acceptsNewCall(c transcript.Call) bool { return len(c.Exchanges) > 0 && c.Exchanges[0].Accepted() }

// isInconclusive reports whether the refusal of a good call has other reasons than the receiver's health: its limit refused a push, or this
// machine could not connect.
func isInconclusive(c transcript.Call) bool {
	return isOverLimit(c) || slices.ContainsFunc(c.Exchanges, func(x transcript.Exchange) bool { return x.Failure.IsLocal() })
}

// playGoodCall plays a good call with new ids. The call is used only to check the health. present is false if the receiver accepts no
// connection.
func (r *Run) playGoodCall(ctx context.Context, acts []scenarios.Act) (c transcript.Call, present bool) {
	if !r.awaitPresence(ctx) {
		return transcript.Call{}, false
	}
	c = r.playWithinLimit(ctx, func() transcript.Call {
		a := &attempt{run: r, patient: true}
		return r.sender.Play(ctx, sender.CallToPlay{Call: r.newGoodCall(acts), BeforePush: a.beforePush, AfterExchange: a.recordExchange})
	})
	r.recordVanished(c)
	return c, true
}

// newGoodCall returns a call that is used only to check the health. Each has new ids, because some receivers accept no callId twice.
func (r *Run) newGoodCall(acts []scenarios.Act) *call.Call {
	var nonce string
	r.withLock(func() {
		r.goodCalls++
		nonce = fmt.Sprintf("%s/good call %d", r.opts.Nonce, r.goodCalls)
	})
	story := scenarios.Scenario{Story: acts}
	return r.newCall(story, r.drawNumbers(r.opts.Cast, nonce, story), nonce)
}

// recordVanished records whether the receiver vanished in a call, and which other calls were under way.
func (r *Run) recordVanished(c transcript.Call) {
	if !slices.ContainsFunc(c.Exchanges, hasVanished) {
		return
	}
	r.withLock(func() {
		var ids []string
		for p := range r.underWay {
			ids = append(ids, requirements.About(p.newTranscript()))
		}
		slices.Sort(ids)
		r.health.RecordVanished(slices.Compact(ids)...)
	})
}

// recordPrinted records what the receiver's process printed since the call began, if a push may have crashed it.
func (r *Run) recordPrinted(c transcript.Call, began time.Time) {
	i := slices.IndexFunc(c.Exchanges, func(x transcript.Exchange) bool { return x.Aftermath.IsUnhealthy() || mayHaveCrashed(x) })
	if i >= 0 && r.opts.Process.PrintedSince != nil {
		c.Exchanges[i].Printed = strings.Join(r.opts.Process.PrintedSince(began), "\n")
	}
}

// settleFactor is how long settle waits, as a multiple of the time limit of an exchange.
const settleFactor = 4

// settle waits until a slow receiver has processed earlier requests, that is, until it responds to a good call.
func (r *Run) settle(ctx context.Context) {
	if !r.IsSlow() || ctx.Err() != nil {
		return
	}
	r.sender.Play(ctx, sender.CallToPlay{
		Call: r.newGoodCall(experiment.OrdinaryCall("Doc")[:1]), SlowConnect: true,
		BeforePush: func(context.Context, call.Step) (sender.PushTerms, bool) {
			return sender.PushTerms{Limit: r.realTime(settleFactor * r.health.Limit)}, true
		},
	})
}
