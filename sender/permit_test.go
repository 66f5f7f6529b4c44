package sender

import (
	"errors"
	"net/netip"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// A URL that the policy forbids is refused before its host is looked up.
func TestAddressPolicyChecksTheURLAndTheAddress(t *testing.T) {
	t.Parallel()
	const refusedByURL, refusedByAddress = "by its URL", "by its address"
	for _, tt := range []struct {
		name, url, host string // host is the host to connect to; "": the host of the URL
		anyPublic       bool
		fromConnectTo   bool
		address         string
		want, hint      string
	}{
		{name: "a name of this machine", url: "https://a.localhost/", address: "127.0.0.1"},
		{name: "a name of this machine with a public address", url: "https://a.localhost/", address: "9.9.9.9", want: refusedByAddress, hint: "not this machine"},
		{name: "a name of this machine with a public address from ConnectTo", url: "https://a.localhost/", fromConnectTo: true, address: "9.9.9.9"},
		{name: "a name of this machine with a link-local address from ConnectTo", url: "https://a.localhost/", fromConnectTo: true, address: "169.254.169.254", want: refusedByAddress, hint: "never"},
		{name: "a name of this machine that ConnectTo replaces by a host of sipgate", url: "https://a.localhost/", fromConnectTo: true, host: "api.sipgate.com", want: refusedByURL, hint: "sipgate"},
		{name: "another host", url: "https://sounds.test/", address: "9.9.9.9", want: refusedByURL, hint: "--follow"},
		{name: "a host in FollowHosts", url: "https://live.test/", address: "10.0.0.1"},
		{name: "a sound at a public address", url: "https://sounds.test/", anyPublic: true, address: "9.9.9.9"},
		{name: "a sound on this machine if the receiver is on this machine", url: "https://127.0.0.2/", anyPublic: true, address: "127.0.0.2"},
		{name: "a sound at a public name with a loopback address", url: "https://sounds.test/", anyPublic: true, address: "127.0.0.1", want: refusedByAddress, hint: "loopback"},
		{name: "a sound at a private address", url: "https://sounds.test/", anyPublic: true, address: "192.168.1.5", want: refusedByAddress, hint: "private"},
		{name: "a sound at a private address from ConnectTo", url: "https://sounds.test/", anyPublic: true, fromConnectTo: true, address: "192.168.1.5"},
		{name: "a sound at a link-local address", url: "https://169.254.169.254/", anyPublic: true, address: "9.9.9.9", want: refusedByURL, hint: "never connects"},
		{name: "a sound whose URL is neither http nor https", url: "ftp://sounds.test/", anyPublic: true, address: "9.9.9.9", want: refusedByURL, hint: "http"},
	} {
		d := &Dialer{Target: mustParseURL(t, "https://127.0.0.1/"), FollowHosts: []string{"live.test"}, AnyPublic: tt.anyPublic}
		u := mustParseURL(t, tt.url)
		host := tt.host
		if host == "" {
			host = u.Hostname()
		}
		got := ""
		checkIP, err := d.addressPolicy(u, host, tt.fromConnectTo)
		if err != nil {
			got = refusedByURL
		} else if err = checkIP(netip.MustParseAddr(tt.address)); err != nil {
			got = refusedByAddress
		}
		var refusal *NotAllowedError
		if got != tt.want || got != "" && (!errors.As(err, &refusal) || !strings.Contains(refusal.Hint, tt.hint)) {
			t.Errorf("%s: refused %q (%v), want %q with %q", tt.name, got, err, tt.want, tt.hint)
		}
	}
}

func TestDialledAddressThatIsANameIsRefused(t *testing.T) {
	t.Parallel()
	var checkedAddresses []string
	recordAddress := func(a netip.Addr) error { checkedAddresses = append(checkedAddresses, a.String()); return nil }
	if err := checkAddress("[::1]:443", recordAddress); err != nil {
		t.Errorf("checkAddress of an address: %v", err)
	}
	var refusal *NotAllowedError
	if err := checkAddress("receiver.test:443", recordAddress); !errors.As(err, &refusal) {
		t.Errorf("checkAddress of a name: %v, want a refusal", err)
	}
	if diff := cmp.Diff([]string{"::1"}, checkedAddresses); diff != "" {
		t.Errorf("checked addresses mismatch (-want +got):\n%s", diff)
	}
}

func TestHostAndPortToDialFollowFromURLAndConnectTo(t *testing.T) {
	t.Parallel()
	d := &Dialer{ConnectTo: []ConnectTo{{Host: "other.test", ToHost: "10.0.0.1"}, {Host: "receiver.test", Port: "8443", ToPort: "443"}, {Port: "8443", ToHost: "10.0.0.2"}}}
	// A result is written as a ConnectTo: ToHost shows whether an entry of Dialer.ConnectTo was used.
	for raw, want := range map[string]ConnectTo{
		"http://receiver.test/":       {Host: "receiver.test", Port: "80"},
		"https://receiver.test/":      {Host: "receiver.test", Port: "443"},
		"https://receiver.test:444/":  {Host: "receiver.test", Port: "444"},
		"https://receiver.test:8443/": {Host: "receiver.test", Port: "443", ToHost: "from ConnectTo"},
		"https://third.test:8443/":    {Host: "10.0.0.2", Port: "8443", ToHost: "from ConnectTo"},
	} {
		u := mustParseURL(t, raw)
		host, port, fromConnectTo := d.dialAddress(u)
		got := ConnectTo{Host: host, Port: port}
		if fromConnectTo {
			got.ToHost = "from ConnectTo"
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("dialAddress(%s) mismatch (-want +got):\n%s", raw, diff)
		}
		if s := New(Options{Incoming: u, ConnectTo: d.ConnectTo}); s.UsesConnectTo() != fromConnectTo {
			t.Errorf("UsesConnectTo() = %v for %s", s.UsesConnectTo(), raw)
		}
	}
}

func TestErrorOfABlockedConnectionNamesTheProblem(t *testing.T) {
	t.Parallel()
	_, _, err := new(Dialer).Dial(t.Context(), mustParseURL(t, "http://127.0.0.1:1/"))
	if err == nil || !strings.Contains(err.Error(), "transport.https: a plain http URL") {
		t.Errorf("Dial = %v, want it blocked because of plain HTTP", err)
	}
}
