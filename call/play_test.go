package call_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/scenarios"
)

const (
	incomingURL = "https://receiver.example/in"
	outgoingURL = "https://receiver.example/out"
	answerURL   = "https://receiver.example/answer"
	hangupURL   = "https://receiver.example/hangup"

	subscribingResponse = `<Response onAnswer="` + answerURL + `" onHangup="` + hangupURL + `"/>`
)

// receiver returns the body of the response to a step. "" stands for a response that sipgate does not read.
type receiver func(call.Step) string

// always returns a receiver that responds with the same document to every push.
func always(document string) receiver { return func(call.Step) string { return document } }

// onLeg returns a receiver that responds with a document to the newCall of one leg, and subscribes in all other responses.
func onLeg(leg, document string) receiver {
	return func(s call.Step) string {
		if s.Leg == leg && s.Push.Event == push.NewCall {
			return document
		}
		return subscribingResponse
	}
}

// inTurn returns a receiver that responds with each of the documents in turn, and then repeats the last document.
func inTurn(documents ...string) receiver {
	next := 0
	return func(call.Step) string {
		d := documents[min(next, len(documents)-1)]
		next++
		return d
	}
}

// withAction returns a Response with subscriptions and an action.
func withAction(action string) string {
	return strings.TrimSuffix(subscribingResponse, "/>") + ">" + action + "</Response>"
}

func options() call.Options {
	return call.Options{
		Incoming: incomingURL, Outgoing: outgoingURL, Cast: scenarios.DefaultCast(), IDs: push.IDs{Seed: 1, Nonce: "test"},
		CallIDs: []string{"leg-1", "leg-2", "leg-3"},
	}
}

func builtin(t *testing.T, name string) scenarios.Scenario {
	t.Helper()
	s, ok := scenarios.Find(name)
	if !ok {
		t.Fatalf("there is no scenario %q", name)
	}
	return s
}

// playOut plays a call to its end, and returns its steps. It records the outcome of each step before it asks for the next step.
func playOut(t *testing.T, c *call.Call, r receiver) []call.Step {
	t.Helper()
	var steps []call.Step
	for range 100 {
		step, state := c.Next()
		switch state {
		case call.Finished:
			return steps
		case call.Waiting:
			t.Fatalf("Next() waits after %d steps, although every outcome was recorded", len(steps))
		}
		steps = append(steps, step)
		c.RecordOutcome(step.Number, parseResponse(step, r))
	}
	t.Fatalf("the call has more than 100 steps")
	return nil
}

// parseResponse returns the document in the receiver's response to a step, or nil if sipgate does not read the response.
func parseResponse(step call.Step, r receiver) *response.Document {
	body := ""
	if step.IsResponseRead() && step.Withheld == "" {
		body = r(step)
	}
	if body == "" {
		return nil
	}
	d := response.Parse(response.Input{Body: []byte(body), Outgoing: step.IsOutgoing()})
	return &d
}

// describe returns a line for each step: the time, the callId, the event, and some fields. Numbers of the cast are written as names, such
// as from=Jennifer.
func describe(steps []call.Step) []string {
	var lines []string
	names := strings.NewReplacer(numberNamePairs()...)
	for _, s := range steps {
		p := s.Push
		line := fmt.Sprintf("%s %s %s", s.Due, p.CallID, p.Event)
		add := func(key, value string) {
			if value != "" {
				line += " " + key + "=" + names.Replace(value)
			}
		}
		add("cause", string(p.Cause))
		if p.Event == push.NewCall {
			line += fmt.Sprintf(" %s", p.Direction)
			add("from", p.From)
			add("to", p.To)
		}
		if p.Users != nil {
			line += " user=" + strings.Join(p.Users, ",")
		}
		if p.Digits != nil {
			line += " dtmf=" + *p.Digits
		}
		add("answeringNumber", p.AnsweringNumber)
		add("diversion", p.Diversion)
		switch {
		case s.Withheld != "":
			line += fmt.Sprintf(" (%s)", s.Withheld)
		case s.Billed:
			line += " (billed)"
		}
		lines = append(lines, line)
	}
	return lines
}

// numberNamePairs returns the number and the name of each person of the cast, in the form that strings.NewReplacer takes.
func numberNamePairs() []string {
	var pairs []string
	for _, p := range scenarios.DefaultCast() {
		pairs = append(pairs, p.Number, p.Name)
	}
	return pairs
}

// story returns a scenario whose story consists of these acts.
func story(acts ...scenarios.Act) scenarios.Scenario {
	return scenarios.Scenario{Name: "test-story", Story: acts}
}

// The functions calls, picksUp, transfers, forwards, presses and ends return an act of a story.
func calls(who string, to ...string) scenarios.Act {
	return scenarios.Act{Who: who, Deed: scenarios.Calls, To: to}
}

func picksUp(who string) scenarios.Act { return scenarios.Act{Who: who, Deed: scenarios.Answers} }

func transfers(who, to string) scenarios.Act {
	return scenarios.Act{Who: who, Deed: scenarios.Transfers, To: []string{to}}
}

func forwards(who, to string) scenarios.Act {
	return scenarios.Act{Who: who, Deed: scenarios.Forwards, To: []string{to}}
}

func presses(who, keys string) scenarios.Act {
	return scenarios.Act{Who: who, Deed: scenarios.Presses, Digits: &keys}
}

func ends(who string, cause push.Cause) scenarios.Act {
	return scenarios.Act{Who: who, Deed: scenarios.Ends, Cause: cause}
}

func withTogether(a scenarios.Act) scenarios.Act {
	a.Together = true
	return a
}
