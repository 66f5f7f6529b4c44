package load

import (
	"container/heap"
	"context"
	"time"

	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/transcript"
)

// work sends one push after the other.
func (e *engine) work(t *task) {
	ctx := context.Background()
	mine := make(chan *task, 1)
	waited := false // for a connection
	for {
		e.send(ctx, t, waited)
		e.mu.Lock()
		if e.cut {
			e.mu.Unlock()
			return
		}
		goOn := len(e.due) > 0 && !e.due[0].at.After(time.Now())
		if goOn {
			t = heap.Pop(&e.due).(*task)
		} else {
			e.idle = append(e.idle, mine)
		}
		waited = goOn && !e.connectionFree()
		tooLate := e.looksTooLate()
		e.mu.Unlock()
		if tooLate { // a push of another leg need not wait for this response
			e.nudge()
		}
		if goOn {
			continue
		}
		var ok bool
		if t, ok = <-mine; !ok {
			return
		}
	}
}

// connectionFree reports whether another push can be sent at once.
func (e *engine) connectionFree() bool { return len(e.idle) > 0 || e.workers < e.opts.Connections }

// send sends one push, and lets its call go on.
func (e *engine) send(ctx context.Context, t *task, waited bool) {
	began := time.Now()
	route, reason, detail := e.pool.Route(ctx, t.step)
	var doc *response.Document
	switch x := (&exchange{task: t, route: route, began: began, waited: waited, pool: e.pool}); reason {
	case "":
		e.tally.waiting.Add(1)
		x.reply = e.pool.Send(ctx, route, t.step)
		e.tally.waiting.Add(-1)
		doc = e.tally.took(x)
	case transcript.NotReached:
		x.reply = sender.Reply{Exchange: &transcript.Exchange{Outcome: transcript.Outcome{End: transcript.NotConnected, Detail: detail}}, Ended: time.Now()}
		e.tally.took(x)
	default:
		e.tally.notSent(reason, detail)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.cut {
		return
	}
	t.of.free = time.Now()
	t.of.call.RecordOutcome(t.step.Number, doc)
	e.follow(t.of)
}
