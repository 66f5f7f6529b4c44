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

// earlier is what was red in the run that --failed names: what failed, warned or was undetermined. nil means that --failed is not used.
type earlier struct {
	file      string
	ids       []string           // of requirements
	scenarios []verdict.Scenario // of the user's own
}

// readEarlier reads the report that --failed names; "" is no report. It is an error if nothing was red in it.
func readEarlier(file string) (*earlier, error) {
	if file == "" {
		return nil, nil
	}
	v, err := readReport("--failed", file)
	if err != nil {
		return nil, err
	}
	e := &earlier{file: file}
	for _, r := range v.Rows {
		if red(r.Status) {
			e.ids = append(e.ids, r.ID)
		}
	}
	for _, s := range v.Scenarios {
		if red(s.Status) {
			e.scenarios = append(e.scenarios, s)
		}
	}
	if len(e.ids)+len(e.scenarios) == 0 {
		passed := "passed"
		if v.Counts[verdict.Waived]+v.Counts[verdict.Known] > 0 {
			passed = "passed or is excused"
		}
		return nil, usage(fmt.Sprintf("nothing is selected: everything that %q has judged %s", file, passed), "without --failed everything is judged")
	}
	return e, nil
}

// red reports whether a status means that --failed judges again.
func red(s verdict.Status) bool {
	return s == verdict.Failed || s == verdict.Warned || s == verdict.Undetermined
}

// readReport reads a JSON report that a run wrote. what is the flag or command that reads it, such as "--failed".
func readReport(what, file string) (verdict.Verdict, error) {
	const hint = "a JSON report is wanted: pushcheck run URL --report json=report.json"
	data, err := readFile(file)
	if err != nil {
		return verdict.Verdict{}, usage(fmt.Sprintf("reading %s: %v", what, err), hint)
	}
	v, err := report.Read(data)
	if err != nil {
		return v, usage(fmt.Sprintf("reading %s %q: %v", what, file, err), hint)
	}
	return v, nil
}

// hasRed reports whether a scenario of the user's own was red. It is identified by its name and its file name; its line and its folder may
// have changed.
func (e *earlier) hasRed(sc features.Scenario) bool {
	return e != nil && slices.ContainsFunc(e.scenarios, func(s verdict.Scenario) bool {
		return s.Name == sc.Name && (s.File == sc.File || strings.HasSuffix(s.File, "/"+sc.File))
	})
}

// missing returns a note for each requirement and scenario that was red and no longer exists.
func (e *earlier) missing(all []candidate) []string {
	if e == nil {
		return nil
	}
	var out []string
	for _, id := range e.ids {
		if _, known := requirements.Find(id); !known {
			out = append(out, fmt.Sprintf("%q is in %s, and this version of pushcheck does not have it", id, e.file))
		}
	}
	for _, s := range e.lost(all) {
		out = append(out, fmt.Sprintf("the scenario %q of %q is in %s, and not in a folder that --features names", s.Name, s.File, e.file))
	}
	return out
}

// lost returns the scenarios that were red and no longer exist.
func (e *earlier) lost(all []candidate) []verdict.Scenario {
	return slices.DeleteFunc(slices.Clone(e.scenarios), func(s verdict.Scenario) bool {
		only := &earlier{scenarios: []verdict.Scenario{s}}
		return slices.ContainsFunc(all, func(sc candidate) bool { return sc.red && only.hasRed(sc.Scenario) })
	})
}

// nothingLeft returns the usage error for the case that no feature scenario judges the requirements that were red.
func (e *earlier) nothingLeft(all []candidate) error {
	if len(e.ids) == 0 && len(e.lost(all)) == len(e.scenarios) {
		return usage(fmt.Sprintf("nothing is selected: in %q only features of your own failed", e.file), "name their folder with --features")
	}
	return usage(fmt.Sprintf("nothing is selected: the other flags leave nothing of what failed, warned or was undetermined in %q", e.file),
		"remove --only, --skip, --tags or --no-built-in-features")
}
