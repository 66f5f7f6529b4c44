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
	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// Limits that bound the memory of a tally.
const (
	maxWindows           = 600             // maximum number of time windows; if more are needed, each becomes twice as wide
	maxCachedAssessments = 4 << 10         // maximum number of cached assessments
	maxLatency           = 5 * time.Minute // longest latency that a histogram can record
)

// tally counts the results of a load. It is safe for concurrent use.
type tally struct {
	opts   Options
	target requirements.Target

	unanswered atomic.Int64 // number of pushes that are sent and wait for a response

	mu                      sync.Mutex
	load                    verdict.Load
	findings                map[string]*verdict.LoadFinding // by the id of the requirement
	assessments             map[assessmentKey]assessment
	isFirstResponseReadable bool      // isReadable was true for the response to the first newCall push
	lastObserved            time.Time // when Observe was last called
	observedWindows         int       // number of windows that were already passed to Observe
}

func newTally(o Options) *tally {
	shard := cmp.Or(o.Plan.Shard, verdict.Shard{Number: 1, Total: 1})
	runInfo := o.RunInfo
	runInfo.Incoming = endpoint.Redact(o.Sender.Incoming)
	return &tally{
		opts: o, findings: map[string]*verdict.LoadFinding{}, assessments: map[assessmentKey]assessment{},
		load: verdict.Load{
			RunInfo: runInfo, Shards: []verdict.Shard{shard}, Started: time.Now(),
			Plan: verdict.LoadPlan{
				PerSecond: o.Plan.PerSecond, Concurrency: o.Plan.Concurrency, Duration: o.Plan.Duration, Count: o.Plan.Count, Ramp: o.Plan.Ramp, Text: o.PlanText,
			},
			LoadFigures: verdict.LoadFigures{
				Pushes: verdict.LoadPushes{Reasons: map[transcript.NotSentReason]int{}, Details: map[transcript.NotSentReason]string{}},
				Events: map[push.Event]*verdict.LoadEvent{}, WarmUp: map[push.Event]*verdict.LoadEvent{}, LatePushes: map[verdict.Bottleneck]int{},
				Failures: map[verdict.LoadError][]verdict.LoadExample{},
				Timeline: verdict.LoadTimeline{Width: time.Second},
			},
			Waived: map[string]string{},
		},
	}
}

// newHistogram returns a histogram of times in microseconds.
func newHistogram() *hdrhistogram.Histogram {
	return hdrhistogram.New(1, maxLatency.Microseconds(), 3)
}

// judgeFirstCall judges the call that was played alone, and reports whether its newCall push was accepted.
func (t *tally) judgeFirstCall(c transcript.Call, s *sender.Sender) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.target = requirements.Target{Origins: s.Origins(), AllowHTTP: t.opts.Sender.Trust.AllowHTTP, PushesSigned: t.opts.Sender.SignKey != nil}
	for _, connection := range s.Connections() {
		t.recordFindings(c.Scenario, requirements.JudgeConnection(connection), nil)
	}
	t.recordFindings(c.Scenario, requirements.JudgeCall(c, t.target), c.Exchanges)
	if reason := refusalReason(c); reason != "" {
		t.load.Stopped = []verdict.StoppedShard{{Shard: t.load.Shards[0], Reason: reason}}
		return false
	}
	t.isFirstResponseReadable = isReadable(c.Exchanges[0])
	return true
}

// refusalReason returns the reason why the newCall push of a call was not accepted. It returns "" if the push was accepted.
func refusalReason(c transcript.Call) string {
	switch {
	case len(c.Exchanges) > 0 && c.Exchanges[0].Accepted():
		return ""
	case len(c.Exchanges) > 0:
		return outcome.DescribePush(c.Exchanges[0])
	case len(c.NotSent) > 0:
		return cmp.Or(c.NotSent[0].Detail, string(c.NotSent[0].Reason))
	}
	return "it was not sent"
}

// recordFindings records the must-level findings about the first call, whose number is 0.
func (t *tally) recordFindings(scenario string, judgements []requirements.Judgement, exchanges []transcript.Exchange) {
	for _, j := range judgements {
		for _, f := range j.Findings {
			if f.Waived != "" {
				t.load.Waived[f.Requirement] = f.Waived
			}
		}
	}
	for _, f := range unwaivedMustFindings(judgements) {
		example := verdict.LoadExample{Scenario: scenario, Finding: f}
		if f.Exchange < len(exchanges) {
			example.Exchange = exchanges[f.Exchange]
		}
		t.countFinding(f, 0, func() verdict.LoadExample { return example })
	}
}

