package receiver

import (
	"github.com/pushcheck/pushcheck/push"
)

func pushFaults() []Fault {
	return []Fault{
		{
			Name: "newcall-500", Description: "responds with status 500 to the newCall of an incoming call",
			Phase: Responses, Breaks: []string{"push.newcall"},
			appliesTo: isIncomingCall, change: failWith500,
		},
		{
			Name: "newcall-dropped", Description: "closes the connection on the newCall of an incoming call, without a response",
			Phase: Responses, Breaks: []string{"push.newcall"},
			appliesTo: isIncomingCall, change: func(d *draft) { d.closesConnection = true },
		},
		{
			Name: "outgoing-500", Description: "responds with status 500 to the newCall of an outgoing call",
			Phase: Responses, Breaks: []string{"push.outgoing"},
			appliesTo: isOutgoingCall, change: failWith500,
		},
		{
			Name: "answer-500", Description: "responds with status 500 to an answer push",
			Phase: Responses, Breaks: []string{"push.answer"},
			appliesTo: isEvent(push.Answer), change: failWith500,
		},
		{
			Name: "hangup-500", Description: "responds with status 500 to a hangup push",
			Phase: Responses, Breaks: []string{"push.hangup"},
			appliesTo: isEvent(push.Hangup), change: failWith500,
		},
		{
			Name: "dtmf-500", Description: "responds with status 500 to a dtmf push",
			Phase: Responses, Breaks: []string{"push.dtmf"}, Needs: "gather",
			appliesTo: isEvent(push.DTMF), change: failWith500,
		},
	}
}
