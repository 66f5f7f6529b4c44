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

// nameserver answers the lookups of the tests in memory. The tests need no network, and a name can change its address.
type nameserver struct {
	mu    sync.Mutex
	zones map[string][]netip.Addr // the first address is given once, unless it is the last
}

var names = &nameserver{zones: map[string][]netip.Addr{}}

// resolver returns a replacement for net.DefaultResolver. Names that were not entered do not exist.
func (n *nameserver) resolver() *net.Resolver {
	return &net.Resolver{PreferGo: true, StrictErrors: true, Dial: func(context.Context, string, string) (net.Conn, error) {
		near, far := net.Pipe()
		go func() {
			defer far.Close()
			for {
				// TCP framing, because net.Pipe is not a packet connection.
				size := make([]byte, 2)
				if _, err := far.Read(size); err != nil {
					return
				}
				query := make([]byte, int(size[0])<<8|int(size[1]))
				if _, err := far.Read(query); err != nil {
					return
				}
				answer := n.answer(query)
				if _, err := far.Write(append([]byte{byte(len(answer) >> 8), byte(len(answer))}, answer...)); err != nil {
					return
				}
			}
		}()
		return near, nil
	}}
}

func (n *nameserver) answer(query []byte) []byte {
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

// enter sets the addresses of a name. The first lookup returns the first address, the next the second, and so on.
func (n *nameserver) enter(name string, addresses ...string) {
	n.mu.Lock()
	defer n.mu.Unlock()
	n.zones[name] = nil
	for _, a := range addresses {
		n.zones[name] = append(n.zones[name], netip.MustParseAddr(a))
	}
}

func TestUnknownHostIsReportedAsUnknown(t *testing.T) {
	t.Parallel()
	seen := newOffice(t).dialer().Inspect(t.Context(), parsed(t, "https://nowhere.test/push"))
	if len(seen.Problems) != 1 || seen.Problems[0].Rule != "transport.reachable" || seen.Handshake.Failure != endpoint.UnknownHost {
		t.Errorf("Inspect = %+v, want transport.reachable for an unknown host", seen)
	}
	if got := seen.Problems[0].Got; !strings.Contains(got, `no address for the host "nowhere.test"`) {
		t.Errorf("it says %q", got)
	}
}

// A name may have a permitted address at the inspection and another when a push is sent. The address that is dialled is checked.
func TestNameThatChangesItsAddressIsCheckedAgain(t *testing.T) {
	t.Parallel()
	for name, second := range map[string]string{
		"metadata.test":  "169.254.169.254",
		"multicast.test": "224.0.0.1",
	} {
		names.enter(name, "127.0.0.1", second)
		o := newOffice(t)
		receiver := listen(t, speakTLS(served(o.issue(o.public, certs.Leaf{Hosts: []string{name}}))))
		d, u := o.dialer(), receiver.url(t, "https", name)
		d.Target = u
		if seen := d.Inspect(t.Context(), u); len(seen.Problems) != 0 || len(seen.Notes) != 1 {
			t.Fatalf("%s: the first look = %+v, want it in order", name, seen)
		}
		conn, _, err := d.Dial(t.Context(), u)
		var refusal *NotAllowedError
		if conn != nil || !errors.As(err, &refusal) || !strings.Contains(refusal.Hint, second) {
			t.Errorf("%s: Dial after it changed = %v, %v, want it refused with the address", name, conn, err)
		}
		if _, dials := receiver.close(); dials != 1 {
			t.Errorf("%s: %d connections, want the first look alone", name, dials)
		}
	}
}

// A sound may come from any public host, but not from a host whose address is in the local network.
func TestSoundFromALocalAddressIsNotFetched(t *testing.T) {
	t.Parallel()
	receiver := listen(t, func(net.Conn) int { return 0 })
	names.enter("sounds.test", "127.0.0.1")
	d := newOffice(t).dialer()
	d.Target = parsed(t, "https://receiver.test/")
	_, _, err := soundDialer(*d).Dial(t.Context(), receiver.url(t, "http", "sounds.test"))
	var refusal *NotAllowedError
	if !errors.As(err, &refusal) || !strings.Contains(refusal.Hint, "loopback") {
		t.Errorf("Dial = %v, want it refused as loopback", err)
	}
	if _, dials := receiver.close(); dials != 0 {
		t.Errorf("%d connections were made, want none", dials)
	}
}
