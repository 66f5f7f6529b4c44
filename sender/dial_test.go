package sender

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/netip"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/internal/certs"
)

func TestNoByteIsSentToAReceiverWithABlockingProblem(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	t.Run("receivers", func(t *testing.T) {
		cas := newAuthorities(t)
		for _, tt := range receiverSetups(t, cas) {
			t.Run(tt.name, func(t *testing.T) {
				t.Parallel()
				receiver := listen(t, tt.serve)
				d, u := tt.dialerAndURL(t, cas, receiver)
				conn, connection, err := d.Dial(t.Context(), u)

				isGood := len(tt.want) == 0 || strings.HasSuffix(tt.want[0], "--ca-file") || tt.want[0] == "expires-later"
				failsAtRead := tt.failure == endpoint.ClientCertificate && len(connection.Problems) == 0
				if (err == nil) != (conn != nil) {
					t.Fatalf("Dial(%s) = %v with the error %v", tt.name, conn, err)
				}
				if err == nil && !isGood && !failsAtRead {
					t.Errorf("Dial(%s) gave a connection, want none", tt.name)
				}
				if err != nil && isGood {
					t.Errorf("Dial(%s): %v, want a connection", tt.name, err)
				}
				var connectErr *connectError
				if err != nil && !errors.As(err, &connectErr) {
					t.Fatalf("Dial(%s): %v, want a *connectError", tt.name, err)
				}
				if connectErr != nil && connectErr.Blocked != (connection.Handshake.Failure == endpoint.EndedForCertificate) {
					t.Errorf("Dial(%s): %+v, Blocked does not fit %q", tt.name, connectErr, connection.Handshake.Failure)
				}
				if connectErr != nil && !connectErr.Blocked && connectErr.Failure != tt.failure {
					t.Errorf("Dial(%s): %v, want %q", tt.name, err, tt.failure)
				}
				wantBytes := 0
				if failsAtRead {
					wantBytes = -1 // a push that is written before the alert is read may arrive or not
					_, _ = io.WriteString(conn, "push")
					_, err := conn.Read(make([]byte, 1))
					if !errors.As(err, &connectErr) || connectErr.Failure != endpoint.ClientCertificate {
						t.Errorf("reading: %v, want %q", err, endpoint.ClientCertificate)
					}
				} else if tt.closesAfterHandshake {
					wantBytes = -1
				} else if conn != nil {
					wantBytes = len("push")
					if _, err := io.WriteString(conn, "push"); err != nil {
						t.Errorf("writing: %v", err)
					}
				}
				if conn != nil {
					_ = conn.Close()
				}
				if bytes, _ := receiver.waitAndClose(); wantBytes >= 0 && bytes != wantBytes {
					t.Errorf("the receiver got %d bytes of application data, want %d", bytes, wantBytes)
				}
			})
		}
	})
}

func TestRefusedConnectionIsReportedAsUnreachable(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	closedReceiver := listen(t, func(net.Conn) int { return 0 })
	closedURL := closedReceiver.url(t, "https", "127.0.0.1")
	closedReceiver.close()

	d := newAuthorities(t).dialer()
	connection := d.Inspect(t.Context(), closedURL)
	if diff := cmp.Diff([]string{"reachable"}, rulesOf(connection.Problems)); diff != "" {
		t.Errorf("Inspect(%s) mismatch (-want +got):\n%s", closedURL, diff)
	}
	if h := connection.Handshake; h.Failure != endpoint.ConnectionRefused || h.Address != closedURL.Host {
		t.Errorf("handshake = %+v, want %q at %s", h, endpoint.ConnectionRefused, closedURL.Host)
	}
	_, _, err := d.Dial(t.Context(), closedURL)
	var failed *connectError
	if !errors.As(err, &failed) || failed.Failure != endpoint.ConnectionRefused || failed.Blocked {
		t.Errorf("Dial(%s): %v, want %q", closedURL, err, endpoint.ConnectionRefused)
	}

	d.Limits.Dial = time.Nanosecond
	if h := d.Inspect(t.Context(), closedURL).Handshake; h.Failure != endpoint.ConnectTimeout {
		t.Errorf("with a limit of 1 ns: %+v, want %q", h, endpoint.ConnectTimeout)
	}
}

