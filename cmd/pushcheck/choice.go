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

// choiceFlags choose what is played and judged.
type choiceFlags struct {
	tags      string
	only      []string
	skip      []string
	failed    string
	own       []string
	noBuiltIn bool
}

func (c *choiceFlags) register(f *pflag.FlagSet) {
	f.StringVar(&c.tags, "tags", "", "play only feature scenarios whose tags match `EXPR`, such as '@response and not @should'")
	f.StringSliceVar(&c.only, "only", nil, "judge only these requirements and areas: comma-separated `LIST`, such as transport,push.newcall")
	f.StringSliceVar(&c.skip, "skip", nil, "do not judge these requirements and areas: comma-separated `LIST`")
	f.StringVar(&c.failed, "failed", "", "judge only what failed, warned or was undetermined in this `REPORT` of an earlier run (JSON)")
	f.StringArrayVar(&c.own, "features", nil, "also play the feature files in `DIR`, which can use call scenarios (*.yaml) beside them")
	f.BoolVar(&c.noBuiltIn, "no-built-in-features", false, "play only the feature files of --features")
}

// chosen is what a run plays and judges.
type chosen struct {
	suites   []steps.Suite
	own      []scenarios.Scenario
	selected func(id string) bool
	notes    []string // one for each thing in the report of --failed that the run does not judge
}

// candidate is a feature scenario that may be played.
type candidate struct {
	features.Scenario
	red bool // it is one of the user's own, and --failed selects it
}

// choose reads the features and selects what to play and judge. An unknown name is a usage error, and so is a selection
// that leaves nothing to play.
func (c *choiceFlags) choose() (chosen, error) {
	var out chosen
	s, err := c.selection()
	if err != nil {
		return out, err
	}
	var all []candidate
	if !c.noBuiltIn {
		known, err := features.Index(features.FS)
		if err != nil {
			return out, err
		}
		for _, sc := range known {
			all = append(all, candidate{sc, false})
		}
		plays := func(sc features.Scenario) bool { return s.plays(candidate{sc, false}) }
		out.suites = append(out.suites, steps.Suite{Files: features.FS, Selects: plays})
	}
	for _, folder := range c.own {
		own, err := readOwn(folder)
		if err != nil {
			return out, err
		}
		for _, sc := range own.features {
			all = append(all, candidate{sc, s.earlier.hasRed(sc)})
		}
		out.own = append(out.own, own.stories...)
		plays := func(sc features.Scenario) bool { return s.plays(candidate{sc, s.earlier.hasRed(sc)}) }
		out.suites = append(out.suites, steps.Suite{Files: os.DirFS(folder), Selects: plays, OwnFeatures: true, Folder: folder})
	}
	if len(out.suites) == 0 {
		return out, usage("nothing is selected: --no-built-in-features without --features", "name a folder of feature files")
	}
	if err := knownTags(s.tags, all); err != nil {
		return out, err
	}
	out.notes = s.earlier.missing(all)
	judged, err := c.judged(s, all)
	out.selected = func(id string) bool { return slices.Contains(judged, id) }
	return out, err
}

// selection chooses the feature scenarios that are played and the requirements that are judged. The zero value selects everything.
type selection struct {
	tags    features.Tags
	only    []string // requirement ids; empty means every requirement
	skip    []string // requirement ids that are left out
	earlier *earlier // the run of --failed: only what was red in it is judged; nil means everything
}

// selection reads --tags, --only, --skip and --failed.
func (c *choiceFlags) selection() (s selection, err error) {
	if s.earlier, err = readEarlier(c.failed); err != nil {
		return s, err
	}
	if s.only, err = requirementIDs("only", c.only); err != nil {
		return s, err
	}
	if s.skip, err = requirementIDs("skip", c.skip); err != nil {
		return s, err
	}
	if c.tags == "" {
		return s, nil
	}
	s.tags, err = features.ParseTags(c.tags)
	var wrong *features.TagsError
	if errors.As(err, &wrong) {
		hint := "join tags by and, or, not and parentheses: '@response and not @should'"
		if wrong.Instead != "" {
			hint = fmt.Sprintf("write '%s'", wrong.Instead)
		}
		return s, wrongValue("tags", c.tags, wrong.Problem, "%s", hint)
	}
	return s, err
}

// allows reports whether --only and --skip select a requirement.
func (s selection) allows(id string) bool {
	return (len(s.only) == 0 || slices.Contains(s.only, id)) && !slices.Contains(s.skip, id)
}

// requires reports whether a requirement is selected by --only, --skip and --failed.
func (s selection) requires(id string) bool {
	return s.allows(id) && (s.earlier == nil || slices.Contains(s.earlier.ids, id))
}

// about returns the requirements that are judged if a scenario is played. A scenario without requirements is about all of them, unless
// --only is used. If --failed selects the scenario itself, its requirements that were met before are judged again.
func (s selection) about(sc candidate) []string {
	ids, judges := sc.Requirements(), s.requires
	if sc.red {
		judges = s.allows
	}
	if len(ids) == 0 && len(s.only) == 0 && (s.earlier == nil || sc.red) {
		ids = requirements.IDs()
	}
	return slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !judges(id) })
}

// plays reports whether a feature scenario is played: its tags match, and at least one of its requirements is selected.
func (s selection) plays(sc candidate) bool {
	return s.tags.Match(sc.Tags) && len(s.about(sc)) > 0
}

// judged returns the selected requirements of the scenarios that are played. If no scenario is played, the error names the flag that is
// the reason.
func (c *choiceFlags) judged(s selection, all []candidate) ([]string, error) {
	var ids []string
	matched, played := false, false
	for _, sc := range all {
		matched = matched || s.tags.Match(sc.Tags)
		if !s.plays(sc) {
			continue
		}
		played = true
		ids = append(ids, s.about(sc)...)
	}
	switch {
	case played:
		return ids, nil
	case s.earlier != nil:
		return nil, s.earlier.nothingLeft(all)
	case !matched:
		return nil, usage(fmt.Sprintf("nothing is selected: no feature scenario matches --tags %q", c.tags), "tags are areas (@response), levels (@must) and requirement ids (@response.status)")
	case !slices.ContainsFunc(requirements.IDs(), s.requires):
		return nil, usage("nothing is selected: --skip leaves no requirement to judge", "remove a name from --skip")
	}
	which := ""
	if c.tags != "" {
		which = fmt.Sprintf(" that matches --tags %q", c.tags)
	}
	return nil, usage("nothing is selected: no feature scenario"+which+" has a requirement that --only and --skip select", "the requirements of a feature scenario are its tags with a dot (@response.status)")
}

// requirementIDs returns the requirements that a flag names: by their ids, or all of an area by its name.
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

// knownTags returns a usage error for a tag that no scenario has, with a suggestion.
func knownTags(tags features.Tags, all []candidate) error {
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
