package certs_test

import (
	"crypto/tls"
	"crypto/x509"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/internal/certs"
)

func TestIssuedLeafIsVerifiedByTheRootOnlyWithTheIntermediate(t *testing.T) {
	t.Parallel()
	now := time.Now()
	authority, err := certs.NewAuthority("Castle Rock", now)
	if err != nil {
		t.Fatal(err)
	}
	issued, err := authority.Issue(certs.Leaf{Hosts: []string{"receiver.test", "127.0.0.1", "::1"}})
	if err != nil {
		t.Fatal(err)
	}

	roots := x509.NewCertPool()
	if !roots.AppendCertsFromPEM(authority.RootPEM()) {
		t.Fatal("RootPEM() holds no certificate")
	}
	intermediates := x509.NewCertPool()
	intermediates.AddCert(authority.Intermediate)
	for _, host := range []string{"receiver.test", "127.0.0.1", "::1"} {
		if _, err := issued.Leaf.Verify(x509.VerifyOptions{
			DNSName: host, Roots: roots, Intermediates: intermediates, CurrentTime: now,
		}); err != nil {
			t.Errorf("verifying for %q: %v", host, err)
		}
	}
	withoutIntermediate := certs.WithoutIntermediates(issued)
	if got := len(withoutIntermediate.Certificate); got != 1 {
		t.Errorf("WithoutIntermediates leaves %d certificates, want 1", got)
	}
	if got := len(issued.Certificate); got != 2 {
		t.Errorf("WithoutIntermediates changed the original: %d certificates, want 2", got)
	}
	if _, err := withoutIntermediate.Leaf.Verify(x509.VerifyOptions{Roots: roots, CurrentTime: now}); err == nil {
		t.Error("the leaf verifies without its intermediate, want an error")
	}
}

func TestASelfSignedCertificateIsVerifiedByItsOwnKey(t *testing.T) {
	t.Parallel()
	certificate, err := certs.SelfSigned(certs.Leaf{Hosts: []string{"receiver.test"}})
	if err != nil {
		t.Fatal(err)
	}
	leaf := certificate.Leaf
	if diff := cmp.Diff(leaf.RawIssuer, leaf.RawSubject); diff != "" {
		t.Errorf("issuer and subject differ:\n%s", diff)
	}
	if err := leaf.CheckSignature(leaf.SignatureAlgorithm, leaf.RawTBSCertificate, leaf.Signature); err != nil {
		t.Errorf("its own key does not verify it: %v", err)
	}
}

func TestPEMCanBeReadAgain(t *testing.T) {
	t.Parallel()
	authority, err := certs.NewAuthority("Castle Rock", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	issued, err := authority.Issue(certs.Leaf{Hosts: []string{"receiver.test"}})
	if err != nil {
		t.Fatal(err)
	}
	key, err := certs.KeyPEM(issued)
	if err != nil {
		t.Fatal(err)
	}
	read, err := tls.X509KeyPair(certs.ChainPEM(issued), key)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(issued.Certificate, read.Certificate); diff != "" {
		t.Errorf("X509KeyPair(ChainPEM, KeyPEM) mismatch (-want +got):\n%s", diff)
	}
}

func TestAPlanChangesTheIntermediateAndNotTheRoot(t *testing.T) {
	t.Parallel()
	now := time.Now()
	authority, err := certs.Plan{Name: "Castle Rock", Now: now, ChangeIntermediate: func(c *x509.Certificate) {
		c.NotAfter = now.Add(-time.Minute)
	}}.Make()
	if err != nil {
		t.Fatal(err)
	}
	if !authority.Intermediate.NotAfter.Before(now) {
		t.Errorf("the intermediate ends %v, want before %v", authority.Intermediate.NotAfter, now)
	}
	if !authority.Root.NotAfter.After(now) {
		t.Errorf("the root ends %v, want after %v", authority.Root.NotAfter, now)
	}
}
