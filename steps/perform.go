package steps

import (
	"context"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/transcript"
)

// perform plays a story. What was still to be confirmed when the run was interrupted is held against nobody.
func (r *Run) perform(ctx context.Context, q request, p *played) transcript.Call {
	out := r.confirmed(ctx, q, p)
	if ctx.Err() == nil {
		return out
	}
	dead := !q.survives && slices.ContainsFunc(r.soFar(), tookPlain)
	return unconfirmed(out, func(x transcript.Exchange) bool {
		switch {
		case q.provocation != nil:
			return x.Raw == ""
		case q.crowd > 0:
			return !x.Responded()
		}
		return r.doubtful(q, x) || dead && broke(x)
	})
}

// unconfirmed is a call that the end of the run kept from being looked at again: what went wrong and is in doubt counts as
// interrupted.
func unconfirmed(c transcript.Call, doubt func(transcript.Exchange) bool) transcript.Call {
	c.Exchanges = slices.Clone(c.Exchanges)
	for i := range c.Exchanges {
		if x := &c.Exchanges[i]; x.End != transcript.Interrupted && !x.Accepted() && doubt(*x) {
			went := ended(*x)
			x.End, x.Detail = transcript.Interrupted, went+", and the run was interrupted before that could be confirmed"
		}
	}
	return c
}

// doubtful tells whether a push that went wrong has to be repeated alone.
func (r *Run) doubtful(q request, x transcript.Exchange) bool {
	switch {
	case x.Accepted(), q.survives:
		return false
	case r.sender.Hasty(x): // the run has lost its patience: asking again without it helps nobody
		return x.Odd && !r.proved.Load()
	}
	return !x.Alone || x.End == transcript.Dropped
}

// confirmed plays a story until it is known what to make of it. Where a push went wrong beside others, or its connection was
// dropped, the story is played again alone, and that counts: a busy moment of our own making is not the receiver's fault, and a
// receiver that is gone by then has to be told from one that drops this push. Unless the receiver takes its time, odd pushes are
// played one by one, and nothing else until it is known what became of it, so that the one is named that it died of.
func (r *Run) confirmed(ctx context.Context, q request, p *played) transcript.Call {
	about := transcript.Call{
		ID: p.out.ID, Scenario: q.story.Name, Stimulus: q.stimulus, Variant: q.variant, Feature: q.feature, Probe: q.probe,
	}
	if q.provocation != nil {
		return r.provoke(ctx, q, p, about)
	}
	if about.After = r.fallen(); about.After != "" {
		return about
	}
	if q.crowd > 0 {
		return r.gather(ctx, q, about)
	}
	if strings.HasPrefix(q.stimulus, "push.") && !r.slow() {
		r.alone.Lock()
		defer r.alone.Unlock()
		q.held = true
	}
	out := r.attempt(ctx, q, p, about, "")
	if ctx.Err() != nil {
		return out
	}
	doubtful := func(x transcript.Exchange) bool { return r.doubtful(q, x) }
	q.alone = true
	if p.beside && slices.ContainsFunc(out.States, func(a transcript.Asked) bool { return !a.Fits() }) {
		out = r.attempt(ctx, q, p, about, "by itself") // what other calls did to it is not asked here
	}
	if slices.ContainsFunc(out.Exchanges, slowAlone) && r.mayRepeat() {
		cast := p.cast
		again := r.attempt(ctx, q, p, about, "slow")
		if slices.ContainsFunc(again.Exchanges, slowAlone) || slices.ContainsFunc(again.Exchanges, doubtful) {
			p.cast = cast
		} else {
			out = again // it was the machine's moment, not the receiver's way
		}
	}
	if i := slices.IndexFunc(out.Exchanges, doubtful); i >= 0 {
		about.Earlier = earlier(out.Exchanges[i])
		crowd := slices.ContainsFunc(out.Exchanges, func(x transcript.Exchange) bool { return !x.Alone })
		q.patient = out.Exchanges[i].Odd && out.Exchanges[i].End == transcript.TimedOut && r.proved.CompareAndSwap(false, true)
		before := out
		out = r.attempt(ctx, q, p, about, "again")
		if q.deadly && r.fell(ctx, q, out) {
			return before
		}
		if crowd && !slices.ContainsFunc(out.Exchanges, func(x transcript.Exchange) bool { return !x.Accepted() }) {
			r.crowded.Store(true)
		}
	}
	out = r.found(ctx, q, p, about, out)
	if ctx.Err() != nil {
		return out
	}
	if !q.survives && r.deadSince(ctx, q, out) {
		if p.first && q.stimulus != "" {
			r.fallsTo(q.stimulus)
			return out
		}
		return r.buried(about, out)
	}
	if q.stimulus == goldenCapture && r.seenBefore(out) {
		q.edit, q.write, about.Earlier = freshCall, r.freshIDs, ""
		out = r.attempt(ctx, q, p, about, "fresh")
	}
	if q.survives && slices.ContainsFunc(out.Exchanges, func(x transcript.Exchange) bool { return x.Odd }) {
		out = r.followed(ctx, q, p, out)
		if r.deadSince(ctx, q, out) {
			r.fallsTo(q.stimulus) // the next such call begins with good pushes, which are not to blame
		}
	}
	return out
}

