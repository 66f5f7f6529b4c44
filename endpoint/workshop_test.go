package endpoint_test

import (
	"crypto"
	"crypto/x509"
	"testing"
	"time"

	"github.com/pushcheck/pushcheck/internal/certs"
	bench "github.com/pushcheck/pushcheck/internal/workshop"
)

func rsa1024() crypto.Signer { return bench.RSA(1024) }

func rsa2048() crypto.Signer { return bench.RSA(2048) }

// workshop makes chains. If it cannot make one, the test ends.
type workshop struct{ t *testing.T }

func (w workshop) found(p certs.Plan) *certs.Authority {
	w.t.Helper()
	p.Now = now
	if p.Name == "" {
		p.Name = "Public"
	}
	a, err := p.Make()
	if err != nil {
		w.t.Fatal(err)
	}
	return a
}

func (w workshop) issue(a *certs.Authority, l certs.Leaf) []*x509.Certificate {
	w.t.Helper()
	if l.Hosts == nil {
		l.Hosts = []string{host}
	}
	c, err := a.Issue(l)
	if err != nil {
		w.t.Fatal(err)
	}
	return []*x509.Certificate{c.Leaf, a.Intermediate}
}

func (w workshop) selfSigned(l certs.Leaf) []*x509.Certificate {
	w.t.Helper()
	if l.Hosts == nil {
		l.Hosts = []string{host}
	}
	if l.NotBefore.IsZero() {
		l.NotBefore = now.Add(-time.Hour)
	}
	c, err := certs.SelfSigned(l)
	if err != nil {
		w.t.Fatal(err)
	}
	return []*x509.Certificate{c.Leaf}
}

// tall makes a chain with so many intermediates, and its root.
func (w workshop) tall(intermediates int, change func(level int, c *x509.Certificate)) (chain []*x509.Certificate, root *x509.Certificate) {
	w.t.Helper()
	made, root, err := bench.LongChain{Between: intermediates, Hosts: []string{host}, Now: now, Change: change}.Build()
	if err != nil {
		w.t.Fatal(err)
	}
	for _, der := range made.Certificate {
		chain = append(chain, w.read(der))
	}
	return chain, root
}

func (w workshop) read(der []byte) *x509.Certificate {
	w.t.Helper()
	c, err := x509.ParseCertificate(der)
	if err != nil {
		w.t.Fatal(err)
	}
	return c
}

// withMD5 signs a certificate again, as crypto/x509 refuses to do. It was signed with SHA-256 by the RSA key.
func (w workshop) withMD5(c *x509.Certificate, by crypto.Signer) *x509.Certificate {
	w.t.Helper()
	der, err := bench.WithMD5(c, by)
	if err != nil {
		w.t.Fatal(err)
	}
	return w.read(der)
}
