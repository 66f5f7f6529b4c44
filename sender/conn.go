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
	conn          net.Conn
	limits        Limits
	limited       limitedReader // limits how much of the response is read
	reader        *bufio.Reader // reads from limited
	firstBytes    []byte        // the first maxCompared bytes of the response as they came
	receivedBytes int64         // number of bytes of the response
	idleTime      time.Duration // time for which the connection was unused before this exchange; 0 for the first exchange
	lastUsed      time.Time     // the time at which the previous exchange ended; zero if there was none
	ended         bool          // no further request may be sent

	queue         *connQueue    // keeps the connection between exchanges
	waitForWriter func() error  // waits for the writer that sendAndReadHead started, and returns its error
	watchEnded    chan struct{} // closed when watchIdle has ended; nil if watchIdle was not called

	writeTime     time.Time // the time at which writing the request began; zero if it did not begin
	firstByteTime time.Time // the time at which the first byte of the response came; zero if no byte came
}

// maxCompared is the length of the longest response that is compared byte for byte with earlier responses.
const maxCompared = 8 << 10

// newConn wraps a connection on which TLS, if any, is already established.
func newConn(conn net.Conn, limits Limits) *Conn {
	c := &Conn{conn: conn, limits: limits.WithDefaults()}
	c.limited = limitedReader{c: c}
	c.reader = bufio.NewReaderSize(&c.limited, int(c.limits.HeaderBytes))
	return c
}

// limitedReader reads at most n bytes from a connection. It stores the first maxCompared bytes in Conn.firstBytes.
type limitedReader struct {
	c *Conn
	n int64
}

// errHeadTooLong means that a response head is longer than Limits.HeaderBytes.
var errHeadTooLong = errors.New("the response headers are longer than pushcheck reads")

func (l *limitedReader) Read(p []byte) (int, error) {
	if l.n <= 0 {
		return 0, errHeadTooLong
	}
	n, err := l.c.conn.Read(p[:min(int64(len(p)), l.n)])
	if err != nil && !errors.Is(err, os.ErrDeadlineExceeded) {
		l.c.ended = true
	}
	l.n -= int64(n)
	if n > 0 && l.c.firstByteTime.IsZero() {
		l.c.firstByteTime = time.Now()
	}
	l.c.receivedBytes += int64(n)
	l.c.firstBytes = append(l.c.firstBytes, p[:min(n, maxCompared-len(l.c.firstBytes))]...)
	return n, err
}

// beginExchange prepares an exchange that has to end before the deadline.
func (c *Conn) beginExchange(deadline time.Time) error {
	c.writeTime, c.firstByteTime, c.firstBytes, c.receivedBytes = time.Time{}, time.Time{}, c.firstBytes[:0], 0
	c.limited.n = c.limits.HeaderBytes
	if !c.lastUsed.IsZero() {
		c.idleTime = time.Since(c.lastUsed)
	}
	if c.reader.Buffered() > 0 {
		c.ended = true
		return errUnrequested
	}
	_ = c.conn.SetDeadline(deadline)
	c.writeTime = time.Now()
	return nil
}

// send writes a request. The deadline is for the request and for its response.
func (c *Conn) send(request []byte, deadline time.Time) error {
	if err := c.beginExchange(deadline); err != nil {
		return err
	}
	_, err := c.conn.Write(request)
	return err
}

// errUnrequested means that the receiver sent bytes after its response.
var errUnrequested = errors.New("the receiver sent bytes that belong to no response")

