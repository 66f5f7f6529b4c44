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

// process is the receiver from its start to its end. It may be started again, as another process.
type process struct {
	server *http.Server
	served chan struct{}  // closed when no connection is accepted any more
	open   sync.WaitGroup // connections
	ended  bool
}

// serve starts a process that serves a listener.
func serve(ctx context.Context, h http.Handler, listener net.Listener) *process {
	p := &process{served: make(chan struct{})}
	p.server = &http.Server{
		Handler:           h,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       20 * time.Second,
		WriteTimeout:      60 * time.Second, // longer than the slowest fault
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          log.New(io.Discard, "", 0),
		BaseContext:       func(net.Listener) context.Context { return context.WithValue(ctx, serving{}, ctx) },
		ConnState: func(_ net.Conn, s http.ConnState) {
			switch s {
			case http.StateNew:
				p.open.Add(1)
			case http.StateClosed, http.StateHijacked:
				p.open.Done()
			}
		},
	}
	go func() {
		defer close(p.served)
		_ = p.server.Serve(listener) // always returns an error: that the server was closed
	}()
	return p
}

// serving is the key of the context that ends with the receiver.
type serving struct{}

// whileServing returns a request whose context does not end if the sender closes the connection: the receiver continues.
func whileServing(req *http.Request) *http.Request {
	if ctx, ok := req.Context().Value(serving{}).(context.Context); ok {
		return req.WithContext(ctx)
	}
	return req
}

// end closes the listener and every connection, and waits until all goroutines of the process have ended.
func (p *process) end() error {
	err := p.server.Close()
	<-p.served
	p.open.Wait()
	return err
}
