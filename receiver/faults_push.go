package receiver

import (
	"net/http"

	"github.com/pushcheck/pushcheck/push"
)

func pushFaults() []Fault {
	broken := nothing(http.StatusInternalServerError)
	return []Fault{
		{
			Name: "newcall-500", Says: "answers the newCall of an incoming call with status 500",
			Phase: Answers, Breaks: []string{"push.newcall"},
			on: toIncoming, change: broken,
		},
		{
			Name: "newcall-dropped", Says: "closes the connection on the newCall of an incoming call, without a response",
			Phase: Answers, Breaks: []string{"push.newcall"},
			on: toIncoming, change: func(a *answer) { a.drop = true },
		},
		{
			Name: "outgoing-500", Says: "answers the newCall of an outgoing call with status 500",
			Phase: Answers, Breaks: []string{"push.outgoing"},
			on: toOutgoing, change: broken,
		},
		{
			Name: "answer-500", Says: "answers an answer push with status 500",
			Phase: Answers, Breaks: []string{"push.answer"},
			on: to(push.Answer), change: broken,
		},
		{
			Name: "hangup-500", Says: "answers a hangup push with status 500",
			Phase: Answers, Breaks: []string{"push.hangup"},
			on: to(push.Hangup), change: broken,
		},
		{
			Name: "dtmf-500", Says: "answers a dtmf push with status 500",
			Phase: Answers, Breaks: []string{"push.dtmf"}, Needs: "gather",
			on: to(push.DTMF), change: broken,
		},
	}
}
