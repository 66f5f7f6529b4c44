package receiver

import (
	"net/http"

	"github.com/pushcheck/pushcheck/push"
)

// callFaults are faults of receivers that accept each push alone, but make mistakes in the course of a call.
func callFaults() []Fault {
	loses := func(name, says string, breaks, may []string, on func(draft) bool) Fault {
		return Fault{
			Name: name, Summary: "responds with status 500 to " + says, Phase: Pushes, Breaks: breaks, MayBreak: may,
			on: on, change: nothing(http.StatusInternalServerError),
		}
	}
	return []Fault{
		loses("outgoing-answer", "the answer to an outgoing call", []string{"call.answered"}, nil,
			func(d draft) bool { return to(push.Answer)(d) && d.push.Direction == push.Outgoing }),
		loses("transfer-answer", "the answer to a transfer", []string{"call.transfer-answered"}, nil,
			func(d draft) bool { return to(push.Answer)(d) && d.first == push.CallAnswered }),
		loses("transfer-unanswered", "the hangup of a transfer that nobody picked up", []string{"call.transfer-unanswered"}, nil,
			func(d draft) bool {
				return to(push.Hangup)(d) && d.first == push.CallAnswered && d.was == push.CallRinging
			}),
		loses("forward-answer", "the answer to a forward", []string{"call.forward-busy"}, nil,
			func(d draft) bool { return to(push.Answer)(d) && d.first == push.CallOver }),
		loses("unanswered", "the hangup of a call that nobody has answered or forwarded", []string{"call.unanswered"}, nil,
			func(d draft) bool {
				return to(push.Hangup)(d) && d.first == "" && d.was == push.CallRinging && d.push.Cause != push.Forwarded
			}),
	}
}
