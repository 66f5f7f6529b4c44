package load

import (
	"container/heap"
	"time"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// takeNextCall takes the next call of the plan.
func (e *engine) takeNextCall() {
	e.nextCall = nil
	if c, ok := e.nextPlannedCall(); ok {
		c.Begin = roundUpToTick(c.Begin)
		e.nextCall = &c
	}
}

// roundUpToTick rounds a time since the start up to the next tick.
func roundUpToTick(due time.Duration) time.Duration { return (due + tick - 1).Truncate(tick) }

// isCallDue reports whether the next call of a load at a rate is due.
func (e *engine) isCallDue(now time.Time) bool {
	return e.nextCall != nil && !e.opts.Plan.isClosed() && !now.Before(e.start.Add(e.nextCall.Begin))
}

// isPlanOver reports whether the time in which calls begin is over.
func (e *engine) isPlanOver(now time.Time) bool {
	return e.opts.Plan.Duration > 0 && !now.Before(e.start.Add(e.opts.Plan.Duration))
}

// beginNextCall begins the next call of the plan, if there is one.
func (e *engine) beginNextCall() {
	if e.nextCall == nil {
		return
	}
	c := *e.nextCall
	if e.opts.Plan.isClosed() && e.isPlanOver(time.Now()) {
		e.nextCall = nil
		return
	}
	e.takeNextCall()
	p := &openCall{Call: c, dueTime: e.start.Add(c.Begin), call: e.newCall(c)}
	switch {
	case e.opts.Plan.isClosed():
		p.dueTime = time.Now()
	case e.loopStart.Sub(p.dueTime) >= minLateness:
		p.bottleneck = verdict.BottleneckStart
	case e.nextCallHeld && time.Since(p.dueTime) >= minLateness:
		p.bottleneck = verdict.BottleneckOpenCalls
	}
	p.nextPushAt = p.dueTime
	e.openCalls++
	e.tally.countBegun(p.dueTime, e.openCalls)
	e.scheduleNextPushes(p)
}

// updateHeldCall sets nextCallHeld: whether the next call is due but cannot begin, because too many calls are open. After the end of the
// plan such a call is dropped.
func (e *engine) updateHeldCall(now time.Time) {
	e.nextCallHeld = e.isCallDue(now)
	if (e.nextCallHeld || e.opts.Plan.isClosed()) && e.isPlanOver(now) {
		e.nextCall, e.nextCallHeld = nil, false
	}
}

// scheduleNextPushes adds the next pushes of a call to the heap of due pushes.
func (e *engine) scheduleNextPushes(p *openCall) {
	for {
		step, state := p.call.Next()
		switch {
		case state == call.Waiting:
			return
		case state == call.Finished:
			e.openCalls--
			e.tally.countCompleted(e.openCalls)
			if e.opts.Plan.isClosed() {
				e.beginNextCall()
			}
			return
		}
		if step.Withheld != "" && !e.opts.Sender.FollowAlways {
			e.tally.countNotSent(transcript.NotSentReason(step.Withheld), "")
			p.call.RecordOutcome(step.Number, nil)
			continue
		}
		at := p.dueTime
		if e.opts.Speed > 0 {
			due := at.Add(time.Duration(float64(step.Due) / e.opts.Speed)).Sub(e.start)
			at = e.start.Add(roundUpToTick(due))
		}
		if at.Before(p.nextPushAt) {
			at = p.nextPushAt
		}
		heap.Push(&e.due, &task{p, step, at})
	}
}
