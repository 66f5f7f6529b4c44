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
	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/transcript"
)

// A receiver is lost if it accepts none of maxGoodCalls good calls, with goodCallPause between them.
const (
	maxGoodCalls  = 3
	goodCallPause = 250 * time.Millisecond
)

// hasVanished reports whether the receiver accepted no connection for a push, or closed the connection without a response. It returns false
// if this machine was the reason.
func hasVanished(x transcript.Exchange) bool {
	return (x.End == transcript.Dropped || x.End == transcript.NotConnected) && !x.Failure.IsLocal()
}

// mayHaveCrashed reports whether a push may have crashed the receiver. It returns false if the receiver's rate limit refused the push.
func mayHaveCrashed(x transcript.Exchange) bool {
	hasNoResponse := hasVanished(x) || x.End == transcript.NotHTTP || x.End == transcript.TimedOut
	return hasNoResponse || x.Responded() && x.Status/100 == 5 && !outcome.IsOverLimit(x)
}

// awaitPresence reports whether the receiver accepts connections. If it had vanished, awaitPresence waits for it first.
func (r *Run) awaitPresence(ctx context.Context) bool {
	isAway := false
	r.withLock(func() { isAway = r.health.IsAway() })
	if !isAway {
		return true
	}
	return !r.awaitConnection(ctx).Gone
}

