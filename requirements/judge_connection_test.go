package requirements_test

import (
	"testing"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// A report asks users to fix the primary problem of a connection first.
func TestWaivedProblemIsPrimaryIfNoProblemBlocksTheConnection(t *testing.T) {
	t.Parallel()
	const trustedChain, inDate, expiresLater = "transport.trusted-chain", "transport.in-date", "transport.expires-later"
	waived := endpoint.Problem{Rule: trustedChain, Waived: "--ca-file"}
	tests := []struct {
		name     string
		problems []endpoint.Problem
		want     map[string]bool
	}{
		{"certificate that expires soon: both problems are primary", []endpoint.Problem{{Rule: expiresLater, Milder: true, Primary: true}, waived}, map[string]bool{expiresLater: true, trustedChain: true}},
		{"expired certificate, which blocks the connection: only this problem is primary", []endpoint.Problem{{Rule: inDate, Primary: true}, waived}, map[string]bool{inDate: true, trustedChain: false}},
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