func TestFailureDependsOnTheErrorOfDialling(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	expiredCtx, cancel := context.WithTimeout(ctx, 0)
	defer cancel()
	reset := &net.OpError{Op: "dial", Err: syscall.ECONNRESET}
	for _, tt := range []struct {
		name   string
		ctx    context.Context
		scheme string
		err    error
		want   endpoint.Failure
		detail string
	}{
		{"no such host", ctx, "https", &net.OpError{Op: "dial", Err: &net.DNSError{Err: "no such host", Name: "receiver.test", IsNotFound: true}}, endpoint.UnknownHost, ""},
		{"the name server returns an error", ctx, "https", &net.OpError{Op: "dial", Err: &net.DNSError{Err: "server misbehaving", Name: "receiver.test", IsTemporary: true}}, endpoint.NoLookup, "server misbehaving"},
		{"the name server does not respond", ctx, "https", &net.OpError{Op: "dial", Err: &net.DNSError{Err: "i/o timeout", Name: "receiver.test", IsTimeout: true}}, endpoint.NoLookup, "i/o timeout"},
		{"another error", ctx, "https", errors.New("network is down"), endpoint.Unreachable, "network is down"},
		{"another error after the deadline", expiredCtx, "https", errors.New("network is down"), endpoint.ConnectTimeout, ""},
		{"reset with https", ctx, "https", reset, endpoint.HandshakeClosed, "connection reset by peer"},
		{"reset with http", ctx, "http", reset, endpoint.ConnectionReset, ""},
	} {
		if got, detail := dialFailure(tt.ctx, tt.scheme, tt.err); got != tt.want || detail != tt.detail {
			t.Errorf("dialFailure for %s = %q, %q, want %q, %q", tt.name, got, detail, tt.want, tt.detail)
		}
	}
}

func TestPlainHTTPIsNotDialledUnlessAllowed(t *testing.T) {
	t.Parallel()
	receiver := listen(t, func(c net.Conn) int {
		_, _ = io.WriteString(c, "!")
		n, _ := io.Copy(io.Discard, c)
		return int(n)
	})
	u := receiver.url(t, "http", "127.0.0.1")
	d := newAuthorities(t).dialer()

	connection := d.Inspect(t.Context(), u)
	if diff := cmp.Diff([]string{"https"}, rulesOf(connection.Problems)); diff != "" || !connection.IsBlocked() {
		t.Errorf("Inspect(%s) mismatch (-want +got):\n%s", u, diff)
	}
	conn, connection, err := d.Dial(t.Context(), u)
	var failed *connectError
	if conn != nil || !errors.As(err, &failed) || !failed.Blocked || !connection.IsBlocked() {
		t.Fatalf("Dial(%s) = %v, %v, want it blocked", u, conn, err)
	}
	if n := receiver.connectionCount(); n != 0 {
		t.Errorf("%d connections were made, want none", n)
	}

	d.Trust.AllowHTTP = true
	conn, connection, err = d.Dial(t.Context(), u)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = io.WriteString(conn, "push")
	_, _ = conn.Read(make([]byte, 1))
	_ = conn.Close()
	if diff := cmp.Diff([]string{"https --allow-http"}, rulesOf(connection.Problems)); diff != "" {
		t.Errorf("Dial(%s) mismatch (-want +got):\n%s", u, diff)
	}
	if bytes, dials := receiver.waitAndClose(); bytes != len("push") || dials != 1 {
		t.Errorf("got %d bytes in %d connections, want 4 in 1", bytes, dials)
	}
}

func TestInterruptedInspectionHasNoProblems(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	ctx, cancel := context.WithCancel(t.Context())
	receiver := listen(t, func(c net.Conn) int { cancel(); _, _ = io.Copy(io.Discard, c); return 0 })
	connection := newAuthorities(t).dialer().Inspect(ctx, receiver.url(t, "https", "127.0.0.1"))
	receiver.close()
	if len(connection.Problems) != 0 || connection.Handshake.Failure != endpoint.NoFailure {
		t.Errorf("Inspect = %+v, want no problem", connection)
	}
	if len(connection.Notes) != 1 || !strings.Contains(connection.Notes[0], "interrupted") {
		t.Errorf("notes %q, want one about the interruption", connection.Notes)
	}
}

