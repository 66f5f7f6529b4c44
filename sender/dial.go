package sender

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/netip"
	"net/url"
	"syscall"
	"time"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/transcript"
)

// Dialer makes connections to receivers, as far as the transport policy goes. It uses no proxy, and nothing of the
// environment changes what it accepts. Once set up it is safe for concurrent use.
type Dialer struct {
	Target    *url.URL       // the push URL; nil: whatever is dialled. Other URLs are follow-ups of it
	Follow    []string       // hosts that follow-ups may lead to besides the target's own
	AnyPublic bool           // public addresses may be connected to as well, as for sound files; no push goes there
	ConnectTo []ConnectTo    // the first that fits decides
	Trust     endpoint.Trust // nil Roots: the built-in bundle; its Now is passed over
	Limits    Limits
	Now       func() time.Time // default time.Now; certificates are judged by it

	judged *judged // copies share it; nil: every connection is judged anew
}

// NotAllowedError is why a URL is not called at all: the policy forbids it. That is not a fault of the receiver.
type NotAllowedError struct {
	Hint string // why, and what would change it
}

func (e *NotAllowedError) Error() string { return "connecting: not allowed: " + e.Hint }

// Dial makes a connection that is ready for HTTP: for https the handshake is done and everything about it is judged. A
// problem that forbids sending ends it before any application data is written. What was seen is returned in every case,
// with the problems; together with an error there is no connection.
//
// An error holds a *NotAllowedError where the policy forbids the URL. A client certificate that is demanded by TLS 1.3
// shows only when the connection is read.
func (d *Dialer) Dial(ctx context.Context, u *url.URL) (net.Conn, transcript.Connection, error) {
	seen := d.connection(u)
	trust := d.trust()
	judge := func() { seen.Problems, seen.Notes = endpoint.Judge(seen.Handshake, trust) }

	if u.Scheme == "http" && !trust.AllowHTTP {
		judge()
		return nil, seen, blockedBy(seen)
	}
	conn, err := d.connect(ctx, u, &seen.Handshake)
	if err != nil || u.Scheme == "http" {
		judge()
		return conn, seen, err
	}

	s := secured{dialer: d, sight: &seen.Handshake, judge: func() error {
		seen.Problems, seen.Notes = d.judged.judge(seen.Handshake, trust)
		if seen.Blocked() {
			return errWithheld
		}
		return nil
	}}
	secure, err := s.handshake(ctx, conn)
	switch {
	case err == nil:
		return secure, seen, nil
	case seen.Handshake.Failure == endpoint.Withheld:
		return nil, seen, blockedBy(seen)
	}
	judge() // the failure is a finding of its own
	return nil, seen, err
}

// dialFunc makes a connection that is ready for HTTP. Its errors are *connectError.
type dialFunc func(context.Context, *url.URL) (net.Conn, error)

// dial is Dial as a dialFunc.
func (d *Dialer) dial(ctx context.Context, u *url.URL) (net.Conn, error) {
	conn, _, err := d.Dial(ctx, u)
	return conn, err
}

// connection is what is known before anything is dialled.
func (d *Dialer) connection(u *url.URL) transcript.Connection {
	return transcript.Connection{
		Origin:    endpoint.Origin(u),
		FollowUp:  d.Target != nil && endpoint.Origin(d.Target) != endpoint.Origin(u),
		Handshake: endpoint.Handshake{Host: endpoint.HostName(u), Written: endpoint.Written(u), Scheme: u.Scheme},
	}
}

func (d *Dialer) trust() endpoint.Trust {
	t := d.Trust
	t.Now = time.Now()
	if d.Now != nil {
		t.Now = d.Now()
	}
	if t.Roots == nil {
		t.Roots, _ = endpoint.DefaultRoots()
	}
	return t
}

