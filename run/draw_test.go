package run

import (
	"fmt"
	"testing"

	"github.com/pushcheck/pushcheck/scenarios"
)

func TestNoTwoCallsHaveTheSameCaller(t *testing.T) {
	t.Parallel()
	story, ok := scenarios.Find("incoming-answered")
	if !ok {
		t.Fatal("there is no plain call")
	}
	run, cast, callers := &Run{}, scenarios.DefaultCast(), map[string]bool{}
	for i := range 1000 { // there are 4,100 numbers, so more than a hundred would repeat if each were drawn at random
		number := run.drawNumbers(cast, fmt.Sprint("call ", i), story)["Jennifer"].Number
		if callers[number] {
			t.Errorf("two calls have the caller %s", number)
		}
		callers[number] = true
	}
	if a, b := (&Run{}).drawNumbers(cast, "call 0", story)["Jennifer"], (&Run{}).drawNumbers(cast, "call 0", story)["Jennifer"]; a != b {
		t.Errorf("the same call has the callers %s and %s in two runs", a.Number, b.Number)
	}
}
