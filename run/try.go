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
func (r *Run) try(ctx context.Context, p *PlayedExperiment, c experiment.Conditions) experiment.Try {
	t := experiment.Try{Conditions: c}
	t.Alone = c.Alone || r.mustBeAlone(p.Experiment)
	if t.Alone {
		r.aloneLock.Lock()
		defer r.aloneLock.Unlock()
	} else {
		r.aloneLock.RLock()
		defer r.aloneLock.RUnlock()
	}
	began := time.Now()
	r.withLock(func() { r.underWay[p] = true })
	defer r.withLock(func() { delete(r.underWay, p) })
	if !r.awaitPresence(ctx) {
		t.ReceiverAbsent, t.Call = true, p.newTranscript()
		return t
	}
	switch p.Experiment.Twist.Kind {
	case experiment.Crowd, experiment.Overlap:
		t.Call = r.playCrowd(ctx, p, t.Conditions)
	case experiment.Provocation:
		t.Call, t.GoodCallWorse = r.provoke(ctx, p)
	default:
		t.Call = r.playWithinLimit(ctx, func() transcript.Call { return r.playOnce(ctx, p, t.Conditions) })
	}
	r.recordVanished(t.Call)
	r.recordPrinted(t.Call, began)
	r.fillFacts(&t, p)
	return t
}

// mustBeAlone reports whether an experiment must be played alone.
func (r *Run) mustBeAlone(e experiment.Experiment) bool {
	single := false
	r.withLock(func() { single = r.health.IsOneCallOnly() })
	return e.Alone || single || e.Twist.Kind != experiment.Plain || r.isWatched(e) && !r.stateWatch.isLagging()
}

// playOnce plays the call of an experiment, with the calls that belong to it: the call after it, or the good push after a forged one.
func (r *Run) playOnce(ctx context.Context, p *PlayedExperiment, c experiment.Conditions) transcript.Call {
	e := p.Experiment
	nonce := r.nextNonce(p)
	cast := r.opts.Cast
	if e.Number != (scenarios.Number{}) {
		nonce += e.Number.String()
		cast = cast.ForNumber(e.Number)
	}
	p.Cast = r.drawNumbers(cast, nonce, e.Story)
	if c.FreshIDs {
		e.Twist = experiment.WithFreshIDs(e.Twist)
	}
	a := &attempt{run: r, identity: p.newTranscript(), twist: e.Twist, patient: c.Patient, freshConnections: c.FreshConnections, ordinary: true}
	played := sender.CallToPlay{
		Identity: a.identity, Twist: e.Twist, Setting: experiment.Setting{Cast: r.opts.Cast, Key: r.opts.Sender.SignKey},
		BeforePush: a.beforePush, AfterExchange: a.recordExchange,
	}
	if e.Probe && e.Twist.Kind == experiment.Plain {
		a.startDeadline = r.takeStartDeadline()
	}
	plain := played
	plain.Twist = experiment.Twist{}
	played.Call = r.newCall(e.Story, p.Cast, nonce)
	if r.isWatched(e) {
		played.AskStates = r.stateWatch.questionsAfter(e.Twist.Kind)
	}
	out := r.sender.Play(ctx, played)
	if a.isStarting(out.Exchanges...) {
		defer r.opts.Observer.beginWait(ReceiverStarting, time.Until(a.startDeadline))()
	}
	for n := 1; a.isStarting(out.Exchanges...) && r.pauseBeforeRepeat(ctx); n++ {
		played.Call = r.newCall(e.Story, p.Cast, fmt.Sprintf("%s/wait %d", nonce, n))
		out = r.sender.Play(ctx, played)
	}
	if c.Alone {
		a.recordAftermath(ctx, &out)
	}
	switch {
	case e.Twist.FollowedByCall && out.Complete:
		plain.Call = r.newCall(e.Story, p.Cast, nonce+"next")
		out = joinCalls(out, r.sender.Play(ctx, plain))
	case e.Twist.Kind == experiment.Forged && slices.ContainsFunc(out.Exchanges, func(x transcript.Exchange) bool { return x.Odd }):
		story := e.Story
		story.Story = story.Story[:1]
		plain.Call = r.newCall(story, p.Cast, nonce+"next")
		out = joinCalls(out, r.sender.Play(ctx, plain))
		r.recordCapabilities(out)
	}
	return out
}

// nextNonce returns a nonce that makes the ids of a try unique.
func (r *Run) nextNonce(p *PlayedExperiment) string {
	p.tries++
	t := p.Experiment.Twist
	return fmt.Sprintf("%s/%s%s/%d", r.opts.Nonce, t.Requirement, t.Variant, p.tries)
}

// joinCalls returns one transcript with the steps of before, followed by those of later.
func joinCalls(before, later transcript.Call) transcript.Call {
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

// fillFacts fills in the fields of a try that experiment.Decide needs besides the call.
func (r *Run) fillFacts(t *experiment.Try, p *PlayedExperiment) {
	t.MaybeSeenBefore = p.Experiment.Twist.Requirement == goldenCapture && r.mayHaveSeenCapture(t.Call)
	r.withLock(func() {
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

// mayHaveSeenCapture reports whether a receiver may have refused the captured push because of its callId, or because it verifies signatures
// with the key that other pushes are signed with. It returns false if the response names the signature as the reason.
func (r *Run) mayHaveSeenCapture(c transcript.Call) bool {
	if len(c.Exchanges) == 0 || requirements.IsAltered(c.Exchanges[0]) || c.Exchanges[0].Accepted() && !r.declinesOnlyCapture(c.Exchanges[0]) {
		return false
	}
	why, hasReason := requirements.Refusal(c.Exchanges[0])
	return !hasReason || why.By != requirements.SignatureCheck
}

// declinesOnlyCapture reports whether a receiver refuses the captured push by the body of a 2xx response, such as an Error document, but
// not other signed pushes.
func (r *Run) declinesOnlyCapture(x transcript.Exchange) bool {
	isForeign := func(x transcript.Exchange) bool {
		return x.Document.Kind == response.NotXML || x.IsDeclined()
	}
	return r.opts.Sender.SignKey != nil && isForeign(x) && slices.ContainsFunc(r.Calls(), func(c transcript.Call) bool {
		return slices.ContainsFunc(c.Exchanges, func(x transcript.Exchange) bool {
			return x.Push.Event == push.NewCall && !x.Odd && x.ForeignName == "" && x.Accepted() && !isForeign(x)
		})
	})
}
