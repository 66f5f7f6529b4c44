package receiver

import (
	"net/http"

	"github.com/pushcheck/pushcheck/push"
)

// callFaults are those of receivers that take each push by itself, and lose the thread of a call.
func callFaults() []Fault {
	loses := func(name, says string, breaks, may []string, on func(answer) bool) Fault {
		return Fault{
			Name: name, Says: "answers " + says + " with status 500", Phase: Pushes, Breaks: breaks, May: may,
			on: on, change: nothing(http.StatusInternalServerError),
		}
	}
	return []Fault{
		loses("outgoing-answer", "the answer to an outgoing call", []string{"call.answered"}, nil,
			func(a answer) bool { return to(push.Answer)(a) && a.push.Direction == push.Outgoing }),
		loses("transfer-answer", "the answer to a transfer", []string{"call.transfer-answered"}, nil,
			func(a answer) bool { return to(push.Answer)(a) && a.first == Answered }),
		loses("transfer-unanswered", "the hangup of a transfer that nobody picked up", []string{"call.transfer-unanswered"}, nil,
			func(a answer) bool { return to(push.Hangup)(a) && a.first == Answered && a.was == Ringing }),
		loses("forward-answer", "the answer to a forward", []string{"call.forward-busy"}, nil,
			func(a answer) bool { return to(push.Answer)(a) && a.first == Over }),
		loses("unanswered", "the hangup of a call that nobody has answered or forwarded", []string{"call.unanswered"}, nil,
			func(a answer) bool {
				return to(push.Hangup)(a) && a.first == "" && a.was == Ringing && a.push.Cause != push.Forwarded
			}),
	}
}
