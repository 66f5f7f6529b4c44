package steps

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/transcript"
)

// casualties are what provocations have brought about so far.
type casualties struct {
	before map[push.Event]transcript.Treatment // of the last good call; nil if the receiver treated one worse since
	absent bool                                // good calls were not responded to even before anything was done
	gone   bool                                // nobody accepted connections when the run came to its end
	fallen string                              // id of the requirement after whose stimulus the receiver has not come back; "" while it responds
	spent  map[string]time.Duration            // by requirement: what its stimuli took
	left   map[string]bool                     // requirements some of whose stimuli were left out
}

// recovery is the part of the time limit for which a receiver that accepts no connection any more is waited for.
const recovery = 3

// provoke does what a stranger does and then plays a good call, with nothing else under way. If the receiver treats that call
// worse than the good call before and is as it was later, both are done once more, and that counts: one bad moment is not enough
// for a finding. A receiver that does not come back cannot be asked again.
func (r *Run) provoke(ctx context.Context, q request, p *played, about transcript.Call) transcript.Call {
	r.alone.Lock()
	defer r.alone.Unlock()
	about.After = r.fallen()
	r.mu.Lock()
	about.Before = r.casualties.before
	absent := r.casualties.absent
	skip := about.After != ""
	if r.casualties.spent[q.stimulus] > r.opts.Sender.Limits.WithDefaults().Exchange/2 {
		skip = true
		r.leaveOut(q.stimulus)
	}
	r.mu.Unlock()
	if skip || r.stopped(r.sender.Connections()) != nil || q.provocation.heavy && !r.mayBeHeavy() || r.opts.Sender.RoundTripper != nil {
		return about
	}
	if !absent && about.Before == nil {
		good := r.good(ctx, q, "before")
		if overLimit(good) {
			about.Exchanges = good.Exchanges
			return about
		}
		about.Before = requirements.Treated(good)
	}
	if ctx.Err() != nil {
		return about
	}
	if about.Before[push.NewCall] < transcript.Refused {
		r.mu.Lock()
		defer r.mu.Unlock()
		r.casualties.absent = true
		about.After = plainCall
		return about
	}
	out := r.provoked(ctx, q, p, about)
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.casualties.before = about.Before; !requirements.Survived(out) {
		r.casualties.before = nil
	}
	return out
}

// plainCall is the requirement whose push was not responded to even before anything was done to the receiver.
const plainCall = "push.newcall"

// provoked does what a stranger does and notes what that cost.
func (r *Run) provoked(ctx context.Context, q request, p *played, about transcript.Call) transcript.Call {
	begun, limited := time.Now(), r.limit.total()
	out, back := r.tried(ctx, q, p, about)
	r.mu.Lock()
	defer r.mu.Unlock()
	if !back && ctx.Err() == nil {
		r.casualties.fallen = q.stimulus
	}
	if r.casualties.spent == nil {
		r.casualties.spent = map[string]time.Duration{}
	}
	r.casualties.spent[q.stimulus] += time.Since(begun) - (r.limit.total() - limited)
	return out
}

// leaveOut notes that a requirement is judged by some of its stimuli: the others would cost too much time.
func (r *Run) leaveOut(id string) {
	if r.casualties.left == nil {
		r.casualties.left = map[string]bool{}
	}
	r.casualties.left[id] = true
}

// tried is what came of a stimulus, and whether the receiver treats good calls as before since.
func (r *Run) tried(ctx context.Context, q request, p *played, about transcript.Call) (out transcript.Call, back bool) {
	trial := func(again string) transcript.Call {
		return r.withinLimit(ctx, func(more string) transcript.Call { return r.trial(ctx, q, p, about, again+more) })
	}
	survived := func(c transcript.Call) bool { return requirements.Survived(c) || overLimit(c) || ctx.Err() != nil }
	asBefore := func(again string) bool {
		c := about
		c.Exchanges = r.good(ctx, q, again).Exchanges
		return len(c.Exchanges) > 0 && survived(c)
	}
	out = trial("")
	if survived(out) {
		return out, true
	}
	back = asBefore("")
	held := out.Exchanges[0].End == transcript.HeldOpen
	out.Gone = held && !back
	if held || !back { // held open, it is proof enough: the receiver responds before it and after it
		return out, back
	}
	about.Earlier = fmt.Sprintf("the call after %s did not come through", out.Exchanges[0].Raw)
	out = trial("again")
	if survived(out) {
		return out, true
	}
	return out, asBefore("again")
}

