package load

import (
	"cmp"
	"maps"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// Bounds of what is kept.
const (
	mostWindows = 600             // windows of time; if there are more, each becomes twice as wide
	knownKept   = 4 << 10         // cached readings of responses
	longestTime = 5 * time.Minute // longest time of a histogram
)

// tally counts the results of a load. It is safe for concurrent use.
type tally struct {
	opts   Options
	target requirements.Target

	waiting atomic.Int64 // pushes without a response until now

	mu       sync.Mutex
	load     verdict.Load
	findings map[string]*verdict.LoadFinding
	known    map[knownKey]reading
	usual    bool // the first call's newCall response was a document or empty
	observed time.Time
	shown    int // windows that were shown by Observe
}

func newTally(o Options) *tally {
	shard := cmp.Or(o.Plan.Shard, verdict.Shard{Number: 1, Of: 1})
	about := o.About
	about.Incoming = endpoint.Redact(o.Sender.Incoming)
	return &tally{
		opts: o, findings: map[string]*verdict.LoadFinding{}, known: map[knownKey]reading{},
		load: verdict.Load{
			About: about, Shards: []verdict.Shard{shard}, Started: time.Now(),
			Plan: verdict.LoadPlan{
				PerSecond: o.Plan.PerSecond, Concurrency: o.Plan.Concurrency, For: o.Plan.For, Count: o.Plan.Count, Ramp: o.Plan.Ramp, Words: o.Words,
			},
			LoadFigures: verdict.LoadFigures{
				Pushes: verdict.LoadPushes{Reasons: map[transcript.NotSentReason]int{}, Details: map[transcript.NotSentReason]string{}},
				Events: map[push.Event]*verdict.LoadEvent{}, WarmUp: map[push.Event]*verdict.LoadEvent{}, Behind: map[verdict.Bottleneck]int{},
				Failures: map[verdict.LoadError][]verdict.LoadExample{},
				Rate:     verdict.LoadRate{Width: time.Second},
			},
			Waived: map[string]string{},
		},
	}
}

// newHistogram returns a histogram of times in microseconds.
func newHistogram() *hdrhistogram.Histogram {
	return hdrhistogram.New(1, longestTime.Microseconds(), 3)
}

// first judges the call that was played alone, and reports whether its newCall push was accepted.
func (t *tally) first(c transcript.Call, s *sender.Sender) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.target = requirements.Target{Origins: s.Origins(), AllowHTTP: t.opts.Sender.Trust.AllowHTTP, Signed: t.opts.Sender.SignKey != nil}
	for _, seen := range s.Connections() {
		t.note(c.Scenario, requirements.JudgeConnection(seen), nil)
	}
	t.note(c.Scenario, requirements.JudgeCall(c, t.target), c.Exchanges)
	if reason := notAccepted(c); reason != "" {
		t.load.Stopped = []verdict.LoadStop{{Shard: t.load.Shards[0], Reason: reason}}
		return false
	}
	t.usual = readable(c.Exchanges[0])
	return true
}

// notAccepted returns how the newCall push of a call went if it was not accepted; "" if it was.
func notAccepted(c transcript.Call) string {
	switch {
	case len(c.Exchanges) > 0 && c.Exchanges[0].Accepted():
		return ""
	case len(c.Exchanges) > 0:
		return requirements.HowPushWent(c.Exchanges[0])
	case len(c.NotSent) > 0:
		return cmp.Or(c.NotSent[0].Detail, string(c.NotSent[0].Reason))
	}
	return "it was not sent"
}

// note records the must-level findings about the call that was played alone. Its number is 0.
func (t *tally) note(scenario string, js []requirements.Judgement, played []transcript.Exchange) {
	for _, j := range js {
		for _, f := range j.Findings {
			if f.Waived != "" {
				t.load.Waived[f.Requirement] = f.Waived
			}
		}
	}
	for _, f := range fatal(js) {
		example := verdict.LoadExample{Scenario: scenario, Finding: f}
		if f.Exchange < len(played) {
			example.Exchange = played[f.Exchange]
		}
		t.add(f, 0, func() verdict.LoadExample { return example })
	}
}

