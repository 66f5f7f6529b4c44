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
			Name: "voicemail-leg", Description: "responds with status 500 to the newCall of a leg that goes to the voicemail",
			Phase: Calls, Breaks: []string{"call.voicemail"},
			appliesTo: func(d draft) bool { return isDiverted(d) && slices.Contains(d.push.Users, "voicemail") }, change: failWith500,
		},
		{
			Name: "group-answer", Description: "responds with status 500 to the answer of another user than the first of a group",
			Phase: Calls, Breaks: []string{"call.group"},
			appliesTo: func(d draft) bool {
				return d.push.Event == push.Answer && d.record.isGroup && !slices.Contains(d.push.Users, d.record.firstUser)
			},
			change: failWith500,
		},
		{
			Name: "internal-call", Description: "treats the incoming half of a call between colleagues as a copy of the outgoing one, and responds to it with status 409",
			Phase: Calls, Breaks: []string{"call.internal"},
			appliesTo: func(d draft) bool { return isIncomingCall(d) && isSameTrunk(d.push.From, d.push.To) }, change: withStatusOnly(http.StatusConflict),
		},
		{
			Name: "menu-forgets", Description: "forgets a call once keys were pressed in it, and responds with status 500 to its hangup",
			Phase: Calls, Breaks: []string{"call.menu"}, Needs: "gather",
			appliesTo: func(d draft) bool { return d.push.Event == push.Hangup && d.record.hasDigits }, change: failWith500,
		},
		{
			Name: "rejected-forgotten", Description: "forgets a call that it rejected, and responds with status 500 to its hangup",
			Phase: Calls, Breaks: []string{"call.steered"}, Needs: "reject", NeedsOtherCalls: true,
			appliesTo: func(d draft) bool {
				return d.push.Event == push.Hangup && d.push.Cause == push.NoAnswer && d.isSteered
			},
			change: failWith500,
		},
	}
}

// isSameTrunk reports whether two numbers differ in their last digits only, as those of colleagues do.
func isSameTrunk(a, b string) bool {
	const extension = 3
	return len(a) > 2*extension && len(a) == len(b) && a != b && a[:len(a)-extension] == b[:len(b)-extension]
}
