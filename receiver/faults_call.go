package receiver

import (
	"net/http"

	"github.com/pushcheck/pushcheck/push"
)

// callFaults lists the faults of receivers that accept each push alone, but refuse it in the course of a call.
func callFaults() []Fault {
	status500Fault := func(name, pushes string, breaks []string, applies func(draft) bool) Fault {
		return Fault{
			Name: name, Description: "responds with status 500 to " + pushes, Phase: Pushes, Breaks: breaks,
			applies: applies, change: respondEmpty(http.StatusInternalServerError),
		}
	}
	return []Fault{
		status500Fault("outgoing-answer", "the answer to an outgoing call", []string{"call.answered"},
			func(d draft) bool { return eventIs(push.Answer)(d) && d.push.Direction == push.Outgoing }),
		status500Fault("transfer-answer", "the answer to a transfer", []string{"call.transfer-answered"},
			func(d draft) bool { return eventIs(push.Answer)(d) && d.firstLegStateBefore == push.CallAnswered }),
		status500Fault("transfer-unanswered", "the hangup of a transfer that nobody picked up", []string{"call.transfer-unanswered"},
			func(d draft) bool {
				return eventIs(push.Hangup)(d) && d.firstLegStateBefore == push.CallAnswered && d.stateBefore == push.CallRinging
			}),
		status500Fault("forward-answer", "the answer to a forward", []string{"call.forward-busy"},
			func(d draft) bool { return eventIs(push.Answer)(d) && d.firstLegStateBefore == push.CallOver }),
		status500Fault("unanswered", "the hangup of a call that nobody has answered or forwarded", []string{"call.unanswered"},
			func(d draft) bool {
				return eventIs(push.Hangup)(d) && d.firstLegStateBefore == "" && d.stateBefore == push.CallRinging && d.push.Cause != push.Forwarded
			}),
	}
}
