package receiver

import (
	"github.com/pushcheck/pushcheck/push"
)

func pushFaults() []Fault {
	return []Fault{
		{
			Name: "newcall-500", Description: "responds with status 500 to the newCall of an incoming call",
			Phase: Responses, Breaks: []string{"push.newcall"},
			applies: isIncomingNewCall, change: respondStatus500,
		},
		{
			Name: "newcall-dropped", Description: "closes the connection on the newCall of an incoming call, without a response",
			Phase: Responses, Breaks: []string{"push.newcall"},
			applies: isIncomingNewCall, change: func(d *draft) { d.closeWithoutResponse = true },
		},
		{
			Name: "outgoing-500", Description: "responds with status 500 to the newCall of an outgoing call",
			Phase: Responses, Breaks: []string{"push.outgoing"},
			applies: isOutgoingNewCall, change: respondStatus500,
		},
		{
			Name: "answer-500", Description: "responds with status 500 to an answer push",
			Phase: Responses, Breaks: []string{"push.answer"},
			applies: eventIs(push.Answer), change: respondStatus500,
		},
		{
			Name: "hangup-500", Description: "responds with status 500 to a hangup push",
			Phase: Responses, Breaks: []string{"push.hangup"},
			applies: eventIs(push.Hangup), change: respondStatus500,
		},
		{
			Name: "dtmf-500", Description: "responds with status 500 to a dtmf push",
			Phase: Responses, Breaks: []string{"push.dtmf"}, NeedsSteering: "gather",
			applies: eventIs(push.DTMF), change: respondStatus500,
		},
	}
}
