package sender

import (
	"crypto/tls"
	"io"
	"net"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/internal/certs"
)

// scene is a receiver on loopback for tests of the connection. It counts connections and bytes, and does not respond to pushes.
type scene struct {
	listener net.Listener
	mu       sync.Mutex
	open     []net.Conn
	dials    int
	bytes    int // of application data, inside TLS if there is TLS
	wg       sync.WaitGroup
}

// listen serves each connection with serve until the test ends. serve returns how many bytes of application data it read.
func listen(t *testing.T, serve func(net.Conn) int) *scene {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &scene{listener: l}
	s.wg.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			s.dials++
			s.open = append(s.open, conn)
			s.mu.Unlock()
			s.wg.Go(func() {
				defer conn.Close()
				n := serve(conn)
				s.mu.Lock()
				s.bytes += n
				s.mu.Unlock()
			})
		}
	})
	t.Cleanup(func() { s.close() })
	return s
}

// close ends all connections. It returns the number of bytes of application data and of connections.
func (s *scene) close() (bytes, dials int) {
	_ = s.listener.Close()
	s.mu.Lock()
	for _, c := range s.open {
		_ = c.Close()
	}
	s.mu.Unlock()
	s.wg.Wait()
	return s.bytes, s.dials
}

// drained is like close, but waits for all bytes that were sent. The sender has to close its connections, and has to have read from
// each before.
func (s *scene) drained() (bytes, dials int) {
	_ = s.listener.Close()
	s.wg.Wait()
	return s.bytes, s.dials
}

// dialled returns how many connections were made up to now.
func (s *scene) dialled() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dials
}

// url returns the receiver's URL with a host that leads to loopback.
func (s *scene) url(t *testing.T, scheme, host string) *url.URL {
	t.Helper()
	_, port, err := net.SplitHostPort(s.listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return &url.URL{Scheme: scheme, Host: net.JoinHostPort(host, port), Path: "/push"}
}

// speakTLS makes a handshake and counts what comes after it.
func speakTLS(config *tls.Config) func(net.Conn) int {
	return func(conn net.Conn) int {
		secure := tls.Server(conn, config)
		if err := secure.Handshake(); err != nil {
			return 0
		}
		n, _ := io.Copy(io.Discard, secure)
		return int(n)
	}
}

// say sends a banner, and closes when the sender does.
func say(banner string) func(net.Conn) int {
	return func(conn net.Conn) int {
		_, _ = io.WriteString(conn, banner)
		_, _ = io.Copy(io.Discard, conn)
		return 0
	}
}

// reset ends the connection with RST.
func reset(conn net.Conn) {
	if tcp, ok := conn.(*net.TCPConn); ok {
		_ = tcp.SetLinger(0)
	}
	_ = conn.Close()
}

// serverHello returns a TLS record with a ServerHello of a version.
func serverHello(version byte) []byte {
	body := append([]byte{3, version}, make([]byte, 32)...)
	body = append(body, 0, 0xc0, 0x13, 0) // no session, a suite with CBC, no compression
	hello := append([]byte{2, 0, 0, byte(len(body))}, body...)
	return append([]byte{22, 3, version, 0, byte(len(hello))}, hello...)
}

// respondToHello reads the ClientHello and sends an answer.
func respondToHello(answer []byte) func(net.Conn) int {
	return func(conn net.Conn) int {
		if _, err := conn.Read(make([]byte, 4096)); err != nil {
			return 0
		}
		_, _ = conn.Write(answer)
		_, _ = io.Copy(io.Discard, conn)
		return 0
	}
}

// office holds the certificate authorities of a test.
type office struct {
	t               *testing.T
	public, private *certs.Authority
}

func newOffice(t *testing.T) office {
	t.Helper()
	o := office{t: t}
	for _, a := range []struct {
		name string
		to   **certs.Authority
	}{{"Public", &o.public}, {"Private", &o.private}} {
		made, err := certs.NewAuthority(a.name, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		*a.to = made
	}
	return o
}

func (o office) issue(a *certs.Authority, l certs.Leaf) tls.Certificate {
	o.t.Helper()
	if l.Hosts == nil {
		l.Hosts = []string{"127.0.0.1", "receiver.test"}
	}
	c, err := a.Issue(l)
	if err != nil {
		o.t.Fatal(err)
	}
	return c
}

func (o office) selfSigned(l certs.Leaf) tls.Certificate {
	o.t.Helper()
	if l.Hosts == nil {
		l.Hosts = []string{"127.0.0.1"}
	}
	c, err := certs.SelfSigned(l)
	if err != nil {
		o.t.Fatal(err)
	}
	return c
}

// dialer returns a dialer that trusts the public authority. Its limits are long enough for a busy machine, and short enough for
// receivers that never respond.
func (o office) dialer() *Dialer {
	return &Dialer{
		Trust:  endpoint.Trust{Roots: []endpoint.Root{{Certificate: o.public.Root}}},
		Limits: Limits{Dial: 2 * time.Second, Handshake: 2 * time.Second},
	}
}

// served returns the usual TLS configuration of a receiver with a certificate.
func served(c tls.Certificate) *tls.Config {
	return &tls.Config{Certificates: []tls.Certificate{c}, NextProtos: []string{"h2", "http/1.1"}}
}