// awaitConnection waits until the receiver accepts connections. It returns whether the receiver is gone, and for how long it was away.
func (r *Run) awaitConnection(ctx context.Context) (aftermath transcript.Aftermath) {
	if r.opts.Sender.RoundTripper != nil {
		return aftermath
	}
	r.waitLock.Lock() // one wait at a time, because a wait without success makes later waits shorter
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

// attempt is a call that is being played.
type attempt struct {
	run                  *Run
	identity             transcript.Call // the call's transcript without exchanges
	twist                experiment.Twist
	hasFullLimit         bool // each push has the whole time limit, even if the run gives other pushes less time
	usesFreshConnections bool // each push has a new connection
	isUndisturbed        bool // no stimulus was sent before the call

	startDeadline time.Time // until this time the receiver may still be starting, see isStarting

	mu        sync.Mutex
	mayBeAway bool                 // a push got no response, and checkPresence was not called since then
	aftermath transcript.Aftermath // the result of the last checkPresence
}

// beforePush waits until the receiver accepts connections, see sender.CallToPlay. A push of a new kind gets a new connection. If that
// connection is closed without a response, the push has certainly reached the receiver.
func (a *attempt) beforePush(ctx context.Context, step call.Step) (terms sender.PushTerms, maySend bool) {
	if a.checkPresence(ctx); a.aftermath.Gone {
		return terms, false
	}
	a.run.awaitPresence(ctx)
	exchange := transcript.Exchange{Sent: transcript.Sent{Push: step.Push}, Twist: transcript.Twist{Odd: a.twist.MayChange(step)}}
	a.run.withLock(func() {
		h := &a.run.health
		terms = sender.PushTerms{Limit: a.run.realTime(h.PushTimeLimit(a.hasFullLimit)), FreshConnection: a.usesFreshConnections || a.twist.Kind == experiment.Sequence || h.IsNew(requirements.KindsOfPush(a.identity, exchange)...)}
		maySend = !h.HasGivenUpOn(step.Push.Event)
	})
	return terms, maySend
}

// checkPresence waits until the receiver accepts connections, if a push of the call got no response.
func (a *attempt) checkPresence(ctx context.Context) {
	a.mu.Lock()
	mayBeAway := a.mayBeAway
	a.mayBeAway = false
	a.mu.Unlock()
	if mayBeAway {
		aftermath := a.run.awaitConnection(ctx)
		aftermath.Away = max(aftermath.Away, a.aftermath.Away)
		a.aftermath = aftermath
	}
}

// recordExchange updates the receiver's health after an exchange.
func (a *attempt) recordExchange(x transcript.Exchange) {
	r, endedAt := a.run, a.run.elapsed()
	if a.isStarting(x) {
		return
	}
	a.mu.Lock()
	a.mayBeAway = a.mayBeAway || hasVanished(x)
	a.mu.Unlock()
	r.withLock(func() {
		if x.End != transcript.NotConnected || x.Failure.IsLocal() || r.opts.Sender.RoundTripper != nil {
			r.health.RecordExchange(x, a.isUndisturbed, endedAt)
		}
		if x.Accepted() {
			r.health.RecordAccepted(requirements.KindsOfPush(a.identity, x)...)
		}
	})
}

// recordAftermath records in c how the receiver behaved after the first push that was not accepted: whether it was away, and whether it
// still accepts good calls. If a later push was accepted, the receiver is healthy.
func (a *attempt) recordAftermath(ctx context.Context, c *transcript.Call) {
	i := slices.IndexFunc(c.Exchanges, func(x transcript.Exchange) bool { return !x.Accepted() })
	if i < 0 || ctx.Err() != nil || !mayHaveCrashed(c.Exchanges[i]) {
		return
	}
	x, wasCutShort, hasAcceptedPlain := &c.Exchanges[i], false, false
	a.run.withLock(func() {
		wasCutShort, hasAcceptedPlain = a.run.health.WasCutShort(*x), !a.run.health.IsNew(requirements.PushNewCall)
	})
	if wasCutShort {
		return
	}
	a.checkPresence(ctx)
	if x.Aftermath = a.aftermath; a.aftermath.Gone {
		x.Aftermath.Away = 0
	} else if hasAcceptedPlain && !slices.ContainsFunc(c.Exchanges[i:], transcript.Exchange.Accepted) {
		recovered := a.run.awaitRecovery(ctx)
		recovered.Away = max(recovered.Away, x.Aftermath.Away)
		x.Aftermath = recovered
	}
}

// awaitRecovery plays good calls until the receiver accepts one of them. It gives up after the time limit of an exchange, or earlier if it
// has played maxGoodCalls calls and the wait for a restart is over. An open connection is not enough, because a proxy may have accepted it.
func (r *Run) awaitRecovery(ctx context.Context) transcript.Aftermath {
	var limit time.Duration
	var waitIsCut bool
	r.withLock(func() { limit, waitIsCut = r.health.RestartWait(), r.health.IsRestartWaitCut() })
	began := r.elapsed()
	for n := 1; ; n++ {
		goodCall, isPresent := r.playGoodCall(ctx, experiment.OrdinaryCall("Doc")[:1])
		took := r.elapsed() - began
		switch {
		case ctx.Err() != nil || isPresent && isInconclusive(goodCall) || n == 1 && isPresent && acceptsNewCall(goodCall):
			return transcript.Aftermath{}
		case isPresent && acceptsNewCall(goodCall):
			r.withLock(func() { r.health.RecordRestartWait(took, true) })
			return transcript.Aftermath{Away: took}
		case !isPresent:
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

// isInconclusive reports whether the refusal of a good call has another reason than the receiver's health: the receiver's rate limit
// refused a push, or this machine could not connect.
func isInconclusive(c transcript.Call) bool {
	return isOverLimit(c) || slices.ContainsFunc(c.Exchanges, func(x transcript.Exchange) bool { return x.Failure.IsLocal() })
}

// playGoodCall plays a good call with new ids, only to check the receiver's health. isPresent is false if the receiver accepts no
// connection.
func (r *Run) playGoodCall(ctx context.Context, acts []scenarios.Act) (c transcript.Call, isPresent bool) {
	if !r.awaitPresence(ctx) {
		return transcript.Call{}, false
	}
	c = r.playWithinLimit(ctx, func() transcript.Call {
		a := &attempt{run: r, hasFullLimit: true}
		return r.sender.Play(ctx, sender.CallToPlay{Call: r.newGoodCall(acts), BeforePush: a.beforePush, AfterExchange: a.recordExchange})
	})
	r.recordVanished(c)
	return c, true
}

// newGoodCall returns a call that only checks the receiver's health. Each call has new ids, because some receivers accept no callId twice.
func (r *Run) newGoodCall(acts []scenarios.Act) *call.Call {
	var nonce string
	r.withLock(func() {
		r.goodCallCount++
		nonce = fmt.Sprintf("%s/good call %d", r.opts.Nonce, r.goodCallCount)
	})
	story := scenarios.Scenario{Story: acts}
	return r.newCall(story, r.drawNumbers(r.opts.Cast, nonce, story), nonce)
}

// recordVanished records that the receiver vanished during a call, if it did, with the requirements of the calls that were under way.
func (r *Run) recordVanished(c transcript.Call) {
	if !slices.ContainsFunc(c.Exchanges, hasVanished) {
		return
	}
	r.withLock(func() {
		var ids []string
		for p := range r.underWay {
			ids = append(ids, requirements.RequirementOfCall(p.newTranscript()))
		}
		slices.Sort(ids)
		r.health.RecordVanished(slices.Compact(ids)...)
	})
}

// recordPrinted records what the receiver's process printed since the call began, if a push may have crashed the process.
func (r *Run) recordPrinted(c transcript.Call, began time.Time) {
	i := slices.IndexFunc(c.Exchanges, func(x transcript.Exchange) bool { return x.Aftermath.IsUnhealthy() || mayHaveCrashed(x) })
	if i >= 0 && r.opts.Process.PrintedSince != nil {
		c.Exchanges[i].Printed = strings.Join(r.opts.Process.PrintedSince(began), "\n")
	}
}

// settleFactor is the longest wait of settle, as a multiple of the time limit of an exchange.
const settleFactor = 4

// settle waits until a slow receiver responds to a good call. The response shows that it has processed all earlier requests.
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
