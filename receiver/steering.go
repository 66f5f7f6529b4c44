package receiver

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/scenarios"
)

// AnyOtherNumber is the key in Options.Steering for all numbers without an entry.
const AnyOtherNumber = "*"

// SteeringInput is the input from which a Steering chooses its actions.
type SteeringInput struct {
	Push      push.Push // a newCall, or a dtmf of a steered call
	OnDataURL string    // URL that accepts digits
	SoundURL  string    // URL of a sound file that can be played
}

// Steering describes what the receiver does with a call.
type Steering struct {
	Kind    scenarios.Kind                        // "" if the user wrote Actions
	Actions func(SteeringInput) []response.Action // returns the actions of the response to a push
}

// ParseSteering parses entries such as "reject=493023125001" for Options.Steering. An entry is KIND=NUMBER. KIND is one of
// scenarios.Steerings. NUMBER is the called number: digits with or without a plus sign, or AnyOtherNumber. A number with two entries is an
// error. An outgoing call is redirected to one number only, because its Dial may not have more. gather-redirect lets a call through if no
// key was pressed.
func ParseSteering(entries ...string) (map[string]Steering, error) {
	steering := map[string]Steering{}
	for _, entry := range entries {
		kind, number, err := scenarios.CutKind(entry, scenarios.Steerings())
		if err != nil {
			return nil, fmt.Errorf("parsing steering %q: %w", entry, err)
		}
		number = strings.TrimPrefix(number, "+")
		if number != AnyOtherNumber && (number == "" || strings.Trim(number, "0123456789") != "") {
			return nil, fmt.Errorf("parsing steering %q: %q is neither a number of digits nor %s, which stands for all other numbers", entry, number, AnyOtherNumber)
		}
		if other, ok := steering[number]; ok {
			return nil, fmt.Errorf("parsing steering %q: calls to %s are steered already, by %s", entry, number, other.Kind)
		}
		steering[number] = Steering{Kind: kind, Actions: actionsOf(kind)}
	}
	return steering, nil
}

// actionsOf returns the function for Steering.Actions of a kind of steering.
func actionsOf(kind scenarios.Kind) func(SteeringInput) []response.Action {
	switch kind {
	case scenarios.Reject:
		return fixedAction(response.Reject{Reason: "rejected"})
	case scenarios.Busy:
		return fixedAction(response.Reject{Reason: "busy"})
	case scenarios.HangUp:
		return fixedAction(response.Hangup{})
	case scenarios.ToVoicemail:
		return fixedAction(response.Dial{Voicemail: true})
	case scenarios.Gather:
		return gather(nil)
	case scenarios.GatherRedirect:
		return gather([]response.Action{response.Dial{Numbers: numbers(1)}})
	case scenarios.Play:
		return func(input SteeringInput) []response.Action {
			return actionIfNewCall(input, response.Play{URL: response.URL{Text: input.SoundURL, Usable: true}})
		}
	}
	return redirect(kind.TargetCount())
}

// fixedAction returns a function for Steering.Actions that responds to every newCall with one action, and to a dtmf with none.
func fixedAction(action response.Action) func(SteeringInput) []response.Action {
	return func(input SteeringInput) []response.Action { return actionIfNewCall(input, action) }
}

func actionIfNewCall(input SteeringInput, action response.Action) []response.Action {
	if input.Push.Event != push.NewCall {
		return nil
	}
	return []response.Action{action}
}

// redirect returns a function for Steering.Actions that redirects a call to targetCount numbers, or to one number if the call is outgoing.
func redirect(targetCount int) func(SteeringInput) []response.Action {
	return func(input SteeringInput) []response.Action {
		n := targetCount
		if input.Push.Direction == push.Outgoing {
			n = 1
		}
		return actionIfNewCall(input, response.Dial{Numbers: numbers(n)})
	}
}

// gather returns a function for Steering.Actions that collects one digit. If a key was pressed, the response to the dtmf has nextActions.
func gather(nextActions []response.Action) func(SteeringInput) []response.Action {
	return func(input SteeringInput) []response.Action {
		switch {
		case input.Push.Event == push.NewCall:
			return []response.Action{response.Gather{OnData: response.URL{Text: input.OnDataURL, Usable: true}, MaxDigits: 1, TimeoutMS: 5000}}
		case input.Push.Digits == nil || *input.Push.Digits == "":
			return nil
		}
		return nextActions
	}
}

// numbers returns n numbers to redirect to, from a range in Berlin that is reserved for fiction.
func numbers(n int) []string {
	list := make([]string, 0, n)
	for i := range n {
		list = append(list, "49302312590"+strconv.Itoa(i+1))
	}
	return list
}
