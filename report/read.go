package report

import (
	"bytes"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/verdict"
)

// ParseReport parses a report that the function JSON wrote. The verdict has the URLs, the conclusion, and every requirement and every
// scenario of the user's own with its status, its reason and its findings. Calls and connections are left out. If data is something else,
// the error says what it is, such as "it is a JUnit report".
func ParseReport(data []byte) (verdict.Verdict, error) {
	d, err := parseDocument(bytes.TrimPrefix(data, []byte("\ufeff"))) // some editors begin a file with this byte order mark
	if err != nil {
		return verdict.Verdict{}, err
	}
	v := verdict.Verdict{
		RunInfo: verdict.RunInfo{
			Tool: verdict.Tool{Version: d.Tool.Version, Roots: d.Tool.Roots}, Seed: d.Seed, Nonce: d.Nonce,
			Incoming: d.Target.Incoming, Outgoing: d.Target.Outgoing,
		},
		Evidence:   verdict.Evidence{Interrupted: d.Interrupted, Problems: d.Problems},
		Conclusion: d.Verdict, Exit: d.Exit, Summary: d.Reason, Observer: d.Observer,
		Counts: map[verdict.Status]int{}, Capabilities: d.Capabilities,
	}
	for _, r := range d.Requirements {
		v.Rows = append(v.Rows, verdict.Row{
			Requirement: requirements.Requirement{ID: r.ID, Level: r.Level, Statement: r.Statement, Consequence: r.Consequence},
			Status:      r.Status, Reason: r.Reason, CauseID: r.CauseID, KnownCause: r.KnownCause, Expired: r.Expired, TimesJudged: r.TimesJudged,
			Findings: findingsFromRecords(r.Findings),
		})
		v.Counts[r.Status]++
	}
	for _, s := range d.Scenarios {
		v.Scenarios = append(v.Scenarios, verdict.Scenario{
			Feature: s.Feature, Name: s.Name, File: s.File, Line: s.Line, Status: s.Status, Reason: s.Reason,
			NotMet: s.NotMet, Findings: findingsFromRecords(s.Findings),
		})
	}
	return v, nil
}

func findingsFromRecords(records []findingRecord) []requirements.Finding {
	var out []requirements.Finding
	for _, f := range records {
		out = append(out, requirements.Finding{
			Level: f.Level, Variant: f.Variant, Primary: f.Primary, Waived: f.Waived, Want: f.Want, Got: f.Got, Cause: f.Cause, Fix: f.Fix,
			Call: f.Call, Exchange: f.Exchange, Position: requirements.Position{Line: f.Line, Column: f.Column}, Origin: f.Origin,
		})
	}
	return out
}

// parseDocument parses the JSON report of a run, and checks that it has requirements and known statuses.
func parseDocument(data []byte) (document, error) {
	var d document
	if err := checkReportKind(data, ""); err != nil {
		return d, err
	}
	var typeError *json.UnmarshalTypeError
	switch err := json.Unmarshal(data, &d); {
	case errors.As(err, &typeError):
		return d, fmt.Errorf("it is a damaged report: %q is a %s", keyPath(typeError), typeError.Value)
	case err != nil:
		return d, fmt.Errorf("it is a damaged report: %w", err)
	}
	if len(d.Requirements) == 0 {
		return d, errors.New("it is a damaged report: it has no requirements")
	}
	for _, r := range d.Requirements {
		if !slices.Contains(verdict.Statuses(), r.Status) {
			return d, fmt.Errorf("it is a damaged report: the status of %q is %q", r.ID, r.Status)
		}
	}
	for _, s := range d.Scenarios {
		if !slices.Contains(verdict.Statuses(), s.Status) {
			return d, fmt.Errorf("it is a damaged report: the status of the scenario %q is %q", s.Name, s.Status)
		}
	}
	return d, nil
}

// keyPath returns the path of JSON keys to a value of a wrong type. If the path in typeError begins with an embedded struct, keyPath leaves
// the struct out, because it is not a key.
func keyPath(typeError *json.UnmarshalTypeError) string {
	first, rest, _ := strings.Cut(typeError.Field, ".")
	if f, ok := reflect.TypeFor[document]().FieldByName(first); ok && f.Anonymous {
		return rest
	}
	return typeError.Field
}

// checkReportKind returns an error if data is not a report of pushcheck of this kind and of schema 1. kind is "" for a report of a run.
func checkReportKind(data []byte, kind string) error {
	if len(bytes.TrimSpace(data)) == 0 {
		return errors.New("it is empty")
	}
	if root := rootElement(data); root != "" {
		return fmt.Errorf("it is %s", describeMarkup(root))
	}
	var header struct {
		Schema json.RawMessage `json:"schema"`
		Kind   string          `json:"kind"`
		Tool   struct {
			Name string `json:"name"`
		} `json:"tool"`
		SARIF json.RawMessage `json:"runs"`
		CTRF  string          `json:"reportFormat"`
	}
	var typeError *json.UnmarshalTypeError
	switch err := json.Unmarshal(data, &header); {
	case errors.As(err, &typeError), err == nil && bytes.Equal(bytes.TrimSpace(data), []byte("null")):
		return errors.New("it is JSON, but not a report of pushcheck")
	case err != nil:
		return fmt.Errorf("it is not JSON: %w", err)
	case header.SARIF != nil:
		return errors.New("it is a SARIF report")
	case header.CTRF != "":
		return fmt.Errorf("it is a report in the format %q", header.CTRF)
	case header.Kind != kind && header.Kind != "":
		return fmt.Errorf("it is a report of %q", header.Kind)
	case header.Tool.Name != "" && header.Tool.Name != toolName:
		return fmt.Errorf("it is a report of %q, another tool", header.Tool.Name)
	case header.Tool.Name == "" || header.Schema == nil:
		return errors.New("it is JSON, but not a report of pushcheck")
	case string(header.Schema) != "1":
		return fmt.Errorf("it is a report of schema %s, and only schema 1 can be read", header.Schema)
	case header.Kind != kind:
		return errors.New("it is a report of a run, not of a load")
	}
	return nil
}

// rootElement returns the name of the root element of XML or HTML; "" if data is neither XML nor HTML.
func rootElement(data []byte) string {
	d := xml.NewDecoder(bytes.NewReader(data))
	d.Strict = false
	for {
		token, err := d.Token()
		if err != nil {
			return ""
		}
		switch t := token.(type) {
		case xml.StartElement:
			return t.Name.Local
		case xml.CharData:
			if len(bytes.TrimSpace(t)) > 0 {
				return ""
			}
		}
	}
}

// describeMarkup names the kind of an XML or HTML document by its root element.
func describeMarkup(root string) string {
	switch root {
	case "testsuite", "testsuites":
		return "a JUnit report"
	case "html", "HTML":
		return "an HTML page"
	}
	return fmt.Sprintf("XML, with the root element %q", root)
}