// connect makes the TCP connection, name resolution included, within Limits.Dial.
func (d *Dialer) connect(ctx context.Context, u *url.URL, sight *endpoint.Handshake) (net.Conn, error) {
	host, port, rewired := d.address(u)
	permitted, err := d.permit(u, host, rewired)
	if err != nil {
		return nil, &connectError{Blocked: true, Err: err}
	}
	ctx, cancel := context.WithTimeout(ctx, d.Limits.WithDefaults().Dial)
	defer cancel()

	dialed := make(chan string, 64) // addresses are tried side by side, and late ones must not race
	dialer := net.Dialer{ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
		select {
		case dialed <- address:
		default:
		}
		return check(address, permitted)
	}}
	conn, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(host, port))
	if err == nil {
		sight.Address = conn.RemoteAddr().String()
		return conn, nil
	}
	if refusal := (*NotAllowedError)(nil); errors.As(err, &refusal) {
		return nil, &connectError{Blocked: true, Err: refusal}
	}
	select {
	case sight.Address = <-dialed:
	default:
	}
	sight.Failure, sight.Detail = dialFailure(ctx, u.Scheme, err)
	if why := sight.LocalReason(); why != "" {
		err = errors.New(why)
	}
	return nil, &connectError{Failure: sight.Failure, Err: err}
}

// check asks about an address that is about to be connected to, as the dialer gives it.
func check(address string, permitted func(netip.Addr) error) error {
	to, err := netip.ParseAddrPort(address)
	if err != nil {
		return &NotAllowedError{Hint: fmt.Sprintf("%q is no address", address)}
	}
	return permitted(to.Addr())
}

// Host returns the host that connections to the receiver go to.
func (o Options) Host() string {
	host, _, _ := (&Dialer{ConnectTo: o.ConnectTo}).address(o.Incoming)
	return host
}

// address is where to connect for a URL.
func (d *Dialer) address(u *url.URL) (host, port string, rewired bool) {
	host, port = endpoint.HostName(u), portOf(u)
	for _, c := range d.ConnectTo {
		if c.fits(host, port) {
			host, port = c.apply(host, port)
			return host, port, true
		}
	}
	return host, port, false
}

// permit says by the URL's host whether it may be called, and returns what checks the address that this leads to. Where the
// user had the connection rewired, what the user named counts.
func (d *Dialer) permit(u *url.URL, host string, rewired bool) (func(netip.Addr) error, error) {
	target := d.Target
	if target == nil {
		target = u
	}
	onlyPublic := false
	if ok, hint := endpoint.MayDial(target, u, d.Follow); !ok {
		own, _ := endpoint.MayDial(u, u, nil)
		if !own || !d.AnyPublic {
			return nil, &NotAllowedError{Hint: hint}
		}
		onlyPublic = true
	}
	if endpoint.SipgateHost(host) {
		return nil, &NotAllowedError{Hint: fmt.Sprintf("%q is sipgate's own and never called", host)}
	}
	return func(a netip.Addr) error {
		from := target
		if onlyPublic || rewired {
			from = u
		}
		if ok, hint := endpoint.MayConnect(from, u, d.Follow, a); !ok {
			return &NotAllowedError{Hint: hint}
		}
		if kind := endpoint.AddressKind(a); onlyPublic && !rewired && kind != endpoint.Public {
			return &NotAllowedError{Hint: fmt.Sprintf("%q leads to %s, a %s address", u.Hostname(), a, kind)}
		}
		return nil
	}, nil
}

// blockedBy is the error of a connection that must not be used.
func blockedBy(c transcript.Connection) error {
	rule, why := c.BlockedBy()
	if rule != "" {
		why = rule + ": " + why
	}
	return &connectError{Failure: c.Handshake.Failure, Blocked: true, Err: errors.New("connecting: " + why)}
}

func portOf(u *url.URL) string {
	switch port := u.Port(); {
	case port != "":
		return port
	case u.Scheme == "http":
		return "80"
	}
	return "443"
}
