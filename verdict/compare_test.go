package verdict

import (
	"fmt"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/requirements"
)

func TestDirectionOfEachChangeOfStatus(t *testing.T) {
	t.Parallel()
	const same = ""
	const worse, better, changed = Worse, Better, Changed
	all := Statuses()[:7] // without Skipped
	// The columns are the statuses after the change: passed, warned, failed, waived, known, not applicable, undetermined.
	want := map[Status][7]Direction{
		Passed:        {same, worse, worse, changed, worse, changed, worse},
		Warned:        {better, same, worse, changed, changed, changed, worse},
		Failed:        {better, better, same, changed, changed, changed, changed},
		Waived:        {better, changed, worse, same, changed, changed, worse},
		Known:         {better, changed, worse, changed, same, changed, worse},
		NotApplicable: {changed, changed, changed, changed, changed, same, changed},
		Undetermined:  {better, better, worse, changed, changed, changed, same},
	}
	for before, row := range want {
		for i, after := range all {
			c := Change{Row{Status: before}, Row{Status: after}}
			if before != after && c.Direction() != row[i] {
				t.Errorf("%s to %s is %s, want %s", before, after, c.Direction(), row[i])
			}
		}
	}
}

func TestComparisonListsWorseChangesFirst(t *testing.T) {
	t.Parallel()
	row := func(id string, s Status) Row { return Row{Requirement: requirements.Requirement{ID: id}, Status: s} }
	before := Verdict{
		Rows: []Row{row("a", Failed), row("b", Passed), row("c", Passed), row("c2", Passed), row("d", Skipped), row("e", Passed), row("f", Skipped), row("gone", Passed),
			row("gone-skipped", Skipped)},
		Evidence: Evidence{Scenarios: []Scenario{{File: "own.feature", Name: "Each", Line: 3, Status: Passed}, {File: "own.feature", Name: "Each", Line: 4, Status: Passed}}},
	}
	after := Verdict{
		Rows: []Row{row("a", Passed), row("b", NotApplicable), row("c", Passed), row("c2", Undetermined), row("d", Passed), row("e", Skipped), row("f", Skipped), row("new", Passed),
			row("new-skipped", Skipped)},
		Evidence: Evidence{Scenarios: []Scenario{{File: "own.feature", Name: "Each", Line: 13, Status: Passed}, {File: "own.feature", Name: "Each", Line: 14, Status: Failed}}},
	}
	c := Compare(before, after)
	var got []string
	for _, change := range c.Changes {
		got = append(got, fmt.Sprint(change.Direction(), " ", change.After.ID))
	}
	if diff := cmp.Diff([]string{"worse own.feature:14", "worse c2", "better a", "changed b"}, got); diff != "" {
		t.Errorf("changes mismatch (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]string{"d", "e", "new", "gone"}, c.Uncompared); diff != "" {
		t.Errorf("uncompared mismatch (-want +got):\n%s", diff)
	}
	if c.Same != 2 || c.Exit() != ExitNotConformant {
		t.Errorf("%d are the same and the exit code is %d, want 2 and 1", c.Same, c.Exit())
	}
	if c := Compare(before, before); len(c.Changes) > 0 || c.Exit() != ExitConformant {
		t.Errorf("a report compared with itself has %d changes and exit code %d", len(c.Changes), c.Exit())
	}
}
