package sender

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"slices"
	"syscall"
	"testing"

	"github.com/pushcheck/pushcheck/endpoint"
)

func TestFailureDependsOnTheErrorOfTheHandshake(t *testing.T) {
	t.Parallel()
	expiredCtx, cancel := context.WithTimeout(t.Context(), 0)
	defer cancel()
	senderEnd, receiverEnd := net.Pipe()
	defer senderEnd.Close()
	defer receiverEnd.Close()
	// crypto/tls sets Conn only if the first record is not TLS.
	header := func(first string, conn net.Conn) error {
		e := tls.RecordHeaderError{Msg: "first record does not look like a TLS handshake", Conn: conn}
		copy(e.RecordHeader[:], first)
		return e
	}
	for _, tt := range []struct {
		name                 string
		ctx                  context.Context
		err                  error
		certificateRequested bool
		want                 endpoint.Failure
		detail               string
	}{
		{"plain HTTP", t.Context(), header("HTTP/", senderEnd), false, endpoint.PlainHTTP, "tls: first record does not look like a TLS handshake"},
		{"another protocol", t.Context(), header("SSH-2", senderEnd), false, endpoint.NotTLS, `the first bytes are "SSH-2"`},
		{"HTTP after the first record", t.Context(), header("HTTP/", nil), false, endpoint.OtherHandshakeError, "tls: first record does not look like a TLS handshake"},
		{"connection closed", t.Context(), io.EOF, false, endpoint.HandshakeClosed, "without sending a byte"},
		{"connection closed within a record", t.Context(), io.ErrUnexpectedEOF, false, endpoint.HandshakeClosed, "unexpected EOF"},
		{"connection closed after the receiver asked for a client certificate", t.Context(), io.EOF, true, endpoint.HandshakeClosed, "after it had asked for a client certificate"},
		{"connection closed by pushcheck", t.Context(), net.ErrClosed, false, endpoint.HandshakeClosed, "use of closed network connection"},
		{"connection reset", t.Context(), &net.OpError{Op: "read", Err: syscall.ECONNRESET}, false, endpoint.HandshakeClosed, "connection reset by peer"},
		{"a broken pipe", t.Context(), &net.OpError{Op: "write", Err: syscall.EPIPE}, false, endpoint.HandshakeClosed, "broken pipe"},
		{"time limit reached", expiredCtx, errors.New("tls: odd"), false, endpoint.HandshakeTimeout, "tls: odd"},
		{"an old version", t.Context(), errors.New("tls: " + selectedVersionPrefix + "302"), false, endpoint.TooOldTLS, "tls: server selected unsupported protocol version 302"},
		{"a remote error that is no alert", t.Context(), &net.OpError{Op: "remote error", Err: errors.New("odd")}, true, endpoint.OtherHandshakeError, "odd"},
		{"an alert sent by pushcheck", t.Context(), &net.OpError{Op: "local error", Err: tls.AlertError(70)}, false, endpoint.OtherHandshakeError, "tls: protocol version not supported"},
	} {
		got := handshakeFailure(tt.ctx, tt.err, tt.certificateRequested)
		if got.Failure != tt.want || got.Detail != tt.detail || (got.Version == 0x302) != (tt.name == "an old version") {
			t.Errorf("%s: %+v, want %q and %q", tt.name, got, tt.want, tt.detail)
		}
	}
}

func TestFailureForAnAlertIsClientCertificateOnlyIfACertificateWasRequested(t *testing.T) {
	t.Parallel()
	otherAlerts := map[uint8]endpoint.Failure{40: endpoint.NoCommonSettings, 70: endpoint.TooOldTLS, 112: endpoint.HostNotServed, 120: endpoint.NoHTTP1}
	clientCertificateAlerts := []uint8{40, 41, 42, 43, 44, 45, 46, 49, 116}
	for code := range uint8(121) {
		want := otherAlerts[code]
		if want == "" {
			want = endpoint.HandshakeAlert
		}
		if got := alertFailure(code, false); got != want {
			t.Errorf("alert %d: %q, want %q", code, got, want)
		}
		if slices.Contains(clientCertificateAlerts, code) {
			want = endpoint.ClientCertificate
		}
		if got := alertFailure(code, true); got != want {
			t.Errorf("alert %d after the receiver asked for a client certificate: %q, want %q", code, got, want)
		}
	}
}

func TestOnlyConnectionErrorsMeanThatTheConnectionEnded(t *testing.T) {
	t.Parallel()
	for _, err := range []error{
		io.EOF, io.ErrUnexpectedEOF, net.ErrClosed, syscall.ECONNRESET, syscall.EPIPE, &net.OpError{Op: "read", Err: errors.New("odd")},
	} {
		if !isConnectionEnd(err) || !isConnectionEnd(fmt.Errorf("reading: %w", err)) {
			t.Errorf("isConnectionEnd(%v) = false", err)
		}
	}
	if err := errors.New("malformed HTTP response"); isConnectionEnd(err) {
		t.Errorf("isConnectionEnd(%v) = true", err)
	}
}
