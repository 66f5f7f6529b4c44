package report

import (
	"cmp"
	"fmt"
	"io"
	"maps"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/pushcheck/pushcheck/internal/wording"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/verdict"
)

// LoadLine is one line about the last part of a load, without a line break.
func LoadLine(p verdict.LoadProgress) string {
	w := p.Measured
	var pushes int64
	if w.Latency != nil {
		pushes = w.Latency.TotalCount()
	}
	return fmt.Sprintf("%5s  %d begun  %d open  %s pushes/s  p50 %s  p99 %s  %s", elapsed(p.Elapsed), w.Begun, w.Open, perSecond(float64(pushes), p.Lasted),
		latencyAt(w.Latency, 50), latencyAt(w.Latency, 99), wording.Count(w.Errors, "error"))
}

// LoadStatus is one line about how a load goes, with how many errors and findings there were until now. It has no line break.
func LoadStatus(p verdict.LoadProgress) string {
	w := p.Measured
	rate := perSecond(float64(w.Begun), p.Lasted)
	if w.Wanted > 0 {
		rate += " of " + perSecond(w.Wanted, p.Lasted)
	}
	return fmt.Sprintf("%s  %d open  %s calls/s  p99 %s  %s  %s", elapsed(p.Elapsed), w.Open, rate, latencyAt(w.Latency, 99),
		wording.Count(p.Errors, "error"), wording.Count(p.Findings, "finding"))
}

// perSecond writes how many there were per second.
func perSecond(n float64, in time.Duration) string {
	if in <= 0 {
		return "0"
	}
	return rate(math.Round(10*n/in.Seconds()) / 10)
}

// latencyAt is a percentile for people; a dash if nothing was measured.
func latencyAt(h *hdrhistogram.Histogram, at float64) string {
	if h == nil || h.TotalCount() == 0 {
		return "-"
	}
	return duration(quantileOf(h, at))
}

// LoadText prints the summary of a load for people: the figures, latency by event, errors, findings, and the verdict on the last line. An
// error is w's.
func LoadText(w io.Writer, l verdict.Load, v verdict.LoadVerdict, opts TerminalOptions) error {
	p := &findingsPage{page: page{width: max(cmp.Or(opts.Width, 80), 40), color: opts.Color}, calls: loadEvidence(l), verbose: opts.Verbose, gone: opts.Gone}
	if !opts.Quiet {
		p.loadFigures(l)
		p.loadLatency(l)
		p.loadErrors(l)
	}
	for _, f := range l.Findings {
		row, look := loadRow(f), red
		if row.Status != verdict.Failed {
			look = yellow
		}
		row.Findings = row.Findings[:min(len(row.Findings), 1)]
		p.inFull(row, words(row.Status), look)
		p.field("count", fmt.Sprint(f.Count))
	}
	p.problems(l.Problems)
	look := map[verdict.Conclusion]style{verdict.Conformant: green, verdict.NotConformant: red}[v.Conclusion]
	p.gap()
	p.item(look, "", v.Why)
	_, err := io.WriteString(w, Inert(p.text.String()))
	return err
}

func (p *findingsPage) loadFigures(l verdict.Load) {
	c, n := l.Calls, l.Pushes
	p.paragraph(0, fmt.Sprintf("%s in %s: %d completed, %d cut, %d late", wording.Count(c.Begun, "call"), duration(l.Lasted), c.Completed, c.Cut, c.Late))
	p.paragraph(0, fmt.Sprintf("%s: %d accepted, %d refused; %d not sent", wording.Count(n.Sent, "push"), n.Accepted, n.Refused, n.NotSent))
	p.paragraph(0, fmt.Sprintf("seed %d, nonce %s", l.Seed, l.Nonce))
}

func (p *findingsPage) loadLatency(l verdict.Load) {
	if len(l.Events) == 0 {
		return
	}
	p.title(bold, fmt.Sprintf("%-8s %8s %9s %9s %9s %9s %9s %9s", "event", "count", "p50", "p90", "p95", "p99", "p99.9", "max"))
	for _, name := range []push.Event{push.NewCall, push.Answer, push.DTMF, push.Hangup} {
		e := l.Events[name]
		if e == nil || e.Latency == nil {
			continue
		}
		line := fmt.Sprintf("%-8s %8d", name, e.Latency.TotalCount())
		for _, at := range []float64{50, 90, 95, 99, 99.9, 100} {
			line += fmt.Sprintf(" %9s", latencyAt(e.Latency, at))
		}
		p.put(plain, line).end()
	}
}

func (p *findingsPage) loadErrors(l verdict.Load) {
	sum := map[verdict.LoadError]int{}
	for _, events := range []map[push.Event]*verdict.LoadEvent{l.Events, l.WarmUp} {
		for _, e := range events {
			for kind, n := range e.Errors {
				sum[kind] += n
			}
		}
	}
	if len(sum) == 0 {
		return
	}
	var parts []string
	for _, kind := range slices.Sorted(maps.Keys(sum)) {
		name, _ := loadErrorWords(kind)
		parts = append(parts, fmt.Sprintf("%s %d", name, sum[kind]))
	}
	p.gap()
	p.item(red, "errors", "  "+strings.Join(parts, ", "))
}