// fatal returns the must-level findings that are not waived.
func fatal(js []requirements.Judgement) []requirements.Finding {
	var out []requirements.Finding
	for _, j := range js {
		for _, f := range j.Findings {
			if f.Level == requirements.Must && f.Waived == "" && f.Contrast() == "" { // the other requirement is not judged here
				out = append(out, f)
			}
		}
	}
	return out
}

// add counts a finding. If its call is among the first, it also keeps it as an example.
func (t *tally) add(f requirements.Finding, number int, example func() verdict.LoadExample) {
	kept := t.findings[f.Requirement]
	if kept == nil {
		kept = &verdict.LoadFinding{ID: f.Requirement}
		t.findings[f.Requirement] = kept
	}
	kept.Count++
	kept.Examples = withExample(kept.Examples, number, example)
}

// withExample adds an example if its call is among the first.
func withExample(all []verdict.LoadExample, number int, example func() verdict.LoadExample) []verdict.LoadExample {
	if len(all) == verdict.LoadExamples && all[verdict.LoadExamples-1].Call <= number {
		return all
	}
	return verdict.FirstExamples(append(all, example()))
}

// begin records when the load starts.
func (t *tally) begin(at time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.load.Started, t.observed = at, at
}

// interrupt records that no more calls begin, so that none are expected.
func (t *tally) interrupt(at time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	after := max(at.Sub(t.load.Started), 1)
	if plan := &t.opts.Plan; plan.For == 0 || after < plan.For {
		plan.For = after
	}
}

// begun counts a call whose first push is due.
func (t *tally) begun(at time.Time, open int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.load.Calls.Begun++
	w := t.window(at)
	w.Begun, w.Open = w.Begun+1, open
}

// completed counts a call that was played to its end.
func (t *tally) completed(open int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.load.Calls.Completed++
	t.window(time.Now()).Open = open
}

// cut counts the calls that are still open at the end.
func (t *tally) cut(open int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.load.Calls.Cut = open
	t.window(time.Now()).Open = 0
}

// notSent counts a push that must not be sent. The detail may be "".
func (t *tally) notSent(why transcript.NotSentReason, detail string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := &t.load.Pushes
	n.NotSent++
	n.Reasons[why]++
	if detail != "" && n.Details[why] == "" {
		n.Details[why] = detail
	}
}

// exchange is a push with its result.
type exchange struct {
	*task
	route  sender.Route
	reply  sender.Reply
	began  time.Time // sending began
	waited bool      // no connection was free when it was due
	pool   *sender.Pool
}

// evidence returns the complete record of the exchange.
func (x *exchange) evidence() transcript.Exchange {
	return x.pool.Evidence(x.route, x.step, x.reply, x.reply.Ended.Sub(x.began))
}

// example is the exchange as an example, without a finding.
func (x *exchange) example() verdict.LoadExample {
	return verdict.LoadExample{Call: x.of.Number, Scenario: x.of.Scenario.Name, Exchange: x.evidence()}
}

// took counts an exchange, and returns the document that sipgate would act on.
func (t *tally) took(x *exchange) *response.Document {
	t.mu.Lock()
	defer t.mu.Unlock()
	r := t.read(x)
	if !x.reply.Sent {
		t.load.Pushes.NotSent++
		t.load.Pushes.Reasons[transcript.NotReached]++
	} else {
		t.load.Pushes.Sent++
		if r.accepted {
			t.load.Pushes.Accepted++
		} else {
			t.load.Pushes.Refused++
		}
	}
	t.late(x)
	t.measure(x, r.failed)
	if r.failed != "" {
		t.load.Failures[r.failed] = withExample(t.load.Failures[r.failed], x.of.Number, x.example)
	}
	for _, f := range r.findings {
		f.Exchange = x.step.Number // it was judged without the other pushes of its call
		t.add(f, x.of.Number, func() verdict.LoadExample {
			e := x.example()
			e.Finding = f
			return e
		})
	}
	return r.document
}

