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

// Config configures Start: the receiver, its address and its certificate.
type Config struct {
	Options   Options          // transport faults in Options.Faults change the connection
	Listen    string           // address and port; default 127.0.0.1:0, a free port that only this machine can reach
	Hosts     []string         // more host names and addresses for the certificate
	PlainHTTP bool             // no TLS, and an http push URL
	Authority *certs.Authority // issues the certificate; nil: a new authority
}

// Instance is a receiver that Start serves.
type Instance struct {
	*Receiver

	// URL is the push URL, with a slash at the end. Its host is the host of Config.Listen, or localhost if Config.Listen stands for every
	// address of the machine.
	URL     string
	RootPEM []byte // certificate of the authority to trust; nil if there is no TLS

	listen func(context.Context) (net.Listener, error) // listens again on the address of the first listener
	close  func() error

	mu       sync.Mutex
	process  *process       // nil if the receiver is closed
	restarts sync.WaitGroup // goroutines that start another process
}

// Start serves a receiver until ctx ends or Close is called. The certificate names localhost, the host of the URL and Config.Hosts.
// The receiver speaks only HTTP/1.1, as sipgate does. Start returns an error if New returns one, if Start cannot listen, or if a transport
// fault needs TLS and PlainHTTP is set.
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
	p, err := c.newPlan(host)
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
	instance := &Instance{
		Receiver: r, URL: p.scheme + "://" + net.JoinHostPort(host, port) + "/", RootPEM: p.rootPEM,
		listen: func(ctx context.Context) (net.Listener, error) { return p.listen(ctx, address) },
	}
	instance.startServing(ctx, listener)
	return instance, nil
}

// listen opens a listener on an address, as the plan says.
func (p *plan) listen(ctx context.Context, address string) (net.Listener, error) {
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	if p.notListening {
		_ = listener.Close()
	}
	if p.oneConnection {
		listener = oneConnectionAtATime(listener)
	}
	if !p.noTLS {
		listener = tls.NewListener(listener, p.tls)
	}
	return listener, nil
}

// Close stops serving, closes all connections and waits until all goroutines of the receiver have ended.
func (r *Instance) Close() error { return r.close() }

func (r *Instance) startServing(ctx context.Context, listener net.Listener) {
	ctx, cancel := context.WithCancel(ctx)
	r.process = startProcess(ctx, r.Receiver, listener)
	r.Receiver.stopProcess = func(restartAfter time.Duration) { r.stopProcess(ctx, restartAfter) }
	r.close = sync.OnceValue(func() error {
		cancel()
		r.mu.Lock()
		current := r.process
		r.process = nil
		r.mu.Unlock()
		err := current.stop()
		r.restarts.Wait()
		return err
	})
	context.AfterFunc(ctx, func() { _ = r.close() })
}

// stopProcess stops the current process. It starts another process after restartAfter, unless restartAfter is 0.
func (r *Instance) stopProcess(ctx context.Context, restartAfter time.Duration) {
	r.mu.Lock()
	defer r.mu.Unlock()
	current := r.process
	if current == nil || current.hasEnded {
		return
	}
	current.hasEnded = true
	_ = current.server.Close()
	if restartAfter <= 0 {
		return
	}
	r.restarts.Go(func() {
		_ = current.stop()
		timer := time.NewTimer(restartAfter)
		defer timer.Stop()
		for {
			select {
			case <-ctx.Done():
				return
			case <-timer.C:
			}
			listener, err := r.listen(ctx)
			if err != nil { // another program may have the port for a moment
				timer.Reset(10 * time.Millisecond)
				continue
			}
			r.mu.Lock()
			defer r.mu.Unlock()
			if r.process == nil {
				_ = listener.Close()
				return
			}
			r.process = startProcess(ctx, r.Receiver, listener)
			return
		}
	})
}
