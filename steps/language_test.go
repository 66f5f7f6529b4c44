package steps_test

import (
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/features"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/steps"
)

func builtInScenarios(t *testing.T) []features.Scenario {
	t.Helper()
	all, err := features.Index(features.FS)
	if err != nil {
		t.Fatalf("reading the features: %v", err)
	}
	if len(all) < 50 {
		t.Fatalf("there are %d feature scenarios, want the whole suite", len(all))
	}
	return all
}

// patternMatcher returns a function that lists the patterns of the steps that match a sentence.
func patternMatcher() func(sentence string) []string {
	var all []*regexp.Regexp
	for _, s := range steps.Steps() {
		all = append(all, regexp.MustCompile(s.Pattern))
	}
	return func(sentence string) []string {
		var out []string
		for _, r := range all {
			if r.MatchString(sentence) {
				out = append(out, r.String())
			}
		}
		return out
	}
}

func TestEverySentenceOfTheFeaturesMatchesOneStep(t *testing.T) {
	t.Parallel()
	listMatches := patternMatcher()
	for _, sc := range builtInScenarios(t) {
		for _, step := range sc.Steps {
			if m := listMatches(step.Text); len(m) != 1 {
				t.Errorf("%s:%d: %q matches %q, want one step", sc.File, step.Line, step.Text, m)
			}
		}
	}
}

func TestEveryExampleMatchesOnlyItsStep(t *testing.T) {
	t.Parallel()
	listMatches, patterns := patternMatcher(), map[string]bool{}
	for _, s := range steps.Steps() {
		if patterns[s.Pattern] {
			t.Errorf("the pattern %s occurs twice", s.Pattern)
		}
		patterns[s.Pattern] = true
		if s.Meaning == "" {
			t.Errorf("the step %s has no meaning", s.Pattern)
		}
		if diff := cmp.Diff([]string{s.Pattern}, listMatches(s.Example)); diff != "" {
			t.Errorf("patterns that match the example %q mismatch (-want +got):\n%s", s.Example, diff)
		}
		if found, ok := steps.FindStep(s.Example); !ok || found.Pattern != s.Pattern {
			t.Errorf("FindStep(%q) = %s, %t, want %s", s.Example, found.Pattern, ok, s.Pattern)
		}
	}
	if _, ok := steps.FindStep("Biff crashes into a manure truck"); ok {
		t.Error("FindStep of a sentence that is not in the language = true, want false")
	}
}

func TestTitlesAreShortAndUnique(t *testing.T) {
	t.Parallel()
	fileByTitle := map[string]string{}
	for _, sc := range builtInScenarios(t) {
		if other, isUsed := fileByTitle[sc.Name]; isUsed {
			t.Errorf("%s:%d: the title %q is also used in %s", sc.File, sc.Line, sc.Name, other)
		}
		fileByTitle[sc.Name] = sc.File
		if n := len(strings.Fields(sc.Name)); n > 12 {
			t.Errorf("%s:%d: the title %q has %d words, want at most 12", sc.File, sc.Line, sc.Name, n)
		}
	}
}

func TestEveryRequirementHasAScenarioAndEveryTagNamesARequirement(t *testing.T) {
	t.Parallel()
	covered := map[string]bool{}
	for _, sc := range builtInScenarios(t) {
		if len(sc.Requirements()) == 0 {
			t.Errorf("%s:%d: %q is about no requirement", sc.File, sc.Line, sc.Name)
		}
		for _, id := range sc.Requirements() {
			covered[id] = true
			r, ok := requirements.Find(id)
			if !ok {
				t.Errorf("%s:%d: the tag @%s names no requirement", sc.File, sc.Line, id)
				continue
			}
			if !slices.Contains(sc.Tags, string(r.Level)) {
				t.Errorf("%s:%d: %q has the tags %v, want @%s as %s", sc.File, sc.Line, sc.Name, sc.Tags, r.Level, id)
			}
		}
		area := sc.Tags[0]
		if !slices.ContainsFunc(requirements.Areas(), func(a requirements.Area) bool { return a.Name == area }) && area != "actions" {
			t.Errorf("%s: the feature's tag @%s is no area", sc.File, area)
		}
	}
	for _, id := range requirements.IDs() {
		if !covered[id] {
			t.Errorf("no feature scenario has the tag @%s", id)
		}
	}
}

func TestEveryTagHasAMeaning(t *testing.T) {
	t.Parallel()
	knownTags := []string{"must", "should", "alone", "deadly", "actions"}
	for _, a := range requirements.Areas() {
		knownTags = append(knownTags, a.Name)
	}
	for _, c := range requirements.Capabilities() {
		knownTags = append(knownTags, string(c))
	}
	for _, sc := range builtInScenarios(t) {
		for _, tag := range sc.Tags {
			if !strings.Contains(tag, ".") && !slices.Contains(knownTags, tag) {
				t.Errorf("%s:%d: the tag @%s means nothing", sc.File, sc.Line, tag)
			}
		}
	}
}
