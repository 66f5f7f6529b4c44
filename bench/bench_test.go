package main

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
)

func TestOutputOfEachProgramIsParsed(t *testing.T) {
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
			}, counts{pushes: 9, failed: 3, openCalls: 5, p99: 2.5},
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

func TestMedianIsTheMiddleValueOrTheMeanOfTheMiddleTwo(t *testing.T) {
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

// samplesWithCosts returns one sample of 1,000 pushes for each cost. A cost is the CPU time of a push, in µs.
func samplesWithCosts(costs ...int) []sample {
	var out []sample
	for _, c := range costs {
		out = append(out, sample{counts: counts{pushes: 1000}, cpuTime: time.Duration(c) * time.Millisecond})
	}
	return out
}

func TestRatioIsTheMedianOverRounds(t *testing.T) {
	t.Parallel()
	sameResponse := traffic{duration: time.Second}
	all := series{{"pushcheck", sameResponse}: samplesWithCosts(10, 40, 30), {"wrk", sameResponse}: samplesWithCosts(10, 10, 20)}
	if diff := cmp.Diff(1.5, all.ratio("pushcheck", "wrk", sameResponse), cmpopts.EquateApprox(0, 1e-9)); diff != "" {
		t.Errorf("ratio mismatch (-want +got):\n%s", diff)
	}
}

func TestLimitTableMarksLimitsThatAreNotMet(t *testing.T) {
	t.Parallel()
	sameResponse := traffic{duration: time.Second}
	paced := traffic{duration: time.Second, rate: pacedRate}
	slow := samplesWithCosts(12)
	slow[0].p99 = 5.2
	all := series{
		{"pushcheck", sameResponse}: samplesWithCosts(12), {"wrk", sameResponse}: samplesWithCosts(10), {"bombardier", sameResponse}: samplesWithCosts(6), {"pushcheck", paced}: slow,
	}
	want := []string{
		"| one response | wrk | 1.20 × | 1.50 × | met |",
		"| different responses | wrk | 0.00 × | 2.20 × | **not met** |", // not met, because there is no sample
		"| one response | bombardier | 2.00 × | 1.50 × | **not met** |",
		"| 10000 pushes/s, p99 from the due time to the response | | 5.20 ms | 5 ms | **not met** |",
	}
	got := all.limitTable(time.Second)
	for _, row := range want {
		if !strings.Contains(got, row+"\n") {
			t.Errorf("the table has no row %s:\n%s", row, got)
		}
	}
}

func TestReplacementBetweenMarksKeepsTheTextBeforeAndAfter(t *testing.T) {
	t.Parallel()
	got, err := replaceBetweenMarks("a\n"+beginMark+"old\n"+endMark+"b\n", "new\n")
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff("a\n"+beginMark+"\nnew\n\n"+endMark+"b\n", got); diff != "" {
		t.Errorf("replaceBetweenMarks mismatch (-want +got):\n%s", diff)
	}
	for _, text := range []string{"", beginMark, endMark, endMark + beginMark} {
		if _, err := replaceBetweenMarks(text, "new"); err == nil {
			t.Errorf("replaceBetweenMarks(%q): got no error", text)
		}
	}
}
