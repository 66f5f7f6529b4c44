package transcript_test

import (
	"strings"
	"testing"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestBlockReasonReturnsTheProblemThatForbidsSending(t *testing.T) {
	t.Parallel()
	waivedProblem := endpoint.Problem{Rule: "transport.https", Got: "a plain http URL", Waived: "--allow-http"}
	expiredProblem := endpoint.Problem{Rule: "transport.in-date", Got: "it ended"}
	localFailure := endpoint.Handshake{Host: "receiver.test", Failure: endpoint.NoRoute}
	for name, test := range map[string]struct {
		connection transcript.Connection
		rule, why  string // why is the beginning of the reason
	}{
		"no problem":       {transcript.Connection{}, "", ""},
		"a waived problem": {transcript.Connection{Problems: []endpoint.Problem{waivedProblem}}, "", ""},
		"a waived problem and a problem that blocks":             {transcript.Connection{Problems: []endpoint.Problem{waivedProblem, expiredProblem}}, "transport.in-date", "it ended"},
		"this machine cannot connect":                            {transcript.Connection{Handshake: localFailure}, "", "this machine has no route"},
		"a problem that blocks, and this machine cannot connect": {transcript.Connection{Handshake: localFailure, Problems: []endpoint.Problem{expiredProblem}}, "", "this machine has no route"},
		"a waived problem, and this machine cannot connect":      {transcript.Connection{Handshake: localFailure, Problems: []endpoint.Problem{waivedProblem}}, "", "this machine has no route"},
	} {
		rule, why := test.connection.BlockReason()
		if rule != test.rule || !strings.HasPrefix(why, test.why) || (why != "") != test.connection.IsBlocked() {
			t.Errorf("%s: BlockReason() = %q, %q, IsBlocked() = %t, want %q, %q", name, rule, why, test.connection.IsBlocked(), test.rule, test.why)
		}
	}
}