// readHead reads the head of the response. It skips informational (1xx) responses.
func (c *Conn) readHead(method string) (*http.Response, error) {
	if _, err := c.reader.Peek(1); err != nil {
		return nil, err
	}
	for {
		resp, err := http.ReadResponse(c.reader, &http.Request{Method: method})
		if err != nil && c.limited.n <= 0 {
			err = errHeadTooLong
		}
		if err != nil {
			return nil, err
		}
		if resp.StatusCode/100 == 1 && resp.StatusCode != http.StatusSwitchingProtocols {
			continue
		}
		c.limited.n = math.MaxInt64         // readBody limits the body
		resp.Body = io.NopCloser(resp.Body) // because Close of the original body would read the rest
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

// endExchange ends an exchange with a complete response. It marks the connection as ended if it cannot be used again.
func (c *Conn) endExchange(resp *http.Response) {
	c.lastUsed = time.Now()
	c.ended = c.ended || resp.Close || isCloseDelimited(resp) || c.reader.Buffered() > 0
}

// peek waits for the response and returns its first bytes without consuming them.
func (c *Conn) peek() ([]byte, error) {
	if _, err := c.reader.Peek(1); err != nil {
		return nil, err
	}
	return c.firstBytes, nil
}

// skip consumes all bytes that peek returned.
func (c *Conn) skip() {
	c.lastUsed = time.Now()
	_, _ = c.reader.Discard(c.reader.Buffered())
}

// maxRestOfRequestTime is the time for which a receiver may continue to read the request after it has responded.
const maxRestOfRequestTime = 50 * time.Millisecond

// sendAndReadHead sends a request and reads the head of the response at the same time, because a receiver may respond before it has read
// everything. It returns early if ctx ends. Without a response, it closes the connection. After a response, the caller has to call
// waitForWriter, and Close or Pool.passOn.
func (c *Conn) sendAndReadHead(ctx context.Context, method string, request io.Reader) (*http.Response, error) {
	if err := c.beginExchange(time.Time{}); err != nil {
		c.Close()
		return nil, err
	}
	stop := context.AfterFunc(ctx, func() { _ = c.conn.SetDeadline(longAgo) })
	writeResult := make(chan error, 1)
	go func() {
		_, err := io.Copy(c.conn, request)
		writeResult <- err
	}()
	c.waitForWriter = func() error {
		if stop() {
			_ = c.conn.SetWriteDeadline(time.Now().Add(maxRestOfRequestTime))
		} else {
			c.ended = true
		}
		err := <-writeResult
		c.ended = c.ended || err != nil
		return err
	}
	resp, err := c.readHead(method)
	if err == nil {
		return resp, nil
	}
	// A response explains more than a write error does, and a write error explains more than EOF.
	if writeErr := c.waitForWriter(); err == io.EOF && writeErr != nil && !errors.Is(writeErr, os.ErrDeadlineExceeded) {
		err = writeErr
	}
	c.Close()
	return nil, err
}

// longAgo is a deadline in the past. It ends reads and writes that are waiting.
var longAgo = time.Unix(1, 0)

// watchIdle watches an idle connection. It marks the connection as ended if the receiver closes it or sends bytes.
func (c *Conn) watchIdle() {
	c.watchEnded = make(chan struct{})
	c.limited.n = 1 // one byte shows that the receiver sent something
	go func() {
		defer close(c.watchEnded)
		if _, err := c.reader.Peek(1); !errors.Is(err, os.ErrDeadlineExceeded) {
			c.ended = true
			c.Close()
		}
	}()
}

// maxBusyPause is the longest pause between two pushes after which a connection is used again without a check. After so short a pause the
// connection is rarely closed. To check it each time would cost more CPU time than to send the push again on a new connection.
const maxBusyPause = time.Millisecond

// prepareReuse stops watchIdle if it was called, and reports whether the connection can be used for another exchange.
func (c *Conn) prepareReuse() bool {
	if c.watchEnded == nil {
		return time.Since(c.lastUsed) < maxBusyPause || isQuiet(c.conn)
	}
	_ = c.conn.SetReadDeadline(longAgo)
	<-c.watchEnded
	c.watchEnded = nil
	return !c.ended
}

// isStale reports whether err probably means that the receiver had closed the connection while the connection was idle.
func (c *Conn) isStale(err error) bool {
	if failed := (*connectError)(nil); errors.As(err, &failed) {
		return false
	}
	return !c.lastUsed.IsZero() && c.firstByteTime.IsZero() && isConnectionEnd(err) && !errors.Is(err, os.ErrDeadlineExceeded)
}

// Close closes the connection.
func (c *Conn) Close() { _ = c.conn.Close() }
