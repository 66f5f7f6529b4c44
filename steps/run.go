// Package steps gives the features their meaning: it plays the calls they tell at a receiver and holds the outcome against
// the requirements. How a push travels is the sender's business, how a finding is worded that of the judges.
package steps

import (
	"context"
	"crypto/rand"
	"maps"
	"net"
	"reflect"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// Options say which receiver a run judges, and how.
type Options struct {
	Sender      sender.Options
	Seed        int64
	Nonce       string                    // part of every id; the same nonce and seed give the same ids
	Cast        scenarios.Cast            // default: scenarios.DefaultCast
	Numbers     []scenarios.Number        // where the receiver does what with calls
	Own         []scenarios.Scenario      // stories that features may name besides the built-in ones
	Claims      []requirements.Capability // what the receiver is said to be able to do
	Selected    func(id string) bool      // nil: every requirement is judged
	Strict      bool                      // should-level findings are fatal too
	Heavy       bool                      // the largest stimuli go to public addresses as well
	NoWaivers   bool                      // waived findings are fatal too
	Known       []verdict.KnownFailure    // reported, and not fatal
	ConnectOnly bool                      // no push is sent
	OnlyTouched bool                      // requirements that nothing which was played is about count as not selected
	State       Oracle                    // tells what the application thinks of a call; nil: nobody does, and state.* is not applicable
	StateWait   time.Duration             // how long the application may take to show what a push says; default 2 s
	Tool        verdict.Tool
	Reach       []string              // what curl has to be told to reach the receiver as the run does, each a word
	Observe     func(transcript.Call) // a call was played; one at a time
}

// Run is one receiver under judgement. It is safe for concurrent use.
type Run struct {
	opts    Options
	sender  *sender.Sender
	watch   *watch               // asks the application; nil: nobody does
	stories []scenarios.Scenario // the built-in ones and the user's own
	alone   sync.RWMutex         // held for writing by a call that must have the receiver to itself
	proved  atomic.Bool          // an odd push that hung was repeated with all the time it needs: one such finding is worth it
	crowded atomic.Bool          // the receiver takes one call at a time and not several: the rest is played one by one

	away        atomic.Bool  // the receiver was last seen to vanish
	broken      atomic.Int32 // calls in which the receiver fell over
	mu          sync.Mutex
	repeated    int // calls that were slow
	calls       []*played
	finished    []transcript.Call // of these calls
	numbers     map[string]bool   // of people outside the account, in any of the calls
	problems    []string
	showed      []requirements.Capability
	interrupted bool
	red         bool               // a feature scenario failed
	scenarios   []verdict.Scenario // of the user's own features
	casualties  casualties
	limit       limit
	tell        sync.Mutex
}

// played is a story that was played, or is being played, once for all scenarios that tell it.
type played struct {
	do       func() // plays it, once, or waits for whoever does
	story    scenarios.Scenario
	at       scenarios.Number
	stimulus string
	variant  transcript.Variant
	cast     scenarios.Cast
	out      transcript.Call
	beside   bool // others were played meanwhile
	first    bool // it was the first in which the receiver fell over, and nothing else was under way
}

// NewNonce makes ids fresh: a receiver with a database has seen those of the last run.
func NewNonce() string { return rand.Text()[:10] }

// NewRun sets a run up. Nothing is sent yet.
func NewRun(opts Options) *Run {
	if opts.Cast == nil {
		opts.Cast = scenarios.DefaultCast()
	}
	opts.Cast = opts.Cast.With(opts.Numbers)
	r := &Run{opts: opts, sender: sender.New(opts.Sender), watch: newWatch(opts), stories: append(scenarios.All(), opts.Own...)}
	if r.watch != nil {
		r.showed = append(r.showed, requirements.CanState)
	}
	return r
}

// Connect looks at how the receiver is reached. No push is sent.
func (r *Run) Connect(ctx context.Context) []transcript.Connection {
	r.sender.Inspect(ctx, r.opts.Sender.Incoming)
	if r.opts.Sender.Outgoing != nil {
		r.sender.Inspect(ctx, r.opts.Sender.Outgoing)
	}
	r.note(ctx)
	return r.sender.Connections()
}

// Probe looks at the connections and plays one plain call in each direction, and one at each number where the receiver does
// something of its own, alone: what the receiver shows in them decides which requirements apply.
func (r *Run) Probe(ctx context.Context) {
	r.Connect(ctx)
	if r.opts.ConnectOnly {
		return
	}
	for _, name := range []string{"incoming-answered", "outgoing-answered"} {
		if name == "outgoing-answered" && r.opts.Sender.Outgoing == nil {
			continue
		}
		story, _ := scenarios.Find(name)
		p := r.look(ctx, request{story: story})
		if name == "incoming-answered" && r.mayVerify(p.out) {
			r.lookAtCaptured(ctx)
		}
	}
	for _, n := range r.opts.Numbers {
		if n.Kind != scenarios.Through {
			r.look(ctx, request{story: wanting(n.Kind), at: n})
		}
	}
	r.note(ctx)
}

// look plays a call of the probe.
func (r *Run) look(ctx context.Context, q request) *played {
	q.alone, q.probe = true, true
	p := r.play(ctx, q)
	r.mu.Lock()
	r.showed = append(r.showed, requirements.Shown(p.out)...)
	r.mu.Unlock()
	return p
}

// note remembers that the run was interrupted.
func (r *Run) note(ctx context.Context) {
	if ctx.Err() != nil {
		r.mu.Lock()
		r.interrupted = true
		r.mu.Unlock()
	}
}

// problem notes a fault of the harness itself.
func (r *Run) problem(text string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if !slices.Contains(r.problems, text) {
		r.problems = append(r.problems, text)
	}
}

// Red reports whether a feature scenario has failed so far.
func (r *Run) Red() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.red
}

