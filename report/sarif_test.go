package report_test

import (
	"encoding/json"
	"io"
	"maps"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/owenrumney/go-sarif/v3/pkg/report/v210/sarif"

	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/verdict"
)

// sarifOf returns the SARIF report of v, and checks it against the schema of SARIF 2.1.0.
func sarifOf(t *testing.T, v verdict.Verdict) *sarif.Run {
	t.Helper()
	text := render(t, func(w io.Writer) error { return report.SARIF(w, v) })
	strict := json.NewDecoder(strings.NewReader(text))
	strict.DisallowUnknownFields()
	if err := strict.Decode(new(sarif.Report)); err != nil {
		t.Fatalf("a field that SARIF 2.1.0 does not have: %v", err)
	}
	parsed, err := sarif.FromString(text)
	if err != nil {
		t.Fatal(err)
	}
	run := parsed.Runs[0]
	run.Language, run.Tool.Driver.Language, run.NewlineSequences = "en-US", "en-US", []string{"\n"} // the library writes these fields even if they are empty
	if err := parsed.Validate(); err != nil {
		t.Fatalf("the schema of SARIF 2.1.0: %v", err)
	}
	return run
}

func TestSARIFIsValid(t *testing.T) {
	t.Parallel()
	for _, v := range verdicts() {
		run := sarifOf(t, v)
		if len(run.Tool.Driver.Rules) < len(v.Rows) {
			t.Errorf("%d rules, want one for each of the %d requirements", len(run.Tool.Driver.Rules), len(v.Rows))
		}
		for _, rule := range run.Tool.Driver.Rules { // GitHub requires these fields
			if *rule.ID == "" || *rule.ShortDescription.Text == "" || *rule.FullDescription.Text == "" || *rule.Help.Text == "" {
				t.Errorf("a rule that GitHub refuses: %+v", rule)
			}
		}
	}
}

func TestSARIFResultsAreTheFailuresAndWarnings(t *testing.T) {
	t.Parallel()
	type result struct {
		Level, Text, URI string
		Line             int
	}
	v := everyStatus()
	v.Config = "ci/push check.yaml"
	run := sarifOf(t, v)
	got, fingerprints := map[string]result{}, map[string]bool{}
	for _, r := range run.Results {
		place := r.Locations[0].PhysicalLocation
		got[*r.RuleID] = result{r.Level, *r.Message.Text, *place.ArtifactLocation.URI, *place.Region.StartLine}
		fingerprints[r.PartialFingerprints["primaryLocationLineHash"]] = true
		if rule := run.Tool.Driver.Rules[r.RuleIndex]; *rule.ID != *r.RuleID {
			t.Errorf("the index of %s is that of %s", *r.RuleID, *rule.ID)
		}
	}
	if len(fingerprints) != len(run.Results) {
		t.Errorf("%d fingerprints of %d results", len(fingerprints), len(run.Results))
	}
	ids := []string{"dial.number-format", "push.user-empty", "response.content-type", "response.known-attributes", "response.prompt", "scenario",
		"transport.complete-chain", "transport.in-date", "trouble.oversized-push"}
	if diff := cmp.Diff(ids, slices.Sorted(maps.Keys(got))); diff != "" {
		t.Errorf("rules with results mismatch (-want +got):\n%s", diff)
	}
	want := map[string]result{
		"push.user-empty": {"error", "want a 2xx response, got connection dropped before the first byte of a response (call 7 odd-pushes, push 1: newCall (Doc)). Mend push.user-empty.", "ci/push%20check.yaml", 1},
		"response.prompt": {"warning", "want at most 1 s, got 2.35 s (call 3 transfer-answered, push 5: answer (Marty)). Mend response.prompt.", "ci/push%20check.yaml", 1},
		"scenario":        {"error", "Every push is taken: push.user-empty is not met.", "reception.feature", 15},
	}
	maps.DeleteFunc(got, func(id string, _ result) bool { return want[id] == result{} })
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("results mismatch (-want +got):\n%s", diff)
	}
}

func TestSARIFPointsToTheDefaultConfigurationFileIfNoneIsInUse(t *testing.T) {
	t.Parallel()
	if got := *sarifOf(t, everyStatus()).Results[0].Locations[0].PhysicalLocation.ArtifactLocation.URI; got != "pushcheck.yaml" {
		t.Errorf("the result points to %q, want pushcheck.yaml", got)
	}
}
