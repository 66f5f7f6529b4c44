package report

import (
	"bytes"
	_ "embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/HdrHistogram/hdrhistogram-go"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

//go:embed load.schema.json
var loadSchema []byte

// LoadSchema returns the JSON Schema (draft 2020-12) of the documents that LoadJSON writes.
func LoadSchema() []byte { return bytes.Clone(loadSchema) }

const loadKind = "load"

// maxPushesPerCall is larger than the number of pushes of any call. A report is damaged if the index of a push is not below this limit.
const maxPushesPerCall = 10_000

// loadDocument is the JSON report of a load, schema 1. Later versions of pushcheck may add keys, but do not remove any.
type loadDocument struct {
	Schema      int          `json:"schema"`
	Kind        string       `json:"kind"`
	Tool        toolRecord   `json:"tool"`
	Target      string       `json:"target"`
	Seed        int64        `json:"seed"`
	Nonce       string       `json:"nonce"`
	Plan        planRecord   `json:"plan"`
	Shards      []shard      `json:"shards"`
	Started     time.Time    `json:"started"`
	Seconds     float64      `json:"seconds"`
	Interrupted bool         `json:"interrupted"`
	Problems    []string     `json:"problems"`
	Stopped     []stopRecord `json:"stopped"`
	loadMeasured
	conclusionRecord
}

// loadMeasured is the part of loadDocument that holds measured values.
type loadMeasured struct {
	Calls         loadCallsRecord                       `json:"calls"`
	Pushes        loadPushesRecord                      `json:"pushes"`
	Events        map[push.Event]eventRecord            `json:"events"`
	WarmUp        map[push.Event]eventRecord            `json:"warmUp"`
	LatePushes    map[verdict.Bottleneck]int            `json:"behind"`
	Findings      []loadFindingRecord                   `json:"findings"`
	Failures      map[verdict.LoadError][]failureRecord `json:"failures"`
	Waived        map[string]string                     `json:"waived"`
	WindowSeconds float64                               `json:"width"`
	Windows       []windowRecord                        `json:"rate"`
}

type planRecord struct {
	PerSecond   float64 `json:"perSecond"`   // calls that begin per second; 0 if Concurrency is set
	Concurrency int     `json:"concurrency"` // calls that are open at the same time
	Duration    float64 `json:"for"`         // in seconds
	Count       int     `json:"count"`       // number of calls; 0 if only Duration limits the calls
	Ramp        float64 `json:"ramp"`        // in seconds
	Text        string  `json:"words"`       // the plan as flags, such as "--calls 20/s --for 30s"
}

// shard identifies a part of a load that was divided into parts.
type shard struct {
	Number int `json:"number"`
	Total  int `json:"of"` // number of parts
}

type stopRecord struct {
	shard
	Reason string `json:"reason"`
}

type loadCallsRecord struct {
	Started    int `json:"begun"`
	Completed  int `json:"completed"`
	Unfinished int `json:"cut"`
	Late       int `json:"late"`
}

type loadPushesRecord struct {
	Sent     int                                 `json:"sent"`
	Accepted int                                 `json:"accepted"`
	Refused  int                                 `json:"refused"`
	NotSent  int                                 `json:"notSent"`
	Waiting  int                                 `json:"waiting"` // pushes without a response when the load ended
	Reasons  map[transcript.NotSentReason]int    `json:"reasons"`
	Details  map[transcript.NotSentReason]string `json:"details"`
}

type eventRecord struct {
	Count  int64                     `json:"count"` // number of measured latencies
	P50    float64                   `json:"p50"`   // in ms, like the fields from P90 to Max
	P90    float64                   `json:"p90"`
	P95    float64                   `json:"p95"`
	P99    float64                   `json:"p99"`
	P999   float64                   `json:"p999"`
	Max    float64                   `json:"max"`
	Errors map[verdict.LoadError]int `json:"errors"`
	HDR    string                    `json:"hdr"` // histogram, as encodeHDR returns it
}

type loadFindingRecord struct {
	ID       string              `json:"id"`
	Count    int                 `json:"count"`
	Examples []loadExampleRecord `json:"examples"`
}

type loadExampleRecord struct {
	Call     int            `json:"call"`
	Scenario string         `json:"scenario"`
	Finding  findingRecord  `json:"finding"`
	Exchange exchangeRecord `json:"exchange"`
}

// failureRecord is an exchange with an error. It is an example of a kind of error.
type failureRecord struct {
	Call     int            `json:"call"`
	Scenario string         `json:"scenario"`
	Exchange exchangeRecord `json:"exchange"`
}

type windowRecord struct {
	Start   float64 `json:"t"`      // in seconds since the start of the load
	Due     float64 `json:"wanted"` // calls that had to begin in the window
	Started int     `json:"begun"`  // calls that began in the window
	Open    int     `json:"open"`   // open calls at the end of the window
	Errors  int     `json:"errors"` // pushes of the window that ended in an error
	P50     float64 `json:"p50"`    // in ms
	P99     float64 `json:"p99"`    // in ms
	HDR     string  `json:"hdr"`    // histogram, as encodeHDR returns it
}

// LoadJSON writes a load and its verdict as one document of schema 1. It indents and escapes the document as the function JSON does.
func LoadJSON(w io.Writer, l verdict.Load, v verdict.LoadVerdict) error {
	d := loadDocument{Schema: 1, Kind: loadKind, Tool: toolRecord{toolName, l.Tool.Version, l.Tool.Roots}, Target: l.Incoming,
		Seed: l.Seed, Nonce: l.Nonce, Shards: make([]shard, 0, len(l.Shards)), Started: l.Started.UTC(), Seconds: l.Duration.Seconds(),
		Plan:        planRecord{l.Plan.PerSecond, l.Plan.Concurrency, l.Plan.Duration.Seconds(), l.Plan.Count, l.Plan.Ramp.Seconds(), l.Plan.Text},
		Interrupted: l.Interrupted, Problems: append([]string{}, l.Problems...), Stopped: make([]stopRecord, 0, len(l.Stopped)),
		conclusionRecord: conclusionRecord{Verdict: v.Conclusion, Exit: v.Exit, Reason: v.Summary}}
	for _, s := range l.Shards {
		d.Shards = append(d.Shards, shard(s))
	}
	for _, s := range l.Stopped {
		d.Stopped = append(d.Stopped, stopRecord{shard(s.Shard), s.Reason})
	}
	var err error
	if d.loadMeasured, err = loadMeasuredOf(l); err != nil {
		return fmt.Errorf("encoding the JSON report: %w", err)
	}
	return writeJSON(w, "JSON", d)
}

func loadMeasuredOf(l verdict.Load) (loadMeasured, error) {
	m := loadMeasured{
		Calls:      loadCallsRecord(l.Calls),
		Pushes:     loadPushesRecord{l.Pushes.Sent, l.Pushes.Accepted, l.Pushes.Refused, l.Pushes.NotSent, l.Pushes.Waiting, nonNilMap(l.Pushes.Reasons), nonNilMap(l.Pushes.Details)},
		LatePushes: nonNilMap(l.LatePushes), Waived: nonNilMap(l.Waived), Findings: make([]loadFindingRecord, 0, len(l.Findings)), Failures: map[verdict.LoadError][]failureRecord{},
		WindowSeconds: l.Timeline.Width.Seconds(), Windows: make([]windowRecord, 0, len(l.Timeline.Windows)),
	}
	var errs [2]error
	m.Events, errs[0] = eventRecordsOf(l.Events)
	m.WarmUp, errs[1] = eventRecordsOf(l.WarmUp)
	for i, w := range l.Timeline.Windows {
		hdr, err := encodeHDR(w.Latency)
		if err != nil {
			return m, err
		}
		start := time.Duration(i) * l.Timeline.Width
		m.Windows = append(m.Windows, windowRecord{start.Seconds(), w.Due, w.Started, w.Open, w.Errors, percentileMS(w.Latency, 50), percentileMS(w.Latency, 99), hdr})
	}
	ev := evidenceOfLoad(l)
	for _, f := range l.Findings {
		record := loadFindingRecord{f.ID, f.Count, make([]loadExampleRecord, 0, len(f.Examples))}
		for i, finding := range findingRecordsOf(rowOfLoadFinding(f), ev) {
			e := f.Examples[i]
			record.Examples = append(record.Examples, loadExampleRecord{e.Call, e.Scenario, finding, exchangeRecordOf(e.Exchange)})
		}
		m.Findings = append(m.Findings, record)
	}
	for kind, examples := range l.Failures {
		for _, e := range examples {
			m.Failures[kind] = append(m.Failures[kind], failureRecord{e.Call, e.Scenario, exchangeRecordOf(e.Exchange)})
		}
	}
	return m, errors.Join(errs[:]...)
}

func nonNilMap[K comparable, V any](m map[K]V) map[K]V {
	if m == nil {
		return map[K]V{}
	}
	return m
}

func eventRecordsOf(events map[push.Event]*verdict.LoadEvent) (map[push.Event]eventRecord, error) {
	out := map[push.Event]eventRecord{}
	for name, e := range events {
		hdr, err := encodeHDR(e.Latency)
		if err != nil {
			return nil, err
		}
		record := eventRecord{P50: percentileMS(e.Latency, 50), P90: percentileMS(e.Latency, 90), P95: percentileMS(e.Latency, 95), P99: percentileMS(e.Latency, 99),
			P999: percentileMS(e.Latency, 99.9), Max: percentileMS(e.Latency, 100), Errors: nonNilMap(e.Errors), HDR: hdr}
		if e.Latency != nil {
			record.Count = e.Latency.TotalCount()
		}
		out[name] = record
	}
	return out, nil
}

// percentileMS returns a percentile of latency in milliseconds; 0 if nothing was measured.
func percentileMS(h *hdrhistogram.Histogram, percent float64) float64 {
	return milliseconds(verdict.Percentile(h, percent))
}

// encodeHDR returns a histogram in the compressed V2 format of HdrHistogram, as base64; "" if h is nil.
func encodeHDR(h *hdrhistogram.Histogram) (string, error) {
	if h == nil {
		return "", nil
	}
	text, err := h.Encode(hdrhistogram.V2CompressedEncodingCookieBase)
	return string(text), err
}

// ParseLoadReport parses a document that LoadJSON wrote, and leaves out the verdict. If data is something else, the error says what it is,
// such as "it is empty".
func ParseLoadReport(data []byte) (verdict.Load, error) {
	data = bytes.TrimPrefix(data, []byte("\ufeff"))
	var l verdict.Load
	if err := checkReportKind(data, loadKind); err != nil {
		return l, err
	}
	var d loadDocument
	if err := json.Unmarshal(data, &d); err != nil {
		return l, fmt.Errorf("it is a damaged report: %w", err)
	}
	if len(d.Shards) == 0 || len(d.Windows) > 0 && secondsToDuration(d.WindowSeconds) <= 0 {
		return l, errors.New("it is a damaged report: it does not say which part of the load it is, or how wide the windows of its rate are")
	}
	l = verdict.Load{
		RunInfo: verdict.RunInfo{
			Tool: verdict.Tool{Version: d.Tool.Version, Roots: d.Tool.Roots}, Seed: d.Seed, Nonce: d.Nonce,
			Incoming: d.Target,
		},
		Started: d.Started, Duration: secondsToDuration(d.Seconds), Interrupted: d.Interrupted, Problems: d.Problems,
		Plan: verdict.LoadPlan{PerSecond: d.Plan.PerSecond, Concurrency: d.Plan.Concurrency, Duration: secondsToDuration(d.Plan.Duration), Count: d.Plan.Count, Ramp: secondsToDuration(d.Plan.Ramp), Text: d.Plan.Text},
		LoadFigures: verdict.LoadFigures{
			Calls: verdict.LoadCalls(d.Calls), LatePushes: d.LatePushes,
			Pushes:   verdict.LoadPushes(d.Pushes),
			Timeline: verdict.LoadTimeline{Width: secondsToDuration(d.WindowSeconds)},
		},
		Waived: d.Waived,
	}
	for _, s := range d.Shards {
		if s.Number < 1 || s.Number > s.Total {
			return l, fmt.Errorf("it is a damaged report: it says that it is part %d of %d", s.Number, s.Total)
		}
		l.Shards = append(l.Shards, verdict.Shard(s))
	}
	for _, s := range d.Stopped {
		l.Stopped = append(l.Stopped, verdict.StoppedShard{Shard: verdict.Shard(s.shard), Reason: s.Reason})
	}
	for _, f := range d.Findings {
		if slices.ContainsFunc(f.Examples, func(e loadExampleRecord) bool {
			return e.Finding.Exchange < 0 || e.Finding.Exchange >= maxPushesPerCall
		}) {
			return l, fmt.Errorf("it is a damaged report: an example of %q has no place in its call", f.ID)
		}
		l.Findings = append(l.Findings, f.toLoadFinding())
	}
	for kind, examples := range d.Failures {
		if l.Failures == nil {
			l.Failures = map[verdict.LoadError][]verdict.LoadExample{}
		}
		for _, e := range examples {
			l.Failures[kind] = append(l.Failures[kind], verdict.LoadExample{Call: e.Call, Scenario: e.Scenario, Exchange: e.Exchange.toExchange()})
		}
	}
	return l, d.readHistograms(&l)
}

// readHistograms decodes the histograms of a document, and stores them in l.
func (d loadDocument) readHistograms(l *verdict.Load) error {
	var err error
	decode := func(text string) *hdrhistogram.Histogram {
		if text == "" || err != nil {
			return nil
		}
		var h *hdrhistogram.Histogram
		if h, err = hdrhistogram.Decode([]byte(text)); err != nil {
			err = fmt.Errorf("it is a damaged report: a histogram cannot be read: %w", err)
		}
		return h
	}
	decodeEvents := func(records map[push.Event]eventRecord) map[push.Event]*verdict.LoadEvent {
		out := map[push.Event]*verdict.LoadEvent{}
		for name, e := range records {
			out[name] = &verdict.LoadEvent{Latency: decode(e.HDR), Errors: e.Errors}
		}
		return out
	}
	l.Events, l.WarmUp = decodeEvents(d.Events), decodeEvents(d.WarmUp)
	for _, w := range d.Windows {
		l.Timeline.Windows = append(l.Timeline.Windows, verdict.LoadWindow{Due: w.Due, Started: w.Started, Open: w.Open, Errors: w.Errors, Latency: decode(w.HDR)})
	}
	return err
}

func (f loadFindingRecord) toLoadFinding() verdict.LoadFinding {
	out := verdict.LoadFinding{ID: f.ID, Count: f.Count}
	for _, e := range f.Examples {
		finding := findingsFromRecords([]findingRecord{e.Finding})[0]
		finding.Requirement = f.ID
		out.Examples = append(out.Examples, verdict.LoadExample{Call: e.Call, Scenario: e.Scenario, Finding: finding, Exchange: e.Exchange.toExchange()})
	}
	return out
}

// toExchange returns the exchange of a record. If the push cannot be parsed, only its event is set.
func (ex exchangeRecord) toExchange() transcript.Exchange {
	form, _ := push.ParseForm([]byte(ex.Body))
	p, err := push.FromForm(form)
	if err != nil {
		p = push.Push{Event: push.Event(ex.Push)}
	}
	return transcript.Exchange{
		Sent: transcript.Sent{Push: p, Leg: ex.Leg, URL: ex.URL, Body: []byte(ex.Body)},
		Outcome: transcript.Outcome{
			Status: ex.Status, ContentType: ex.ContentType, Duration: secondsToDuration(ex.MS / 1000), ResponseBody: []byte(ex.Response), BodyLength: ex.ResponseLength,
			End: ex.End, Printed: ex.Printed,
		},
	}
}

func secondsToDuration(s float64) time.Duration {
	return time.Duration(s * float64(time.Second)).Round(time.Microsecond)
}

// rowOfLoadFinding returns a finding of a load as a row of a verdict, so that reports show it like a finding of a run.
func rowOfLoadFinding(f verdict.LoadFinding) verdict.Row {
	r, _ := requirements.Find(f.ID)
	row := verdict.Row{Requirement: r, Status: f.Status()}
	row.ID, row.Level = f.ID, f.Level()
	for _, e := range f.Examples {
		finding := e.Finding
		if e.Call > 0 {
			finding.Call = e.Call
		}
		row.Findings = append(row.Findings, finding)
	}
	return row
}

// evidenceOfLoad returns the exchanges of all examples, as the evidence of the findings.
func evidenceOfLoad(l verdict.Load) evidence {
	calls := map[int]transcript.Call{}
	for _, f := range l.Findings {
		for _, e := range f.Examples {
			if e.Exchange.URL == "" { // the finding is about a connection
				continue
			}
			index := e.Finding.Exchange
			c := calls[e.Call]
			c.ID, c.Scenario = e.Call, e.Scenario
			if n := index + 1 - len(c.Exchanges); n > 0 {
				c.Exchanges = append(c.Exchanges, slices.Repeat([]transcript.Exchange{{}}, n)...)
			}
			c.Exchanges[index] = e.Exchange
			calls[e.Call] = c
		}
	}
	return evidence{calls: calls, curlOptions: l.CurlArguments}
}
