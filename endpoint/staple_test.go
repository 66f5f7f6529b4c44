package endpoint_test

import (
	"crypto/elliptic"
	"crypto/x509"
	"strings"
	"testing"
	"time"

	"golang.org/x/crypto/ocsp"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/internal/certs"
	"github.com/pushcheck/pushcheck/internal/testtools"
)

func TestRevocationInAStapledOCSPResponseIsANote(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, time.March, 1, 12, 0, 0, 0, time.UTC)
	key := testtools.ECDSA(elliptic.P256())
	authority, err := certs.Plan{Name: "Public", Now: now, IntermediateKey: key}.Make()
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := authority.Issue(certs.Leaf{Hosts: []string{"receiver.test"}})
	if err != nil {
		t.Fatal(err)
	}
	otherCertificate, err := authority.Issue(certs.Leaf{Hosts: []string{"other.test"}})
	if err != nil {
		t.Fatal(err)
	}
	stapleFor := func(status int, certificate *x509.Certificate) []byte {
		staple, err := ocsp.CreateResponse(authority.Intermediate, authority.Intermediate, ocsp.Response{
			Status: status, SerialNumber: certificate.SerialNumber, ThisUpdate: now.Add(-time.Hour), NextUpdate: now.Add(time.Hour), RevokedAt: now.Add(-24 * time.Hour),
		}, key)
		if err != nil {
			t.Fatal(err)
		}
		return staple
	}
	revokedStaple := stapleFor(ocsp.Revoked, certificate.Leaf)
	forgedStaple := append([]byte(nil), revokedStaple...)
	forgedStaple[len(forgedStaple)-1] ^= 1
	chain := []*x509.Certificate{certificate.Leaf, authority.Intermediate}
	trust := endpoint.Trust{Now: now, Roots: []endpoint.Root{{Certificate: authority.Root}}}
	tests := []struct {
		name   string
		staple []byte
		chain  []*x509.Certificate
		trust  endpoint.Trust
		want   bool // there is a note about the revocation
	}{
		{name: "status revoked: a note", staple: revokedStaple, chain: chain, trust: trust, want: true},
		{name: "status revoked, untrusted authority: a note", staple: revokedStaple, chain: chain, trust: endpoint.Trust{Now: now}, want: true},
		{name: "status good: no note", staple: stapleFor(ocsp.Good, certificate.Leaf), chain: chain, trust: trust},
		{name: "status unknown: no note", staple: stapleFor(ocsp.Unknown, certificate.Leaf), chain: chain, trust: trust},
		{name: "status revoked, but for another certificate: no note", staple: stapleFor(ocsp.Revoked, otherCertificate.Leaf), chain: chain, trust: trust},
		{name: "status revoked, but with an invalid signature: no note", staple: forgedStaple, chain: chain, trust: trust},
		{name: "status revoked, but the issuer was not sent: no note", staple: revokedStaple, chain: chain[:1], trust: trust},
		{name: "unreadable response: no note", staple: []byte("junk"), chain: chain, trust: trust},
		{name: "no response: no note", chain: chain, trust: trust},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := endpoint.Handshake{Scheme: "https", Host: "receiver.test", Address: "192.0.2.1:443", Version: 0x0304, Chain: tt.chain, Staple: tt.staple}
			problems, notes := endpoint.Judge(h, tt.trust)
			hasNote := strings.Contains(strings.Join(notes, "\n"), "says that its certificate was revoked on 2026-02-28 12:00 UTC")
			if hasNote != tt.want {
				t.Errorf("notes %q, want the revocation in them: %v", notes, tt.want)
			}
			h.Staple = nil
			if problemsWithoutStaple, _ := endpoint.Judge(h, tt.trust); len(problemsWithoutStaple) != len(problems) {
				t.Errorf("%d problems with the staple, %d without", len(problems), len(problemsWithoutStaple))
			}
		})
	}
}
