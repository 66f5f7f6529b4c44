package requirements

import (
	"slices"

	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// requirementsOf returns the requirements that the catalogue names for the traits of a push. A receiver accepts the push only if it meets
// all these requirements. If it refuses the push, there is a finding of the first requirement.
func requirementsOf(p push.Push) []string {
	var ids []string
	for _, t := range traits {
		if !t.appliesTo(p) {
			continue
		}
		for _, id := range requirementsWithTrait(t) {
			if !slices.Contains(ids, id) {
				ids = append(ids, id)
			}
		}
	}
	return ids
}

// requirementOf returns the first of requirementsOf. If the push is not odd and is refused, this is the requirement that is not met.
func requirementOf(p push.Push) string { return requirementsOf(p)[0] }

// PlainPushOf returns the event and the direction of the plain push that a requirement is about. It returns false if the requirement is
// about something else.
func PlainPushOf(id string) (push.Event, push.Direction, bool) {
	for _, p := range plainPushes {
		if RequirementOfPlainPush(p.Event, p.Direction) == id {
			return p.Event, p.Direction, true
		}
	}
	return "", "", false
}

// plainPushes has a plain push for each requirement about plain pushes.
var plainPushes = []push.Push{
	{Event: push.NewCall, Direction: push.Incoming}, {Event: push.NewCall, Direction: push.Outgoing},
	{Event: push.Answer, Direction: push.Incoming}, {Event: push.Hangup, Direction: push.Incoming}, {Event: push.DTMF, Direction: push.Incoming},
}

// RequirementOfPlainPush returns the requirement to accept plain pushes with an event. The direction matters only for newCall pushes.
func RequirementOfPlainPush(e push.Event, d push.Direction) string {
	p := push.Push{Event: e, Direction: d}
	if outgoingNewCall.appliesTo(p) {
		return requirementsWithTrait(outgoingNewCall)[0]
	}
	return plainRequirement(p)
}

// plainRequirement returns the requirement to accept plain pushes with the event of p.
func plainRequirement(p push.Push) string {
	for _, t := range []Trait{plainAnswer, plainHangup, plainDTMF} {
		if t.appliesTo(p) {
			return requirementsWithTrait(t)[0]
		}
	}
	return PushNewCall
}

// plainFollowUpRequirement returns the plainRequirement of a follow-up push, and "" for a newCall push.
func plainFollowUpRequirement(p push.Push) string {
	if id := plainRequirement(p); id != PushNewCall {
		return id
	}
	return ""
}

// directCause returns the requirement that is not met whatever the push contains, such as response.in-time if the response is late. It
// returns "" if there is no such requirement.
func directCause(x transcript.Exchange) string {
	isResponseRead := outcome.IsResponseRead(x.Push)
	switch {
	case x.IsRedirect():
		return transportNoRedirect
	case outcome.HasNoRoute(x) && x.Push.Event != push.NewCall:
		return followingReachable
	case isResponseRead && !outcome.StopsResponding(x) && (x.End == transcript.TimedOut || x.End == transcript.Late || outcome.TookTooLong(x)):
		return responseInTime
	case isResponseRead && (x.End == transcript.NeverEnded || x.End == transcript.Truncated):
		return responseEnds
	}
	return ""
}

// causeOfRefusal returns the requirement that best explains why a push was not accepted.
func causeOfRefusal(x transcript.Exchange) string {
	if id := directCause(x); id != "" {
		return id
	}
	return requirementOf(x.Push)
}

// excusesOfRefusal returns the excuses if a push was not accepted and this is a finding of the requirement id: the requirements that the
// push counts for by itself, and the excuses in the catalogue.
func excusesOfRefusal(id string, x transcript.Exchange) []Excuse {
	var out []Excuse
	if x.Push.Cause == push.NormalClearing {
		// A receiver that rejects or redirects all plain calls gets this cause only in the calls for push.hangup-causes.
		out = append(out, Excuse{ID: pushHangupCauses, Variant: CauseVariant(x.Push.Cause)})
	}
	if causeID := directCause(x); causeID != "" {
		out = append(out, Excuse{ID: causeID})
	} else {
		for _, other := range requirementsOf(x.Push) {
			out = append(out, Excuse{ID: other})
		}
	}
	return append(out, catalogueExcuses(id, x.Push)...)
}

// catalogueExcuses returns the excuses that the catalogue names for a finding of the requirement id about a push.
func catalogueExcuses(id string, p push.Push) []Excuse {
	var out []Excuse
	for _, e := range rulesOf(id).Excuses {
		if e.Trait == "" || e.Trait.appliesTo(p) {
			out = append(out, Excuse{ID: e.ID})
		}
	}
	return out
}

// KindsOfPush names the kinds of pushes that the push of an exchange belongs to. If the receiver has accepted a push of each of these kinds
// before, nothing about this push is new to it.
func KindsOfPush(c transcript.Call, x transcript.Exchange) []string {
	kinds := requirementsOf(x.Push)
	plainID := plainRequirement(x.Push)
	firstKind := kinds[0]
	switch {
	case x.Odd, x.Duplicate:
		firstKind = c.RequirementID + " " + string(c.Variant) + " " + string(x.Push.Event)
	case x.Push.Event == push.Hangup:
		firstKind = string(x.Push.Cause)
	}
	return append([]string{firstKind}, slices.DeleteFunc(kinds[1:], func(id string) bool { return id == plainID })...)
}
