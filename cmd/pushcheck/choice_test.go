package main

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"

	"github.com/pushcheck/pushcheck/features"
	"github.com/pushcheck/pushcheck/requirements"
)

// selectWithFlags returns what the flags of a run select: the scenarios that are played, and the ids of the requirements that are judged.
func selectWithFlags(t *testing.T, args ...string) ([]features.Scenario, []string) {
	t.Helper()
	var c choiceFlags
	flags := pflag.NewFlagSet("run", pflag.ContinueOnError)
	c.register(flags)
	if err := flags.Parse(args); err != nil {
		t.Fatal(err)
	}
	choice, err := c.choose()
	if err != nil {
		t.Fatal(err)
	}
	var played []features.Scenario
	for _, suite := range choice.suites {
		all, err := features.Index(suite.Files)
		if err != nil {
			t.Fatal(err)
		}
		for _, s := range all {
			if suite.Selects(s) {
				played = append(played, s)
			}
		}
	}
	return played, slices.DeleteFunc(requirements.IDs(), func(id string) bool { return !choice.isSelected(id) })
}

func TestUserScenariosAreSelectedByTagsAndRequirements(t *testing.T) {
	t.Parallel()
	const twoRequirements, oneRequirement, noRequirement = "two requirements", "one requirement", "no requirement"
	onlyNewCall, onlyStatus := []string{"push.newcall"}, []string{"response.status"}
	all := requirements.IDs()
	without := func(ids ...string) []string {
		return slices.DeleteFunc(slices.Clone(all), func(id string) bool { return slices.Contains(ids, id) })
	}
	tests := []struct {
		name   string
		args   []string
		played []string // names of scenarios
		judged []string // ids of requirements
		why    string
	}{
		{"no flag", nil, []string{twoRequirements, oneRequirement, noRequirement}, all, "a scenario without requirements judges all requirements"},
		{"--only with an id", []string{"--only", "push.newcall"}, []string{twoRequirements}, onlyNewCall, ""},
		{"--only with an area", []string{"--only", "push"}, []string{twoRequirements}, onlyNewCall, ""},
		{"--only with an area and an id", []string{"--only", "response,push.newcall"}, []string{twoRequirements, oneRequirement}, slices.Concat(onlyNewCall, onlyStatus), ""},
		{"--only twice", []string{"--only", "response", "--only", "push"}, []string{twoRequirements, oneRequirement}, slices.Concat(onlyNewCall, onlyStatus), ""},
		{"--skip with one of the two ids of a scenario", []string{"--skip", "push.newcall"}, []string{twoRequirements, oneRequirement, noRequirement}, without("push.newcall"), "the other requirement is still judged"},
		{"--skip with the only id of a scenario", []string{"--skip", "response.status"}, []string{twoRequirements, noRequirement}, without("response.status"), ""},
		{"--skip with both ids of a scenario", []string{"--skip", "push.newcall,response.status"}, []string{noRequirement}, without("push.newcall", "response.status"), ""},
		{"--skip with an area", []string{"--skip", "response"}, []string{twoRequirements, noRequirement}, slices.DeleteFunc(slices.Clone(all), func(id string) bool {
			return requirements.Requirement{ID: id}.Area() == "response"
		}), ""},
		{"--only and --skip", []string{"--only", "push,response", "--skip", "response.status"}, []string{twoRequirements}, onlyNewCall, ""},
		{"--tags with one tag", []string{"--tags", "@slow"}, []string{oneRequirement}, onlyStatus, ""},
		{"--tags that match only a scenario without requirements", []string{"--tags", "not @response.status"}, []string{noRequirement}, all, ""},
		{"--tags that match a scenario with two requirements", []string{"--tags", "@push.newcall"}, []string{twoRequirements}, slices.Concat(onlyNewCall, onlyStatus), "both requirements of the scenario are judged"},
		{"--tags and --only", []string{"--tags", "not @slow", "--only", "response"}, []string{twoRequirements}, onlyStatus, ""},
		{"--tags and --skip", []string{"--tags", "@response.status", "--skip", "response.status"}, []string{twoRequirements}, onlyNewCall, ""},
		{"--tags with parentheses", []string{"--tags", "(@slow or @push.newcall) and not @slow"}, []string{twoRequirements}, slices.Concat(onlyNewCall, onlyStatus), ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			scenarios, judged := selectWithFlags(t, append([]string{"--no-built-in-features", "--features", "testdata/selected"}, tt.args...)...)
			var played []string
			for _, s := range scenarios {
				played = append(played, s.Name)
			}
			if diff := cmp.Diff(tt.played, played); diff != "" {
				t.Errorf("played with %q mismatch (-want +got):\n%s\n%s", tt.args, diff, tt.why)
			}
			if diff := cmp.Diff(inCatalogueOrder(tt.judged), judged); diff != "" {
				t.Errorf("judged with %q mismatch (-want +got):\n%s\n%s", tt.args, diff, tt.why)
			}
		})
	}
}

