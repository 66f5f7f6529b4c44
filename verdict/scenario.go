package verdict

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/pushcheck/pushcheck/requirements"
)

// Scenario is the result of a feature scenario that the user wrote. It has a row in every report beside the requirements.
type Scenario struct {
	Feature  string // title of the feature
	Name     string // title of the scenario
	File     string // of the feature
	Line     int    // of the scenario, or of its row of examples
	Status   Status
	Reason   string                 // why it was not judged
	NotMet   []string               // ids of the requirements because of which it failed
	Findings []requirements.Finding // what contradicts its sentences and belongs to no requirement
}

// Row returns the scenario as a row of reports. Its file and line are the id.
func (s Scenario) Row() Row {
	row := Row{
		Requirement: requirements.Requirement{ID: fmt.Sprintf("%s:%d", s.File, s.Line), Level: requirements.Must, Says: s.Name},
		Status:      s.Status, Reason: s.Reason, Findings: s.Findings,
	}
	for _, id := range s.NotMet {
		row.Findings = append(row.Findings, requirements.Finding{Level: requirements.Must, Got: id + " is not met"})
	}
	return row
}

// sorted orders scenarios by file and line: they end in any order.
func sorted(all []Scenario) []Scenario {
	return slices.SortedStableFunc(slices.Values(all), func(a, b Scenario) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
}

// failedScenarios lists the scenarios of the user's own that failed. Each makes the run not conformant, with or without a
// requirement.
func (r Run) failedScenarios() []string {
	var out []string
	for _, s := range r.Scenarios {
		if s.Status == Failed {
			out = append(out, s.Row().ID)
		}
	}
	return out
}
