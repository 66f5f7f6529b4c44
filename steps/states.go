package steps

import (
	"context"
	"fmt"
	"net/http"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/transcript"
)

// shows are the sentences about the state that the application shows.
func shows() []Step {
	return []Step{
		{Keyword: "When", Pattern: `^` + person + ` calls ` + person + ` meanwhile, with a callId that differs only at its end$`,
			Says:    "A second call begins; the first 128 characters of both callIds are the same.",
			Example: "Biff calls Marty meanwhile, with a callId that differs only at its end", handler: func(s *ScenarioRun) any { return s.meanwhile }},
		{Keyword: "Then", Pattern: `^the application shows ` + person + `'s call as (ringing|answered|over)$`,
			Says:    "The application shows this state of the call (see --state-url).",
			Example: "the application shows Doc's call as over", handler: func(s *ScenarioRun) any { return s.applicationShows }},
	}
}

// applicationShows judges the state that the application shows of a leg. A state that contradicts the story is an error of the feature.
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
		if left := leaves(s.due(), who); left != "" && string(left) != state {
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

// meanwhile begins a second call whose callId is almost that of the first.
func (s *ScenarioRun) meanwhile(caller, called string) error {
	if err := s.but(experiment.SameBeginning(called)); err != nil {
		return err
	}
	return s.tell(scenarios.Act{Who: caller, Deed: scenarios.Calls, To: []string{called}})
}
