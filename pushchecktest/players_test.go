package pushchecktest

import (
	"context"
	"errors"
	"io"
	"regexp"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/cucumber/godog"
	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/features"
	"github.com/pushcheck/pushcheck/receiver"
	"github.com/pushcheck/pushcheck/steps"
	"github.com/pushcheck/pushcheck/verdict"
)

// playerFeature has every construct of Gherkin that the two players could treat differently.
const playerFeature = `Feature: What players do
  Background:
    Given a word alpha

  Scenario: All sentences succeed
    When a number 42
    Then a word omega

  Scenario: A sentence is undefined
    When the moon is full
    Then a word omega

  Scenario: A sentence is ambiguous
    When a word or two
    Then a word omega

  Scenario: It is skipped before an undefined sentence
    When it is skipped
    Then the moon is full

  Scenario: It is skipped half-way
    When it is skipped
    Then a word omega

  Scenario: It fails half-way
    When it fails
    Then a word omega

  Scenario: It panics
    When it panics

  Scenario: A number is too large
    When a number 99999999999999999999

  Scenario: It has a table
    Then a table
      | a | b |
      | 1 | 2 |

  Scenario Outline: It is the row <name>
    When a number <number>
    Then a word <name>
    Examples:
      | name | number |
      | one  | 1      |
      | two  | 2      |

  Rule: Rules have a background, too
    Background:
      Given a word beta

    Scenario: It is under a rule
      Then a word omega
`

// outcome holds what a player did with a scenario: the words that the functions of its sentences recorded, and how the scenario ended. Each
// sentence has one word that identifies it.
type outcome struct {
	Words  []string
	Result string
}

// registerSentences registers the sentences of playerFeature. Each sentence passes its word to recordWord.
func registerSentences(registry steps.Registry, skip error, recordWord func(string)) {
	registry.Step(regexp.MustCompile(`^a word (\w+)$`), func(word string) { recordWord(word) })
	registry.Step(regexp.MustCompile(`^a (word or two)$`), func(word string) { recordWord(word) })
	registry.Step(regexp.MustCompile(`^a word or (two)$`), func(word string) { recordWord(word) })
	registry.Step(regexp.MustCompile(`^a number (\d+)$`), func(ctx context.Context, n int) error {
		if ctx == nil {
			return errors.New("there is no context")
		}
		recordWord(string(rune('0' + n%10)))
		return nil
	})
	registry.Step(regexp.MustCompile(`^it is skipped$`), func() error { return skip })
	registry.Step(regexp.MustCompile(`^it fails$`), func() error { return errors.New("it failed") })
	registry.Step(regexp.MustCompile(`^it panics$`), func() error { panic("it panicked") })
	registry.Step(regexp.MustCompile(`^a table$`), func(_ context.Context, table *godog.Table) error {
		recordWord(table.Rows[1].Cells[1].Value)
		return nil
	})
}

func TestGodogAndPushcheckGiveTheSameOutcomes(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{"odd.feature": {Data: []byte(playerFeature)}}

	godogOutcomes := map[string]outcome{}
	suite := godog.TestSuite{
		ScenarioInitializer: func(sc *godog.ScenarioContext) {
			var words []string
			registerSentences(sc, godog.ErrSkip, func(word string) { words = append(words, word) })
			var isSkipped bool
			sc.StepContext().After(func(ctx context.Context, _ *godog.Step, _ godog.StepResultStatus, err error) (context.Context, error) {
				isSkipped = isSkipped || errors.Is(err, godog.ErrSkip)
				return ctx, nil
			})
			sc.After(func(ctx context.Context, s *godog.Scenario, err error) (context.Context, error) {
				end := "passed"
				switch {
				case errors.Is(err, godog.ErrUndefined):
					end = "undefined"
				case errors.Is(err, godog.ErrAmbiguous):
					end = "ambiguous"
				case isSkipped:
					end = "skipped"
				case err != nil:
					end = "failed"
				}
				godogOutcomes[s.Name] = outcome{words, end}
				return ctx, nil
			})
		},
		Options: &godog.Options{Format: "progress", Output: io.Discard, Strict: true, FS: files, Paths: []string{"."}},
	}
	suite.Run()

	all, err := features.Index(files)
	if err != nil {
		t.Fatal(err)
	}
	pushcheckOutcomes := map[string]outcome{}
	for _, sc := range all {
		var words []string
		skip := errors.New("skipped")
		end := "passed"
		err := steps.PlayScenario(t.Context(), sc, func(registry steps.Registry) {
			registerSentences(registry, skip, func(word string) { words = append(words, word) })
		})
		switch {
		case errors.Is(err, skip):
			end = "skipped"
		case errors.Is(err, steps.ErrUndefined):
			end = "undefined"
		case errors.Is(err, steps.ErrAmbiguous):
			end = "ambiguous"
		case err != nil:
			end = "failed"
		}
		pushcheckOutcomes[sc.Name] = outcome{words, end}
	}
	if len(godogOutcomes) != 12 {
		t.Errorf("godog played %d scenarios, want 12", len(godogOutcomes))
	}
	for name, o := range godogOutcomes { // godog plays the sentences before an undefined sentence, but pushcheck plays none
		if o.Result == "undefined" || o.Result == "ambiguous" {
			godogOutcomes[name] = outcome{Result: o.Result}
		}
	}
	if diff := cmp.Diff(godogOutcomes, pushcheckOutcomes); diff != "" {
		t.Errorf("outcomes mismatch (-godog +pushcheck):\n%s", diff)
	}
}

func TestGodogAndPushcheckGiveTheSameStatuses(t *testing.T) {
	t.Parallel()
	for name, options := range map[string]receiver.Options{
		"good receiver":                    {},
		"receiver with faults":             {Faults: []receiver.Fault{findFault(t, "relative-hangup"), findFault(t, "unknown-attribute")}},
		"receiver that rejects every call": {Steering: parseSteering(t, "reject=*")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pushcheckStatuses := statuses(t, options, false)
			if len(pushcheckStatuses) < 100 {
				t.Errorf("%d scenarios were played, want 100 or more", len(pushcheckStatuses))
			}
			if diff := cmp.Diff(statuses(t, options, true), pushcheckStatuses); diff != "" {
				t.Errorf("statuses mismatch (-godog +pushcheck):\n%s", diff)
			}
		})
	}
}

// statuses plays the built-in features at a receiver and returns the statuses of their scenarios.
func statuses(t *testing.T, o receiver.Options, isPlayedByGodog bool) map[string]verdict.Status {
	t.Helper()
	r, err := receiver.New(o)
	if err != nil {
		t.Fatal(err)
	}
	run, err := Serve(t, r).NewRun()
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	out := map[string]verdict.Status{}
	suite := steps.Suite{Files: features.FS, Parallel: 4, AfterScenario: func(o steps.Outcome) {
		mu.Lock()
		defer mu.Unlock()
		out[o.Name] = o.Status
	}}
	if isPlayedByGodog {
		withoutPlayer := suite
		suite.Player = func(ctx context.Context, sc features.Scenario) error {
			return playScenario(ctx, features.FS, sc, func(registry *godog.ScenarioContext) { Register(registry, run, withoutPlayer, nil) })
		}
	}
	run.Probe(t.Context())
	steps.Play(t.Context(), run, suite)
	return out
}

func findFault(t *testing.T, name string) receiver.Fault {
	t.Helper()
	f, err := receiver.FindFault(name)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func parseSteering(t *testing.T, entries ...string) map[string]receiver.Steering {
	t.Helper()
	steering, err := receiver.ParseSteering(entries...)
	if err != nil {
		t.Fatal(err)
	}
	return steering
}
