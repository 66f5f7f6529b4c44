package steps

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/pushcheck/pushcheck/features"
	"github.com/pushcheck/pushcheck/internal/certs"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/verdict"
)

// Target is a receiver to be judged in a test.
type Target struct {
	URL string              // where pushes go
	CAs []*x509.Certificate // trusted besides the public authorities; transport.trusted-chain is then waived
}

// Serve serves a handler over HTTPS on this machine, with a certificate made for the test, until the test ends. The handler
// is reached at the path "/" of the target's URL; a receiver that listens elsewhere appends its path to it.
func Serve(t testing.TB, handler http.Handler) Target {
	t.Helper()
	authority, err := certs.NewAuthority("pushcheck test", time.Now())
	if err != nil {
		t.Fatalf("making an authority: %v", err)
	}
	leaf, err := authority.Issue(certs.Leaf{Hosts: []string{"localhost", "127.0.0.1"}})
	if err != nil {
		t.Fatalf("making a certificate: %v", err)
	}
	server := httptest.NewUnstartedServer(handler)
	server.TLS = &tls.Config{Certificates: []tls.Certificate{leaf}}
	server.StartTLS()
	t.Cleanup(server.Close)
	return Target{URL: server.URL + "/", CAs: []*x509.Certificate{authority.Root}}
}

// Test judges a receiver in a Go test: every feature scenario is a subtest, and the test fails where the receiver does not
// conform. Own steps can stand beside these by running a godog suite of one's own with Run.InitializeScenario.
func Test(t *testing.T, target Target) {
	t.Helper()
	u, err := url.Parse(target.URL)
	if err != nil {
		t.Fatalf("reading the receiver's URL: %v", err)
	}
	r := NewRun(Options{
		Sender: sender.Options{Incoming: u, Outgoing: u, CAs: target.CAs},
		Nonce:  NewNonce(),
	})
	ctx := t.Context()
	r.Probe(ctx)
	r.Play(context.WithoutCancel(ctx), Suite{Files: features.FS, T: t})
	if v := r.Verdict(); v.Exit != verdict.ExitConformant {
		t.Errorf("%s", v.Why)
	}
}

// NewNonce makes ids fresh: a receiver with a database has seen those of the last run.
func NewNonce() string { return rand.Text()[:10] }
