package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/features"
	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/verdict"
)

// failedRun holds the requirements and scenarios that failed, warned or were undetermined in the report of --failed. A nil *failedRun means
// that --failed is not used.
type failedRun struct {
	file      string             // name of the report
	ids       []string           // ids of requirements
	scenarios []verdict.Scenario // scenarios of the user's own features
}

// readFailedRun reads the report of --failed; if file is "", it returns nil. It is an error if the report has neither a red requirement nor
// a red scenario, see isRed.
func readFailedRun(file string) (*failedRun, error) {
	if file == "" {
		return nil, nil
	}
	v, err := readReport("--failed", file)
	if err != nil {
		return nil, err
	}
	e := &failedRun{file: file}
	for _, r := range v.Rows {
		if isRed(r.Status) {
			e.ids = append(e.ids, r.ID)
		}
	}
	for _, s := range v.Scenarios {
		if isRed(s.Status) {
			e.scenarios = append(e.scenarios, s)
		}
	}
	if len(e.ids)+len(e.scenarios) == 0 {
		result := "passed"
		if v.Counts[verdict.Waived]+v.Counts[verdict.Known] > 0 {
			result = "passed or is excused"
		}
		return nil, usage(fmt.Sprintf("nothing is selected: everything that %q has judged %s", file, result), "without --failed everything is judged")
	}
	return e, nil
}

// isRed reports whether --failed selects requirements and scenarios with this status. The other comments in this file call them red.
func isRed(s verdict.Status) bool {
	return s == verdict.Failed || s == verdict.Warned || s == verdict.Undetermined
}

// readReport reads a JSON report that a run wrote. what names the report in error texts, such as "--failed" or "the report".
func readReport(what, file string) (verdict.Verdict, error) {
	const hint = "a JSON report is wanted: pushcheck run URL --report json=report.json"
	data, err := readFile(file)
	if err != nil {
		return verdict.Verdict{}, usage(fmt.Sprintf("reading %s: %v", what, err), hint)
	}
	v, err := report.ParseReport(data)
	if err != nil {
		return v, usage(fmt.Sprintf("reading %s %q: %v", what, file, err), hint)
	}
	return v, nil
}

// hasRedScenario reports whether a scenario of the user's own was red in the report. It recognizes the scenario by its name and the name of
// its file, because the line and the folder may have changed.
func (e *failedRun) hasRedScenario(sc features.Scenario) bool {
	return e != nil && slices.ContainsFunc(e.scenarios, func(s verdict.Scenario) bool {
		return s.Name == sc.Name && (s.File == sc.File || strings.HasSuffix(s.File, "/"+sc.File))
	})
}

// missingNotes returns a note for each red requirement that this version does not have, and for each scenario of missingScenarios.
func (e *failedRun) missingNotes(all []candidate) []string {
	if e == nil {
		return nil
	}
	var out []string
	for _, id := range e.ids {
		if _, known := requirements.Find(id); !known {
			out = append(out, fmt.Sprintf("%q is in %s, and this version of pushcheck does not have it", id, e.file))
		}
	}
	for _, s := range e.missingScenarios(all) {
		out = append(out, fmt.Sprintf("the scenario %q of %q is in %s, and not in a folder that --features names", s.Name, s.File, e.file))
	}
	return out
}

// missingScenarios returns the red scenarios that are in no folder of --features.
func (e *failedRun) missingScenarios(all []candidate) []verdict.Scenario {
	return slices.DeleteFunc(slices.Clone(e.scenarios), func(s verdict.Scenario) bool {
		single := &failedRun{scenarios: []verdict.Scenario{s}}
		return slices.ContainsFunc(all, func(sc candidate) bool { return sc.selectedByFailed && single.hasRedScenario(sc.Scenario) })
	})
}

// nothingLeftError returns the usage error for a selection in which no feature scenario judges a red requirement.
func (e *failedRun) nothingLeftError(all []candidate) error {
	if len(e.ids) == 0 && len(e.missingScenarios(all)) == len(e.scenarios) {
		return usage(fmt.Sprintf("nothing is selected: in %q only features of your own failed", e.file), "name their folder with --features")
	}
	return usage(fmt.Sprintf("nothing is selected: the other flags leave nothing of what failed, warned or was undetermined in %q", e.file),
		"remove --only, --skip, --tags or --no-built-in-features")
}
