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
	"unicode/utf8"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/pushcheck/pushcheck/internal/wording"
	"github.com/pushcheck/pushcheck/verdict"
)

// LoadLine returns a line about a running load: what happened since the previous line, and the number of findings until now. The line has
// no line break.
func LoadLine(p verdict.LoadProgress) string {
	w := p.Window
	var pushes int64
	if w.Latency != nil {
		pushes = w.Latency.TotalCount()
	}
	return fmt.Sprintf("%5s  %d begun  %d open  %s pushes/s  p50 %s  p99 %s  %s  %s", formatElapsed(p.Elapsed), w.Started, w.Open, formatEventRate(float64(pushes), p.Interval),
		latencyAt(w.Latency, 50), latencyAt(w.Latency, 99), wording.Count(w.Errors, "error"), wording.Count(p.Findings, "finding"))
}

// LoadStatus returns a shorter line about a running load, with the numbers of errors and findings until now. The line has no line break.
func LoadStatus(p verdict.LoadProgress) string {
	w := p.Window
	rate := formatEventRate(float64(w.Started), p.Interval)
	if w.Due > 0 {
		rate += " of " + formatEventRate(w.Due, p.Interval)
	}
	return fmt.Sprintf("%s  %d open  %s calls/s  p99 %s  %s  %s", formatElapsed(p.Elapsed), w.Open, rate, latencyAt(w.Latency, 99),
		wording.Count(p.Errors, "error"), wording.Count(p.Findings, "finding"))
}

// formatEventRate formats the rate per second of n events in a duration.
func formatEventRate(n float64, duration time.Duration) string {
	if duration <= 0 {
		return "0"
	}
	return formatRate(math.Round(10*n/duration.Seconds()) / 10)
}

// latencyAt formats a percentile of the latency for people; a dash if nothing was measured.
func latencyAt(h *hdrhistogram.Histogram, percent float64) string {
	if h == nil || h.TotalCount() == 0 {
		return "-"
	}
	d := verdict.Percentile(h, percent)
	if d < time.Millisecond {
		return fmt.Sprintf("%d µs", d.Microseconds())
	}
	return formatDuration(d)
}

// LoadText writes the summary of a load for people, with the important parts last: findings, the figures, latency by event, errors,
// thresholds, and the verdict on the last line. It returns the error of w.
func LoadText(w io.Writer, l verdict.Load, v verdict.LoadVerdict, opts TerminalOptions) error {
	p := &findingsPage{page: page{width: max(cmp.Or(opts.Width, 80), 40), color: opts.Color}, evidence: evidenceOfLoad(l), verbose: opts.Verbose, receiverStopped: opts.ReceiverStopped,
		timesNotMet: map[string]int{}}
	for _, f := range l.Findings {
		row, statusStyle := rowOfLoadFinding(f), red
		if row.Status != verdict.Failed {
			statusStyle = yellow
		}
		row.Findings = row.Findings[:min(len(row.Findings), 1)]
		p.timesNotMet[row.ID] = f.Count
		p.writeInFull(row, statusWords(row.Status), statusStyle)
	}
	p.writeProblems(l.Problems)
	if !opts.Quiet {
		p.writeLoadFigures(l)
		p.writeLoadLatency(l)
		p.writeLoadErrors(l)
		p.writeLoadThresholds(v)
	}
	p.writeGap()
	p.writeConclusion(v.Conclusion, v.Summary)
	_, err := io.WriteString(w, Inert(p.text.String()))
	return err
}

// describeWaivers lists the waived requirements, each with the flag that waives it.
func describeWaivers(l verdict.Load) string {
	var out []string
	for _, id := range slices.Sorted(maps.Keys(l.Waived)) {
		out = append(out, fmt.Sprintf("%s (%s)", id, l.Waived[id]))
	}
	return clipLong(strings.Join(out, ", "), longTextLength)
}

// describeCalls describes how many calls a load had, and how they ended.
func describeCalls(l verdict.Load) string {
	c := l.Calls
	return fmt.Sprintf("%s in %s: %d completed, %d cut, %d late (the first call is not counted)", wording.Count(c.Started, "call"), formatDuration(l.Duration), c.Completed, c.Unfinished, c.Late)
}

