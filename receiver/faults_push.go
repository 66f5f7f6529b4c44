package receiver

import (
	"github.com/pushcheck/pushcheck/push"
)

func pushFaults() []Fault {
	return []Fault{
		{
			Name: "newcall-500", Summary: "responds with status 500 to the newCall of an incoming call",
			Phase: Responses, Breaks: []string{"push.newcall"},
			on: toIncoming, change: broken,
		},
		{
			Name: "newcall-dropped", Summary: "closes the connection on the newCall of an incoming call, without a response",
			Phase: Responses, Breaks: []string{"push.newcall"},
			on: toIncoming, change: func(d *draft) { d.drop = true },
		},
		{
			Name: "outgoing-500", Summary: "responds with status 500 to the newCall of an outgoing call",
			Phase: Responses, Breaks: []string{"push.outgoing"},
			on: toOutgoing, change: broken,
		},
		{
			Name: "answer-500", Summary: "responds with status 500 to an answer push",
			Phase: Responses, Breaks: []string{"push.answer"},
			on: to(push.Answer), change: broken,
		},
		{
			Name: "hangup-500", Summary: "responds with status 500 to a hangup push",
			Phase: Responses, Breaks: []string{"push.hangup"},
			on: to(push.Hangup), change: broken,
		},
		{
			Name: "dtmf-500", Summary: "responds with status 500 to a dtmf push",
			Phase: Responses, Breaks: []string{"push.dtmf"}, NeedsSteering: "gather",
			on: to(push.DTMF), change: broken,
		},
	}
}
