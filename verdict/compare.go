package verdict

import (
	"cmp"
	"slices"

	"github.com/pushcheck/pushcheck/requirements"
)

// Direction is how the status of a requirement changed from one run to a later one.
type Direction string

const (
	Worse   Direction = "worse"
	Better  Direction = "better"
	Changed Direction = "changed" // neither worse nor better, such as if it no longer applies
)

// Directions returns them in the order in which reports list them.
func Directions() []Direction { return []Direction{Worse, Better, Changed} }

// Change is a requirement, or a scenario of the user, whose status changed.
type Change struct {
	Before, After Row
}

// Direction returns how the status changed. It is worse if the requirement fails only now, if it passed and is no longer met, or if it did
// not fail and can no longer be judged. It is better if it passes only now, or if it warns now and before that failed or could not be
// judged. A waiver is the user's decision, so a change from passed to waived is neither. A known failure counts as not met.
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

// Comparison is how a run differs from an earlier one.
type Comparison struct {
	Before, After Verdict
	Changes       []Change // what is worse first, then what is better; within that, failures first
	Same          int      // how many have the same status in both
	Uncompared    []string // ids that only one of the runs selected or has
}

// Compare compares a run with an earlier one. Requirements that were not selected in either run do not count.
func Compare(before, after Verdict) Comparison {
	c := Comparison{Before: before, After: after}
	old, now := rowsByKey(before), rowsByKey(after)
	for _, k := range now.keys {
		a := now.rows[k]
		b, ok := old.rows[k]
		switch {
		case !ok && a.Status == Skipped, b.Status == Skipped && a.Status == Skipped:
		case !ok, a.Status == Skipped, b.Status == Skipped:
			c.Uncompared = append(c.Uncompared, a.ID)
		case a.Status == b.Status:
			c.Same++
		default:
			c.Changes = append(c.Changes, Change{b, a})
		}
	}
	for _, k := range old.keys {
		if _, ok := now.rows[k]; !ok && old.rows[k].Status != Skipped {
			c.Uncompared = append(c.Uncompared, old.rows[k].ID)
		}
	}
	directions, statuses := Directions(), []Status{Failed, Known, Warned, Undetermined, Waived, NotApplicable, Passed}
	slices.SortStableFunc(c.Changes, func(a, b Change) int {
		return cmp.Or(
			cmp.Compare(slices.Index(directions, a.Direction()), slices.Index(directions, b.Direction())),
			cmp.Compare(slices.Index(statuses, a.After.Status), slices.Index(statuses, b.After.Status)),
		)
	})
	return c
}

// With returns the changes in a direction.
func (c Comparison) With(d Direction) []Change {
	var out []Change
	for _, change := range c.Changes {
		if change.Direction() == d {
			out = append(out, change)
		}
	}
	return out
}

// Exit returns the exit code: 1 if something became worse.
func (c Comparison) Exit() int {
	if len(c.With(Worse)) > 0 {
		return ExitNotConformant
	}
	return ExitConformant
}

// key identifies a row in both runs: by the id of its requirement, or by the file and the name of its scenario, because its line may change.
// Scenarios with the same name, such as rows of examples, are numbered.
type key struct {
	id, name string
	n        int
}

// keyed holds rows by their keys, and the keys in the order of the rows.
type keyed struct {
	rows map[key]Row
	keys []key
}

func (k *keyed) add(at key, row Row) {
	for ; ; at.n++ {
		if _, taken := k.rows[at]; !taken {
			k.rows[at], k.keys = row, append(k.keys, at)
			return
		}
	}
}

func rowsByKey(v Verdict) keyed {
	out := keyed{rows: map[key]Row{}}
	for _, r := range v.Rows {
		out.add(key{id: r.ID}, r)
	}
	for _, s := range v.Scenarios {
		out.add(key{id: s.File, name: s.Name}, s.Row())
	}
	return out
}

// Got describes what is wrong with a row in a few words: Got of the first finding that is not waived, or else the reason of the row.
func (r Row) Got() string {
	i := slices.IndexFunc(r.Findings, func(f requirements.Finding) bool { return f.Waived == "" })
	if i < 0 {
		return r.Reason
	}
	return r.Findings[i].Got
}
