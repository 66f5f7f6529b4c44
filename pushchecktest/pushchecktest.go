// Package pushchecktest judges a receiver of sipgate.io pushes in the Go tests of the receiver. It plays the conformance features and
// features of the user as subtests.
//
// Begin with Test and Serve:
//
//	func TestTheReceiverConforms(t *testing.T) {
//		pushchecktest.Test(t, pushchecktest.Serve(t, myapp.Handler()))
//	}
//
// The features are run with godog. The package does not decide what conforms; see package verdict for that.
package pushchecktest

import (
	"context"
	"errors"
	"io/fs"
	"testing"

	"github.com/cucumber/godog"

	"github.com/pushcheck/pushcheck/features"
	"github.com/pushcheck/pushcheck/run"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/steps"
)

// Suite is a folder with features of the user, and with the call scenarios (*.yaml) that they name.
type Suite struct {
	Files fs.FS
	Steps func(*godog.ScenarioContext) // registers the user's steps and hooks; a step fails with its error or with godog.T(ctx); may be nil
}

// parallelScenarios is the number of built-in scenarios that are played at a time, as in the command. Scenarios of the user are played one
// by one.
const parallelScenarios = 8

// Test judges a receiver by the built-in features and by suites of the user. Every feature scenario is a subtest:
//
//   - it fails, and shows the finding and how to fix it, if a requirement of the scenario is not met;
//   - it is skipped, and shows the reason, if no requirement of the scenario applies or could be judged;
//   - it logs warnings.
//
// The test fails if the receiver does not conform or could not be judged. The last line of its log is the verdict. A feature file that
// cannot be played ends the test before anything is sent. If a suite has Steps, a scenario with an undefined sentence fails.
func Test(t *testing.T, target Target, ownSuites ...Suite) {
	t.Helper()
	options, err := target.options()
	if err != nil {
		t.Fatal(err)
	}
	suites := []steps.Suite{{Files: features.FS, Parallel: parallelScenarios}}
	for _, suite := range ownSuites {
		if suite.Files == nil {
			t.Fatal("reading a suite: it has no Files")
		}
		stories, err := scenarios.LoadOptionalDir(suite.Files)
		if err != nil {
			t.Fatal(err)
		}
		options.OwnScenarios = append(options.OwnScenarios, stories...)
		suites = append(suites, steps.Suite{Files: suite.Files, HasOwnFeatures: true, HasOwnSteps: suite.Steps != nil})
	}
	r := run.New(options)
	for _, suite := range suites {
		if err := steps.Check(r, suite); err != nil {
			t.Fatal(err)
		}
	}
	r.Probe(t.Context())
	p := player{t: t, run: r, shown: map[string]bool{}}
	for i, suite := range suites {
		p.suite, p.steps = suite, nil
		if i > 0 {
			p.steps = ownSuites[i-1].Steps
		}
		suite.Player = p.play
		steps.Play(t.Context(), r, suite)
	}
	p.conclude(r.Verdict())
}

// Register makes godog play one scenario of a suite as part of a run. Call it in a ScenarioInitializer of godog. It registers the sentences
// of the feature language. registerOwn registers the user's steps and hooks; it may be nil.
func Register(sc *godog.ScenarioContext, r *run.Run, suite steps.Suite, registerOwn func(*godog.ScenarioContext)) {
	scenario := steps.NewScenario(r, suite, godog.ErrSkip)
	scenario.Register(sc)
	sc.Before(func(ctx context.Context, p *godog.Scenario) (context.Context, error) {
		return scenario.Begin(ctx, features.ScenarioFromPickle(p))
	})
	if registerOwn != nil {
		registerOwn(sc) // between the hooks of pushcheck, so that the scenario ends after the user's hooks
	}
	isSentenceError := func(err error) bool { return errors.Is(err, godog.ErrUndefined) || errors.Is(err, godog.ErrAmbiguous) }
	sc.StepContext().After(func(ctx context.Context, step *godog.Step, _ godog.StepResultStatus, err error) (context.Context, error) {
		if err != nil && !isSentenceError(err) {
			scenario.RecordUserError(step.Text, err)
		}
		return ctx, nil
	})
	sc.After(func(ctx context.Context, _ *godog.Scenario, err error) (context.Context, error) {
		if err != nil && !isSentenceError(err) {
			scenario.RecordUserError("an After hook", err)
		}
		scenario.End(ctx, err)
		return ctx, nil
	})
}
