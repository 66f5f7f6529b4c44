package main

import (
	"errors"
	"fmt"
	"os"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/pushcheck/pushcheck/features"
	"github.com/pushcheck/pushcheck/internal/suggest"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/steps"
)

// choiceFlags are the flags that select feature scenarios and requirements.
type choiceFlags struct {
	tags              string
	onlyIDs           []string
	skipIDs           []string
	failedReport      string
	featureFolders    []string
	noBuiltInFeatures bool
}

func (c *choiceFlags) register(f *pflag.FlagSet) {
	f.StringVar(&c.tags, "tags", "", "play only feature scenarios whose tags match `EXPR`, such as '@response and not @should'")
	f.StringSliceVar(&c.onlyIDs, "only", nil, "judge only these requirements and areas: comma-separated `LIST`, such as transport,push.newcall")
	f.StringSliceVar(&c.skipIDs, "skip", nil, "do not judge these requirements and areas: comma-separated `LIST`")
	f.StringVar(&c.failedReport, "failed", "", "judge only what failed, warned or was undetermined in this `REPORT` of an earlier run (JSON)")
	f.StringArrayVar(&c.featureFolders, "features", nil, "also play the feature files in `DIR`, which can use call scenarios (*.yaml) beside them")
	f.BoolVar(&c.noBuiltInFeatures, "no-built-in-features", false, "play only the feature files of --features")
}

// runSelection holds what a run plays and judges.
type runSelection struct {
	suites       []steps.Suite
	ownScenarios []scenarios.Scenario
	isSelected   func(id string) bool
	notes        []string // notes about requirements and scenarios in the report of --failed that cannot be found
}

// candidate is a feature scenario that may be played.
type candidate struct {
	features.Scenario
	selectedByFailed bool // the user wrote the scenario, and --failed selects it
}

// choose reads the features and selects what to play and judge. An unknown name is a usage error. A selection that leaves nothing to play
// is also a usage error.
func (c *choiceFlags) choose() (runSelection, error) {
	var out runSelection
	s, err := c.selection()
	if err != nil {
		return out, err
	}
	var all []candidate
	if !c.noBuiltInFeatures {
		builtIn, err := features.Index(features.FS)
		if err != nil {
			return out, err
		}
		for _, sc := range builtIn {
			all = append(all, candidate{sc, false})
		}
		isPlayed := func(sc features.Scenario) bool { return s.isPlayed(candidate{sc, false}) }
		out.suites = append(out.suites, steps.Suite{Files: features.FS, Selects: isPlayed})
	}
	for _, folder := range c.featureFolders {
		content, err := readUserFolder(folder)
		if err != nil {
			return out, err
		}
		for _, sc := range content.features {
			all = append(all, candidate{sc, s.failedRun.hasRedScenario(sc)})
		}
		out.ownScenarios = append(out.ownScenarios, content.stories...)
		isPlayed := func(sc features.Scenario) bool { return s.isPlayed(candidate{sc, s.failedRun.hasRedScenario(sc)}) }
		out.suites = append(out.suites, steps.Suite{Files: os.DirFS(folder), Selects: isPlayed, HasOwnFeatures: true, Folder: folder})
	}
	if len(out.suites) == 0 {
		return out, usage("nothing is selected: --no-built-in-features without --features", "name a folder of feature files")
	}
	if err := checkTags(s.tags, all); err != nil {
		return out, err
	}
	out.notes = s.failedRun.missingNotes(all)
	judged, err := c.judgedIDs(s, all)
	out.isSelected = func(id string) bool { return slices.Contains(judged, id) }
	return out, err
}

// selection chooses the feature scenarios that are played and the requirements that are judged. The zero value selects everything.
type selection struct {
	tags      features.Tags
	onlyIDs   []string   // requirement ids; empty means every requirement
	skipIDs   []string   // requirement ids that are left out
	failedRun *failedRun // the run of --failed, which limits what is judged; nil: no limit
}

// selection reads --tags, --only, --skip and --failed.
func (c *choiceFlags) selection() (s selection, err error) {
	if s.failedRun, err = readFailedRun(c.failedReport); err != nil {
		return s, err
	}
	if s.onlyIDs, err = requirementIDs("only", c.onlyIDs); err != nil {
		return s, err
	}
	if s.skipIDs, err = requirementIDs("skip", c.skipIDs); err != nil {
		return s, err
	}
	if c.tags == "" {
		return s, nil
	}
	s.tags, err = features.ParseTags(c.tags)
	var wrong *features.TagsError
	if errors.As(err, &wrong) {
		hint := "join tags by and, or, not and parentheses: '@response and not @should'"
		if wrong.Suggestion != "" {
			hint = fmt.Sprintf("write '%s'", wrong.Suggestion)
		}
		return s, wrongValue("tags", c.tags, wrong.Problem, "%s", hint)
	}
	return s, err
}

