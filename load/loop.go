package load

import (
	"container/heap"
	"context"
	"time"
)

// loop begins calls and gives pushes to workers when they are due, until the load ends.
func (e *engine) loop(ctx context.Context) {
	interrupted, end := ctx.Done(), e.opts.EndNow
	var deadline time.Time // open calls may continue until then; zero: calls still begin
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		e.mu.Lock()
		now := time.Now()
		for e.isCallDue(now) && e.openCalls < e.opts.MaxOpenCalls {
			e.beginNextCall()
		}
		e.updateHeldCall(now)
		e.startDuePushes(now)
		if e.nextCall == nil && deadline.IsZero() {
			deadline = now.Add(e.opts.DrainTime)
		}
		isOver := e.openCalls == 0 && (e.nextCall == nil || e.opts.Plan.isClosed()) // in a closed load, a call begins only if another one ends
		if isOver || !deadline.IsZero() && !now.Before(deadline) {
			e.endOpenCalls()
			e.mu.Unlock()
			return
		}
		wait := e.timeToNextEvent(now, deadline)
		e.mu.Unlock()
		timer.Reset(wait)
		select {
		case <-timer.C:
		case <-e.wake:
		case <-interrupted:
			interrupted = nil
			e.tally.recordInterruption(time.Now())
			e.mu.Lock()
			e.nextCall = nil
			e.mu.Unlock()
		case <-end:
			end = nil
			deadline = time.Now()
		}
		e.tally.observe()
	}
}

// timeToNextEvent returns the time until the loop has something to do.
func (e *engine) timeToNextEvent(now, deadline time.Time) time.Duration {
	next := now.Add(time.Second)
	switch {
	case e.nextCall == nil:
	case !e.nextCallHeld && !e.opts.Plan.isClosed():
		next = earliest(next, e.start.Add(e.nextCall.Begin))
	case e.opts.Plan.Duration > 0: // no call begins after this time
		next = earliest(next, e.start.Add(e.opts.Plan.Duration))
	}
	if len(e.due) > 0 && e.hasFreeConnection() {
		next = earliest(next, e.due[0].dueTime)
	}
	if !deadline.IsZero() {
		next = earliest(next, deadline)
	}
	e.wakeTime = next
	return max(next.Sub(now), 0)
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// mustWakeEarlier reports whether something is due before wakeTime.
func (e *engine) mustWakeEarlier() bool {
	return len(e.due) > 0 && e.due[0].dueTime.Before(e.wakeTime) && e.hasFreeConnection() || e.openCalls == 0 || e.nextCallHeld && e.openCalls < e.opts.MaxOpenCalls
}

// wakeLoop makes the loop continue at once.
func (e *engine) wakeLoop() {
	select {
	case e.wake <- struct{}{}:
	default:
	}
}

// startDuePushes gives due pushes to workers as long as there are free connections.
func (e *engine) startDuePushes(now time.Time) {
	for len(e.due) > 0 && !e.due[0].dueTime.After(now) {
		if n := len(e.idle); n > 0 {
			w := e.idle[n-1]
			e.idle = e.idle[:n-1]
			w <- heap.Pop(&e.due).(*task)
			continue
		}
		if e.workerCount >= e.opts.MaxConnections {
			return
		}
		e.workerCount++
		t := heap.Pop(&e.due).(*task)
		e.sending.Go(func() { e.sendPushes(t) })
	}
}
