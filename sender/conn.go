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

// Conn is one connection to a receiver, for one exchange after the other. It knows what it did and when.
type Conn struct {
	conn   net.Conn
	limits Limits
	left   left          // what may still be read of the response
	in     *bufio.Reader // over left
	raw    []byte        // the first rememberedBytes of the response as they came
	came   int64         // bytes of the response
	idle   time.Duration // how long it was not used before the exchange; 0 for the first one
	last   time.Time     // when the exchange before was over; zero if there was none
	ended  bool          // no further request may be sent

	line      *line         // that keeps it between exchanges
	finish    func() error  // ends what ask began, and returns why the request could not be written
	listening chan struct{} // closed when listen has ended; nil if it was not called

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

// begin prepares an exchange, which takes at most until the deadline.
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

// send writes a request, and waits at most until the deadline for everything that follows.
func (c *Conn) send(request []byte, deadline time.Time) error {
	if err := c.begin(deadline); err != nil {
		return err
	}
	_, err := c.conn.Write(request)
	return err
}

// errUnasked says that the receiver sent something after its response.
var errUnasked = errors.New("the receiver sent bytes that belong to no response")

// head reads the head of the response. Informational ones before it are passed over.
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
		resp.Body = io.NopCloser(resp.Body) // its own Close would read the rest
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

// restOfRequest is how long a receiver that has responded may still read the request.
const restOfRequest = 50 * time.Millisecond

// ask sends a request, and reads the head of the response at the same time: a receiver may respond before it has read everything. It ends
// if ctx does. If there is no response the connection is closed; after one, finish and keep have to follow.
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
	// What the receiver said before it closed says more than a failed write, and a failed write more than the mere end.
	if unwritten := c.finish(); err == io.EOF && unwritten != nil && !errors.Is(unwritten, os.ErrDeadlineExceeded) {
		err = unwritten
	}
	c.Close()
	return nil, err
}

// longAgo is a deadline that ends everything.
var longAgo = time.Unix(1, 0)

// listen notices if the receiver closes the connection, or sends something, before the next exchange. It is called between two exchanges.
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

// usable ends listen if it was called, and reports whether the connection serves another exchange.
func (c *Conn) usable() bool {
	if c.listening == nil {
		return time.Since(c.last) < inUse || quiet(c.conn)
	}
	_ = c.conn.SetReadDeadline(longAgo)
	<-c.listening
	c.listening = nil
	return !c.ended
}

// stale reports whether err looks like a connection that the receiver closed while it was idle.
func (c *Conn) stale(err error) bool {
	if failed := (*connectError)(nil); errors.As(err, &failed) {
		return false
	}
	return !c.last.IsZero() && c.first.IsZero() && cutOff(err) && !errors.Is(err, os.ErrDeadlineExceeded)
}

// Close ends the connection.
func (c *Conn) Close() { _ = c.conn.Close() }
