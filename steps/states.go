package steps

import (
	"context"
	"fmt"
	"net/http"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/transcript"
)

// stateSteps returns the sentences about the state that the application shows.
func stateSteps() []Step {
	return []Step{
		{Keyword: "When", Pattern: `^` + personPattern + ` calls ` + personPattern + ` meanwhile, with a callId that differs only at its end$`,
			Meaning: "A second call begins; the first 128 characters of both callIds are the same.",
			Example: "Biff calls Marty meanwhile, with a callId that differs only at its end", makeHandler: func(s *ScenarioRun) any { return s.beginSecondCall }},
		{Keyword: "Then", Pattern: `^the application shows ` + personPattern + `'s call as (ringing|answered|over)$`,
			Meaning: "The application shows this state of the call (see --state-url).",
			Example: "the application shows Doc's call as over", makeHandler: func(s *ScenarioRun) any { return s.judgeShownState }},
	}
}

// judgeShownState judges the state that the application shows for a leg. If the state contradicts the story, the feature is wrong, and
// judgeShownState returns an error.
func (s *ScenarioRun) judgeShownState(ctx context.Context, who, state string) error {
	ids := s.tags
	if len(ids) == 0 {
		for _, r := range requirements.All() {
			if r.Area() == "state" {
				ids = append(ids, r.ID)
			}
		}
	}
	return s.playAndJudge(ctx, expectation{ids: ids, demands: []demand{stateShown(who)}, checkStory: func(s *ScenarioRun) error {
		if finalState := stateAfter(s.duePushes(), who); finalState != "" && string(finalState) != state {
			return fmt.Errorf("the story leaves %s's call %s, the sentence says %s", who, finalState, state)
		}
		return nil
	}})
}

// stateAfter returns the state of a person's latest leg after the pushes that are due, or "" if there is no such leg.
func stateAfter(due []call.Step, who string) transcript.CallState {
	var all []transcript.Exchange
	id := ""
	for _, step := range due {
		all = append(all, transcript.Exchange{Sent: transcript.Sent{Push: step.Push}, Outcome: transcript.Outcome{End: transcript.Complete, Status: http.StatusOK}})
		if step.Leg == who {
			id = step.Push.CallID
		}
	}
	return outcome.StateFromPushes(all, id)
}

// beginSecondCall begins a second call whose callId differs from the callId of the first call only at the end.
func (s *ScenarioRun) beginSecondCall(caller, called string) error {
	if err := s.setTwist(experiment.SameIDBeginning(called)); err != nil {
		return err
	}
	return s.addActs(scenarios.Act{Who: caller, Deed: scenarios.Calls, To: []string{called}})
}
