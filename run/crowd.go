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

// apart is the interval between calls if the receiver refused pushes of calls that began at the same instant. 50 calls still begin within half
// a second. A receiver with a short queue of connections gets no finding for a burst that people do not cause.
const apart = 10 * time.Millisecond

// crowd plays several calls at once. Each caller has another number, and the calls go to the people of the account in turn.
func (r *Run) crowd(ctx context.Context, p *Played, c experiment.Conditions) transcript.Call {
	about := p.about()
	if about.Crowd = c.Size; c.Size < 2 {
		return about
	}
	r.waitForLimit(ctx)
	people := slices.DeleteFunc(r.opts.Cast.Names(), func(name string) bool { return r.opts.Cast[name].Outside })
	a := &attempt{run: r, about: about}
	var missed atomic.Bool // a push was not accepted. No further calls begin, but those that began have to end
	through := func(x transcript.Exchange) {
		a.through(x)
		if !x.Accepted() {
			missed.Store(true)
		}
	}
	before := func(_ context.Context, step call.Step) (sender.Terms, bool) {
		givenUp := false
		r.locked(func() { givenUp = r.health.HasGivenUpOn(step.Push.Event) })
		return sender.Terms{}, !givenUp && (!missed.Load() || step.Push.Event == push.Hangup)
	}
	nonce := r.nonce(p)
	var calls []sender.Played
	for i := range c.Size {
		nonce := fmt.Sprintf("%s/%d", nonce, i)
		story := p.Experiment.Story
		story.Story = experiment.OrdinaryCall(people[i%len(people)])
		calls = append(calls, sender.Played{Call: r.newCall(story, r.draw(r.opts.Cast, nonce, story), nonce), Before: before, Through: through})
	}
	distance := time.Duration(0)
	if c.Staggered {
		distance = apart
	}
	out := r.sender.PlayTogether(ctx, about, calls, distance)
	a.lookAfter(ctx, &out)
	if slices.ContainsFunc(out.Exchanges, func(x transcript.Exchange) bool { return !x.Accepted() }) {
		r.settle(ctx)
	}
	return out
}
