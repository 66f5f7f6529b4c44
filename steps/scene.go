// Package steps is the language of the features. It turns their sentences into experiments, has package run play them, and compares
// the outcome with the requirements.
//
// Begin with Play, which plays a suite of features at the receiver of a run, or with Steps, which lists the sentences. The package
// does not choose an exit code; see package verdict for that.
package steps

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/features"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/run"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// ScenarioRun is a feature scenario while it is played. Given and When sentences only add to the story; the first Then
// sentence plays it.
type ScenarioRun struct {
	run       *run.Run
	suite     Suite
	skip      error // what a sentence returns if the scenario cannot be judged
	rehearsal bool  // only the sentences are checked; nothing is sent
	scenario  features.Scenario
	tags      []string // requirement ids
	told
	result
}

// told is what Given, When and But sentences have said.
type told struct {
	connect  bool // it is about the connection only
	story    []scenarios.Act
	name     string   // of the story, if the scenario named one
	steering steering // what the receiver is to do with the call; the zero steering: nothing of its own
	twist    experiment.Twist
}

// result is what Then sentences have found.
type result struct {
	checks  bool                  // a Then sentence was reached
	rows    []verdict.Row         // of the requirements that it is about: those that did not pass
	shown   []transcript.Call     // what they have judged
	open    *notJudgedError       // why the scenario could not be judged
	failure *requirements.Finding // why it failed in what the user wrote in Go
	err     error                 // of a sentence of this language
}

type sceneKey struct{}

// NewScenario prepares for one scenario of a suite. Its sentences return an error that wraps skip, followed by the reason, if the
// scenario cannot be judged.
func NewScenario(r *run.Run, s Suite, skip error) *ScenarioRun {
	return &ScenarioRun{run: r, suite: s, skip: skip}
}

// Register registers every sentence of the language for this scenario.
func (s *ScenarioRun) Register(on Registry) {
	for _, step := range language() {
		on.Step(step.reads, s.noting(step.handler(s)))
	}
}

// noting returns a function that does the same as fn and keeps its error, so that the error of one of these sentences can be
// told from others.
func (s *ScenarioRun) noting(fn any) any {
	v := reflect.ValueOf(fn)
	return reflect.MakeFunc(v.Type(), func(args []reflect.Value) []reflect.Value {
		results := v.Call(args)
		if err, ok := results[len(results)-1].Interface().(error); ok {
			s.err = err
		}
		return results
	}).Interface()
}

// Begin begins the scenario. It returns a context for Played. The error is that for skip, if the scenario is not played.
func (s *ScenarioRun) Begin(ctx context.Context, sc features.Scenario) (context.Context, error) {
	s.scenario, s.tags = sc, sc.Requirements()
	ctx = context.WithValue(ctx, sceneKey{}, s)
	switch {
	case ctx.Err() != nil:
		return ctx, s.skipped(verdict.Undetermined, interrupted)
	case s.suite.Begin != nil && !s.suite.Begin(sc):
		return ctx, s.skipped(verdict.Skipped, "not selected")
	}
	return ctx, nil
}

// notJudgedError ends a scenario that cannot be judged. It wraps the error that makes a player skip the rest.
type notJudgedError struct {
	skip   error
	status verdict.Status
	reason string
}

func (e *notJudgedError) Error() string { return e.skip.Error() + ": " + e.reason }

func (e *notJudgedError) Unwrap() error { return e.skip }

// skipped ends the scenario because it cannot be judged.
func (s *ScenarioRun) skipped(status verdict.Status, reason string) error {
	s.open = &notJudgedError{s.skip, status, reason}
	return s.open
}

// UserFailed records an error of what the user wrote in Go: a step, named by its sentence, or a hook. The error for skip means
// that the scenario could not be judged. Any other makes the scenario fail and is no fault of pushcheck. Errors of the sentences
// of this language are passed over.
func (s *ScenarioRun) UserFailed(what string, err error) {
	switch {
	case s.err != nil && errors.Is(err, s.err), s.open != nil, s.failure != nil:
	case errors.Is(err, s.skip):
		_ = s.skipped(verdict.NotApplicable, what+" was skipped")
	default:
		s.failure = &requirements.Finding{Level: requirements.Must, Want: what, Got: err.Error()}
	}
}

// Played returns the call of the scenario that ctx belongs to, and plays it first if necessary. It is for steps that users
// write in Go. It is an error if the story has no call yet.
func Played(ctx context.Context) (transcript.Call, error) {
	s, ok := ctx.Value(sceneKey{}).(*ScenarioRun)
	if !ok {
		return transcript.Call{}, errors.New("finding the call: the context does not belong to a feature scenario")
	}
	calls, err := s.calls(ctx, false)
	if err != nil || len(calls) == 0 {
		return transcript.Call{}, err
	}
	return calls[0], nil
}

