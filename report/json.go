package report

import (
	"bytes"
	"crypto/sha256"
	_ "embed"
	"encoding/json"
	"fmt"
	"io"
	"math"
	"slices"
	"strings"
	"time"
	"unicode"

	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

//go:embed report.schema.json
var schema []byte

// Schema returns the JSON Schema (draft 2020-12) of the documents that JSON writes.
func Schema() []byte { return bytes.Clone(schema) }

// JSON writes the verdict as one document of schema 1, indented, with a line break at its end. Every key is always present, no array is
// null, and every row of the verdict is in the array of requirements. Bodies over 4 KiB are cut; the document has their length and SHA-256.
// Bytes that are not UTF-8 become U+FFFD. Control characters and invisible characters are escaped, so that a terminal can show the
// document. JSON returns the error of the writer.
func JSON(w io.Writer, v verdict.Verdict) error {
	return writeJSON(w, "JSON", documentOf(v))
}

// writeJSON writes a report that is a JSON document. Errors name the kind of the report.
func writeJSON(w io.Writer, kind string, document any) error {
	var text bytes.Buffer
	e := json.NewEncoder(&text)
	e.SetEscapeHTML(false) // XML and form bodies stay readable
	e.SetIndent("", "  ")
	if err := e.Encode(document); err != nil {
		return fmt.Errorf("encoding the %s report: %w", kind, err)
	}
	if _, err := io.WriteString(w, escapeJSON(text.String())); err != nil {
		return fmt.Errorf("writing the %s report: %w", kind, err)
	}
	return nil
}

// escapeJSON escapes the invisible characters that the encoder leaves raw, and commands to a CI system. Both occur only in JSON strings.
func escapeJSON(document string) string {
	var b strings.Builder
	for _, r := range document {
		switch {
		case r == '\n' || unicode.IsPrint(r):
			b.WriteRune(r)
		case r > 0xffff:
			r -= 0x10000
			fmt.Fprintf(&b, `\u%04x\u%04x`, 0xd800+r>>10, 0xdc00+r&0x3ff)
		default:
			fmt.Fprintf(&b, `\u%04x`, r)
		}
	}
	return replaceBracket(b.String(), `\u005b`)
}

func documentOf(v verdict.Verdict) document {
	ev := evidenceOf(v)
	d := document{
		Schema: 1,
		aboutRecord: aboutRecord{Tool: toolRecord{toolName, v.Tool.Version, v.Tool.Roots}, Target: targetRecord{v.Incoming, v.Outgoing},
			Seed: v.Seed, Nonce: v.Nonce},
		Interrupted:      v.Interrupted,
		conclusionRecord: conclusionRecord{Verdict: conclusionOf(v), Exit: v.Exit, Reason: v.Summary},
		Observer:         v.Observer, Counts: countByStatus(v.Rows), Capabilities: map[requirements.Capability]verdict.CapabilityState{},
		Requirements: make([]requirementRecord, 0, len(v.Rows)), Causes: make([]causeRecord, 0, len(v.Causes)),
		Scenarios: make([]scenarioRecord, 0, len(v.Scenarios)), Notes: make([]noteRecord, 0, len(v.Notes)),
		evidenceRecord: evidenceRecord{Problems: append([]string{}, v.Problems...),
			Connections: make([]connectionRecord, 0, len(v.Connections)), Calls: make([]callRecord, 0, len(v.Calls))},
	}
	for _, c := range requirements.Capabilities() {
		d.Capabilities[c] = verdict.CapabilityAbsent
	}
	for c, shown := range v.Capabilities {
		d.Capabilities[c] = shown
	}
	for _, r := range v.Rows {
		d.Requirements = append(d.Requirements, requirementRecordOf(r, ev))
	}
	for _, c := range v.Causes {
		d.Causes = append(d.Causes, causeRecord{c.ID, c.Clause, c.Fix, c.IDs})
	}
	for _, s := range v.Scenarios {
		d.Scenarios = append(d.Scenarios, scenarioRecord{s.Feature, s.Name, s.File, s.Line, s.Status, s.Reason,
			append([]string{}, s.NotMet...), findingRecordsOf(verdict.Row{Findings: s.Findings}, ev)})
	}
	for _, n := range v.Notes {
		d.Notes = append(d.Notes, noteRecord{n.About, n.Text})
	}
	for _, c := range v.Connections {
		d.Connections = append(d.Connections, connectionRecordOf(c))
	}
	for _, c := range v.Calls {
		d.Calls = append(d.Calls, callRecordOf(c))
	}
	return d
}

func requirementRecordOf(r verdict.Row, ev evidence) requirementRecord {
	return requirementRecord{ID: r.ID, Level: r.Level, Status: r.Status, Reason: r.Reason, CauseID: r.CauseID, KnownCause: r.KnownCause, Expired: r.Expired,
		TimesJudged: r.TimesJudged, Statement: r.Statement, Consequence: r.Consequence, Findings: findingRecordsOf(r, ev)}
}

func findingRecordsOf(r verdict.Row, ev evidence) []findingRecord {
	out := make([]findingRecord, 0, len(r.Findings))
	for _, f := range r.Findings {
		out = append(out, findingRecord{Level: f.Level, Variant: f.Variant, Primary: f.Primary, Waived: f.Waived,
			Want: f.Want, Got: f.Got, Cause: f.Cause, Fix: ev.remedy(r, f), Call: f.Call, Exchange: f.Exchange, Line: f.Line, Column: f.Column,
			Origin: f.Origin, Curl: ev.curl(f)})
	}
	return out
}

func callRecordOf(c transcript.Call) callRecord {
	record := callRecord{ID: c.ID, Scenario: c.Scenario, Feature: c.Feature, Probe: c.Probe, Complete: c.Complete,
		NotSent: make([]notSentRecord, 0, len(c.NotSent)), Skipped: make([]skippedRecord, 0, len(c.Skipped)),
		States:    make([]stateRecord, 0, len(c.States)),
		Exchanges: make([]exchangeRecord, 0, len(c.Exchanges))}
	for _, n := range c.NotSent {
		record.NotSent = append(record.NotSent, notSentRecord{string(n.Push.Event), n.Leg, n.Reason, n.Detail})
	}
	for _, s := range c.Skipped {
		record.Skipped = append(record.Skipped, skippedRecord{s.Deed, s.Leg, s.Reason})
	}
	for _, a := range c.States {
		record.States = append(record.States, stateRecord{exchangeIndexOf(c, a), a.Leg, a.Wanted, a.Shown, cutBody([]byte(a.Word)), milliseconds(a.Waited), cutBody([]byte(a.Failure))})
	}
	for _, ex := range c.Exchanges {
		record.Exchanges = append(record.Exchanges, exchangeRecordOf(ex))
	}
	return record
}

func exchangeRecordOf(ex transcript.Exchange) exchangeRecord {
	name := string(ex.Push.Event)
	if ex.ForeignName != "" {
		name = ex.ForeignName
	}
	record := exchangeRecord{Push: name, Leg: ex.Leg, URL: ex.URL,
		Body: cutBody(ex.Body), BodyLength: int64(len(ex.Body)), BodySHA256: digestOf(ex.Body),
		Status: ex.Status, ContentType: ex.ContentType, MS: milliseconds(ex.Duration),
		Response: cutBody(ex.ResponseBody), ResponseLength: max(ex.BodyLength, int64(len(ex.ResponseBody))),
		ResponseSHA256: digestOf(ex.ResponseBody), End: ex.End, Error: describeEnd(ex), Printed: ex.Printed}
	return record
}

// exchangeIndexOf returns the index of the exchange after which the application was asked for the state; 0 if there is none.
func exchangeIndexOf(c transcript.Call, a transcript.StateQuestion) int {
	return max(slices.IndexFunc(c.Exchanges, func(ex transcript.Exchange) bool { return ex.Step == a.Step }), 0)
}

// digestOf returns the SHA-256 of a body that is cut in the report; "" if the report has the whole body.
func digestOf(body []byte) string {
	if len(body) <= maxBodyLength {
		return ""
	}
	return fmt.Sprintf("%x", sha256.Sum256(body))
}

// milliseconds returns a duration in milliseconds, rounded to microseconds.
func milliseconds(d time.Duration) float64 {
	return math.Round(float64(d)/float64(time.Microsecond)) / 1000
}
