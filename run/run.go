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

// Run plays experiments at one receiver and collects the results. It is safe for concurrent use.
type Run struct {
	opts         Options
	sender       *sender.Sender
	stories      []scenarios.Scenario
	stateWatch   *stateWatch  // asks the application for call states; nil if there is no oracle
	aloneLock    sync.RWMutex // held for writing by a try that must be played alone, and for reading by other tries
	observerLock sync.Mutex   // held while Observer.AfterCall is called
	waitLock     sync.Mutex   // held while the run waits for the receiver to accept connections
	start        time.Time    // when the run began

	mu     sync.Mutex // guards the fields below
	health experiment.Health
	record
	provocations
}

// record holds the results of a run.
type record struct {
	played        []*PlayedExperiment        // all experiments, in the order in which they were added
	endedCalls    []transcript.Call          // the calls of the experiments in played that have ended
	underWay      map[*PlayedExperiment]bool // experiments that are being played
	numbers       map[string]bool            // randomly drawn phone numbers that were used in calls
	problems      []string                   // errors of pushcheck or of the feature files
	capabilities  []requirements.Capability  // capabilities of the receiver that are known so far; may contain duplicates
	scenarios     []verdict.Scenario         // results of the scenarios in the user's features
	leftOut       map[string]bool            // ids of requirements for which some experiments were left out
	goodCallCount int                        // number of calls that were played only to check the health
	isInterrupted bool
	stopReason    string    // why the run has stopped, see Stop; "" if the run goes on
	startDeadline time.Time // until this time the receiver may still be starting, see RepeatWhileStarting; zero: the run does not wait
}

// provocations holds what the run remembers from one provocation to the next.
type provocations struct {
	goodCallBefore         map[push.Event]transcript.Treatment // how the receiver treated the last good call; nil at first, and after a stimulus that made it treat good calls worse
	goodCallsGetNoResponse bool                                // good calls got no response even before a stimulus
	timeSpent              map[string]time.Duration            // time that the stimuli of each requirement took
}

// New returns a run. It sends nothing.
func New(opts Options) *Run {
	if opts.Cast == nil {
		opts.Cast = scenarios.DefaultCast()
	}
	opts.Cast = opts.Cast.WithNumbers(opts.Numbers)
	r := &Run{opts: opts, sender: sender.New(opts.Sender), stories: append(scenarios.All(), opts.OwnScenarios...), stateWatch: newStateWatch(opts.StateCheck), start: time.Now()}
	limits := opts.Sender.Limits.WithDefaults()
	r.health.Limit = time.Duration(float64(limits.Exchange) * limits.Pace)
	r.health.MaxRestartWait = r.transcriptTime(opts.Process.Wait)
	r.underWay, r.leftOut, r.timeSpent = map[*PlayedExperiment]bool{}, map[string]bool{}, map[string]time.Duration{}
	if r.stateWatch != nil {
		r.capabilities = append(r.capabilities, requirements.CanState)
	}
	return r
}

// Options returns the options of New, with the cast that the run uses.
func (r *Run) Options() Options { return r.opts }

// Stories returns the built-in call scenarios and the call scenarios of the user.
func (r *Run) Stories() []scenarios.Scenario { return r.stories }

// transcriptTime converts a real duration to a duration in the transcript: it multiplies the duration by sender.Limits.Pace. realTime is
// the inverse.
func (r *Run) transcriptTime(d time.Duration) time.Duration {
	return time.Duration(float64(d) * r.opts.Sender.Limits.WithDefaults().Pace)
}

func (r *Run) realTime(d time.Duration) time.Duration {
	return time.Duration(float64(d) / r.opts.Sender.Limits.WithDefaults().Pace)
}

// elapsed returns the time since the run began, as a duration in the transcript.
func (r *Run) elapsed() time.Duration { return r.transcriptTime(time.Since(r.start)) }

// withLock calls f while it holds r.mu.
func (r *Run) withLock(f func()) {
	r.mu.Lock()
	defer r.mu.Unlock()
	f()
}

// Connect inspects the connections to the receiver. It sends no push.
func (r *Run) Connect(ctx context.Context) []transcript.Connection {
	r.sender.Inspect(ctx, r.opts.Sender.Incoming)
	if r.opts.Sender.Outgoing != nil {
		r.sender.Inspect(ctx, r.opts.Sender.Outgoing)
	}
	r.RecordInterruption(ctx)
	return r.sender.Connections()
}

// Connections returns the connections that were inspected.
func (r *Run) Connections() []transcript.Connection { return r.sender.Connections() }

// RecordInterruption records that the run was interrupted if ctx has ended.
func (r *Run) RecordInterruption(ctx context.Context) {
	if ctx.Err() != nil {
		r.withLock(func() { r.isInterrupted = true })
	}
}

// Stop records why the run sends nothing more. Requirements that were not judged yet become undetermined for this reason.
func (r *Run) Stop(why string) { r.withLock(func() { r.record.stopReason = why }) }

// AddProblem records an error of pushcheck or of the feature files.
func (r *Run) AddProblem(text string) {
	r.withLock(func() {
		if !slices.Contains(r.problems, text) {
			r.problems = append(r.problems, text)
		}
	})
}

// AddScenario records the result of a scenario in the user's features.
func (r *Run) AddScenario(s verdict.Scenario) {
	r.withLock(func() { r.scenarios = append(r.scenarios, s) })
}

// RecordRestart records that the receiver was started again, so that it no longer counts as lost.
func (r *Run) RecordRestart() { r.withLock(r.health.RecordRestart) }

// ParallelCalls returns how many calls should be played at a time, from 1 to limit.
func (r *Run) ParallelCalls(limit int) (n int) {
	r.withLock(func() { n = r.health.ParallelCalls(limit) })
	return n
}

// IsSlow reports whether the receiver is so slow that experiments have to be left out.
func (r *Run) IsSlow() (isSlow bool) {
	r.withLock(func() { isSlow = r.health.Pace() >= experiment.SlowPace })
	return isSlow
}

// newCall returns a call that follows a story.
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

// hostOf returns the host of an address with a port.
func hostOf(address string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	return host
}
