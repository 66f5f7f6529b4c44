package features_test

import (
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/features"
)

const severalScenarios = `# a comment
Feature: Several
  Background:
    Given a background

  @first
  @tag.first
  Scenario: First
    Then first
      """
      Scenario: not one
      """

  Scenario Outline: Row <n>
    Then row <n>

    @small
    Examples:
      | n |
      | 1 |
      | 2 |
    @large
    Examples:
      | n  |
      | 10 |

  @rule
  Rule: A rule
    Background:
      Given a second background
    Scenario: Under the rule
      Then it is
  Rule: Another
    Scenario: Last
      Then it is the last`

func TestSingleScenarioFileKeepsOnlyTheGivenScenario(t *testing.T) {
	t.Parallel()
	for name, files := range map[string]fs.FS{"several": fstest.MapFS{"own.feature": {Data: []byte(severalScenarios)}}, "built-in": features.FS} {
		all, err := features.Index(files)
		if err != nil || len(all) < 6 {
			t.Fatalf("%s: %d scenarios, error %v, want six or more", name, len(all), err)
		}
		for _, sc := range all {
			data, err := features.SingleScenarioFile(files, sc)
			if err != nil {
				t.Fatal(err)
			}
			got, err := features.Index(fstest.MapFS{sc.File: {Data: data}})
			if diff := cmp.Diff([]features.Scenario{sc}, got); err != nil || diff != "" {
				t.Errorf("%s:%d: error %v, scenarios mismatch (-want +got):\n%s", sc.File, sc.Line, err, diff)
			}
		}
	}
}
