package receiver

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"
)

// process serves the receiver until the process is stopped. A fault can stop it. The receiver may then start another process.
type process struct {
	server          *http.Server
	acceptEnded     chan struct{} // closed when no more connections are accepted
	openConnections sync.WaitGroup
	hasEnded        bool // a fault has ended the process
}

// startProcess starts a process that serves a listener.
func startProcess(ctx context.Context, h http.Handler, listener net.Listener) *process {
	p := &process{acceptEnded: make(chan struct{})}
	p.server = &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       20 * time.Second,
		WriteTimeout:      60 * time.Second, // longer than the slowest fault
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          log.New(io.Discard, "", 0),
		BaseContext:       func(net.Listener) context.Context { return context.WithValue(ctx, servingContextKey{}, ctx) },
		ConnState: func(_ net.Conn, s http.ConnState) {
			switch s {
			case http.StateNew:
				p.openConnections.Add(1)
			case http.StateClosed, http.StateHijacked:
				p.openConnections.Done()
			}
		},
	}
	go func() {
		defer close(p.acceptEnded)
		_ = p.server.Serve(listener) // the error is always http.ErrServerClosed
	}()
	return p
}

// servingContextKey is the key of a context value: the context that ends when the receiver is closed.
type servingContextKey struct{}

// withServingContext returns the request with a context that does not end if the sender closes the connection, so that the receiver
// still handles the push.
func withServingContext(req *http.Request) *http.Request {
	if ctx, ok := req.Context().Value(servingContextKey{}).(context.Context); ok {
		return req.WithContext(ctx)
	}
	return req
}

// stop closes the listener and every connection, and waits until all goroutines of the process have ended.
func (p *process) stop() error {
	err := p.server.Close()
	<-p.acceptEnded
	p.openConnections.Wait()
	return err
}
