// Package steps defines the language of the features. It turns sentences into experiments, plays them with package run, and compares
// the results with the requirements.
//
// Begin with Play, which plays a suite of features at the receiver of a run, or with Steps, which lists the sentences. The package does
// not choose the exit code; package verdict does.
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

// ScenarioRun is a feature scenario while it is played. Given and When sentences only add to the story. The first Then sentence plays the
// story.
type ScenarioRun struct {
	run         *run.Run
	suite       Suite
	skip        error // sentences return this error, wrapped, if the scenario cannot be judged
	isRehearsal bool  // only the sentences are checked; nothing is sent
	scenario    features.Scenario
	tags        []string // ids of the requirements that are tags of the scenario
	setup
	result
}

// setup holds what the Given, When and But sentences of a scenario set.
type setup struct {
	isConnectOnly bool             // the scenario is only about the connection
	story         []scenarios.Act  // the acts of the sentences so far
	name          string           // name of the call scenario; "" if the sentences do not name one
	steering      steering         // what the receiver should do with the call; zero: nothing special
	twist         experiment.Twist // what is unusual in the call or in the traffic; zero: nothing unusual
}

// result holds what the Then sentences of a scenario found.
type result struct {
	hasThen     bool                  // a Then sentence was reached
	rows        []verdict.Row         // the scenario's requirements that did not pass
	judgedCalls []transcript.Call     // the calls that were judged
	notJudged   *notJudgedError       // why the scenario could not be judged
	userFailure *requirements.Finding // failure of a step or hook that the user wrote in Go
	lastErr     error                 // the last error that a sentence of this language returned
}

type scenarioRunKey struct{}

// NewScenario returns a ScenarioRun for one scenario of a suite. If the scenario cannot be judged, its sentences return an error that wraps
// skip and names the reason.
func NewScenario(r *run.Run, s Suite, skip error) *ScenarioRun {
	return &ScenarioRun{run: r, suite: s, skip: skip}
}

// Register registers every sentence of the language for this scenario.
func (s *ScenarioRun) Register(registry Registry) {
	for _, step := range language() {
		registry.Step(step.expression, s.storeError(step.makeHandler(s)))
	}
}

// storeError returns a function that calls fn and stores its error in s.lastErr, so that RecordUserError can recognize the error.
func (s *ScenarioRun) storeError(fn any) any {
	v := reflect.ValueOf(fn)
	return reflect.MakeFunc(v.Type(), func(args []reflect.Value) []reflect.Value {
		results := v.Call(args)
		if err, ok := results[len(results)-1].Interface().(error); ok {
			s.lastErr = err
		}
		return results
	}).Interface()
}

// Begin begins the scenario. It returns a context for PlayedCall. If the scenario is not played, the error wraps skip.
func (s *ScenarioRun) Begin(ctx context.Context, sc features.Scenario) (context.Context, error) {
	s.scenario, s.tags = sc, sc.Requirements()
	ctx = context.WithValue(ctx, scenarioRunKey{}, s)
	switch {
	case ctx.Err() != nil:
		return ctx, s.skipScenario(verdict.Undetermined, interruptedReason)
	case s.suite.BeforeScenario != nil && !s.suite.BeforeScenario(sc):
		return ctx, s.skipScenario(verdict.Skipped, "not selected")
	}
	return ctx, nil
}

// notJudgedError ends a scenario that cannot be judged. It wraps skip, so that the player skips the remaining sentences.
type notJudgedError struct {
	skip   error
	status verdict.Status
	reason string
}

func (e *notJudgedError) Error() string { return e.skip.Error() + ": " + e.reason }

func (e *notJudgedError) Unwrap() error { return e.skip }

// skipScenario ends the scenario because it cannot be judged.
func (s *ScenarioRun) skipScenario(status verdict.Status, reason string) error {
	s.notJudged = &notJudgedError{s.skip, status, reason}
	return s.notJudged
}

// RecordUserError records an error of a step or hook that the user wrote in Go. step is the sentence of the step. If err is skip, the
// scenario could not be judged. Any other error makes the scenario fail. Errors of sentences of this language are ignored.
func (s *ScenarioRun) RecordUserError(step string, err error) {
	switch {
	case s.lastErr != nil && errors.Is(err, s.lastErr), s.notJudged != nil, s.userFailure != nil:
	case errors.Is(err, s.skip):
		_ = s.skipScenario(verdict.NotApplicable, step+" was skipped")
	default:
		s.userFailure = &requirements.Finding{Level: requirements.Must, Want: step, Got: err.Error()}
	}
}

// PlayedCall returns the call of the scenario that ctx belongs to. If the call was not played yet, PlayedCall plays it. PlayedCall is for
// steps that users write in Go. If the story has no call yet, it returns an error.
func PlayedCall(ctx context.Context) (transcript.Call, error) {
	s, ok := ctx.Value(scenarioRunKey{}).(*ScenarioRun)
	if !ok {
		return transcript.Call{}, errors.New("finding the call: the context does not belong to a feature scenario")
	}
	calls, err := s.playCalls(ctx, false)
	if err != nil || len(calls) == 0 {
		return transcript.Call{}, err
	}
	return calls[0], nil
}

