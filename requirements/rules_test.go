package requirements_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/scenarios"
)

func TestRulesNameRequirementsOfTheCatalogue(t *testing.T) {
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

func TestNoRequirementExcusesItselfThroughOthers(t *testing.T) {
	t.Parallel()
	var reaches func(from, to string, passed []string) bool
	reaches = func(from, to string, passed []string) bool {
		r, _ := requirements.Find(from)
		return slices.ContainsFunc(r.Excuses, func(e requirements.Excuse) bool {
			return e.ID == to || !slices.Contains(passed, e.ID) && reaches(e.ID, to, append(passed, e.ID))
		})
	}
	for _, r := range requirements.All() {
		if reaches(r.ID, r.ID, nil) {
			t.Errorf("the excuses of %s lead back to it", r.ID)
		}
	}
}

func TestScenariosOfWholeCallsExistAndBelongToOneRequirementEach(t *testing.T) {
	t.Parallel()
	of := map[string][]string{}
	for _, r := range requirements.All() {
		for _, name := range r.Scenarios {
			of[name] = append(of[name], r.ID)
			if _, ok := scenarios.Find(name); !ok {
				t.Errorf("%s is about the call scenario %s, and there is none of that name", r.ID, name)
			}
		}
	}
	for name, ids := range of {
		if diff := cmp.Diff(ids[:1], ids); diff != "" {
			t.Errorf("requirements about %s mismatch (-want +got):\n%s", name, diff)
		}
	}
}
