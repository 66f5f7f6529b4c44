package selftest_test

import (
	"flag"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/pushcheck/pushcheck/internal/selftest"
)

var times = flag.Int("times", 2, "how often TestVerdictIsTheSameEveryTime judges a receiver; if it is more than 2, the receiver of every unsteady fault is judged")

// unsteadyFaults lists faults that one run might find and another run might miss: faults of time, order, concurrency and state, and crashes.
func unsteadyFaults() []string {
	return []string{
		"not-prompt", "lost-hangup", "short-of-lines", "mixed-up", "dies-of-json", "newcall-dropped", "first-leg-only",
		"early-second-leg", "state-counts-duplicates", "signature-unchecked",
	}
}

func TestVerdictIsTheSameEveryTime(t *testing.T) {
	t.Parallel()
	o := selftest.Options{Nonce: "test", Authority: authority(t)}
	cases := []selftest.Case{selftest.GoodReceivers()[0]}
	for _, c := range selftest.FaultyReceivers() {
		if slices.Contains(unsteadyFaults(), c.Name) {
			cases = append(cases, c)
		}
	}
	if len(cases) != 1+len(unsteadyFaults()) {
		t.Fatalf("not every fault of %v is there", unsteadyFaults())
	}
	for i, c := range cases {
		if *times <= 2 && i%6 != 0 {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			var first map[string]string
			for i := range *times {
				o := o
				o.Scenarios = []int{1, 8}[i%2]
				got := statuses(c.Judge(t.Context(), o))
				if i == 0 {
					first = got
					continue
				}
				if diff := differences(first, got); diff != "" {
					t.Errorf("the verdict of run %d, with %d scenarios at a time, differs from the first (first, this):\n%s", i+1, o.Scenarios, diff)
				}
			}
		})
	}
}

// statuses returns the status of each requirement, the conclusion of the run as "verdict", and Outcome.WrongConclusion as "wrong".
func statuses(o selftest.Outcome) map[string]string {
	out := map[string]string{"verdict": string(o.Verdict.Conclusion), "wrong": o.WrongConclusion}
	for _, row := range o.Verdict.Rows {
		out[row.ID] = string(row.Status)
	}
	return out
}

// differences lists the keys whose values differ, one per line, with both values.
func differences(a, b map[string]string) string {
	var out strings.Builder
	for _, key := range slices.Sorted(maps.Keys(a)) {
		if a[key] != b[key] {
			fmt.Fprintf(&out, "%s: %s, %s\n", key, a[key], b[key])
		}
	}
	return out.String()
}
