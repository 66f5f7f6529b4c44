package main

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/spf13/pflag"

	"github.com/pushcheck/pushcheck/features"
	"github.com/pushcheck/pushcheck/requirements"
)

// selectWithFlags returns what the flags of a run select: the scenarios that are played, and the ids that are judged.
func selectWithFlags(t *testing.T, args ...string) ([]features.Scenario, []string) {
	t.Helper()
	var c choiceFlags
	flags := pflag.NewFlagSet("run", pflag.ContinueOnError)
	c.register(flags)
	if err := flags.Parse(args); err != nil {
		t.Fatal(err)
	}
	out, err := c.choose()
	if err != nil {
		t.Fatal(err)
	}
	var played []features.Scenario
	for _, suite := range out.suites {
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
	return played, slices.DeleteFunc(requirements.IDs(), func(id string) bool { return !out.selected(id) })
}

func TestOwnScenariosAreSelectedByTagsAndRequirements(t *testing.T) {
	t.Parallel()
	const two, one, none = "two requirements", "one requirement", "no requirement"
	newCall, status := []string{"push.newcall"}, []string{"response.status"}
	all := requirements.IDs()
	without := func(ids ...string) []string {
		return slices.DeleteFunc(slices.Clone(all), func(id string) bool { return slices.Contains(ids, id) })
	}
	tests := []struct {
		name   string
		args   []string
		played []string
		judged []string
		why    string
	}{
		{"no flag", nil, []string{two, one, none}, all, "the scenario without requirements is about all"},
		{"only an id", []string{"--only", "push.newcall"}, []string{two}, newCall, ""},
		{"only an area", []string{"--only", "push"}, []string{two}, newCall, ""},
		{"only an area and an id", []string{"--only", "response,push.newcall"}, []string{two, one}, slices.Concat(newCall, status), ""},
		{"only, given twice", []string{"--only", "response", "--only", "push"}, []string{two, one}, slices.Concat(newCall, status), ""},
		{"skip one of two ids", []string{"--skip", "push.newcall"}, []string{two, one, none}, without("push.newcall"), "the other requirement is still judged"},
		{"skip the only id", []string{"--skip", "response.status"}, []string{two, none}, without("response.status"), ""},
		{"skip both ids", []string{"--skip", "push.newcall,response.status"}, []string{none}, without("push.newcall", "response.status"), ""},
		{"skip an area", []string{"--skip", "response"}, []string{two, none}, slices.DeleteFunc(slices.Clone(all), func(id string) bool {
			return requirements.Requirement{ID: id}.Area() == "response"
		}), ""},
		{"only and skip", []string{"--only", "push,response", "--skip", "response.status"}, []string{two}, newCall, ""},
		{"tags", []string{"--tags", "@slow"}, []string{one}, status, ""},
		{"tags that match no requirement", []string{"--tags", "not @response.status"}, []string{none}, all, ""},
		{"tags of two requirements", []string{"--tags", "@push.newcall"}, []string{two}, slices.Concat(newCall, status), "both are tags of the scenario"},
		{"tags and only", []string{"--tags", "not @slow", "--only", "response"}, []string{two}, status, ""},
		{"tags and skip", []string{"--tags", "@response.status", "--skip", "response.status"}, []string{two}, newCall, ""},
		{"parentheses in tags", []string{"--tags", "(@slow or @push.newcall) and not @slow"}, []string{two}, slices.Concat(newCall, status), ""},
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

// inCatalogueOrder sorts requirement ids as the catalogue lists them.
func inCatalogueOrder(ids []string) []string {
	return slices.DeleteFunc(requirements.IDs(), func(id string) bool { return !slices.Contains(ids, id) })
}

func TestAreaSelectsItsBuiltInScenarios(t *testing.T) {
	t.Parallel()
	all, err := features.Index(features.FS)
	if err != nil {
		t.Fatal(err)
	}
	wanted := func(id string) bool {
		return requirements.Requirement{ID: id}.Area() == "transport" || id == "push.newcall"
	}
	carries := func(s features.Scenario) bool { return slices.ContainsFunc(s.Requirements(), wanted) }
	for _, tt := range []struct {
		flag string
		want bool
	}{{"--only", true}, {"--skip", false}} {
		t.Run(tt.flag, func(t *testing.T) {
			t.Parallel()
			played, judged := selectWithFlags(t, tt.flag, "transport,push.newcall")
			want := slices.DeleteFunc(slices.Clone(all), func(s features.Scenario) bool { return carries(s) != tt.want })
			if diff := cmp.Diff(want, played); diff != "" {
				t.Errorf("played mismatch (-want +got):\n%s", diff)
			}
			ids := slices.DeleteFunc(requirements.IDs(), func(id string) bool { return wanted(id) != tt.want })
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
	running, ca := startReceiver(t, "")
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
			got, d := runWithReport(t, running.URL, "--ca-file", ca, "--no-built-in-features", "--features", "testdata/selected", tt.flag)
			var played []string
			for _, c := range d.Calls {
				if !c.Probe {
					played = append(played, c.Feature)
				}
			}
			if diff := cmp.Diff(tt.played, played); diff != "" {
				t.Errorf("played mismatch (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(tt.judged, d.idsWithStatus("passed")); got.exit != 0 || diff != "" {
				t.Errorf("exit %d, want 0; passed mismatch (-want +got):\n%s", got.exit, diff)
			}
		})
	}
}
