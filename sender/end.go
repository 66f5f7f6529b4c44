package sender

import (
	"errors"
	"fmt"
	"io"
	"net"
	"strings"
	"syscall"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/transcript"
)

// endWithoutResponse returns how an exchange without a complete response head ended, why connecting failed, and the text for
// Exchange.Detail. cause is the reason why the context of the exchange ended; nil if the context has not ended. If there was no connection,
// c is the zero Conn.
func (c *Conn) endWithoutResponse(cause, err error) (transcript.End, endpoint.Failure, string) {
	if cause != nil && cause != errDeadline {
		return transcript.Interrupted, endpoint.NoFailure, cause.Error()
	}
	if failed := (*connectError)(nil); errors.As(err, &failed) {
		if failed.Blocked {
			return transcript.BlockedEnd, failed.Failure, failed.Error()
		}
		return transcript.NotConnected, failed.Failure, failed.Error()
	}
	head := responseHead(c.firstBytes[:min(len(c.firstBytes), headSample)])
	switch {
	case cause == errDeadline && c.firstByteTime.IsZero():
		return transcript.TimedOut, endpoint.NoFailure, cause.Error()
	case cause == errDeadline && head.mayBeHTTP():
		return transcript.Late, endpoint.NoFailure, "the response headers were not complete within the time limit"
	case cause == errDeadline:
		return transcript.NotHTTP, endpoint.NoFailure, fmt.Sprintf("the response starts with %q", head)
	case errors.Is(err, errHeadTooLong):
		return transcript.HeadersTooLong, endpoint.NoFailure, err.Error()
	case c.firstByteTime.IsZero() && (!c.writeTime.IsZero() || isConnectionEnd(err)):
		return transcript.Dropped, endpoint.NoFailure, errorText(err)
	case c.firstByteTime.IsZero():
		return transcript.Interrupted, endpoint.NoFailure, err.Error()
	case head.mayBeHTTP() && (isConnectionEnd(err) || head.endsInStatusLine()):
		return transcript.Truncated, endpoint.NoFailure, errorText(err)
	}
	return transcript.NotHTTP, endpoint.NoFailure, err.Error()
}

// headSample is the number of bytes by which the protocol of a response is recognized.
const headSample = 64

// responseHead holds at most the first headSample bytes of a response.
type responseHead string

const httpVersion = "HTTP/1."

// mayBeHTTP reports whether the bytes are, or can still become, an HTTP/1.x response.
func (h responseHead) mayBeHTTP() bool {
	return strings.HasPrefix(string(h), httpVersion) || strings.HasPrefix(httpVersion, string(h))
}

// endsInStatusLine reports whether the response ended within the status line.
func (h responseHead) endsInStatusLine() bool {
	return h != "" && len(h) < headSample && !strings.Contains(string(h), "\n")
}

// isConnectionEnd reports whether err means that the connection ended. Other errors mean that the response is malformed.
func isConnectionEnd(err error) bool {
	var op *net.OpError
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) || errors.Is(err, errUnrequested) || errors.As(err, &op)
}

// errorText returns the text of err without the ports of the connection, which differ from run to run.
func errorText(err error) string {
	if strings.Contains(err.Error(), "tls: no renegotiation") {
		return "the receiver asks for another TLS handshake (renegotiation), as for a client certificate"
	}
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err.Error()
	}
	return err.Error()
}

// isTLSError reports whether TLS ended a connection. crypto/tls has no types for most of its errors, but each text contains "tls: ".
func isTLSError(err error) bool { return strings.Contains(err.Error(), "tls: ") }
