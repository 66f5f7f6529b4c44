package report_test

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/verdict"
)

type junitCounts struct {
	Tests    int `xml:"tests,attr"`
	Failures int `xml:"failures,attr"`
	Errors   int `xml:"errors,attr"`
	Skipped  int `xml:"skipped,attr"`
}

type junitResult struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

type junitCase struct {
	Class   string       `xml:"classname,attr"`
	Name    string       `xml:"name,attr"`
	Time    string       `xml:"time,attr"`
	Failure *junitResult `xml:"failure"`
	Error   *junitResult `xml:"error"`
	Skipped *junitResult `xml:"skipped"`
	Out     string       `xml:"system-out"`
}

type junitSuite struct {
	junitCounts
	Time  string      `xml:"time,attr"`
	Cases []junitCase `xml:"testcase"`
}

func (c *junitCounts) add(t junitCase) {
	c.Tests++
	for n, r := range map[*int]*junitResult{&c.Failures: t.Failure, &c.Errors: t.Error, &c.Skipped: t.Skipped} {
		if r != nil {
			*n++
		}
	}
}

func junitOf(t *testing.T, v verdict.Verdict) junitSuite {
	t.Helper()
	var s junitSuite
	decoder := xml.NewDecoder(strings.NewReader(render(t, func(w io.Writer) error { return report.JUnit(w, v) })))
	if err := decoder.Decode(&s); err != nil {
		t.Fatalf("not XML: %v", err)
	}
	return s
}

func TestJUnitHasATestCaseForEachStatus(t *testing.T) {
	t.Parallel()
	s := junitOf(t, everyStatus())
	got := map[string]string{}
	for _, c := range s.Cases {
		kind := "passed"
		switch {
		case c.Failure != nil:
			kind = "failure: " + c.Failure.Message
		case c.Error != nil:
			kind = "error: " + c.Error.Message
		case c.Skipped != nil:
			kind = "skipped: " + c.Skipped.Message
		case c.Out != "":
			kind = "passed, with output"
		}
		got[c.Class+" "+c.Name], _, _ = strings.Cut(kind, ` \x1b`)
	}
	want := map[string]string{
		"transport transport.https":               "passed",
		"transport transport.trusted-chain":       "skipped: waived: allowed by --ca-file",
		"transport transport.in-date":             "failure: want valid today, got expired on 2026-11-01",
		"transport transport.complete-chain":      "failure: want the intermediates, got the leaf alone",
		"push push.newcall":                       "passed",
		"push push.user-empty":                    "failure: want a 2xx response, got connection dropped before the first byte of a response",
		"response response.content-type":          "failure: want application/xml, got",
		"response response.known-attributes":      "passed, with output",
		"dial dial.number-format":                 `failure: want digits, got "030 / 23125-001"`,
		"response response.prompt":                "passed, with output",
		"push push.odd-caller":                    "skipped: known: issue 12, until 2027-03-01",
		"trouble trouble.oversized-push":          "failure: want the next good push accepted, got connection refused",
		"push push.dtmf":                          "skipped: not-applicable: the receiver does not collect digits with Gather",
		"gather gather.ondata":                    "skipped: not-applicable: the receiver does not collect digits with Gather",
		"reject reject.reason":                    "skipped: not-applicable: the receiver does not reject calls",
		"call call.concurrent":                    "skipped: undetermined: the receiver refused the plain newCall (because of push.user-empty)",
		"trouble trouble.many-calls":              "skipped: undetermined: the receiver was gone",
		"trouble trouble.slow-push":               "skipped: undetermined: the receiver was gone",
		"state state.rings":                       "skipped: undetermined: the state could not be read",
		"state state.talks":                       "skipped: undetermined: the state could not be read",
		"state state.ends":                        "skipped: undetermined: the state could not be read",
		"signature signature.valid":               "skipped: skipped: left out by --skip",
		"signature signature.forged":              "skipped: skipped: left out by --skip",
		"Our reception A caller is known by name": "passed",
		"Our reception A forged push is refused":  "failure: want the push refused, got status 200",
		"Our reception Every push is taken":       "failure: push.user-empty is not met",
		"Our reception A menu is followed":        "skipped: not-applicable: the receiver has no number with a menu, see --numbers",
		"verdict verdict":                         "passed, with output",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("test cases mismatch (-want +got):\n%s", diff)
	}
}

func TestJUnitCountsMatchItsTestCases(t *testing.T) {
	t.Parallel()
	for name, v := range verdicts() {
		s := junitOf(t, v)
		var want junitCounts
		for _, c := range s.Cases {
			want.add(c)
		}
		if s.junitCounts != want || want.Tests != len(v.Rows)+len(v.Scenarios)+1 {
			t.Errorf("%s: counts %+v, has %+v, for %d requirements, %d scenarios and the verdict", name, s.junitCounts, want, len(v.Rows), len(v.Scenarios))
		}
	}
}