func TestOnlyAllowedURLsAreDialled(t *testing.T) {
	t.Parallel()
	cas := newAuthorities(t)
	mustParse := func(raw string) *url.URL {
		u, err := url.Parse(raw)
		if err != nil {
			t.Fatal(err)
		}
		return u
	}
	tests := []struct {
		name   string
		change func(*Dialer)
		url    string
		hint   string
	}{
		{name: "a host of sipgate in the push URL", url: "https://api.sipgate.com/", hint: "sipgate"},
		{name: "a host that ConnectTo replaces by a host of sipgate", change: func(d *Dialer) {
			d.ConnectTo = []ConnectTo{{ToHost: "www.sipgate.de"}}
		}, url: "https://receiver.test/", hint: "sipgate"},
		{name: "a link-local address in the push URL", url: "https://169.254.169.254/", hint: "link-local"},
		{name: "a host that ConnectTo replaces by a link-local address", change: func(d *Dialer) {
			d.ConnectTo = []ConnectTo{{ToHost: "169.254.169.254"}}
		}, url: "https://receiver.test/", hint: "never"},
		{name: "a host other than the target's", change: func(d *Dialer) { d.Target = mustParse("https://receiver.test/") }, url: "https://127.0.0.1/", hint: "--follow"},
		{name: "a loopback address, with AnyPublic", change: func(d *Dialer) {
			d.Target, d.AnyPublic = mustParse("https://receiver.test/"), true
		}, url: "https://127.0.0.1/", hint: "loopback"},
		{name: "a host of sipgate, with AnyPublic", change: func(d *Dialer) {
			d.Target, d.AnyPublic = mustParse("https://receiver.test/"), true
		}, url: "https://api.sipgate.com/", hint: "sipgate"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := cas.dialer()
			if tt.change != nil {
				tt.change(d)
			}
			u := mustParse(tt.url)
			_, connection, err := d.Dial(t.Context(), u)
			var refusal *NotAllowedError
			var failed *connectError
			if !errors.As(err, &refusal) || !strings.Contains(refusal.Hint, tt.hint) || !errors.As(err, &failed) || !failed.Blocked {
				t.Errorf("Dial(%s): %v, want it not allowed, with %q", u, err, tt.hint)
			}
			if len(connection.Problems) != 0 {
				t.Errorf("Dial(%s) reports problems of the receiver: %+v", u, connection.Problems)
			}
			connection = d.Inspect(t.Context(), u)
			if len(connection.Problems) != 0 || len(connection.Notes) != 1 || !strings.Contains(connection.Notes[0], tt.hint) {
				t.Errorf("Inspect(%s) = %+v, want a note with %q alone", u, connection, tt.hint)
			}
		})
	}
}

func TestFollowUpURLOnLoopbackIsDialled(t *testing.T) {
	t.Parallel()
	cas := newAuthorities(t)
	receiver := listen(t, speakTLS(serverConfig(cas.issue(cas.public, certs.Leaf{Hosts: []string{"localhost", "127.0.0.1"}}))))
	d := cas.dialer()
	d.Target = receiver.url(t, "https", "127.0.0.1")
	conn, connection, err := d.Dial(t.Context(), receiver.url(t, "https", "localhost"))
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close()
	if !connection.FollowUp {
		t.Error("FollowUp = false for another origin than the target's")
	}
}

func TestAddressPolicyRefusesANameThatResolvesToAForbiddenAddress(t *testing.T) {
	t.Parallel()
	d := &Dialer{Target: &url.URL{Scheme: "https", Host: "127.0.0.1"}}
	u := &url.URL{Scheme: "https", Host: "a.localhost"}
	checkIP, err := d.addressPolicy(u, "a.localhost", false)
	if err != nil {
		t.Fatal(err)
	}
	if err := checkIP(netip.MustParseAddr("127.0.0.1")); err != nil {
		t.Errorf("127.0.0.1: %v, want it permitted", err)
	}
	for _, address := range []string{"9.9.9.9", "169.254.169.254"} {
		if checkIP(netip.MustParseAddr(address)) == nil {
			t.Errorf("%s is permitted, want it refused", address)
		}
	}
}

