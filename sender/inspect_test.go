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
	o := newOffice(t)
	asking := func(version uint16, then func(*tls.Conn)) func(net.Conn) int {
		config := served(o.issue(o.public, certs.Leaf{}))
		config.ClientAuth, config.MaxVersion = tls.RequestClientCert, version
		return func(c net.Conn) int {
			secure := tls.Server(c, config)
			if secure.Handshake() == nil {
				then(secure)
			}
			return 0
		}
	}
	for name, serve := range map[string]func(net.Conn) int{
		"1.2, and closes": asking(tls.VersionTLS12, func(*tls.Conn) {}),
		"1.3, and speaks": asking(tls.VersionTLS13, func(c *tls.Conn) {
			_, _ = io.WriteString(c, "hello")
			_, _ = io.Copy(io.Discard, c)
		}),
	} {
		seen := o.dialer().Inspect(t.Context(), listen(t, serve).url(t, "https", "127.0.0.1"))
		if seen.Handshake.Failure != endpoint.NoFailure || len(seen.Problems) != 0 || !strings.Contains(strings.Join(seen.Notes, " "), "works without one") {
			t.Errorf("%s: Inspect = %+v, want it in order", name, seen)
		}
	}
}

func TestInspectReportsAReceiverThatStopsListening(t *testing.T) {
	t.Parallel()
	gone := listen(t, func(net.Conn) int { return 0 })
	gone.close()
	d := newOffice(t).dialer()
	d.Trust.AllowHTTP = true
	seen := d.Inspect(t.Context(), gone.url(t, "http", "127.0.0.1"))
	if diff := cmp.Diff([]string{"reachable", "https --allow-http"}, rulesOf(seen.Problems)); diff != "" {
		t.Errorf("Inspect mismatch (-want +got):\n%s", diff)
	}

	listener := make(chan net.Listener, 1)
	leaving := listen(t, func(c net.Conn) int {
		_ = (<-listener).Close()
		return respondToHello(fatalAlert(70))(c)
	})
	listener <- leaving.listener
	seen = d.Inspect(t.Context(), leaving.url(t, "https", "127.0.0.1"))
	if diff := cmp.Diff([]string{"tls-version"}, rulesOf(seen.Problems)); diff != "" || seen.Handshake.Version != 0 {
		t.Errorf("Inspect of a receiver that leaves: version %x, mismatch (-want +got):\n%s", seen.Handshake.Version, diff)
	}
}

func TestAlertIsExplainedByAClientCertificateOnlyIfOneWasAskedFor(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		asked bool
		err   error
		want  bool
	}{
		{true, &net.OpError{Op: "remote error", Err: tls.AlertError(116)}, true},
		{true, &net.OpError{Op: "remote error", Err: tls.AlertError(80)}, false},
		{false, &net.OpError{Op: "remote error", Err: tls.AlertError(40)}, false},
		{true, io.EOF, false},
		{true, nil, false},
	} {
		got := (&secureConn{certificateAsked: tt.asked}).explain(tt.err)
		var failed *connectError
		if errors.As(got, &failed) != tt.want || !errors.Is(got, tt.err) {
			t.Errorf("explain(%v) = %s, want it explained: %v", tt.err, fmt.Sprint(got), tt.want)
		}
	}
}
