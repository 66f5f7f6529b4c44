package requirements_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/scenarios"
)

func TestExcusesAndContrastsAreOtherRequirementsOfTheCatalogue(t *testing.T) {
	t.Parallel()
	for _, r := range requirements.All() {
		named := []string{}
		for _, e := range r.Excuses {
			named = append(named, e.ID)
		}
		if r.Contrast != "" {
			named = append(named, r.Contrast)
		}
		for _, id := range named {
			if _, ok := requirements.Find(id); !ok || id == r.ID {
				t.Errorf("%s names %s, want another requirement of the catalogue", r.ID, id)
			}
		}
	}
}

func TestExcusesOfARequirementDoNotLeadBackToIt(t *testing.T) {
	t.Parallel()
	var reaches func(from, to string, visited []string) bool
	reaches = func(from, to string, visited []string) bool {
		r, _ := requirements.Find(from)
		return slices.ContainsFunc(r.Excuses, func(e requirements.Excuse) bool {
			return e.ID == to || !slices.Contains(visited, e.ID) && reaches(e.ID, to, append(visited, e.ID))
		})
	}
	for _, r := range requirements.All() {
		if reaches(r.ID, r.ID, nil) {
			t.Errorf("the excuses of %s lead back to it", r.ID)
		}
	}
}

func TestEachScenarioOfARequirementExistsAndHasNoOtherRequirement(t *testing.T) {
	t.Parallel()
	requirementsOf := map[string][]string{}
	for _, r := range requirements.All() {
		for _, name := range r.Scenarios {
			requirementsOf[name] = append(requirementsOf[name], r.ID)
			if _, ok := scenarios.Find(name); !ok {
				t.Errorf("%s is about the call scenario %s, and there is none of that name", r.ID, name)
			}
		}
	}
	for name, ids := range requirementsOf {
		if diff := cmp.Diff(ids[:1], ids); diff != "" {
			t.Errorf("requirements about %s mismatch (-want +got):\n%s", name, diff)
		}
	}
}
