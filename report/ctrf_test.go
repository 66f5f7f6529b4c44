package report_test

import (
	"bytes"
	"encoding/json"
	"io"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/verdict"
)

type ctrfTest struct {
	Name, Status, RawStatus, Message, Trace string
	Suite                                   []string
	Duration                                int64
}

type ctrfResults struct {
	Summary map[string]int64
	Tests   []ctrfTest
}

// ctrfOf returns the CTRF report of v, and checks it against the schema of CTRF. The schema is copied from version 0.3.0 of the npm package
// ctrf; its licence is in testdata/ctrf.
func ctrfOf(t *testing.T, v verdict.Verdict) ctrfResults {
	t.Helper()
	text := render(t, func(w io.Writer) error { return report.CTRF(w, v) })
	schema, err := os.ReadFile("testdata/ctrf/schema.json")
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(schema))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("ctrf.json", document); err != nil {
		t.Fatal(err)
	}
	instance, err := jsonschema.UnmarshalJSON(strings.NewReader(text))
	if err != nil {
		t.Fatal(err)
	}
	if err := c.MustCompile("ctrf.json").Validate(instance); err != nil {
		t.Errorf("the schema of CTRF: %v", err)
	}
	var parsed struct{ Results ctrfResults }
	if err := json.Unmarshal([]byte(text), &parsed); err != nil {
		t.Fatal(err)
	}
	return parsed.Results
}

func TestCTRFIsValidAndItsCountsMatchItsTests(t *testing.T) {
	t.Parallel()
	for name, v := range verdicts() {
		r := ctrfOf(t, v)
		got := map[string]int64{"passed": 0, "failed": 0, "skipped": 0, "pending": 0, "other": 0}
		for _, test := range r.Tests {
			got[test.Status]++
		}
		got["tests"] = int64(len(v.Rows) + len(v.Scenarios) + 1)
		for _, key := range []string{"start", "stop", "duration"} {
			got[key] = r.Summary[key]
		}
		if diff := cmp.Diff(got, r.Summary); diff != "" {
			t.Errorf("%s: summary mismatch (-want +got):\n%s", name, diff)
		}
	}
}

func TestCTRFStatusOfATestFollowsTheStatusOfTheRequirement(t *testing.T) {
	t.Parallel()
	v := everyStatus()
	v.Began, v.Took, v.Calls[1].RequirementID = time.UnixMilli(1_700_000_000_123), 1500*time.Millisecond, "push.user-empty"
	r := ctrfOf(t, v)
	statuses, testsByName := map[string]string{}, map[string]ctrfTest{}
	for _, test := range r.Tests {
		statuses[test.RawStatus] = test.Status
		testsByName[test.Name] = test
	}
	want := map[string]string{"passed": "passed", "warned": "passed", "failed": "failed", "waived": "other", "known": "other", "undetermined": "other",
		"not-applicable": "skipped", "skipped": "skipped", "not-conformant": "passed"}
	if diff := cmp.Diff(want, statuses); diff != "" {
		t.Errorf("statuses mismatch (-want +got):\n%s", diff)
	}
	for _, want := range []ctrfTest{
		{"push.user-empty", "failed", "failed", "want a 2xx response, got connection dropped before the first byte of a response", report.Block(v, v.Rows[5]), []string{"push"}, 13},
		{"call.concurrent", "other", "undetermined", "the receiver refused the plain newCall (because of push.user-empty)", "", []string{"call"}, 0},
		{"A caller is known by name", "passed", "passed", "", "", []string{"Our reception"}, 0},
	} {
		if diff := cmp.Diff(want, testsByName[want.Name]); diff != "" {
			t.Errorf("%s mismatch (-want +got):\n%s", want.Name, diff)
		}
	}
	if start, stop := r.Summary["start"], r.Summary["stop"]; start != 1_700_000_000_123 || stop != start+1500 {
		t.Errorf("from %d to %d, want the times of the run", start, stop)
	}
}

func TestCTRFHasAFailedTestIfTheRunHasAProblemOrNoVerdict(t *testing.T) {
	t.Parallel()
	for name, v := range map[string]verdict.Verdict{"interrupted": interruptedVerdict(), "no verdict": {}, "a problem": conformantVerdict().WithProblem("no space")} {
		if r := ctrfOf(t, v); r.Summary["failed"] == 0 {
			t.Errorf("%s: no test failed", name)
		}
	}
}
