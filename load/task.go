package load

import (
	"time"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/verdict"
)

// openCall is a call that has begun and has not ended.
type openCall struct {
	Call
	call       *call.Call
	dueTime    time.Time          // when the call should have begun
	bottleneck verdict.Bottleneck // reason why the call began late; "" if it began in time
	nextPushAt time.Time          // earliest time of the next push
}

// task is a push to send, and the time at which it is due.
type task struct {
	call    *openCall
	step    call.Step
	dueTime time.Time
}

// tasks is a heap with the earliest task first.
type tasks []*task

func (t tasks) Len() int           { return len(t) }
func (t tasks) Less(i, j int) bool { return t[i].dueTime.Before(t[j].dueTime) }
func (t tasks) Swap(i, j int)      { t[i], t[j] = t[j], t[i] }
func (t *tasks) Push(x any)        { *t = append(*t, x.(*task)) }
func (t *tasks) Pop() any {
	last := len(*t) - 1
	out := (*t)[last]
	(*t)[last] = nil
	*t = (*t)[:last]
	return out
}
