package main

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/receiver"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/steps"
)

func TestTheRequirementsPageIsUpToDate(t *testing.T) {
	t.Parallel()
	page := filepath.Join("..", "..", "docs", "requirements.md")
	got := runCommand(t, "list", "requirements", "--format", "md")
	if got.exit != 0 {
		t.Fatalf("exit %d: %s", got.exit, got.stderr)
	}
	if *update {
		if err := os.WriteFile(page, []byte(got.stdout), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	want, err := os.ReadFile(page)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), got.stdout); diff != "" {
		t.Errorf("docs/requirements.md is out of date (-page +now); go test ./cmd/pushcheck -update writes it again:\n%s", diff)
	}
}

// listEntries runs pushcheck list, and returns the values of a key in all entries of the list.
func listEntries(t *testing.T, list, key string) []string {
	t.Helper()
	got := runCommand(t, "list", list, "--format", "json")
	var records []map[string]any
	if err := json.Unmarshal([]byte(got.stdout), &records); err != nil || got.exit != 0 {
		t.Fatalf("list %s --format json: exit %d, %v", list, got.exit, err)
	}
	var values []string
	for _, r := range records {
		for field, value := range r {
			if value == nil {
				t.Errorf("list %s: %s of %v is null", list, field, r[key])
			}
		}
		value, _ := r[key].(string)
		values = append(values, value)
	}
	return values
}

func TestEachListHasAllItsEntries(t *testing.T) {
	t.Parallel()
	var scenarioNames, faultNames, stepExamples []string
	for _, s := range scenarios.All() {
		scenarioNames = append(scenarioNames, s.Name)
	}
	for _, f := range receiver.Faults() {
		faultNames = append(faultNames, f.Name)
	}
	for _, s := range steps.Steps() {
		stepExamples = append(stepExamples, s.Example)
	}
	for _, test := range []struct {
		list, key string
		want      []string
	}{
		{"requirements", "id", requirements.IDs()},
		{"scenarios", "name", scenarioNames},
		{"faults", "name", faultNames},
		{"steps", "example", stepExamples},
	} {
		t.Run(test.list, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, listEntries(t, test.list, test.key)); diff != "" {
				t.Errorf("list %s --format json mismatch (-want +got):\n%s", test.list, diff)
			}
			for _, format := range []string{"text", "md"} {
				got := runCommand(t, "list", test.list, "--format", format)
				for _, name := range test.want {
					if !strings.Contains(got.stdout, name) {
						t.Errorf("list %s --format %s lacks %q", test.list, format, name)
					}
				}
			}
		})
	}
}

func TestEveryListedRequirementHasAFeature(t *testing.T) {
	t.Parallel()
	records, err := requirementRecords()
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range records.([]requirementRecord) {
		if len(r.Features) == 0 {
			t.Errorf("no feature describes %s", r.ID)
		}
	}
}

func TestScenariosAreListedWithTheirPushes(t *testing.T) {
	t.Parallel()
	want := map[string][]string{
		"transfer-answered":   {"newCall", "answer", "newCall", "answer", "hangup"},
		"transfer-unanswered": {"newCall", "answer", "newCall", "hangup"},
		"forward-busy":        {"newCall", "hangup", "newCall", "answer", "hangup"},
		"outgoing-busy":       {"newCall", "hangup"},
	}
	for name, pushes := range want {
		story, ok := scenarios.Find(name)
		if !ok {
			t.Fatalf("there is no scenario %q", name)
		}
		if diff := cmp.Diff(pushes, pushEvents(story)); diff != "" {
			t.Errorf("pushEvents(%s) mismatch (-want +got):\n%s", name, diff)
		}
	}
}

func TestListsFitTheTerminal(t *testing.T) {
	t.Parallel()
	for _, width := range []int{80, 100, 160} {
		for _, list := range []string{"requirements", "scenarios", "faults", "steps"} {
			var out strings.Builder
			a := &app{stdout: &out, stderr: &strings.Builder{}, getenv: func(string) string { return "" }, isTerminal: true, width: width}
			if exit := a.run(t.Context(), []string{"list", list}); exit != 0 {
				t.Fatalf("list %s: exit %d", list, exit)
			}
			for line := range strings.Lines(out.String()) {
				if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > width {
					t.Errorf("list %s on %d columns: %d characters: %s", list, width, n, line)
				}
			}
		}
	}
}

func TestEveryRequirementIsExplained(t *testing.T) {
	t.Parallel()
	for _, r := range requirements.All() {
		got := runCommand(t, "explain", r.ID)
		if got.exit != 0 || !strings.HasPrefix(got.stdout, r.ID+" (") {
			t.Errorf("explain %s: exit %d:\n%s%s", r.ID, got.exit, got.stdout, got.stderr)
		}
	}
	for _, area := range requirements.Areas() {
		got := runCommand(t, "explain", area.Name)
		if got.exit != 0 || !strings.Contains(got.stdout, area.Title) || !strings.Contains(got.stdout, "\n"+area.Name+".") {
			t.Errorf("explain %s: exit %d:\n%s%s", area.Name, got.exit, got.stdout, got.stderr)
		}
	}
}
