package load

import (
	"container/heap"
	"context"
	"fmt"
	"iter"
	"strconv"
	"sync"
	"time"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// Options say what is sent, and within which bounds.
type Options struct {
	About       verdict.About
	Words       string // the plan in the words of the flags
	Plan        Plan
	Sender      sender.Options
	Cast        scenarios.Cast
	Numbers     []scenarios.Number // at which the receiver does something with a call
	Speed       float64            // how many times faster than in real time calls are played; 0: as fast as the receiver responds
	Connections int                // at most; default 500
	Open        int                // calls at a time, at most; default 100,000
	Drain       time.Duration      // how long calls go on after the last one began
	Start       time.Time          // when the load starts, after the first call; the zero time: at once. If it is in the past, calls are late
	Observe     func(verdict.LoadProgress)
	Every       time.Duration   // how often Observe is called, at most
	End         <-chan struct{} // closed if the load is to end at once; pushes without a response are not counted then. nil: never
}

// Bounds of a load.
const (
	DefaultConnections = 500
	DefaultOpen        = 100_000

	tick     = 2 * time.Millisecond  // pushes are due at multiples of it: to wake up for each of them would cost more than to send it
	lateness = 10 * time.Millisecond // a push that is sent later than this counts as late
	casts    = 256                   // calls share so many draws of outside numbers
)

// Run sends test traffic until its end, or until ctx ends and the calls that are open were drained. One call is played first, alone.
// If its newCall push is not accepted, that is all.
func Run(ctx context.Context, o Options) verdict.Load {
	if o.Connections == 0 {
		o.Connections = DefaultConnections
	}
	if o.Open == 0 {
		o.Open = DefaultOpen
	}
	e := &engine{opts: o, sender: sender.New(o.Sender), wake: make(chan struct{}, 1), casts: make([]scenarios.Cast, casts), tally: newTally(o)}
	e.incoming = o.Sender.Incoming.String()
	if o.Sender.Outgoing != nil {
		e.outgoing = o.Sender.Outgoing.String()
	}
	e.pool = e.sender.Pool()
	defer e.pool.Close()
	if !e.alone(ctx) || ctx.Err() != nil {
		return e.tally.result(ctx.Err() != nil)
	}
	e.begin(ctx)
	return e.tally.result(ctx.Err() != nil)
}

// engine plays the calls of a load: one goroutine hands pushes over when they are due, and others send them.
type engine struct {
	opts               Options
	incoming, outgoing string // URLs for newCall pushes
	sender             *sender.Sender
	pool               *sender.Pool
	tally              *tally
	start              time.Time     // of the schedule
	began              time.Time     // when the first call could begin, which is the start unless that was in the past
	wake               chan struct{} // has a value if the loop has to look earlier than at waking

	mu      sync.Mutex
	waking  time.Time // when the loop looks next
	casts   []scenarios.Cast
	due     tasks
	open    int
	workers int
	idle    []chan *task // of workers that wait
	next    func() (Call, bool)
	coming  *Call // the call that begins next; nil: none
	held    bool  // it is due, and as many calls as allowed are open
	cut     bool  // nothing more is sent
	sending sync.WaitGroup
}

// playing is a call that is open.
type playing struct {
	Call
	call   *call.Call
	begun  time.Time          // it was due then
	behind verdict.Bottleneck // what it waited for; "" if it could begin when it was due
	free   time.Time          // since when its next push could be sent
}

// task is a push that is due at a time.
type task struct {
	of   *playing
	step call.Step
	at   time.Time
}

// tasks is a heap, the earliest first.
type tasks []*task

func (t tasks) Len() int           { return len(t) }
func (t tasks) Less(i, j int) bool { return t[i].at.Before(t[j].at) }
func (t tasks) Swap(i, j int)      { t[i], t[j] = t[j], t[i] }
func (t *tasks) Push(x any)        { *t = append(*t, x.(*task)) }
func (t *tasks) Pop() any {
	last := len(*t) - 1
	out := (*t)[last]
	(*t)[last] = nil
	*t = (*t)[:last]
	return out
}

// newCall makes a call ready to be played.
func (e *engine) newCall(c Call) *call.Call {
	of := c.Number % casts
	if e.casts[of] == nil {
		e.casts[of] = e.opts.Cast.Draw(e.opts.Plan.Seed, e.opts.About.Nonce, fmt.Sprintf("load/%d", of))
	}
	return call.New(c.Scenario, call.Options{
		Incoming: e.incoming, Outgoing: e.outgoing, Cast: e.casts[of].For(c.Scenario, e.opts.Numbers),
		IDs: push.IDs{Seed: e.opts.Plan.Seed, Nonce: e.opts.About.Nonce + "/" + strconv.Itoa(c.Number)},
	})
}

// alone plays one call before all others, and reports whether its newCall push was accepted.
func (e *engine) alone(ctx context.Context) bool {
	story, _ := scenarios.Find("incoming-answered")
	played := e.sender.Play(ctx, sender.Played{
		Call: e.newCall(Call{Scenario: story}), About: transcript.Call{Scenario: story.Name}, Twist: experiment.Twist{},
	})
	return e.tally.first(played, e.sender)
}

// begin begins calls until the end of the plan, and waits for all of them.
func (e *engine) begin(ctx context.Context) {
	next, stop := iter.Pull(e.opts.Plan.Calls())
	defer stop()
	e.next = next
	if pause(ctx, time.Until(e.opts.Start)); ctx.Err() != nil {
		return
	}
	e.began = time.Now()
	e.start = e.began
	if !e.opts.Start.IsZero() {
		e.start = e.began.Add(e.opts.Start.Sub(e.began)) // with a monotonic clock: if the clock is set, the load goes on
	}
	e.tally.begin(e.start)
	e.mu.Lock()
	e.advance()
	if e.opts.Plan.closed() {
		for range e.opts.Plan.Slots() {
			e.beginNext()
		}
	}
	e.mu.Unlock()
	e.loop(ctx)
	sent := make(chan struct{})
	go func() {
		e.sending.Wait()
		close(sent)
	}()
	select {
	case <-sent:
	case <-e.opts.End:
	}
}

// pause waits, or until ctx ends.
func pause(ctx context.Context, wait time.Duration) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// advance takes the next call of the plan.
func (e *engine) advance() {
	e.coming = nil
	if c, ok := e.next(); ok {
		c.Begin = atTick(c.Begin)
		e.coming = &c
	}
}

// atTick is the first tick that is not before a time since the start.
func atTick(due time.Duration) time.Duration { return (due + tick - 1).Truncate(tick) }

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

// follow puts the pushes that a call makes due on the heap.
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
			e.tally.notSent(transcript.NotSentReason(step.Withheld))
			p.call.Take(step.Number, nil)
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

// loop hands over pushes and begins calls when they are due, until there is nothing more to do.
func (e *engine) loop(ctx context.Context) {
	interrupted, end := ctx.Done(), e.opts.End
	var deadline time.Time // of draining
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
		switch {
		case e.open == 0 && (e.coming == nil || e.opts.Plan.closed()): // in a closed load, calls begin only when others end
			e.mu.Unlock()
			e.finish()
			return
		case !deadline.IsZero() && !now.Before(deadline):
			e.cutOff()
			e.mu.Unlock()
			e.finish()
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

// callDue reports whether the next call of a load at a rate is due.
func (e *engine) callDue(now time.Time) bool {
	return e.coming != nil && !e.opts.Plan.closed() && !now.Before(e.start.Add(e.coming.Begin))
}

// atEnd reports whether the time in which calls begin is over.
func (e *engine) atEnd(now time.Time) bool {
	return e.opts.Plan.For > 0 && !now.Before(e.start.Add(e.opts.Plan.For))
}

// hold notes whether a call that is due cannot begin, because too many are open. At the end of the plan such calls are left out.
func (e *engine) hold(now time.Time) {
	e.held = e.callDue(now)
	if (e.held || e.opts.Plan.closed()) && e.atEnd(now) {
		e.coming, e.held = nil, false
	}
}

// wait returns how long there is nothing to do.
func (e *engine) wait(now, deadline time.Time) time.Duration {
	next := now.Add(time.Second)
	switch {
	case e.coming == nil:
	case !e.held && !e.opts.Plan.closed():
		next = earlier(next, e.start.Add(e.coming.Begin))
	case e.opts.Plan.For > 0: // no call begins after that
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

// connectionFree reports whether another push can be sent at once.
func (e *engine) connectionFree() bool { return len(e.idle) > 0 || e.workers < e.opts.Connections }

// looksTooLate reports whether the loop has something to do before it looks next.
func (e *engine) looksTooLate() bool {
	return len(e.due) > 0 && e.due[0].at.Before(e.waking) && e.connectionFree() || e.open == 0 || e.held && e.open < e.opts.Open
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

// cutOff ends all calls that are open.
func (e *engine) cutOff() {
	e.tally.cut(e.open)
	e.cut, e.open, e.due, e.coming = true, 0, nil, nil
}

// finish lets the workers go that wait.
func (e *engine) finish() {
	e.mu.Lock()
	defer e.mu.Unlock()
	e.cut = true
	for _, w := range e.idle {
		close(w)
	}
	e.idle = nil
}

// handOver gives pushes that are due to workers, as far as there may be more of them.
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
		if tooLate { // there is a push of another leg, perhaps: it need not wait for the response to this one
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

// nudge makes the loop look again.
func (e *engine) nudge() {
	select {
	case e.wake <- struct{}{}:
	default:
	}
}

// send sends one push, and lets its call go on.
func (e *engine) send(ctx context.Context, t *task, waited bool) {
	began := time.Now()
	route, reason, _ := e.pool.Route(ctx, t.step)
	var doc *response.Document
	if reason != "" {
		e.tally.notSent(reason)
	} else {
		reply := e.pool.Send(ctx, route, t.step)
		doc = e.tally.took(&exchange{task: t, route: route, reply: reply, began: began, waited: waited, pool: e.pool})
	}
	e.mu.Lock()
	defer e.mu.Unlock()
	if e.cut {
		return
	}
	t.of.free = time.Now()
	t.of.call.Take(t.step.Number, doc)
	e.follow(t.of)
}
