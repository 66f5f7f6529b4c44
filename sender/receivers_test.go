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

// connReceiver is a receiver on loopback for tests of the connection. It counts connections and bytes of application data.
type connReceiver struct {
	listener net.Listener
	mu       sync.Mutex
	conns    []net.Conn
	dials    int // number of connections
	bytes    int // bytes of application data, inside TLS if there is TLS
	wg       sync.WaitGroup
}

// listen starts a receiver that serves each connection with serve until the test ends. serve returns the number of bytes of application
// data that it read.
func listen(t *testing.T, serve func(net.Conn) int) *connReceiver {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &connReceiver{listener: l}
	s.wg.Go(func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			s.mu.Lock()
			s.dials++
			s.conns = append(s.conns, conn)
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

// close ends all connections. It returns how many bytes of application data were read, and how many connections were made.
func (s *connReceiver) close() (bytes, dials int) {
	_ = s.listener.Close()
	s.mu.Lock()
	for _, c := range s.conns {
		_ = c.Close()
	}
	s.mu.Unlock()
	s.wg.Wait()
	return s.bytes, s.dials
}

// waitAndClose stops listening and waits until the sender has closed all connections, so that all bytes are counted. The sender must have
// read from each connection before closing the connection.
func (s *connReceiver) waitAndClose() (bytes, dials int) {
	_ = s.listener.Close()
	s.wg.Wait()
	return s.bytes, s.dials
}

// connectionCount returns the number of connections so far.
func (s *connReceiver) connectionCount() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.dials
}

// url returns the receiver's URL with a host that stands for loopback.
func (s *connReceiver) url(t *testing.T, scheme, host string) *url.URL {
	t.Helper()
	_, port, err := net.SplitHostPort(s.listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return &url.URL{Scheme: scheme, Host: net.JoinHostPort(host, port), Path: "/push"}
}

// speakTLS makes a handshake and counts the bytes after it.
func speakTLS(config *tls.Config) func(net.Conn) int {
	return func(conn net.Conn) int {
		tlsConn := tls.Server(conn, config)
		if err := tlsConn.Handshake(); err != nil {
			return 0
		}
		n, _ := io.Copy(io.Discard, tlsConn)
		return int(n)
	}
}

// sendBanner sends a banner, and closes the connection when the sender does.
func sendBanner(banner string) func(net.Conn) int {
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

// serverHello returns a TLS record with a ServerHello. version is the second byte of the TLS version: 0 for SSL 3.0, 3 for TLS 1.2.
func serverHello(version byte) []byte {
	body := append([]byte{3, version}, make([]byte, 32)...)
	body = append(body, 0, 0xc0, 0x13, 0) // no session, a suite with CBC, no compression
	hello := append([]byte{2, 0, 0, byte(len(body))}, body...)
	return append([]byte{22, 3, version, 0, byte(len(hello))}, hello...)
}

// respondToHello reads the ClientHello and sends bytes in response.
func respondToHello(response []byte) func(net.Conn) int {
	return func(conn net.Conn) int {
		if _, err := conn.Read(make([]byte, 4096)); err != nil {
			return 0
		}
		_, _ = conn.Write(response)
		_, _ = io.Copy(io.Discard, conn)
		return 0
	}
}

// authorities holds a public and a private certificate authority for a test.
type authorities struct {
	t               *testing.T
	public, private *certs.Authority
}

func newAuthorities(t *testing.T) authorities {
	t.Helper()
	cas := authorities{t: t}
	for _, a := range []struct {
		name string
		to   **certs.Authority
	}{{"Public", &cas.public}, {"Private", &cas.private}} {
		authority, err := certs.NewAuthority(a.name, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		*a.to = authority
	}
	return cas
}

func (cas authorities) issue(a *certs.Authority, l certs.Leaf) tls.Certificate {
	cas.t.Helper()
	if l.Hosts == nil {
		l.Hosts = []string{"127.0.0.1", "receiver.test"}
	}
	c, err := a.Issue(l)
	if err != nil {
		cas.t.Fatal(err)
	}
	return c
}

func (cas authorities) selfSigned(l certs.Leaf) tls.Certificate {
	cas.t.Helper()
	if l.Hosts == nil {
		l.Hosts = []string{"127.0.0.1"}
	}
	c, err := certs.SelfSigned(l)
	if err != nil {
		cas.t.Fatal(err)
	}
	return c
}

// dialer returns a dialer that trusts the public authority. Its limits are long enough for a busy machine, and short enough for tests with
// receivers that never respond.
func (cas authorities) dialer() *Dialer {
	return &Dialer{
		Trust:  endpoint.Trust{Roots: []endpoint.Root{{Certificate: cas.public.Root}}},
		Limits: Limits{Dial: 2 * time.Second, Handshake: 2 * time.Second},
	}
}

// serverConfig returns the TLS configuration of a receiver with a certificate.
func serverConfig(c tls.Certificate) *tls.Config {
	return &tls.Config{Certificates: []tls.Certificate{c}, NextProtos: []string{"h2", "http/1.1"}}
}
