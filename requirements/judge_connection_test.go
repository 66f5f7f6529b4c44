package requirements_test

import (
	"testing"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// A report names the primary problem of a connection as the one to fix before the others.
func TestWaivedProblemIsPrimaryIfNothingBlocks(t *testing.T) {
	t.Parallel()
	const trusted, dated, late = "transport.trusted-chain", "transport.in-date", "transport.expires-later"
	waived := endpoint.Problem{Rule: trusted, Waived: "--ca-file"}
	tests := []struct {
		name     string
		problems []endpoint.Problem
		want     map[string]bool
	}{
		{"nothing blocks", []endpoint.Problem{{Rule: late, Milder: true, Primary: true}, waived}, map[string]bool{late: true, trusted: true}},
		{"an expired certificate blocks", []endpoint.Problem{{Rule: dated, Primary: true}, waived}, map[string]bool{dated: true, trusted: false}},
	}
	for _, test := range tests {
		c := transcript.Connection{Origin: "https://localhost:8443", Handshake: endpoint.Handshake{Scheme: "https", Host: "localhost"}, Problems: test.problems}
		for _, j := range requirements.JudgeConnection(c) {
			for _, f := range j.Findings {
				if f.Primary != test.want[f.Requirement] {
					t.Errorf("%s: %s is primary: %t, want %t", test.name, f.Requirement, f.Primary, test.want[f.Requirement])
				}
			}
		}
	}
}
