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
		Call: e.newCall(Call{Scenario: story}), About: transcript.Call{Scenario: story.Name, Kind: transcript.Plain}, Twist: experiment.Twist{},
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

// finish ends the calls that are open, and lets the workers go that wait.
func (e *engine) finish() {
	e.tally.cut(e.open)
	e.cut, e.open, e.due, e.coming = true, 0, nil, nil
	for _, w := range e.idle {
		close(w)
	}
	e.idle = nil
}
