package load

import (
	"context"
	"fmt"
	"iter"
	"strconv"
	"sync"
	"time"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// Options define which calls are sent, and within which bounds.
type Options struct {
	About           verdict.RunInfo
	PlanText        string // the plan as the user wrote it in flags
	Plan            Plan
	Sender          sender.Options
	Cast            scenarios.Cast
	Numbers         []scenarios.Number // numbers with special behaviour of the receiver
	Speed           float64            // how many times faster than in real time calls are played; 0: without pauses
	MaxConnections  int                // the most connections; default 500
	MaxOpen         int                // the most calls at a time; default 100,000
	DrainTime       time.Duration      // how long open calls go on after the last one began
	Start           time.Time          // when the load starts, after the first call; zero: at once. If Start is in the past, calls are late
	Observe         func(verdict.LoadProgress)
	ObserveInterval time.Duration   // shortest time between calls of Observe
	EndNow          <-chan struct{} // if it is closed, the load ends at once, and pushes without a response are not counted. nil: never closed
}

// Bounds of a load.
const (
	DefaultConnections = 500
	DefaultOpen        = 100_000

	tick      = 2 * time.Millisecond  // pushes are due at multiples of it, because waking up for each push would cost more CPU time than sending it
	lateness  = 10 * time.Millisecond // if a push is sent later than this, it counts as late
	castCount = 256                   // number of draws of outside numbers; calls share them
)

// Run sends test traffic until the plan ends. If ctx ends first, no more calls begin, and Run returns when the open calls have been drained.
// It plays one call alone first. If its newCall push is not accepted, Run sends nothing more.
func Run(ctx context.Context, o Options) verdict.Load {
	if o.MaxConnections == 0 {
		o.MaxConnections = DefaultConnections
	}
	if o.MaxOpen == 0 {
		o.MaxOpen = DefaultOpen
	}
	e := &engine{opts: o, sender: sender.New(o.Sender), wake: make(chan struct{}, 1), shared: shared{casts: make([]scenarios.Cast, castCount)}, tally: newTally(o)}
	e.incoming = o.Sender.Incoming.String()
	if o.Sender.Outgoing != nil {
		e.outgoing = o.Sender.Outgoing.String()
	}
	e.pool = e.sender.NewPool()
	defer e.pool.Close()
	if !e.playFirstCall(ctx) || ctx.Err() != nil {
		return e.tally.result(ctx.Err() != nil)
	}
	e.run(ctx)
	return e.tally.result(ctx.Err() != nil)
}

// engine plays the calls of a load. One goroutine hands pushes to workers when they are due, and the workers send them.
type engine struct {
	opts               Options
	incoming, outgoing string // URLs for newCall pushes
	sender             *sender.Sender
	pool               *sender.Pool
	tally              *tally
	start              time.Time     // start of the schedule
	loopStart          time.Time     // when the first call could begin: at start, or later if start was in the past
	wake               chan struct{} // has a value if the loop has to continue before wakeTime

	mu sync.Mutex
	shared
	sending sync.WaitGroup
}

// shared holds what several goroutines read and write, each only while it holds engine.mu.
type shared struct {
	wakeTime     time.Time // until when the loop waits
	casts        []scenarios.Cast
	due          tasks
	openCalls    int
	workerCount  int
	idle         []chan *task // channels of idle workers
	pullCall     func() (Call, bool)
	nextCall     *Call // the next call to begin; nil: none
	nextCallHeld bool  // nextCall is due, but too many calls are open
	ended        bool  // no more pushes are sent
}

// newCall returns a call of the plan in the form that can be played.
func (e *engine) newCall(c Call) *call.Call {
	of := c.Number % castCount
	if e.casts[of] == nil {
		e.casts[of] = e.opts.Cast.WithDrawnNumbers(e.opts.Plan.Seed, e.opts.About.Nonce, fmt.Sprintf("load/%d", of))
	}
	id := strconv.Itoa(c.Number)
	if c.Number == 0 { // each part plays one
		id += "/" + strconv.Itoa(e.opts.Plan.Shard.Number)
	}
	return call.New(c.Scenario, call.Options{
		Incoming: e.incoming, Outgoing: e.outgoing, Cast: e.casts[of].ForScenario(c.Scenario, e.opts.Numbers),
		IDs: push.IDs{Seed: e.opts.Plan.Seed, Nonce: e.opts.About.Nonce + "/" + id},
	})
}

// playFirstCall plays one call before all others, and reports whether its newCall push was accepted.
func (e *engine) playFirstCall(ctx context.Context) bool {
	story, _ := scenarios.Find("incoming-answered")
	played := e.sender.Play(ctx, sender.CallToPlay{
		Call: e.newCall(Call{Scenario: story}), Identity: transcript.Call{Scenario: story.Name, Kind: transcript.Plain}, Twist: experiment.Twist{},
	})
	return e.tally.judgeFirstCall(played, e.sender)
}

// run begins calls until the end of the plan, and waits for all of them.
func (e *engine) run(ctx context.Context) {
	next, stop := iter.Pull(e.opts.Plan.Calls())
	defer stop()
	e.pullCall = next
	if pause(ctx, time.Until(e.opts.Start)); ctx.Err() != nil {
		return
	}
	e.loopStart = time.Now()
	e.start = e.loopStart
	if !e.opts.Start.IsZero() {
		e.start = e.loopStart.Add(e.opts.Start.Sub(e.loopStart)) // computed from loopStart, which has a monotonic clock, so that setting the clock does not matter
	}
	e.tally.recordBegin(e.start)
	e.mu.Lock()
	e.takeNextCall()
	if e.opts.Plan.isClosed() {
		for range e.opts.Plan.ParallelCalls() {
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
	case <-e.opts.EndNow:
	}
}

// pause waits for a time, or until ctx ends.
func pause(ctx context.Context, wait time.Duration) {
	timer := time.NewTimer(wait)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}

// endOpenCalls ends the open calls and the idle workers.
func (e *engine) endOpenCalls() {
	e.tally.countCut(e.openCalls)
	e.ended, e.openCalls, e.due, e.nextCall = true, 0, nil, nil
	for _, w := range e.idle {
		close(w)
	}
	e.idle = nil
}
