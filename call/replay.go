package call

import (
	"cmp"

	"github.com/pushcheck/pushcheck/push"
)

// SavedPush is a push from a file or a report.
type SavedPush struct {
	Push    push.Push
	Capture push.Capture // the bytes of the push
}

// Replay returns a Call that sends saved pushes in their order. Each push waits for the outcome of the push before it. An answer, hangup or
// dtmf push goes to the URL that a response to an earlier push of the same callId names during the replay. Any other push goes to the
// incoming or outgoing URL. Nothing else in a response changes the call.
func Replay(saved []SavedPush, incomingURL, outgoingURL string) *Call {
	c := &Call{opts: Options{Incoming: incomingURL, Outgoing: outgoingURL}}
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

// legName returns the name of the leg of a push: the person or number that it rings, or the callId if the push has neither.
func legName(p push.Push) string {
	if p.Direction != push.Outgoing && len(p.Users) > 0 {
		return cmp.Or(p.Users[0], p.To, p.CallID)
	}
	return cmp.Or(p.To, p.CallID)
}
