package load

import (
	"container/heap"
	"context"
	"time"
)

// loop begins calls and gives pushes to workers when they are due, until the load ends.
func (e *engine) loop(ctx context.Context) {
	done, endNow := ctx.Done(), e.opts.EndNow
	var deadline time.Time // when open calls are cut; zero while calls still begin
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
		isOver := e.openCalls == 0 && (e.nextCall == nil || e.opts.Plan.isClosedLoop()) // in a closed loop, a call begins only when another call ends
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
		case <-e.wakeSignal:
		case <-done:
			done = nil
			e.tally.recordInterruption(time.Now())
			e.mu.Lock()
			e.nextCall = nil
			e.mu.Unlock()
		case <-endNow:
			endNow = nil
			deadline = time.Now()
		}
		e.tally.observe()
	}
}

// timeToNextEvent returns the time until the loop has something to do.
func (e *engine) timeToNextEvent(now, deadline time.Time) time.Duration {
	nextEvent := now.Add(time.Second)
	switch {
	case e.nextCall == nil:
	case !e.isNextCallHeld && !e.opts.Plan.isClosedLoop():
		nextEvent = earliest(nextEvent, e.start.Add(e.nextCall.Begin))
	case e.opts.Plan.Duration > 0: // no call begins after this time
		nextEvent = earliest(nextEvent, e.start.Add(e.opts.Plan.Duration))
	}
	if len(e.schedule) > 0 && e.hasFreeConnection() {
		nextEvent = earliest(nextEvent, e.schedule[0].dueTime)
	}
	if !deadline.IsZero() {
		nextEvent = earliest(nextEvent, deadline)
	}
	e.wakeTime = nextEvent
	return max(nextEvent.Sub(now), 0)
}

func earliest(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// mustWakeEarlier reports whether the loop has something to do before wakeTime.
func (e *engine) mustWakeEarlier() bool {
	return len(e.schedule) > 0 && e.schedule[0].dueTime.Before(e.wakeTime) && e.hasFreeConnection() || e.openCalls == 0 || e.isNextCallHeld && e.openCalls < e.opts.MaxOpenCalls
}

// wakeLoop makes the loop continue at once.
func (e *engine) wakeLoop() {
	select {
	case e.wakeSignal <- struct{}{}:
	default:
	}
}

// startDuePushes gives due pushes to workers as long as there are free connections.
func (e *engine) startDuePushes(now time.Time) {
	for len(e.schedule) > 0 && !e.schedule[0].dueTime.After(now) {
		if n := len(e.idleWorkers); n > 0 {
			w := e.idleWorkers[n-1]
			e.idleWorkers = e.idleWorkers[:n-1]
			w <- heap.Pop(&e.schedule).(*task)
			continue
		}
		if e.workerCount >= e.opts.MaxConnections {
			return
		}
		e.workerCount++
		t := heap.Pop(&e.schedule).(*task)
		e.workers.Go(func() { e.sendPushes(t) })
	}
}