// late counts a push that was sent late.
func (t *tally) late(x *exchange) {
	if x.began.Sub(x.at) < lateness {
		return
	}
	by := x.of.behind
	switch {
	case by != "":
	case x.waited:
		by = verdict.ByConnections
	default:
		by = verdict.ByMachine
	}
	t.load.Behind[by]++
	if x.step.Number == 0 {
		t.load.Calls.Late++
	}
}

// measure records the latency of a push, and how it failed.
func (t *tally) measure(x *exchange, failed verdict.LoadError) {
	events := t.load.Events
	if x.at.Sub(t.load.Started) < t.opts.Plan.Ramp {
		events = t.load.WarmUp
	}
	e := events[x.step.Push.Event]
	if e == nil {
		e = &verdict.LoadEvent{Latency: newHistogram(), Errors: map[verdict.LoadError]int{}}
		events[x.step.Push.Event] = e
	}
	w := t.window(x.reply.Ended)
	took := min(max(x.reply.Ended.Sub(x.at).Microseconds(), 1), longestTime.Microseconds())
	_ = e.Latency.RecordValue(took) // within the histogram's range
	_ = w.Latency.RecordValue(took)
	if failed != "" {
		e.Errors[failed]++
		w.Errors++
	}
	t.load.Lasted = max(t.load.Lasted, x.reply.Ended.Sub(t.load.Started))
}

// excused reports whether a finding follows from another one.
func (t *tally) excused(f verdict.LoadFinding) bool {
	return slices.ContainsFunc(f.Examples[0].Finding.ExcusedBy(), func(id string) bool { return t.findings[id] != nil })
}

// result returns the figures of the load now. It shares no memory with the tally.
func (t *tally) result(interrupted bool) verdict.Load {
	t.mu.Lock()
	defer t.mu.Unlock()
	l := t.load
	l.Interrupted = interrupted
	l.Pushes.Waiting = int(t.waiting.Load())
	l.Waived = maps.Clone(t.load.Waived)
	for _, r := range requirements.All() {
		if f := t.findings[r.ID]; f != nil && !t.excused(*f) {
			l.Findings = append(l.Findings, verdict.LoadFinding{ID: f.ID, Count: f.Count, Examples: slices.Clone(f.Examples)})
		}
	}
	l.Events, l.WarmUp = copied(t.load.Events), copied(t.load.WarmUp)
	l.Pushes.Reasons, l.Pushes.Details = maps.Clone(t.load.Pushes.Reasons), maps.Clone(t.load.Pushes.Details)
	l.Behind = maps.Clone(t.load.Behind)
	l.Failures = map[verdict.LoadError][]verdict.LoadExample{}
	for kind, examples := range t.load.Failures {
		l.Failures[kind] = slices.Clone(examples)
	}
	l.Rate.Windows = slices.Clone(t.load.Rate.Windows)
	for i := range l.Rate.Windows {
		l.Rate.Windows[i].Latency = l.Rate.Windows[i].Latency.Clone()
		l.Rate.Windows[i].Wanted = t.opts.Plan.expected(time.Duration(i)*l.Rate.Width, time.Duration(i+1)*l.Rate.Width)
	}
	return l
}

// copied returns a deep copy.
func copied(events map[push.Event]*verdict.LoadEvent) map[push.Event]*verdict.LoadEvent {
	out := map[push.Event]*verdict.LoadEvent{}
	for name, e := range events {
		out[name] = &verdict.LoadEvent{Latency: e.Latency.Clone(), Errors: maps.Clone(e.Errors)}
	}
	return out
}
