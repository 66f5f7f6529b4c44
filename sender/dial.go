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

// Dialer makes connections to receivers under the transport policy. It uses no proxy, and the environment does not change what it
// accepts. It is safe for concurrent use if its fields no longer change.
type Dialer struct {
	Target      *url.URL         // the push URL; nil: the URL that is dialled. URLs with another origin count as URLs of follow-up pushes
	FollowHosts []string         // hosts that follow-up pushes may go to, besides the host of Target
	AnyPublic   bool             // connections to every public address are allowed, for sound files; no push is sent to them
	ConnectTo   []ConnectTo      // the first ConnectTo that matches the URL is used
	Trust       endpoint.Trust   // if Trust.Roots is nil, the built-in bundle is used; Trust.Now is ignored
	Limits      Limits           // the time limits for connecting
	Now         func() time.Time // returns the time at which certificates are judged; default time.Now

	judgements *judgementCache // copies of the Dialer share it; nil: every connection is judged again
}

// NotAllowedError means that the policy forbids connections to a URL. The receiver is not at fault.
type NotAllowedError struct {
	Hint string // the reason, and how the user can allow it
}

func (e *NotAllowedError) Error() string { return "connecting: not allowed: " + e.Hint }

// Dial connects to the host of a URL. For https it completes the handshake and judges it. If a problem forbids sending, Dial closes the
// connection before any application data is written. It returns the record of the connection, with the problems, even if there is an error.
// If there is an error, the connection is nil.
//
// The error wraps a *NotAllowedError if the policy forbids the URL. If the receiver demands a client certificate over TLS 1.3, Dial
// succeeds, and the first read from the connection returns the error.
func (d *Dialer) Dial(ctx context.Context, u *url.URL) (net.Conn, transcript.Connection, error) {
	connection := d.newConnection(u)
	trust := d.trustWithDefaults()
	judge := func() { connection.Problems, connection.Notes = endpoint.Judge(connection.Handshake, trust) }

	if u.Scheme == "http" && !trust.AllowHTTP {
		judge()
		return nil, connection, blockedError(connection)
	}
	conn, err := d.connect(ctx, u, &connection.Handshake)
	if err != nil || u.Scheme == "http" {
		judge()
		return conn, connection, err
	}

	s := tlsHandshake{dialer: d, record: &connection.Handshake, judge: func() error {
		connection.Problems, connection.Notes = d.judgements.judge(connection.Handshake, trust)
		if connection.IsBlocked() {
			return errHandshakeEnded
		}
		return nil
	}}
	tlsConn, err := s.run(ctx, conn)
	switch {
	case err == nil:
		return tlsConn, connection, nil
	case connection.Handshake.Failure == endpoint.EndedForCertificate:
		return nil, connection, blockedError(connection)
	}
	judge() // a failed handshake is a problem, too
	return nil, connection, err
}

// dialFunc is the type of Dialer.dial. Its errors are of type *connectError.
type dialFunc func(context.Context, *url.URL) (net.Conn, error)

// dial calls Dial, and has the type dialFunc.
func (d *Dialer) dial(ctx context.Context, u *url.URL) (net.Conn, error) {
	conn, _, err := d.Dial(ctx, u)
	return conn, err
}

// newConnection returns what is known about a connection before dialling.
func (d *Dialer) newConnection(u *url.URL) transcript.Connection {
	return transcript.Connection{
		Origin:    endpoint.Origin(u),
		FollowUp:  d.Target != nil && endpoint.Origin(d.Target) != endpoint.Origin(u),
		Handshake: endpoint.Handshake{Host: endpoint.HostName(u), WrittenHost: endpoint.WrittenHost(u), Scheme: u.Scheme},
	}
}

