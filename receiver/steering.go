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

// SteeringInput is what a Steering gets to choose its actions.
type SteeringInput struct {
	Push      push.Push // a newCall, or a dtmf of a steered call
	OnDataURL string    // where digits can be sent
	SoundURL  string    // URL of a sound file that can be played
}

// Steering describes what the receiver does with a call.
type Steering struct {
	Kind    scenarios.Kind // "" if the user wrote Actions
	Actions func(SteeringInput) []response.Action
}

// ParseSteering parses entries such as "reject=493023125001" for Options.Steering. An entry has one of scenarios.Steerings and the called
// number: digits with or without a plus sign, or AnyOtherNumber. A number with two entries is an error. An outgoing call is redirected to
// one number only, because a Dial with more is not allowed then. gather-redirect lets a call through if no key was pressed.
func ParseSteering(entries ...string) (map[string]Steering, error) {
	steer := map[string]Steering{}
	for _, entry := range entries {
		kind, number, err := scenarios.CutKind(entry, scenarios.Steerings())
		if err != nil {
			return nil, fmt.Errorf("parsing steering %q: %w", entry, err)
		}
		number = strings.TrimPrefix(number, "+")
		if number != AnyOtherNumber && (number == "" || strings.Trim(number, "0123456789") != "") {
			return nil, fmt.Errorf("parsing steering %q: %q is not a number of digits, nor %s for every number", entry, number, AnyOtherNumber)
		}
		if other, ok := steer[number]; ok {
			return nil, fmt.Errorf("parsing steering %q: calls to %s are steered already, by %s", entry, number, other.Kind)
		}
		steer[number] = Steering{Kind: kind, Actions: actionsOf(kind)}
	}
	return steer, nil
}

// actionsOf returns what a kind of steering does.
func actionsOf(kind scenarios.Kind) func(SteeringInput) []response.Action {
	switch kind {
	case scenarios.Reject:
		return onNewCall(response.Reject{Reason: "rejected"})
	case scenarios.Busy:
		return onNewCall(response.Reject{Reason: "busy"})
	case scenarios.HangUp:
		return onNewCall(response.Hangup{})
	case scenarios.ToVoicemail:
		return onNewCall(response.Dial{Voicemail: true})
	case scenarios.Gather:
		return gather(nil)
	case scenarios.GatherRedirect:
		return gather([]response.Action{response.Dial{Numbers: numbers(1)}})
	case scenarios.Play:
		return func(m SteeringInput) []response.Action {
			return newCallOnly(m, response.Play{URL: response.URL{Text: m.SoundURL, Usable: true}})
		}
	}
	return redirect(kind.Targets())
}

// onNewCall responds with an action to every newCall, and with no action to a dtmf.
func onNewCall(action response.Action) func(SteeringInput) []response.Action {
	return func(m SteeringInput) []response.Action { return newCallOnly(m, action) }
}

func newCallOnly(m SteeringInput, action response.Action) []response.Action {
	if m.Push.Event != push.NewCall {
		return nil
	}
	return []response.Action{action}
}

// redirect redirects a call to as many numbers as targets says, or to one number if the call is outgoing.
func redirect(targets int) func(SteeringInput) []response.Action {
	return func(m SteeringInput) []response.Action {
		n := targets
		if m.Push.Direction == push.Outgoing {
			n = 1
		}
		return newCallOnly(m, response.Dial{Numbers: numbers(n)})
	}
}

// gather collects one digit. If a key was pressed, it then responds with the next actions.
func gather(next []response.Action) func(SteeringInput) []response.Action {
	return func(m SteeringInput) []response.Action {
		switch {
		case m.Push.Event == push.NewCall:
			return []response.Action{response.Gather{OnData: response.URL{Text: m.OnDataURL, Usable: true}, MaxDigits: 1, TimeoutMS: 5000}}
		case m.Push.Digits == nil || *m.Push.Digits == "":
			return nil
		}
		return next
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