// writeLoadFigures writes the numbers of calls and pushes, and the seed and nonce with which the same load can be played again.
func (p *findingsPage) writeLoadFigures(l verdict.Load) {
	n := l.Pushes
	p.writeGap()
	p.writeItem(plain, "", describeCalls(l))
	text := fmt.Sprintf("%s: %d accepted, %d refused; %d not sent", wording.Count(n.Sent, "push"), n.Accepted, n.Refused, n.NotSent)
	var reasons []string
	for _, r := range countRows(n.Reasons, nil) {
		reasons = append(reasons, r.Name+" "+r.Cells[0])
	}
	if len(reasons) > 0 {
		text += " (" + strings.Join(reasons, ", ") + ")"
	}
	if n.Waiting > 0 {
		text += fmt.Sprintf("; %d had no response yet", n.Waiting)
	}
	p.writeItem(plain, "", text)
	for _, r := range countRows(n.Reasons, n.Details) {
		if r.Meaning != "" {
			p.writeItem(plain, r.Name, ": "+r.Meaning)
		}
	}
	if waived := describeWaivers(l); waived != "" {
		p.writeItem(plain, "", "waived: "+waived)
	}
	p.writeItem(plain, "", fmt.Sprintf("seed %d, nonce %s", l.Seed, clipLong(orEmpty(l.Nonce), 64)))
}

// writeLoadLatency writes a table of the latency with a row for each event. (The table in the HTML report has a column for each event.)
func (p *findingsPage) writeLoadLatency(l verdict.Load) {
	t := latencyTable(l.Events)
	if t == nil {
		return
	}
	writeRow := func(rowStyle style, name string, cell func(row loadTableRow) string) {
		text := fmt.Sprintf("%-8s", name)
		for _, row := range t.Rows {
			text += fmt.Sprintf(" %9s", cell(row))
		}
		p.put(rowStyle, text).endLine()
	}
	p.writeGap()
	writeRow(bold, "event", func(row loadTableRow) string { return row.Name })
	for i, name := range t.Columns {
		writeRow(plain, name, func(row loadTableRow) string { return row.Cells[i] })
	}
	if l.Plan.Ramp > 0 {
		p.writeStyledParagraph(0, fmt.Sprintf("without the warm-up of %s", l.Plan.Ramp), dim)
	}
}

// writeLoadErrors writes a line for each kind of error, with an example.
func (p *findingsPage) writeLoadErrors(l verdict.Load) {
	t := errorTable(l)
	if t == nil {
		return
	}
	p.writeGap()
	p.put(bold, fmt.Sprintf("%-24s %6s", "errors", "count")).endLine()
	for _, row := range t.Rows {
		p.put(plain, fmt.Sprintf("%-24s %6s", row.Name, row.Cells[len(row.Cells)-1])).endLine()
		if len(row.Examples) > 0 {
			e := row.Examples[0]
			p.writeField("at", fmt.Sprintf("call %d %s", e.Call, e.Scenario))
			p.writePushLine(e.Exchange)
			p.writeResponseLine(e.Exchange, describeResponse(e.Exchange))
		}
	}
}

// writeLoadThresholds writes a line for each threshold.
func (p *findingsPage) writeLoadThresholds(v verdict.LoadVerdict) {
	if len(v.Thresholds) == 0 {
		return
	}
	maxTextLength := 0
	thresholds := thresholdsOfLoad(v)
	for _, threshold := range thresholds {
		maxTextLength = max(maxTextLength, utf8.RuneCountInString(threshold.Text))
	}
	p.writeGap()
	for _, threshold := range thresholds {
		resultStyle := map[string]style{"good": green, "bad": red, "open": yellow}[threshold.Badge.Class]
		p.put(resultStyle, fmt.Sprintf("%-11s", threshold.Badge.Word)).put(plain, fmt.Sprintf("%-*s  ", maxTextLength, threshold.Text)).put(plain, threshold.Measured).endLine()
	}
}
