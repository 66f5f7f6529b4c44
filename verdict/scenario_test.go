package verdict_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/verdict"
)

func TestFailedScenarioMakesTheRunNotConformant(t *testing.T) {
	t.Parallel()
	scenario := func(file string, line int, s verdict.Status) verdict.Scenario {
		return verdict.Scenario{File: file, Line: line, Name: "N", Status: s}
	}
	for name, test := range map[string]struct {
		scenarios []verdict.Scenario
		exit      int
		summary   string // beginning of the summary
	}{
		"scenario passed: conformant":                 {[]verdict.Scenario{scenario("a.feature", 3, verdict.Passed)}, 0, "conformant: "},
		"scenario not judged: conformant":             {[]verdict.Scenario{scenario("a.feature", 3, verdict.Undetermined)}, 0, "conformant: "},
		"one of two scenarios failed: not conformant": {[]verdict.Scenario{scenario("a.feature", 3, verdict.Failed), scenario("a.feature", 9, verdict.Passed)}, 1, "not conformant: the scenario a.feature:3 failed"},
		"both scenarios failed: not conformant":       {[]verdict.Scenario{scenario("a.feature", 3, verdict.Failed), scenario("b.feature", 9, verdict.Failed)}, 1, "not conformant: 2 scenarios failed: a.feature:3, b.feature:9"},
	} {
		v := verdict.Run{Evidence: verdict.Evidence{Calls: numberedCalls(wholeCall()), Scenarios: test.scenarios}}.Judge()
		if v.Exit != test.exit || len(v.Summary) < len(test.summary) || v.Summary[:len(test.summary)] != test.summary {
			t.Errorf("%s: exit %d, %q; want %d, %q", name, v.Exit, v.Summary, test.exit, test.summary)
		}
	}
}

func TestScenariosAreSortedByFileAndLine(t *testing.T) {
	t.Parallel()
	v := verdict.Run{Evidence: verdict.Evidence{Scenarios: []verdict.Scenario{{File: "b", Line: 1}, {File: "a", Line: 10}, {File: "a", Line: 9}}}}.Judge()
	if diff := cmp.Diff([]verdict.Scenario{{File: "a", Line: 9}, {File: "a", Line: 10}, {File: "b", Line: 1}}, v.Scenarios); diff != "" {
		t.Errorf("Scenarios mismatch (-want +got):\n%s", diff)
	}
}

func TestRowOfScenarioNamesTheRequirementsThatAreNotMet(t *testing.T) {
	t.Parallel()
	plain := requirements.Finding{Want: "w", Got: "g"}
	row := verdict.Scenario{File: "a.feature", Line: 3, Name: "N", Status: verdict.Failed, NotMet: []string{"push.hangup"}, Findings: []requirements.Finding{plain}}.Row()
	want := []requirements.Finding{plain, {Level: requirements.Must, Got: "push.hangup is not met"}}
	if diff := cmp.Diff(want, row.Findings); diff != "" || row.ID != "a.feature:3" || row.Status != verdict.Failed {
		t.Errorf("Row of %s, %s: findings mismatch (-want +got):\n%s", row.ID, row.Status, diff)
	}
}
