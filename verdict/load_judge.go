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
	Exit       int
	Why        string // the conclusion in a sentence
	Thresholds []JudgedThreshold
}

// JudgedThreshold is a threshold with what was measured.
type JudgedThreshold struct {
	Threshold
	Kept     bool
	Measured string // in words, with its unit; "" if nothing was measured
}

// Judge decides whether the load keeps thresholds. The order is: interrupted, a problem of the harness, a threshold that was crossed,
// nothing measured, conformant. A wanted rate that was not held changes the sentence only.
func (l Load) Judge(thresholds []Threshold) LoadVerdict {
	var out LoadVerdict
	var crossed, kept []string
	var open string
	for _, t := range thresholds {
		judged := JudgedThreshold{Threshold: t}
		value, ok := l.measure(t)
		if ok {
			judged.Kept, judged.Measured = t.kept(value), t.Metric.words(value)
		}
		out.Thresholds = append(out.Thresholds, judged)
		switch {
		case !ok && open == "":
			open = fmt.Sprintf("%s could not be judged, because nothing was measured", t.Text)
		case ok && judged.Kept:
			kept = append(kept, t.Text)
		case ok:
			crossed = append(crossed, fmt.Sprintf("%s was wanted, and it is %s", t.Text, judged.Measured))
		}
	}
	stopped := l.stopped()
	switch forbidden := l.forbidden(); {
	case stopped != "":
		open = stopped
	case l.tried() == 0:
		open = "no push was sent"
	case forbidden != "":
		open = "no answer, hangup or dtmf push was sent: " + forbidden
	}
	v := Verdict{Evidence: Evidence{Interrupted: l.Interrupted, Problems: l.Problems}}
	v.decide(decision{
		interrupted: "interrupted: the figures cover the calls until then",
		fatal:       strings.Join(crossed, "; "),
		open:        open,
		good:        l.good() + ": " + strings.Join(kept, ", "),
	})
	out.Conclusion, out.Exit, out.Why = v.Conclusion, v.Exit, v.Why
	if stopped != "" && v.Conclusion == NotConformant {
		out.Why += "; " + stopped
	}
	if held := l.notHeld(); held != "" {
		out.Why += "; " + held
	}
	return out
}

// stopped names the parts that ended after their first call, and why the first of them did; "" if none did.
func (l Load) stopped() string {
	if len(l.Stopped) == 0 {
		return ""
	}
	first := l.Stopped[0]
	why := fmt.Sprintf("because the first call was not accepted (%s)", first.Reason)
	if first.Shard.Of == 1 {
		return "no traffic was sent, " + why
	}
	var numbers []string
	for _, s := range l.Stopped {
		numbers = append(numbers, strconv.Itoa(s.Shard.Number))
	}
	return fmt.Sprintf("part %s of %d sent no traffic, %s", strings.Join(numbers, ", "), first.Shard.Of, why)
}

// measure returns what a threshold limits; false if nothing was measured.
func (l Load) measure(t Threshold) (float64, bool) {
	switch t.Metric {
	case MetricFindings:
		return float64(l.mustFindings()), true
	case MetricErrors:
		return percent(l.Errors(), l.tried()), l.tried() > 0
	case MetricLate:
		return percent(l.Calls.Late, l.Calls.Begun), l.Calls.Begun > 0
	}
	at, _ := t.Metric.percentile()
	latency := l.latency(t.Event)
	if latency == nil || latency.TotalCount() == 0 {
		return 0, false
	}
	return float64(Percentile(latency, at).Microseconds()), true
}

// Percentile returns a percentile of latencies in microseconds; the 100th is the maximum. It is 0 if nothing was measured.
func Percentile(h *hdrhistogram.Histogram, at float64) time.Duration {
	switch {
	case h == nil || h.TotalCount() == 0:
		return 0
	case at == 100:
		return time.Duration(h.Max()) * time.Microsecond
	}
	return time.Duration(h.ValueAtQuantile(at)) * time.Microsecond
}

// latency returns the latency after the ramp of the pushes of an event, or of all if event is ""; nil if there were none.
func (l Load) latency(event push.Event) *hdrhistogram.Histogram {
	var all []*hdrhistogram.Histogram
	for name, e := range l.Events {
		if event == "" || name == event {
			all = append(all, e.Latency)
		}
	}
	return MergeLatencies(all...)
}

