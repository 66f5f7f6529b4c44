package report

import (
	"fmt"
	"maps"
	"slices"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/verdict"
)

// eventsOfLoad returns the events that a load sends, in the order in which a call has them.
func eventsOfLoad() []push.Event {
	return []push.Event{push.NewCall, push.Answer, push.DTMF, push.Hangup}
}

// loadTable has a row for each percentile or kind of error. It has a column for each event. If there are several events, the last column is
// for all of them.
type loadTable struct {
	Columns []string
	Rows    []loadTableRow
}

type loadTableRow struct {
	Name, Meaning string
	Cells         []string
	Examples      []verdict.LoadExample // exchanges with this kind of error
}

// loadLatencies holds the tables of latency, and the plot of its percentiles.
type loadLatencies struct {
	Table, WarmUp *loadTable // latency after and during the warm-up; nil if nothing was measured
	Curve         *loadPlot  // nil if too few pushes were measured
}

// percentiles returns the percentiles that tables show.
func percentiles() []struct {
	Name    string
	Percent float64
} {
	return []struct {
		Name    string
		Percent float64
	}{{"p50", 50}, {"p90", 90}, {"p95", 95}, {"p99", 99}, {"p99.9", 99.9}, {"max", 100}}
}

func latenciesOfLoad(l verdict.Load) loadLatencies {
	return loadLatencies{Table: latencyTable(l.Events), WarmUp: latencyTable(l.WarmUp), Curve: percentilePlot(l)}
}

// latencyTable returns a table of the latency by event; nil if nothing was measured.
func latencyTable(events map[push.Event]*verdict.LoadEvent) *loadTable {
	t := &loadTable{}
	var columns []*hdrhistogram.Histogram
	for _, name := range eventsOfLoad() {
		if e := events[name]; e != nil && e.Latency != nil && e.Latency.TotalCount() > 0 {
			t.Columns, columns = append(t.Columns, string(name)), append(columns, e.Latency)
		}
	}
	switch len(columns) {
	case 0:
		return nil
	case 1:
	default:
		t.Columns, columns = append(t.Columns, "all"), append(columns, verdict.MergeLatencies(columns...))
	}
	countRow := loadTableRow{Name: "pushes"}
	for _, h := range columns {
		countRow.Cells = append(countRow.Cells, fmt.Sprint(h.TotalCount()))
	}
	t.Rows = append(t.Rows, countRow)
	for _, p := range percentiles() {
		row := loadTableRow{Name: p.Name}
		for _, h := range columns {
			row.Cells = append(row.Cells, latencyAt(h, p.Percent))
		}
		t.Rows = append(t.Rows, row)
	}
	return t
}

// loadFailures holds the tables of errors, of pushes that were not sent, and of the reasons why calls and pushes were late.
type loadFailures struct {
	Errors   *loadTable     // nil if there were no errors
	Examples []htmlExchange // exchanges with errors
	NotSent  []loadTableRow // a row for each reason
	Late     []loadTableRow // a row for each reason
}

func failuresOfLoad(l verdict.Load) loadFailures {
	budget := exchangeBudget
	return loadFailures{Errors: errorTable(l), Examples: budget.errorExamples(l), NotSent: countRows(l.Pushes.Reasons, l.Pushes.Details), Late: countRows(l.LatePushes, map[verdict.Bottleneck]string{
		verdict.BottleneckStart:       "This part began later than planned.",
		verdict.BottleneckOpenCalls:   "As many calls as allowed were open.",
		verdict.BottleneckConnections: "All allowed connections were waiting for responses.",
		verdict.BottleneckMachine:     "The sending machine was too slow.",
	})}
}

// countRows returns a row for each name whose count is not zero, with the meaning of the name.
func countRows[K ~string](counts map[K]int, meanings map[K]string) []loadTableRow {
	var rows []loadTableRow
	for _, name := range slices.Sorted(maps.Keys(counts)) {
		if counts[name] > 0 {
			rows = append(rows, loadTableRow{Name: clipLong(string(name), shortTextLength), Meaning: clipLong(meanings[name], longTextLength), Cells: []string{fmt.Sprint(counts[name])}})
		}
	}
	return rows
}

// wordsForLoadError returns a name for a kind of error, and a sentence that says what the kind means.
func wordsForLoadError(kind verdict.LoadError) (name, meaning string) {
	switch kind {
	case verdict.LoadTimeout:
		return "timeout", "The response was not complete in time."
	case verdict.LoadDropped:
		return "connection lost", "The connection was closed or reset before the response was complete."
	case verdict.LoadUnconnected:
		return "no connection", "The receiver did not accept a connection."
	case verdict.LoadLimited:
		return "status 429", "The receiver limits the number of pushes."
	case verdict.LoadFailed:
		return "status 5xx", "The receiver, or a proxy before it, failed."
	case verdict.LoadInvalid:
		return "no valid response", "The response was not HTTP, or it had no end."
	case verdict.LoadOtherKind:
		return "another kind of response", "The response to newCall was of another kind than that of the first call, such as an error page."
	}
	return clipLong(string(kind), shortTextLength), ""
}

// errorTable returns a table of the errors by kind and event, including the errors during the warm-up; nil if there were no errors.
func errorTable(l verdict.Load) *loadTable {
	t := &loadTable{}
	total := map[verdict.LoadError]int{}
	byEvent := map[push.Event]map[verdict.LoadError]int{}
	for _, name := range eventsOfLoad() {
		counts := map[verdict.LoadError]int{}
		for _, events := range []map[push.Event]*verdict.LoadEvent{l.Events, l.WarmUp} {
			if e := events[name]; e != nil {
				for kind, n := range e.Errors {
					counts[kind] += n
					total[kind] += n
				}
			}
		}
		if len(counts) > 0 {
			t.Columns, byEvent[name] = append(t.Columns, string(name)), counts
		}
	}
	if len(total) == 0 {
		return nil
	}
	for _, kind := range slices.Sorted(maps.Keys(total)) {
		var row loadTableRow
		row.Name, row.Meaning = wordsForLoadError(kind)
		row.Examples = l.Failures[kind]
		for _, name := range t.Columns {
			row.Cells = append(row.Cells, fmt.Sprint(byEvent[push.Event(name)][kind]))
		}
		if len(t.Columns) > 1 {
			row.Cells = append(row.Cells, fmt.Sprint(total[kind]))
		}
		t.Rows = append(t.Rows, row)
	}
	if len(t.Columns) > 1 {
		t.Columns = append(t.Columns, "all")
	}
	return t
}
