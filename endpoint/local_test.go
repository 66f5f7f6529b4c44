package endpoint_test

import (
	"strings"
	"testing"

	"github.com/pushcheck/pushcheck/endpoint"
)

func TestFailureOnThisMachineIsExplainedWithCauseAndRemedy(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		failure endpoint.Failure
		address string
		want    string // a part of the reason; "": the failure is not local
		remedy  string // a part of the remedy
	}{
		{endpoint.NoLookup, "", `could not look up the host "receiver.test" (error text)`, "resolver"},
		{endpoint.NoRoute, "192.0.2.1:443", "no route to 192.0.2.1:443 (error text)", "network"},
		{endpoint.NotPermitted, "192.0.2.1:443", "does not permit a connection to 192.0.2.1:443 (error text)", "firewall"},
		{endpoint.NoResources, "", `out of resources for a connection to "receiver.test" (error text)`, "ulimit -n"},
		{endpoint.Unreachable, "192.0.2.1:443", "could not connect to 192.0.2.1:443 (error text)", "network"},
		{endpoint.UnknownHost, "", "", ""},
		{endpoint.ConnectionRefused, "192.0.2.1:443", "", ""},
		{endpoint.ConnectionReset, "192.0.2.1:443", "", ""},
		{endpoint.ConnectTimeout, "192.0.2.1:443", "", ""},
		{endpoint.HandshakeTimeout, "192.0.2.1:443", "", ""},
		{endpoint.NoFailure, "192.0.2.1:443", "", ""},
	} {
		t.Run(string(tt.failure), func(t *testing.T) {
			t.Parallel()
			h := endpoint.Handshake{Scheme: "https", Host: "receiver.test", Address: tt.address, Failure: tt.failure, Detail: "error text"}
			got := h.LocalReason()
			if tt.failure.IsLocal() != (tt.want != "") || (got == "") != (tt.want == "") || !strings.Contains(got, tt.want) || !strings.Contains(got, tt.remedy) {
				t.Errorf("LocalReason() = %q, IsLocal() = %v, want %q and %q in it", got, tt.failure.IsLocal(), tt.want, tt.remedy)
			}
		})
	}
}