// unwaivedMustFindings returns the must-level findings that are not waived.
func unwaivedMustFindings(judgements []requirements.Judgement) []requirements.Finding {
	var findings []requirements.Finding
	for _, j := range judgements {
		for _, f := range j.Findings {
			// A finding with a contrast counts only if another requirement is met, and a load does not judge that requirement.
			if f.Level == requirements.Must && f.Waived == "" && f.Contrast() == "" {
				findings = append(findings, f)
			}
		}
	}
	return findings
}

// countFinding counts a finding. It also keeps the example if the call is one of the first calls with this finding.
func (t *tally) countFinding(f requirements.Finding, callNumber int, example func() verdict.LoadExample) {
	finding := t.findings[f.Requirement]
	if finding == nil {
		finding = &verdict.LoadFinding{ID: f.Requirement}
		t.findings[f.Requirement] = finding
	}
	finding.Count++
	finding.Examples = addExample(finding.Examples, callNumber, example)
}

// addExample adds an example if its call number is among the MaxLoadExamples lowest numbers.
func addExample(examples []verdict.LoadExample, callNumber int, example func() verdict.LoadExample) []verdict.LoadExample {
	if len(examples) == verdict.MaxLoadExamples && examples[verdict.MaxLoadExamples-1].Call <= callNumber {
		return examples
	}
	return verdict.FirstExamples(append(examples, example()))
}

// recordStart records when the load starts.
func (t *tally) recordStart(startTime time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.load.Started, t.lastObserved = startTime, startTime
}

// recordInterruption ends the plan at interruptTime. No calls are expected after that time.
func (t *tally) recordInterruption(interruptTime time.Time) {
	t.mu.Lock()
	defer t.mu.Unlock()
	elapsed := max(interruptTime.Sub(t.load.Started), 1)
	if plan := &t.opts.Plan; plan.Duration == 0 || elapsed < plan.Duration {
		plan.Duration = elapsed
	}
}

// countStartedCall counts a call whose first push is due at startTime. openCalls is the number of calls that are open now.
func (t *tally) countStartedCall(startTime time.Time, openCalls int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.load.Calls.Started++
	w := t.window(startTime)
	w.Started, w.Open = w.Started+1, openCalls
}

// countCompletedCall counts a call that was played to its end.
func (t *tally) countCompletedCall(openCalls int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.load.Calls.Completed++
	t.window(time.Now()).Open = openCalls
}

// recordUnfinishedCalls records how many calls are still open when the load ends.
func (t *tally) recordUnfinishedCalls(openCalls int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.load.Calls.Unfinished = openCalls
	t.window(time.Now()).Open = 0
}

// countUnsentPush counts a push that is not sent, and the reason. detail may be "".
func (t *tally) countUnsentPush(reason transcript.NotSentReason, detail string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := &t.load.Pushes
	n.NotSent++
	n.Reasons[reason]++
	if detail != "" && n.Details[reason] == "" {
		n.Details[reason] = detail
	}
}

// exchange is a push with its result.
type exchange struct {
	*task
	route               sender.Route
	reply               sender.Reply
	startedAt           time.Time // when a worker began to send the push
	waitedForConnection bool      // no connection was free when the push was due
	pool                *sender.Pool
}

// evidence returns the complete record of the exchange.
func (x *exchange) evidence() transcript.Exchange {
	return x.pool.Evidence(x.route, x.step, x.reply, x.reply.Ended.Sub(x.startedAt))
}

// example returns the exchange as an example, without a finding.
func (x *exchange) example() verdict.LoadExample {
	return verdict.LoadExample{Call: x.call.Number, Scenario: x.call.Scenario.Name, Exchange: x.evidence()}
}

// countExchange counts an exchange, and returns the document that sipgate would act on.
func (t *tally) countExchange(exchange *exchange) *response.Document {
	t.mu.Lock()
	defer t.mu.Unlock()
	result := t.assess(exchange)
	if !exchange.reply.Sent {
		t.load.Pushes.NotSent++
		t.load.Pushes.Reasons[transcript.NotReached]++
	} else {
		t.load.Pushes.Sent++
		if result.accepted {
			t.load.Pushes.Accepted++
		} else {
			t.load.Pushes.Refused++
		}
	}
	t.countLate(exchange)
	t.recordLatency(exchange, result.failure)
	if result.failure != "" {
		t.load.Failures[result.failure] = addExample(t.load.Failures[result.failure], exchange.call.Number, exchange.example)
	}
	for _, f := range result.findings {
		f.Exchange = exchange.step.Number // JudgeExchange does not know the number of the push in its call
		t.countFinding(f, exchange.call.Number, func() verdict.LoadExample {
			e := exchange.example()
			e.Finding = f
			return e
		})
	}
	return result.document
}

