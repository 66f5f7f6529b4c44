package steps

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/transcript"
)

// repeats are what may come twice without counting twice. The hangup comes once: whoever counts calls by both would be none the
// wiser.
func repeats() []oddity {
	return []oddity{{sentence: "the newCall and the answer come twice", says: "Both are sent once more as soon as they are through; the hangup is not.",
		fate: func(step call.Step) sender.Fate {
			if step.Push.Event == push.Hangup {
				return sender.Arrives
			}
			return sender.Twice
		}}}
}

// lateAnswers are answer pushes that are handled after the end of their call.
func lateAnswers() []oddity {
	return []oddity{{sentence: "the answer is overtaken by the hangup", says: "The answer push is sent after the hangup push of the same call.",
		fate: func(step call.Step) sender.Fate {
			if step.Push.Event == push.Answer {
				return sender.Overtaken
			}
			return sender.Arrives
		}}}
}

// shows are the sentences about what the application thinks.
func shows() []Step {
	return []Step{
		{Keyword: "When", Pattern: `^` + person + ` calls ` + person + ` meanwhile, under a callId that is another one in its end only$`,
			Says:    "A second call begins, whose callId shares its first 128 characters with that of the first.",
			Example: "Biff calls Marty meanwhile, under a callId that is another one in its end only", handler: func(s *ScenarioRun) any { return s.meanwhile }},
		{Keyword: "Then", Pattern: `^the application shows ` + person + `'s call as (ringing|answered|over)$`,
			Says:    "The application shows this state, if it can be asked (see --state-url), and the requirements of the scenario's tags are met.",
			Example: "the application shows Doc's call as over", handler: func(s *ScenarioRun) any { return s.applicationShows }},
	}
}

// applicationShows judges what the application thinks of a leg. A state that contradicts the story is an error of the feature.
func (s *ScenarioRun) applicationShows(ctx context.Context, who, state string) error {
	ids := s.tags
	if len(ids) == 0 {
		for _, r := range requirements.All() {
			if r.Area() == "state" {
				ids = append(ids, r.ID)
			}
		}
	}
	return s.see(ctx, outcome{ids: ids, demands: []demand{shownAs(who)}, fits: func(s *ScenarioRun) error {
		if left := leaves(s.rehearse(), who); left != "" && string(left) != state {
			return fmt.Errorf("the story leaves %s's call %s, the sentence says %s", who, left, state)
		}
		return nil
	}})
}

// leaves returns the state in which pushes leave the latest leg of somebody; "" if there is no such leg.
func leaves(due []call.Step, who string) transcript.CallState {
	var all []transcript.Exchange
	id := ""
	for _, step := range due {
		all = append(all, transcript.Exchange{Push: step.Push, End: transcript.Complete, Status: http.StatusOK})
		if step.Leg == who {
			id = step.Push.CallID
		}
	}
	return requirements.StateAfter(all, id)
}

// meanwhile lets a second call begin that is hard to tell from the first.
func (s *ScenarioRun) meanwhile(caller, called string) error {
	second := scenarios.Act{Who: caller, Deed: scenarios.Calls, To: []string{called}}
	if err := s.but(oddity{sentence: "a second call that is hard to tell from the first"}, nil); err != nil {
		return err
	}
	s.edit = func(step call.Step, form push.Form) push.Form { return alike(step, form, step.Leg == called) }
	return s.tell(second)
}

// alike gives the pushes of a call a callId of 136 characters whose first 128 are those of every call of its story. Besides
// that the second call is a call of its own.
func alike(step call.Step, form push.Form, second bool) push.Form {
	const shared, whole = 128, 136
	common := strings.Repeat(strings.ToUpper(step.Push.XCID), shared/len(step.Push.XCID)+1)[:shared]
	id := common + step.Push.CallID[len(step.Push.CallID)-(whole-shared):]
	form = form.With(push.FieldCallID, id).With(push.FieldOrigCallID, id)
	if second {
		letters := []byte(step.Push.XCID)
		slices.Reverse(letters)
		form = form.With(push.FieldXCID, string(letters))
	}
	return form
}

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
