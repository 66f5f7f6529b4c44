package steps

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	messages "github.com/cucumber/messages/go/v34"

	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/run"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// compareWithTable compares the pushes of the story with a table. A difference is an error of pushcheck or of the feature, never of the
// receiver. If the receiver did something else with the call, nothing is compared.
func (s *ScenarioRun) compareWithTable(ctx context.Context, table *messages.PickleTable) error {
	s.hasThen = true
	rows := tableRows(table)
	switch {
	case len(s.story) == 0:
		return errNoStory
	case !s.sendsOneCall():
		return errors.New("the table lists the pushes of one call, but this scenario sends more")
	case s.isRehearsal:
		return s.rehearseTable(rows)
	case s.run.Options().ConnectOnly || s.cannotBeJudged():
		return s.skipScenario(verdict.NotApplicable, "no push is sent")
	}
	hasCompared := false
	var calls []transcript.Call
	for _, p := range s.play(ctx, false) {
		calls = append(calls, p.Call)
		if got, isComparable := s.comparablePushes(p); isComparable {
			hasCompared = true
			if err := comparePushes(got, rows, p); err != nil {
				return err
			}
		}
	}
	switch {
	case hasCompared:
		return nil
	case slices.ContainsFunc(calls, func(c transcript.Call) bool { return !c.Complete }):
		if err := s.judge(calls, expectation{}); err != nil {
			return err
		}
		return s.skipScenario(verdict.Undetermined, "the call did not come to its end, so its pushes cannot be compared with the table")
	case s.steering.isExpected != nil:
		if s.numbers()[0] != (scenarios.Number{}) {
			return s.skipScenario(verdict.NotApplicable, "the receiver treats calls to the number "+s.steering.clause+" in another way")
		}
		return s.skipScenario(verdict.NotApplicable, "no number "+s.steering.clause+" is configured, see --numbers")
	}
	return s.skipScenario(verdict.NotApplicable, "the receiver steers the call, so its pushes are not those of the table")
}

// sendsOneCall reports whether the scenario sends only the pushes of one call.
func (s *ScenarioRun) sendsOneCall() bool {
	switch s.twist.Kind {
	case experiment.Plain, experiment.Odd, experiment.Sequence:
		return !s.twist.IsFollowedByCall
	}
	return false
}

// rehearseTable compares the table with the pushes of the story without a receiver.
func (s *ScenarioRun) rehearseTable(rows []map[string]string) error {
	p := &run.PlayedExperiment{Cast: s.cast()}
	var due []push.Push
	for _, step := range s.duePushes() {
		if s.hasPressedKeys() || step.Push.Event != push.DTMF {
			due = append(due, step.Push)
		}
	}
	for _, row := range rows { // without a receiver, the number of the redirect is unknown, so this cell is not compared
		for column, cell := range row {
			if cell == redirectCell {
				delete(row, column)
			}
		}
	}
	return comparePushes(due, rows, p)
}

// pushesInOrder returns the pushes of a call in order, including pushes that the receiver did not subscribe to. If includesDTMF is false,
// it leaves out dtmf pushes.
func pushesInOrder(c transcript.Call, includesDTMF bool) []push.Push {
	byStep := map[int]push.Push{}
	add := func(step int, p push.Push) {
		if includesDTMF || p.Event != push.DTMF {
			byStep[step] = p
		}
	}
	for _, x := range c.Exchanges {
		add(x.Step, x.Push)
	}
	for _, n := range c.NotSent {
		add(n.Step, n.Push)
	}
	var out []push.Push
	for _, n := range slices.Sorted(maps.Keys(byStep)) {
		out = append(out, byStep[n])
	}
	return out
}

// tableRows returns a map for each row of a table. The keys are the names in the first row.
func tableRows(table *messages.PickleTable) []map[string]string {
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

// comparePushes compares pushes with the rows of a table. callIds in the table are labels: equal labels stand for equal ids.
func comparePushes(got []push.Push, want []map[string]string, p *run.PlayedExperiment) error {
	if len(got) != len(want) {
		return fmt.Errorf("the story has %d pushes, the table lists %d", len(got), len(want))
	}
	labels := map[string]string{}
	for i, row := range want {
		for column, cell := range row {
			if cell == "" {
				continue
			}
			value, err := pushField(got[i], column)
			if err != nil {
				return err
			}
			if column == push.FieldCallID {
				if known, ok := labels[cell]; ok && known == value {
					continue
				}
				if _, ok := labels[cell]; !ok && !slices.Contains(slices.Collect(maps.Values(labels)), value) {
					labels[cell] = value
					continue
				}
			}
			if expected := cellValue(column, cell, p); value != expected {
				return fmt.Errorf("push %d (%s): %s is %q, the table lists %q", i+1, got[i].Event, column, value, expected)
			}
		}
	}
	return nil
}

// Cells with a special meaning.
const (
	redirectCell = "the redirect's number"
	emptyCell    = "(empty)"
)

// cellValue returns the value of a cell. "Doc's number" means the number of that person. Names in the columns of users are replaced by the
// users' names in pushes.
func cellValue(column, cell string, p *run.PlayedExperiment) string {
	switch {
	case cell == redirectCell:
		return redirectTarget(p.Call)
	case cell == emptyCell:
		return ""
	case column == push.FieldUser || column == push.FieldUsers:
		var names []string
		for _, name := range strings.Split(cell, ", ") {
			if who, ok := p.Cast[name]; ok {
				name = who.Name
			}
			names = append(names, name)
		}
		return strings.Join(names, ", ")
	}
	if name, ok := strings.CutSuffix(cell, "'s number"); ok {
		return p.Cast[name].Number
	}
	return cell
}

// pushField returns a field of a push by its wire name.
func pushField(p push.Push, name string) (string, error) {
	if name == push.FieldUser || name == push.FieldUsers {
		return strings.Join(p.Users, ", "), nil
	}
	form := p.Form(push.ObservedDialect())
	if !form.Has(name) && !slices.Contains(tableColumns(), name) {
		return "", fmt.Errorf("reading the table: there is no field %q in a push, the columns are %s", name, strings.Join(tableColumns(), ", "))
	}
	return form.Get(name), nil
}

func tableColumns() []string {
	return []string{
		push.FieldEvent, push.FieldUser, push.FieldCallID, push.FieldOrigCallID, push.FieldDirection, push.FieldFrom, push.FieldTo,
		push.FieldDiversion, push.FieldAnsweringNumber, push.FieldCause, push.FieldDigits, push.FieldXCID,
	}
}
