package endpoint_test

import (
	"crypto"
	"crypto/x509"
	"testing"
	"time"

	"github.com/pushcheck/pushcheck/internal/certs"
	"github.com/pushcheck/pushcheck/internal/testtools"
)

func rsa1024() crypto.Signer { return testtools.RSA(1024) }

func rsa2048() crypto.Signer { return testtools.RSA(2048) }

// chainMaker makes certificate chains. If it cannot make a chain, the test fails.
type chainMaker struct{ t *testing.T }

func (m chainMaker) newAuthority(p certs.Plan) *certs.Authority {
	m.t.Helper()
	p.Now = now
	if p.Name == "" {
		p.Name = "Public"
	}
	a, err := p.Make()
	if err != nil {
		m.t.Fatal(err)
	}
	return a
}

func (m chainMaker) issue(a *certs.Authority, l certs.Leaf) []*x509.Certificate {
	m.t.Helper()
	if l.Hosts == nil {
		l.Hosts = []string{host}
	}
	c, err := a.Issue(l)
	if err != nil {
		m.t.Fatal(err)
	}
	return []*x509.Certificate{c.Leaf, a.Intermediate}
}

func (m chainMaker) selfSignedChain(l certs.Leaf) []*x509.Certificate {
	m.t.Helper()
	if l.Hosts == nil {
		l.Hosts = []string{host}
	}
	if l.NotBefore.IsZero() {
		l.NotBefore = now.Add(-time.Hour)
	}
	c, err := certs.SelfSigned(l)
	if err != nil {
		m.t.Fatal(err)
	}
	return []*x509.Certificate{c.Leaf}
}

// longChain makes a chain with a number of intermediates, and its root. change may change each certificate before it is signed, or is nil.
// Level 0 is the root, level 1 is the intermediate that the root signs, and the last level is the leaf.
func (m chainMaker) longChain(intermediates int, change func(level int, c *x509.Certificate)) (chain []*x509.Certificate, root *x509.Certificate) {
	m.t.Helper()
	builtChain, root, err := testtools.LongChain{Intermediates: intermediates, Hosts: []string{host}, Now: now, Change: change}.Build()
	if err != nil {
		m.t.Fatal(err)
	}
	for _, der := range builtChain.Certificate {
		chain = append(chain, m.parseCertificate(der))
	}
	return chain, root
}

func (m chainMaker) parseCertificate(der []byte) *x509.Certificate {
	m.t.Helper()
	c, err := x509.ParseCertificate(der)
	if err != nil {
		m.t.Fatal(err)
	}
	return c
}

// resignWithMD5 returns a certificate with a signature that uses MD5 instead of SHA-256. key is the RSA key that signed the certificate.
// crypto/x509 refuses to make such signatures.
func (m chainMaker) resignWithMD5(c *x509.Certificate, key crypto.Signer) *x509.Certificate {
	m.t.Helper()
	der, err := testtools.WithMD5(c, key)
	if err != nil {
		m.t.Fatal(err)
	}
	return m.parseCertificate(der)
}
