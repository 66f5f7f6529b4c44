package receiver

import (
	"fmt"
	"strconv"
	"strings"

	"github.com/pushcheck/pushcheck/internal/suggest"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
)

// EveryNumber stands in Options.Steer for all numbers that have no entry of their own.
const EveryNumber = "*"

// Moment is what a Steering decides on.
type Moment struct {
	Push   push.Push // a newCall, or a dtmf of a call that was steered
	OnData string    // where digits can be sent
	Sound  string    // a sound file that can be played
}

// Steering is what the receiver does with a call.
type Steering struct {
	Kind    string // its name for ParseSteer, "" for one of the user's own
	Actions func(Moment) []response.Action
}

// maxTargets is how many numbers a Dial may name. See wire-facts: XML response grammar.
const maxTargets = 5

// Kinds lists what ParseSteer knows:
//
//	reject, busy       rejects the call, with the reason of that name
//	hangup             ends the call
//	voicemail          sends the call to voicemail
//	redirect           sends the call to a number
//	redirect-2 to -5   rings several numbers; one where the call is outgoing, since more are not allowed then
//	gather             collects a digit, then lets the call through
//	gather-redirect    collects a digit, then sends the call to a number; through where nothing was pressed
//	play               plays a sound, then lets the call through
func Kinds() []string {
	kinds := []string{"reject", "busy", "hangup", "voicemail", "redirect"}
	for n := 2; n <= maxTargets; n++ {
		kinds = append(kinds, "redirect-"+strconv.Itoa(n))
	}
	return append(kinds, "gather", "gather-redirect", "play")
}

// ParseSteer reads entries such as "reject=493023125001" for Options.Steer: a kind, and the number that calls go to, of
// digits with or without plus sign, or EveryNumber. A number that is named twice is an error.
func ParseSteer(entries ...string) (map[string]Steering, error) {
	steer := map[string]Steering{}
	for _, entry := range entries {
		kind, number, ok := strings.Cut(entry, "=")
		if !ok {
			return nil, fmt.Errorf("parsing steering %q: not of the form KIND=NUMBER", entry)
		}
		s, err := findSteering(kind)
		if err != nil {
			return nil, fmt.Errorf("parsing steering %q: %w", entry, err)
		}
		number = strings.TrimPrefix(number, "+")
		if number != EveryNumber && (number == "" || strings.Trim(number, "0123456789") != "") {
			return nil, fmt.Errorf("parsing steering %q: %q is not a number of digits, nor %s for every number", entry, number, EveryNumber)
		}
		if other, ok := steer[number]; ok {
			return nil, fmt.Errorf("parsing steering %q: calls to %s are steered already, by %s", entry, number, other.Kind)
		}
		steer[number] = s
	}
	return steer, nil
}

func findSteering(kind string) (Steering, error) {
	s := Steering{Kind: kind}
	switch kind {
	case "reject":
		s.Actions = atStart(response.Reject{Reason: "rejected"})
	case "busy":
		s.Actions = atStart(response.Reject{Reason: "busy"})
	case "hangup":
		s.Actions = atStart(response.Hangup{})
	case "voicemail":
		s.Actions = atStart(response.Dial{Voicemail: true})
	case "redirect":
		s.Actions = redirect(1)
	case "gather":
		s.Actions = gather(nil)
	case "gather-redirect":
		s.Actions = gather([]response.Action{response.Dial{Numbers: numbers(1)}})
	case "play":
		s.Actions = func(m Moment) []response.Action {
			return newCallOnly(m, response.Play{URL: response.Target{URL: m.Sound, Usable: true}})
		}
	default:
		if count, ok := strings.CutPrefix(kind, "redirect-"); ok && len(count) == 1 && "2" <= count && count <= strconv.Itoa(maxTargets) {
			s.Actions = redirect(int(count[0] - '0'))
			return s, nil
		}
		if near, ok := suggest.Closest(kind, Kinds()); ok {
			return Steering{}, fmt.Errorf("unknown kind %q, did you mean %q?", kind, near)
		}
		return Steering{}, fmt.Errorf("unknown kind %q, there are %s", kind, strings.Join(Kinds(), ", "))
	}
	return s, nil
}

// atStart does the same at every newCall, and nothing later.
func atStart(action response.Action) func(Moment) []response.Action {
	return func(m Moment) []response.Action { return newCallOnly(m, action) }
}

func newCallOnly(m Moment, action response.Action) []response.Action {
	if m.Push.Event != push.NewCall {
		return nil
	}
	return []response.Action{action}
}

// redirect sends a call to as many numbers, to one where it is outgoing.
func redirect(targets int) func(Moment) []response.Action {
	return func(m Moment) []response.Action {
		n := targets
		if m.Push.Direction == push.Outgoing {
			n = 1
		}
		return newCallOnly(m, response.Dial{Numbers: numbers(n)})
	}
}

// gather collects a digit and then, if one was pressed, does what comes next.
func gather(next []response.Action) func(Moment) []response.Action {
	return func(m Moment) []response.Action {
		switch {
		case m.Push.Event == push.NewCall:
			return []response.Action{response.Gather{OnData: response.Target{URL: m.OnData, Usable: true}, MaxDigits: 1, TimeoutMS: 5000}}
		case m.Push.Digits == nil || *m.Push.Digits == "":
			return nil
		}
		return next
	}
}

// numbers makes numbers to redirect to, from a range of Berlin that is reserved for fiction.
func numbers(n int) []string {
	list := make([]string, 0, n)
	for i := range n {
		list = append(list, "49302312590"+strconv.Itoa(i+1))
	}
	return list
}
