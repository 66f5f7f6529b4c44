// Package certs makes the certificates of receivers under development: private authorities, the certificates that they issue, and
// self-signed certificates. Everything is made on demand and stays in memory; nothing is installed or trusted automatically.
package certs

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"time"
)

// Authority is a private authority: a root, and an intermediate that signs on its behalf.
type Authority struct {
	Root         *x509.Certificate
	Intermediate *x509.Certificate

	now             time.Time
	intermediateKey crypto.Signer
}

// Plan describes how an authority differs from an authority that NewAuthority makes. A field with its zero value changes nothing.
type Plan struct {
	Name            string        // name of the organisation; default "pushcheck"
	Now             time.Time     // default time.Now()
	RootKey         crypto.Signer // default a new ECDSA P-256 key
	IntermediateKey crypto.Signer // default a new ECDSA P-256 key

	// ChangeRoot and ChangeIntermediate change the templates of the root and the intermediate before they are signed; nil: no change.
	ChangeRoot, ChangeIntermediate func(*x509.Certificate)
}

// NewAuthority makes an authority with ECDSA P-256 keys. The root and the intermediate are valid from a day before now: the root until ten
// years after now, and the intermediate until five years after now.
func NewAuthority(name string, now time.Time) (*Authority, error) {
	return Plan{Name: name, Now: now}.Make()
}

// Make makes the planned authority.
func (p Plan) Make() (*Authority, error) {
	if p.Name == "" {
		p.Name = "pushcheck"
	}
	if p.Now.IsZero() {
		p.Now = time.Now()
	}
	rootKey, err := keyOrNewKey(p.RootKey)
	if err != nil {
		return nil, err
	}
	intermediateKey, err := keyOrNewKey(p.IntermediateKey)
	if err != nil {
		return nil, err
	}

	root := authorityTemplate(p.Name, "Root", p.Now.AddDate(10, 0, 0))
	root.NotBefore = p.Now.AddDate(0, 0, -1)
	applyChange(p.ChangeRoot, root)
	rootCertificate, err := makeCertificate(root, root, rootKey.Public(), rootKey)
	if err != nil {
		return nil, fmt.Errorf("making the root of %q: %w", p.Name, err)
	}

	intermediate := authorityTemplate(p.Name, "Intermediate", p.Now.AddDate(5, 0, 0))
	intermediate.NotBefore = p.Now.AddDate(0, 0, -1)
	intermediate.MaxPathLenZero = true
	intermediate.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth, x509.ExtKeyUsageClientAuth}
	applyChange(p.ChangeIntermediate, intermediate)
	intermediateCertificate, err := makeCertificate(intermediate, rootCertificate, intermediateKey.Public(), rootKey)
	if err != nil {
		return nil, fmt.Errorf("making the intermediate of %q: %w", p.Name, err)
	}
	return &Authority{
		Root: rootCertificate, Intermediate: intermediateCertificate,
		now: p.Now, intermediateKey: intermediateKey,
	}, nil
}

// Issue makes a certificate for a receiver, with the chain that the receiver should send: the leaf, then the intermediate. If l has no
// times, the certificate is valid for 90 days, from an hour before the authority's now.
func (a *Authority) Issue(l Leaf) (tls.Certificate, error) {
	return l.issue(a.now, a.Intermediate, a.intermediateKey)
}

// RootPEM returns the root as PEM, for a file of trusted authorities.
func (a *Authority) RootPEM() []byte {
	return pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: a.Root.Raw})
}

func authorityTemplate(name, role string, notAfter time.Time) *x509.Certificate {
	return &x509.Certificate{
		Subject:               pkix.Name{Organization: []string{name}, CommonName: name + " " + role},
		NotAfter:              notAfter,
		IsCA:                  true,
		BasicConstraintsValid: true,
		KeyUsage:              x509.KeyUsageCertSign | x509.KeyUsageCRLSign,
	}
}

// applyChange calls change with the template; change may be nil.
func applyChange(change func(*x509.Certificate), template *x509.Certificate) {
	if change != nil {
		change(template)
	}
}

func keyOrNewKey(key crypto.Signer) (crypto.Signer, error) {
	if key != nil {
		return key, nil
	}
	newKey, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("making a key: %w", err)
	}
	return newKey, nil
}

// makeCertificate makes a certificate from a template, with a random serial number, and parses it as a peer would.
func makeCertificate(template, parent *x509.Certificate, public crypto.PublicKey, signer crypto.Signer) (*x509.Certificate, error) {
	serial, err := rand.Int(rand.Reader, new(big.Int).Lsh(big.NewInt(1), 127))
	if err != nil {
		return nil, err
	}
	template.SerialNumber = serial.Add(serial, big.NewInt(1))
	der, err := x509.CreateCertificate(rand.Reader, template, parent, public, signer)
	if err != nil {
		return nil, err
	}
	return x509.ParseCertificate(der)
}

// addHosts adds hosts to the names of a certificate, as DNS names or as IP addresses.
func addHosts(template *x509.Certificate, hosts []string) {
	for _, host := range hosts {
		if ip := net.ParseIP(host); ip != nil {
			template.IPAddresses = append(template.IPAddresses, ip)
			continue
		}
		template.DNSNames = append(template.DNSNames, host)
	}
}
