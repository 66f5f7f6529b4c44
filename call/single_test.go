package call_test

import (
	"testing"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
)

func TestSinglePushIsNotFollowedByAnotherPush(t *testing.T) {
	t.Parallel()
	rejectBusy := response.Response{Actions: []response.Action{response.Reject{Reason: "busy"}}}
	for _, event := range []push.Event{push.NewCall, push.Answer, push.Hangup, push.DTMF} {
		c := call.SinglePush(push.Push{Event: event, CallID: "12111955"}, "Doc", "https://receiver.example/push")
		step, state := c.Next()
		if state != call.Due || step.URL != "https://receiver.example/push" || step.Leg != "Doc" || step.Withheld != "" || step.Push.Event != event {
			t.Errorf("%s: Next() = %+v, %d, want the push with its URL, and state Due", event, step, state)
		}
		if _, state := c.Next(); state != call.Waiting {
			t.Errorf("%s: Next() before the outcome gives state %d, want %d", event, state, call.Waiting)
		}
		doc := response.Parse(response.Input{Body: rejectBusy.XML()})
		c.RecordOutcome(step.Number, &doc)
		if step, state := c.Next(); state != call.Finished {
			t.Errorf("%s: Next() after the outcome = %+v, %d, want no step", event, step, state)
		}
		if c.IsSteered() || len(c.Skipped()) > 0 {
			t.Errorf("%s: IsSteered() = %t, Skipped() = %v, want false and none", event, c.IsSteered(), c.Skipped())
		}
	}
}
