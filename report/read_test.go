package report_test

import (
	"bytes"
	"encoding/json"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/verdict"
)

// reportAsJSON returns the JSON report of a verdict.
func reportAsJSON(t *testing.T, v verdict.Verdict) []byte {
	t.Helper()
	var out bytes.Buffer
	if err := report.JSON(&out, v); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

func TestParseReportReturnsTheVerdictThatJSONWrote(t *testing.T) {
	t.Parallel()
	for name, v := range verdicts() {
		if len(v.Rows) == 0 {
			continue // no run has a verdict without rows, and ParseReport refuses such a report
		}
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			written := reportAsJSON(t, v)
			got, err := report.ParseReport(append([]byte("\ufeff"), written...))
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(withoutEvidence(t, written), withoutEvidence(t, reportAsJSON(t, got))); diff != "" {
				t.Errorf("a report that is read and written again mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

// withoutEvidence returns a document without the parts that ParseReport ignores: calls, connections, notes, causes, curl lines and fixes.
func withoutEvidence(t *testing.T, data []byte) map[string]any {
	t.Helper()
	var d map[string]any
	if err := json.Unmarshal(data, &d); err != nil {
		t.Fatal(err)
	}
	for _, key := range []string{"calls", "connections", "notes", "causes"} {
		delete(d, key)
	}
	for _, rows := range []string{"requirements", "scenarios"} {
		for _, row := range d[rows].([]any) {
			for _, f := range row.(map[string]any)["findings"].([]any) {
				delete(f.(map[string]any), "curl")
				delete(f.(map[string]any), "fix")
			}
		}
	}
	return d
}

func TestParseReportSaysWhatIsWrongWithADocumentThatItRefuses(t *testing.T) {
	t.Parallel()
	var junit bytes.Buffer
	if err := report.JUnit(&junit, everyStatus()); err != nil {
		t.Fatal(err)
	}
	validReport := string(reportAsJSON(t, everyStatus()))
	for name, test := range map[string]struct{ data, want string }{
		"a blank line":                  {" \n", "it is empty"},
		"a JUnit report":                {junit.String(), "it is a JUnit report"},
		"a JUnit report of one suite":   {"<testsuite/>", "it is a JUnit report"},
		"an HTML page":                  {"<!DOCTYPE html><html><head></head></html>", "it is an HTML page"},
		"XML that is no report":         {"<Response/>", `it is XML, with the root element "Response"`},
		"plain text":                    {"no", "it is not JSON: invalid character 'o' in literal null (expecting 'u')"},
		"half a report":                 {validReport[:len(validReport)/2], "it is not JSON: unexpected end of JSON input"},
		"a number":                      {"1", "it is JSON, but not a report of pushcheck"},
		"a list":                        {"[]", "it is JSON, but not a report of pushcheck"},
		"null":                          {"null", "it is JSON, but not a report of pushcheck"},
		"an object":                     {"{}", "it is JSON, but not a report of pushcheck"},
		"a SARIF report":                {`{"version": "2.1.0", "runs": []}`, "it is a SARIF report"},
		"a CTRF report":                 {`{"reportFormat": "CTRF", "results": {}}`, `it is a report in the format "CTRF"`},
		"a report of a load":            {`{"schema": 1, "kind": "load", "tool": {"name": "pushcheck"}}`, `it is a report of "load"`},
		"a report of another tool":      {`{"schema": 1, "tool": {"name": "curl"}}`, `it is a report of "curl", another tool`},
		"a document without a schema":   {`{"tool": {"name": "pushcheck"}}`, "it is JSON, but not a report of pushcheck"},
		"a report of a later schema":    {strings.Replace(validReport, `"schema": 1`, `"schema": 2`, 1), "it is a report of schema 2, and only schema 1 can be read"},
		"a schema number that is text":  {`{"schema": "1", "tool": {"name": "pushcheck"}}`, `it is a report of schema "1", and only schema 1 can be read`},
		"a report without requirements": {`{"schema": 1, "tool": {"name": "pushcheck"}}`, "it is a damaged report: it has no requirements"},
		"an unknown status":             {`{"schema": 1, "tool": {"name": "pushcheck"}, "requirements": [{"id": "push.newcall", "status": "red"}]}`, `it is a damaged report: the status of "push.newcall" is "red"`},
		"a scenario without a status":   {`{"schema": 1, "tool": {"name": "pushcheck"}, "requirements": [{"status": "passed"}], "scenarios": [{"name": "Ours"}]}`, `it is a damaged report: the status of the scenario "Ours" is ""`},
		"a number in place of a list":   {`{"schema": 1, "tool": {"name": "pushcheck"}, "requirements": 1}`, `it is a damaged report: "requirements" is a number`},
		"an exit code that is text":     {`{"schema": 1, "tool": {"name": "pushcheck"}, "exit": "none"}`, `it is a damaged report: "exit" is a string`},
		"a call id that is text":        {`{"schema": 1, "tool": {"name": "pushcheck"}, "calls": [{"id": "first"}]}`, `it is a damaged report: "calls.id" is a string`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := report.ParseReport([]byte(test.data))
			if err == nil || err.Error() != test.want {
				t.Errorf("ParseReport: error %v, want %s", err, test.want)
			}
		})
	}
}
