package sender

import (
	"context"
	"errors"
	"net/http/httptrace"
	"strings"
	"sync"
	"time"
)

// attempt is one request handed to the transport, and what was noticed on the way. Its hooks run on the transport's
// goroutines. A round tripper that calls no hooks, such as a mock, leaves it empty.
type attempt struct {
	mu     sync.Mutex
	wanted bool // a connection was asked for
	got    int  // connections that were had, more than one where net/http repeated by itself
	at     time.Time
	reused bool
	began  bool // the first byte of a response came
	wire   *wire
	quiet  <-chan struct{}
}

// trace returns ctx with the hooks of the attempt in it.
func (a *attempt) trace(ctx context.Context) context.Context {
	note := func(f func()) {
		a.mu.Lock()
		defer a.mu.Unlock()
		f()
	}
	return httptrace.WithClientTrace(withExchange(ctx), &httptrace.ClientTrace{
		GetConn: func(string) { note(func() { a.wanted = true }) },
		GotConn: func(info httptrace.GotConnInfo) {
			w, _ := info.Conn.(*wire)
			if w != nil {
				w.take()
			}
			note(func() { a.got, a.at, a.reused, a.wire = a.got+1, time.Now(), info.Reused, w })
		},
		GotFirstResponseByte: func() { note(func() { a.began = true }) },
		PutIdleConn: func(err error) {
			note(func() {
				if err == nil && a.wire != nil {
					a.quiet = a.wire.giveBack()
				}
			})
		},
	})
}

func (a *attempt) connectedAt() time.Time {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.at
}

// repeated reports whether net/http itself took a second connection.
func (a *attempt) repeated() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.got > 1
}

// unconnected reports whether a connection was asked for and never came; it is false if no hooks were called.
func (a *attempt) unconnected() bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	return a.wanted && a.got == 0
}

// stale reports whether err looks like a connection that the receiver closed while it was idle.
func (a *attempt) stale(err error) bool {
	a.mu.Lock()
	defer a.mu.Unlock()
	if failed := (*connectError)(nil); errors.As(err, &failed) {
		return false
	}
	return a.reused && !a.began && (cutOff(err) || strings.Contains(err.Error(), "server closed idle connection"))
}

// seen reports whether a byte came back, and which came first.
func (a *attempt) seen() (bool, responseHead) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if a.wire == nil {
		return a.began, ""
	}
	return a.began, a.wire.responseHead()
}

// settle waits until a connection that was given back either listens again or is closed. Without that, bytes which the
// receiver sent after its response could be taken for the response to the next push.
func (a *attempt) settle(ctx context.Context) {
	a.mu.Lock()
	quiet := a.quiet
	a.mu.Unlock()
	if quiet == nil {
		return
	}
	select {
	case <-quiet:
	case <-ctx.Done():
	}
}

// responseHead is how a response begins, as far as it was kept.
type responseHead string

const httpVersion = "HTTP/1."

// mayBeHTTP reports whether the bytes are, or can still become, an HTTP/1.x response.
func (h responseHead) mayBeHTTP() bool {
	return strings.HasPrefix(string(h), httpVersion) || strings.HasPrefix(httpVersion, string(h))
}

// noWholeLine reports whether the bytes ended within the status line.
func (h responseHead) noWholeLine() bool {
	return h != "" && len(h) < headSample && !strings.Contains(string(h), "\n")
}
