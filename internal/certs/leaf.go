package certs

import (
	"crypto"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"time"
)

// Leaf is the content of a receiver's certificate. Its zero value is a certificate without names.
type Leaf struct {
	Hosts     []string      // names and IP addresses, as subjectAltName; the first host is also the common name
	NotBefore time.Time     // default an hour before now
	NotAfter  time.Time     // default 90 days after NotBefore
	Key       crypto.Signer // default a new ECDSA P-256 key

	// Change changes the template of the certificate before it is signed; nil: no change.
	Change func(*x509.Certificate)
}

// SelfSigned makes a self-signed certificate. Receivers under development often have such a certificate, and sipgate refuses it. If l has
// no times, the certificate is valid for 90 days, from an hour ago.
func SelfSigned(l Leaf) (tls.Certificate, error) {
	return l.issue(time.Now(), nil, nil)
}

// issue makes a certificate that the parent issues. signer is the key of the parent. If parent is nil, the certificate is self-signed.
func (l Leaf) issue(now time.Time, parent *x509.Certificate, signer crypto.Signer) (tls.Certificate, error) {
	key, err := keyOrNewKey(l.Key)
	if err != nil {
		return tls.Certificate{}, err
	}
	template := l.template(now)
	chain := [][]byte(nil)
	if parent == nil {
		parent, signer = template, key
	} else {
		chain = append(chain, parent.Raw)
	}
	leaf, err := makeCertificate(template, parent, key.Public(), signer)
	if err != nil {
		return tls.Certificate{}, fmt.Errorf("making a certificate for %q: %w", l.Hosts, err)
	}
	return tls.Certificate{
		Certificate: append([][]byte{leaf.Raw}, chain...),
		PrivateKey:  key,
		Leaf:        leaf,
	}, nil
}

func (l Leaf) template(now time.Time) *x509.Certificate {
	if l.NotBefore.IsZero() {
		l.NotBefore = now.Add(-time.Hour)
	}
	if l.NotAfter.IsZero() {
		l.NotAfter = l.NotBefore.AddDate(0, 0, 90)
	}
	template := &x509.Certificate{
		NotBefore:             l.NotBefore,
		NotAfter:              l.NotAfter,
		KeyUsage:              x509.KeyUsageDigitalSignature,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		BasicConstraintsValid: true,
	}
	if len(l.Hosts) > 0 {
		template.Subject = pkix.Name{CommonName: l.Hosts[0]}
	}
	addHosts(template, l.Hosts)
	applyChange(l.Change, template)
	return template
}

// WithoutIntermediates returns a certificate whose chain is only the leaf, as a wrongly configured receiver sends it.
func WithoutIntermediates(c tls.Certificate) tls.Certificate {
	c.Certificate = c.Certificate[:1:1]
	return c
}

// ChainPEM returns the chain as PEM, leaf first, for the configuration of a receiver.
func ChainPEM(c tls.Certificate) []byte {
	var out []byte
	for _, der := range c.Certificate {
		out = append(out, pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})...)
	}
	return out
}

// KeyPEM returns the private key as PEM (PKCS #8).
func KeyPEM(c tls.Certificate) ([]byte, error) {
	der, err := x509.MarshalPKCS8PrivateKey(c.PrivateKey)
	if err != nil {
		return nil, fmt.Errorf("encoding the private key: %w", err)
	}
	return pem.EncodeToMemory(&pem.Block{Type: "PRIVATE KEY", Bytes: der}), nil
}
