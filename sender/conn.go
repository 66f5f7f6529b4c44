package sender

import (
	"bufio"
	"bytes"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"golang.org/x/net/http/httpguts"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/transcript"
)

// Conn is one connection to a receiver, for one exchange after the other. It knows what it did and when.
type Conn struct {
	conn   net.Conn
	limits Limits
	left   left          // what may still be read of the response
	in     *bufio.Reader // over left
	raw    []byte        // the first rememberedBytes of the response as they came
	came   int64         // bytes of the response
	idle   time.Duration // how long it was not used before the exchange; 0 for the first one
	last   time.Time     // when the exchange before was over
	ended  bool          // no further request may be sent

	written time.Time // when the request was begun; zero if it was not
	first   time.Time // when the first byte of the response came; zero if none did
}

// rememberedBytes is how long a response may be whose bytes are compared with those of earlier ones.
const rememberedBytes = 8 << 10

// newConn takes over a connection that is ready for HTTP.
func newConn(conn net.Conn, limits Limits) *Conn {
	c := &Conn{conn: conn, limits: limits.WithDefaults()}
	c.left = left{c: c}
	c.in = bufio.NewReaderSize(&c.left, int(c.limits.HeaderBytes))
	return c
}

// left reads from a connection as many bytes as are left, and keeps the first ones.
type left struct {
	c *Conn
	n int64
}

// errHeadTooLong says that a response head was longer than the limit.
var errHeadTooLong = errors.New("the response headers are longer than pushcheck reads")

func (l *left) Read(p []byte) (int, error) {
	if l.n <= 0 {
		return 0, errHeadTooLong
	}
	n, err := l.c.conn.Read(p[:min(int64(len(p)), l.n)])
	l.n -= int64(n)
	if n > 0 && l.c.first.IsZero() {
		l.c.first = time.Now()
	}
	l.c.came += int64(n)
	l.c.raw = append(l.c.raw, p[:min(n, rememberedBytes-len(l.c.raw))]...)
	return n, err
}

// send writes a request, and waits at most until the deadline for everything that follows.
func (c *Conn) send(request []byte, deadline time.Time) error {
	c.written, c.first, c.raw, c.came = time.Time{}, time.Time{}, c.raw[:0], 0
	c.left.n = c.limits.HeaderBytes
	if !c.last.IsZero() {
		c.idle = time.Since(c.last)
	}
	if c.in.Buffered() > 0 {
		c.ended = true
		return errUnasked
	}
	_ = c.conn.SetDeadline(deadline)
	c.written = time.Now()
	_, err := c.conn.Write(request)
	return err
}

// errUnasked says that the receiver sent something after its response.
var errUnasked = errors.New("the receiver sent bytes that belong to no response")

// head reads the head of the response. Informational ones before it are passed over.
func (c *Conn) head(method string) (*http.Response, error) {
	for {
		resp, err := http.ReadResponse(c.in, &http.Request{Method: method})
		if err != nil {
			return nil, err
		}
		if resp.StatusCode/100 == 1 && resp.StatusCode != http.StatusSwitchingProtocols {
			continue
		}
		c.left.n = c.limits.HeaderBytes + c.limits.DrainBytes
		return resp, nil
	}
}

// cause is why a read ended: errDeadline if the time limit was reached.
func (c *Conn) cause(err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return errDeadline
	}
	return nil
}

// over notes that the response came whole, and whether the connection serves another exchange.
func (c *Conn) over(resp *http.Response) {
	c.last = time.Now()
	c.ended = c.ended || resp.Close || closeDelimited(resp) || c.in.Buffered() > 0
}

// peek waits for the response and returns the bytes of it that came first.
func (c *Conn) peek() ([]byte, error) {
	if _, err := c.in.Peek(1); err != nil {
		return nil, err
	}
	return c.raw, nil
}

// skip passes over all bytes that peek returned.
func (c *Conn) skip() {
	c.last = time.Now()
	_, _ = c.in.Discard(c.in.Buffered())
}

// idleBeforeClose is how long a connection has to be idle before a receiver may close it unasked. One that closes it sooner has
// dropped the push.
const idleBeforeClose = time.Second

// stale reports whether err looks like a connection that the receiver had closed while it was idle.
func (c *Conn) stale(err error) bool {
	return c.idle >= idleBeforeClose && c.first.IsZero() && (cutOff(err) || errors.Is(err, errUnasked)) && !errors.Is(err, os.ErrDeadlineExceeded)
}

// endWithout names the end of an exchange of which no whole response head came.
func (c *Conn) endWithout(err error) (transcript.End, endpoint.Failure, string) {
	var failed *connectError
	if errors.As(err, &failed) {
		return transcript.NotConnected, failed.Failure, failed.Error()
	}
	head := responseHead(c.raw[:min(len(c.raw), headSample)])
	switch {
	case c.cause(err) == errDeadline && c.first.IsZero():
		return transcript.TimedOut, endpoint.None, errDeadline.Error()
	case c.cause(err) == errDeadline && head.mayBeHTTP():
		return transcript.Late, endpoint.None, "the response headers were not complete within the time limit"
	case c.cause(err) == errDeadline:
		return transcript.NotHTTP, endpoint.None, fmt.Sprintf("the response starts with %q", head)
	case errors.Is(err, errHeadTooLong):
		return transcript.HeadersTooLong, endpoint.None, err.Error()
	case c.first.IsZero():
		return transcript.Dropped, endpoint.None, words(err)
	case head.mayBeHTTP() && (cutOff(err) || head.noWholeLine()):
		return transcript.Truncated, endpoint.None, words(err)
	}
	return transcript.NotHTTP, endpoint.None, err.Error()
}

// Close ends the connection.
func (c *Conn) Close() { _ = c.conn.Close() }

// requestHead is what stands before the body of every push to one host, but for its first line and Content-Length.
type requestHead struct {
	host string // the value of the Host header
	tail []byte // the headers after Content-Length, and the empty line
}

// newRequestHead writes the headers as net/http does: User-Agent first, Content-Length, then the others in order.
func newRequestHead(req request) requestHead {
	header, host := requestHeader(req)
	if host == "" {
		host = req.URL.Host
		if ascii, err := httpguts.PunycodeHostPort(host); err == nil {
			host = ascii
		}
	}
	agent := header["User-Agent"]
	delete(header, "User-Agent")
	var tail bytes.Buffer
	if len(agent) > 0 && agent[0] != "" {
		fmt.Fprintf(&tail, "User-Agent: %s\r\n", agent[0])
	}
	_ = header.Write(&tail)
	tail.WriteString("\r\n")
	return requestHead{host: host, tail: tail.Bytes()}
}

// append adds a whole request to b.
func (h requestHead) append(b []byte, target string, body []byte) []byte {
	b = append(b, "POST "...)
	b = append(b, target...)
	b = append(b, " HTTP/1.1\r\nHost: "...)
	b = append(b, h.host...)
	b = append(b, "\r\nContent-Length: "...)
	b = fmt.Append(b, len(body))
	b = append(b, "\r\n"...)
	b = append(b, h.tail...)
	return append(b, body...)
}
