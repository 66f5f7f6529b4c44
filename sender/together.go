package sender

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/transcript"
)

// PlayTogether plays calls concurrently and in rounds: no call sends its second push before all have sent their first. Each call has
// connections of its own, and connecting may take up to Limits.Exchange. In each round the calls begin together, or staggered by
// apart. The transcript is about, with the pushes of all calls in the order of the rounds.
func (s *Sender) PlayTogether(ctx context.Context, about transcript.Call, calls []Played, apart time.Duration) transcript.Call {
	inStep := &rounds{parties: len(calls), gate: make(chan struct{})}
	played := make([]transcript.Call, len(calls))
	var playing sync.WaitGroup
	for i, p := range calls {
		p.About, p.Unhurried = about, true
		before := p.Before
		p.Before = func(ctx context.Context, step call.Step) (Terms, bool) {
			inStep.wait(ctx)
			turn := time.NewTimer(time.Duration(i) * apart)
			defer turn.Stop()
			select {
			case <-turn.C:
			case <-ctx.Done():
			}
			if before == nil {
				return Terms{}, true
			}
			return before(ctx, step)
		}
		playing.Go(func() {
			defer inStep.leave()
			played[i] = s.Play(ctx, p)
		})
	}
	playing.Wait()

	out := about
	out.Complete = true
	for _, c := range played {
		out.Exchanges = append(out.Exchanges, c.Exchanges...)
		out.NotSent = append(out.NotSent, c.NotSent...)
		out.Skipped = append(out.Skipped, c.Skipped...)
		out.Steered = out.Steered || c.Steered
		out.Complete = out.Complete && c.Complete
	}
	slices.SortStableFunc(out.Exchanges, func(a, b transcript.Exchange) int { return a.Step - b.Step })
	return out
}

// unhurried returns a dialer that may take up to Limits.Exchange to connect, because a receiver may be slow to accept many connections
// at once.
func (d *Dialer) unhurried() *Dialer {
	slow := *d
	slow.Limits = d.Limits.WithDefaults()
	slow.Limits.Dial, slow.Limits.Handshake = slow.Limits.Exchange, slow.Limits.Exchange
	return &slow
}

// rounds lets parties begin each round together.
type rounds struct {
	mu      sync.Mutex
	parties int
	waiting int
	gate    chan struct{} // closed when the round begins
}

// wait returns when all parties wait, or when ctx ends.
func (r *rounds) wait(ctx context.Context) {
	r.mu.Lock()
	r.waiting++
	gate := r.gate
	r.begin()
	r.mu.Unlock()
	select {
	case <-gate:
	case <-ctx.Done():
	}
}

// leave removes a party.
func (r *rounds) leave() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.parties--
	r.begin()
}

// begin begins the round if all parties wait.
func (r *rounds) begin() {
	if r.waiting >= r.parties {
		r.waiting = 0
		close(r.gate)
		r.gate = make(chan struct{})
	}
}