func TestDialVerifiesTheHostNameOfTheURL(t *testing.T) {
	t.Parallel()
	cas := newAuthorities(t)
	receiver := listen(t, speakTLS(serverConfig(cas.issue(cas.public, certs.Leaf{Hosts: []string{"receiver.test"}}))))
	d := cas.dialer()
	d.ConnectTo = []ConnectTo{{ToHost: "127.0.0.1", ToPort: receiver.url(t, "https", "").Port()}}
	for host, want := range map[string]bool{"receiver.test:443": true, "other.test:443": false} {
		conn, err := d.dial(t.Context(), &url.URL{Scheme: "https", Host: host})
		if (err == nil) != want {
			t.Errorf("dial(%s): %v, want success: %v", host, err, want)
		}
		if conn != nil {
			_ = conn.Close()
		}
	}
}

func TestCertificatesAreJudgedAtTheTimeThatDialerNowReturns(t *testing.T) {
	t.Parallel()
	cas := newAuthorities(t)
	receiver := listen(t, speakTLS(serverConfig(cas.issue(cas.public, certs.Leaf{}))))
	d := cas.dialer()
	d.Now = func() time.Time { return time.Now().Add(91 * day) }
	_, connection, err := d.Dial(t.Context(), receiver.url(t, "https", "127.0.0.1"))
	if diff := cmp.Diff([]string{"in-date"}, rulesOf(connection.Problems)); err == nil || diff != "" {
		t.Errorf("Dial in 91 days: %v, mismatch (-want +got):\n%s", err, diff)
	}
}

func TestDialerWithoutRootsUsesTheBuiltInRoots(t *testing.T) {
	t.Parallel()
	cas := newAuthorities(t)
	receiver := listen(t, speakTLS(serverConfig(cas.issue(cas.public, certs.Leaf{}))))
	d := &Dialer{}
	connection := d.Inspect(t.Context(), receiver.url(t, "https", "127.0.0.1"))
	if diff := cmp.Diff([]string{"trusted-chain"}, rulesOf(connection.Problems)); diff != "" {
		t.Errorf("Inspect mismatch (-want +got):\n%s", diff)
	}
	if roots := d.trustWithDefaults().Roots; len(roots) < 100 {
		t.Errorf("%d roots, want the bundle", len(roots))
	}
}

func TestTLSVersionsAndSuitesDoNotDependOnTheEnvironment(t *testing.T) {
	t.Setenv("GODEBUG", "tls10server=1,tlsrsakex=1,tls3des=1")
	t.Setenv("HTTPS_PROXY", "http://127.0.0.1:1")
	cas := newAuthorities(t)
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	config := serverConfig(cas.issue(cas.public, certs.Leaf{Key: key}))
	config.MaxVersion, config.CipherSuites = tls.VersionTLS12, []uint16{tls.TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA, tls.TLS_RSA_WITH_AES_128_GCM_SHA256}
	receiver := listen(t, speakTLS(config))
	connection := cas.dialer().Inspect(t.Context(), receiver.url(t, "https", "127.0.0.1"))
	if connection.Handshake.Failure != endpoint.NoCommonSettings {
		t.Errorf("Inspect = %+v, want no common suite", connection.Handshake)
	}
	goodReceiver := listen(t, speakTLS(serverConfig(cas.issue(cas.public, certs.Leaf{}))))
	d := cas.dialer()
	d.Trust.ExtraAuthorities = []*x509.Certificate{cas.private.Root}
	if connection := d.Inspect(t.Context(), goodReceiver.url(t, "https", "127.0.0.1")); len(connection.Problems) != 0 {
		t.Errorf("Inspect = %+v, want no problem", connection.Problems)
	}
}
