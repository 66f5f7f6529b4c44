package steps

import (
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"log"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/pushcheck/pushcheck/features"
	"github.com/pushcheck/pushcheck/internal/certs"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/verdict"
)

// Target is a receiver to be judged in a test.
type Target struct {
	URL string              // where pushes go
	CAs []*x509.Certificate // trusted besides the public authorities; transport.trusted-chain is then waived

	// SignKey signs every push, for a receiver that verifies signatures with the public half of it; nil: none is signed.
	SignKey *rsa.PrivateKey

	State Oracle // tells what the application thinks of a call, such as an oracle.Func; nil: nobody does
}

// Listen serves a handler over HTTPS on this machine, with a certificate made for the occasion. It is reached at the path
// "/" of the target's URL; a receiver that listens elsewhere appends its path to it. Whoever asks for it closes the server.
func Listen(handler http.Handler) (*httptest.Server, Target, error) {
	authority, err := certs.NewAuthority("pushcheck test", time.Now())
	if err != nil {
		return nil, Target{}, fmt.Errorf("making an authority: %w", err)
	}
	leaf, err := authority.Issue(certs.Leaf{Hosts: []string{"localhost", "127.0.0.1"}})
	if err != nil {
		return nil, Target{}, fmt.Errorf("making a certificate: %w", err)
	}
	server := httptest.NewUnstartedServer(handler)
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // it would tell of connections that strangers leave, as they do here on purpose
	server.TLS = &tls.Config{Certificates: []tls.Certificate{leaf}}
	server.StartTLS()
	return server, Target{URL: server.URL + "/", CAs: []*x509.Certificate{authority.Root}}, nil
}

// Serve is Listen for a test: the server is closed when the test ends.
func Serve(t testing.TB, handler http.Handler) Target {
	t.Helper()
	server, target, err := Listen(handler)
	if err != nil {
		t.Fatalf("serving the receiver: %v", err)
	}
	t.Cleanup(server.Close)
	return target
}

// Run sets up a run that judges the target, calls in both directions to the same URL. Nothing is sent yet.
func (t Target) Run() (*Run, error) {
	u, err := url.Parse(t.URL)
	if err != nil {
		return nil, fmt.Errorf("reading the receiver's URL: %w", err)
	}
	return NewRun(Options{Sender: sender.Options{Incoming: u, Outgoing: u, CAs: t.CAs, SignKey: t.SignKey}, Seed: 1, Nonce: NewNonce(), State: t.State}), nil
}

// Test judges a receiver in a Go test by the built-in features and by suites of one's own: every feature scenario is a
// subtest, and the test fails where the receiver does not conform. Call scenarios (*.yaml) that stand beside own features can
// be named in them.
func Test(t *testing.T, target Target, own ...Suite) {
	t.Helper()
	r, err := target.Run()
	if err != nil {
		t.Fatal(err)
	}
	for _, suite := range own {
		stories, err := scenarios.Beside(suite.Files)
		if err != nil {
			t.Fatal(err)
		}
		r.stories = append(r.stories, stories...)
	}
	r.Probe(t.Context())
	for _, suite := range append([]Suite{{Files: features.FS}}, own...) {
		suite.T = t
		r.Play(t.Context(), suite)
	}
	if v := r.Verdict(); v.Exit != verdict.ExitConformant {
		t.Errorf("%s", v.Why)
	}
}

// NewNonce makes ids fresh: a receiver with a database has seen those of the last run.
func NewNonce() string { return rand.Text()[:10] }
