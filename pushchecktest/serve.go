package pushchecktest

import (
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

	"github.com/pushcheck/pushcheck/internal/certs"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/steps"
	"github.com/pushcheck/pushcheck/verdict"
)

// Target is a receiver to be judged, and how. The zero value of each field is the default of the command `pushcheck run`.
type Target struct {
	URL string              // for pushes about calls in both directions
	CAs []*x509.Certificate // trusted besides the public authorities; transport.trusted-chain is then waived

	SignKey *rsa.PrivateKey           // signs every push, for a receiver that verifies with its public half; nil: no push is signed
	State   steps.Oracle              // returns the application's state of a call, such as an oracle.Func; nil: state.* is not applicable
	Claims  []requirements.Capability // what the receiver has to be able to do, such as requirements.CanHangup
	Known   []verdict.KnownFailure    // failures that do not make the test fail until they expire
	Numbers []scenarios.Number        // numbers at which the receiver does something of its own; see scenarios.ParseNumber
	Cast    scenarios.Cast            // maps the people of the stories to users of the receiver's account; default scenarios.DefaultCast
	Strict  bool                      // should-level findings make the test fail, too
}

// Run sets up a run that judges the target. Nothing is sent yet. An error is that of the URL.
func (t Target) Run() (*steps.Run, error) {
	options, err := t.options()
	if err != nil {
		return nil, err
	}
	return steps.NewRun(options), nil
}

func (t Target) options() (steps.Options, error) {
	u, err := url.Parse(t.URL)
	if err != nil {
		return steps.Options{}, fmt.Errorf("reading the receiver's URL: %w", err)
	}
	return steps.Options{
		Sender: sender.Options{Incoming: u, Outgoing: u, CAs: t.CAs, SignKey: t.SignKey},
		Seed:   1, Nonce: steps.NewNonce(),
		State: t.State, Claims: t.Claims, Known: t.Known, Numbers: t.Numbers, Cast: t.Cast, Strict: t.Strict,
	}, nil
}

// Listen serves a handler over HTTPS on this machine, with a certificate that it makes. The target's URL has the path "/"; a
// receiver that expects another path appends it. The caller closes the server.
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
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // pushcheck breaks connections on purpose, which the server would log
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