// request asks for a story to be played.
type request struct {
	story    scenarios.Scenario
	at       scenarios.Number   // where the receiver does something of its own; the zero Number: where it does not
	stimulus string             // requirement that the story's oddity is about
	variant  transcript.Variant // which oddity
	edit     func(call.Step, push.Form) push.Form
	write    func(call.Step, push.Form, *sender.Wire)
	fate     func(call.Step) sender.Fate
	next     bool // the same people call again afterwards, and nothing is odd then

	provocation *stimulus // what a stranger does before the story
	crowd       int       // how many such calls come at once; 0: it is one

	feature  string
	deadly   bool // the receiver may not live through it
	alone    bool // the receiver is to have nothing else to do
	fresh    bool // no push goes over a connection that was used before
	held     bool // whoever plays it holds Run.alone already
	probe    bool
	patient  bool // each push has its whole time, however often the run has waited for nothing
	begins   bool // a call that was played and begins with the story will do
	survives bool // a good push follows, to see whether the receiver lived through the odd one
	watch    bool // the application is asked what it makes of the odd one, where it can be
}

// play returns the transcript of a story. One that was played before in this run is not played again.
func (r *Run) play(ctx context.Context, q request) *played {
	p := r.find(ctx, q)
	p.do()
	return p
}

// find returns the story's entry, a new one where it is new.
func (r *Run) find(ctx context.Context, q request) *played {
	r.mu.Lock()
	defer r.mu.Unlock()
	for _, p := range r.calls {
		if p.stimulus != q.stimulus || p.variant != q.variant || p.at != q.at {
			continue
		}
		told := p.story.Story
		if q.begins && len(told) > len(q.story.Story) {
			told = told[:len(q.story.Story)]
		}
		if same(told, q.story.Story) {
			return p
		}
	}
	p := &played{story: q.story, at: q.at, stimulus: q.stimulus, variant: q.variant}
	p.out.ID = len(r.calls) + 1
	p.do = sync.OnceFunc(func() {
		p.out = r.perform(ctx, q, p)
		r.note(ctx)
		r.mu.Lock()
		r.finished = append(r.finished, p.out)
		r.mu.Unlock()
		if r.opts.Observe != nil && len(p.out.Exchanges) > 0 {
			r.tell.Lock()
			defer r.tell.Unlock()
			r.opts.Observe(p.out)
		}
	})
	r.calls = append(r.calls, p)
	return p
}

// same compares two stories by what happens, not by when.
func same(a, b []scenarios.Act) bool {
	return slices.EqualFunc(a, b, func(x, y scenarios.Act) bool {
		x.After, y.After = 0, 0
		return reflect.DeepEqual(x, y)
	})
}

