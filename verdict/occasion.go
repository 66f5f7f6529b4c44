package verdict

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// needsCertainPush reports whether a requirement can be judged only if a call gets as far as a certain push.
func needsCertainPush(req requirements.Requirement) bool {
	return req.NeedsSecondLeg || requirements.AreaOf(req).NeedsCertainPush
}

// noOccasionReason returns why no evidence of a complete run was about a requirement.
func (r Run) noOccasionReason(req requirements.Requirement) string {
	if reason := cmp.Or(req.NotApplicableReason, requirements.AreaOf(req).NotApplicableReason); reason != "" {
		return reason
	}
	if needsCertainPush(req) {
		return r.unreachedPushReason(req)
	}
	return "no response of the receiver shows whether it is met"
}

// unreachedPushReason returns why no call of a complete run reached the push that a requirement is about: the receiver did not subscribe to
// the push in the calls that it let through, or it let no call through.
func (r Run) unreachedPushReason(req requirements.Requirement) string {
	subscriptions := map[push.Event]requirements.Capability{push.Answer: requirements.CanAnswer, push.Hangup: requirements.CanHangup}
	hasSteered, hasOutgoing := false, false
	for _, c := range r.Calls {
		if c.RequirementID != "" && c.RequirementID != req.ID || len(c.Exchanges) == 0 {
			continue
		}
		hasSteered = hasSteered || c.Steered
		hasOutgoing = hasOutgoing || !c.Steered && c.Exchanges[0].Push.Direction == push.Outgoing && c.Exchanges[0].Accepted()
		for _, n := range c.NotSent {
			isSubscription := func(c requirements.Capability) bool { return c == subscriptions[n.Push.Event] }
			if !c.Steered && n.Reason == transcript.NotSubscribed && needs(req, isSubscription) {
				return fmt.Sprintf("the receiver does not subscribe to the %s of such a call", n.Push.Event)
			}
		}
	}
	turnedAway := "every call"
	switch {
	case !hasSteered:
		return "no call of the run got that far"
	case hasOutgoing:
		turnedAway = "every incoming call"
	}
	return "no call got that far: the receiver turned away " + turnedAway + " before; name a number that the receiver lets through, --numbers through=NUMBER"
}

// needs reports whether a requirement needs a capability for which matches returns true, alone or as one of several alternatives.
func needs(req requirements.Requirement, matches func(requirements.Capability) bool) bool {
	return slices.ContainsFunc(req.Needs, func(alternatives []requirements.Capability) bool { return slices.ContainsFunc(alternatives, matches) })
}
