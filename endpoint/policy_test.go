package endpoint_test

import (
	"net/netip"
	"net/url"
	"strings"
	"testing"

	"github.com/pushcheck/pushcheck/endpoint"
)

func TestAddressKindFollowsIANAsRegistries(t *testing.T) {
	t.Parallel()
	for address, want := range map[string]endpoint.Kind{
		"9.9.9.9": endpoint.Public, "2620:fe::fe": endpoint.Public, "192.0.0.9": endpoint.Public,
		"2001:4860:4860::8888": endpoint.Public, "2001:20::1": endpoint.Public, "64:ff9b::909:909": endpoint.Public,
		"10.1.2.3": endpoint.Private, "172.31.0.1": endpoint.Private, "192.168.1.1": endpoint.Private,
		"fd00::1": endpoint.Private, "fec0::1": endpoint.Private, "::ffff:100.64.0.1": endpoint.Special, "::ffff:9.9.9.9": endpoint.Public, "::ffff:10.0.0.1": endpoint.Private,
		"127.0.0.1": endpoint.Loopback, "127.9.9.9": endpoint.Loopback, "::1": endpoint.Loopback,
		"::ffff:127.0.0.1": endpoint.Loopback, "64:ff9b::7f00:1": endpoint.Loopback,
		"169.254.169.254": endpoint.LinkLocal, "fe80::1%eth0": endpoint.LinkLocal, "::ffff:169.254.169.254": endpoint.LinkLocal,
		"64:ff9b::a9fe:a9fe": endpoint.LinkLocal, "ff02::1": endpoint.LinkLocal,
		"172.32.0.1": endpoint.Public, "100.64.0.1": endpoint.Special, "100.128.0.1": endpoint.Public,
		"0.0.0.0": endpoint.Special, "::": endpoint.Special, "192.0.2.1": endpoint.Special, "198.51.100.7": endpoint.Special,
		"203.0.113.7": endpoint.Special, "198.19.0.1": endpoint.Special, "224.1.1.1": endpoint.Special,
		"255.255.255.255": endpoint.Special, "2001:db8::1": endpoint.Special, "3fff::1": endpoint.Special,
		"2002:a9fe:a9fe::1": endpoint.LinkLocal, "2001::1": endpoint.Special, "100::1": endpoint.Special, "::127.0.0.1": endpoint.Loopback,
	} {
		if got := endpoint.AddressKind(netip.MustParseAddr(address)); got != want {
			t.Errorf("AddressKind(%s) = %q, want %q", address, got, want)
		}
	}
	if got := endpoint.AddressKind(netip.Addr{}); got != endpoint.Special {
		t.Errorf("AddressKind of the zero address = %q, want %q", got, endpoint.Special)
	}
}

func TestSipgatesDomainsAreRecognized(t *testing.T) {
	t.Parallel()
	for host, want := range map[string]bool{
		"sipgate.de": true, "api.sipgate.com": true, "WWW.SIPGATE.IO.": true, "sipgate.co.uk": true,
		"notsipgate.de": false, "sipgate.de.receiver.test": false, "sipgate.receiver.test": false, "": false,
	} {
		if got := endpoint.IsSipgateHost(host); got != want {
			t.Errorf("IsSipgateHost(%q) = %v, want %v", host, got, want)
		}
	}
}

