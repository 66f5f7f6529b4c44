package steps

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/cucumber/godog"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/transcript"
)

// pushes compares what the story made due with what the documentation lists. A difference is pushcheck's own fault, never
// the receiver's.
func (s *scene) pushes(ctx context.Context, table *godog.Table) error {
	if s.run.opts.ConnectOnly {
		return godog.ErrSkip
	}
	p, err := s.play(ctx, false)
	if err != nil {
		return err
	}
	if p.out.Steered || !p.out.Complete {
		return nil // the receiver turned the story, or it was cut short: the documented list is about another call
	}
	return compare(due(p.out), rowsOf(table), p.cast)
}

// due lists the pushes that a story made due, in order, without those that a Gather asked for.
func due(c transcript.Call) []push.Push {
	byStep := map[int]push.Push{}
	var steps []int
	add := func(step int, p push.Push) {
		if p.Event != push.DTMF {
			byStep[step] = p
			steps = append(steps, step)
		}
	}
	for _, x := range c.Exchanges {
		add(x.Step, x.Push)
	}
	for _, n := range c.NotSent {
		add(n.Step, n.Push)
	}
	slices.Sort(steps)
	var out []push.Push
	for _, n := range steps {
		out = append(out, byStep[n])
	}
	return out
}

// rowsOf reads a table as one map a row, by the names in its first row.
func rowsOf(table *godog.Table) []map[string]string {
	var out []map[string]string
	for _, row := range table.Rows[1:] {
		cells := map[string]string{}
		for i, cell := range row.Cells {
			cells[table.Rows[0].Cells[i].Value] = cell.Value
		}
		out = append(out, cells)
	}
	return out
}

// compare holds pushes against the rows of a table. callIds in the table are labels: equal labels stand for equal ids.
func compare(got []push.Push, want []map[string]string, cast scenarios.Cast) error {
	if len(got) != len(want) {
		return fmt.Errorf("the story makes %d pushes due, the table lists %d", len(got), len(want))
	}
	labels := map[string]string{}
	for i, row := range want {
		for column, cell := range row {
			if cell == "" {
				continue
			}
			value, err := field(got[i], column)
			if err != nil {
				return err
			}
			if column == push.FieldCallID {
				if known, ok := labels[cell]; ok && known == value {
					continue
				}
				if _, ok := labels[cell]; !ok && !taken(labels, value) {
					labels[cell] = value
					continue
				}
			}
			if expected := meant(cell, cast); value != expected {
				return fmt.Errorf("push %d, a %s: %s is %q, the table lists %q", i+1, got[i].Event, column, value, expected)
			}
		}
	}
	return nil
}

func taken(labels map[string]string, value string) bool {
	for _, v := range labels {
		if v == value {
			return true
		}
	}
	return false
}

// meant is the value of a cell: "Doc's number" is the number of that person.
func meant(cell string, cast scenarios.Cast) string {
	if name, ok := strings.CutSuffix(cell, "'s number"); ok {
		return cast[name].Number
	}
	return cell
}

// field is one field of a push, under the name it has on the wire.
func field(p push.Push, name string) (string, error) {
	if name == push.FieldUser || name == push.FieldUsers {
		return strings.Join(p.Users, ", "), nil
	}
	form := p.Form(push.Observed())
	if !form.Has(name) && !slices.Contains(columns(), name) {
		return "", fmt.Errorf("reading the table: there is no field %q in a push, the columns are %s", name, strings.Join(columns(), ", "))
	}
	return form.Get(name), nil
}

func columns() []string {
	return []string{
		push.FieldEvent, push.FieldUser, push.FieldCallID, push.FieldOrigCallID, push.FieldDirection, push.FieldFrom, push.FieldTo,
		push.FieldDiversion, push.FieldAnsweringNumber, push.FieldCause, push.FieldDigits, push.FieldXCID,
	}
}
