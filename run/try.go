package run

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/transcript"
)

// try plays an experiment once, alone if necessary.
func (r *Run) try(ctx context.Context, p *PlayedExperiment, conditions experiment.Conditions) experiment.Try {
	t := experiment.Try{Conditions: conditions}
	t.Alone = conditions.Alone || r.mustBeAlone(p.Experiment)
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
		t.IsReceiverAbsent, t.Call = true, p.newTranscript()
		return t
	}
	switch p.Experiment.Twist.Kind {
	case experiment.Crowd, experiment.Overlap:
		t.Call = r.playCrowd(ctx, p, t.Conditions)
	case experiment.Provocation:
		t.Call, t.IsGoodCallWorse = r.provoke(ctx, p)
	default:
		t.Call = r.playWithinLimit(ctx, func() transcript.Call { return r.playOnce(ctx, p, t.Conditions) })
	}
	r.recordVanished(t.Call)
	r.recordPrinted(t.Call, began)
	r.fillFacts(&t, p)
	return t
}

// mustBeAlone reports whether no other experiment may be played at the same time.
func (r *Run) mustBeAlone(e experiment.Experiment) bool {
	isOneCallOnly := false
	r.withLock(func() { isOneCallOnly = r.health.IsOneCallOnly() })
	return e.Alone || isOneCallOnly || e.Twist.Kind != experiment.Plain || r.isWatched(e) && !r.stateWatch.isLagging()
}

