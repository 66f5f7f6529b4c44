package load

import (
	"container/heap"
	"context"
	"time"

	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/transcript"
)

// sendPushes is a worker: it sends one push after the other until the load ends.
func (e *engine) sendPushes(nextTask *task) {
	ctx := context.Background()
	taskChannel := make(chan *task, 1)
	waitedForConnection := false
	for {
		e.send(ctx, nextTask, waitedForConnection)
		e.mu.Lock()
		if e.isEnded {
			e.mu.Unlock()
			return
		}
		hasNext := len(e.schedule) > 0 && !e.schedule[0].dueTime.After(time.Now())
		if hasNext {
			nextTask = heap.Pop(&e.schedule).(*task)
		} else {
			e.idleWorkers = append(e.idleWorkers, taskChannel)
		}
		waitedForConnection = hasNext && !e.hasFreeConnection()
		mustWake := e.mustWakeEarlier()
		e.mu.Unlock()
		if mustWake { // a push of another leg need not wait for the response to this push
			e.wakeLoop()
		}
		if hasNext {
			continue
		}
		var ok bool
		if nextTask, ok = <-taskChannel; !ok {
			return
		}
	}
}

// hasFreeConnection reports whether a worker is idle or another worker may start.
func (e *engine) hasFreeConnection() bool {
	return len(e.idleWorkers) > 0 || e.workerCount < e.opts.MaxConnections
}

// send sends one push, records its result and schedules the next pushes of its call.
func (e *engine) send(ctx context.Context, task *task, waitedForConnection bool) {
	startedAt := time.Now()
	route, reason, detail := e.pool.Route(ctx, task.step)
	var doc *response.Document
	switch x := (&exchange{task: task, route: route, startedAt: startedAt, waitedForConnection: waitedForConnection, pool: e.pool}); reason {
	case "":
		e.tally.unanswered.Add(1)
		x.reply = e.pool.Send(ctx, route, task.step)
		e.tally.unanswered.Add(-1)
		doc = e.tally.countExchange(x)
	case transcript.NotReached:
		x.reply = sender.Reply{Exchange: &transcript.Exchange{Outcome: transcript.Outcome{End: transcript.NotConnected, Detail: detail}}, Ended: time.Now()}
		e.tally.countExchange(x)
	default:
		e.tally.countUnsentPush(reason, detail)
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.isEnded {
		return
	}
	task.call.nextPushAt = time.Now()
	task.call.call.RecordOutcome(task.step.Number, doc)
	e.scheduleNextPushes(task.call)
}
