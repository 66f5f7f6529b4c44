package sender

import (
	"context"
	"errors"
	"net"
	"net/netip"
	"strings"
	"sync"
	"testing"

	"golang.org/x/net/dns/dnsmessage"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/internal/certs"
)

// nameServer is a DNS server in memory, so that the tests need no network and a name can change its address.
type nameServer struct {
	mu    sync.Mutex
	zones map[string][]netip.Addr // each lookup removes the first address, unless it is the only one
}

var testNameServer = &nameServer{zones: map[string][]netip.Addr{}}

// resolver returns a replacement for net.DefaultResolver. It knows only the names for which setAddresses was called.
func (n *nameServer) resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, StrictErrors: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		senderEnd, receiverEnd := net.Pipe()
		go func() {
			defer receiverEnd.Close()
			for {
				// DNS over TCP, because net.Pipe is not a packet connection.
				size := make([]byte, 2)
				if _, err := receiverEnd.Read(size); err != nil {
					return
				}
				query := make([]byte, int(size[0])<<8|int(size[1]))
				if _, err := receiverEnd.Read(query); err != nil {
					return
				}
				answer := n.answer(query)
				if _, err := receiverEnd.Write(append([]byte{byte(len(answer) >> 8), byte(len(answer))}, answer...)); err != nil {
					return
				}
			}
		}()
		return senderEnd, nil
	}}
}

func (n *nameServer) answer(query []byte) []byte {
	var m dnsmessage.Message
	if m.Unpack(query) != nil || len(m.Questions) != 1 {
		return nil
	}
	q := m.Questions[0]
	m.Response, m.Authoritative, m.Additionals = true, true, nil
	n.mu.Lock()
	defer n.mu.Unlock()
	name := strings.TrimSuffix(q.Name.String(), ".")
	addresses, known := n.zones[name]
	if !known {
		m.RCode = dnsmessage.RCodeNameError
	}
	if known && q.Type == dnsmessage.TypeA {
		m.Answers = append(m.Answers, dnsmessage.Resource{
			Header: dnsmessage.ResourceHeader{Name: q.Name, Type: q.Type, Class: q.Class},
			Body:   &dnsmessage.AResource{A: addresses[0].As4()},
		})
		if len(addresses) > 1 {
			n.zones[name] = addresses[1:]
		}
	}
	packed, _ := m.Pack()
	return packed
}

// setAddresses sets the addresses of a name. The first lookup returns the first address, the second lookup the second address, and so on.
func (n *nameServer) setAddresses(name string, addresses ...string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.zones[name] = nil
	for _, a := range addresses {
		n.zones[name] = append(n.zones[name], netip.MustParseAddr(a))
	}
}

func TestUnknownHostIsReportedAsUnknown(t *testing.T) {
	t.Parallel()
	connection := newAuthorities(t).dialer().Inspect(t.Context(), mustParseURL(t, "https://nowhere.test/push"))
	if len(connection.Problems) != 1 || connection.Problems[0].Rule != "transport.reachable" || connection.Handshake.Failure != endpoint.UnknownHost {
		t.Errorf("Inspect = %+v, want transport.reachable for an unknown host", connection)
	}
	if got := connection.Problems[0].Got; !strings.Contains(got, `no address for the host "nowhere.test"`) {
		t.Errorf("Got is %q, want it to name the host", got)
	}
}

// A name may have an allowed address at the inspection, and another address when a push is sent. The address is checked at each connection.
func TestAddressIsCheckedAgainIfTheAddressOfANameChanges(t *testing.T) {
	t.Parallel()
	for name, secondAddress := range map[string]string{
		"metadata.test":  "169.254.169.254",
		"multicast.test": "224.0.0.1",
	} {
		testNameServer.setAddresses(name, "127.0.0.1", secondAddress)
		cas := newAuthorities(t)
		receiver := listen(t, speakTLS(serverConfig(cas.issue(cas.public, certs.Leaf{Hosts: []string{name}}))))
		d, u := cas.dialer(), receiver.url(t, "https", name)
		d.Target = u
		if connection := d.Inspect(t.Context(), u); len(connection.Problems) != 0 || len(connection.Notes) != 1 {
			t.Fatalf("%s: the first inspection = %+v, want no problem and one note", name, connection)
		}
		conn, _, err := d.Dial(t.Context(), u)
		var refusal *NotAllowedError
		if conn != nil || !errors.As(err, &refusal) || !strings.Contains(refusal.Hint, secondAddress) {
			t.Errorf("%s: Dial after the change = %v, %v, want a refusal that names the address", name, conn, err)
		}
		if _, dials := receiver.close(); dials != 1 {
			t.Errorf("%s: %d connections, want only the connection of the inspection", name, dials)
		}
	}
}

// A sound may come from any public host, but not from a host whose address is in the local network.
func TestSoundFromALocalAddressIsNotFetched(t *testing.T) {
	t.Parallel()
	receiver := listen(t, func(net.Conn) int { return 0 })
	testNameServer.setAddresses("sounds.test", "127.0.0.1")
	d := newAuthorities(t).dialer()
	d.Target = mustParseURL(t, "https://receiver.test/")
	_, _, err := soundDialer(*d).Dial(t.Context(), receiver.url(t, "http", "sounds.test"))
	var refusal *NotAllowedError
	if !errors.As(err, &refusal) || !strings.Contains(refusal.Hint, "loopback") {
		t.Errorf("Dial = %v, want a refusal because of loopback", err)
	}
	if _, dials := receiver.close(); dials != 0 {
		t.Errorf("%d connections were made, want none", dials)
	}
}
