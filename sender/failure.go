package sender

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"reflect"
	"slices"
	"strconv"
	"strings"
	"syscall"

	"github.com/pushcheck/pushcheck/endpoint"
)

// dialFailure returns why there was no TCP connection. The second result is the error text of the operating system, or "" if the failure
// says enough.
func dialFailure(ctx context.Context, scheme string, err error) (endpoint.Failure, string) {
	var lookup *net.DNSError
	switch {
	case errors.As(err, &lookup) && lookup.IsNotFound:
		return endpoint.UnknownHost, ""
	case errors.As(err, &lookup):
		return endpoint.NoLookup, oneLine(withoutPorts(lookup.Err))
	case hasAnyCode(err, syscall.ECONNRESET, wsaReset) && scheme == "https":
		// A reset means that the connection was accepted first. Whether connect or the first read returns the reset depends on the timing.
		return endpoint.HandshakeClosed, oneLine(errorText(err))
	case hasAnyCode(err, syscall.ECONNRESET, wsaReset):
		return endpoint.ConnectionReset, ""
	case hasAnyCode(err, syscall.ECONNREFUSED, wsaRefused):
		return endpoint.ConnectionRefused, ""
	case hasAnyCode(err, syscall.EMFILE, syscall.ENFILE, syscall.ENOBUFS, syscall.ENOMEM):
		return endpoint.NoResources, oneLine(errorText(err))
	case hasAnyCode(err, syscall.EACCES, syscall.EPERM):
		return endpoint.NotPermitted, oneLine(errorText(err))
	case hasAnyCode(err, syscall.ENETUNREACH, syscall.EHOSTUNREACH, syscall.ENETDOWN, syscall.EHOSTDOWN, syscall.EAFNOSUPPORT):
		return endpoint.NoRoute, oneLine(errorText(err))
	case hasAnyCode(err, syscall.EADDRNOTAVAIL):
		return endpoint.NoRoute, oneLine(errorText(err)) + ": there is no local address to connect from, or no local port is left"
	case timedOut(ctx, err), hasAnyCode(err, wsaTimedOut):
		return endpoint.ConnectTimeout, ""
	}
	return endpoint.Unreachable, oneLine(errorText(err))
}

// Error codes of Windows. Package syscall names only the codes of other systems.
const (
	wsaReset    = syscall.Errno(10054)
	wsaTimedOut = syscall.Errno(10060)
	wsaRefused  = syscall.Errno(10061)
)

// withoutPorts returns the error text of a name lookup without the local port, which differs from run to run.
func withoutPorts(text string) string {
	if _, after, ok := strings.Cut(text, "->"); ok {
		if _, what, ok := strings.Cut(after, ": "); ok {
			return what
		}
	}
	return text
}

// hasAnyCode reports whether err is an error with one of the codes.
func hasAnyCode(err error, codes ...syscall.Errno) bool {
	return slices.ContainsFunc(codes, func(c syscall.Errno) bool { return errors.Is(err, c) })
}

// timedOut reports whether err is a timeout or ctx reached its deadline.
func timedOut(ctx context.Context, err error) bool {
	var timed net.Error
	return errors.Is(ctx.Err(), context.DeadlineExceeded) || errors.As(err, &timed) && timed.Timeout()
}

// failedHandshake describes why a TLS handshake failed. Version is set if the receiver chose a version that is too old.
type failedHandshake struct {
	Failure endpoint.Failure
	Version uint16
	Detail  string
}

// handshakeFailure returns why a handshake did not complete. certificateRequested means that the receiver asked for a client certificate.
func handshakeFailure(ctx context.Context, err error, certificateRequested bool) failedHandshake {
	f := failedHandshake{Failure: endpoint.OtherHandshakeError, Detail: oneLine(errorText(err))}
	var header tls.RecordHeaderError // its Conn is set if the first bytes were not TLS
	errors.As(err, &header)
	code, isAlert := alertNumber(err)
	switch {
	case errors.Is(err, errHandshakeEnded):
		f.Failure, f.Detail = endpoint.EndedForCertificate, ""
	case header.Conn != nil && isPlainHTTP(string(header.RecordHeader[:])):
		f.Failure = endpoint.PlainHTTP
	case header.Conn != nil:
		f.Failure, f.Detail = endpoint.NotTLS, fmt.Sprintf("the first bytes are %q", header.RecordHeader[:])
	case isAlert:
		f.Failure = alertFailure(code, certificateRequested)
	case strings.Contains(err.Error(), selectedVersionPrefix):
		f.Failure, f.Version = endpoint.TooOldTLS, parseVersion(err.Error())
	case strings.Contains(err.Error(), "failed to parse certificate from server"):
		f.Failure = endpoint.UnparsableChain
	case timedOut(ctx, err):
		f.Failure = endpoint.HandshakeTimeout
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed),
		errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		f.Failure = endpoint.HandshakeClosed
		if errors.Is(err, io.EOF) {
			f.Detail = "without sending a byte"
		}
		if certificateRequested {
			f.Detail = "after it had asked for a client certificate"
		}
	}
	return f
}

// isPlainHTTP reports whether the first bytes of a response to a TLS hello are the first bytes of an HTTP response. Python's http.server
// treats the hello as a request of HTTP/0.9 and responds with an HTML page without a status line.
func isPlainHTTP(start string) bool {
	return start == "HTTP/" || strings.EqualFold(start, "<!DOC") || strings.EqualFold(start, "<html")
}

// Numbers of TLS alerts, see RFC 8446.
const (
	alertHandshakeFailure      = 40
	alertNoCertificate         = 41
	alertBadCertificate        = 42
	alertCertificateUnknown    = 46
	alertAccessDenied          = 49
	alertProtocolVersion       = 70
	alertUnrecognizedName      = 112
	alertCertificateRequired   = 116
	alertNoApplicationProtocol = 120
)

// alertFailure returns why a receiver ended a handshake with an alert.
func alertFailure(code uint8, certificateRequested bool) endpoint.Failure {
	switch {
	case code == alertProtocolVersion:
		return endpoint.TooOldTLS
	case certificateRequested && mayMeanNoCertificate(code):
		return endpoint.ClientCertificate
	case code == alertHandshakeFailure:
		return endpoint.NoCommonSettings
	case code == alertUnrecognizedName:
		return endpoint.HostNotServed
	case code == alertNoApplicationProtocol:
		return endpoint.NoHTTP1
	}
	return endpoint.HandshakeAlert
}

// mayMeanNoCertificate reports whether an alert may mean that the client certificate is missing.
func mayMeanNoCertificate(code uint8) bool {
	return code == alertHandshakeFailure || code == alertNoCertificate || code == alertAccessDenied ||
		code >= alertBadCertificate && code <= alertCertificateUnknown || code == alertCertificateRequired
}

// alertNumber returns the number of the alert that the receiver sent. It uses reflect because crypto/tls does not export the type.
func alertNumber(err error) (uint8, bool) {
	var op *net.OpError
	if !errors.As(err, &op) || op.Op != "remote error" {
		return 0, false
	}
	v := reflect.ValueOf(op.Err)
	if v.Kind() != reflect.Uint8 {
		return 0, false
	}
	return uint8(v.Uint()), true
}

// selectedVersionPrefix is the beginning of crypto/tls's error if the receiver chooses an old version. The version follows in hexadecimal.
const selectedVersionPrefix = "server selected unsupported protocol version "

func parseVersion(text string) uint16 {
	_, digits, _ := strings.Cut(text, selectedVersionPrefix)
	n, _ := strconv.ParseUint(digits, 16, 16)
	return uint16(n)
}
