package receiver

import (
	"net/http"
	"slices"

	"github.com/pushcheck/pushcheck/push"
)

// wholeCallFaults are those of receivers that fall over calls to groups, colleagues, menus and the voicemail, and over what they
// steered themselves.
func wholeCallFaults() []Fault {
	broken := nothing(http.StatusInternalServerError)
	return []Fault{
		{
			Name: "voicemail-leg", Says: "answers the newCall of a leg that goes to the voicemail with status 500",
			Phase: Calls, Breaks: []string{"call.voicemail"},
			on: func(a answer) bool { return toDiverted(a) && slices.Contains(a.push.Users, "voicemail") }, change: broken,
		},
		{
			Name: "group-answer", Says: "answers the answer by another than the first of a group with status 500",
			Phase: Calls, Breaks: []string{"call.group"},
			on: func(a answer) bool {
				return a.push.Event == push.Answer && a.call.group && !slices.Contains(a.push.Users, a.call.rung)
			},
			change: broken,
		},
		{
			Name: "internal-call", Says: "takes the incoming half of a call between colleagues for a copy of the outgoing one, and answers it with status 409",
			Phase: Calls, Breaks: []string{"call.internal"},
			on: func(a answer) bool { return toIncoming(a) && sameTrunk(a.push.From, a.push.To) }, change: nothing(http.StatusConflict),
		},
		{
			Name: "menu-forgets", Says: "forgets a call once keys were pressed in it, and answers its hangup with status 500",
			Phase: Calls, Breaks: []string{"call.menu"}, Needs: "gather",
			on: func(a answer) bool { return a.push.Event == push.Hangup && a.call.pressed }, change: broken,
		},
		{
			Name: "rejected-forgotten", Says: "forgets a call that it rejected, and answers its hangup with status 500",
			Phase: Calls, Breaks: []string{"call.steered"}, Needs: "reject", Beside: true,
			on: func(a answer) bool {
				return a.push.Event == push.Hangup && a.push.Cause == push.NoAnswer && a.steered
			},
			change: broken,
		},
	}
}

// sameTrunk tells whether two numbers differ in their last digits only, as those of colleagues do.
func sameTrunk(a, b string) bool {
	const extension = 3
	return len(a) > 2*extension && len(a) == len(b) && a != b && a[:len(a)-extension] == b[:len(b)-extension]
}
