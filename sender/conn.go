package sender

import (
	"bufio"
	"context"
	"errors"
	"io"
	"math"
	"net"
	"net/http"
	"os"
	"time"
)

// Conn is a connection to a receiver. It makes one exchange at a time, and records when bytes were written and read.
type Conn struct {
	conn   net.Conn
	limits Limits
	left   left          // limits how much of the response is read
	in     *bufio.Reader // over left
	raw    []byte        // the first rememberedBytes of the response as they came
	came   int64         // bytes of the response
	idle   time.Duration // how long the connection was unused before this exchange; 0 for the first exchange
	last   time.Time     // when the previous exchange ended; zero if there was none
	ended  bool          // no further request may be sent

	line      *line         // keeps the connection between exchanges
	finish    func() error  // waits for the writer that ask started, and returns its error
	listening chan struct{} // closed when listen has ended; nil if it was not called

	written time.Time // when writing the request began; zero if it did not begin
	first   time.Time // when the first byte of the response came; zero if none came
}

// rememberedBytes is the longest response that is compared byte for byte with earlier ones.
const rememberedBytes = 8 << 10

// newConn wraps a connection on which TLS, if any, is already established.
func newConn(conn net.Conn, limits Limits) *Conn {
	c := &Conn{conn: conn, limits: limits.WithDefaults()}
	c.left = left{c: c}
	c.in = bufio.NewReaderSize(&c.left, int(c.limits.HeaderBytes))
	return c
}

// left reads at most n bytes from a connection. It keeps the first rememberedBytes.
type left struct {
	c *Conn
	n int64
}

// errHeadTooLong means that a response head is longer than Limits.HeaderBytes.
var errHeadTooLong = errors.New("the response headers are longer than pushcheck reads")

func (l *left) Read(p []byte) (int, error) {
	if l.n <= 0 {
		return 0, errHeadTooLong
	}
	n, err := l.c.conn.Read(p[:min(int64(len(p)), l.n)])
	if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
		l.c.ended = true
	}
	l.n -= int64(n)
	if n > 0 && l.c.first.IsZero() {
		l.c.first = time.Now()
	}
	l.c.came += int64(n)
	l.c.raw = append(l.c.raw, p[:min(n, rememberedBytes-len(l.c.raw))]...)
	return n, err
}

// begin prepares an exchange that has to end before the deadline.
func (c *Conn) begin(deadline time.Time) error {
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
	return nil
}

// send writes a request. The deadline is for the request and for its response.
func (c *Conn) send(request []byte, deadline time.Time) error {
	if err := c.begin(deadline); err != nil {
		return err
	}
	_, err := c.conn.Write(request)
	return err
}

// errUnasked means that the receiver sent bytes after its response.
var errUnasked = errors.New("the receiver sent bytes that belong to no response")

// head reads the head of the response. It skips informational (1xx) responses.
func (c *Conn) head(method string) (*http.Response, error) {
	if _, err := c.in.Peek(1); err != nil {
		return nil, err
	}
	for {
		resp, err := http.ReadResponse(c.in, &http.Request{Method: method})
		if err != nil && c.left.n <= 0 {
			err = errHeadTooLong
		}
		if err != nil {
			return nil, err
		}
		if resp.StatusCode/100 == 1 && resp.StatusCode != http.StatusSwitchingProtocols {
			continue
		}
		c.left.n = math.MaxInt64            // readBody has limits of its own
		resp.Body = io.NopCloser(resp.Body) // because its own Close would read the rest
		return resp, nil
	}
}

// cause returns why a read ended: errDeadline if the time limit was reached, or else nil.
func (c *Conn) cause(err error) error {
	if errors.Is(err, os.ErrDeadlineExceeded) {
		return errDeadline
	}
	return nil
}

// over ends an exchange with a complete response. It marks the connection as ended if it cannot be used again.
func (c *Conn) over(resp *http.Response) {
	c.last = time.Now()
	c.ended = c.ended || resp.Close || closeDelimited(resp) || c.in.Buffered() > 0
}

// peek waits for the response and returns its first bytes without consuming them.
func (c *Conn) peek() ([]byte, error) {
	if _, err := c.in.Peek(1); err != nil {
		return nil, err
	}
	return c.raw, nil
}

// skip consumes all bytes that peek returned.
func (c *Conn) skip() {
	c.last = time.Now()
	_, _ = c.in.Discard(c.in.Buffered())
}

// restOfRequest is how long a receiver may go on reading the request after it has responded.
const restOfRequest = 50 * time.Millisecond

// ask sends a request and reads the head of the response at the same time, because a receiver may respond before it has read
// everything. It returns if ctx ends. Without a response, ask closes the connection. After a response, the caller has to call finish
// and keep.
func (c *Conn) ask(ctx context.Context, method string, request io.Reader) (*http.Response, error) {
	if err := c.begin(time.Time{}); err != nil {
		c.Close()
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = c.conn.SetDeadline(longAgo) })
	writing := make(chan error, 1)
	go func() {
		_, err := io.Copy(c.conn, request)
		writing <- err
	}()
	c.finish = func() error {
		if stop() {
			_ = c.conn.SetWriteDeadline(time.Now().Add(restOfRequest))
		} else {
			c.ended = true
		}
		err := <-writing
		c.ended = c.ended || err != nil
		return err
	}
	resp, err := c.head(method)
	if err == nil {
		return resp, nil
	}
	// A response explains more than a write error does, and a write error explains more than EOF.
	if unwritten := c.finish(); err == io.EOF && unwritten != nil && !errors.Is(unwritten, os.ErrDeadlineExceeded) {
		err = unwritten
	}
	c.Close()
	return nil, err
}

// longAgo is a deadline in the past. It ends reads and writes that are waiting.
var longAgo = time.Unix(1, 0)

// listen watches an idle connection. It marks the connection as ended if the receiver closes it or sends bytes.
func (c *Conn) listen() {
	c.listening = make(chan struct{})
	c.left.n = 1 // one byte is enough
	go func() {
		defer close(c.listening)
		if _, err := c.in.Peek(1); !errors.Is(err, os.ErrDeadlineExceeded) {
			c.ended = true
			c.Close()
		}
	}()
}

// inUse is how short a connection is not used between two pushes of a busy load. To ask the system about it would cost more than to try.
const inUse = time.Millisecond

// usable stops listen if it was called, and reports whether the connection can be used for another exchange.
func (c *Conn) usable() bool {
	if c.listening == nil {
		return time.Since(c.last) < inUse || quiet(c.conn)
	}
	_ = c.conn.SetReadDeadline(longAgo)
	<-c.listening
	c.listening = nil
	return !c.ended
}

// stale reports whether err looks as if the receiver had closed the connection while it was idle.
func (c *Conn) stale(err error) bool {
	if failed := (*connectError)(nil); errors.As(err, &failed) {
		return false
	}
	return !c.last.IsZero() && c.first.IsZero() && cutOff(err) && !errors.Is(err, os.ErrDeadlineExceeded)
}

// Close closes the connection.
func (c *Conn) Close() { _ = c.conn.Close() }
