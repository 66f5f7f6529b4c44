package sender

import (
	"context"
	"errors"
	"io"
	"net"
	"net/http"
	"sync"

	"github.com/pushcheck/pushcheck/endpoint"
)

// headSample is how many bytes of a response are remembered to tell what it is.
const headSample = 64

// dialFunc makes a connection to addr that is ready for HTTP: with tls the handshake is done and judged. It keeps the
// limits of dialling itself and ends when ctx does. Its errors are *connectError.
type dialFunc func(ctx context.Context, network, addr string, tls bool) (net.Conn, error)

// newTransport returns a transport for one call: HTTP/1.1 only, no proxy, nothing decompressed behind our back. Whoever
// asks for it closes its idle connections at the end of the call.
func newTransport(dial dialFunc, limits Limits) *http.Transport {
	limits = limits.WithDefaults()
	var protocols http.Protocols
	protocols.SetHTTP1(true)
	return &http.Transport{
		DialContext:            dial.wired(false),
		DialTLSContext:         dial.wired(true),
		Protocols:              &protocols,
		DisableCompression:     true,
		MaxIdleConnsPerHost:    4,
		MaxResponseHeaderBytes: limits.HeaderBytes,
		ReadBufferSize:         int(limits.HeaderBytes), // it also bounds the trailers
	}
}

// wired adapts dial to net/http, which dials in a context that outlives the request: the exchange's own is used instead.
func (dial dialFunc) wired(tls bool) func(context.Context, string, string) (net.Conn, error) {
	return func(ctx context.Context, network, addr string) (net.Conn, error) {
		if own, ok := ctx.Value(exchangeKey{}).(context.Context); ok {
			ctx = own
		}
		conn, err := dial(ctx, network, addr, tls)
		if err == nil {
			return newWire(conn), nil
		}
		var failed *connectError
		if !errors.As(err, &failed) {
			err = &connectError{Failure: endpoint.Unreachable, Err: err}
		}
		return nil, err
	}
}

type exchangeKey struct{}

func withExchange(ctx context.Context) context.Context {
	return context.WithValue(ctx, exchangeKey{}, ctx)
}

// wire is a connection that keeps responses in step with requests, which net/http leaves to chance: what a receiver says
// before it was asked anything is held until it was asked, and so is judged as its response; what it says between two
// pushes ends the connection and is dropped.
type wire struct {
	net.Conn

	begin sync.Once
	begun chan struct{} // closed by the first Write, or by Close

	end   sync.Once
	ended chan struct{} // closed when a Read failed, or by Close

	mu       sync.Mutex
	taken    int // how often a push took the connection
	returned int // how often it was given back
	closed   bool
	quiet    chan struct{} // closed when the given-back connection listens, is taken or is closed; nil while a push has it
	head     []byte        // first bytes since it was taken
	unusable *connectError // what a Read found out about the connection
}

func newWire(conn net.Conn) *wire {
	return &wire{Conn: conn, begun: make(chan struct{}), ended: make(chan struct{})}
}

// take notes that a push has the connection. The transport may call it before the giveBack of the push before.
func (w *wire) take() {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.taken++
	w.head = w.head[:0]
	w.settled()
}

// giveBack notes that a push is done with the connection. The channel is closed when it is safe to go on; nil at once.
func (w *wire) giveBack() <-chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.returned++
	if w.closed || !w.idle() {
		return nil
	}
	w.quiet = make(chan struct{})
	return w.quiet
}

func (w *wire) idle() bool { return w.taken == w.returned }

func (w *wire) settled() {
	if w.quiet != nil {
		close(w.quiet)
		w.quiet = nil
	}
}

func (w *wire) responseHead() responseHead {
	w.mu.Lock()
	defer w.mu.Unlock()
	return responseHead(w.head)
}

func (w *wire) Read(p []byte) (int, error) {
	<-w.begun
	w.mu.Lock()
	w.settled()
	w.mu.Unlock()

	n, err := w.Conn.Read(p)

	w.mu.Lock()
	defer w.mu.Unlock()
	if n > 0 && w.idle() {
		return 0, io.EOF
	}
	w.head = append(w.head, p[:min(n, headSample-len(w.head))]...)
	if err != nil {
		errors.As(err, &w.unusable)
		w.end.Do(func() { close(w.ended) })
	}
	return n, err
}

// Write of a request that cannot be written gives the Read its chance first: what the receiver said before it closed, be
// it a response or why it refuses us, tells more than a broken pipe, at which net/http would stop listening.
func (w *wire) Write(p []byte) (int, error) {
	w.begin.Do(func() { close(w.begun) })
	n, err := w.Conn.Write(p)
	if err == nil {
		return n, nil
	}
	<-w.ended
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.unusable != nil {
		err = w.unusable
	}
	return n, err
}

func (w *wire) Close() error {
	w.begin.Do(func() { close(w.begun) })
	w.end.Do(func() { close(w.ended) })
	w.mu.Lock()
	w.closed = true
	w.settled()
	w.mu.Unlock()
	return w.Conn.Close()
}
