package selftest_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/internal/certs"
	"github.com/pushcheck/pushcheck/internal/selftest"
	"github.com/pushcheck/pushcheck/receiver"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/verdict"
)

func authority(t *testing.T) *certs.Authority {
	t.Helper()
	a, err := certs.NewAuthority("pushcheck test", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	return a
}

// This test judges one case in fifteen; pushcheck selftest judges all cases.
func TestEveryFaultIsFoundAndGoodReceiversHaveNoFindings(t *testing.T) {
	t.Parallel()
	options := selftest.Options{Nonce: "test", Authority: authority(t)}
	for i, c := range append(selftest.FaultyReceivers(), selftest.GoodReceivers()...) {
		if i%15 != 0 {
			continue
		}
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			got := c.Judge(t.Context(), options)
			type mistakes struct {
				Missed, Unexpected []string
				WrongConclusion    string
			}
			if diff := cmp.Diff(mistakes{}, mistakes{got.Missed, got.Unexpected, got.WrongConclusion}); diff != "" {
				t.Errorf("%s, which %s: mistakes mismatch (-want +got):\n%s", c.Name, c.Behaviour, diff)
			}
			for _, call := range got.Verdict.Calls {
				if call.Kind == "" {
					t.Errorf("call %d, %s %s, has no kind", call.ID, call.Scenario, call.RequirementID)
				}
			}
		})
	}
}

func TestEveryRequirementHasAFaultThatBreaksIt(t *testing.T) {
	t.Parallel()
	var broken []string
	for _, c := range selftest.FaultyReceivers() {
		broken = append(broken, c.Breaks()...)
	}
	for _, id := range requirements.IDs() {
		if !slices.Contains(broken, id) {
			t.Errorf("no fault breaks %s", id)
		}
	}
	for _, id := range broken {
		if _, ok := requirements.Find(id); !ok {
			t.Errorf("a fault breaks %s, which is no requirement", id)
		}
	}
}

func TestCasesHaveDifferentNames(t *testing.T) {
	t.Parallel()
	seen := map[string]bool{}
	for _, c := range append(selftest.FaultyReceivers(), selftest.GoodReceivers()...) {
		if seen[c.Name] && len(c.Steering) == 0 {
			t.Errorf("%s occurs twice", c.Name)
		}
		seen[c.Name] = true
	}
}

func TestCompareReportsUnexpectedVerdicts(t *testing.T) {
	t.Parallel()
	caseWith := func(names ...string) selftest.Case {
		var c selftest.Case
		for _, name := range names {
			f, err := receiver.FindFault(name)
			if err != nil {
				t.Fatal(err)
			}
			c.Faults = append(c.Faults, f)
		}
		return c
	}
	o := selftest.Options{Nonce: "test", Authority: authority(t)}
	good, answer500 := caseWith(), caseWith("answer-500")
	conformant, answerFailed := good.Judge(t.Context(), o).Verdict, answer500.Judge(t.Context(), o).Verdict
	noVerdict := conformant
	noVerdict.Conclusion, noVerdict.Summary = verdict.NoVerdict, "no verdict"
	tests := []struct {
		name       string
		c          selftest.Case
		v          verdict.Verdict
		asExpected bool
	}{
		{"good receiver without a finding: as expected", good, conformant, true},
		{"answer-500 with its finding: as expected", answer500, answerFailed, true},
		{"good receiver with a finding: unexpected", good, answerFailed, false},
		{"answer-500 without a finding: unexpected", answer500, conformant, false},
		{"answer-500 and hangup-500 with only the finding of answer-500: unexpected", caseWith("answer-500", "hangup-500"), answerFailed, false},
		{"hangup-500 with the finding of answer-500: unexpected", caseWith("hangup-500"), answerFailed, false},
		{"good receiver without a verdict: unexpected", good, noVerdict, false},
	}
	for _, test := range tests {
		if got := test.c.Compare(test.v); got.AsExpected() != test.asExpected {
			t.Errorf("%s: Compare() = missed %v, unexpected %v, %q; want AsExpected() = %t", test.name, got.Missed, got.Unexpected, got.WrongConclusion, test.asExpected)
		}
	}
}

func TestRunReturnsOutcomesInOrderAndObservesEachOutcomeOnce(t *testing.T) {
	t.Parallel()
	var cases []selftest.Case // the runs of these cases end before a push is sent
	for _, name := range []string{"self-signed", "plain-http", "expired", "no-tls"} {
		i := slices.IndexFunc(selftest.FaultyReceivers(), func(c selftest.Case) bool { return c.Name == name })
		cases = append(cases, selftest.FaultyReceivers()[i])
	}
	observed := map[string]int{}
	outcomes, err := selftest.Run(t.Context(), cases, selftest.Options{Nonce: "test", Parallel: 3, Observe: func(o selftest.Outcome) { observed[o.Name]++ }})
	if err != nil {
		t.Fatal(err)
	}
	for i, o := range outcomes {
		if o.Name != cases[i].Name || observed[o.Name] != 1 {
			t.Errorf("outcome %d is of %s, reported %d times; want %s, once", i, o.Name, observed[o.Name], cases[i].Name)
		}
	}
	detected, detectedAlone := selftest.DetectedRequirements(outcomes)
	if want := []string{"transport.https", "transport.not-self-signed", "transport.in-date", "transport.handshake"}; !cmp.Equal(sorted(want), sorted(detected)) || !cmp.Equal(sorted(want), sorted(detectedAlone)) {
		t.Errorf("DetectedRequirements() = %v, %v; want %v both", detected, detectedAlone, want)
	}
}

func sorted(ids []string) []string {
	ids = slices.Clone(ids)
	slices.Sort(ids)
	return ids
}

func TestSoundOfAReceiverThatServesOneConnectionAtATimeIsFetched(t *testing.T) {
	t.Parallel()
	all := selftest.FaultyReceivers()
	c := all[slices.IndexFunc(all, func(c selftest.Case) bool { return c.Name == "one-connection" })]
	c.Steering = []string{"play=" + receiver.AnyOtherNumber}
	got := c.Judge(t.Context(), selftest.Options{Nonce: "test", Authority: authority(t)})
	if diff := cmp.Diff([]string(nil), got.Unexpected); diff != "" {
		t.Errorf("unexpected findings mismatch (-want +got):\n%s", diff)
	}
}
