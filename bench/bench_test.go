package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestCountsAreReadFromTheOutputOfEachProgram(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, output string
		count        func([]byte) (counts, error)
		want         counts
	}{
		{"wrk", "Running 5s test\n  9 requests in 5.00s\n{\"requests\":9,\"failed\":2}\n", wrk{}.count, counts{pushes: 9, failed: 2}},
		{
			"bombardier", `{"spec":{"rate":9},"result":{"req1xx":0,"req2xx":7,"req3xx":0,"req4xx":1,"req5xx":2,"others":3}}`,
			bombardier{}.count, counts{pushes: 13, failed: 6},
		},
		{"vegeta", `{"requests":9,"status_codes":{"0":1,"200":6,"502":2}}`, vegetaCounts, counts{pushes: 9, failed: 3}},
		{
			"pushcheck", `{
				"kind": "load", "pushes": {"sent": 9, "accepted": 8, "refused": 1, "notSent": 2}, "calls": {"begun": 3},
				"events": {"newCall": {"p50": 1, "p99": 2.5}, "hangup": {"p99": 1.5}}, "rate": [{"open": 3}, {"open": 5}, {"open": 1}]}`,
			func(data []byte) (counts, error) {
				var r loadReport
				err := json.Unmarshal(data, &r)
				return r.counts(), err
			}, counts{pushes: 9, failed: 3, open: 5, p99: 2.5},
		},
	}
	for _, test := range tests {
		got, err := test.count([]byte(test.output))
		if err != nil {
			t.Errorf("%s: %v", test.name, err)
		}
		if diff := cmp.Diff(test.want, got, cmp.AllowUnexported(counts{})); diff != "" {
			t.Errorf("counts of %s mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestUnreadableOutputIsAnError(t *testing.T) {
	t.Parallel()
	for name, count := range map[string]func([]byte) (counts, error){"wrk": wrk{}.count, "bombardier": bombardier{}.count, "vegeta": vegetaCounts} {
		for _, output := range []string{"", "unable to connect\n"} {
			if got, err := count([]byte(output)); err == nil {
				t.Errorf("%s with the output %q: got %v, want an error", name, output, got)
			}
		}
	}
}

func TestMedian(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		values []float64
		want   float64
	}{{nil, 0}, {[]float64{3}, 3}, {[]float64{9, 1, 2}, 2}, {[]float64{4, 1, 3, 9}, 3.5}} {
		if diff := cmp.Diff(test.want, median(test.values)); diff != "" {
			t.Errorf("median(%v) mismatch (-want +got):\n%s", test.values, diff)
		}
	}
}

// costing is samples of 1,000 pushes with these costs in µs.
func costing(costs ...int) []sample {
	var out []sample
	for _, c := range costs {
		out = append(out, sample{counts: counts{pushes: 1000}, cpu: time.Duration(c) * time.Millisecond})
	}
	return out
}

func TestRatioIsTheMedianOfTheRatiosOfTheRounds(t *testing.T) {
	t.Parallel()
	one := traffic{lasting: time.Second}
	all := series{{"pushcheck", one}: costing(10, 40, 30), {"wrk", one}: costing(10, 10, 20)}
	if diff := cmp.Diff(1.5, all.ratio("pushcheck", "wrk", one), cmpopts.EquateApprox(0, 1e-9)); diff != "" {
		t.Errorf("ratio mismatch (-want +got):\n%s", diff)
	}
}

func TestTableSaysWhichLimitsAreMet(t *testing.T) {
	t.Parallel()
	one := traffic{lasting: time.Second}
	paced := traffic{lasting: time.Second, rate: pacedRate}
	measured := costing(12)
	measured[0].p99 = 5.2
	all := series{
		{"pushcheck", one}: costing(12), {"wrk", one}: costing(10), {"bombardier", one}: costing(6), {"pushcheck", paced}: measured,
	}
	want := []string{
		"| one response | wrk | 1.20 × | 1.50 × | met |",
		"| different responses | wrk | 0.00 × | 2.20 × | **not met** |", // it was not measured
		"| one response | bombardier | 2.00 × | 1.50 × | **not met** |",
		"| 10000 pushes/s, p99 from the due time to the response | | 5.20 ms | 5 ms | **not met** |",
	}
	got := all.table(time.Second)
	for _, row := range want {
		if !strings.Contains(got, row+"\n") {
			t.Errorf("the table has no row %s:\n%s", row, got)
		}
	}
}

func TestResultReplacesThePartBetweenTheMarks(t *testing.T) {
	t.Parallel()
	got, err := replaced("a\n"+begin+"old\n"+end+"b\n", "new\n")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("a\n"+begin+"\nnew\n\n"+end+"b\n", got); diff != "" {
		t.Errorf("replaced mismatch (-want +got):\n%s", diff)
	}
	for _, text := range []string{"", begin, end, end + begin} {
		if _, err := replaced(text, "new"); err == nil {
			t.Errorf("replaced(%q): got no error", text)
		}
	}
}
