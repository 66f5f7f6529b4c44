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
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/internal/certs"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/run"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/verdict"
)

// Target describes a receiver and how to judge it. The zero value of each field is the default of the command `pushcheck run`.
type Target struct {
	URL string              // push URL for incoming and outgoing calls
	CAs []*x509.Certificate // authorities that are trusted in addition to the public authorities; transport.trusted-chain is then waived

	SignKey *rsa.PrivateKey           // signs every push, for a receiver that verifies with the public key; nil: no push is signed
	State   run.Oracle                // returns the application's state of a call, such as an oracle.Func; nil: state.* is not applicable
	Claims  []requirements.Capability // what the receiver must be able to do, such as requirements.CanHangup
	Known   []verdict.KnownFailure    // failures that do not make the test fail until they expire
	Numbers []scenarios.Number        // numbers whose calls the receiver treats in a special way; see scenarios.ParseNumbers
	Cast    scenarios.Cast            // replaces people of scenarios.DefaultCast by users of the receiver's account
	Strict  bool                      // the test also fails for findings of the level should, and for known failures whose requirement is met
}

// NewRun sets up a run that judges the target. Nothing is sent yet. An error names the field that is wrong.
func (t Target) NewRun() (*run.Run, error) {
	options, err := t.options()
	if err != nil {
		return nil, err
	}
	return run.New(options), nil
}

func (t Target) options() (run.Options, error) {
	u, err := url.Parse(t.URL)
	if err != nil {
		return run.Options{}, fmt.Errorf("reading the receiver's URL: %w", err)
	}
	if u.Host == "" {
		return run.Options{}, fmt.Errorf("reading the receiver's URL %q: no host", t.URL)
	}
	for _, c := range t.Claims {
		if !slices.Contains(requirements.Capabilities(), c) {
			return run.Options{}, fmt.Errorf("reading Target.Claims: unknown capability %q, there are %v", c, requirements.Capabilities())
		}
	}
	for _, k := range t.Known {
		if _, err := requirements.Lookup(k.ID); err != nil {
			return run.Options{}, fmt.Errorf("reading Target.Known: %w", err)
		}
	}
	cast := scenarios.DefaultCast()
	for name, person := range t.Cast {
		if _, isKnown := cast[name]; !isKnown {
			return run.Options{}, fmt.Errorf("reading Target.Cast: unknown person %q, there are %s", name, strings.Join(cast.Names(), ", "))
		}
		cast[name] = person
	}
	return run.Options{
		Sender:     sender.Options{Incoming: u, Outgoing: u, Trust: endpoint.Trust{ExtraAuthorities: t.CAs}, SignKey: t.SignKey},
		RunInfo:    verdict.RunInfo{Seed: 1, Nonce: run.NewNonce()},
		StateCheck: run.StateCheck{Oracle: t.State},
		Scope:      verdict.Scope{Claims: t.Claims},
		Policy:     verdict.Policy{Known: t.Known, Strict: t.Strict},
		Numbers:    t.Numbers, Cast: cast,
	}, nil
}

// Listen serves a handler over HTTPS on this machine, with a new certificate. The path of the target's URL is "/"; if the receiver
// expects another path, append it. The caller closes the server.
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
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // the server would log connections that pushcheck breaks on purpose
	server.TLS = &tls.Config{Certificates: []tls.Certificate{leaf}}
	server.StartTLS()
	return server, Target{URL: server.URL + "/", CAs: []*x509.Certificate{authority.Root}}, nil
}

// Serve calls Listen for a test. The server is closed when the test ends.
func Serve(t testing.TB, handler http.Handler) Target {
	t.Helper()
	server, target, err := Listen(handler)
	if err != nil {
		t.Fatalf("serving the receiver: %v", err)
	}
	t.Cleanup(server.Close)
	return target
}
