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
	controls     = 3
	controlPause = 250 * time.Millisecond
)

// vanished reports whether the receiver accepted no connection for a push, or closed it without a response. It returns false if this
// machine was the reason.
func vanished(x transcript.Exchange) bool {
	return (x.End == transcript.Dropped || x.End == transcript.NotConnected) && !x.Failure.Local()
}

// broke reports whether a push may have crashed the receiver. A push that the receiver's limit refused has not.
func broke(x transcript.Exchange) bool {
	silent := vanished(x) || x.End == transcript.NotHTTP || x.End == transcript.TimedOut
	return silent || x.Responded() && x.Status/100 == 5 && !requirements.OverLimit(x)
}

// there reports whether the receiver accepts connections. If it had vanished, there waits for it first.
func (r *Run) there(ctx context.Context) bool {
	away := false
	r.locked(func() { away = r.health.IsAway() })
	if !away {
		return true
	}
	return !r.await(ctx).Gone
}

// await waits for the receiver to accept connections. It returns whether the receiver is gone, and for how long it was away.
func (r *Run) await(ctx context.Context) (seen transcript.Aftermath) {
	if r.opts.Sender.RoundTripper != nil {
		return seen
	}
	r.waiting.Lock() // only one wait at a time: the health that it records makes later waits shorter
	defer r.waiting.Unlock()
	var limit time.Duration
	r.locked(func() { limit, seen.GaveUp = r.health.RestartWait(), r.health.CutsRestartWait() })
	defer r.opts.Observe.waits(ForReceiver, r.real(limit))()
	waited, err := r.sender.AwaitRestart(ctx, r.opts.Sender.Incoming, r.real(limit))
	away := r.paced(waited)
	r.locked(func() { r.health.RecordRestartWait(away, err == nil) })
	switch {
	case ctx.Err() != nil:
		return transcript.Aftermath{}
	case err == nil:
		return transcript.Aftermath{Away: away}
	}
	seen.Gone = true
	return seen
}

// attempt is a call while it is played.
type attempt struct {
	run      *Run
	about    transcript.Call
	twist    experiment.Twist
	patient  bool // each push has the whole time limit
	fresh    bool // each push has a connection of its own
	ordinary bool // nothing was done to the receiver before

	waitsUntil time.Time // until when the receiver may be starting, see starting

	mu       sync.Mutex
	vanished bool                 // a push got no response, and look was not called since
	seen     transcript.Aftermath // the result of look
}

// before waits until the receiver accepts connections and its limit allows a push, see sender.Played. A push of a new kind gets a new
// connection, so that a push that is dropped has certainly reached the receiver.
func (a *attempt) before(ctx context.Context, step call.Step) (terms sender.Terms, send bool) {
	if a.look(ctx); a.seen.Gone {
		return terms, false
	}
	a.run.there(ctx)
	push := transcript.Exchange{Sent: transcript.Sent{Push: step.Push}, Twist: transcript.Twist{Odd: a.twist.MayChange(step)}}
	a.run.locked(func() {
		h := &a.run.health
		terms = sender.Terms{Limit: a.run.real(h.PushLimit(a.patient)), Fresh: a.fresh || a.twist.Kind == experiment.Sequence || h.IsNew(requirements.Kinds(a.about, push)...)}
		send = !h.HasGivenUpOn(step.Push.Event)
	})
	return terms, send
}

// look waits for the receiver to accept connections if a push of the call got no response.
func (a *attempt) look(ctx context.Context) {
	a.mu.Lock()
	vanished := a.vanished
	a.vanished = false
	a.mu.Unlock()
	if vanished {
		seen := a.run.await(ctx)
		seen.Away = max(seen.Away, a.seen.Away)
		a.seen = seen
	}
}

// through updates the receiver's health by an exchange.
func (a *attempt) through(x transcript.Exchange) {
	r, at := a.run, a.run.now()
	if a.starting(x) {
		return
	}
	a.mu.Lock()
	a.vanished = a.vanished || vanished(x)
	a.mu.Unlock()
	r.locked(func() {
		if x.End != transcript.NotConnected || x.Failure.Local() || r.opts.Sender.RoundTripper != nil {
			r.health.RecordExchange(x, a.ordinary, at)
		}
		if x.Accepted() {
			r.health.RecordAccepted(requirements.Kinds(a.about, x)...)
		}
	})
}

