package report_test

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/verdict"
)

type counts struct {
	Tests    int `xml:"tests,attr"`
	Failures int `xml:"failures,attr"`
	Errors   int `xml:"errors,attr"`
	Skipped  int `xml:"skipped,attr"`
}

type result struct {
	Message string `xml:"message,attr"`
	Text    string `xml:",chardata"`
}

type testCase struct {
	Name    string  `xml:"name,attr"`
	Failure *result `xml:"failure"`
	Error   *result `xml:"error"`
	Skipped *result `xml:"skipped"`
	Out     string  `xml:"system-out"`
}

type suites struct {
	counts
	Suites []struct {
		counts
		Name  string     `xml:"name,attr"`
		Cases []testCase `xml:"testcase"`
	} `xml:"testsuite"`
}

func (c *counts) add(t testCase) {
	c.Tests++
	for n, r := range map[*int]*result{&c.Failures: t.Failure, &c.Errors: t.Error, &c.Skipped: t.Skipped} {
		if r != nil {
			*n++
		}
	}
}

func junit(t *testing.T, v verdict.Verdict) suites {
	t.Helper()
	var s suites
	decoder := xml.NewDecoder(strings.NewReader(render(t, func(w io.Writer) error { return report.JUnit(w, v) })))
	if err := decoder.Decode(&s); err != nil {
		t.Fatalf("not XML: %v", err)
	}
	return s
}

func TestJUnitTellsEachStatusItsOwnWay(t *testing.T) {
	t.Parallel()
	s := junit(t, everyStatus())
	got := map[string]string{}
	for _, suite := range s.Suites {
		for _, c := range suite.Cases {
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
			got[c.Name], _, _ = strings.Cut(kind, ` \x1b`)
		}
	}
	want := map[string]string{
		"transport.https":                          "passed",
		"transport.trusted-chain":                  "skipped: waived: allowed by --ca-file",
		"transport.in-date":                        "failure: want valid today, got expired on 2026-11-01",
		"transport.complete-chain":                 "failure: want the intermediates, got the leaf alone",
		"push.newcall":                             "passed",
		"push.user-empty":                          "failure: want a 2xx response, got connection dropped before the first byte of a response",
		"response.content-type":                    "failure: want application/xml, got",
		"response.known-attributes":                "passed, with output",
		"dial.number-format":                       `failure: want digits, got "030 / 23125-001"`,
		"response.prompt":                          "passed, with output",
		"push.odd-caller":                          "skipped: known: issue 12, until 2027-03-01",
		"trouble.oversized-push":                   "failure: want the next good push accepted, got connection refused",
		"push.dtmf":                                "skipped: not-applicable: the receiver does not collect digits with Gather",
		"gather.ondata":                            "skipped: not-applicable: the receiver does not collect digits with Gather",
		"reject.reason":                            "skipped: not-applicable: the receiver does not reject calls",
		"call.concurrent":                          "error: undetermined: the receiver refused the plain newCall (because of push.user-empty)",
		"trouble.many-calls":                       "error: undetermined: the receiver was gone",
		"trouble.slow-push":                        "error: undetermined: the receiver was gone",
		"state.rings":                              "error: undetermined: the state could not be read",
		"state.talks":                              "error: undetermined: the state could not be read",
		"state.ends":                               "error: undetermined: the state could not be read",
		"signature.valid":                          "skipped: skipped: left out by --skip",
		"signature.forged":                         "skipped: skipped: left out by --skip",
		"Our reception: A caller is known by name": "passed",
		"Our reception: A forged push is refused":  "failure: want the push refused, got status 200",
		"Our reception: Every push is taken":       "failure: push.user-empty is not met",
		"Our reception: A menu is followed":        "skipped: not-applicable: the receiver has no number with a menu, see --numbers",
		"verdict":                                  "passed, with output",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("test cases mismatch (-want +got):\n%s", diff)
	}
}

func TestJUnitCountsWhatItHolds(t *testing.T) {
	t.Parallel()
	for name, v := range verdicts() {
		s := junit(t, v)
		var all counts
		for _, suite := range s.Suites {
			var want counts
			for _, c := range suite.Cases {
				want.add(c)
				all.add(c)
			}
			if suite.counts != want {
				t.Errorf("%s: suite %s counts %+v, holds %+v", name, suite.Name, suite.counts, want)
			}
		}
		if s.counts != all || all.Tests != len(v.Rows)+len(v.Scenarios)+1 {
			t.Errorf("%s: counts %+v, holds %+v, for %d requirements, %d scenarios and the verdict", name, s.counts, all, len(v.Rows), len(v.Scenarios))
		}
	}
}

func TestJUnitIsNeverGreenForARunThatIsNot(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name      string
		v         verdict.Verdict
		wantGreen bool
	}{
		{"conformant", conformant(), true},
		{"no verdict was ever drawn", verdict.Verdict{}, false},
		{"interrupted", interrupted(), false},
		{"a failed scenario only", verdict.Verdict{Conclusion: verdict.NotConformant, Exit: 1, Scenarios: []verdict.Scenario{{Status: verdict.Failed}}}, false},
		{"only warnings, under stricter rules", verdict.Verdict{Conclusion: verdict.NotConformant, Exit: 1}, false},
		{"nothing was judged", verdict.Verdict{Conclusion: verdict.NoVerdict, Exit: 3}, false},
	} {
		if s := junit(t, tt.v); (s.Failures+s.Errors == 0) != tt.wantGreen {
			t.Errorf("%s: %+v, want green %t", tt.name, s.counts, tt.wantGreen)
		}
	}
}

func TestReportsTellThatTheyCouldNotBeWritten(t *testing.T) {
	t.Parallel()
	for name, write := range renderings() {
		if err := write(fullDisk{}); !errors.Is(err, errDisk) {
			t.Errorf("%s: error %v, want %v", name, err, errDisk)
		}
	}
}

var errDisk = errors.New("no space left")

type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, errDisk }
