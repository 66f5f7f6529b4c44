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
	"github.com/pushcheck/pushcheck/run"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/steps"
)

// choiceFlags say what is played and judged.
type choiceFlags struct {
	tags      string
	only      []string
	skip      []string
	own       []string
	noBuiltIn bool
}

func (c *choiceFlags) register(f *pflag.FlagSet) {
	f.StringVar(&c.tags, "tags", "", "play only feature scenarios whose tags match `EXPR`, such as '@response and not @should'")
	f.StringSliceVar(&c.only, "only", nil, "judge only these requirements and areas: comma-separated `LIST`, such as transport,push.newcall")
	f.StringSliceVar(&c.skip, "skip", nil, "do not judge these requirements and areas: comma-separated `LIST`")
	f.StringArrayVar(&c.own, "features", nil, "also play the feature files in `DIR`, which can use call scenarios (*.yaml) beside them")
	f.BoolVar(&c.noBuiltIn, "no-built-in-features", false, "play only the feature files of --features")
}

// chosen is what a run plays and judges.
type chosen struct {
	suites   []steps.Suite
	own      []scenarios.Scenario
	selected func(id string) bool
}

// choose reads the features and selects what to play and judge. An unknown name is a usage error, and so is a selection
// that leaves nothing to play.
func (c *choiceFlags) choose() (chosen, error) {
	var out chosen
	s, err := c.selection()
	if err != nil {
		return out, err
	}
	var all []features.Scenario
	if !c.noBuiltIn {
		known, err := features.Index(features.FS)
		if err != nil {
			return out, err
		}
		all = append(all, known...)
		out.suites = append(out.suites, steps.Suite{Files: features.FS, Plays: s.plays})
	}
	for _, folder := range c.own {
		known, stories, err := readOwn(folder)
		if err != nil {
			return out, err
		}
		all = append(all, known...)
		out.own = append(out.own, stories...)
		out.suites = append(out.suites, steps.Suite{Files: os.DirFS(folder), Plays: s.plays, Own: true, Folder: folder})
	}
	if len(out.suites) == 0 {
		return out, usage("nothing is selected: --no-built-in-features without --features", "name a folder of feature files")
	}
	if err := knownTags(s.tags, all); err != nil {
		return out, err
	}
	judged, err := c.judged(s, all)
	out.selected = func(id string) bool { return slices.Contains(judged, id) }
	return out, err
}

// selection says which feature scenarios are played and which requirements are judged. The zero value selects everything.
type selection struct {
	tags features.Tags
	only []string // requirement ids; empty means every requirement
	skip []string // requirement ids that are left out
}

// selection reads --tags, --only and --skip.
func (c *choiceFlags) selection() (s selection, err error) {
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

// requires reports whether a requirement is selected by --only and --skip.
func (s selection) requires(id string) bool {
	return (len(s.only) == 0 || slices.Contains(s.only, id)) && !slices.Contains(s.skip, id)
}

// plays reports whether a feature scenario is played: its tags match, and at least one of its requirements is selected. A
// scenario without requirements is played unless --only is used.
func (s selection) plays(sc features.Scenario) bool {
	ids := sc.Requirements()
	return s.tags.Match(sc.Tags) && (slices.ContainsFunc(ids, s.requires) || len(ids) == 0 && len(s.only) == 0)
}

// judged returns the selected requirements of the scenarios that are played. A scenario without requirements is about all
// of them. If no scenario is played, the error says which flag is the reason.
func (c *choiceFlags) judged(s selection, all []features.Scenario) ([]string, error) {
	var ids []string
	matched, played := false, false
	for _, sc := range all {
		matched = matched || s.tags.Match(sc.Tags)
		if !s.plays(sc) {
			continue
		}
		played = true
		if len(sc.Requirements()) == 0 {
			ids = requirements.IDs()
		}
		ids = append(ids, sc.Requirements()...)
	}
	switch {
	case played:
		return slices.DeleteFunc(ids, func(id string) bool { return !s.requires(id) }), nil
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
func knownTags(tags features.Tags, all []features.Scenario) error {
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

// readOwn reads a user's folder of features and call scenarios.
func readOwn(folder string) ([]features.Scenario, []scenarios.Scenario, error) {
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return nil, nil, wrongValue("features", folder, "not a folder", "a folder with *.feature files")
	}
	files := os.DirFS(folder)
	known, err := features.Index(files)
	if err != nil {
		return nil, nil, severalMistakes(err, "see the language in: pushcheck list steps")
	}
	if len(known) == 0 {
		return nil, nil, wrongValue("features", folder, "there is no feature scenario in it", "a folder with *.feature files")
	}
	stories, err := scenarios.Beside(files)
	if err != nil {
		return nil, nil, severalMistakes(err, "see the built-in ones in: pushcheck list scenarios")
	}
	return known, stories, nil
}

// checkOwn refuses features of the user's own that cannot be played or check nothing, before anything is sent.
func checkOwn(r *run.Run, suites []steps.Suite) error {
	var wrong []error
	for _, s := range suites {
		if s.Own {
			wrong = append(wrong, steps.Check(r, s))
		}
	}
	err := errors.Join(wrong...)
	if err == nil {
		return nil
	}
	return severalMistakes(err, "see: pushcheck list steps, pushcheck list scenarios, pushcheck list requirements")
}

// severalMistakes is a usage error about files with several mistakes, each in a line of its own.
func severalMistakes(err error, hint string) error {
	lines := each(err)
	return &usageError{what: lines[0], excerpt: strings.Join(lines[1:], "\n"), hint: hint}
}

// each returns the texts of the errors that were joined to one.
func each(err error) []string {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return []string{err.Error()}
	}
	var out []string
	for _, one := range joined.Unwrap() {
		out = append(out, each(one)...)
	}
	return out
}
