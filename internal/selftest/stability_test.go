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

var times = flag.Int("times", 2, "how often TestVerdictIsTheSameEveryTime judges each receiver; if it is more than 2, all receivers of unsteady are judged")

// unsteady lists faults that might be found in one run and not in another: faults of time, of order, of concurrency, of state, and crashes.
func unsteady() []string {
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
		if slices.Contains(unsteady(), c.Name) {
			cases = append(cases, c)
		}
	}
	if len(cases) != 1+len(unsteady()) {
		t.Fatalf("not every fault of %v is there", unsteady())
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
				if diff := differing(first, got); diff != "" {
					t.Errorf("the verdict of run %d, with %d scenarios at a time, differs from the first (first, this):\n%s", i+1, o.Scenarios, diff)
				}
			}
		})
	}
}

// statuses maps each requirement to its status. "verdict" is the conclusion of the run, and "known" is Outcome.WrongConclusion.
func statuses(o selftest.Outcome) map[string]string {
	out := map[string]string{"verdict": string(o.Verdict.Conclusion), "known": o.WrongConclusion}
	for _, row := range o.Verdict.Rows {
		out[row.ID] = string(row.Status)
	}
	return out
}

// differing lists the differences, one per line.
func differing(a, b map[string]string) string {
	var out strings.Builder
	for _, key := range slices.Sorted(maps.Keys(a)) {
		if a[key] != b[key] {
			fmt.Fprintf(&out, "%s: %s, %s\n", key, a[key], b[key])
		}
	}
	return out.String()
}
