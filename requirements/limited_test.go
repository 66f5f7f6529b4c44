package requirements_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestAReceiverIsLimitedWhereItTakesSomePlainCallsAndHasEnoughOfOthers(t *testing.T) {
	t.Parallel()
	taken, enough := says(push.NewCall, 200, xml, both), says(push.NewCall, 429, "", "")
	but := func(x transcript.Exchange, change func(*transcript.Exchange)) transcript.Exchange {
		change(&x)
		return x
	}
	odd := func(x *transcript.Exchange) { x.Odd = true }
	again := func(x *transcript.Exchange) { x.Copy = true }
	tests := []struct {
		name  string
		calls []transcript.Call
		want  bool
	}{
		{"both", []transcript.Call{one(taken), one(enough)}, true},
		{"the other way round", []transcript.Call{one(enough), one(taken)}, true},
		{"enough of all", []transcript.Call{one(enough), one(enough)}, false},
		{"enough of none", []transcript.Call{one(taken), one(says(push.NewCall, 500, "", ""))}, false},
		{"enough of an odd one", []transcript.Call{one(taken), one(but(enough, odd))}, false},
		{"an odd one taken", []transcript.Call{one(enough), one(but(taken, odd))}, false},
		{"enough of the same once more", []transcript.Call{one(taken, but(enough, again))}, false},
		{"enough of a follow-up", []transcript.Call{one(taken, says(push.Hangup, 429, "", ""))}, false},
		{"enough of fifty", []transcript.Call{one(taken), {Stimulus: "trouble.many-calls", Exchanges: []transcript.Exchange{enough}}}, false},
		{"enough of eight", []transcript.Call{one(taken), {Stimulus: "call.concurrent", Exchanges: []transcript.Exchange{enough}}}, true},
	}
	for _, test := range tests {
		if got := requirements.Limited(test.calls); got != test.want {
			t.Errorf("%s: Limited() = %t, want %t", test.name, got, test.want)
		}
	}
}

func TestWhatALimitRefusesSaysNothing(t *testing.T) {
	t.Parallel()
	taken, enough, raw := says(push.NewCall, 200, xml, both), says(push.NewCall, 429, "", ""), says(push.NewCall, 429, "", "")
	raw.Raw = "an empty body"
	ends := func(c transcript.Call) []transcript.End {
		var out []transcript.End
		for _, x := range requirements.Unlimited(c).Exchanges {
			out = append(out, x.End)
		}
		return out
	}
	c := one(taken, enough, raw)
	if diff := cmp.Diff([]transcript.End{transcript.Complete, transcript.BlockedEnd, transcript.Complete}, ends(c)); diff != "" {
		t.Errorf("a call mismatch (-want +got):\n%s", diff)
	}
	if c.Exchanges[1].End != transcript.Complete {
		t.Error("the call that was given is changed")
	}
	c.Stimulus = "trouble.many-calls"
	if diff := cmp.Diff([]transcript.End{transcript.Complete, transcript.Complete, transcript.Complete}, ends(c)); diff != "" {
		t.Errorf("fifty calls mismatch (-want +got):\n%s", diff)
	}
}
