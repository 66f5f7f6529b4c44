package verdict

import (
	"cmp"
	"fmt"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// LoadVerdict is the verdict of a load.
type LoadVerdict struct {
	Conclusion Conclusion
	Exit       int    // exit code
	Summary    string // the conclusion in a sentence
	Thresholds []JudgedThreshold
}

// JudgedThreshold is a threshold with the measured value.
type JudgedThreshold struct {
	Threshold
	Kept     bool
	Measured string // the value with its unit; "" if nothing was measured
}

// Judge decides whether the load keeps thresholds. The first of these that applies decides: an interruption, a problem of the harness, a
// threshold that was crossed, a threshold for which nothing was measured. If the planned rate was not reached, that changes only Summary.
func (l Load) Judge(thresholds []Threshold) LoadVerdict {
	var out LoadVerdict
	var crossedClauses, keptTexts []string
	var unjudged string
	for _, t := range thresholds {
		value, measured := l.measure(t)
		judged := JudgedThreshold{Threshold: t, Kept: measured != "" && t.isKept(value), Measured: measured}
		out.Thresholds = append(out.Thresholds, judged)
		switch {
		case judged.Kept:
			keptTexts = append(keptTexts, t.Text)
		case measured != "":
			crossedClauses = append(crossedClauses, fmt.Sprintf("%s was wanted, and it is %s", t.Text, measured))
		case unjudged == "":
			unjudged = fmt.Sprintf("%s could not be judged, because nothing was measured", t.Text)
		}
	}
	stoppedClause := l.describeStoppedParts()
	switch reason := l.onlyNewCallsReason(); {
	case stoppedClause != "":
		unjudged = stoppedClause
	case l.countTriedPushes() == 0:
		unjudged = "no push was sent"
	case reason != "":
		unjudged = "no answer, hangup or dtmf push was sent: " + reason
	}
	d := decision{problems: l.Problems, notConformant: strings.Join(crossedClauses, "; "), noVerdict: unjudged, conformant: l.conformantWords() + ": " + strings.Join(keptTexts, ", ")}
	if l.Interrupted {
		d.interrupted = "interrupted: the figures cover the calls until then"
	}
	out.Conclusion, out.Exit, out.Summary = d.decide()
	if out.Conclusion != NotConformant {
		stoppedClause = "" // the summary already contains this clause, or is about an interruption or a problem
	}
	out.Summary = join("; ", out.Summary, stoppedClause, l.missedRateReason())
	return out
}

// describeStoppedParts returns a clause about the parts that ended after their first call, with the reason of the first such part. It
// returns "" if there are no such parts.
func (l Load) describeStoppedParts() string {
	if len(l.Stopped) == 0 {
		return ""
	}
	first := l.Stopped[0]
	reason := fmt.Sprintf("because the first call was not accepted (%s)", first.Reason)
	if first.Shard.Total == 1 {
		return "no traffic was sent, " + reason
	}
	var numbers []string
	for _, s := range l.Stopped {
		numbers = append(numbers, strconv.Itoa(s.Shard.Number))
	}
	return fmt.Sprintf("part %s of %d sent no traffic, %s", strings.Join(numbers, ", "), first.Shard.Total, reason)
}

// measure returns the value that a threshold limits, as a number and in words with its unit. The words are "" if nothing was measured.
func (l Load) measure(t Threshold) (value float64, words string) {
	switch t.Metric {
	case MetricFindings:
		n := l.countMustFindings()
		return float64(n), strconv.Itoa(n)
	case MetricErrors:
		return percentage(l.Errors(), l.countTriedPushes())
	case MetricLate:
		return percentage(l.Calls.Late, l.Calls.Started)
	}
	latency := l.latency(t.Event)
	if latency == nil || latency.TotalCount() == 0 {
		return 0, ""
	}
	at := Percentile(latency, percentiles[t.Metric])
	return float64(at.Microseconds()), at.String()
}

// Percentile returns the given percentile of latencies that h holds in microseconds. The 100th percentile is the maximum. It returns 0 if
// nothing was measured.
func Percentile(h *hdrhistogram.Histogram, percent float64) time.Duration {
	switch {
	case h == nil || h.TotalCount() == 0:
		return 0
	case percent == 100:
		return time.Duration(h.Max()) * time.Microsecond
	}
	return time.Duration(h.ValueAtQuantile(percent)) * time.Microsecond
}

// latency returns the latencies of the pushes of an event, or of all pushes if event is "". Pushes during the ramp do not count. It returns
// nil if there were no pushes.
func (l Load) latency(event push.Event) *hdrhistogram.Histogram {
	var all []*hdrhistogram.Histogram
	for name, e := range l.Events {
		if event == "" || name == event {
			all = append(all, e.Latency)
		}
	}
	return MergeLatencies(all...)
}

// Errors returns how many pushes failed in a way that load can cause, including pushes during the ramp.
func (l Load) Errors() int {
	n := 0
	for _, events := range []map[push.Event]*LoadEvent{l.Events, l.WarmUp} {
		for _, e := range events {
			for _, count := range e.Errors {
				n += count
			}
		}
	}
	return n
}

// countTriedPushes returns the number of pushes that were sent, or were not sent because no connection was possible.
func (l Load) countTriedPushes() int { return l.Pushes.Sent + l.Pushes.Reasons[transcript.NotReached] }

// conformantWords returns the first words of the sentence about a load that keeps its thresholds.
func (l Load) conformantWords() string {
	if l.Pushes.Reasons[transcript.NotSubscribed] > 0 && l.hasOnlyNewCalls() {
		return "conformant as an observer, which subscribes to nothing"
	}
	return "conformant"
}

// hasOnlyNewCalls reports whether only newCall pushes were tried.
func (l Load) hasOnlyNewCalls() bool {
	for _, event := range []push.Event{push.Answer, push.Hangup, push.DTMF} {
		if l.Events[event] != nil || l.WarmUp[event] != nil {
			return false
		}
	}
	return true
}

// onlyNewCallsReason returns why only newCall pushes were sent; "" if other pushes were sent, or if the receiver is the reason.
func (l Load) onlyNewCallsReason() string {
	if !l.hasOnlyNewCalls() {
		return ""
	}
	return cmp.Or(l.Pushes.Details[transcript.NotAllowed], l.Pushes.Details[transcript.CannotConnect])
}

// countMustFindings counts the must-level findings that no flag allows.
func (l Load) countMustFindings() int {
	n := 0
	for _, f := range l.Findings {
		if f.Status() == Failed {
			n += f.Count
		}
	}
	return n
}

// Level returns the level of the examples, or the level of the requirement if the examples have no level.
func (f LoadFinding) Level() requirements.Level {
	for _, e := range f.Examples {
		if e.Finding.Level != "" {
			return e.Finding.Level
		}
	}
	r, _ := requirements.Find(f.ID)
	return r.Level
}

// Status returns Waived if a flag allows the finding, else Failed or Warned.
func (f LoadFinding) Status() Status {
	if len(f.Examples) > 0 && f.Examples[0].Finding.Waived != "" {
		return Waived
	}
	return severity(requirements.Finding{Level: f.Level()})
}

// percentage returns the share of a part in a whole in percent, as a number and in words. The words are "" if the whole is 0.
func percentage(part, whole int) (value float64, words string) {
	if whole == 0 {
		return 0, ""
	}
	value = 100 * float64(part) / float64(whole)
	return value, formatFigure(value) + "%"
}

// formatFigure formats a number with three significant digits. It never leaves out digits before the point.
func formatFigure(n float64) string {
	if n >= 100 {
		return strconv.FormatFloat(n, 'f', 0, 64)
	}
	return strconv.FormatFloat(n, 'g', 3, 64)
}

// maxLatePercent limits the calls that begin late, in percent. Above this limit, the rate counts as not reached.
const maxLatePercent = 1

// missedRateReason returns a clause about the calls that were left out or began late, with the reason; "" if the planned rate was reached.
func (l Load) missedRateReason() string {
	if l.Plan.PerSecond == 0 {
		return ""
	}
	clauses := map[Bottleneck]string{
		BottleneckStart:       ", because it was not started in time",
		BottleneckOpenCalls:   ", because as many calls as allowed were open",
		BottleneckConnections: ", because all allowed connections were waiting for responses",
		BottleneckMachine:     ", because this machine was too slow",
	}
	sum := l.Timeline.Sum()
	if started := float64(sum.Started); started < sum.Due-5*math.Sqrt(sum.Due) { // by chance, so few calls begin in one of a million loads
		return fmt.Sprintf("%s of the wanted %s calls/s were reached", formatFigure(l.Plan.PerSecond*started/sum.Due), formatFigure(l.Plan.PerSecond)) + clauses[BottleneckOpenCalls]
	}
	late, words := percentage(l.Calls.Late, l.Calls.Started)
	if late <= maxLatePercent {
		return ""
	}
	mostFrequent := BottleneckMachine
	for _, b := range []Bottleneck{BottleneckStart, BottleneckOpenCalls, BottleneckConnections} {
		if l.LatePushes[b] > l.LatePushes[mostFrequent] {
			mostFrequent = b
		}
	}
	return words + " of the calls began late" + clauses[mostFrequent]
}
