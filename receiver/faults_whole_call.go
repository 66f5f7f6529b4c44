package receiver

import (
	"net/http"
	"slices"

	"github.com/pushcheck/pushcheck/push"
)

// wholeCallFaults lists the faults of receivers that fail in calls to groups, colleagues, menus and the voicemail, and in calls that they
// steered.
func wholeCallFaults() []Fault {
	return []Fault{
		{
			Name: "voicemail-leg", Description: "responds with status 500 to the newCall of a leg that goes to the voicemail",
			Phase: Calls, Breaks: []string{"call.voicemail"},
			applies: func(d draft) bool { return isDivertedNewCall(d) && slices.Contains(d.push.Users, "voicemail") }, change: respondStatus500,
		},
		{
			Name: "group-answer", Description: "responds with status 500 to the answer of another user than the first of a group",
			Phase: Calls, Breaks: []string{"call.group"},
			applies: func(d draft) bool {
				return d.push.Event == push.Answer && d.record.isGroupCall && !slices.Contains(d.push.Users, d.record.firstUser)
			},
			change: respondStatus500,
		},
		{
			Name: "internal-call", Description: "treats the incoming half of a call between colleagues as a copy of the outgoing one, and responds to it with status 409",
			Phase: Calls, Breaks: []string{"call.internal"},
			applies: func(d draft) bool { return isIncomingNewCall(d) && haveSameTrunk(d.push.From, d.push.To) }, change: respondEmpty(http.StatusConflict),
		},
		{
			Name: "menu-forgets", Description: "forgets a call once keys were pressed in it, and responds with status 500 to its hangup",
			Phase: Calls, Breaks: []string{"call.menu"}, NeedsSteering: "gather",
			applies: func(d draft) bool { return d.push.Event == push.Hangup && d.record.hasDigits }, change: respondStatus500,
		},
		{
			Name: "rejected-forgotten", Description: "forgets a call that it rejected, and responds with status 500 to its hangup",
			Phase: Calls, Breaks: []string{"call.steered"}, NeedsSteering: "reject", NeedsOtherCalls: true,
			applies: func(d draft) bool {
				return d.push.Event == push.Hangup && d.push.Cause == push.NoAnswer && d.steered
			},
			change: respondStatus500,
		},
	}
}

// haveSameTrunk reports whether two numbers differ only in their last digits, as the numbers of colleagues do.
func haveSameTrunk(a, b string) bool {
	const extensionDigits = 3
	return len(a) > 2*extensionDigits && len(a) == len(b) && a != b && a[:len(a)-extensionDigits] == b[:len(b)-extensionDigits]
}