// tell adds to the story. An unknown person or a contradiction in the story is an error.
func (s *ScenarioRun) tell(acts ...scenarios.Act) error {
	story := scenarios.Scenario{Name: s.scenario.Name, Story: slices.Concat(s.story, acts)}
	if err := check(story, s.cast()); err != nil {
		return err
	}
	s.story = story.Story
	return nil
}

// leaves adds what follows when somebody who is in the call leaves it.
func (s *ScenarioRun) leaves(who string, act scenarios.Act) error {
	for _, a := range s.story {
		if a.Who == who || slices.Contains(a.To, who) {
			return s.tell(act)
		}
	}
	return fmt.Errorf("reading the story: %s is not in the call", who)
}

// goingOn is whose leg ends when the call ends: the latest that was rung or sent on to.
func (s *ScenarioRun) goingOn() string {
	who := ""
	for _, a := range s.story {
		if len(a.To) > 0 {
			who = a.To[0]
		}
	}
	return who
}

// scenarioNamed tells a listed call scenario.
func (s *ScenarioRun) scenarioNamed(name string) error {
	all := s.run.Stories()
	i := slices.IndexFunc(all, func(known scenarios.Scenario) bool { return known.Name == name })
	if i < 0 {
		return fmt.Errorf("%w %q", ErrUnknownCall, name)
	}
	s.name = name
	if kind := all[i].Steered; kind != "" {
		s.steering = steeringOf(kind)
	}
	return s.tell(all[i].Story...)
}

func (s *ScenarioRun) cast() scenarios.Cast { return s.run.Options().Cast }

func (s *ScenarioRun) connects(ctx context.Context) error {
	s.connect = true
	if !s.rehearsal {
		s.run.Connect(ctx)
	}
	return nil
}

// scenarioTold returns the story. If a listed call scenario has the same acts, it returns that one.
func (s *ScenarioRun) scenarioTold() scenarios.Scenario {
	all := s.run.Stories()
	if i := slices.IndexFunc(all, s.isKnown); i >= 0 {
		return all[i]
	}
	story := scenarios.Scenario{Name: s.name, Title: s.scenario.Name, Story: s.story}
	if story.Name == "" {
		story.Name = strings.Join(strings.Fields(strings.ToLower(s.scenario.Name)), "-")
	}
	return story
}

// experiments returns what the scenario tries: its story, once for each number that it is about.
func (s *ScenarioRun) experiments() []experiment.Experiment {
	alone := slices.Contains(s.scenario.Tags, "alone") || slices.Contains(s.scenario.Tags, "deadly")
	var out []experiment.Experiment
	for _, at := range s.places() {
		out = append(out, experiment.Experiment{Story: s.scenarioTold(), At: at, Twist: s.twist, Feature: s.scenario.Name, Alone: alone})
	}
	return out
}

// play plays the story, or finds it played. If begins is set, a call that only begins like the story will do.
func (s *ScenarioRun) play(ctx context.Context, begins bool) []*run.Played {
	var out []*run.Played
	for _, e := range s.experiments() {
		out = append(out, s.run.Play(ctx, e, begins))
	}
	return out
}

// calls are the transcripts that the scenario is about.
func (s *ScenarioRun) calls(ctx context.Context, begins bool) ([]transcript.Call, error) {
	if s.connect || s.run.Options().ConnectOnly || s.cannotShow() {
		return nil, nil
	}
	if len(s.story) == 0 {
		return nil, errNoStory
	}
	var out []transcript.Call
	for _, p := range s.play(ctx, begins) {
		out = append(out, p.Call)
	}
	return out, nil
}

const interrupted = "the run was interrupted"

var errNoStory = errors.New("the story has no call yet: begin with a Given or When sentence")

// check looks for contradictions in a story, call by call.
func check(story scenarios.Scenario, cast scenarios.Cast) error {
	for _, part := range byCall(story.Story) {
		one := story
		one.Story = part
		if err := one.Check(cast); err != nil {
			return err
		}
	}
	return nil
}

// byCall sorts the acts of a story by the call that they belong to.
func byCall(story []scenarios.Act) [][]scenarios.Act {
	var parts [][]scenarios.Act
	for _, a := range story {
		at := len(parts) - 1
		for i, part := range parts {
			if a.Deed != scenarios.Calls && slices.ContainsFunc(part, func(b scenarios.Act) bool { return b.Who == a.Who || slices.Contains(b.To, a.Who) }) {
				at = i
			}
		}
		if at < 0 || a.Deed == scenarios.Calls {
			parts, at = append(parts, nil), len(parts)
		}
		parts[at] = append(parts[at], a)
	}
	return parts
}