// countLate counts a push that was sent late.
func (t *tally) countLate(exchange *exchange) {
	if exchange.startedAt.Sub(exchange.dueTime) < minLateness {
		return
	}
	bottleneck := exchange.call.bottleneck
	switch {
	case bottleneck != "":
	case exchange.waitedForConnection:
		bottleneck = verdict.BottleneckConnections
	default:
		bottleneck = verdict.BottleneckMachine
	}
	t.load.LatePushes[bottleneck]++
	if exchange.step.Number == 0 {
		t.load.Calls.Late++
	}
}

// recordLatency records the latency of a push. failure is "" if the push did not fail.
func (t *tally) recordLatency(exchange *exchange, failure verdict.LoadError) {
	events := t.load.Events
	if exchange.dueTime.Sub(t.load.Started) < t.opts.Plan.Ramp {
		events = t.load.WarmUp
	}
	e := events[exchange.step.Push.Event]
	if e == nil {
		e = &verdict.LoadEvent{Latency: newHistogram(), Errors: map[verdict.LoadError]int{}}
		events[exchange.step.Push.Event] = e
	}
	w := t.window(exchange.reply.Ended)
	microseconds := min(max(exchange.reply.Ended.Sub(exchange.dueTime).Microseconds(), 1), maxLatency.Microseconds())
	_ = e.Latency.RecordValue(microseconds) // cannot fail, because the value is within the range of the histogram
	_ = w.Latency.RecordValue(microseconds)
	if failure != "" {
		e.Errors[failure]++
		w.Errors++
	}
	t.load.Duration = max(t.load.Duration, exchange.reply.Ended.Sub(t.load.Started))
}

// isExcused reports whether another finding of the load explains f.
func (t *tally) isExcused(f verdict.LoadFinding) bool {
	return slices.ContainsFunc(f.Examples[0].Finding.ExcuseIDs(), func(id string) bool { return t.findings[id] != nil })
}

// result returns the current figures of the load. The result shares no memory with the tally.
func (t *tally) result(interrupted bool) verdict.Load {
	t.mu.Lock()
	defer t.mu.Unlock()
	result := t.load
	result.Interrupted = interrupted
	result.Pushes.Waiting = int(t.unanswered.Load())
	result.Waived = maps.Clone(t.load.Waived)
	for _, r := range requirements.All() {
		if f := t.findings[r.ID]; f != nil && !t.isExcused(*f) {
			result.Findings = append(result.Findings, verdict.LoadFinding{ID: f.ID, Count: f.Count, Examples: slices.Clone(f.Examples)})
		}
	}
	result.Events, result.WarmUp = copyEvents(t.load.Events), copyEvents(t.load.WarmUp)
	result.Pushes.Reasons, result.Pushes.Details = maps.Clone(t.load.Pushes.Reasons), maps.Clone(t.load.Pushes.Details)
	result.LatePushes = maps.Clone(t.load.LatePushes)
	result.Failures = map[verdict.LoadError][]verdict.LoadExample{}
	for kind, examples := range t.load.Failures {
		result.Failures[kind] = slices.Clone(examples)
	}
	result.Timeline.Windows = slices.Clone(t.load.Timeline.Windows)
	for i := range result.Timeline.Windows {
		result.Timeline.Windows[i].Latency = result.Timeline.Windows[i].Latency.Clone()
		result.Timeline.Windows[i].Due = t.opts.Plan.expectedCalls(time.Duration(i)*result.Timeline.Width, time.Duration(i+1)*result.Timeline.Width)
	}
	return result
}

// copyEvents returns a deep copy of events.
func copyEvents(events map[push.Event]*verdict.LoadEvent) map[push.Event]*verdict.LoadEvent {
	out := map[push.Event]*verdict.LoadEvent{}
	for name, e := range events {
		out[name] = &verdict.LoadEvent{Latency: e.Latency.Clone(), Errors: maps.Clone(e.Errors)}
	}
	return out
}
