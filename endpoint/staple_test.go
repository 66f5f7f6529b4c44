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
	issued, err := authority.Issue(certs.Leaf{Hosts: []string{"receiver.test"}})
	if err != nil {
		t.Fatal(err)
	}
	other, err := authority.Issue(certs.Leaf{Hosts: []string{"other.test"}})
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
	revoked := stapleFor(ocsp.Revoked, issued.Leaf)
	forged := append([]byte(nil), revoked...)
	forged[len(forged)-1] ^= 1
	chain := []*x509.Certificate{issued.Leaf, authority.Intermediate}
	trusted := endpoint.Trust{Now: now, Roots: []endpoint.Root{{Certificate: authority.Root}}}
	tests := []struct {
		name   string
		staple []byte
		chain  []*x509.Certificate
		trust  endpoint.Trust
		want   bool // there is a note about the revocation
	}{
		{name: "status revoked: a note", staple: revoked, chain: chain, trust: trusted, want: true},
		{name: "status revoked, untrusted authority: a note", staple: revoked, chain: chain, trust: endpoint.Trust{Now: now}, want: true},
		{name: "status good: no note", staple: stapleFor(ocsp.Good, issued.Leaf), chain: chain, trust: trusted},
		{name: "status unknown: no note", staple: stapleFor(ocsp.Unknown, issued.Leaf), chain: chain, trust: trusted},
		{name: "status revoked of another certificate: no note", staple: stapleFor(ocsp.Revoked, other.Leaf), chain: chain, trust: trusted},
		{name: "status revoked with an invalid signature: no note", staple: forged, chain: chain, trust: trusted},
		{name: "status revoked, but the issuer was not sent: no note", staple: revoked, chain: chain[:1], trust: trusted},
		{name: "unreadable response: no note", staple: []byte("junk"), chain: chain, trust: trusted},
		{name: "no response: no note", chain: chain, trust: trusted},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			h := endpoint.Handshake{Scheme: "https", Host: "receiver.test", Address: "192.0.2.1:443", Version: 0x0304, Chain: tt.chain, Staple: tt.staple}
			problems, notes := endpoint.Judge(h, tt.trust)
			noted := strings.Contains(strings.Join(notes, "\n"), "says that its certificate was revoked on 2026-02-28 12:00 UTC")
			if noted != tt.want {
				t.Errorf("notes %q, want the revocation in them: %v", notes, tt.want)
			}
			h.Staple = nil
			if without, _ := endpoint.Judge(h, tt.trust); len(without) != len(problems) {
				t.Errorf("%d problems with the staple, %d without", len(problems), len(without))
			}
		})
	}
}
