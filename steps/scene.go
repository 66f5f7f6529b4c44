package steps

import (
	"context"
	"errors"
	"fmt"
	"reflect"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/features"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// ScenarioRun is a feature scenario while it is played. Given and When sentences only add to its story; the first Then
// sentence plays it.
type ScenarioRun struct {
	run       *Run
	suite     Suite
	skip      error // what a sentence returns if the scenario cannot be judged
	rehearsal bool  // only the sentences are checked; nothing is sent
	scenario  features.Scenario
	tags      []string // requirement ids
	alone     bool
	deadly    bool

	connect  bool // about the connection only
	story    []scenarios.Act
	name     string             // of the story, if the scenario named one
	steering steering           // what the receiver is to do with the call; the zero steering: nothing of its own
	stimulus string             // requirement that the story's oddity is about
	variant  transcript.Variant // which of its oddities
	edit     func(call.Step, push.Form) push.Form
	write    func(call.Step, push.Form, *sender.Wire)
	fate     func(call.Step) sender.Fate
	odd      push.Event // the event that a But sentence changes; "": all events, or none
	survives bool       // a good push follows the odd one
	watch    bool       // the application is asked about the odd push, if it can be
	next     bool       // the same people call again afterwards

	provocation *stimulus // what a stranger does before the story
	crowd       int       // how many such calls come at once; 0: it is one

	checks  bool                  // a Then sentence was reached
	rows    []verdict.Row         // of the requirements that it is about: those that did not pass
	shown   []transcript.Call     // what they have judged
	open    *notJudgedError       // why the scenario could not be judged
	failure *requirements.Finding // why it failed in what the user wrote in Go
	err     error                 // of a sentence of this language
}

type sceneKey struct{}

// Scenario prepares for one scenario of a suite. Its sentences return an error that wraps skip, followed by the reason, if the
// scenario cannot be judged.
func (r *Run) Scenario(s Suite, skip error) *ScenarioRun {
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
	s.deadly = slices.Contains(sc.Tags, "deadly")
	s.alone = s.deadly || slices.Contains(sc.Tags, "alone")
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
		return transcript.Call{}, errors.New("finding the call: this is the context of no feature scenario")
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
	if err := check(story, s.run.opts.Cast); err != nil {
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

func (s *ScenarioRun) named(name string) error {
	i := slices.IndexFunc(s.run.stories, func(known scenarios.Scenario) bool { return known.Name == name })
	if i < 0 {
		return fmt.Errorf("unknown call scenario %q", name)
	}
	s.name = name
	if kind := s.run.stories[i].Steered; kind != "" {
		s.steering = steeringOf(kind)
	}
	return s.tell(s.run.stories[i].Story...)
}

func (s *ScenarioRun) connects(ctx context.Context) error {
	s.connect = true
	if s.rehearsal {
		return nil
	}
	s.run.sender.Inspect(ctx, s.run.opts.Sender.Incoming)
	s.run.note(ctx)
	return nil
}

// told returns the story. If a listed call scenario has the same acts, it returns that one.
func (s *ScenarioRun) told() scenarios.Scenario {
	if i := slices.IndexFunc(s.run.stories, s.isKnown); i >= 0 {
		return s.run.stories[i]
	}
	story := scenarios.Scenario{Name: s.name, Title: s.scenario.Name, Story: s.story}
	if story.Name == "" {
		story.Name = strings.Join(strings.Fields(strings.ToLower(s.scenario.Name)), "-")
	}
	return story
}

// play plays the story, or finds it played, once for each number that it is about. If begins is set, a call that only begins
// like the story will do.
func (s *ScenarioRun) play(ctx context.Context, begins bool) []*played {
	var out []*played
	for _, at := range s.places() {
		out = append(out, s.run.play(ctx, request{
			story: s.told(), at: at, stimulus: s.stimulus, variant: s.variant, edit: s.edit, write: s.write, fate: s.fate, next: s.next, provocation: s.provocation, crowd: s.crowd, feature: s.scenario.Name,
			alone: s.alone || s.survives, deadly: s.deadly, begins: begins && s.stimulus == "", survives: s.survives, watch: s.watch,
		}))
	}
	return out
}

// calls are the transcripts that the scenario is about.
func (s *ScenarioRun) calls(ctx context.Context, begins bool) ([]transcript.Call, error) {
	if s.connect || s.run.opts.ConnectOnly || s.unsignable() {
		return nil, nil
	}
	if len(s.story) == 0 {
		return nil, errNoStory
	}
	var out []transcript.Call
	for _, p := range s.play(ctx, begins) {
		out = append(out, p.out)
	}
	return out, nil
}

var errNoStory = errors.New("the story has no call yet: begin with a Given or When sentence")
