package call

import (
	"strconv"

	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/scenarios"
)

// Rehearse plays a call to its end without a receiver, and returns all steps. It simulates a receiver that responds with the action that
// the scenario requires, and with a Gather if somebody presses keys. Pushes without a subscription are returned too. A Call can be played
// only once.
func (c *Call) Rehearse() []Step {
	var steps []Step
	for {
		step, state := c.Next()
		if state != Due {
			return steps
		}
		steps = append(steps, step)
		c.RecordOutcome(step.Number, &response.Document{Response: &response.Response{Actions: []response.Action{c.requiredAction(step)}}})
	}
}

// requiredAction returns the action that the scenario requires in the response to this push. If it requires no action in this response,
// requiredAction returns nil or a Dial without targets.
func (c *Call) requiredAction(step Step) response.Action {
	for _, s := range c.script {
		if s.act.Deed == scenarios.Presses && c.findLeg(s.act.Who) == c.underWay[c.indexUnderWay(step.Number)].leg {
			const manyDigits = 32 // more digits than anybody presses
			return response.Gather{MaxDigits: manyDigits, TimeoutMS: 2000}
		}
	}
	kind := c.scenario.RequiredAction
	if first := step.Number == 0; first == (kind == scenarios.GatherRedirect) {
		return nil
	}
	switch kind {
	case scenarios.Reject:
		return response.Reject{Reason: "rejected"}
	case scenarios.Busy:
		return response.Reject{Reason: "busy"}
	case scenarios.HangUp:
		return response.Hangup{}
	case scenarios.ToVoicemail:
		return response.Dial{Voicemail: true}
	case scenarios.GatherRedirect:
		if step.Push.Digits == nil || *step.Push.Digits == "" {
			return nil
		}
	}
	var numbers []string
	for n := range kind.TargetCount() {
		numbers = append(numbers, "49302312590"+strconv.Itoa(n+1)) // a number that is reserved for fiction
	}
	return response.Dial{Numbers: numbers}
}
