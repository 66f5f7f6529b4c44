package endpoint_test

import (
	"strings"
	"testing"

	"github.com/pushcheck/pushcheck/endpoint"
)

func TestLocalReasonContainsARemedy(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		failure endpoint.Failure
		address string
		want    string // "": it is not local
		advice  string
	}{
		{endpoint.NoLookup, "", `could not look up the host "receiver.test" (some words)`, "resolver"},
		{endpoint.NoRoute, "192.0.2.1:443", "no route to 192.0.2.1:443 (some words)", "network"},
		{endpoint.NotPermitted, "192.0.2.1:443", "does not permit a connection to 192.0.2.1:443 (some words)", "firewall"},
		{endpoint.NoResources, "", `out of resources for a connection to "receiver.test" (some words)`, "ulimit -n"},
		{endpoint.Unreachable, "192.0.2.1:443", "could not connect to 192.0.2.1:443 (some words)", "network"},
		{endpoint.UnknownHost, "", "", ""},
		{endpoint.ConnectionRefused, "192.0.2.1:443", "", ""},
		{endpoint.ConnectionReset, "192.0.2.1:443", "", ""},
		{endpoint.ConnectTimeout, "192.0.2.1:443", "", ""},
		{endpoint.HandshakeTimeout, "192.0.2.1:443", "", ""},
		{endpoint.None, "192.0.2.1:443", "", ""},
	} {
		t.Run(string(tt.failure), func(t *testing.T) {
			t.Parallel()
			h := endpoint.Handshake{Scheme: "https", Host: "receiver.test", Address: tt.address, Failure: tt.failure, Detail: "some words"}
			got := h.LocalReason()
			if tt.failure.IsLocal() != (tt.want != "") || (got == "") != (tt.want == "") || !strings.Contains(got, tt.want) || !strings.Contains(got, tt.advice) {
				t.Errorf("LocalReason() = %q, IsLocal() = %v, want %q and %q in it", got, tt.failure.IsLocal(), tt.want, tt.advice)
			}
		})
	}
}