func TestJUnitTimeOfARequirementIsTheSumOfItsResponseTimes(t *testing.T) {
	t.Parallel()
	v := everyStatus()
	v.Took, v.Calls[1].RequirementID = 1234567*time.Microsecond, "push.user-empty"
	s := junitOf(t, v)
	got := map[string]string{"": s.Time}
	for _, c := range s.Cases {
		if c.Time != "0.000" {
			got[c.Name] = c.Time
		}
	}
	if diff := cmp.Diff(map[string]string{"": "1.235", "push.user-empty": "0.013"}, got); diff != "" {
		t.Errorf("times mismatch (-want +got):\n%s", diff)
	}
	v.Took = 0
	if got := junitOf(t, v).Time; got != "12.480" {
		t.Errorf("time of the suite is %s if it was not measured, want that of all pushes, 12.480", got)
	}
}

func TestJUnitShowsWhyARunIsNotConformant(t *testing.T) {
	t.Parallel()
	rowsWith := func(status verdict.Status, fatal bool) []verdict.Row {
		return []verdict.Row{{Requirement: requirements.Requirement{ID: "push.newcall"}, Status: status, Fatal: fatal}}
	}
	type failedCases struct{ Failures, Errors int }
	for _, tt := range []struct {
		name string
		v    verdict.Verdict
		want failedCases
	}{
		{"conformant", conformantVerdict(), failedCases{}},
		{"one requirement is not met", verdict.Verdict{Conclusion: verdict.NotConformant, Exit: 1, Rows: rowsWith(verdict.Failed, true)}, failedCases{1, 0}},
		{"a warning that counts as a failure", verdict.Verdict{Conclusion: verdict.NotConformant, Exit: 1, Rows: rowsWith(verdict.Warned, true)}, failedCases{1, 0}},
		{"a waiver that counts as a failure", verdict.Verdict{Conclusion: verdict.NotConformant, Exit: 1, Rows: rowsWith(verdict.Waived, true)}, failedCases{1, 0}},
		{"a known failure that passes now", verdict.Verdict{Conclusion: verdict.NotConformant, Exit: 1, Rows: rowsWith(verdict.Passed, false)}, failedCases{1, 0}},
		{"only a scenario failed", verdict.Verdict{Conclusion: verdict.NotConformant, Exit: 1, Evidence: verdict.Evidence{Scenarios: []verdict.Scenario{{Status: verdict.Failed}}}}, failedCases{1, 0}},
		{"nothing was judged", verdict.Verdict{Conclusion: verdict.NoVerdict, Exit: 3, Rows: rowsWith(verdict.Undetermined, false)}, failedCases{1, 0}},
		{"there is no verdict", verdict.Verdict{}, failedCases{1, 0}},
		{"a report could not be written", conformantVerdict().WithProblem("writing the json report: no space left on device"), failedCases{0, 1}},
		{"a report could not be written after a failure", verdict.Verdict{Rows: rowsWith(verdict.Failed, true)}.WithProblem("no space"), failedCases{1, 1}},
		{"interrupted", interruptedVerdict(), failedCases{0, 1}},
		{"interrupted after a failure", verdict.Verdict{Exit: 130, Evidence: verdict.Evidence{Interrupted: true}, Rows: rowsWith(verdict.Failed, true)}, failedCases{1, 1}},
	} {
		s := junitOf(t, tt.v)
		if got := (failedCases{s.Failures, s.Errors}); got != tt.want {
			t.Errorf("%s: %+v, want %+v", tt.name, got, tt.want)
		}
	}
}

func TestJUnitFailureHoldsTheWholeFinding(t *testing.T) {
	t.Parallel()
	v := everyStatus()
	v.Calls[1].Exchanges[0].Printed = "panic: runtime error\ngoroutine 1"
	for _, c := range junitOf(t, v).Cases {
		for _, r := range v.Rows {
			if r.ID != c.Name || r.Status != verdict.Failed {
				continue
			}
			if want := report.Block(v, r); c.Failure.Text != want {
				t.Errorf("%s mismatch (-want +got):\n%s", r.ID, cmp.Diff(want, c.Failure.Text))
			}
			if shown := strings.Contains(c.Failure.Text, "  printed   | panic: runtime error\n            | goroutine 1"); shown != (r.ID == "push.user-empty") {
				t.Errorf("%s shows the output of the receiver's process: %t", r.ID, shown)
			}
		}
	}
}

func TestReportsReturnTheErrorOfTheWriter(t *testing.T) {
	t.Parallel()
	for name, write := range sampleReportWriters() {
		if err := write(fullDisk{}); !errors.Is(err, errDisk) {
			t.Errorf("%s: error %v, want %v", name, err, errDisk)
		}
	}
}

var errDisk = errors.New("no space left")

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errDisk }
