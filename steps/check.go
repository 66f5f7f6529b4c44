package steps

import (
	"context"
	"errors"
	"fmt"
	"path"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/features"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/run"
)

// Check runs the sentences of every scenario without a receiver; nothing is sent. It returns an error, with file and line, for
// everything that keeps a scenario from being played, and for each one without a Then sentence.
func Check(r *run.Run, s Suite) error {
	all, err := features.Index(s.Files)
	if err != nil {
		return err
	}
	if len(all) == 0 {
		return errors.New("there is no feature file (*.feature)")
	}
	var wrong []error
	for _, sc := range all {
		for _, m := range rehearse(r, s, sc) {
			wrong = append(wrong, fmt.Errorf("%s:%d: %w", path.Join(s.Folder, sc.File), m.line, m.err))
		}
	}
	return errors.Join(wrong...)
}

// mistake is what is wrong in a line of a feature file.
type mistake struct {
	line int
	err  error
}

// rehearse runs the sentences of a scenario. It returns every unknown requirement and every sentence that is undefined, or the first
// sentence that cannot be played.
func rehearse(r *run.Run, s Suite, sc features.Scenario) (wrong []mistake) {
	for _, id := range sc.Requirements() {
		if _, err := requirements.Lookup(id); err != nil {
			wrong = append(wrong, mistake{sc.Line, err})
		}
	}
	if len(sc.Steps) == 0 {
		return append(wrong, mistake{sc.Line, fmt.Errorf("the scenario %q has no steps, so it checks nothing", sc.Name)})
	}
	if undefined := undefined(r, s, sc); len(undefined) > 0 || len(wrong) > 0 {
		return append(wrong, undefined...)
	}
	scenario, line, err := rehearsed(r, s, sc)
	switch {
	case err != nil:
		return []mistake{{line, err}}
	case !scenario.checks:
		return []mistake{{sc.Line, fmt.Errorf("the scenario %q has no Then sentence, so it checks nothing", sc.Name)}}
	}
	return nil
}

// undefined returns the sentences of a scenario that the language does not have.
func undefined(r *run.Run, s Suite, sc features.Scenario) (wrong []mistake) {
	if s.OwnSteps {
		return nil
	}
	var on sentences
	NewScenario(r, s, errSkip).Register(&on)
	for _, step := range sc.Steps {
		if _, err := on.find(step); errors.Is(err, ErrUndefined) {
			wrong = append(wrong, mistake{step.Line, err})
		}
	}
	return wrong
}

// rehearsed returns a scenario whose sentences were run without a receiver, up to the first that is wrong.
func rehearsed(r *run.Run, s Suite, sc features.Scenario) (scenario *ScenarioRun, line int, err error) {
	s.Begin = nil
	scenario = NewScenario(r, s, errSkip)
	scenario.rehearsal = true
	var on sentences
	scenario.Register(&on)
	ctx, err := scenario.Begin(context.Background(), sc)
	if err != nil {
		return scenario, sc.Line, err
	}
	for _, step := range sc.Steps {
		call, err := on.find(step)
		if s.OwnSteps && errors.Is(err, ErrUndefined) {
			scenario.checks = true // the sentence may check something
			continue
		}
		if err == nil {
			err = call(ctx)
		}
		if err != nil {
			return scenario, step.Line, err
		}
	}
	return scenario, 0, nil
}

// due lists the pushes that the story makes due if the receiver does what the scenario is about.
func (s *ScenarioRun) due() []call.Step {
	story := s.scenarioTold()
	if len(story.Story) == 0 {
		return nil
	}
	if story.Steered == "" && len(s.steering.kinds) > 0 {
		story.Steered = s.steering.kinds[0]
	}
	return call.New(story, call.Options{
		Incoming: "https://receiver.example/", Outgoing: "https://receiver.example/",
		Cast: s.cast(), IDs: push.IDs{Seed: s.run.Options().Seed, Nonce: s.run.Options().Nonce},
	}).Rehearse()
}