// Errors returns how many pushes failed in a way that load can cause, including those during the ramp.
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

// tried returns how many pushes were sent, or would have been if there had been a connection.
func (l Load) tried() int { return l.Pushes.Sent + l.Pushes.Reasons[transcript.NotReached] }

// good returns the beginning of the sentence of a load that keeps its thresholds.
func (l Load) good() string {
	if l.Pushes.Reasons[transcript.NotSubscribed] > 0 && l.onlyNewCalls() {
		return "conformant as an observer, which subscribes to nothing"
	}
	return "conformant"
}

// onlyNewCalls reports whether no other pushes were tried.
func (l Load) onlyNewCalls() bool {
	for _, events := range []map[push.Event]*LoadEvent{l.Events, l.WarmUp} {
		for event := range events {
			if event != push.NewCall {
				return false
			}
		}
	}
	return true
}

// forbidden returns why only newCall pushes could be sent, if that is not the receiver's fault; else "".
func (l Load) forbidden() string {
	if !l.onlyNewCalls() {
		return ""
	}
	return cmp.Or(l.Pushes.Details[transcript.NotAllowed], l.Pushes.Details[transcript.CannotConnect])
}

// mustFindings counts the findings that make a receiver not conformant.
func (l Load) mustFindings() int {
	n := 0
	for _, f := range l.Findings {
		if f.Must() && !f.Waived() {
			n += f.Count
		}
	}
	return n
}

// Level returns the level of the examples, or else that of the requirement.
func (f LoadFinding) Level() requirements.Level {
	for _, e := range f.Examples {
		if e.Finding.Level != "" {
			return e.Finding.Level
		}
	}
	r, _ := requirements.Find(f.ID)
	return r.Level
}

// Must reports whether the finding is must-level.
func (f LoadFinding) Must() bool { return f.Level() == requirements.Must }

// Waived reports whether a flag allows the finding.
func (f LoadFinding) Waived() bool { return len(f.Examples) > 0 && f.Examples[0].Finding.Waived != "" }

func percent(n, of int) float64 {
	if of == 0 {
		return 0
	}
	return 100 * float64(n) / float64(of)
}

// words writes a measured value with its unit.
func (m Metric) words(value float64) string {
	switch m {
	case MetricFindings:
		return strconv.Itoa(int(value))
	case MetricErrors, MetricLate:
		return figure(value) + "%"
	}
	return (time.Duration(value) * time.Microsecond).String()
}

// figure formats a number with three significant digits, and with all digits before the point.
func figure(n float64) string {
	if n >= 100 {
		return strconv.FormatFloat(n, 'f', 0, 64)
	}
	return strconv.FormatFloat(n, 'g', 3, 64)
}

// tolerated is the percentage of calls that may begin late although the rate counts as held.
const tolerated = 1

// notHeld describes in a sentence which calls were left out or began late, and why. It returns "" if the wanted rate was held.
func (l Load) notHeld() string {
	if l.Plan.PerSecond == 0 {
		return ""
	}
	because := map[Bottleneck]string{
		ByStart:       ", because it was not started in time",
		ByOpen:        ", because as many calls as allowed were open",
		ByConnections: ", because all allowed connections were waiting for responses",
		ByMachine:     ", because this machine had not enough time",
	}
	if wanted, begun := l.Rate.Calls(); float64(begun) < wanted-5*math.Sqrt(wanted) { // so few begin by chance once in a million loads
		return fmt.Sprintf("%s of the wanted %s calls/s were reached", figure(l.Plan.PerSecond*float64(begun)/wanted), figure(l.Plan.PerSecond)) + because[ByOpen]
	}
	late := percent(l.Calls.Late, l.Calls.Begun)
	if late <= tolerated {
		return ""
	}
	most := ByMachine
	for _, b := range []Bottleneck{ByStart, ByOpen, ByConnections} {
		if l.Behind[b] > l.Behind[most] {
			most = b
		}
	}
	return fmt.Sprintf("%s%% of the calls began late", figure(late)) + because[most]
}
