package verdict

import (
	"cmp"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/pushcheck/pushcheck/push"
)

// DefaultThresholds are what a load has to keep if nothing else is asked for.
const DefaultThresholds = "findings=0,errors<0.1%"

// Metric is what a threshold limits.
type Metric string

const (
	MetricP50      Metric = "p50"
	MetricP90      Metric = "p90"
	MetricP95      Metric = "p95"
	MetricP99      Metric = "p99"
	MetricP999     Metric = "p999"
	MetricMax      Metric = "max"
	MetricErrors   Metric = "errors"   // share of the pushes that were tried
	MetricLate     Metric = "late"     // share of the calls that began late
	MetricFindings Metric = "findings" // number of must-level findings
)

// percentiles are the metrics of latency.
var percentiles = []struct {
	metric Metric
	at     float64
}{{MetricP50, 50}, {MetricP90, 90}, {MetricP95, 95}, {MetricP99, 99}, {MetricP999, 99.9}, {MetricMax, 100}}

// Threshold is a limit that a load has to keep.
type Threshold struct {
	Event  push.Event // "": every event
	Metric Metric
	Op     string  // <, <= or =
	Limit  float64 // microseconds of latency, percent, or a number of findings
	Text   string  // as it was written
}

// ThresholdError describes a mistake in the text of thresholds.
type ThresholdError struct {
	Text     string // all of it
	Position int    // of the first wrong byte
	Part     string // the wrong part; "": something is missing there
	Allowed  string // what is allowed there
}

func (e *ThresholdError) Error() string {
	if e.Part == "" {
		return fmt.Sprintf("reading thresholds %q: nothing at position %d, want %s", e.Text, e.Position+1, e.Allowed)
	}
	return fmt.Sprintf("reading thresholds %q: %q at position %d, want %s", e.Text, e.Part, e.Position+1, e.Allowed)
}

const (
	allowedMetrics  = "p50, p90, p95, p99, p999, max, errors, late or findings"
	allowedLatency  = "p50, p90, p95, p99, p999 or max"
	allowedEvents   = "newCall, answer, hangup or dtmf"
	allowedOps      = "<, <= or ="
	allowedTimes    = "a time such as 500ms"
	allowedPercents = "a percentage from 0% to 100%, such as 0.1%"
	allowedCounts   = "a number such as 0"
)

// ParseThresholds reads thresholds with commas between them, such as p99<500ms,newCall.p95<200ms,errors<0.1%. An error is a
// *ThresholdError.
func ParseThresholds(text string) ([]Threshold, error) {
	var out []Threshold
	at := 0
	for _, part := range strings.Split(text, ",") {
		left := len(part) - len(strings.TrimLeft(part, " "))
		t, wrong := parseThreshold(strings.TrimSpace(part))
		if wrong != nil {
			wrong.Text, wrong.Position = text, at+left+wrong.Position
			return nil, wrong
		}
		out = append(out, t)
		at += len(part) + 1
	}
	return out, nil
}

// parseThreshold reads one threshold. The position of an error is in it.
func parseThreshold(text string) (Threshold, *ThresholdError) {
	t := Threshold{Text: text}
	end := strings.IndexAny(text, "<=>!")
	if end < 0 {
		end = len(text)
	}
	name, at, allowed := text[:end], 0, allowedMetrics
	if event, metric, ok := strings.Cut(name, "."); ok {
		switch t.Event = push.Event(event); t.Event {
		case push.NewCall, push.Answer, push.Hangup, push.DTMF:
		default:
			return t, &ThresholdError{Position: 0, Part: event, Allowed: allowedEvents}
		}
		name, at, allowed = metric, len(event)+1, allowedLatency
	}
	t.Metric = Metric(strings.TrimSpace(name))
	_, isLatency := t.Metric.percentile()
	if !isLatency && (t.Event != "" || t.Metric != MetricErrors && t.Metric != MetricLate && t.Metric != MetricFindings) {
		return t, &ThresholdError{Position: at, Part: name, Allowed: allowed}
	}
	value := strings.TrimLeft(text[end:], "<=>!")
	switch t.Op = text[end : len(text)-len(value)]; t.Op {
	case "<", "<=", "=":
	default:
		return t, &ThresholdError{Position: end, Part: t.Op, Allowed: allowedOps}
	}
	at = len(text) - len(strings.TrimLeft(value, " "))
	limit, allowed := t.Metric.limit(strings.TrimSpace(value))
	if allowed != "" {
		return t, &ThresholdError{Position: at, Part: text[at:], Allowed: allowed}
	}
	t.Limit = limit
	return t, nil
}

// percentile returns which percentile of latency the metric is, if it is one.
func (m Metric) percentile() (float64, bool) {
	for _, q := range percentiles {
		if q.metric == m {
			return q.at, true
		}
	}
	return 0, false
}

// limit reads what the metric is compared with. If it cannot be read, it returns what is allowed.
func (m Metric) limit(text string) (value float64, allowed string) {
	if _, ok := m.percentile(); ok {
		d, err := time.ParseDuration(text)
		if err != nil || d < 0 {
			return 0, allowedTimes
		}
		return float64(d) / float64(time.Microsecond), ""
	}
	if m == MetricFindings {
		n, err := strconv.ParseUint(text, 10, 31)
		if err != nil {
			return 0, allowedCounts
		}
		return float64(n), ""
	}
	number, percent := strings.CutSuffix(text, "%")
	value, err := strconv.ParseFloat(number, 64)
	if err != nil || !(value >= 0 && value <= 100) || !percent && value != 0 {
		return 0, allowedPercents
	}
	return value, ""
}

// kept reports whether a measured value keeps the limit.
func (t Threshold) kept(measured float64) bool {
	switch c := cmp.Compare(measured, t.Limit); t.Op {
	case "<":
		return c < 0
	case "<=":
		return c <= 0
	default:
		return c == 0
	}
}
