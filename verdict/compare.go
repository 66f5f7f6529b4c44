package verdict

import (
	"cmp"
	"slices"

	"github.com/pushcheck/pushcheck/requirements"
)

// Direction is how the status of a requirement changed from one run to a later run.
type Direction string

const (
	Worse   Direction = "worse"
	Better  Direction = "better"
	Changed Direction = "changed" // neither worse nor better, such as if the requirement no longer applies
)

// Directions returns the directions in the order in which reports list them.
func Directions() []Direction { return []Direction{Worse, Better, Changed} }

// Change is a requirement, or a scenario of the user, whose status changed.
type Change struct {
	Before, After Row
}

// Direction returns how the status changed. It is worse if the requirement fails only now, if it passed and is no longer met, or if it did
// not fail and can no longer be judged. It is better if it passes only now, or if it only warns now, and failed or could not be
// judged before. A change from or to not applicable is neither. Nor is a change from passed to waived, because a waiver is the user's
// decision. A known failure counts as not met.
func (c Change) Direction() Direction {
	before, after := c.Before.Status, c.After.Status
	switch {
	case before == NotApplicable, after == NotApplicable:
		return Changed
	case after == Failed:
		return Worse
	case before == Failed && after == Undetermined:
		return Changed
	case before == Passed && after != Waived, after == Undetermined:
		return Worse
	case after == Passed, after == Warned && (before == Failed || before == Undetermined):
		return Better
	}
	return Changed
}

// Comparison is how a run differs from an earlier run.
type Comparison struct {
	Before, After Verdict
	Changes       []Change // sorted by direction as in Directions; within a direction, failures first
	Same          int      // number of rows with the same status in both runs
	Uncompared    []string // ids of rows that only one of the runs has or selected
}

// Compare compares a run with an earlier run. Requirements that were not selected in either run do not count.
func Compare(before, after Verdict) Comparison {
	c := Comparison{Before: before, After: after}
	remaining := keyedRows(before)
	for _, newer := range keyedRows(after) {
		older := Row{Status: Skipped}
		if i := slices.IndexFunc(remaining, func(r keyedRow) bool { return r.key == newer.key }); i >= 0 {
			older = remaining[i].Row
			remaining = slices.Delete(remaining, i, i+1)
		}
		switch {
		case older.Status == Skipped && newer.Status == Skipped:
		case older.Status == Skipped, newer.Status == Skipped:
			c.Uncompared = append(c.Uncompared, newer.ID)
		case older.Status == newer.Status:
			c.Same++
		default:
			c.Changes = append(c.Changes, Change{older, newer.Row})
		}
	}
	for _, row := range remaining {
		if row.Status != Skipped {
			c.Uncompared = append(c.Uncompared, row.ID)
		}
	}
	directions := Directions()
	slices.SortStableFunc(c.Changes, func(a, b Change) int {
		return cmp.Or(
			cmp.Compare(slices.Index(directions, a.Direction()), slices.Index(directions, b.Direction())),
			bySeverity(a.After.Status, b.After.Status),
		)
	})
	return c
}

// ChangesInDirection returns the changes in a direction.
func (c Comparison) ChangesInDirection(d Direction) []Change {
	var out []Change
	for _, change := range c.Changes {
		if change.Direction() == d {
			out = append(out, change)
		}
	}
	return out
}

// Exit returns the exit code: 1 if a change is for the worse, else 0.
func (c Comparison) Exit() int {
	if len(c.ChangesInDirection(Worse)) > 0 {
		return ExitNotConformant
	}
	return ExitConformant
}

// keyedRow is a row with the key that identifies the row in both runs: the id of its requirement, or the file and the name of its scenario.
// The line of a scenario may change. Rows with the same key, such as rows of a table of examples, are compared in their order.
type keyedRow struct {
	Row
	key [2]string
}

// keyedRows returns the requirements and the user's scenarios of a verdict.
func keyedRows(v Verdict) []keyedRow {
	var out []keyedRow
	for _, r := range v.Rows {
		out = append(out, keyedRow{r, [2]string{r.ID}})
	}
	for _, s := range v.Scenarios {
		out = append(out, keyedRow{s.Row(), [2]string{s.File, s.Name}})
	}
	return out
}

// Got returns Got of the first finding that is not waived, or else the reason of the row.
func (r Row) Got() string {
	unwaived := firstMatch(r.Findings, func(f requirements.Finding) bool { return f.Waived == "" })
	return cmp.Or(unwaived.Got, r.Reason)
}
