package load

import (
	"container/heap"
	"time"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// advance takes the next call of the plan.
func (e *engine) advance() {
	e.coming = nil
	if c, ok := e.next(); ok {
		c.Begin = atTick(c.Begin)
		e.coming = &c
	}
}

// atTick rounds a time since the start up to the next tick.
func atTick(due time.Duration) time.Duration { return (due + tick - 1).Truncate(tick) }

// callDue reports whether the next call of a load at a rate is due.
func (e *engine) callDue(now time.Time) bool {
	return e.coming != nil && !e.opts.Plan.closed() && !now.Before(e.start.Add(e.coming.Begin))
}

// atEnd reports whether the time in which calls begin is over.
func (e *engine) atEnd(now time.Time) bool {
	return e.opts.Plan.For > 0 && !now.Before(e.start.Add(e.opts.Plan.For))
}

// beginNext begins the next call of the plan, if there is one.
func (e *engine) beginNext() {
	if e.coming == nil {
		return
	}
	c := *e.coming
	if e.opts.Plan.closed() && e.atEnd(time.Now()) {
		e.coming = nil
		return
	}
	e.advance()
	p := &playing{Call: c, begun: e.start.Add(c.Begin), call: e.newCall(c)}
	switch {
	case e.opts.Plan.closed():
		p.begun = time.Now()
	case e.began.Sub(p.begun) >= lateness:
		p.behind = verdict.ByStart
	case e.held && time.Since(p.begun) >= lateness:
		p.behind = verdict.ByOpen
	}
	p.free = p.begun
	e.open++
	e.tally.begun(p.begun, e.open)
	e.follow(p)
}

// hold records whether the next call is due but cannot begin, because too many calls are open. At the end of the plan such calls are left
// out.
func (e *engine) hold(now time.Time) {
	e.held = e.callDue(now)
	if (e.held || e.opts.Plan.closed()) && e.atEnd(now) {
		e.coming, e.held = nil, false
	}
}

// follow adds the next pushes of a call to the heap.
func (e *engine) follow(p *playing) {
	for {
		step, state := p.call.Next()
		switch {
		case state == call.Waiting:
			return
		case state == call.Over:
			e.open--
			e.tally.completed(e.open)
			if e.opts.Plan.closed() {
				e.beginNext()
			}
			return
		}
		if step.Withheld != "" && !e.opts.Sender.FollowAlways {
			e.tally.notSent(transcript.NotSentReason(step.Withheld), "")
			p.call.RecordOutcome(step.Number, nil)
			continue
		}
		at := p.begun
		if e.opts.Speed > 0 {
			due := at.Add(time.Duration(float64(step.Due) / e.opts.Speed)).Sub(e.start)
			at = e.start.Add(atTick(due))
		}
		if at.Before(p.free) {
			at = p.free
		}
		heap.Push(&e.due, &task{p, step, at})
	}
}