func address(o sender.Options) string {
	if o.Outgoing == nil {
		return ""
	}
	return o.Outgoing.String()
}

// Verdict judges everything that was played.
func (r *Run) Verdict() verdict.Verdict {
	run := r.evidence()
	run.Calls = r.transcripts()
	run.Vain, run.Strangers = r.named()
	return run.Judge()
}

// transcripts are the calls that were played, in the order in which they were asked for.
func (r *Run) transcripts() []transcript.Call {
	r.mu.Lock()
	calls := slices.Clone(r.calls)
	r.mu.Unlock()
	var out []transcript.Call
	for _, p := range calls {
		p.do() // waits for a call that is under way
		if len(p.out.Exchanges) > 0 || p.out.After != "" {
			out = append(out, p.out)
		}
	}
	return out
}

// soFar are the calls that are through.
func (r *Run) soFar() []transcript.Call {
	r.mu.Lock()
	defer r.mu.Unlock()
	return slices.Clone(r.finished)
}

// evidence is the run as far as it is known, without its calls.
func (r *Run) evidence() verdict.Run {
	connections := r.sender.Connections()
	r.mu.Lock()
	defer r.mu.Unlock()
	o := r.opts
	run := verdict.Run{
		Tool: o.Tool, Incoming: endpoint.Redact(o.Sender.Incoming), Seed: o.Seed, Nonce: o.Nonce, Reach: o.Reach,
		Interrupted: r.interrupted, Selected: o.Selected, Claims: o.Claims, Showed: slices.Clone(r.showed),
		ConnectOnly: o.ConnectOnly, OnlyTouched: o.OnlyTouched, Strict: o.Strict, NoWaivers: o.NoWaivers, Known: o.Known, Now: now(o.Sender),
		Target: requirements.Target{
			Origins: r.sender.Origins(), AllowHTTP: o.Sender.AllowHTTP, Public: r.public(connections), Signed: o.Sender.SignKey != nil, Gone: r.casualties.gone,
		},
		Problems:    slices.Clone(r.problems),
		Scenarios:   slices.Clone(r.scenarios),
		Gone:        r.casualties.gone,
		LeftOut:     slices.Sorted(maps.Keys(r.casualties.left)),
		Connections: connections,
		Stopped:     r.stopped(connections),
	}
	if o.Sender.Outgoing != nil {
		run.Outgoing = endpoint.Redact(o.Sender.Outgoing)
	}
	return run
}

func now(o sender.Options) time.Time {
	if o.Now != nil {
		return o.Now()
	}
	return time.Now()
}

// stopped says why the run sent nothing, or nothing more.
func (r *Run) stopped(connections []transcript.Connection) *requirements.Gap {
	for _, c := range connections {
		if !c.FollowUp && c.Blocked() {
			rule, why := c.BlockedBy()
			if rule != "" {
				why = "nothing was sent to " + c.Shown() + ": " + why
			}
			return &requirements.Gap{Reason: why, Because: rule}
		}
	}
	if why := r.sender.Prevented(); why != "" && r.sender.Unresponsive() {
		return &requirements.Gap{Reason: why}
	}
	if r.sender.Unresponsive() {
		return &requirements.Gap{Reason: "the receiver left three newCall pushes in a row without a response, so nothing more was sent"}
	}
	return nil
}

// public tells whether the receiver's address can be reached from anywhere. Where the user had connections rewired, its name
// counts, which is what sipgate would look up.
func (r *Run) public(connections []transcript.Connection) bool {
	if r.sender.Rewired() {
		kind := endpoint.HostKind(r.opts.Sender.Incoming.Hostname())
		return kind == endpoint.Public || kind == endpoint.UnknownKind
	}
	for _, c := range connections {
		if !c.FollowUp && c.Handshake.Address != "" {
			return endpoint.HostKind(hostOf(c.Handshake.Address)) == endpoint.Public
		}
	}
	return false
}

// hostOf is the host of an address with a port.
func hostOf(address string) string {
	host, _, err := net.SplitHostPort(address)
	if err != nil {
		return address
	}
	return host
}