// inCatalogueOrder returns requirement ids in the order of the catalogue.
func inCatalogueOrder(ids []string) []string {
	return slices.DeleteFunc(requirements.IDs(), func(id string) bool { return !slices.Contains(ids, id) })
}

func TestOnlyAndSkipSelectBuiltInScenariosByAreaAndID(t *testing.T) {
	t.Parallel()
	all, err := features.Index(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	isNamedByFlag := func(id string) bool {
		return requirements.Requirement{ID: id}.Area() == "transport" || id == "push.newcall"
	}
	hasNamedRequirement := func(s features.Scenario) bool { return slices.ContainsFunc(s.Requirements(), isNamedByFlag) }
	for _, tt := range []struct {
		flag string
		want bool
	}{{"--only", true}, {"--skip", false}} {
		t.Run(tt.flag, func(t *testing.T) {
			t.Parallel()
			played, judged := selectWithFlags(t, tt.flag, "transport,push.newcall")
			want := slices.DeleteFunc(slices.Clone(all), func(s features.Scenario) bool { return hasNamedRequirement(s) != tt.want })
			if diff := cmp.Diff(want, played); diff != "" {
				t.Errorf("played mismatch (-want +got):\n%s", diff)
			}
			ids := slices.DeleteFunc(requirements.IDs(), func(id string) bool { return isNamedByFlag(id) != tt.want })
			if diff := cmp.Diff(ids, judged); diff != "" {
				t.Errorf("judged mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNoFlagSelectsEveryBuiltInScenarioAndRequirement(t *testing.T) {
	t.Parallel()
	all, err := features.Index(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	played, judged := selectWithFlags(t)
	if diff := cmp.Diff(all, played); diff != "" {
		t.Errorf("played mismatch (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(requirements.IDs(), judged); diff != "" {
		t.Errorf("judged mismatch (-want +got):\n%s", diff)
	}
}

func TestRunPlaysSelectedScenariosOnly(t *testing.T) {
	t.Parallel()
	instance, ca := startReceiver(t, "")
	tests := []struct {
		flag           string
		played, judged []string
	}{
		{"--only=push", []string{"two requirements"}, []string{"push.newcall"}},
		{"--tags=@slow", []string{"one requirement"}, []string{"response.status"}},
	}
	for _, tt := range tests {
		t.Run(tt.flag, func(t *testing.T) {
			t.Parallel()
			got, report := runWithReport(t, instance.URL, "--ca-file", ca, "--no-built-in-features", "--features", "testdata/selected", tt.flag)
			var played []string
			for _, c := range report.Calls {
				if !c.Probe {
					played = append(played, c.Feature)
				}
			}
			if diff := cmp.Diff(tt.played, played); diff != "" {
				t.Errorf("played mismatch (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.judged, report.idsWithStatus("passed")); got.exit != 0 || diff != "" {
				t.Errorf("exit %d, want 0; passed mismatch (-want +got):\n%s", got.exit, diff)
			}
		})
	}
}
