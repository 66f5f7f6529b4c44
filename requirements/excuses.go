package requirements

import (
	"slices"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// requirementsOf returns the requirements that the catalogue names for the traits of a push. The first is the one that the push counts for. A
// receiver accepts the push only if it meets all of them.
func requirementsOf(p push.Push) []string {
	var ids []string
	for _, t := range traits {
		if !t.of(p) {
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

// requirementOf returns the requirement that a push of a story counts for.
func requirementOf(p push.Push) string {
	i := slices.IndexFunc(traits, func(t Trait) bool { return t.of(p) })
	return requirementsWithTrait(traits[i])[0]
}

// PushOf returns the event and the direction of the push that a requirement is about, if it is one of plain pushes.
func PushOf(id string) (push.Event, push.Direction, bool) {
	for _, p := range plainPushes {
		if ForPush(p.Event, p.Direction) == id {
			return p.Event, p.Direction, true
		}
	}
	return "", "", false
}

var plainPushes = []push.Push{
	{Event: push.NewCall, Direction: push.Incoming}, {Event: push.NewCall, Direction: push.Outgoing},
	{Event: push.Answer, Direction: push.Incoming}, {Event: push.Hangup, Direction: push.Incoming}, {Event: push.DTMF, Direction: push.Incoming},
}

// ForPush returns the requirement that the plain push of an event is accepted. The direction matters only for a newCall.
func ForPush(e push.Event, d push.Direction) string {
	p := push.Push{Event: e, Direction: d}
	if outgoingNewCall.of(p) {
		return requirementsWithTrait(outgoingNewCall)[0]
	}
	return plainRequirement(p)
}

// plainRequirement returns the requirement that the plain push of an event is accepted.
func plainRequirement(p push.Push) string {
	for _, t := range []Trait{plainAnswer, plainHangup, plainDTMF} {
		if t.of(p) {
			return requirementsWithTrait(t)[0]
		}
	}
	return PushNewCall
}

// plainFollowUpRequirement is plainPush for the pushes of a call after its newCall; "" for a newCall.
func plainFollowUpRequirement(p push.Push) string {
	if id := plainRequirement(p); id != PushNewCall {
		return id
	}
	return ""
}

// directCause returns the requirement that explains at once why a push was not accepted; "" if there is none.
func directCause(x transcript.Exchange) string {
	reading := x.Push.Event == push.NewCall || x.Push.Event == push.DTMF
	switch {
	case x.IsRedirect():
		return transportNoRedirect
	case hasNoRoute(x) && x.Push.Event != push.NewCall:
		return followingReachable
	case reading && !stopsResponding(x) && (x.End == transcript.TimedOut || x.End == transcript.Late || tookTooLong(x)):
		return responseInTime
	case reading && (x.End == transcript.NeverEnded || x.End == transcript.Truncated):
		return responseEnds
	}
	return ""
}

// causeOfRefusal returns the requirement that explains best why a push of a call was not accepted.
func causeOfRefusal(x transcript.Exchange) string {
	if id := directCause(x); id != "" {
		return id
	}
	return requirementOf(x.Push)
}

// excusesOfRefusal returns what would explain that a push of a call leads to a finding of another requirement: everything that the push counts
// for by itself, and the excusesOfRefusal in the catalogue.
func excusesOfRefusal(id string, x transcript.Exchange) []Excuse {
	var out []Excuse
	if x.Push.Cause == push.NormalClearing { // it may have been tried as an odd push, at a receiver that steers other calls
		out = append(out, Excuse{ID: pushHangupCauses, Variant: CauseVariant(x.Push.Cause)})
	}
	if because := directCause(x); because != "" {
		out = append(out, Excuse{ID: because})
	} else {
		for _, other := range requirementsOf(x.Push) {
			out = append(out, Excuse{ID: other})
		}
	}
	return append(out, catalogueExcuses(id, x.Push)...)
}

// catalogueExcuses returns the excuses in the catalogue for a finding of a requirement about a push.
func catalogueExcuses(id string, p push.Push) []Excuse {
	var out []Excuse
	for _, e := range rulesOf(id).Excuses {
		if e.If == "" || e.If.of(p) {
			out = append(out, Excuse{ID: e.ID})
		}
	}
	return out
}

// Kinds names the kinds of pushes that an exchange of a call belongs to. If a receiver has accepted each of them, such a push is nothing
// new for it.
func Kinds(c transcript.Call, x transcript.Exchange) []string {
	kinds := requirementsOf(x.Push)
	plain := plainRequirement(x.Push)
	own := kinds[0]
	switch {
	case x.Odd, x.Duplicate:
		own = c.Stimulus + " " + string(c.Variant) + " " + string(x.Push.Event)
	case x.Push.Event == push.Hangup:
		own = string(x.Push.Cause)
	}
	return append([]string{own}, slices.DeleteFunc(kinds[1:], func(id string) bool { return id == plain })...)
}
