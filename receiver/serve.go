package receiver

import (
	"context"
	"crypto/tls"
	"fmt"
	"net"
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

// Instance is a receiver that is being served.
type Instance struct {
	*Receiver

	// URL is where pushes go, with a slash at the end. Its host is that of Config.Listen, or localhost where that names
	// every address of the machine.
	URL     string
	RootPEM []byte // the authority to trust; nil if there is no TLS

	listen func(context.Context) (net.Listener, error) // where the receiver was reached when it started
	close  func() error

	mu     sync.Mutex
	serves *process       // nil when the receiver is closed
	starts sync.WaitGroup // of a process that is to be started again
}

// Start serves a receiver with a certificate for localhost, the host of its URL and Config.Hosts until ctx ends or Close is
// called. It speaks HTTP/1.1 only, as sipgate does. Errors are those of New and of listening, and transport faults that
// cannot show without TLS.
func Start(ctx context.Context, c Config) (*Instance, error) {
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
	listener, err := p.listen(ctx, c.Listen)
	if err != nil {
		return nil, fmt.Errorf("serving the receiver: %w", err)
	}
	address := listener.Addr().String()
	_, port, err := net.SplitHostPort(address)
	if err != nil {
		return nil, fmt.Errorf("serving the receiver: %w", err)
	}
	running := &Instance{
		Receiver: r, URL: p.scheme + "://" + net.JoinHostPort(host, port) + "/", RootPEM: p.rootPEM,
		listen: func(ctx context.Context) (net.Listener, error) { return p.listen(ctx, address) },
	}
	running.serve(ctx, listener)
	return running, nil
}

// listen opens the plan's listener on an address.
func (p *plan) listen(ctx context.Context, address string) (net.Listener, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, err
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
	return listener, nil
}

// Close stops serving, closes all connections and waits until all goroutines of the receiver have ended.
func (r *Instance) Close() error { return r.close() }

func (r *Instance) serve(ctx context.Context, listener net.Listener) {
	ctx, cancel := context.WithCancel(ctx)
	r.serves = serve(ctx, r.Receiver, listener)
	r.Receiver.end = func(back time.Duration) { r.endProcess(ctx, back) }
	r.close = sync.OnceValue(func() error {
		cancel()
		r.mu.Lock()
		last := r.serves
		r.serves = nil
		r.mu.Unlock()
		err := last.end()
		r.starts.Wait()
		return err
	})
	context.AfterFunc(ctx, func() { _ = r.close() })
}

// endProcess ends the process that serves, and starts another one after a while; never if that is 0.
func (r *Instance) endProcess(ctx context.Context, back time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	ended := r.serves
	if ended == nil || ended.ended {
		return
	}
	ended.ended = true
	_ = ended.server.Close()
	if back <= 0 {
		return
	}
	r.starts.Go(func() {
		_ = ended.end()
		after := time.NewTimer(back)
		defer after.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-after.C:
			}
			listener, err := r.listen(ctx)
			if err != nil { // somebody else has the port for a moment
				after.Reset(10 * time.Millisecond)
				continue
			}
			r.mu.Lock()
			defer r.mu.Unlock()
			if r.serves == nil {
				_ = listener.Close()
				return
			}
			r.serves = serve(ctx, r.Receiver, listener)
			return
		}
	})
}
