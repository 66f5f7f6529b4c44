// Package derive finds the story of a recorded call, such as: Jennifer called Doc, Doc answered, Doc transferred the call to Marty. It
// returns a story only if playing it makes the same pushes. The package sends nothing, and guesses nothing that the pushes do not show.
package derive

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/scenarios"
)

// RecordedPush is a recorded push of a call, with the document in its response.
type RecordedPush struct {
	Push       push.Push
	ReceivedAt time.Duration      // when the push came, counted from the same moment for all pushes of a call
	Document   *response.Document // nil if the response has no document that sipgate acts on
}

// scenarioSource is the text of the key "source" in derived scenarios.
const scenarioSource = "recorded by pushcheck record"

// Scenario returns the call scenario of a recorded call. Its people have names and numbers of the default cast. The pushes have to be in
// the order in which they came. The error says why the pushes give no scenario.
func Scenario(name string, recorded []RecordedPush) (scenarios.Scenario, error) {
	t := &storyline{people: newPeople(recorded)}
	if err := t.build(recorded); err != nil {
		return scenarios.Scenario{}, err
	}
	s := scenarios.Scenario{Name: name, Source: scenarioSource, RequiredAction: steeringKind(recorded), Story: t.story}
	var sentences []string
	for _, a := range s.Story {
		sentences = append(sentences, a.Sentence())
	}
	s.Title = strings.Join(sentences, ", ")
	if _, err := scenarios.Load(name+".yaml", s.YAML()); err != nil {
		return scenarios.Scenario{}, fmt.Errorf("the story contradicts itself: %w", firstProblem(err))
	}
	return s, compare(s, recorded)
}

// firstProblem returns the text of the first problem of scenarios.Load, without its place in the file.
func firstProblem(err error) error {
	var problems scenarios.Problems
	if errors.As(err, &problems) && len(problems) > 0 {
		return errors.New(problems[0].Mistake)
	}
	return err
}

// maxSimultaneousGap limits the time between two pushes that count as sent at the same time. The time has to be shorter.
const maxSimultaneousGap = 100 * time.Millisecond

// areSimultaneous reports whether two pushes were sent at the same time.
func areSimultaneous(a, b RecordedPush) bool {
	return (b.ReceivedAt - a.ReceivedAt).Abs() < maxSimultaneousGap
}

// steeringKind returns how the receiver steered the call; "" if it let the call through.
func steeringKind(recorded []RecordedPush) scenarios.Kind {
	kind := scenarios.Kind("")
	for _, r := range recorded {
		action := actionOf(r.Document)
		switch {
		case kind == "" && r.Push.Event == push.NewCall:
			kind = kindOf(action)
			if kind != scenarios.Gather {
				return kind
			}
		case kind == scenarios.Gather && r.Push.Event == push.DTMF && kindOf(action).TargetCount() > 0:
			return scenarios.GatherRedirect
		}
	}
	return kind
}

// actionOf returns the action that sipgate carries out because of a document; nil if there is none. It returns a Play only if there is no
// other action.
func actionOf(d *response.Document) response.Action {
	if d == nil || d.Response == nil {
		return nil
	}
	var play response.Action
	for i, a := range d.Response.Actions {
		if _, ok := a.(response.Play); ok && d.ActionHappens(i) {
			play = a
		} else if d.ActionHappens(i) {
			return a
		}
	}
	return play
}

// kindOf returns the kind of steering that an action causes; "" if call scenarios have no such kind.
func kindOf(a response.Action) scenarios.Kind {
	switch a := a.(type) {
	case response.Reject:
		if a.Reason == "busy" {
			return scenarios.Busy
		}
		return scenarios.Reject
	case response.Hangup:
		return scenarios.HangUp
	case response.Gather:
		return scenarios.Gather
	case response.Play:
		return scenarios.Play
	case response.Dial:
		if a.Voicemail {
			return scenarios.ToVoicemail
		}
		if n := len(a.Numbers); n > 0 && n <= scenarios.MaxTargets {
			return scenarios.RedirectTo(n)
		}
	}
	return ""
}
