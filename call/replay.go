package call

import (
	"cmp"

	"github.com/pushcheck/pushcheck/push"
)

// Saved is a push that was saved when it was sent or received.
type Saved struct {
	Push    push.Push
	Capture push.Capture // its bytes
}

// Replay is a call that consists of saved pushes, in their order. Each push waits until the outcome of the one before it is known. An
// answer, hangup or dtmf push goes to the URL that the response to an earlier push with its callId named in this call. Every other push
// goes to the incoming or outgoing URL. Nothing else in a response changes the call.
func Replay(saved []Saved, incoming, outgoing string) *Call {
	c := &Call{opts: Options{Incoming: incoming, Outgoing: outgoing}}
	legs := map[string]*leg{}
	for _, s := range saved {
		l := legs[s.Push.CallID]
		if l == nil {
			l = &leg{name: legName(s.Push), pushFields: pushFields{direction: s.Push.Direction}, state: steeredAway}
			legs[s.Push.CallID] = l
		}
		c.script = append(c.script, scene{act: &noDeed, leg: l, makeSteps: func(l *leg) []Step {
			step := c.addStep(l, s.Push)
			step.Saved = &s.Capture
			return []Step{step}
		}})
	}
	return c
}

// legName returns the name of whom the push's leg rings.
func legName(p push.Push) string {
	if p.Direction != push.Outgoing && len(p.Users) > 0 {
		return cmp.Or(p.Users[0], p.To, p.CallID)
	}
	return cmp.Or(p.To, p.CallID)
}
