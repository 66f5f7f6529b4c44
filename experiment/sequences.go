package experiment

import (
	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/push"
)

// sequences returns the oddities in which pushes are lost, sent twice or overtaken. The pushes themselves are unchanged.
func sequences() []Oddity {
	withFate := func(fate Fate, events ...push.Event) Twist {
		return Twist{Kind: Sequence, Fate: func(step call.Step) Fate {
			for _, event := range events {
				if step.Push.Event == event {
					return fate
				}
			}
			return Delivered
		}}
	}
	lostHangup := withFate(Lost, push.Hangup)
	lostHangup.IsFollowedByCall = true
	return []Oddity{
		{Clause: "the hangup never comes", Description: "The hangup pushes are not sent, as if they were lost. The same people then call again.", twist: lostHangup},
		{Clause: "the answer never comes", Description: "The answer push is not sent, as if it was lost.", twist: withFate(Lost, push.Answer)},
		{Clause: "every push comes twice", Description: "Each push is sent a second time, byte for byte, as soon as it has a response.",
			twist: withFate(Duplicated, push.NewCall, push.Answer, push.Hangup, push.DTMF)},
		// The hangup is sent only once. If it came twice too, a receiver that adds 1 per newCall and subtracts 1 per hangup would end at the
		// right count.
		{Clause: "the newCall and the answer come twice", Description: "Both are sent again as soon as they have a response; the hangup is not.",
			twist: withFate(Duplicated, push.NewCall, push.Answer, push.DTMF)},
		{Clause: "the answer comes after the hangup", Description: "The answer push is sent after the hangup push of the same call.", twist: withFate(Overtaken, push.Answer)},
		{Clause: "the first leg's hangup comes late", Description: "The first leg's hangup and the push after it change places.",
			twist: Twist{Kind: Sequence, Fate: func(step call.Step) Fate {
				if step.Push.Event == push.Hangup && step.Push.Diversion == "" {
					return Overtaken
				}
				return Delivered
			}}},
	}
}
