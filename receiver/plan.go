package receiver

import (
	"crypto/tls"
	"fmt"
	"slices"
	"time"

	"github.com/pushcheck/pushcheck/internal/certs"
)

// plan describes how a receiver is served. Transport faults change it.
type plan struct {
	now           time.Time
	scheme        string // scheme of the push URL
	noTLS         bool
	notListening  bool                                                        // the port is closed
	leaf          certs.Leaf                                                  // what the server certificate says
	issue         func(*certs.Authority, certs.Leaf) (tls.Certificate, error) // makes the server certificate
	tls           *tls.Config
	oneConnection bool // only one connection is open at a time

	rootPEM []byte // certificate of the authority to trust; nil if there is no TLS
}

// newPlan makes a plan, lets the faults change it, and issues the certificate. host is the host of the push URL.
func (c Config) newPlan(host string) (*plan, error) {
	p := &plan{
		now: time.Now(), scheme: "https", issue: (*certs.Authority).Issue,
		tls: &tls.Config{MinVersion: tls.VersionTLS12, NextProtos: []string{"http/1.1"}},
	}
	for _, name := range append([]string{"localhost", "127.0.0.1", "::1", host}, c.Hosts...) {
		if !slices.Contains(p.leaf.Hosts, name) {
			p.leaf.Hosts = append(p.leaf.Hosts, name)
		}
	}
	if c.PlainHTTP {
		p.scheme, p.noTLS = "http", true
	}
	for _, f := range c.Options.Faults {
		if f.changePlan == nil {
			continue
		}
		if c.PlainHTTP {
			return nil, fmt.Errorf("fault %q is visible only if the receiver is served over TLS", f.Name)
		}
		f.changePlan(p)
	}
	if p.noTLS {
		return p, nil
	}
	if c.Authority == nil {
		authority, err := certs.NewAuthority("pushcheck receiver", p.now)
		if err != nil {
			return nil, fmt.Errorf("serving the receiver: %w", err)
		}
		c.Authority = authority
	}
	certificate, err := p.issue(c.Authority, p.leaf)
	if err != nil {
		return nil, fmt.Errorf("serving the receiver: %w", err)
	}
	p.rootPEM = c.Authority.RootPEM()
	p.tls.Certificates = []tls.Certificate{certificate}
	return p, nil
}
