package load

import (
	"container/heap"
	"time"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// takeNextCall takes the next call from the plan, and stores it in nextCall.
func (e *engine) takeNextCall() {
	e.nextCall = nil
	if c, ok := e.nextPlannedCall(); ok {
		c.Begin = roundUpToTick(c.Begin)
		e.nextCall = &c
	}
}

// roundUpToTick rounds a time since the start up to the next tick.
func roundUpToTick(sinceStart time.Duration) time.Duration {
	return (sinceStart + tick - 1).Truncate(tick)
}

// isCallDue reports whether the next call of a load at a rate is due.
func (e *engine) isCallDue(now time.Time) bool {
	return e.nextCall != nil && !e.opts.Plan.isClosedLoop() && !now.Before(e.start.Add(e.nextCall.Begin))
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
	if e.opts.Plan.isClosedLoop() && e.isPlanOver(time.Now()) {
		e.nextCall = nil
		return
	}
	e.takeNextCall()
	playedCall := &openCall{Call: c, dueTime: e.start.Add(c.Begin), call: e.playableCall(c)}
	switch {
	case e.opts.Plan.isClosedLoop():
		playedCall.dueTime = time.Now()
	case e.loopStart.Sub(playedCall.dueTime) >= minLateness:
		playedCall.bottleneck = verdict.BottleneckStart
	case e.isNextCallHeld && time.Since(playedCall.dueTime) >= minLateness:
		playedCall.bottleneck = verdict.BottleneckOpenCalls
	}
	playedCall.nextPushAt = playedCall.dueTime
	e.openCalls++
	e.tally.countStartedCall(playedCall.dueTime, e.openCalls)
	e.scheduleNextPushes(playedCall)
}

// updateHeldCall sets isNextCallHeld if the next call is due but cannot begin, because too many calls are open. After the end of the plan,
// it drops the call instead.
func (e *engine) updateHeldCall(now time.Time) {
	e.isNextCallHeld = e.isCallDue(now)
	if (e.isNextCallHeld || e.opts.Plan.isClosedLoop()) && e.isPlanOver(now) {
		e.nextCall, e.isNextCallHeld = nil, false
	}
}

// scheduleNextPushes adds the next pushes of a call to the schedule.
func (e *engine) scheduleNextPushes(playedCall *openCall) {
	for {
		step, state := playedCall.call.Next()
		switch {
		case state == call.Waiting:
			return
		case state == call.Finished:
			e.openCalls--
			e.tally.countCompletedCall(e.openCalls)
			if e.opts.Plan.isClosedLoop() {
				e.beginNextCall()
			}
			return
		}
		if step.Withheld != "" && !e.opts.Sender.FollowAlways {
			e.tally.countUnsentPush(transcript.NotSentReason(step.Withheld), "")
			playedCall.call.RecordOutcome(step.Number, nil)
			continue
		}
		dueTime := playedCall.dueTime
		if e.opts.Speed > 0 {
			sinceStart := dueTime.Add(time.Duration(float64(step.Due) / e.opts.Speed)).Sub(e.start)
			dueTime = e.start.Add(roundUpToTick(sinceStart))
		}
		if dueTime.Before(playedCall.nextPushAt) {
			dueTime = playedCall.nextPushAt
		}
		heap.Push(&e.schedule, &task{playedCall, step, dueTime})
	}
}