// slowAlone tells whether a push that had the receiver to itself was responded to late enough for a warning, and not too late.
func slowAlone(x transcript.Exchange) bool {
	return x.Alone && x.Responded() && x.Took > requirements.Prompt && (x.Push.Event == push.NewCall || x.Push.Event == push.DTMF)
}

// remeasured is how often a run plays a call again because it was slow: who is slow three times is slow.
const remeasured = 3

func (r *Run) mayRepeat() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.repeated++
	return r.repeated <= remeasured
}

// attempt plays a story once, beside others or with the receiver to itself.
func (r *Run) attempt(ctx context.Context, q request, p *played, about transcript.Call, again string) transcript.Call {
	exclusive := q.held || q.alone || r.watched(q) && !r.watch.lags() || r.crowded.Load()
	switch {
	case q.held:
	case exclusive:
		r.alone.Lock()
		defer r.alone.Unlock()
	default:
		r.alone.RLock()
		defer r.alone.RUnlock()
	}
	p.beside = !exclusive
	r.awaited(ctx)
	out := r.withinLimit(ctx, func(more string) transcript.Call { return r.once(ctx, q, p, about, again+more) })
	if slices.ContainsFunc(out.Exchanges, vanished) {
		r.away.Store(true)
	}
	if slices.ContainsFunc(out.Exchanges, broke) && r.broken.Add(1) == 1 {
		p.first = exclusive
	}
	return out
}

// goldenCapture is the requirement that a genuine push is accepted. A receiver may refuse it because it has seen its callId
// before: then the same push with fresh ids decides.
const goldenCapture = "push.golden-capture"

func (r *Run) once(ctx context.Context, q request, p *played, about transcript.Call, again string) transcript.Call {
	var after func(context.Context, transcript.Call, transcript.Exchange) []transcript.Asked
	if r.watched(q) {
		after = r.watch.after
	}
	nonce := r.nonce(q) + again
	cast := r.opts.Cast
	if q.at != (scenarios.Number{}) {
		nonce += q.at.String()
		cast = cast.At(q.at)
	}
	p.cast = r.draw(cast, nonce, q.story)
	out := r.sender.Play(ctx, sender.Played{Call: r.told(q.story, p.cast, nonce), About: about, Edit: q.edit, Write: q.write, Fate: q.fate, Patient: q.patient, After: after, Awaited: true, Fresh: q.fresh})
	if q.next && out.Complete {
		out = then(out, r.sender.Play(ctx, sender.Played{Call: r.told(q.story, p.cast, nonce+"next"), About: about, Awaited: true}))
	}
	return out
}

// slow tells whether the receiver took long over a push of the probe.
func (r *Run) slow() bool {
	return slices.ContainsFunc(r.soFar(), func(c transcript.Call) bool {
		return c.Probe && slices.ContainsFunc(c.Exchanges, func(x transcript.Exchange) bool { return x.Responded() && x.Took > requirements.Prompt })
	})
}

// nonce makes the ids of a request its own.
func (r *Run) nonce(q request) string { return r.opts.Nonce + "/" + q.stimulus + string(q.variant) }

// told is a story that is about to be played.
func (r *Run) told(story scenarios.Scenario, cast scenarios.Cast, nonce string) *call.Call {
	return call.New(story, call.Options{
		Incoming: r.opts.Sender.Incoming.String(),
		Outgoing: address(r.opts.Sender),
		Cast:     cast,
		IDs:      push.IDs{Seed: r.opts.Seed, Nonce: nonce},
	})
}
