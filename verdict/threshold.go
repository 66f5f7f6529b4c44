package verdict

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/pushcheck/pushcheck/push"
)

// DefaultThresholds are the thresholds of a load if the user names none.
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
	MetricErrors   Metric = "errors"   // failed pushes, in percent of the tried pushes
	MetricLate     Metric = "late"     // calls that began late, in percent of all calls
	MetricFindings Metric = "findings" // number of must-level findings
)

// percentiles lists the metrics of latency with their percentiles.
var percentiles = map[Metric]float64{MetricP50: 50, MetricP90: 90, MetricP95: 95, MetricP99: 99, MetricP999: 99.9, MetricMax: 100}

// Threshold is a limit that a load has to keep.
type Threshold struct {
	Event    push.Event // "": every event
	Metric   Metric
	Operator string  // <, <= or =
	Limit    float64 // microseconds of latency, percent, or a number of findings
	Text     string  // as the user wrote it
}

// ThresholdError describes a mistake in the text of thresholds.
type ThresholdError struct {
	Text     string // the text of all thresholds
	Position int    // index of the first wrong byte
	Part     string // the wrong part; "" if a part is missing at Position
	Allowed  string // what is allowed at Position
}

func (e *ThresholdError) Error() string {
	part := "nothing"
	if e.Part != "" {
		part = strconv.Quote(e.Part)
	}
	return fmt.Sprintf("reading thresholds %q: %s at position %d, want %s", e.Text, part, e.Position+1, e.Allowed)
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
	offset := 0
	for _, part := range strings.Split(text, ",") {
		spaces := len(part) - len(strings.TrimLeft(part, " "))
		t, err := parseThreshold(strings.TrimSpace(part))
		if err != nil {
			err.Text, err.Position = text, offset+spaces+err.Position
			return nil, err
		}
		out = append(out, t)
		offset += len(part) + 1
	}
	return out, nil
}

// thresholdSyntax has a group for each part of a threshold: event, metric, operator and limit.
var thresholdSyntax = regexp.MustCompile(`(?s)^(?:([^.<=>!]*)\.)?([^<=>!]*)([<=>!]*) *(.*)$`)

// parseThreshold reads one threshold. The position of an error is an index in text.
func parseThreshold(text string) (Threshold, *ThresholdError) {
	groups, parts := thresholdSyntax.FindStringSubmatchIndex(text), thresholdSyntax.FindStringSubmatch(text)
	newError := func(part int, allowed string) *ThresholdError {
		return &ThresholdError{Position: groups[2*part], Part: parts[part], Allowed: allowed}
	}
	t := Threshold{Event: push.Event(parts[1]), Metric: Metric(strings.TrimSpace(parts[2])), Operator: parts[3], Text: text}
	limit, allowedLimit := t.Metric.parseLimit(strings.TrimSpace(parts[4]))
	t.Limit = limit
	_, isLatency := percentiles[t.Metric]
	hasEvent := groups[2] >= 0
	switch {
	case hasEvent && !slices.Contains([]push.Event{push.NewCall, push.Answer, push.Hangup, push.DTMF}, t.Event):
		return t, newError(1, allowedEvents)
	case hasEvent && !isLatency:
		return t, newError(2, allowedLatency)
	case !isLatency && t.Metric != MetricErrors && t.Metric != MetricLate && t.Metric != MetricFindings:
		return t, newError(2, allowedMetrics)
	case t.Operator != "<" && t.Operator != "<=" && t.Operator != "=":
		return t, newError(3, allowedOps)
	case allowedLimit != "":
		return t, newError(4, allowedLimit)
	}
	return t, nil
}

// parseLimit reads the limit of a metric. If text is not a valid limit, parseLimit returns a description of the valid limits.
func (m Metric) parseLimit(text string) (value float64, allowed string) {
	if _, isLatency := percentiles[m]; isLatency {
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
	number, hasPercent := strings.CutSuffix(text, "%")
	value, err := strconv.ParseFloat(number, 64)
	if err != nil || !(value >= 0 && value <= 100) || !hasPercent && value != 0 {
		return 0, allowedPercents
	}
	return value, ""
}

// isKept reports whether a measured value keeps the threshold.
func (t Threshold) isKept(measured float64) bool {
	switch c := cmp.Compare(measured, t.Limit); t.Operator {
	case "<":
		return c < 0
	case "<=":
		return c <= 0
	default:
		return c == 0
	}
}
