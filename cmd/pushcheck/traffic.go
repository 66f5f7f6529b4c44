package main

import (
	"cmp"
	"context"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// mostAtOnce is how many calls of test traffic go on at a time. More would cost this machine, too, a connection each.
const mostAtOnce = 500

// A rate was reached if it is nearly the wanted one, or if the last call began nearly in time: timers are not exact.
const (
	heldRate   = 0.9
	timerSlack = 100 * time.Millisecond
)

// traffic plays many calls at a rate and prints a summary.
func (a *app) traffic(ctx context.Context, f sendFlags, o order) error {
	s := sender.New(o.opts.Sender)
	if s.Inspect(ctx, o.opts.Sender.Incoming).Blocked() {
		return a.sendOnce(ctx, f, o) // which sends nothing, and says why
	}
	fmt.Fprintf(a.stderr, "%d calls, %g a second: %s\n", f.count, f.rate, o.what.title())
	health := trafficHealth{begin: time.Now()}
	health.Limit = o.opts.Sender.Limits.WithDefaults().Exchange
	n := tally{rate: f.rate, begin: time.Now()}
	end := a.progress.show(func(elapsed time.Duration) string {
		return fmt.Sprintf("%d of %d calls, %s", n.played(), f.count, seconds(elapsed))
	})
	n.start(ctx, f, func(number int) transcript.Call {
		of := o.casting
		of.nonce = fmt.Sprintf("%s/%d", o.casting.nonce, number)
		return s.Play(ctx, sender.Played{
			Call: o.what.call(of), About: transcript.Call{ID: number, Scenario: o.what.name}, Twist: o.change.twist(""),
			Before: health.before, Through: health.through,
		})
	}, health.givenUp)
	end()
	n.took = time.Since(n.begin)
	v := n.result(ctx.Err() != nil).Judge()
	if err := n.print(a.stdout, v.Why); err != nil {
		err = fmt.Errorf("writing to standard output: %w", err)
		fmt.Fprintf(a.stderr, "pushcheck: %v\n", err)
		v = v.WithProblem(err.Error())
	}
	return exitWith(v.Exit)
}

// trafficHealth is the receiver's health during test traffic. It is safe for concurrent use.
type trafficHealth struct {
	begin time.Time
	mu    sync.Mutex
	experiment.Health
}

func (h *trafficHealth) through(x transcript.Exchange) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.Through(x, true, time.Since(h.begin))
}

// before stops pushes that the receiver left without a response too often, and shortens the wait for others.
func (h *trafficHealth) before(_ context.Context, step call.Step) (terms sender.Terms, send bool) {
	h.mu.Lock()
	defer h.mu.Unlock()
	return sender.Terms{Limit: h.PushLimit(false)}, !h.GivenUp(step.Push.Event)
}

func (h *trafficHealth) givenUp() bool {
	h.mu.Lock()
	defer h.mu.Unlock()
	stopped, _ := h.Unresponsive()
	return stopped
}

// tally counts what becomes of test traffic. It is safe for concurrent use until it is printed.
type tally struct {
	rate        float64       // calls to begin a second
	begin, last time.Time     // when the first and the last call began
	took        time.Duration // from the first push to the last response

	mu        sync.Mutex
	calls     int
	cut       int // calls that were not played to their end
	held      int // calls that began late, because too many went on
	gaveUp    bool
	pushes    int
	accepted  int
	billed    int
	refused   map[string]int // by push and reason, in words
	unsent    map[string]int
	unusable  int    // of those not sent, the ones whose URL cannot be used
	away      int    // of those not sent, the ones whose host --follow would have to name
	prevented int    // pushes that this machine could not connect for
	why       string // why it could not
	latencies []time.Duration
}

// start begins the calls at their times and waits until all are over. It begins no further call when ctx ends, or when the
// receiver is given up.
func (n *tally) start(ctx context.Context, f sendFlags, play func(number int) transcript.Call, givenUp func() bool) {
	n.refused, n.unsent = map[string]int{}, map[string]int{}
	places := make(chan struct{}, mostAtOnce)
	var calls sync.WaitGroup
	defer calls.Wait()
	for i := range f.count {
		due := time.NewTimer(time.Until(n.begin.Add(time.Duration(float64(i) / f.rate * float64(time.Second)))))
		select {
		case <-due.C:
		case <-ctx.Done():
			due.Stop()
			return
		}
		select {
		case places <- struct{}{}:
		default:
			n.held++
			select {
			case places <- struct{}{}:
			case <-ctx.Done():
				return
			}
		}
		if givenUp() {
			n.gaveUp = true
			return
		}
		n.last = time.Now()
		calls.Go(func() {
			defer func() { <-places }()
			n.add(play(i + 1))
		})
	}
}

