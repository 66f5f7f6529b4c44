package steps

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"

	"github.com/cucumber/godog"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/transcript"
)

// scene is the state of one feature scenario.
type scene struct {
	run      *Run
	title    string
	tags     []string // requirement ids
	alone    bool
	deadly   bool
	connect  bool // about the connection only
	foreign  bool // a step that is not of this language failed
	story    []scenarios.Act
	name     string   // of the story, where the scenario named one
	steering steering // what the receiver is to do with the call; the zero steering: nothing of its own
	stimulus string   // requirement that the story's oddity is about
	variant  string   // which of its oddities
	edit     func(call.Step, push.Form) push.Form
	write    func(call.Step, push.Form, *sender.Wire)
	fate     func(call.Step) sender.Fate
	survives bool // a good push follows the odd one
	watch    bool // the application is asked what it makes of the odd one, where it can be
	next     bool // the same people call again afterwards

	provocation *stimulus // what a stranger does before the story
	crowd       int       // how many such calls come at once; 0: it is one
}

func (s *scene) begin(ctx context.Context, scenario *godog.Scenario) error {
	s.title = scenario.Name
	for _, t := range scenario.Tags {
		name := strings.TrimPrefix(t.Name, "@")
		if strings.Contains(name, ".") {
			s.tags = append(s.tags, name)
		}
		s.alone = s.alone || name == "alone" || name == "deadly"
		s.deadly = s.deadly || name == "deadly"
	}
	if ctx.Err() != nil {
		return godog.ErrSkip
	}
	return nil
}

// end tells a fault of the harness or of a feature file from a finding.
func (s *scene) end(ctx context.Context, scenario *godog.Scenario, err error) (context.Context, error) {
	var notMet *NotMetError
	if err != nil && !errors.Is(err, godog.ErrSkip) {
		s.run.mu.Lock()
		s.run.red = true
		s.run.mu.Unlock()
	}
	switch {
	case err == nil, errors.As(err, &notMet), errors.Is(err, godog.ErrSkip), s.foreign:
	case ctx.Err() != nil:
		s.run.note(ctx)
	default:
		s.run.problem(fmt.Sprintf("feature scenario %q: %s", scenario.Name, err))
	}
	return ctx, nil
}

// tell adds to the story.
func (s *scene) tell(acts ...scenarios.Act) error {
	s.story = append(s.story, acts...)
	return nil
}

// leaves adds what follows when somebody who is in the call leaves it.
func (s *scene) leaves(who string, act scenarios.Act) error {
	for _, a := range s.story {
		if a.Who == who || slices.Contains(a.To, who) {
			return s.tell(act)
		}
	}
	return fmt.Errorf("reading the story: %s is not in the call", who)
}

// goingOn is whose leg ends when the call ends: the latest that was rung or sent on to.
func (s *scene) goingOn() string {
	who := ""
	for _, a := range s.story {
		if len(a.To) > 0 {
			who = a.To[0]
		}
	}
	return who
}

func (s *scene) named(name string) error {
	i := slices.IndexFunc(s.run.stories, func(known scenarios.Scenario) bool { return known.Name == name })
	if i < 0 {
		return fmt.Errorf("playing call scenario %q: there is none of that name", name)
	}
	s.name = name
	if kind := s.run.stories[i].Steered; kind != "" {
		s.steering = steeringOf(kind)
	}
	return s.tell(s.run.stories[i].Story...)
}

func (s *scene) connects(ctx context.Context) error {
	s.connect = true
	s.run.sender.Inspect(ctx, s.run.opts.Sender.Incoming)
	s.run.note(ctx)
	return nil
}

// play plays the story, or finds it played, once for each number that it is about. With begins a call will do that only
// begins like the story.
func (s *scene) play(ctx context.Context, begins bool) ([]*played, error) {
	story := scenarios.Scenario{Name: s.name, Title: s.title, Story: s.story}
	if i := slices.IndexFunc(s.run.stories, s.about); i >= 0 {
		story = s.run.stories[i]
	}
	if story.Name == "" {
		story.Name = strings.Join(strings.Fields(strings.ToLower(s.title)), "-")
	}
	if err := check(story, s.run.opts.Cast); err != nil {
		return nil, fmt.Errorf("the story does not hold together: %w", err)
	}
	var out []*played
	for _, at := range s.places() {
		out = append(out, s.run.play(ctx, request{
			story: story, at: at, stimulus: s.stimulus, variant: s.variant, edit: s.edit, write: s.write, fate: s.fate, next: s.next, provocation: s.provocation, crowd: s.crowd, feature: s.title,
			alone: s.alone || s.survives, deadly: s.deadly, begins: begins && s.stimulus == "", survives: s.survives, watch: s.watch,
		}))
	}
	return out, nil
}

// calls are the transcripts that the scenario is about.
func (s *scene) calls(ctx context.Context, begins bool) ([]transcript.Call, error) {
	if s.connect || s.run.opts.ConnectOnly || s.unsignable() {
		return nil, nil
	}
	if len(s.story) == 0 {
		return nil, errors.New("nobody has called anybody yet: begin with a Given or When step")
	}
	all, err := s.play(ctx, begins)
	if err != nil {
		return nil, err
	}
	var out []transcript.Call
	for _, p := range all {
		out = append(out, p.out)
	}
	return out, nil
}
