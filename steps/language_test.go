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

func suite(t *testing.T) []features.Scenario {
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

// meaning returns a function that lists the steps that match a sentence.
func meaning() func(sentence string) []string {
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

func TestEverySentenceOfTheFeaturesMeansOneStep(t *testing.T) {
	t.Parallel()
	means := meaning()
	for _, sc := range suite(t) {
		for _, step := range sc.Steps {
			if m := means(step.Text); len(m) != 1 {
				t.Errorf("%s:%d: %q means %q, want one step", sc.File, step.Line, step.Text, m)
			}
		}
	}
}

func TestEveryExampleMeansItsOwnStep(t *testing.T) {
	t.Parallel()
	means, patterns := meaning(), map[string]bool{}
	for _, s := range steps.Steps() {
		if patterns[s.Pattern] {
			t.Errorf("the step %s is there twice", s.Pattern)
		}
		patterns[s.Pattern] = true
		if s.Meaning == "" {
			t.Errorf("nothing says what the step %s does", s.Pattern)
		}
		if diff := cmp.Diff([]string{s.Pattern}, means(s.Example)); diff != "" {
			t.Errorf("what the example %q means mismatch (-want +got):\n%s", s.Example, diff)
		}
		if found, ok := steps.FindStep(s.Example); !ok || found.Pattern != s.Pattern {
			t.Errorf("FindStep(%q) = %s, %t, want %s", s.Example, found.Pattern, ok, s.Pattern)
		}
	}
	if _, ok := steps.FindStep("Biff crashes into a manure truck"); ok {
		t.Error("FindStep of a sentence that nobody taught = true, want false")
	}
}

func TestTitlesAreShortAndUnique(t *testing.T) {
	t.Parallel()
	at := map[string]string{}
	for _, sc := range suite(t) {
		if other, taken := at[sc.Name]; taken {
			t.Errorf("%s:%d: the title %q is that of a scenario in %s", sc.File, sc.Line, sc.Name, other)
		}
		at[sc.Name] = sc.File
		if n := len(strings.Fields(sc.Name)); n > 12 {
			t.Errorf("%s:%d: the title %q has %d words, want at most 12", sc.File, sc.Line, sc.Name, n)
		}
	}
}

// Each requirement needs a scenario, and each requirement in a tag has to exist.
func TestEveryRequirementThatIsJudgedHasAScenarioAndEveryTagARequirement(t *testing.T) {
	t.Parallel()
	covered := map[string]bool{}
	for _, sc := range suite(t) {
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
			t.Errorf("%s has no feature that tells of it", id)
		}
	}
}

func TestEveryCapabilityInATagIsOne(t *testing.T) {
	t.Parallel()
	known := []string{"must", "should", "alone", "deadly", "actions"}
	for _, a := range requirements.Areas() {
		known = append(known, a.Name)
	}
	for _, c := range requirements.Capabilities() {
		known = append(known, string(c))
	}
	for _, sc := range suite(t) {
		for _, tag := range sc.Tags {
			if !strings.Contains(tag, ".") && !slices.Contains(known, tag) {
				t.Errorf("%s:%d: the tag @%s means nothing", sc.File, sc.Line, tag)
			}
		}
	}
}