// playOnce plays the call of an experiment. If the twist needs it, a second call follows: another call of the same people, or a good push
// after a forged push.
func (r *Run) playOnce(ctx context.Context, p *PlayedExperiment, conditions experiment.Conditions) transcript.Call {
	e := p.Experiment
	nonce := r.nextNonce(p)
	cast := r.opts.Cast
	if e.Number != (scenarios.Number{}) {
		nonce += e.Number.String()
		cast = cast.ForNumber(e.Number)
	}
	p.Cast = r.drawNumbers(cast, nonce, e.Story)
	if conditions.HasFreshIDs {
		e.Twist = experiment.WithFreshIDs(e.Twist)
	}
	a := &attempt{run: r, identity: p.newTranscript(), twist: e.Twist, hasFullLimit: conditions.HasFullTimeLimit, usesFreshConnections: conditions.HasFreshConnections, isUndisturbed: true}
	toPlay := sender.CallToPlay{
		Identity: a.identity, Twist: e.Twist, Setting: experiment.Setting{Cast: r.opts.Cast, Key: r.opts.Sender.SignKey},
		BeforePush: a.beforePush, AfterExchange: a.recordExchange,
	}
	if e.Probe && e.Twist.Kind == experiment.Plain {
		a.startDeadline = r.takeStartDeadline()
	}
	plainCall := toPlay
	plainCall.Twist = experiment.Twist{}
	toPlay.Call = r.newCall(e.Story, p.Cast, nonce)
	if r.isWatched(e) {
		toPlay.AskStates = r.stateWatch.questionsAfter(e.Twist.Kind)
	}
	out := r.sender.Play(ctx, toPlay)
	if a.isStarting(out.Exchanges...) {
		defer r.opts.Observer.beginWait(ReceiverStarting, time.Until(a.startDeadline))()
	}
	for n := 1; a.isStarting(out.Exchanges...) && r.pauseBeforeRepeat(ctx); n++ {
		toPlay.Call = r.newCall(e.Story, p.Cast, fmt.Sprintf("%s/wait %d", nonce, n))
		out = r.sender.Play(ctx, toPlay)
	}
	if conditions.Alone {
		a.recordAftermath(ctx, &out)
	}
	switch {
	case e.Twist.IsFollowedByCall && out.Complete:
		plainCall.Call = r.newCall(e.Story, p.Cast, nonce+"next")
		out = joinCalls(out, r.sender.Play(ctx, plainCall))
	case e.Twist.Kind == experiment.Forged && slices.ContainsFunc(out.Exchanges, func(x transcript.Exchange) bool { return x.Odd }):
		story := e.Story
		story.Story = story.Story[:1]
		nonce += "next"
		plainCall.Call = r.newCall(story, r.drawNumbers(p.Cast, nonce, story), nonce) // another caller, because the forged push may leave the first call open
		out = joinCalls(out, r.sender.Play(ctx, plainCall))
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

// joinCalls returns one transcript with the steps of earlierCall, followed by the steps of laterCall.
func joinCalls(earlierCall, laterCall transcript.Call) transcript.Call {
	stepOffset := 0
	for _, x := range earlierCall.Exchanges {
		stepOffset = max(stepOffset, x.Step+1)
	}
	for _, n := range earlierCall.NotSent {
		stepOffset = max(stepOffset, n.Step+1)
	}
	for _, x := range laterCall.Exchanges {
		x.Step += stepOffset
		earlierCall.Exchanges = append(earlierCall.Exchanges, x)
	}
	for _, n := range laterCall.NotSent {
		n.Step += stepOffset
		earlierCall.NotSent = append(earlierCall.NotSent, n)
	}
	earlierCall.Skipped = append(earlierCall.Skipped, laterCall.Skipped...)
	earlierCall.Steered = earlierCall.Steered || laterCall.Steered
	earlierCall.Complete = earlierCall.Complete && laterCall.Complete
	return earlierCall
}

// fillFacts sets the fields of a try that experiment.Decide needs in addition to the call.
func (r *Run) fillFacts(t *experiment.Try, p *PlayedExperiment) {
	t.MayKnowCallID = p.Experiment.Twist.Requirement == goldenCapture && r.mayHaveSeenCapture(t.Call)
	r.withLock(func() {
		if i := slices.IndexFunc(t.Call.Exchanges, func(x transcript.Exchange) bool { return !x.Accepted() }); i >= 0 {
			kinds := requirements.KindsOfPush(t.Call, t.Call.Exchanges[i])
			t.RefusedNewKind, t.WasDroppedBefore = r.health.IsNew(kinds...), r.health.WasDropped(kinds...)
		}
	})
	t.IsSlow = slices.ContainsFunc(t.Call.Exchanges, func(x transcript.Exchange) bool {
		return x.Alone && x.Responded() && x.Duration > requirements.PromptTime && (x.Push.Event == push.NewCall || x.Push.Event == push.DTMF)
	})
}

// goldenCapture is the requirement that the receiver accepts a genuine push. A receiver may refuse the push because it knows the callId.
// Then the same push with new ids decides.
const goldenCapture = "push.golden-capture"

// mayHaveSeenCapture reports whether a receiver may have refused the captured push because it knows the callId, or because it verifies
// signatures with the key that signs the other pushes. It returns false if the response names the signature as the reason.
func (r *Run) mayHaveSeenCapture(c transcript.Call) bool {
	if len(c.Exchanges) == 0 || outcome.IsAlteredCapturedPush(c.Exchanges[0]) || c.Exchanges[0].Accepted() && !r.declinesOnlyCapture(c.Exchanges[0]) {
		return false
	}
	why, hasReason := outcome.FindVerificationRefusal(c.Exchanges[0])
	return !hasReason || why.Check != outcome.SignatureCheck
}

// declinesOnlyCapture reports whether a receiver refuses the captured push by the body of a 2xx response, such as an Error document,
// although it accepts other signed pushes.
func (r *Run) declinesOnlyCapture(x transcript.Exchange) bool {
	isDeclinedByBody := func(x transcript.Exchange) bool {
		return x.Document.Kind == response.NotXML || x.IsDeclined()
	}
	return r.opts.Sender.SignKey != nil && isDeclinedByBody(x) && slices.ContainsFunc(r.Calls(), func(c transcript.Call) bool {
		return slices.ContainsFunc(c.Exchanges, func(x transcript.Exchange) bool {
			return x.Push.Event == push.NewCall && !x.Odd && x.ForeignName == "" && x.Accepted() && !isDeclinedByBody(x)
		})
	})
}
