package receiver

import (
	"net/http"
	"slices"

	"github.com/pushcheck/pushcheck/push"
)

// wholeCallFaults are faults of receivers that fail in calls to groups, colleagues, menus and the voicemail, and in calls that they
// steered themselves.
func wholeCallFaults() []Fault {
	return []Fault{
		{
			Name: "voicemail-leg", Summary: "responds with status 500 to the newCall of a leg that goes to the voicemail",
			Phase: Calls, Breaks: []string{"call.voicemail"},
			on: func(d draft) bool { return toDiverted(d) && slices.Contains(d.push.Users, "voicemail") }, change: broken,
		},
		{
			Name: "group-answer", Summary: "responds with status 500 to the answer of another user than the first of a group",
			Phase: Calls, Breaks: []string{"call.group"},
			on: func(d draft) bool {
				return d.push.Event == push.Answer && d.call.group && !slices.Contains(d.push.Users, d.call.rung)
			},
			change: broken,
		},
		{
			Name: "internal-call", Summary: "treats the incoming half of a call between colleagues as a copy of the outgoing one, and responds to it with status 409",
			Phase: Calls, Breaks: []string{"call.internal"},
			on: func(d draft) bool { return toIncoming(d) && sameTrunk(d.push.From, d.push.To) }, change: nothing(http.StatusConflict),
		},
		{
			Name: "menu-forgets", Summary: "forgets a call once keys were pressed in it, and responds with status 500 to its hangup",
			Phase: Calls, Breaks: []string{"call.menu"}, NeedsSteering: "gather",
			on: func(d draft) bool { return d.push.Event == push.Hangup && d.call.pressed }, change: broken,
		},
		{
			Name: "rejected-forgotten", Summary: "forgets a call that it rejected, and responds with status 500 to its hangup",
			Phase: Calls, Breaks: []string{"call.steered"}, NeedsSteering: "reject", NeedsOtherCalls: true,
			on: func(d draft) bool {
				return d.push.Event == push.Hangup && d.push.Cause == push.NoAnswer && d.steered
			},
			change: broken,
		},
	}
}

// sameTrunk reports whether two numbers differ in their last digits only, as those of colleagues do.
func sameTrunk(a, b string) bool {
	const extension = 3
	return len(a) > 2*extension && len(a) == len(b) && a != b && a[:len(a)-extension] == b[:len(b)-extension]
}
