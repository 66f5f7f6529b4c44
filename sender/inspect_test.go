package sender

import (
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/internal/certs"
)

func TestReceiverThatWorksWithoutAClientCertificateHasNoProblem(t *testing.T) {
	t.Parallel()
	cas := newAuthorities(t)
	requestCertificate := func(version uint16, afterwards func(*tls.Conn)) func(net.Conn) int {
		config := serverConfig(cas.issue(cas.public, certs.Leaf{}))
		config.ClientAuth, config.MaxVersion = tls.RequestClientCert, version
		return func(c net.Conn) int {
			tlsConn := tls.Server(c, config)
			if tlsConn.Handshake() == nil {
				afterwards(tlsConn)
			}
			return 0
		}
	}
	for name, serve := range map[string]func(net.Conn) int{
		"TLS 1.2, closes after the handshake": requestCertificate(tls.VersionTLS12, func(*tls.Conn) {}),
		"TLS 1.3, sends bytes after the handshake": requestCertificate(tls.VersionTLS13, func(c *tls.Conn) {
			_, _ = io.WriteString(c, "hello")
			_, _ = io.Copy(io.Discard, c)
		}),
	} {
		connection := cas.dialer().Inspect(t.Context(), listen(t, serve).url(t, "https", "127.0.0.1"))
		if connection.Handshake.Failure != endpoint.NoFailure || len(connection.Problems) != 0 || !strings.Contains(strings.Join(connection.Notes, " "), "works without one") {
			t.Errorf("%s: Inspect = %+v, want no problem and a note", name, connection)
		}
	}
}

func TestInspectReportsAReceiverThatStopsListening(t *testing.T) {
	t.Parallel()
	closedReceiver := listen(t, func(net.Conn) int { return 0 })
	closedReceiver.close()
	d := newAuthorities(t).dialer()
	d.Trust.AllowHTTP = true
	connection := d.Inspect(t.Context(), closedReceiver.url(t, "http", "127.0.0.1"))
	if diff := cmp.Diff([]string{"reachable", "https --allow-http"}, rulesOf(connection.Problems)); diff != "" {
		t.Errorf("Inspect mismatch (-want +got):\n%s", diff)
	}

	listener := make(chan net.Listener, 1)
	closingReceiver := listen(t, func(c net.Conn) int {
		_ = (<-listener).Close()
		return respondToHello(fatalAlert(70))(c)
	})
	listener <- closingReceiver.listener
	connection = d.Inspect(t.Context(), closingReceiver.url(t, "https", "127.0.0.1"))
	if diff := cmp.Diff([]string{"tls-version"}, rulesOf(connection.Problems)); diff != "" || connection.Handshake.Version != 0 {
		t.Errorf("Inspect of a receiver that stops listening: version %x, mismatch (-want +got):\n%s", connection.Handshake.Version, diff)
	}
}

func TestAlertMeansAMissingClientCertificateOnlyIfACertificateWasRequested(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		certificateRequested bool
		err                  error
		want                 bool
	}{
		{true, &net.OpError{Op: "remote error", Err: tls.AlertError(116)}, true},
		{true, &net.OpError{Op: "remote error", Err: tls.AlertError(80)}, false},
		{false, &net.OpError{Op: "remote error", Err: tls.AlertError(40)}, false},
		{true, io.EOF, false},
		{true, nil, false},
	} {
		got := (&secureConn{certificateRequested: tt.certificateRequested}).asConnectError(tt.err)
		var failed *connectError
		if errors.As(got, &failed) != tt.want || !errors.Is(got, tt.err) {
			t.Errorf("asConnectError(%v) = %s, want a *connectError: %v", tt.err, fmt.Sprint(got), tt.want)
		}
	}
}
