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

// Options define a load: its plan, its limits, and how it is observed.
type Options struct {
	RunInfo         verdict.RunInfo // information about the run, for the result
	PlanText        string          // the plan as the user wrote it in flags
	Plan            Plan
	Sender          sender.Options
	Cast            scenarios.Cast
	Numbers         []scenarios.Number         // numbers with special behaviour of the receiver
	Speed           float64                    // calls are played this many times faster than in real time; 0: without pauses
	MaxConnections  int                        // maximum number of connections at the same time; default 500
	MaxOpenCalls    int                        // maximum number of calls at the same time; default 100,000
	DrainTime       time.Duration              // how long open calls continue after the last call began
	StartAt         time.Time                  // start of the load; zero: right after the first call. If it is in the past, calls begin late
	Observe         func(verdict.LoadProgress) // receives the progress of the load; may be nil
	ObserveInterval time.Duration              // minimum time between two uses of Observe
	EndNow          <-chan struct{}            // closed to end the load at once; pushes without a response are then not counted; nil: never closed
}

// Defaults and limits of a load.
const (
	DefaultConnections = 500
	DefaultOpenCalls   = 100_000

	// Pushes are due at multiples of tick, because waking up for each push would cost more CPU time than sending it.
	tick        = 2 * time.Millisecond
	minLateness = 10 * time.Millisecond // a push that is sent at least this time after it was due counts as late
	castCount   = 256                   // the calls share this many casts, which differ in the phone numbers of outside people
)

// Run sends test traffic until the plan ends. If ctx ends first, no more calls begin, and Run returns when the open calls have ended or
// DrainTime is over. Run first plays one call alone. If the newCall push of that call is not accepted, Run sends nothing more.
func Run(ctx context.Context, o Options) verdict.Load {
	if o.MaxConnections == 0 {
		o.MaxConnections = DefaultConnections
	}
	if o.MaxOpenCalls == 0 {
		o.MaxOpenCalls = DefaultOpenCalls
	}
	e := &engine{opts: o, sender: sender.New(o.Sender), wakeSignal: make(chan struct{}, 1), shared: shared{casts: make([]scenarios.Cast, castCount)}, tally: newTally(o)}
	e.incomingURL = o.Sender.Incoming.String()
	if o.Sender.Outgoing != nil {
		e.outgoingURL = o.Sender.Outgoing.String()
	}
	e.pool = e.sender.NewPool()
	defer e.pool.Close()
	if !e.playFirstCall(ctx) || ctx.Err() != nil {
		return e.tally.result(ctx.Err() != nil)
	}
	e.run(ctx)
	return e.tally.result(ctx.Err() != nil)
}

// engine plays the calls of a load. One goroutine gives pushes to workers when they are due, and the workers send them.
type engine struct {
	opts                     Options
	incomingURL, outgoingURL string // URLs for newCall pushes
	sender                   *sender.Sender
	pool                     *sender.Pool
	tally                    *tally
	start                    time.Time     // start of the schedule
	loopStart                time.Time     // earliest time at which the first call could begin: start, or later if start was in the past
	wakeSignal               chan struct{} // contains a value if the loop has to continue before wakeTime

	mu sync.Mutex
	shared
	workers sync.WaitGroup // the running workers
}

// shared holds the fields that several goroutines use, only while they hold engine.mu.
type shared struct {
	wakeTime        time.Time        // time until which the loop waits
	casts           []scenarios.Cast // a call has the cast at index Number%castCount; nil: not made yet
	schedule        tasks            // the pushes that are to be sent, the earliest first
	openCalls       int
	workerCount     int
	idleWorkers     []chan *task        // one channel for each idle worker; the worker waits for a task on this channel
	nextPlannedCall func() (Call, bool) // returns the next call of the plan; false: there is none
	nextCall        *Call               // the next call of the plan; nil: there is none
	isNextCallHeld  bool                // nextCall is due, but cannot begin, because too many calls are open
	isEnded         bool                // no more pushes are sent
}

// playableCall returns the call.Call that plays a call of the plan.
func (e *engine) playableCall(c Call) *call.Call {
	castIndex := c.Number % castCount
	if e.casts[castIndex] == nil {
		e.casts[castIndex] = e.opts.Cast.WithDrawnNumbers(e.opts.Plan.Seed, e.opts.RunInfo.Nonce, fmt.Sprintf("load/%d", castIndex))
	}
	id := strconv.Itoa(c.Number)
	if c.Number == 0 { // number 0 is the first call, which each shard plays
		id += "/" + strconv.Itoa(e.opts.Plan.Shard.Number)
	}
	return call.New(c.Scenario, call.Options{
		Incoming: e.incomingURL, Outgoing: e.outgoingURL, Cast: e.casts[castIndex].ForScenario(c.Scenario, e.opts.Numbers),
		IDs: push.IDs{Seed: e.opts.Plan.Seed, Nonce: e.opts.RunInfo.Nonce + "/" + id},
	})
}

// playFirstCall plays one call before all others, and reports whether its newCall push was accepted.
func (e *engine) playFirstCall(ctx context.Context) bool {
	scenario, _ := scenarios.Find("incoming-answered")
	playedCall := e.sender.Play(ctx, sender.CallToPlay{
		Call: e.playableCall(Call{Scenario: scenario}), Identity: transcript.Call{Scenario: scenario.Name, Kind: transcript.Plain}, Twist: experiment.Twist{},
	})
	return e.tally.judgeFirstCall(playedCall, e.sender)
}

// run begins calls until the end of the plan, and waits until all of them have ended.
func (e *engine) run(ctx context.Context) {
	next, stop := iter.Pull(e.opts.Plan.Calls())
	defer stop()
	e.nextPlannedCall = next
	if pause(ctx, time.Until(e.opts.StartAt)); ctx.Err() != nil {
		return
	}
	e.loopStart = time.Now()
	e.start = e.loopStart
	if !e.opts.StartAt.IsZero() {
		// loopStart contains a monotonic clock reading. So e.start stays right even if the clock of the machine is set during the load.
		e.start = e.loopStart.Add(e.opts.StartAt.Sub(e.loopStart))
	}
	e.tally.recordStart(e.start)
	e.mu.Lock()
	e.takeNextCall()
	if e.opts.Plan.isClosedLoop() {
		for range e.opts.Plan.ParallelCalls() {
			e.beginNextCall()
		}
	}
	e.mu.Unlock()
	e.loop(ctx)
	workersDone := make(chan struct{})
	go func() {
		e.workers.Wait()
		close(workersDone)
	}()
	select {
	case <-workersDone:
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
	e.tally.recordUnfinishedCalls(e.openCalls)
	e.isEnded, e.openCalls, e.schedule, e.nextCall = true, 0, nil, nil
	for _, w := range e.idleWorkers {
		close(w)
	}
	e.idleWorkers = nil
}
