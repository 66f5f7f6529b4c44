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
// each scenario that cannot be played or has no Then sentence.
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
		if line, err := rehearse(r, s, sc); err != nil {
			wrong = append(wrong, fmt.Errorf("%s:%d: %w", path.Join(s.Folder, sc.File), line, err))
		}
	}
	return errors.Join(wrong...)
}

// rehearse runs the sentences of a scenario. With an error it returns the line that is wrong.
func rehearse(r *run.Run, s Suite, sc features.Scenario) (line int, err error) {
	for _, id := range sc.Requirements() {
		if _, err := requirements.Lookup(id); err != nil {
			return sc.Line, err
		}
	}
	if len(sc.Steps) == 0 {
		return sc.Line, fmt.Errorf("the scenario %q has no steps, so it checks nothing", sc.Name)
	}
	scenario, line, err := rehearsed(r, s, sc)
	if err == nil && !scenario.checks {
		return sc.Line, fmt.Errorf("the scenario %q has no Then sentence, so it checks nothing", sc.Name)
	}
	return line, err
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
