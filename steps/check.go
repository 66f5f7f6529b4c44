package steps

import (
	"context"
	"errors"
	"fmt"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/features"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
)

// Check reads the features of a suite and runs their sentences without a receiver. It returns an error, with file and line,
// for each scenario that has no steps or an unknown requirement as tag, has a sentence that is not of the language or does not fit the story, tells a story
// that contradicts itself, or checks nothing. Nothing is sent.
func (r *Run) Check(s Suite) error {
	all, err := features.Index(s.Files)
	if err != nil {
		return err
	}
	var wrong []error
	for _, sc := range all {
		if line, err := r.rehearse(s, sc); err != nil {
			wrong = append(wrong, fmt.Errorf("%s:%d: %w", sc.File, line, err))
		}
	}
	return errors.Join(wrong...)
}

// rehearse runs the sentences of a scenario. With an error it returns the line that is wrong.
func (r *Run) rehearse(s Suite, sc features.Scenario) (line int, err error) {
	for _, id := range sc.Requirements() {
		if _, err := requirements.Lookup(id); err != nil {
			return sc.Line, err
		}
	}
	if len(sc.Steps) == 0 {
		return sc.Line, fmt.Errorf("the scenario %q has no steps, so it checks nothing", sc.Name)
	}
	scene := r.Scene(s, errSkip)
	scene.rehearsal = true
	var on sentences
	scene.Register(&on)
	ctx, err := scene.Begin(context.Background(), sc)
	if err != nil {
		return sc.Line, err
	}
	for _, step := range sc.Steps {
		switch err := on.run(ctx, step); {
		case s.Foreign && errors.Is(err, ErrUndefined):
			scene.checks = true // the sentence may check something
		case err != nil:
			return step.Line, err
		}
	}
	if !scene.checks {
		return sc.Line, fmt.Errorf("the scenario %q has no Then sentence, so it checks nothing", sc.Name)
	}
	return 0, nil
}

// rehearse lists the pushes that the story makes due if the receiver does what the scenario is about.
func (s *Scene) rehearse() []call.Step {
	story := s.told()
	if len(story.Story) == 0 {
		return nil
	}
	if story.Steered == "" && len(s.steering.kinds) > 0 {
		story.Steered = s.steering.kinds[0]
	}
	return call.New(story, call.Options{
		Incoming: "https://receiver.example/", Outgoing: "https://receiver.example/",
		Cast: s.run.opts.Cast, IDs: push.IDs{Seed: s.run.opts.Seed, Nonce: s.run.opts.Nonce},
	}).Rehearse()
}
