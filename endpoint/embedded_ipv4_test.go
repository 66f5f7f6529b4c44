package endpoint_test

import (
	"net/netip"
	"strings"
	"testing"

	"github.com/pushcheck/pushcheck/endpoint"
)

// pushcheck connects to no URL whose host is an IPv6 address with an embedded IPv4 address, even if --follow allows the host.
func TestURLWithAnIPv6AddressThatHasAGatewayToIPv4IsNeverDialled(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, address string
		kind          endpoint.Kind
		mayDial       bool // pushcheck may connect to a URL whose host is the address
		mayConnect    bool // pushcheck may connect to a URL whose host name resolved to the address
	}{
		{name: "NAT64 with a loopback IPv4 address inside", address: "64:ff9b::7f00:1", kind: endpoint.Loopback},
		{name: "NAT64 with a private IPv4 address inside", address: "64:ff9b::10.0.0.1", kind: endpoint.Private},
		{name: "NAT64 with a link-local IPv4 address inside", address: "64:ff9b::169.254.169.254", kind: endpoint.LinkLocal},
		{name: "NAT64 with a public IPv4 address inside", address: "64:ff9b::9.9.9.9", kind: endpoint.Public, mayConnect: true},
		{name: "local NAT64 with a loopback IPv4 address inside", address: "64:ff9b:1::7f00:1", kind: endpoint.Loopback},
		{name: "local NAT64 with a public IPv4 address inside", address: "64:ff9b:1:fffe::9.9.9.9", kind: endpoint.Special, mayConnect: true},
		{name: "IPv4-compatible with a loopback IPv4 address inside", address: "::127.0.0.1", kind: endpoint.Loopback},
		{name: "IPv4-compatible with a public IPv4 address inside", address: "::9.9.9.9", kind: endpoint.Special},
		{name: "IPv4-translated with a loopback IPv4 address inside", address: "::ffff:0:127.0.0.1", kind: endpoint.Loopback},
		{name: "6to4 with a loopback IPv4 address inside", address: "2002:7f00:1::", kind: endpoint.Loopback},
		{name: "6to4 with a private IPv4 address inside", address: "2002:a00:1::1", kind: endpoint.Private},
		{name: "6to4 with a public IPv4 address inside", address: "2002:909:909::1", kind: endpoint.Special},
		{name: "Teredo with a loopback IPv4 address inside", address: "2001:0:909:909::80ff:fffe", kind: endpoint.Loopback},
		{name: "Teredo with a public IPv4 address inside", address: "2001:0:909:909::f6f6:f6f6", kind: endpoint.Special},
		{name: "IPv4-mapped with a loopback IPv4 address inside: may be dialled, because there is no gateway", address: "::ffff:127.0.0.1", kind: endpoint.Loopback, mayDial: true, mayConnect: true},
		{name: "ISATAP with a public prefix: may be dialled", address: "2620:fe::5efe:127.0.0.1", kind: endpoint.Public, mayDial: true, mayConnect: true},
		{name: "IPv6 loopback without an IPv4 address: may be dialled", address: "::1", kind: endpoint.Loopback, mayDial: true, mayConnect: true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			a := netip.MustParseAddr(tt.address)
			if got := endpoint.AddressKind(a); got != tt.kind {
				t.Errorf("AddressKind(%s) = %q, want %q", a, got, tt.kind)
			}
			u, name := parseURL(t, "https://["+tt.address+"]:8443/push"), parseURL(t, "https://receiver.test/push")
			for _, target := range []string{"https://receiver.test/", "https://[::1]/", u.String()} {
				ok, hint := endpoint.MayDial(parseURL(t, target), u, []string{tt.address})
				if ok != tt.mayDial || !ok && !strings.Contains(hint, "go to a gateway, so pushcheck never connects") {
					t.Errorf("MayDial(%s, %s) = %v, %q, want %v", target, u, ok, hint, tt.mayDial)
				}
			}
			ok, hint := endpoint.MayConnect(name, name, nil, a)
			if ok != tt.mayConnect || !ok && !strings.Contains(hint, "never connects") {
				t.Errorf("MayConnect(%s) = %v, %q, want %v", a, ok, hint, tt.mayConnect)
			}
		})
	}
}
