package steps

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/cucumber/godog"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/transcript"
)

// scene is the state of one feature scenario.
type scene struct {
	run      *Run
	title    string
	tags     []string // requirement ids
	alone    bool
	connect  bool // about the connection only
	story    []scenarios.Act
	name     string // of the story, where the scenario named one
	stimulus string
	edit     func(call.Step, push.Form) push.Form
}

func (s *scene) begin(ctx context.Context, scenario *godog.Scenario) error {
	s.title = scenario.Name
	for _, t := range scenario.Tags {
		name := strings.TrimPrefix(t.Name, "@")
		if strings.Contains(name, ".") {
			s.tags = append(s.tags, name)
		}
		s.alone = s.alone || name == "alone" || name == "deadly"
	}
	if ctx.Err() != nil {
		return godog.ErrSkip
	}
	return nil
}

// end tells a fault of the harness or of a feature file from a finding.
func (s *scene) end(ctx context.Context, scenario *godog.Scenario, err error) (context.Context, error) {
	var notMet *NotMetError
	switch {
	case err == nil, errors.As(err, &notMet), errors.Is(err, godog.ErrSkip):
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
	for _, own := range s.run.opts.Own {
		if own.Name == name {
			s.name = name
			return s.tell(own.Story...)
		}
	}
	story, ok := scenarios.Find(name)
	if !ok {
		return fmt.Errorf("playing call scenario %q: there is none of that name", name)
	}
	s.name = name
	return s.tell(story.Story...)
}

// diverted tells a plain call that the caller gives up, and says in its newCall that another number was dialled.
func (s *scene) diverted(caller, called string) error {
	s.stimulus = "push.diversion"
	s.edit = func(step call.Step, form push.Form) push.Form {
		if step.Push.Event != push.NewCall {
			return form
		}
		return form.With(push.FieldDiversion, s.run.opts.Cast["Lorraine"].Number)
	}
	return s.tell(
		scenarios.Act{Who: caller, Deed: scenarios.Calls, To: []string{called}},
		scenarios.Act{Who: called, Deed: scenarios.Ends, Cause: push.Cancel})
}

func (s *scene) connects(ctx context.Context) error {
	s.connect = true
	s.run.sender.Inspect(ctx, s.run.opts.Sender.Incoming)
	s.run.note(ctx)
	return nil
}

// play plays the story, or finds it played. With begins a call will do that only begins like the story.
func (s *scene) play(ctx context.Context, begins bool) (*played, error) {
	story := scenarios.Scenario{Name: s.name, Title: s.title, Story: s.story}
	for _, known := range append(scenarios.All(), s.run.opts.Own...) {
		if same(known.Story, s.story) {
			story = known
		}
	}
	if story.Name == "" {
		story.Name = strings.Join(strings.Fields(strings.ToLower(s.title)), "-")
	}
	if err := story.Check(s.run.opts.Cast); err != nil {
		return nil, fmt.Errorf("the story does not hold together: %w", err)
	}
	return s.run.play(ctx, request{
		story: story, stimulus: s.stimulus, edit: s.edit, feature: s.title, alone: s.alone, begins: begins,
	}), nil
}

// calls are the transcripts that the scenario is about.
func (s *scene) calls(ctx context.Context, begins bool) ([]transcript.Call, error) {
	if s.connect || s.run.opts.ConnectOnly {
		return nil, nil
	}
	if len(s.story) == 0 {
		return nil, errors.New("nobody has called anybody yet: begin with a Given or When step")
	}
	p, err := s.play(ctx, begins)
	if err != nil {
		return nil, err
	}
	return []transcript.Call{p.out}, nil
}