func (d *Dialer) trustWithDefaults() endpoint.Trust {
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
func (d *Dialer) connect(ctx context.Context, u *url.URL, record *endpoint.Handshake) (net.Conn, error) {
	host, port, fromConnectTo := d.dialAddress(u)
	checkIP, err := d.addressPolicy(u, host, fromConnectTo)
	if err != nil {
		return nil, &connectError{Blocked: true, Err: err}
	}
	ctx, cancel := context.WithTimeout(ctx, d.Limits.WithDefaults().Dial)
	defer cancel()

	triedAddresses := make(chan string, 64) // buffered, because addresses are tried concurrently and some tries finish late
	dialer := net.Dialer{ControlContext: func(_ context.Context, _, address string, _ syscall.RawConn) error {
		select {
		case triedAddresses <- address:
		default:
		}
		return checkAddress(address, checkIP)
	}}
	conn, err := dialer.DialContext(ctx, "tcp", net.JoinHostPort(host, port))
	if err == nil {
		record.Address = conn.RemoteAddr().String()
		return conn, nil
	}
	if refusal := (*NotAllowedError)(nil); errors.As(err, &refusal) {
		return nil, &connectError{Blocked: true, Err: refusal}
	}
	select {
	case record.Address = <-triedAddresses:
	default:
	}
	record.Failure, record.Detail = dialFailure(ctx, u.Scheme, err)
	if why := record.LocalReason(); why != "" {
		err = errors.New(why)
	}
	return nil, &connectError{Failure: record.Failure, Err: err}
}

// checkAddress calls checkIP with the IP address of an address that net.Dialer is about to connect to.
func checkAddress(address string, checkIP func(netip.Addr) error) error {
	addrPort, err := netip.ParseAddrPort(address)
	if err != nil {
		return &NotAllowedError{Hint: fmt.Sprintf("%q is no address", address)}
	}
	return checkIP(addrPort.Addr())
}

// DialedHost returns the host that pushcheck connects to for the push URL: the host of the URL, or its replacement by ConnectTo.
func (o Options) DialedHost() string {
	host, _, _ := (&Dialer{ConnectTo: o.ConnectTo}).dialAddress(o.Incoming)
	return host
}

// dialAddress returns the host and port to connect to for a URL. fromConnectTo reports whether an entry of d.ConnectTo matched the URL.
func (d *Dialer) dialAddress(u *url.URL) (host, port string, fromConnectTo bool) {
	host, port = endpoint.HostName(u), portOf(u)
	for _, c := range d.ConnectTo {
		if c.matches(host, port) {
			host, port = c.apply(host, port)
			return host, port, true
		}
	}
	return host, port, false
}

// addressPolicy returns an error if the policy forbids the URL's host. Otherwise it returns the function that checks the IP address. If a
// ConnectTo replaced the host or the port, that function allows every address except those to which pushcheck never connects, because the
// user chose the address.
func (d *Dialer) addressPolicy(u *url.URL, host string, fromConnectTo bool) (func(netip.Addr) error, error) {
	target := d.Target
	if target == nil {
		target = u
	}
	onlyPublic := false
	if ok, hint := endpoint.MayDial(target, u, d.FollowHosts); !ok {
		isHostAllowed, _ := endpoint.MayDial(u, u, nil)
		if !isHostAllowed || !d.AnyPublic {
			return nil, &NotAllowedError{Hint: hint}
		}
		onlyPublic = true
	}
	if endpoint.IsSipgateHost(host) {
		return nil, &NotAllowedError{Hint: fmt.Sprintf("%q is a host of sipgate, and pushcheck never connects to it", host)}
	}
	return func(a netip.Addr) error {
		policyURL := target
		if onlyPublic || fromConnectTo {
			policyURL = u
		}
		if ok, hint := endpoint.MayConnect(policyURL, u, d.FollowHosts, a); !ok {
			return &NotAllowedError{Hint: hint}
		}
		if kind := endpoint.AddressKind(a); onlyPublic && !fromConnectTo && kind != endpoint.Public {
			return &NotAllowedError{Hint: fmt.Sprintf("%q leads to %s, a %s address", u.Hostname(), a, kind)}
		}
		return nil
	}, nil
}

// blockedError returns the error for a connection whose problems forbid sending.
func blockedError(c transcript.Connection) error {
	rule, why := c.BlockReason()
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