func TestHostOfThePushURLAndHostsInFollowMayBeDialled(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, pushURL, returnedURL string
		allowedHosts               []string
		want                       bool
		hint                       string // a part of the hint
	}{
		{name: "host of the push URL", pushURL: "https://receiver.test/a", returnedURL: "https://receiver.test/b", want: true},
		{name: "host of the push URL, another port", pushURL: "https://receiver.test", returnedURL: "https://Receiver.TEST.:8443", want: true},
		{name: "host of the push URL, another scheme", pushURL: "https://receiver.test", returnedURL: "http://receiver.test", want: true},
		{name: "another host: not allowed", pushURL: "https://receiver.test", returnedURL: "https://live.receiver.test", hint: "--follow live.receiver.test"},
		{name: "another host in --follow", pushURL: "https://receiver.test", returnedURL: "https://live.receiver.test", allowedHosts: []string{"LIVE.receiver.test"}, want: true},
		{name: "push URL on loopback, follow-up URL on loopback", pushURL: "https://localhost:1", returnedURL: "https://127.0.0.1:2", want: true},
		{name: "push URL on IPv4 loopback, follow-up URL on IPv6 loopback", pushURL: "https://127.0.0.1:1", returnedURL: "https://[::1]:2", want: true},
		{name: "push URL not on loopback, follow-up URL on loopback: not allowed", pushURL: "https://receiver.test", returnedURL: "https://localhost", hint: "--follow localhost"},
		{name: "push URL on loopback, follow-up URL not on loopback: not allowed", pushURL: "https://localhost", returnedURL: "https://receiver.test", hint: "--follow"},
		{name: "private address: not allowed", pushURL: "https://receiver.test", returnedURL: "https://10.0.0.1", hint: "--follow 10.0.0.1"},
		{name: "link-local address in --follow: not allowed", pushURL: "https://receiver.test", returnedURL: "http://169.254.169.254/", allowedHosts: []string{"169.254.169.254"}, hint: "never"},
		{name: "link-local address as host of both URLs: not allowed", pushURL: "http://[fe80::1]/", returnedURL: "http://[fe80::1]/", hint: "never"},
		{name: "sipgate's host in --follow: not allowed", pushURL: "https://receiver.test", returnedURL: "https://api.sipgate.com/v2", allowedHosts: []string{"api.sipgate.com"}, hint: "never"},
		{name: "FTP URL: not allowed", pushURL: "https://receiver.test", returnedURL: "ftp://receiver.test", hint: "http"},
		{name: "relative URL: not allowed", pushURL: "https://receiver.test", returnedURL: "/b", hint: "absolute"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, hint := endpoint.MayDial(parseURL(t, tt.pushURL), parseURL(t, tt.returnedURL), tt.allowedHosts)
			if got != tt.want || (hint == "") != tt.want || !strings.Contains(hint, tt.hint) {
				t.Errorf("MayDial(%s, %s, %q) = %v, %q, want %v and %q in the hint", tt.pushURL, tt.returnedURL, tt.allowedHosts, got, hint, tt.want, tt.hint)
			}
		})
	}
}

func TestResolvedAddressDecidesWhetherPushcheckMayConnect(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, pushURL, returnedURL, address string
		allowedHosts                        []string
		want                                bool
	}{
		{name: "host of the push URL, public address", pushURL: "https://receiver.test", returnedURL: "https://receiver.test", address: "9.9.9.9", want: true},
		{name: "host of the push URL, private address", pushURL: "https://receiver.test", returnedURL: "https://receiver.test", address: "10.0.0.1", want: true},
		{name: "host of the push URL, link-local address: not allowed", pushURL: "https://receiver.test", returnedURL: "https://receiver.test", address: "169.254.169.254"},
		{name: "host of the push URL, IPv4-mapped link-local address: not allowed", pushURL: "https://receiver.test", returnedURL: "https://receiver.test", address: "::ffff:169.254.169.254"},
		{name: "host of the push URL, multicast address: not allowed", pushURL: "https://receiver.test", returnedURL: "https://receiver.test", address: "224.0.1.1"},
		{name: "host in --follow, private address", pushURL: "https://receiver.test", returnedURL: "https://live.test", address: "10.0.0.1", allowedHosts: []string{"live.test"}, want: true},
		{name: "name of this machine, loopback address", pushURL: "https://127.0.0.1", returnedURL: "https://a.localhost", address: "127.0.0.1", want: true},
		{name: "name of this machine, public address: not allowed", pushURL: "https://127.0.0.1", returnedURL: "https://a.localhost", address: "9.9.9.9"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, hint := endpoint.MayConnect(parseURL(t, tt.pushURL), parseURL(t, tt.returnedURL), tt.allowedHosts, netip.MustParseAddr(tt.address))
			if got != tt.want || (hint == "") != tt.want {
				t.Errorf("MayConnect(%s, %s, %q, %s) = %v, %q, want %v", tt.pushURL, tt.returnedURL, tt.allowedHosts, tt.address, got, hint, tt.want)
			}
		})
	}
}

func parseURL(t *testing.T, raw string) *url.URL {
	t.Helper()
	u, err := url.Parse(raw)
	if err != nil {
		t.Fatal(err)
	}
	return u
}