// selectsByID reports whether --only and --skip allow a requirement to be judged.
func (s selection) selectsByID(id string) bool {
	return (len(s.onlyIDs) == 0 || slices.Contains(s.onlyIDs, id)) && !slices.Contains(s.skipIDs, id)
}

// selects reports whether --only, --skip and --failed allow a requirement to be judged.
func (s selection) selects(id string) bool {
	return s.selectsByID(id) && (s.failedRun == nil || slices.Contains(s.failedRun.ids, id))
}

// judgedRequirements returns the ids of the requirements that are judged if a scenario is played. A scenario without requirements is
// treated as if it had all requirements. There are two exceptions: --only is used; or --failed is used and does not select the scenario. If
// --failed selects the scenario, all its requirements are judged, also those that were met before.
func (s selection) judgedRequirements(sc candidate) []string {
	ids, isSelected := sc.Requirements(), s.selects
	if sc.selectedByFailed {
		isSelected = s.selectsByID
	}
	if len(ids) == 0 && len(s.onlyIDs) == 0 && (s.failedRun == nil || sc.selectedByFailed) {
		ids = requirements.IDs()
	}
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !isSelected(id) })
}

// isPlayed reports whether a feature scenario is played: its tags match, and at least one of its requirements is selected.
func (s selection) isPlayed(sc candidate) bool {
	return s.tags.Match(sc.Tags) && len(s.judgedRequirements(sc)) > 0
}

// judgedIDs returns the ids of the requirements that are judged in the scenarios that are played. If no scenario is played, the error names
// the flag that excludes all of them.
func (c *choiceFlags) judgedIDs(s selection, all []candidate) ([]string, error) {
	var ids []string
	anyTagsMatch, anyPlayed := false, false
	for _, sc := range all {
		anyTagsMatch = anyTagsMatch || s.tags.Match(sc.Tags)
		if !s.isPlayed(sc) {
			continue
		}
		anyPlayed = true
		ids = append(ids, s.judgedRequirements(sc)...)
	}
	switch {
	case anyPlayed:
		return ids, nil
	case s.failedRun != nil:
		return nil, s.failedRun.nothingLeftError(all)
	case !anyTagsMatch:
		return nil, usage(fmt.Sprintf("nothing is selected: no feature scenario matches --tags %q", c.tags), "tags are areas (@response), levels (@must) and requirement ids (@response.status)")
	case !slices.ContainsFunc(requirements.IDs(), s.selects):
		return nil, usage("nothing is selected: --skip leaves no requirement to judge", "remove a name from --skip")
	}
	tagsText := ""
	if c.tags != "" {
		tagsText = fmt.Sprintf(" that matches --tags %q", c.tags)
	}
	return nil, usage("nothing is selected: no feature scenario"+tagsText+" has a requirement that --only and --skip select", "the requirements of a feature scenario are its tags with a dot (@response.status)")
}

// requirementIDs returns the ids of the requirements that a flag selects. names holds ids of requirements and names of areas. The name of
// an area selects all requirements of the area.
func requirementIDs(flag string, names []string) ([]string, error) {
	known := requirements.IDs()
	for _, area := range requirements.Areas() {
		known = append(known, area.Name)
	}
	var ids []string
	for _, name := range names {
		name = strings.TrimSpace(name)
		if !slices.Contains(known, name) {
			hint := "see: pushcheck list requirements"
			if near, ok := suggest.Closest(name, known); ok {
				hint = fmt.Sprintf("did you mean %s?", near)
			}
			return nil, wrongPart(flag, name, fmt.Sprintf("unknown requirement or area %q", name), "%s", hint)
		}
		for _, r := range requirements.All() {
			if r.ID == name || r.Area() == name {
				ids = append(ids, r.ID)
			}
		}
	}
	return ids, nil
}

// checkTags returns a usage error for a tag that no scenario has, with a suggestion.
func checkTags(tags features.Tags, all []candidate) error {
	var known []string
	for _, s := range all {
		known = append(known, s.Tags...)
	}
	for _, name := range tags.Names() {
		if slices.Contains(known, name) {
			continue
		}
		hint := "tags are areas (@response), levels (@must) and requirement ids (@response.status)"
		if near, ok := suggest.Closest(name, known); ok {
			hint = fmt.Sprintf("did you mean @%s?", near)
		}
		return wrongFlag("tags", fmt.Sprintf("unknown tag %q", "@"+name), "%s", hint)
	}
	return nil
}
