package run

import (
	"context"
	"net"
	"slices"
	"sync"
	"time"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// Run is one receiver under judgement. It is safe for concurrent use.
type Run struct {
	opts    Options
	sender  *sender.Sender
	stories []scenarios.Scenario
	watch   *watch       // asks the application; nil if it is not asked
	alone   sync.RWMutex // held for writing by a try that must have the receiver to itself
	observe sync.Mutex   // held while Observer.Call is called
	waiting sync.Mutex   // held while the run waits for the receiver to accept connections
	start   time.Time

	mu     sync.Mutex // guards what follows
	health experiment.Health
	record
	strangers
}

// record is what came of a run so far.
type record struct {
	played      []*Played
	through     []transcript.Call // of these
	underWay    map[*Played]bool
	numbers     map[string]bool // of people outside the account, in any of the calls
	problems    []string
	showed      []requirements.Capability
	scenarios   []verdict.Scenario // of the user's own features
	leftOut     map[string]bool    // ids of requirements some of whose experiments were left out
	goodCalls   int                // that are no evidence
	interrupted bool
	stop        string    // why nothing is sent, or nothing more, see Stop; "" if the run goes on
	waitsUntil  time.Time // for a receiver that is starting, see WaitFor; zero: not
}

// strangers is what provocations have brought about so far.
type strangers struct {
	before map[push.Event]transcript.Treatment // of the last good call; nil if the receiver treated one worse since
	absent bool                                // good calls were not responded to even before anything was done
	spent  map[string]time.Duration            // by requirement: what its stimuli took
}

// New sets a run up. Nothing is sent yet.
func New(opts Options) *Run {
	if opts.Cast == nil {
		opts.Cast = scenarios.DefaultCast()
	}
	opts.Cast = opts.Cast.With(opts.Numbers)
	r := &Run{opts: opts, sender: sender.New(opts.Sender), stories: append(scenarios.All(), opts.Own...), watch: newWatch(opts.State), start: time.Now()}
	limits := opts.Sender.Limits.WithDefaults()
	r.health.Limit = time.Duration(float64(limits.Exchange) * limits.Pace)
	r.health.Restart = r.told(opts.Process.Wait)
	r.underWay, r.leftOut, r.spent = map[*Played]bool{}, map[string]bool{}, map[string]time.Duration{}
	if r.watch != nil {
		r.showed = append(r.showed, requirements.CanState)
	}
	return r
}

// Options returns the options, with their defaults.
func (r *Run) Options() Options { return r.opts }

// Stories returns the built-in call scenarios and the user's own.
func (r *Run) Stories() []scenarios.Scenario { return r.stories }

// told returns a time as the transcript has it, see sender.Limits.Pace. real is the inverse: how long this machine waits for it.
func (r *Run) told(d time.Duration) time.Duration {
	return time.Duration(float64(d) * r.opts.Sender.Limits.WithDefaults().Pace)
}

func (r *Run) real(d time.Duration) time.Duration {
	return time.Duration(float64(d) / r.opts.Sender.Limits.WithDefaults().Pace)
}

// now is the time since the run began, as the transcript has it.
func (r *Run) now() time.Duration { return r.told(time.Since(r.start)) }

// known calls f with the run locked.
func (r *Run) known(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f()
}

// Connect looks at how the receiver is reached. No push is sent.
func (r *Run) Connect(ctx context.Context) []transcript.Connection {
	r.sender.Inspect(ctx, r.opts.Sender.Incoming)
	if r.opts.Sender.Outgoing != nil {
		r.sender.Inspect(ctx, r.opts.Sender.Outgoing)
	}
	r.Note(ctx)
	return r.sender.Connections()
}

// Connections returns the connections that were looked at so far.
func (r *Run) Connections() []transcript.Connection { return r.sender.Connections() }

// Note records that the run was interrupted, if ctx has ended.
func (r *Run) Note(ctx context.Context) {
	if ctx.Err() != nil {
		r.known(func() { r.interrupted = true })
	}
}

// Stop records why nothing is sent, or nothing more: what was not judged so far is undetermined for this reason.
func (r *Run) Stop(why string) { r.known(func() { r.record.stop = why }) }

// Problem records a fault of the harness itself, or of the feature files.
func (r *Run) Problem(text string) {
	r.known(func() {
		if !slices.Contains(r.problems, text) {
			r.problems = append(r.problems, text)
		}
	})
}

// AddScenario records the result of a scenario of the user's own features.
func (r *Run) AddScenario(s verdict.Scenario) {
	r.known(func() { r.scenarios = append(r.scenarios, s) })
}

// Restarted records that the receiver was started again, by what started it before the run: it is not lost any more.
func (r *Run) Restarted() { r.known(r.health.Restarted) }

// Parallel returns how many of at most so many calls should be played at a time.
func (r *Run) Parallel(most int) (n int) {
	r.known(func() { n = r.health.Parallel(most) })
	return n
}

// IsSlow reports whether the receiver is so slow that experiments have to be left out.
func (r *Run) IsSlow() (slow bool) {
	r.known(func() { slow = r.health.Pace() >= experiment.SlowPace })
	return slow
}

// newCall is a story that is about to be played.
func (r *Run) newCall(story scenarios.Scenario, cast scenarios.Cast, nonce string) *call.Call {
	outgoing := ""
	if r.opts.Sender.Outgoing != nil {
		outgoing = r.opts.Sender.Outgoing.String()
	}
	return call.New(story, call.Options{
		Incoming: r.opts.Sender.Incoming.String(),
		Outgoing: outgoing,
		Cast:     cast,
		IDs:      push.IDs{Seed: r.opts.Seed, Nonce: nonce},
	})
}

// hostOf is the host of an address with a port.
func hostOf(address string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	return host
}
