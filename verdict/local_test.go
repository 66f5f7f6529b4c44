package verdict_test

import (
	"testing"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

func TestRunHasNoVerdictIfThisMachineCannotConnect(t *testing.T) {
	t.Parallel()
	for failure, want := range map[endpoint.Failure]int{
		endpoint.NoLookup:          verdict.ExitNoVerdict,
		endpoint.NoRoute:           verdict.ExitNoVerdict,
		endpoint.NotPermitted:      verdict.ExitNoVerdict,
		endpoint.NoResources:       verdict.ExitNoVerdict,
		endpoint.Unreachable:       verdict.ExitNoVerdict,
		endpoint.UnknownHost:       verdict.ExitNotConformant,
		endpoint.ConnectionRefused: verdict.ExitNotConformant,
		endpoint.ConnectionReset:   verdict.ExitNotConformant,
		endpoint.ConnectTimeout:    verdict.ExitNotConformant,
	} {
		h := endpoint.Handshake{Scheme: "https", Host: "receiver.test", Address: "192.0.2.1:443", Failure: failure}
		problems, _ := endpoint.Judge(h, endpoint.Trust{})
		run := verdict.Run{
			Evidence: verdict.Evidence{
				Connections: []transcript.Connection{{Origin: "https://receiver.test", Handshake: h, Problems: problems}},
				StopGap:     &requirements.Gap{Reason: "nothing was sent", CauseID: "transport.reachable"},
			},
		}
		if failure.IsLocal() {
			run.StopGap = &requirements.Gap{Reason: h.LocalReason()}
		}
		v := run.Judge()
		if v.Exit != want {
			t.Errorf("%s: exit %d, want %d: %s", failure, v.Exit, want, v.Summary)
		}
		if failure.IsLocal() && v.Summary != "no verdict: "+h.LocalReason() {
			t.Errorf("%s: %q, want the reason and what to do: %q", failure, v.Summary, h.LocalReason())
		}
		if v.Counts[verdict.Failed] > 0 != (want == verdict.ExitNotConformant) {
			t.Errorf("%s: %d requirements failed", failure, v.Counts[verdict.Failed])
		}
	}
}
