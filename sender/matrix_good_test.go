package sender

import (
	"crypto/elliptic"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"slices"
	"time"

	"github.com/pushcheck/pushcheck/internal/certs"
	"github.com/pushcheck/pushcheck/internal/testtools"
)

// goodSetups returns setups without problems, including unusual setups.
func goodSetups(cas authorities) []receiverSetup {
	now := time.Now()
	sixtyIntermediatesCert, sixtyIntermediatesRoot := cas.chainOfLength(60, nil)
	noIntermediateCert, noIntermediateRoot := cas.chainOfLength(0, nil)
	serveRSA, rsaRoots := cas.withAuthority(certs.Plan{RootKey: testtools.RSA(2048), IntermediateKey: testtools.RSA(2048)}, certs.Leaf{Key: testtools.RSA(2048)})
	serveSHA1, sha1Roots := cas.withAuthority(certs.Plan{
		RootKey: testtools.RSA(2048), ChangeRoot: func(c *x509.Certificate) { c.SignatureAlgorithm = x509.SHA1WithRSA },
	}, certs.Leaf{})
	var names []string
	for i := range 999 {
		names = append(names, fmt.Sprintf("n%d.receiver.test", i))
	}
	requestCertificate := func(version uint16) func(*tls.Config) {
		return func(c *tls.Config) { c.ClientAuth, c.MaxVersion = tls.RequestClientCert, version }
	}

	return []receiverSetup{
		{name: "ECDSA", serve: cas.withLeaf(certs.Leaf{}), why: "the certificate names an IP address"},
		{name: "ECDSA, host name in the URL", host: "receiver.test", serve: cas.withLeaf(certs.Leaf{})},
		{name: "RSA 2048 for the leaf only", serve: cas.withLeaf(certs.Leaf{Key: testtools.RSA(2048)})},
		{name: "RSA 2048 throughout", serve: serveRSA, roots: rsaRoots},
		{name: "P-384", serve: cas.withLeaf(certs.Leaf{Key: testtools.ECDSA(elliptic.P384())})},
		{name: "P-521", serve: cas.withLeaf(certs.Leaf{Key: testtools.ECDSA(elliptic.P521())})},
		{name: "Ed25519", serve: cas.withLeaf(certs.Leaf{Key: testtools.Ed25519()})},
		{name: "certificate valid for six days", serve: cas.withLeaf(certs.Leaf{NotAfter: now.Add(6 * day)})},
		{name: "wildcard certificate", host: "a.receiver.test", serve: cas.withLeaf(certs.Leaf{Hosts: []string{"*.receiver.test"}})},
		{name: "upper-case name in the certificate", host: "receiver.test", serve: cas.withLeaf(certs.Leaf{Hosts: []string{"RECEIVER.TEST"}})},
		{name: "upper-case host in the URL", host: "RECEIVER.test", serve: cas.withLeaf(certs.Leaf{})},
		{name: "URL with a dot at the end of its host", host: "receiver.test.", serve: cas.withLeaf(certs.Leaf{})},
		{name: "root sent with the chain", serve: cas.withChain(func(c tls.Certificate) [][]byte { return append(c.Certificate, cas.public.Root.Raw) })},
		{name: "sixty intermediates", host: "receiver.test", serve: speakTLS(serverConfig(sixtyIntermediatesCert)), roots: sixtyIntermediatesRoot},
		{name: "leaf signed by the root", host: "receiver.test", serve: speakTLS(serverConfig(noIntermediateCert)), roots: noIntermediateRoot},
		{name: "a thousand names", host: "receiver.test", serve: cas.withLeaf(certs.Leaf{Hosts: append(slices.Clone(names), "receiver.test")})},
		{name: "extended key usage any", serve: cas.withChangedLeaf(func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageAny} })},
		{name: "root signed with SHA-1", serve: serveSHA1, roots: sha1Roots},

		{name: "TLS 1.2 only", serve: cas.withConfig(func(c *tls.Config) { c.MaxVersion = tls.VersionTLS12 }), version: tls.VersionTLS12},
		{name: "TLS 1.3 only", serve: cas.withConfig(func(c *tls.Config) { c.MinVersion = tls.VersionTLS13 }), version: tls.VersionTLS13},
		{name: "session tickets, TLS 1.2", serve: cas.withConfig(func(c *tls.Config) {
			c.MaxVersion = tls.VersionTLS12
			c.SetSessionTicketKeys([][32]byte{{1}})
		})},
		{name: "session tickets, TLS 1.3", serve: cas.withConfig(func(c *tls.Config) { c.SetSessionTicketKeys([][32]byte{{1}}) })},
		{name: "no session tickets", serve: cas.withConfig(func(c *tls.Config) { c.SessionTicketsDisabled = true })},
		{name: "no ALPN", serve: cas.withConfig(func(c *tls.Config) { c.NextProtos = nil })},
		{name: "P-256 for the key exchange", serve: cas.withConfig(func(c *tls.Config) { c.CurvePreferences = []tls.CurveID{tls.CurveP256} }), why: "the receiver asks for a second ClientHello"},
		{name: "optional client certificate, TLS 1.3", serve: cas.withConfig(requestCertificate(tls.VersionTLS13)), notes: []string{"works without one"}},
		{name: "optional client certificate, TLS 1.2", serve: cas.withConfig(requestCertificate(tls.VersionTLS12)), notes: []string{"works without one"}},
		{name: "CBC suites only", serve: cas.withConfig(func(c *tls.Config) {
			c.MaxVersion, c.CipherSuites = tls.VersionTLS12, []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA}
		}), notes: []string{"CBC"}},
	}
}
