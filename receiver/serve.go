package receiver

import (
	"context"
	"crypto/tls"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/pushcheck/pushcheck/internal/certs"
)

// Config is what Start serves, and where.
type Config struct {
	Options   Options          // its transport faults decide about the connection
	Listen    string           // address and port; default 127.0.0.1:0, a free port that only this machine reaches
	Hosts     []string         // further names and addresses for the certificate
	PlainHTTP bool             // no TLS, and an http URL
	Authority *certs.Authority // issues the certificate; nil: a new one
}

// Running is a receiver that is being served.
type Running struct {
	*Receiver

	// URL is where pushes go, with a slash at the end. Its host is that of Config.Listen, or localhost where that names
	// every address of the machine.
	URL     string
	RootPEM []byte // the authority to trust; nil where there is no TLS

	server *http.Server
	served chan struct{}  // closed when no connection is accepted any more
	open   sync.WaitGroup // connections
	close  func() error
}

// Start serves a receiver with a certificate for localhost, the host of its URL and Config.Hosts until ctx ends or Close is
// called. It speaks HTTP/1.1 only, as sipgate does. Errors are those of New and of listening, and transport faults that
// cannot show without TLS.
func Start(ctx context.Context, c Config) (*Running, error) {
	r, err := New(c.Options)
	if err != nil {
		return nil, err
	}
	if c.Listen == "" {
		c.Listen = "127.0.0.1:0"
	}
	host, _, err := net.SplitHostPort(c.Listen)
	if err != nil {
		return nil, fmt.Errorf("serving the receiver: %w", err)
	}
	if ip := net.ParseIP(host); host == "" || ip != nil && ip.IsUnspecified() {
		host = "localhost"
	}
	p, err := c.plan(host)
	if err != nil {
		return nil, err
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", c.Listen)
	if err != nil {
		return nil, fmt.Errorf("serving the receiver: %w", err)
	}
	_, port, err := net.SplitHostPort(listener.Addr().String())
	if err != nil {
		return nil, fmt.Errorf("serving the receiver: %w", err)
	}
	if p.deaf {
		_ = listener.Close()
	}
	if p.single {
		listener = oneByOne(listener)
	}
	if !p.plain {
		listener = tls.NewListener(listener, p.tls)
	}
	running := &Running{
		Receiver: r, URL: p.scheme + "://" + net.JoinHostPort(host, port) + "/", RootPEM: p.rootPEM, served: make(chan struct{}),
	}
	running.serve(ctx, listener)
	return running, nil
}

// Close stops serving, cuts the connections that are open and waits until nothing of the receiver runs any more.
func (r *Running) Close() error { return r.close() }

func (r *Running) serve(ctx context.Context, listener net.Listener) {
	ctx, cancel := context.WithCancel(ctx)
	r.server = &http.Server{
		Handler:           r.Receiver,
		ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout:       20 * time.Second,
		WriteTimeout:      60 * time.Second, // longer than the slowest fault
		IdleTimeout:       60 * time.Second,
		MaxHeaderBytes:    64 << 10,
		ErrorLog:          log.New(io.Discard, "", 0),
		BaseContext:       func(net.Listener) context.Context { return ctx },
		ConnState: func(_ net.Conn, s http.ConnState) {
			switch s {
			case http.StateNew:
				r.open.Add(1)
			case http.StateClosed, http.StateHijacked:
				r.open.Done()
			}
		},
	}
	r.close = sync.OnceValue(func() error {
		cancel()
		err := r.server.Close()
		<-r.served
		r.open.Wait()
		return err
	})
	context.AfterFunc(ctx, func() { _ = r.close() })
	go func() {
		defer close(r.served)
		_ = r.server.Serve(listener) // always an error, and no other than that it was closed
	}()
}
