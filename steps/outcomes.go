package steps

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"strings"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// outcomeSteps returns the sentences about what the receiver does.
func outcomeSteps() []Step {
	thenStep := func(sentence, meaning string, o expectation) Step {
		return Step{Keyword: "Then", Pattern: `^` + sentence + `$`, Meaning: meaning, Example: strings.ReplaceAll(sentence, `\`, ""), makeHandler: func(s *ScenarioRun) any {
			return func(ctx context.Context) error { return s.playAndJudge(ctx, o) }
		}}
	}
	out := []Step{
		{Keyword: "Then", Pattern: `^sipgate pushes$`, Meaning: "sipgate would send these pushes, in this order, subscribed to or not. Empty cells match anything; equal callIds mean one leg. The scenario is skipped if the receiver steers the call.", Example: "sipgate pushes", HasTable: true,
			makeHandler: func(s *ScenarioRun) any { return s.compareWithTable }},
		thenStep("the receiver accepts every push", "Each push of the call gets a response with a 2xx status in time.",
			expectation{demands: []demand{pushAccepted}}),
		thenStep("the receiver still accepts every push", "After a But sentence: each push, also the unusual one, is accepted in time.",
			expectation{checkStory: (*ScenarioRun).requireOddPush, demands: []demand{pushAccepted}}),
		thenStep("the receiver refuses it and accepts the next push", "After a But sentence: the forged push is refused, a good one after it accepted.",
			expectation{checkStory: (*ScenarioRun).requireForgery, demands: []demand{oddPushRefused, plainPushAccepted}}),
		thenStep("the receiver ignores it and accepts the next push", "The application shows no effect of a forged answer or hangup (see --state-url), and the good push after it is accepted.",
			expectation{checkStory: (*ScenarioRun).requireForgedFollowUp, demands: []demand{stateUnchanged, plainPushAccepted}}),
		thenStep("the receiver accepts the next call", "After a stranger or a lost hangup: the pushes of the next call are accepted.",
			expectation{checkStory: (*ScenarioRun).requireNextCall, demands: []demand{pushAccepted}}),
		thenStep("the receiver survives it", "After a But sentence or a stranger: each push gets a response, of any status.",
			expectation{checkStory: (*ScenarioRun).requireTwist, demands: []demand{pushResponded}}),
		{Keyword: "Then", Pattern: `^the receiver meets "([^"]+)"$`, Meaning: "This requirement is met; see `pushcheck list requirements`.", Example: `the receiver meets "response.prompt"`,
			makeHandler: func(s *ScenarioRun) any {
				return func(ctx context.Context, id string) error {
					if _, err := requirements.Lookup(id); err != nil {
						return err
					}
					return s.playAndJudge(ctx, expectation{ids: []string{id}, prefixIsEnough: true, checkStory: requirePush(id)})
				}
			}},
		{Keyword: "Then", Pattern: `^no call data was sent over an unsafe connection$`, Meaning: "pushcheck sent no push over plain HTTP or to an untrusted certificate.", Example: "no call data was sent over an unsafe connection",
			makeHandler: func(s *ScenarioRun) any { return s.checkNothingSentUnsafely }},
	}
	for _, r := range requirements.All() {
		if r.Sentence != "" {
			out = append(out, thenStep(regexp.QuoteMeta(r.Sentence), r.Statement, expectation{ids: []string{r.ID}, prefixIsEnough: true, checkStory: requirePush(r.ID)}))
		}
	}
	return out
}

// requirePush returns a function that checks that a story has the push that a requirement is about. If every story has such a push,
// requirePush returns nil.
func requirePush(id string) func(*ScenarioRun) error {
	event, direction, ok := requirements.PlainPushOf(id)
	if !ok || id == requirements.PlainNewCallRequirement() {
		return nil
	}
	return func(s *ScenarioRun) error {
		for _, step := range s.duePushes() {
			if step.Push.Event == event && (event != push.NewCall || step.Direction == direction) {
				return nil
			}
		}
		if direction == push.Outgoing {
			return errors.New("the story has no outgoing call")
		}
		return fmt.Errorf("the story has no %s push", event)
	}
}

func (s *ScenarioRun) requireOddPush() error {
	switch s.twist.Kind {
	case experiment.Odd, experiment.Forged, experiment.Sequence:
		return nil
	}
	return errors.New(`"it" needs a But sentence before it`)
}

func (s *ScenarioRun) requireForgery() error {
	if s.twist.Kind != experiment.Forged {
		return errors.New(`the story has no forged push: add a But sentence, such as "But the newCall comes without a signature"`)
	}
	return nil
}

func (s *ScenarioRun) requireForgedFollowUp() error {
	if s.twist.Kind != experiment.Forged || s.twist.Event == push.NewCall {
		return errors.New(`the story has no forged answer or hangup: add a But sentence, such as "But the hangup comes without a signature"`)
	}
	return nil
}

func (s *ScenarioRun) requireNextCall() error {
	if s.twist.Kind != experiment.Provocation && !s.twist.IsFollowedByCall {
		return errors.New("the story has no next call: add a stranger, or a hangup that never comes")
	}
	return nil
}

func (s *ScenarioRun) requireTwist() error {
	if s.twist.Kind == experiment.Plain {
		return errors.New(`"it" needs a But sentence or a stranger before it`)
	}
	return nil
}

// checkNothingSentUnsafely checks that pushcheck sent no push over an unsafe connection.
func (s *ScenarioRun) checkNothingSentUnsafely() error {
	s.hasThen = true
	if s.isRehearsal {
		return nil
	}
	evidence := s.run.Evidence()
	for _, c := range evidence.Connections {
		if evidence.StopGap == nil || c.FollowUp || !c.IsBlocked() {
			continue
		}
		_, why := c.BlockReason()
		for _, call := range s.run.Calls() {
			for _, x := range call.Exchanges {
				if endpoint.OriginOf(x.URL) == c.Origin && x.End != transcript.BlockedEnd {
					return fmt.Errorf("a %s push was sent to %s, although %s", x.Push.Event, c.Origin, why)
				}
			}
		}
	}
	return nil
}
