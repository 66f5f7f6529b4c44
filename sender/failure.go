package sender

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"io"
	"net"
	"reflect"
	"strconv"
	"strings"
	"syscall"

	"github.com/pushcheck/pushcheck/endpoint"
)

// dialFailure names why there was no TCP connection, and says in the words of the system what the name does not.
func dialFailure(ctx context.Context, scheme string, err error) (endpoint.Failure, string) {
	var lookup *net.DNSError
	switch {
	case scheme == "https" && errors.Is(err, syscall.ECONNRESET):
		// Only an accepted connection is reset; whether we are told now or at the first byte is chance.
		return endpoint.HandshakeClosed, plain(words(err))
	case errors.As(err, &lookup) && lookup.IsNotFound:
		return endpoint.UnknownHost, ""
	case errors.Is(err, syscall.ECONNREFUSED):
		return endpoint.ConnectionRefused, ""
	case inVain(ctx, err):
		return endpoint.ConnectTimeout, ""
	case errors.As(err, &lookup):
		return endpoint.Unreachable, "looking up the host: " + plain(lookup.Err) // not which server was asked
	}
	return endpoint.Unreachable, plain(words(err))
}

// inVain tells whether time ran out.
func inVain(ctx context.Context, err error) bool {
	var timed net.Error
	return errors.Is(ctx.Err(), context.DeadlineExceeded) || errors.As(err, &timed) && timed.Timeout()
}

// failedHandshake is a failure of a TLS handshake, with the version where that is why.
type failedHandshake struct {
	Failure endpoint.Failure
	Version uint16
	Detail  string
}

// handshakeFailure names why a handshake did not complete. asked: a client certificate was asked for meanwhile.
func handshakeFailure(ctx context.Context, err error, asked bool) failedHandshake {
	f := failedHandshake{Failure: endpoint.OtherHandshakeError, Detail: plain(words(err))}
	var header tls.RecordHeaderError // its Conn is there where the first bytes were not TLS
	errors.As(err, &header)
	code, isAlert := alert(err)
	switch {
	case errors.Is(err, errWithheld):
		f.Failure, f.Detail = endpoint.Withheld, ""
	case header.Conn != nil && string(header.RecordHeader[:]) == "HTTP/":
		f.Failure = endpoint.PlainHTTP
	case header.Conn != nil:
		f.Failure, f.Detail = endpoint.NotTLS, fmt.Sprintf("the first bytes are %q", header.RecordHeader[:])
	case isAlert:
		f.Failure = alertFailure(code, asked)
	case strings.Contains(err.Error(), selectedVersion):
		f.Failure, f.Version = endpoint.TooOldTLS, versionIn(err.Error())
	case strings.Contains(err.Error(), "failed to parse certificate from server"):
		f.Failure = endpoint.UnparsableChain
	case inVain(ctx, err):
		f.Failure = endpoint.HandshakeTimeout
	case errors.Is(err, io.EOF), errors.Is(err, io.ErrUnexpectedEOF), errors.Is(err, net.ErrClosed),
		errors.Is(err, syscall.ECONNRESET), errors.Is(err, syscall.EPIPE):
		f.Failure = endpoint.HandshakeClosed
		if errors.Is(err, io.EOF) {
			f.Detail = "without a word"
		}
		if asked {
			f.Detail = "after it had asked for a client certificate"
		}
	}
	return f
}

// Alerts by their numbers in RFC 8446.
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

// alertFailure names why a receiver broke a handshake off by an alert.
func alertFailure(code uint8, asked bool) endpoint.Failure {
	switch {
	case code == alertProtocolVersion:
		return endpoint.TooOldTLS
	case asked && aboutCertificate(code):
		return endpoint.ClientCertificate
	case code == alertHandshakeFailure:
		return endpoint.NothingInCommon
	case code == alertUnrecognizedName:
		return endpoint.HostNotServed
	case code == alertNoApplicationProtocol:
		return endpoint.NoHTTP1
	}
	return endpoint.HandshakeAlert
}

// aboutCertificate tells whether an alert may complain about the client certificate that is not there.
func aboutCertificate(code uint8) bool {
	return code == alertHandshakeFailure || code == alertNoCertificate || code == alertAccessDenied ||
		code >= alertBadCertificate && code <= alertCertificateUnknown || code == alertCertificateRequired
}

// alert is the number of the alert that the receiver sent. The type of it is not exported by crypto/tls, hence reflect.
func alert(err error) (uint8, bool) {
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

// selectedVersion begins what crypto/tls says, before the version in hexadecimal, when a receiver insists on an old one.
const selectedVersion = "server selected unsupported protocol version "

func versionIn(text string) uint16 {
	_, digits, _ := strings.Cut(text, selectedVersion)
	n, _ := strconv.ParseUint(digits, 16, 16)
	return uint16(n)
}
