package run

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/transcript"
)

// try plays an experiment once, alone if necessary.
func (r *Run) try(ctx context.Context, p *Played, c experiment.Conditions) experiment.Try {
	t := experiment.Try{Conditions: c}
	t.Alone = c.Alone || r.needsReceiver(p.Experiment)
	if t.Alone {
		r.alone.Lock()
		defer r.alone.Unlock()
	} else {
		r.alone.RLock()
		defer r.alone.RUnlock()
	}
	began := time.Now()
	r.locked(func() { r.underWay[p] = true })
	defer r.locked(func() { delete(r.underWay, p) })
	if !r.there(ctx) {
		t.ReceiverAbsent, t.Call = true, p.about()
		return t
	}
	switch p.Experiment.Twist.Kind {
	case experiment.Crowd, experiment.Overlap:
		t.Call = r.crowd(ctx, p, t.Conditions)
	case experiment.Provocation:
		t.Call, t.GoodCallWorse = r.provoke(ctx, p)
	default:
		t.Call = r.withinLimit(ctx, func() transcript.Call { return r.once(ctx, p, t.Conditions) })
	}
	r.noteVanished(t.Call)
	r.notePrinted(t.Call, began)
	r.facts(&t, p)
	return t
}

// needsReceiver reports whether an experiment must be played alone.
func (r *Run) needsReceiver(e experiment.Experiment) bool {
	single := false
	r.locked(func() { single = r.health.IsOneCallOnly() })
	return e.Alone || single || e.Twist.Kind != experiment.Plain || r.watched(e) && !r.watch.lags()
}

// once plays the call of an experiment, with the calls that belong to it: the call after it, or the good push after a forged one.
func (r *Run) once(ctx context.Context, p *Played, c experiment.Conditions) transcript.Call {
	e := p.Experiment
	nonce := r.nonce(p)
	cast := r.opts.Cast
	if e.Number != (scenarios.Number{}) {
		nonce += e.Number.String()
		cast = cast.At(e.Number)
	}
	p.Cast = r.draw(cast, nonce, e.Story)
	if c.FreshIDs {
		e.Twist = experiment.WithFreshIDs(e.Twist)
	}
	a := &attempt{run: r, about: p.about(), twist: e.Twist, patient: c.Patient, fresh: c.FreshConnections, ordinary: true}
	played := sender.Played{
		About: a.about, Twist: e.Twist, Setting: experiment.Setting{Cast: r.opts.Cast, Key: r.opts.Sender.SignKey},
		Before: a.before, Through: a.through,
	}
	if e.Probe && e.Twist.Kind == experiment.Plain {
		a.waitsUntil = r.patience()
	}
	plain := played
	plain.Twist = experiment.Twist{}
	played.Call = r.newCall(e.Story, p.Cast, nonce)
	if r.watched(e) {
		played.After = r.watch.after(e.Twist.Kind)
	}
	out := r.sender.Play(ctx, played)
	if a.starting(out.Exchanges...) {
		defer r.opts.Observe.waits(ForStart, time.Until(a.waitsUntil))()
	}
	for n := 1; a.starting(out.Exchanges...) && r.pause(ctx); n++ {
		played.Call = r.newCall(e.Story, p.Cast, fmt.Sprintf("%s/wait %d", nonce, n))
		out = r.sender.Play(ctx, played)
	}
	if c.Alone {
		a.lookAfter(ctx, &out)
	}
	switch {
	case e.Twist.FollowedByCall && out.Complete:
		plain.Call = r.newCall(e.Story, p.Cast, nonce+"next")
		out = joined(out, r.sender.Play(ctx, plain))
	case e.Twist.Kind == experiment.Forged && slices.ContainsFunc(out.Exchanges, func(x transcript.Exchange) bool { return x.Odd }):
		story := e.Story
		story.Story = story.Story[:1]
		plain.Call = r.newCall(story, p.Cast, nonce+"next")
		out = joined(out, r.sender.Play(ctx, plain))
		r.show(out)
	}
	return out
}

// nonce returns a nonce that makes the ids of a try unique.
func (r *Run) nonce(p *Played) string {
	p.tries++
	t := p.Experiment.Twist
	return fmt.Sprintf("%s/%s%s/%d", r.opts.Nonce, t.Requirement, t.Variant, p.tries)
}

// joined returns one transcript with the steps of before, followed by those of later.
func joined(before, later transcript.Call) transcript.Call {
	offset := 0
	for _, x := range before.Exchanges {
		offset = max(offset, x.Step+1)
	}
	for _, n := range before.NotSent {
		offset = max(offset, n.Step+1)
	}
	for _, x := range later.Exchanges {
		x.Step += offset
		before.Exchanges = append(before.Exchanges, x)
	}
	for _, n := range later.NotSent {
		n.Step += offset
		before.NotSent = append(before.NotSent, n)
	}
	before.Skipped = append(before.Skipped, later.Skipped...)
	before.Steered = before.Steered || later.Steered
	before.Complete = before.Complete && later.Complete
	return before
}

// facts fills in the fields of a try that experiment.Decide needs besides the call.
func (r *Run) facts(t *experiment.Try, p *Played) {
	t.MaybeSeenBefore = p.Experiment.Twist.Requirement == goldenCapture && r.seenBefore(t.Call)
	r.locked(func() {
		if i := slices.IndexFunc(t.Call.Exchanges, func(x transcript.Exchange) bool { return !x.Accepted() }); i >= 0 {
			kinds := requirements.Kinds(t.Call, t.Call.Exchanges[i])
			t.NewKind, t.DroppedBefore = r.health.IsNew(kinds...), r.health.WasDropped(kinds...)
		}
	})
	t.Slow = slices.ContainsFunc(t.Call.Exchanges, func(x transcript.Exchange) bool {
		return x.Alone && x.Responded() && x.Took > requirements.Prompt && (x.Push.Event == push.NewCall || x.Push.Event == push.DTMF)
	})
}

// goldenCapture is the requirement that a genuine push is accepted. If a receiver may have refused it because it has seen the callId
// before, the same push with new ids decides.
const goldenCapture = "push.golden-capture"

// seenBefore reports whether a receiver may have refused the captured push because of its callId, or because it verifies signatures with
// the key that other pushes are signed with. It returns false if the response names the signature as the reason.
func (r *Run) seenBefore(c transcript.Call) bool {
	if len(c.Exchanges) == 0 || requirements.IsAltered(c.Exchanges[0]) || c.Exchanges[0].Accepted() && !r.declines(c.Exchanges[0]) {
		return false
	}
	why, says := requirements.Refusal(c.Exchanges[0])
	return !says || why.By != requirements.SignatureCheck
}

// declines reports whether a receiver refuses the captured push by the body of a 2xx response, such as an Error document, but not other
// signed pushes.
func (r *Run) declines(x transcript.Exchange) bool {
	foreign := func(x transcript.Exchange) bool {
		return x.Document.Kind == response.Other || x.Declines()
	}
	return r.opts.Sender.SignKey != nil && foreign(x) && slices.ContainsFunc(r.Calls(), func(c transcript.Call) bool {
		return slices.ContainsFunc(c.Exchanges, func(x transcript.Exchange) bool {
			return x.Push.Event == push.NewCall && !x.Odd && x.Raw == "" && x.Accepted() && !foreign(x)
		})
	})
}
