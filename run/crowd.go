package run

import (
	"context"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/transcript"
)

// staggerInterval is the time from the start of a call to the start of the next call in a second try, if pushes of calls that began at the
// same instant were dropped or could not connect. 50 calls still begin within half a second, but not in a burst that real callers do not
// cause. So a receiver with a short queue of connections gets no finding.
const staggerInterval = 10 * time.Millisecond

// playCrowd plays several calls at once. No two callers have the same number, and the calls go to the people of the account in turn.
func (r *Run) playCrowd(ctx context.Context, p *PlayedExperiment, conditions experiment.Conditions) transcript.Call {
	identity := p.newTranscript()
	if identity.Crowd = conditions.Size; conditions.Size < 2 {
		return identity
	}
	r.waitForLimit(ctx)
	people := slices.DeleteFunc(r.opts.Cast.Names(), func(name string) bool { return r.opts.Cast[name].IsOutside })
	a := &attempt{run: r, identity: identity}
	var isAnyRefused atomic.Bool // a push was not accepted, so no more calls begin; calls that have begun still get a hangup push
	afterPush := func(x transcript.Exchange) {
		a.recordExchange(x)
		if !x.Accepted() {
			isAnyRefused.Store(true)
		}
	}
	beforePush := func(_ context.Context, step call.Step) (sender.PushTerms, bool) {
		hasGivenUp := false
		r.withLock(func() { hasGivenUp = r.health.HasGivenUpOn(step.Push.Event) })
		return sender.PushTerms{}, !hasGivenUp && (!isAnyRefused.Load() || step.Push.Event == push.Hangup)
	}
	nonce := r.nextNonce(p)
	var calls []sender.CallToPlay
	for i := range conditions.Size {
		nonce := fmt.Sprintf("%s/%d", nonce, i)
		story := p.Experiment.Story
		story.Story = experiment.OrdinaryCall(people[i%len(people)])
		calls = append(calls, sender.CallToPlay{Call: r.newCall(story, r.drawNumbers(r.opts.Cast, nonce, story), nonce), BeforePush: beforePush, AfterExchange: afterPush})
	}
	interval := time.Duration(0)
	if conditions.IsStaggered {
		interval = staggerInterval
	}
	out := r.sender.PlayTogether(ctx, identity, calls, interval)
	a.recordAftermath(ctx, &out)
	if slices.ContainsFunc(out.Exchanges, func(x transcript.Exchange) bool { return !x.Accepted() }) {
		r.settle(ctx)
	}
	return out
}
