package main

import (
	"strconv"
	"strings"

	"github.com/pushcheck/pushcheck/internal/wording"
	"github.com/pushcheck/pushcheck/receiver"
	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/steps"
)

func scenariosTable() report.Table {
	t := report.Table{Head: []string{"name", "pushes", "title", "source"}, Code: 1}
	for _, s := range scenarios.All() {
		t.Rows = append(t.Rows, []string{s.Name, strconv.Itoa(len(pushEvents(s))), s.Title, s.Source})
	}
	return t
}

func scenarioList() report.List {
	list := report.List{Column: listIndent}
	for _, s := range scenarios.All() {
		list.Entries = append(list.Entries, report.Entry{Name: s.Name, Text: []string{s.Title + " (" + wording.Count(len(pushEvents(s)), "push") + ")"}})
	}
	return list
}

type scenarioRecord struct {
	Name           string         `json:"name"`
	Title          string         `json:"title"`
	Source         string         `json:"source"`
	RequiredAction scenarios.Kind `json:"steered"` // how the receiver has to steer the call for this call scenario; "": it has to let the call through
	Story          []string       `json:"story"`
	Pushes         []string       `json:"pushes"` // events of the pushes, in order, for a receiver that subscribes to all events and steers the call as RequiredAction says
}

func scenarioRecords() (any, error) {
	var out []scenarioRecord
	for _, s := range scenarios.All() {
		record := scenarioRecord{Name: s.Name, Title: s.Title, Source: s.Source, RequiredAction: s.RequiredAction, Pushes: pushEvents(s)}
		for _, act := range s.Story {
			record.Story = append(record.Story, act.Sentence())
		}
		out = append(out, record)
	}
	return out, nil
}

// pushEvents returns the events of the pushes of a call scenario, in order, for a receiver that subscribes to all events and steers the
// call as the scenario needs.
func pushEvents(s scenarios.Scenario) []string {
	out := []string{}
	for _, step := range (sendItem{story: s}).call(callSettings{cast: scenarios.DefaultCast(), seed: 1, nonce: "list"}).Rehearse() {
		out = append(out, string(step.Push.Event))
	}
	return out
}

func faultsTable() report.Table {
	t := report.Table{Head: []string{"name", "what the receiver does", "which breaks"}, Code: 1}
	for _, f := range receiver.Faults() {
		t.Rows = append(t.Rows, []string{f.Name, describeFault(f), strings.Join(f.Breaks, ", ")})
	}
	return t
}

func faultList() report.List {
	list := report.List{Column: listIndent}
	for _, f := range receiver.Faults() {
		text := []string{describeFault(f), "breaks " + strings.Join(f.Breaks, ", ")}
		list.Entries = append(list.Entries, report.Entry{Name: f.Name, Text: text})
	}
	return list
}

// describeFault describes a fault, with the flag that it needs.
func describeFault(f receiver.Fault) string {
	text := f.Description
	if f.NeedsSteering != "" {
		text += " (with --steer " + string(f.NeedsSteering) + "=NUMBER)"
	}
	if f.NeedsKey {
		text += " (with --verify-key FILE)"
	}
	return text
}

type faultRecord struct {
	Name          string         `json:"name"`
	Description   string         `json:"says"`
	Phase         receiver.Phase `json:"phase"`
	Breaks        []string       `json:"breaks"` // ids of the requirements that the receiver does not meet
	MayBreak      []string       `json:"may"`    // ids or patterns of requirements that may be unmet as a consequence
	NeedsSteering string         `json:"needs"`  // how a call must be steered so that the fault shows; "" if it shows in every call
	NeedsKey      bool           `json:"key"`    // the fault shows only with --verify-key
}

func faultRecords() (any, error) {
	var out []faultRecord
	for _, f := range receiver.Faults() {
		out = append(out, faultRecord{f.Name, f.Description, f.Phase, append([]string{}, f.Breaks...), append([]string{}, f.MayBreak...), string(f.NeedsSteering), f.NeedsKey})
	}
	return out, nil
}

func stepsTable() report.Table {
	t := report.Table{Head: []string{"for example", "where", "meaning"}, Code: 1}
	for _, s := range steps.Steps() {
		where := s.Keyword
		if s.HasTable {
			where += ", with a table"
		}
		t.Rows = append(t.Rows, []string{s.Example, where, s.Meaning})
	}
	return t
}

// stepHeadings holds the headings in the list of steps. Steps with the same keyword are under one heading.
var stepHeadings = []struct{ keyword, heading string }{
	{"Given/When", "Given, When: what happens in a call"},
	{"When", "When: what else reaches the receiver"},
	{"But", "But: what is unusual about the pushes of the call"},
	{"Then", "Then: what is expected; the requirements in the scenario's tags must be met too"},
}

func stepList() report.List {
	list := report.List{Column: listIndent}
	for i, h := range stepHeadings {
		if i > 0 {
			list.Entries = append(list.Entries, report.Entry{})
		}
		list.Entries = append(list.Entries, report.Entry{Name: h.heading})
		for _, s := range steps.Steps() {
			if s.Keyword == h.keyword {
				list.Entries = append(list.Entries, stepEntry(s))
			}
		}
	}
	return list
}

func stepEntry(s steps.Step) report.Entry {
	name := s.Example
	if s.HasTable {
		name += ", followed by a table"
	}
	return report.Entry{Name: name, Text: []string{s.Meaning}}
}

type stepRecord struct {
	Keyword  string `json:"keyword"`
	Pattern  string `json:"pattern"`
	Meaning  string `json:"says"`
	Example  string `json:"example"`
	HasTable bool   `json:"table"`
}

func stepRecords() (any, error) {
	var out []stepRecord
	for _, s := range steps.Steps() {
		out = append(out, stepRecord{s.Keyword, s.Pattern, s.Meaning, s.Example, s.HasTable})
	}
	return out, nil
}
