package main

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"

	"github.com/spf13/pflag"

	"github.com/pushcheck/pushcheck/features"
	"github.com/pushcheck/pushcheck/internal/suggest"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/steps"
)

// choiceFlags say what is judged.
type choiceFlags struct {
	tags      string
	only      []string
	skip      []string
	own       []string
	noBuiltIn bool
}

func (c *choiceFlags) register(f *pflag.FlagSet) {
	f.StringVar(&c.tags, "tags", "", "feature scenarios with these tags, `'@response && ~@should'`: && is and, a comma or, ~ not")
	f.StringSliceVar(&c.only, "only", nil, "judge these requirements only, `ID,…`")
	f.StringSliceVar(&c.skip, "skip", nil, "do not judge these requirements, `ID,…`")
	f.StringArrayVar(&c.own, "features", nil, "play the feature files in this `folder` as well; call scenarios (*.yaml) beside them can be named in them (repeatable)")
	f.BoolVar(&c.noBuiltIn, "no-built-in-features", false, "play only the features that --features names")
}

// chosen is what a run plays and judges.
type chosen struct {
	suites   []steps.Suite
	own      []scenarios.Scenario
	selected func(id string) bool
}

// choose reads the features and makes the selection. A name that matches nothing is a mistake.
func (c *choiceFlags) choose() (chosen, error) {
	var out chosen
	for _, id := range append(slices.Clone(c.only), c.skip...) {
		if _, err := requirements.Lookup(id); err != nil {
			return out, usage(err.Error(), "see: pushcheck list requirements")
		}
	}
	tags, err := c.expression()
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
		out.suites = append(out.suites, steps.Suite{Files: features.FS, Tags: tags})
	}
	for _, folder := range c.own {
		known, stories, err := readOwn(folder)
		if err != nil {
			return out, err
		}
		all = append(all, known...)
		out.own = append(out.own, stories...)
		out.suites = append(out.suites, steps.Suite{Files: os.DirFS(folder), Tags: tags})
	}
	if len(out.suites) == 0 {
		return out, usage("nothing is selected: --no-built-in-features without --features", "name a folder of feature files")
	}
	return out, c.narrow(&out, all)
}

// narrow finds out which requirements are selected.
func (c *choiceFlags) narrow(out *chosen, all []features.Scenario) error {
	if err := c.knownTags(all); err != nil {
		return err
	}
	ids := requirements.IDs()
	if c.tags != "" || c.noBuiltIn {
		ids = nil
		matched, open := 0, false
		for _, s := range all {
			if matches(c.tags, s.Tags) {
				matched++
				ids = append(ids, s.Requirements()...)
				open = open || len(s.Requirements()) == 0
			}
		}
		if open { // a scenario that names no requirement is about all that its calls show
			ids = requirements.IDs()
		}
		if matched == 0 {
			return usage(fmt.Sprintf("nothing is selected: no feature scenario has the tags %q", c.tags), "tags are areas (@response), levels (@must) and requirement ids (@response.status)")
		}
	}
	if len(c.only) > 0 {
		ids = c.only
	}
	ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return slices.Contains(c.skip, id) })
	if len(ids) == 0 && len(c.own) == 0 {
		return usage("nothing is selected: every requirement that is chosen is skipped as well", "see --only and --skip")
	}
	if c.tags == "" && len(c.only) == 0 && len(c.skip) == 0 && !c.noBuiltIn {
		return nil
	}
	out.selected = func(id string) bool { return slices.Contains(ids, id) }
	return nil
}

// expression is the tag expression for godog. Words that it would silently match nothing with are refused.
func (c *choiceFlags) expression() (string, error) {
	if regexp.MustCompile(`[()]|\b(and|or|not)\b`).MatchString(c.tags) {
		return "", usage(fmt.Sprintf("reading --tags %q: there are no words or parentheses in it", c.tags), "&& is and, a comma is or, ~ is not: '@response && ~@should'")
	}
	var parts []string
	if c.tags != "" {
		parts = append(parts, c.tags)
	}
	if len(c.only) > 0 {
		parts = append(parts, "@"+strings.Join(c.only, ",@"))
	}
	for _, id := range c.skip {
		parts = append(parts, "~@"+id)
	}
	return strings.Join(parts, " && "), nil
}

// knownTags refuses a tag that no scenario has, with a suggestion.
func (c *choiceFlags) knownTags(all []features.Scenario) error {
	var known []string
	for _, s := range all {
		known = append(known, s.Tags...)
	}
	for _, tag := range regexp.MustCompile(`[^\s,&~]+`).FindAllString(c.tags, -1) {
		name := strings.TrimPrefix(tag, "@")
		if slices.Contains(known, name) {
			continue
		}
		hint := "tags are areas (@response), levels (@must) and requirement ids (@response.status)"
		if near, ok := suggest.Closest(name, known); ok {
			hint = fmt.Sprintf("did you mean @%s?", near)
		}
		return usage(fmt.Sprintf("reading --tags: unknown tag %q", tag), "%s", hint)
	}
	return nil
}

// matches tells whether tags satisfy an expression, as godog reads it.
func matches(expression string, tags []string) bool {
	if expression == "" {
		return true
	}
	for _, all := range strings.Split(expression, "&&") {
		ok := false
		for _, one := range strings.Split(all, ",") {
			one = strings.TrimSpace(one)
			name := strings.TrimPrefix(strings.TrimPrefix(one, "~"), "@")
			if slices.Contains(tags, name) != strings.HasPrefix(one, "~") {
				ok = true
			}
		}
		if !ok {
			return false
		}
	}
	return true
}

// readOwn reads a user's folder of features and call scenarios. Sentences that mean nothing are refused before anything is
// sent.
func readOwn(folder string) ([]features.Scenario, []scenarios.Scenario, error) {
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return nil, nil, usage(fmt.Sprintf("reading --features %q: not a folder", folder), "a folder with *.feature files")
	}
	files := os.DirFS(folder)
	known, err := features.Index(files)
	if err != nil {
		return nil, nil, usage(err.Error(), "see the language in: pushcheck list steps")
	}
	if len(known) == 0 {
		return nil, nil, usage(fmt.Sprintf("reading --features %q: there is no feature scenario in it", folder), "a folder with *.feature files")
	}
	stories, err := scenarios.Beside(files)
	if err != nil {
		return nil, nil, usage(err.Error(), "see the built-in ones in: pushcheck list scenarios")
	}
	named, cast := append(scenarios.All(), stories...), scenarios.DefaultCast()
	for _, s := range known {
		if len(s.Steps) == 0 {
			return nil, nil, usage(fmt.Sprintf("%s:%d: the scenario %q has no steps, so that it says nothing of the receiver", s.File, s.Line, s.Name), "see the language in: pushcheck list steps")
		}
		for _, id := range s.Requirements() {
			if _, err := requirements.Lookup(id); err != nil {
				return nil, nil, usage(fmt.Sprintf("%s:%d: %v", s.File, s.Line, err), "see: pushcheck list requirements")
			}
		}
		for _, step := range s.Steps {
			if _, ok := steps.Match(step.Text); !ok {
				return nil, nil, usage(fmt.Sprintf("%s:%d: no step means %q", s.File, step.Line, step.Text), "see the language in: pushcheck list steps")
			}
			if err := steps.Unknown(step.Text, cast, named); err != nil {
				return nil, nil, usage(fmt.Sprintf("%s:%d: %v", s.File, step.Line, err), "see: pushcheck list scenarios, and the scenarios beside your features")
			}
		}
	}
	return known, stories, nil
}
