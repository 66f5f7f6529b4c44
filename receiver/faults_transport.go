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
	return setPhase(Transport, []Fault{
		{
			Name: "plain-http", Description: "is reached over plain HTTP", Breaks: []string{"transport.https"},
			changePlan: func(p *plan) { p.scheme, p.noTLS = "http", true },
		},
		{
			Name: "nobody-there", Description: "does not listen: the port of its URL is closed", Breaks: []string{"transport.reachable"},
			changePlan: func(p *plan) { p.notListening = true },
		},
		{
			Name: "no-tls", Description: "speaks plain HTTP on the port of its https URL", Breaks: []string{"transport.handshake"},
			changePlan: func(p *plan) { p.noTLS = true },
		},
		{
			Name: "self-signed", Description: "shows a self-signed certificate", Breaks: []string{"transport.not-self-signed"},
			changePlan: func(p *plan) {
				p.issue = func(_ *certs.Authority, l certs.Leaf) (tls.Certificate, error) { return certs.SelfSigned(l) }
			},
		},
		{
			Name: "private-authority", Description: "shows a certificate of an authority that is not trusted", Breaks: []string{"transport.trusted-chain"},
			changePlan: func(p *plan) {
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
			Name: "missing-intermediate", Description: "leaves the intermediate certificate out of its chain",
			Breaks: []string{"transport.complete-chain", "transport.trusted-chain"}, // the server certificate alone does not show which of the two requirements is not met
			changePlan: func(p *plan) {
				p.issue = func(a *certs.Authority, l certs.Leaf) (tls.Certificate, error) {
					c, err := a.Issue(l)
					return certs.WithoutIntermediates(c), err
				}
			},
		},
		{
			Name: "expired", Description: "shows a certificate that expired an hour ago", Breaks: []string{"transport.in-date"},
			changePlan: func(p *plan) { p.setValidity(-90*day, -time.Hour) },
		},
		{
			Name: "not-yet-valid", Description: "shows a certificate that is valid from tomorrow", Breaks: []string{"transport.in-date"},
			changePlan: func(p *plan) { p.setValidity(day, 91*day) },
		},
		{
			Name: "expiring-soon", Description: "shows a certificate with 3 of its 90 days left", Breaks: []string{"transport.expires-later"},
			changePlan: func(p *plan) { p.setValidity(-87*day, 3*day) },
		},
		{
			Name: "other-name", Description: "shows a certificate that names another host", Breaks: []string{"transport.name-matches"},
			changePlan: func(p *plan) { p.leaf.Hosts = []string{"other.example"} },
		},
		{
			Name: "ca-as-leaf", Description: "shows the certificate of an authority as its own", Breaks: []string{"transport.server-certificate"},
			changePlan: func(p *plan) {
				p.leaf.Change = func(c *x509.Certificate) { c.IsCA, c.KeyUsage = true, c.KeyUsage|x509.KeyUsageCertSign }
			},
		},
		{
			Name: "client-usage", Description: "shows a certificate for clients only", Breaks: []string{"transport.server-certificate"},
			changePlan: func(p *plan) {
				p.leaf.Change = func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} }
			},
		},
		{
			Name: "weak-key", Description: "has an RSA key of 1,024 bits", Breaks: []string{"transport.strong-keys"},
			changePlan: func(p *plan) {
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
			Name: "tls-1.1", Description: "speaks TLS 1.1 at most", Breaks: []string{"transport.tls-version"},
			changePlan: func(p *plan) { p.tls.MinVersion, p.tls.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 },
		},
		{
			Name: "client-certificate", Description: "demands a client certificate", Breaks: []string{"transport.handshake"},
			changePlan: func(p *plan) { p.tls.ClientAuth = tls.RequireAnyClientCert },
		},
		{
			Name: "redirect", Description: "redirects a newCall to another path", Breaks: []string{"transport.no-redirect"},
			applies: isNewCall, change: func(d *draft) {
				combine(respondEmpty(http.StatusPermanentRedirect), setHeader("Location", d.baseURL+"/moved"))(d)
			},
		},
		{
			Name: "no-entry", Description: "asks for credentials and accepts none", Breaks: []string{"transport.basic-auth"}, Conditions: Conditions{NeedsCredentials: true},
			applies: func(d draft) bool { return d.pagePath == "" },
			change:  combine(respondEmpty(http.StatusUnauthorized), setHeader("WWW-Authenticate", `Basic realm="receiver"`)),
		},
	})
}

const day = 24 * time.Hour

// setValidity sets the period in which the certificate is valid, relative to now.
func (p *plan) setValidity(from, until time.Duration) {
	p.leaf.NotBefore, p.leaf.NotAfter = p.now.Add(from), p.now.Add(until)
}
