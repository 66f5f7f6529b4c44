package sender

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/transcript"
)

// PlayTogether plays calls concurrently and in rounds: no call sends its second push before all calls have sent their first push. In each
// round the calls send at the same time, or one after the other if interval is not 0. Each call has its own connections, and connecting may
// take up to Limits.Exchange. The transcript has the fields of identity, and the pushes of all calls in the order of the rounds.
func (s *Sender) PlayTogether(ctx context.Context, identity transcript.Call, calls []CallToPlay, interval time.Duration) transcript.Call {
	sharedRounds := &rounds{callCount: len(calls), gate: make(chan struct{})}
	transcripts := make([]transcript.Call, len(calls))
	var group sync.WaitGroup
	for i, p := range calls {
		p.Identity, p.SlowConnect = identity, true
		beforePush := p.BeforePush
		p.BeforePush = func(ctx context.Context, step call.Step) (PushTerms, bool) {
			sharedRounds.wait(ctx)
			timer := time.NewTimer(time.Duration(i) * interval)
			defer timer.Stop()
			select {
			case <-timer.C:
			case <-ctx.Done():
			}
			if beforePush == nil {
				return PushTerms{}, true
			}
			return beforePush(ctx, step)
		}
		group.Go(func() {
			defer sharedRounds.removeCall()
			transcripts[i] = s.Play(ctx, p)
		})
	}
	group.Wait()

	out := identity
	out.Complete = true
	for _, c := range transcripts {
		out.Exchanges = append(out.Exchanges, c.Exchanges...)
		out.NotSent = append(out.NotSent, c.NotSent...)
		out.Skipped = append(out.Skipped, c.Skipped...)
		out.Steered = out.Steered || c.Steered
		out.Complete = out.Complete && c.Complete
	}
	slices.SortStableFunc(out.Exchanges, func(a, b transcript.Exchange) int { return a.Step - b.Step })
	return out
}

// withSlowConnect returns a dialer that may take up to Limits.Exchange to connect, because a receiver may be slow to accept many
// connections at once.
func (d *Dialer) withSlowConnect() *Dialer {
	slow := *d
	slow.Limits = d.Limits.WithDefaults()
	slow.Limits.Dial, slow.Limits.Handshake = slow.Limits.Exchange, slow.Limits.Exchange
	return &slow
}

// rounds makes all calls begin each round at the same time.
type rounds struct {
	mu           sync.Mutex
	callCount    int           // number of calls that have not ended
	waitingCount int           // number of calls that wait for the round
	gate         chan struct{} // closed when the round begins
}

// wait blocks until all calls wait, or until ctx ends.
func (r *rounds) wait(ctx context.Context) {
	r.mu.Lock()
	r.waitingCount++
	gate := r.gate
	r.beginIfComplete()
	r.mu.Unlock()
	select {
	case <-gate:
	case <-ctx.Done():
	}
}

// removeCall removes a call that has ended, so that no round waits for it.
func (r *rounds) removeCall() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.callCount--
	r.beginIfComplete()
}

// beginIfComplete begins the round if all calls wait.
func (r *rounds) beginIfComplete() {
	if r.waitingCount >= r.callCount {
		r.waitingCount = 0
		close(r.gate)
		r.gate = make(chan struct{})
	}
}
