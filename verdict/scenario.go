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
	File     string // path of the feature file
	Line     int    // line of the scenario, or of its row in a table of examples
	Status   Status
	Reason   string                 // why the scenario was not judged
	NotMet   []string               // ids of the requirements that were not met, so that the scenario failed
	Findings []requirements.Finding // what contradicts sentences of the scenario and is about no requirement
}

// Row returns the scenario as a row of reports. Its file and line are the id.
func (s Scenario) Row() Row {
	row := Row{
		Requirement: requirements.Requirement{ID: fmt.Sprintf("%s:%d", s.File, s.Line), Level: requirements.Must, Statement: s.Name},
		Status:      s.Status, Reason: s.Reason, Findings: s.Findings,
	}
	for _, id := range s.NotMet {
		row.Findings = append(row.Findings, requirements.Finding{Level: requirements.Must, Got: id + " is not met"})
	}
	return row
}

// sortScenarios returns scenarios in the order of file and line.
func sortScenarios(all []Scenario) []Scenario {
	return slices.SortedStableFunc(slices.Values(all), func(a, b Scenario) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
}
