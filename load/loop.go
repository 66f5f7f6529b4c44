package load

import (
	"container/heap"
	"context"
	"time"
)

// loop begins calls and hands over pushes when they are due, until the load ends.
func (e *engine) loop(ctx context.Context) {
	interrupted, end := ctx.Done(), e.opts.End
	var deadline time.Time // end of draining
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		e.mu.Lock()
		now := time.Now()
		for e.callDue(now) && e.open < e.opts.Open {
			e.beginNext()
		}
		e.hold(now)
		e.handOver(now)
		if e.coming == nil && deadline.IsZero() {
			deadline = now.Add(e.opts.Drain)
		}
		over := e.open == 0 && (e.coming == nil || e.opts.Plan.closed()) // in a closed load, a call begins only if another one ends
		if over || !deadline.IsZero() && !now.Before(deadline) {
			e.finish()
			e.mu.Unlock()
			return
		}
		wait := e.wait(now, deadline)
		e.mu.Unlock()
		timer.Reset(wait)
		select {
		case <-timer.C:
		case <-e.wake:
		case <-interrupted:
			interrupted = nil
			e.tally.interrupt(time.Now())
			e.mu.Lock()
			e.coming = nil
			e.mu.Unlock()
		case <-end:
			end = nil
			deadline = time.Now()
		}
		e.tally.observe()
	}
}

// wait returns the time until the loop has something to do.
func (e *engine) wait(now, deadline time.Time) time.Duration {
	next := now.Add(time.Second)
	switch {
	case e.coming == nil:
	case !e.held && !e.opts.Plan.closed():
		next = earlier(next, e.start.Add(e.coming.Begin))
	case e.opts.Plan.For > 0: // no call begins after this time
		next = earlier(next, e.start.Add(e.opts.Plan.For))
	}
	if len(e.due) > 0 && e.connectionFree() {
		next = earlier(next, e.due[0].at)
	}
	if !deadline.IsZero() {
		next = earlier(next, deadline)
	}
	e.waking = next
	return max(next.Sub(now), 0)
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// looksTooLate reports whether something is due before waking.
func (e *engine) looksTooLate() bool {
	return len(e.due) > 0 && e.due[0].at.Before(e.waking) && e.connectionFree() || e.open == 0 || e.held && e.open < e.opts.Open
}

// nudge makes the loop continue at once.
func (e *engine) nudge() {
	select {
	case e.wake <- struct{}{}:
	default:
	}
}

// handOver gives due pushes to workers, up to the most connections.
func (e *engine) handOver(now time.Time) {
	for len(e.due) > 0 && !e.due[0].at.After(now) {
		if n := len(e.idle); n > 0 {
			w := e.idle[n-1]
			e.idle = e.idle[:n-1]
			w <- heap.Pop(&e.due).(*task)
			continue
		}
		if e.workers >= e.opts.Connections {
			return
		}
		e.workers++
		t := heap.Pop(&e.due).(*task)
		e.sending.Go(func() { e.work(t) })
	}
}
