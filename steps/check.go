package steps

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/features"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/run"
)

// Check runs the sentences of every scenario without a receiver. It sends nothing. The error is of type features.Mistakes. It lists
// every mistake that prevents reading a file or playing a scenario, and each scenario without a Then sentence.
func Check(r *run.Run, s Suite) error {
	var mistakes features.Mistakes
	all, err := features.Index(s.Files)
	if !errors.As(err, &mistakes) && len(all) == 0 {
		return errors.New("there is no feature file (*.feature)")
	}
	for _, sc := range all {
		mistakes = append(mistakes, checkScenario(r, s, sc)...)
	}
	if len(mistakes) == 0 {
		return nil
	}
	slices.SortStableFunc(mistakes, func(a, b features.Mistake) int {
		return cmp.Or(cmp.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line))
	})
	return mistakes.InFolder(s.Folder)
}

// checkScenario runs the sentences of a scenario. It returns all unknown requirements and undefined sentences. If there are none, it
// returns the first sentence that cannot be played.
func checkScenario(r *run.Run, s Suite, sc features.Scenario) (mistakes features.Mistakes) {
	for _, id := range sc.Requirements() {
		if _, err := requirements.Lookup(id); err != nil {
			mistakes = append(mistakes, newMistake(sc, nil, err))
		}
	}
	if len(sc.Steps) == 0 {
		return append(mistakes, newMistake(sc, nil, fmt.Errorf("the scenario %q has no steps, so it checks nothing", sc.Name)))
	}
	if undefined := undefinedSentences(r, s, sc); len(undefined) > 0 || len(mistakes) > 0 {
		return append(mistakes, undefined...)
	}
	scenario, failedStep, err := rehearse(r, s, sc)
	switch {
	case err != nil:
		return features.Mistakes{newMistake(sc, failedStep, err)}
	case !scenario.hasThen:
		return features.Mistakes{newMistake(sc, nil, fmt.Errorf("the scenario %q has no Then sentence, so it checks nothing", sc.Name))}
	}
	return nil
}

// newMistake returns a mistake in a sentence of a scenario, or in the scenario itself if step is nil.
func newMistake(sc features.Scenario, step *features.Step, err error) features.Mistake {
	if step == nil {
		return features.Mistake{File: sc.File, Line: sc.Line, Col: sc.Col, Err: err}
	}
	return features.Mistake{File: sc.File, Line: step.Line, Col: step.Col, Err: err}
}

// undefinedSentences returns a mistake for each sentence that the language does not have.
func undefinedSentences(r *run.Run, s Suite, sc features.Scenario) (mistakes features.Mistakes) {
	if s.HasOwnSteps {
		return nil
	}
	var known sentences
	NewScenario(r, s, errSkip).Register(&known)
	for _, step := range sc.Steps {
		if _, err := known.find(step); errors.Is(err, ErrUndefined) {
			mistakes = append(mistakes, newMistake(sc, &step, err))
		}
	}
	return mistakes
}

// rehearse runs the sentences of a scenario without a receiver, up to the first mistake. failedStep is the sentence with the mistake, or
// nil if the mistake is in the scenario itself.
func rehearse(r *run.Run, s Suite, sc features.Scenario) (scenario *ScenarioRun, failedStep *features.Step, err error) {
	s.BeforeScenario = nil
	scenario = NewScenario(r, s, errSkip)
	scenario.isRehearsal = true
	var known sentences
	scenario.Register(&known)
	ctx, err := scenario.Begin(context.Background(), sc)
	if err != nil {
		return scenario, nil, err
	}
	for _, step := range sc.Steps {
		call, err := known.find(step)
		if s.HasOwnSteps && errors.Is(err, ErrUndefined) {
			scenario.hasThen = true // sentences of the user may check something
			continue
		}
		if err == nil {
			err = call(ctx)
		}
		if err != nil {
			return scenario, &step, err
		}
	}
	return scenario, nil, nil
}

// duePushes returns the pushes of the story at a receiver that steers the call as the story expects.
func (s *ScenarioRun) duePushes() []call.Step {
	story := s.callScenario()
	if len(story.Story) == 0 {
		return nil
	}
	if story.RequiredAction == "" && len(s.steering.kinds) > 0 {
		story.RequiredAction = s.steering.kinds[0]
	}
	return call.New(story, call.Options{
		Incoming: "https://receiver.example/", Outgoing: "https://receiver.example/",
		Cast: s.cast(), IDs: push.IDs{Seed: s.run.Options().Seed, Nonce: s.run.Options().Nonce},
	}).Rehearse()
}
