package load

import (
	"container/heap"
	"context"
	"time"

	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/transcript"
)

// sendPushes sends one push after the other.
func (e *engine) sendPushes(t *task) {
	ctx := context.Background()
	tasks := make(chan *task, 1)
	waited := false // for a connection
	for {
		e.send(ctx, t, waited)
		e.mu.Lock()
		if e.ended {
			e.mu.Unlock()
			return
		}
		hasNext := len(e.due) > 0 && !e.due[0].dueTime.After(time.Now())
		if hasNext {
			t = heap.Pop(&e.due).(*task)
		} else {
			e.idle = append(e.idle, tasks)
		}
		waited = hasNext && !e.hasFreeConnection()
		mustWake := e.mustWakeEarlier()
		e.mu.Unlock()
		if mustWake { // a push of another leg need not wait for this response
			e.wakeLoop()
		}
		if hasNext {
			continue
		}
		var ok bool
		if t, ok = <-tasks; !ok {
			return
		}
	}
}

// hasFreeConnection reports whether another push can be sent at once.
func (e *engine) hasFreeConnection() bool {
	return len(e.idle) > 0 || e.workerCount < e.opts.MaxConnections
}

// send sends one push, and lets its call go on.
func (e *engine) send(ctx context.Context, t *task, waited bool) {
	began := time.Now()
	route, reason, detail := e.pool.Route(ctx, t.step)
	var doc *response.Document
	switch x := (&exchange{task: t, route: route, began: began, waitedForConnection: waited, pool: e.pool}); reason {
	case "":
		e.tally.waiting.Add(1)
		x.reply = e.pool.Send(ctx, route, t.step)
		e.tally.waiting.Add(-1)
		doc = e.tally.countExchange(x)
	case transcript.NotReached:
		x.reply = sender.Reply{Exchange: &transcript.Exchange{Outcome: transcript.Outcome{End: transcript.NotConnected, Detail: detail}}, Ended: time.Now()}
		e.tally.countExchange(x)
	default:
		e.tally.countNotSent(reason, detail)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.ended {
		return
	}
	t.call.nextPossible = time.Now()
	t.call.call.RecordOutcome(t.step.Number, doc)
	e.scheduleNext(t.call)
}
