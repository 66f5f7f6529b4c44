package receiver

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"time"

	"github.com/pushcheck/pushcheck/internal/certs"
)

func transportFaults() []Fault {
	return inPhase(Transport, []Fault{
		{
			Name: "plain-http", Summary: "is reached over plain HTTP", Breaks: []string{"transport.https"},
			spoil: func(p *plan) { p.scheme, p.plain = "http", true },
		},
		{
			Name: "nobody-there", Summary: "does not listen: the port of its URL is closed", Breaks: []string{"transport.reachable"},
			spoil: func(p *plan) { p.deaf = true },
		},
		{
			Name: "no-tls", Summary: "speaks plain HTTP on the port of its https URL", Breaks: []string{"transport.handshake"},
			spoil: func(p *plan) { p.plain = true },
		},
		{
			Name: "self-signed", Summary: "shows a self-signed certificate", Breaks: []string{"transport.not-self-signed"},
			spoil: func(p *plan) {
				p.issue = func(_ *certs.Authority, l certs.Leaf) (tls.Certificate, error) { return certs.SelfSigned(l) }
			},
		},
		{
			Name: "private-authority", Summary: "shows a certificate of an authority that is not trusted", Breaks: []string{"transport.trusted-chain"},
			spoil: func(p *plan) {
				p.issue = func(_ *certs.Authority, l certs.Leaf) (tls.Certificate, error) {
					unknown, err := certs.NewAuthority("unknown authority", p.now)
					if err != nil {
						return tls.Certificate{}, err
					}
					return unknown.Issue(l)
				}
			},
		},
		{
			Name: "missing-intermediate", Summary: "leaves the intermediate certificate out of its chain",
			Breaks: []string{"transport.complete-chain", "transport.trusted-chain"}, // a leaf alone does not show which of them it is
			spoil: func(p *plan) {
				p.issue = func(a *certs.Authority, l certs.Leaf) (tls.Certificate, error) {
					c, err := a.Issue(l)
					return certs.WithoutIntermediates(c), err
				}
			},
		},
		{
			Name: "expired", Summary: "shows a certificate that expired an hour ago", Breaks: []string{"transport.in-date"},
			spoil: func(p *plan) { p.valid(-90*day, -time.Hour) },
		},
		{
			Name: "not-yet-valid", Summary: "shows a certificate that is valid from tomorrow", Breaks: []string{"transport.in-date"},
			spoil: func(p *plan) { p.valid(day, 91*day) },
		},
		{
			Name: "expiring-soon", Summary: "shows a certificate with 3 of its 90 days left", Breaks: []string{"transport.expires-later"},
			spoil: func(p *plan) { p.valid(-87*day, 3*day) },
		},
		{
			Name: "other-name", Summary: "shows a certificate that names another host", Breaks: []string{"transport.name-matches"},
			spoil: func(p *plan) { p.leaf.Hosts = []string{"other.example"} },
		},
		{
			Name: "ca-as-leaf", Summary: "shows the certificate of an authority as its own", Breaks: []string{"transport.server-certificate"},
			spoil: func(p *plan) {
				p.leaf.Change = func(c *x509.Certificate) { c.IsCA, c.KeyUsage = true, c.KeyUsage|x509.KeyUsageCertSign }
			},
		},
		{
			Name: "client-usage", Summary: "shows a certificate for clients only", Breaks: []string{"transport.server-certificate"},
			spoil: func(p *plan) {
				p.leaf.Change = func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} }
			},
		},
		{
			Name: "weak-key", Summary: "has an RSA key of 1,024 bits", Breaks: []string{"transport.strong-keys"},
			spoil: func(p *plan) {
				p.issue = func(a *certs.Authority, l certs.Leaf) (tls.Certificate, error) {
					key, err := rsa.GenerateKey(rand.Reader, 1024)
					if err != nil {
						return tls.Certificate{}, err
					}
					l.Key = key
					return a.Issue(l)
				}
			},
		},
		{
			Name: "tls-1.1", Summary: "speaks TLS 1.1 at most", Breaks: []string{"transport.tls-version"},
			spoil: func(p *plan) { p.tls.MinVersion, p.tls.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 },
		},
		{
			Name: "client-certificate", Summary: "demands a client certificate", Breaks: []string{"transport.handshake"},
			spoil: func(p *plan) { p.tls.ClientAuth = tls.RequireAnyClientCert },
		},
		{
			Name: "redirect", Summary: "redirects a newCall to another path", Breaks: []string{"transport.no-redirect"},
			on: toNewCall, change: func(d *draft) {
				both(nothing(http.StatusPermanentRedirect), header("Location", d.base+"/moved"))(d)
			},
		},
		{
			Name: "no-entry", Summary: "asks for credentials and accepts none", Breaks: []string{"transport.basic-auth"}, Conditions: Conditions{NeedsCredentials: true},
			on:     func(d draft) bool { return d.page == "" },
			change: both(nothing(http.StatusUnauthorized), header("WWW-Authenticate", `Basic realm="receiver"`)),
		},
	})
}

const day = 24 * time.Hour

// valid sets when the certificate is valid, counted from now.
func (p *plan) valid(from, until time.Duration) {
	p.leaf.NotBefore, p.leaf.NotAfter = p.now.Add(from), p.now.Add(until)
}