// add counts a call that is over.
func (n *tally) add(c transcript.Call) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.calls++
	if !c.Complete {
		n.cut++
	}
	for _, x := range c.Exchanges {
		if x.End == transcript.Interrupted {
			continue
		}
		if x.Failure.Local() {
			n.prevented, n.why = n.prevented+1, x.Detail
			n.unsent[fmt.Sprintf("%s: %s", x.Push.Event, x.Failure)]++
			continue
		}
		n.pushes++
		if x.Billed {
			n.billed++
		}
		if x.Responded() || slices.Contains([]transcript.End{transcript.TimedOut, transcript.Late, transcript.NeverEnded}, x.End) {
			n.latencies = append(n.latencies, x.Took)
		}
		if why := refusal(x); why != "" {
			n.refused[fmt.Sprintf("%s: %s", x.Push.Event, why)]++
		} else {
			n.accepted++
		}
	}
	for _, x := range c.NotSent {
		if x.Reason == transcript.Stopped && !c.Complete {
			continue // interrupted
		}
		n.unsent[fmt.Sprintf("%s: %s", x.Push.Event, x.Reason)]++
		switch x.Reason {
		case transcript.UnusableURL, transcript.Blocked, transcript.NotReached:
			n.unusable++
		case transcript.NotAllowed:
			n.away++
		case transcript.Prevented:
			n.prevented, n.why = n.prevented+1, x.Detail
		}
	}
}

// played returns how many calls are over.
func (n *tally) played() int {
	n.mu.Lock()
	defer n.mu.Unlock()
	return n.calls
}

// refusal returns why a push does not count as accepted; "" if it does. A body that is no Response, such as an error page, is a refusal
// whatever the status.
func refusal(x transcript.Exchange) string {
	unread := x.Document.Kind == response.Other || x.Document.Kind == response.XML && x.Document.Response == nil
	switch {
	case x.Accepted() && !unread:
		return ""
	case x.Accepted():
		return fmt.Sprintf("status %d with %s", x.Status, cmp.Or(x.Document.Looks, "XML that is no Response"))
	case x.Responded():
		return fmt.Sprintf("status %d", x.Status)
	case x.Failure == endpoint.None:
		return string(x.End)
	}
	return fmt.Sprintf("%s, %s", x.End, x.Failure)
}

// result returns what the traffic is judged by.
func (n *tally) result(interrupted bool) verdict.Traffic {
	return verdict.Traffic{
		Sent: n.pushes, Accepted: n.accepted, Unusable: n.unusable, NotAllowed: n.away, GaveUp: n.gaveUp, Interrupted: interrupted,
		Prevented: n.prevented, Why: n.why,
	}
}

// print writes the summary, and the verdict as its last line.
func (n *tally) print(w io.Writer, why string) error {
	var b strings.Builder
	field := func(label, text string) { fmt.Fprintf(&b, "  %-9s %s\n", label, text) }
	calls := fmt.Sprintf("%d in %s", n.calls, n.took.Round(time.Millisecond))
	if between := n.last.Sub(n.begin); n.calls > 1 && between > 0 {
		reached := float64(n.calls-1) / between.Seconds()
		calls += fmt.Sprintf(", %.1f begun a second", reached)
		late := between - time.Duration(float64(n.calls-1)/n.rate*float64(time.Second))
		if reached < heldRate*n.rate && late > timerSlack {
			calls += fmt.Sprintf(" and not %g", n.rate)
		}
	}
	if n.cut > 0 {
		calls += fmt.Sprintf(", %d cut short", n.cut)
	}
	field("calls", calls)
	if n.held > 0 {
		field("", fmt.Sprintf("%d began late: %d went on already", n.held, mostAtOnce))
	}
	refused := n.pushes - n.accepted
	field("pushes", fmt.Sprintf("%d sent, %d accepted, %d refused", n.pushes, n.accepted, refused))
	for _, reason := range byNumber(n.refused) {
		field("refused", reason)
	}
	for _, reason := range byNumber(n.unsent) {
		field("not sent", reason)
	}
	if len(n.latencies) > 0 {
		slices.Sort(n.latencies)
		var parts []string
		for _, p := range []struct {
			name string
			rank float64
		}{{"min", 0}, {"median", 0.5}, {"p95", 0.95}, {"max", 1}} {
			parts = append(parts, fmt.Sprintf("%s %s", p.name, milliseconds(atRank(n.latencies, p.rank))))
		}
		field("latency", strings.Join(parts, ", "))
	}
	if n.billed > 0 {
		field("billed", fmt.Sprintf("%d pushes, by sipgate: they are about a leg that leaves the account", n.billed))
	}
	fmt.Fprintf(&b, "\n%s\n", why)
	_, err := io.WriteString(w, b.String())
	return err
}

// byNumber lists reasons with how often each was seen, the most frequent first.
func byNumber(seen map[string]int) []string {
	var reasons []string
	for reason := range seen {
		reasons = append(reasons, reason)
	}
	slices.SortFunc(reasons, func(a, b string) int {
		if seen[a] != seen[b] {
			return seen[b] - seen[a]
		}
		return strings.Compare(a, b)
	})
	for i, reason := range reasons {
		reasons[i] = fmt.Sprintf("%d %s", seen[reason], reason)
	}
	return reasons
}

// atRank is the smallest of the sorted times that is not exceeded by that share of them.
func atRank(sorted []time.Duration, share float64) time.Duration {
	return sorted[max(int(math.Ceil(share*float64(len(sorted))))-1, 0)]
}

func milliseconds(d time.Duration) string {
	ms := float64(d) / float64(time.Millisecond)
	if ms < 10 {
		return fmt.Sprintf("%.1f ms", ms)
	}
	return fmt.Sprintf("%.0f ms", ms)
}
