package steps

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/transcript"
)

// mostAtOnce bounds what a feature may ask for.
const mostAtOnce = 100

// apart is how far calls are apart that were too much when they came at the same instant: 50 of them still come within half
// a second, and a receiver with a short queue of connections is not blamed for a burst that no people make.
const apart = 10 * time.Millisecond

// crowds are the sentences about several calls at once.
func crowds() []Step {
	return []Step{{
		Keyword: "When", Pattern: `^(\d+) calls come in at once$`, Example: "50 calls come in at once",
		Says:    "So many people call, each somebody of the account, who answers; then the calls end. All of them ring before the first is answered.",
		handler: func(s *ScenarioRun) any { return s.comeAtOnce },
	}}
}

func (s *ScenarioRun) comeAtOnce(number string) error {
	n, err := strconv.Atoi(number)
	switch {
	case err != nil || n < 2 || n > mostAtOnce:
		return fmt.Errorf("reading %q: want 2 to %d calls at once", number, mostAtOnce)
	case len(s.story) > 0 || s.stimulus != "":
		return fmt.Errorf("a scenario with %d calls tells no other story", n)
	case len(s.tags) != 1:
		return fmt.Errorf("a scenario with %d calls has one requirement as tag, this one has %d", n, len(s.tags))
	}
	s.crowd, s.stimulus, s.variant = n, s.tags[0], transcript.Variant(number+" calls come in at once")
	return s.tell(ordinary("Doc")...)
}

// ordinary is a plain call to somebody.
func ordinary(who string) []scenarios.Act {
	return []scenarios.Act{
		{Who: "Jennifer", Deed: scenarios.Calls, To: []string{who}},
		{Who: who, Deed: scenarios.Answers},
		{Who: who, Deed: scenarios.Ends, Cause: push.NormalClearing},
	}
}

// gather plays several calls at once, with nothing else under way. Where a push of theirs is not accepted they are played
// again a little apart, as people call, and that counts, unless the receiver is gone by then: it went under.
func (r *Run) gather(ctx context.Context, q request, about transcript.Call) transcript.Call {
	r.alone.Lock()
	defer r.alone.Unlock()
	out := r.atOnce(ctx, q, about, 0)
	refused := func(x transcript.Exchange) bool { return !x.Accepted() }
	counts := func(x transcript.Exchange) bool { return refused(x) && (x.Responded() || x.Failure.Local()) }
	i := slices.IndexFunc(out.Exchanges, refused)
	// What the receiver says itself counts at once. If this machine could not connect, a smaller crowd would prove nothing.
	if i < 0 || ctx.Err() != nil || slices.ContainsFunc(out.Exchanges, counts) {
		return out
	}
	about.Earlier = fmt.Sprintf("of %d calls at once, %s", q.crowd, earlier(out.Exchanges[i]))
	again := r.atOnce(ctx, q, about, apart)
	if ctx.Err() != nil || !slices.ContainsFunc(again.Exchanges, transcript.Exchange.Accepted) {
		return out
	}
	return again
}

// atOnce plays the calls once. The callers have numbers of their own, and the people of the account take turns.
func (r *Run) atOnce(ctx context.Context, q request, about transcript.Call, apart time.Duration) transcript.Call {
	r.awaited(ctx)
	r.limit.wait(ctx)
	var people []string
	for _, name := range r.opts.Cast.Names() {
		if !r.opts.Cast[name].Outside {
			people = append(people, name)
		}
	}
	var calls []sender.Played
	for i := range q.crowd {
		nonce := fmt.Sprintf("%s%v/%d", r.nonce(q), apart, i)
		story := q.story
		story.Story = ordinary(people[i%len(people)])
		cast := r.draw(r.opts.Cast, nonce, story)
		calls = append(calls, sender.Played{Call: r.told(story, cast, nonce)})
	}
	out := r.sender.PlayTogether(ctx, about, calls, apart)
	if slices.ContainsFunc(out.Exchanges, vanished) {
		r.away.Store(true)
	}
	return out
}