// addActs adds acts to the story. It returns an error if a person is unknown or the story contradicts itself.
func (s *ScenarioRun) addActs(acts ...scenarios.Act) error {
	story := scenarios.Scenario{Name: s.scenario.Name, Story: slices.Concat(s.story, acts)}
	if err := checkStory(story, s.cast()); err != nil {
		return err
	}
	s.story = story.Story
	return nil
}

// addLeavingAct adds the act of a person who leaves the call. It returns an error if the person is not in the call.
func (s *ScenarioRun) addLeavingAct(who string, act scenarios.Act) error {
	for _, a := range s.story {
		if a.Who == who || slices.Contains(a.To, who) {
			return s.addActs(act)
		}
	}
	return fmt.Errorf("reading the story: %s is not in the call", who)
}

// lastCalledPerson returns the person whose phone rang last. The call ends on that person's leg.
func (s *ScenarioRun) lastCalledPerson() string {
	who := ""
	for _, a := range s.story {
		if len(a.To) > 0 {
			who = a.To[0]
		}
	}
	return who
}

// addCallScenario adds the acts of the call scenario with this name.
func (s *ScenarioRun) addCallScenario(name string) error {
	all := s.run.Stories()
	i := slices.IndexFunc(all, func(known scenarios.Scenario) bool { return known.Name == name })
	if i < 0 {
		return fmt.Errorf("%w %q", ErrUnknownCall, name)
	}
	s.name = name
	if kind := all[i].RequiredAction; kind != "" {
		s.steering = steeringOf(kind)
	}
	return s.addActs(all[i].Story...)
}

func (s *ScenarioRun) cast() scenarios.Cast { return s.run.Options().Cast }

func (s *ScenarioRun) connect(ctx context.Context) error {
	s.isConnectOnly = true
	if !s.isRehearsal {
		s.run.Connect(ctx)
	}
	return nil
}

// callScenario returns the story as a call scenario. If a known call scenario has the same acts, callScenario returns the known one, so
// that reports show its name.
func (s *ScenarioRun) callScenario() scenarios.Scenario {
	all := s.run.Stories()
	if i := slices.IndexFunc(all, s.matchesStory); i >= 0 {
		return all[i]
	}
	story := scenarios.Scenario{Name: s.name, Title: s.scenario.Name, Story: s.story}
	if story.Name == "" {
		story.Name = strings.Join(strings.Fields(strings.ToLower(s.scenario.Name)), "-")
	}
	return story
}

// experiments returns the experiments of the scenario: one for each number at which the story is played.
func (s *ScenarioRun) experiments() []experiment.Experiment {
	isAlone := slices.Contains(s.scenario.Tags, "alone") || slices.Contains(s.scenario.Tags, "deadly")
	var out []experiment.Experiment
	for _, number := range s.numbers() {
		out = append(out, experiment.Experiment{Story: s.callScenario(), Number: number, Twist: s.twist, Feature: s.scenario.Name, Alone: isAlone})
	}
	return out
}

// play plays the story if it was not played before. If prefixIsEnough is set, an earlier call that begins like the story is
// enough.
func (s *ScenarioRun) play(ctx context.Context, prefixIsEnough bool) []*run.PlayedExperiment {
	var out []*run.PlayedExperiment
	for _, e := range s.experiments() {
		out = append(out, s.run.Play(ctx, e, prefixIsEnough))
	}
	return out
}

// playCalls plays the story and returns the transcripts.
func (s *ScenarioRun) playCalls(ctx context.Context, prefixIsEnough bool) ([]transcript.Call, error) {
	if s.isConnectOnly || s.run.Options().ConnectOnly || s.cannotBeJudged() {
		return nil, nil
	}
	if len(s.story) == 0 {
		return nil, errNoStory
	}
	var out []transcript.Call
	for _, p := range s.play(ctx, prefixIsEnough) {
		out = append(out, p.Call)
	}
	return out, nil
}

const interruptedReason = "the run was interrupted"

var errNoStory = errors.New("the story has no call yet: begin with a Given or When sentence")

// checkStory returns an error if a call of the story contradicts itself.
func checkStory(story scenarios.Scenario, cast scenarios.Cast) error {
	for _, part := range splitByCall(story.Story) {
		callStory := story
		callStory.Story = part
		if err := callStory.Check(cast); err != nil {
			return err
		}
	}
	return nil
}

// splitByCall returns the acts of each call in a story.
func splitByCall(story []scenarios.Act) [][]scenarios.Act {
	var parts [][]scenarios.Act
	for _, a := range story {
		callIndex := len(parts) - 1
		for i, part := range parts {
			if a.Deed != scenarios.Calls && slices.ContainsFunc(part, func(b scenarios.Act) bool { return b.Who == a.Who || slices.Contains(b.To, a.Who) }) {
				callIndex = i
			}
		}
		if callIndex < 0 || a.Deed == scenarios.Calls {
			parts, callIndex = append(parts, nil), len(parts)
		}
		parts[callIndex] = append(parts[callIndex], a)
	}
	return parts
}