// fallen is the requirement whose stimulus the receiver did not live through; "" as long as it responds.
func (r *Run) fallen() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.casualties.fallen
}

// fell tells whether a call that was played again met nobody any more, and notes that it was the first try that the receiver
// did not live through.
func (r *Run) fell(ctx context.Context, q request, again transcript.Call) bool {
	there := func(x transcript.Exchange) bool { return x.End != transcript.NotConnected }
	if slices.ContainsFunc(again.Exchanges, there) || r.comesBack(ctx, q, "fell") || ctx.Err() != nil {
		return false
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.casualties.fallen = q.stimulus
	return true
}

// trial is one stimulus and the good call after it, or beside it where it never ends.
func (r *Run) trial(ctx context.Context, q request, p *played, about transcript.Call, again string) transcript.Call {
	nonce := r.nonce(q) + again
	p.cast = r.draw(r.opts.Cast, nonce, q.story)
	template, _ := r.told(q.story, p.cast, nonce+"stranger").Next()
	st := q.provocation.make(template.Push.Form(r.opts.Sender.Dialect))

	r.awaited(ctx)
	out := about
	if st.Unfinished == sender.Whole {
		out.Exchanges = append(out.Exchanges, r.sender.Provoke(ctx, st))
	} else {
		x, release := r.sender.Occupy(ctx, st)
		defer release()
		out.Exchanges = append(out.Exchanges, x)
	}
	switch out.Exchanges[0].End {
	case transcript.NotConnected, transcript.BlockedEnd, transcript.Interrupted:
		return out
	}
	good := r.sender.Play(ctx, sender.Played{Call: r.told(q.story, p.cast, nonce), About: about, Provoked: true})
	for i := range good.Exchanges {
		good.Exchanges[i].Alone = false // how long it takes may be the stranger's doing
	}
	if slices.ContainsFunc(good.Exchanges, vanished) {
		r.away.Store(true)
	}
	out.Complete = true
	return then(out, good)
}

// comesBack reports whether the receiver accepts the newCall of a good call, or refuses it for its limit only.
func (r *Run) comesBack(ctx context.Context, q request, again string) bool {
	c := r.good(ctx, q, again)
	return len(c.Exchanges) > 0 && (c.Exchanges[0].Accepted() || overLimit(c))
}

// good waits for the receiver to accept connections and plays a good call, which is no evidence of anything else. It returns the
// empty call if the receiver accepts no connection.
func (r *Run) good(ctx context.Context, q request, again string) transcript.Call {
	limit := r.opts.Sender.Limits.WithDefaults().Exchange / recovery
	wait := r.sender.Await
	if r.away.Swap(false) {
		wait = r.sender.AwaitRestart
	}
	if err := wait(ctx, r.opts.Sender.Incoming, limit); err != nil {
		r.away.Store(true)
		return transcript.Call{}
	}
	good := r.withinLimit(ctx, func(more string) transcript.Call {
		nonce := r.nonce(q) + again + more + "back"
		cast := r.draw(r.opts.Cast, nonce, q.story)
		return r.sender.Play(ctx, sender.Played{Call: r.told(q.story, cast, nonce), Provoked: true})
	})
	if slices.ContainsFunc(good.Exchanges, vanished) {
		r.away.Store(true)
	}
	return good
}

// mayBeHeavy tells whether the largest stimuli may be sent: to this machine and to private addresses, or where the user
// asked for it.
func (r *Run) mayBeHeavy() bool {
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
