package verdict

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// needsCall reports whether a call has to come to a certain point before there is something to judge.
func needsCall(req requirements.Requirement) bool {
	return req.LaterLeg || requirements.AreaOf(req).InCalls
}

// occasion returns why a complete run gave no occasion to judge a requirement.
func (r Run) occasion(req requirements.Requirement) string {
	if without := cmp.Or(req.Without, requirements.AreaOf(req).Without); without != "" {
		return without
	}
	if needsCall(req) {
		return r.missed(req)
	}
	return "no response of the receiver shows whether it is met"
}

// missed returns why no call of a complete run reached the push that a requirement is about: the receiver did not subscribe to it in the
// calls that it let through, or it let no call through.
func (r Run) missed(req requirements.Requirement) string {
	wanted := func(e push.Event) bool {
		switch e {
		case push.Answer:
			return needs(req, requirements.CanAnswer)
		case push.Hangup:
			return needs(req, requirements.CanHangup)
		}
		return false
	}
	steered, outgoing := false, false
	for _, c := range r.Calls {
		if c.Stimulus != "" && c.Stimulus != req.ID || len(c.Exchanges) == 0 {
			continue
		}
		steered = steered || c.Steered
		outgoing = outgoing || !c.Steered && c.Exchanges[0].Push.Direction == push.Outgoing && c.Exchanges[0].Accepted()
		for _, n := range c.NotSent {
			if !c.Steered && n.Reason == transcript.NotSubscribed && wanted(n.Push.Event) {
				return fmt.Sprintf("the receiver does not subscribe to the %s of such a call", n.Push.Event)
			}
		}
	}
	switch {
	case steered && outgoing:
		return "no call got that far: the receiver turned away every incoming call before; name a number that it lets through, --numbers through=NUMBER"
	case steered:
		return "no call got that far: the receiver turned away every call before; name a number that it lets through, --numbers through=NUMBER"
	}
	return "no call of the run got that far"
}

// needs reports whether a requirement is only about receivers with a capability.
func needs(req requirements.Requirement, c requirements.Capability) bool {
	return slices.ContainsFunc(req.Needs, func(either []requirements.Capability) bool { return slices.Contains(either, c) })
}
