package sender

import (
	"crypto/elliptic"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"slices"
	"time"

	"github.com/pushcheck/pushcheck/internal/certs"
	"github.com/pushcheck/pushcheck/internal/workshop"
)

// goodSetups returns setups without problems, including unusual ones.
func goodSetups(o office) []receiverSetup {
	now := time.Now()
	tall, tallRoot := o.tower(60, nil)
	straight, straightRoot := o.tower(0, nil)
	rsa, rsaRoots := o.under(certs.Plan{RootKey: workshop.RSA(2048), IntermediateKey: workshop.RSA(2048)}, certs.Leaf{Key: workshop.RSA(2048)})
	sha1, sha1Roots := o.under(certs.Plan{
		RootKey: workshop.RSA(2048), ChangeRoot: func(c *x509.Certificate) { c.SignatureAlgorithm = x509.SHA1WithRSA },
	}, certs.Leaf{})
	var names []string
	for i := range 999 {
		names = append(names, fmt.Sprintf("n%d.receiver.test", i))
	}
	optional := func(version uint16) func(*tls.Config) {
		return func(c *tls.Config) { c.ClientAuth, c.MaxVersion = tls.RequestClientCert, version }
	}

	return []receiverSetup{
		{name: "ECDSA", serve: o.serves(certs.Leaf{}), why: "an address as its name"},
		{name: "ECDSA, by name", host: "receiver.test", serve: o.serves(certs.Leaf{})},
		{name: "RSA 2048, leaf alone", serve: o.serves(certs.Leaf{Key: workshop.RSA(2048)})},
		{name: "RSA 2048 throughout", serve: rsa, roots: rsaRoots},
		{name: "P-384", serve: o.serves(certs.Leaf{Key: workshop.ECDSA(elliptic.P384())})},
		{name: "P-521", serve: o.serves(certs.Leaf{Key: workshop.ECDSA(elliptic.P521())})},
		{name: "Ed25519", serve: o.serves(certs.Leaf{Key: workshop.Ed25519()})},
		{name: "six days", serve: o.serves(certs.Leaf{NotAfter: now.Add(6 * day)})},
		{name: "wildcard", host: "a.receiver.test", serve: o.serves(certs.Leaf{Hosts: []string{"*.receiver.test"}})},
		{name: "upper-case name", host: "receiver.test", serve: o.serves(certs.Leaf{Hosts: []string{"RECEIVER.TEST"}})},
		{name: "upper-case host in the URL", host: "RECEIVER.test", serve: o.serves(certs.Leaf{})},
		{name: "URL with a dot at the end of its host", host: "receiver.test.", serve: o.serves(certs.Leaf{})},
		{name: "root sent as well", serve: o.sends(func(c tls.Certificate) [][]byte { return append(c.Certificate, o.public.Root.Raw) })},
		{name: "sixty intermediates", host: "receiver.test", serve: speakTLS(served(tall)), roots: tallRoot},
		{name: "no intermediate at all", host: "receiver.test", serve: speakTLS(served(straight)), roots: straightRoot},
		{name: "a thousand names", host: "receiver.test", serve: o.serves(certs.Leaf{Hosts: append(slices.Clone(names), "receiver.test")})},
		{name: "usage any", serve: o.spoilt(func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageAny} })},
		{name: "SHA-1 on the root itself", serve: sha1, roots: sha1Roots},

		{name: "TLS 1.2 only", serve: o.configured(func(c *tls.Config) { c.MaxVersion = tls.VersionTLS12 }), version: tls.VersionTLS12},
		{name: "TLS 1.3 only", serve: o.configured(func(c *tls.Config) { c.MinVersion = tls.VersionTLS13 }), version: tls.VersionTLS13},
		{name: "session tickets, 1.2", serve: o.configured(func(c *tls.Config) {
			c.MaxVersion = tls.VersionTLS12
			c.SetSessionTicketKeys([][32]byte{{1}})
		})},
		{name: "session tickets, 1.3", serve: o.configured(func(c *tls.Config) { c.SetSessionTicketKeys([][32]byte{{1}}) })},
		{name: "no session tickets", serve: o.configured(func(c *tls.Config) { c.SessionTicketsDisabled = true })},
		{name: "no ALPN", serve: o.configured(func(c *tls.Config) { c.NextProtos = nil })},
		{name: "P-256 for the key exchange", serve: o.configured(func(c *tls.Config) { c.CurvePreferences = []tls.CurveID{tls.CurveP256} }), why: "a second hello is asked for"},
		{name: "optional client certificate, 1.3", serve: o.configured(optional(tls.VersionTLS13)), notes: []string{"works without one"}},
		{name: "optional client certificate, 1.2", serve: o.configured(optional(tls.VersionTLS12)), notes: []string{"works without one"}},
		{name: "CBC only", serve: o.configured(func(c *tls.Config) {
			c.MaxVersion, c.CipherSuites = tls.VersionTLS12, []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA}
		}), notes: []string{"CBC"}},
	}
}