// lookAfter records the receiver's health after the first push of a call that was not accepted. If a later push was accepted, the
// receiver is healthy.
func (a *attempt) lookAfter(ctx context.Context, c *transcript.Call) {
	i := slices.IndexFunc(c.Exchanges, func(x transcript.Exchange) bool { return !x.Accepted() })
	if i < 0 || ctx.Err() != nil || !broke(c.Exchanges[i]) {
		return
	}
	x, hasty, tookPlain := &c.Exchanges[i], false, false
	a.run.locked(func() { hasty, tookPlain = a.run.health.WasCutShort(*x), !a.run.health.IsNew(requirements.PushNewCall) })
	if hasty {
		return
	}
	a.look(ctx)
	if x.Aftermath = a.seen; a.seen.Gone {
		x.Aftermath.Away = 0
	} else if tookPlain && !slices.ContainsFunc(c.Exchanges[i:], transcript.Exchange.Accepted) {
		recovered := a.run.recovery(ctx)
		recovered.Away = max(recovered.Away, x.Aftermath.Away)
		x.Aftermath = recovered
	}
}

// recovery waits for the receiver to accept a good call, as long as for a restart. Connections alone are not enough, because they may be
// accepted by a proxy.
func (r *Run) recovery(ctx context.Context) transcript.Aftermath {
	var limit time.Duration
	var givesUp bool
	r.locked(func() { limit, givesUp = r.health.RestartWait(), r.health.CutsRestartWait() })
	began := r.now()
	for n := 1; ; n++ {
		good, there := r.good(ctx, experiment.OrdinaryCall("Doc")[:1])
		took := r.now() - began
		switch {
		case ctx.Err() != nil || there && inconclusive(good) || n == 1 && there && accepts(good):
			return transcript.Aftermath{}
		case there && accepts(good):
			r.locked(func() { r.health.RecordRestartWait(took, true) })
			return transcript.Aftermath{Away: took}
		case !there:
			return transcript.Aftermath{Gone: true}
		case took >= r.health.Limit || n >= controls && took >= limit:
			r.locked(func() { r.health.RecordRestartWait(took, false) })
			return transcript.Aftermath{Silent: true, GaveUp: givesUp}
		}
		rest(ctx, r.real(controlPause))
	}
}

// accepts reports whether the receiver accepted the newCall of a good call.
func accepts(c transcript.Call) bool { return len(c.Exchanges) > 0 && c.Exchanges[0].Accepted() }

// inconclusive reports whether the refusal of a good call has other reasons than the receiver's health: its limit refused a push, or this
// machine could not connect.
func inconclusive(c transcript.Call) bool {
	return overLimit(c) || slices.ContainsFunc(c.Exchanges, func(x transcript.Exchange) bool { return x.Failure.Local() })
}

// good plays a good call with new ids. The call is used only to check the health. there is false if the receiver accepts no connection.
func (r *Run) good(ctx context.Context, acts []scenarios.Act) (c transcript.Call, there bool) {
	if !r.there(ctx) {
		return transcript.Call{}, false
	}
	c = r.withinLimit(ctx, func() transcript.Call {
		a := &attempt{run: r, patient: true}
		return r.sender.Play(ctx, sender.Played{Call: r.goodCall(acts), Before: a.before, Through: a.through})
	})
	r.noteVanished(c)
	return c, true
}

// goodCall returns a call that is used only to check the health. Each has new ids, because some receivers accept no callId twice.
func (r *Run) goodCall(acts []scenarios.Act) *call.Call {
	var nonce string
	r.locked(func() {
		r.goodCalls++
		nonce = fmt.Sprintf("%s/good call %d", r.opts.Nonce, r.goodCalls)
	})
	story := scenarios.Scenario{Story: acts}
	return r.newCall(story, r.draw(r.opts.Cast, nonce, story), nonce)
}

// noteVanished records whether the receiver vanished in a call, and which other calls were under way.
func (r *Run) noteVanished(c transcript.Call) {
	if !slices.ContainsFunc(c.Exchanges, vanished) {
		return
	}
	r.locked(func() {
		var ids []string
		for p := range r.underWay {
			ids = append(ids, requirements.About(p.about()))
		}
		slices.Sort(ids)
		r.health.RecordVanished(slices.Compact(ids)...)
	})
}

// notePrinted records what the receiver's process printed since the call began, if a push may have crashed it.
func (r *Run) notePrinted(c transcript.Call, began time.Time) {
	i := slices.IndexFunc(c.Exchanges, func(x transcript.Exchange) bool { return x.Aftermath.Seen() || broke(x) })
	if i >= 0 && r.opts.Process.Printed != nil {
		c.Exchanges[i].Printed = strings.Join(r.opts.Process.Printed(began), "\n")
	}
}

// settleLimit is how long settle waits, as a multiple of the time limit of an exchange.
const settleLimit = 4

// settle waits until a slow receiver has processed earlier requests, that is, until it responds to a good call.
func (r *Run) settle(ctx context.Context) {
	if !r.IsSlow() || ctx.Err() != nil {
		return
	}
	r.sender.Play(ctx, sender.Played{
		Call: r.goodCall(experiment.OrdinaryCall("Doc")[:1]), Unhurried: true,
		Before: func(context.Context, call.Step) (sender.Terms, bool) {
			return sender.Terms{Limit: r.real(settleLimit * r.health.Limit)}, true
		},
	})
}
