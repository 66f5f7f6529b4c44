// Package acme_test serves a receiver with a certificate from an ACME authority, such as Let's Encrypt, and inspects the connection. The
// authority is pebble, which Let's Encrypt publishes for tests. The package is a separate module, so that pushcheck itself does not depend
// on pebble.
package acme_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"io"
	"log"
	"net"
	"net/http/httptest"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/letsencrypt/pebble/v2/ca"
	"github.com/letsencrypt/pebble/v2/db"
	"github.com/letsencrypt/pebble/v2/va"
	"github.com/letsencrypt/pebble/v2/wfe"
	"github.com/miekg/dns"
	"golang.org/x/crypto/acme"
	"golang.org/x/crypto/acme/autocert"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/sender"
)

const host = "receiver.test"

func TestACMECertificateHasNoProblemIfItsAuthorityIsTrusted(t *testing.T) {
	t.Setenv("PEBBLE_VA_NOSLEEP", "1")
	t.Setenv("PEBBLE_WFE_NONCEREJECT", "0")
	port, setConfig := listenAsReceiver(t)
	acmeServer, root := startPebble(t, port)

	manager := &autocert.Manager{
		Prompt: autocert.AcceptTOS, HostPolicy: autocert.HostWhitelist(host),
		Client: &acme.Client{DirectoryURL: acmeServer.URL + wfe.DirectoryPath, HTTPClient: acmeServer.Client()},
	}
	config := manager.TLSConfig()
	setConfig(func() *tls.Config { return config })
	issued, err := manager.GetCertificate(&tls.ClientHelloInfo{
		ServerName: host, SupportedVersions: []uint16{tls.VersionTLS13}, CipherSuites: []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256},
	})
	if err != nil {
		t.Fatalf("the authority issued nothing: %v", err)
	}
	if len(issued.Certificate) < 2 {
		t.Fatalf("%d certificates issued, want an intermediate too", len(issued.Certificate))
	}

	trusted := []endpoint.Root{{Certificate: root}}
	for _, tt := range []struct {
		name          string
		trust         endpoint.Trust
		sendsLeafOnly bool // the receiver sends cert.pem instead of fullchain.pem
		want          []string
	}{
		{name: "a trusted root: no problem", trust: endpoint.Trust{Roots: trusted}},
		{name: "an untrusted root: one problem", want: []string{"transport.trusted-chain"}},
		{name: "a root in the CA file: the problem is waived", trust: endpoint.Trust{ExtraAuthorities: []*x509.Certificate{root}}, want: []string{"transport.trusted-chain --ca-file"}},
		{name: "a chain without its intermediate: two problems", trust: endpoint.Trust{Roots: trusted}, sendsLeafOnly: true, want: []string{"transport.complete-chain", "transport.trusted-chain"}},
	} {
		if tt.sendsLeafOnly {
			leafOnly := *issued
			leafOnly.Certificate = issued.Certificate[:1]
			setConfig(func() *tls.Config { return &tls.Config{Certificates: []tls.Certificate{leafOnly}} })
		}
		d := &sender.Dialer{
			Trust: tt.trust, ConnectTo: []sender.ConnectTo{{Host: host, ToHost: "127.0.0.1"}},
		}
		connection := d.Inspect(t.Context(), &url.URL{Scheme: "https", Host: net.JoinHostPort(host, port), Path: "/push"})
		var got []string
		for _, p := range connection.Problems {
			problem := p.Rule
			if p.Waived != "" {
				problem += " " + p.Waived
			}
			got = append(got, problem)
		}
		if diff := cmp.Diff(tt.want, got); diff != "" {
			t.Errorf("%s: Inspect mismatch (-want +got):\n%s%+v", tt.name, diff, connection.Handshake)
		}
		for _, n := range connection.Notes {
			if n != endpoint.RevocationNote {
				t.Errorf("%s: unexpected note: %s", tt.name, n)
			}
		}
	}
}

// listenAsReceiver opens the receiver's port. setConfig sets the function that returns the TLS configuration of each later connection.
func listenAsReceiver(t *testing.T) (port string, setConfig func(func() *tls.Config)) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	currentConfig := make(chan func() *tls.Config, 1)
	go func() {
		for {
			conn, err := listener.Accept()
			if err != nil {
				return
			}
			config := <-currentConfig
			currentConfig <- config
			go func() {
				defer conn.Close()
				_ = conn.SetDeadline(time.Now().Add(30 * time.Second))
				secure := tls.Server(conn, config())
				if secure.Handshake() == nil {
					_, _ = io.Copy(io.Discard, secure)
				}
			}()
		}
	}()
	_, port, err = net.SplitHostPort(listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	return port, func(config func() *tls.Config) {
		select {
		case <-currentConfig:
		default:
		}
		currentConfig <- config
	}
}

// startPebble starts the authority, which validates names by TLS-ALPN-01 at the receiver's port. acmeServer is its server.
func startPebble(t *testing.T, port string) (acmeServer *httptest.Server, root *x509.Certificate) {
	t.Helper()
	tlsPort, err := net.LookupPort("tcp", port)
	if err != nil {
		t.Fatal(err)
	}
	discard := log.New(io.Discard, "", 0)
	store := db.NewMemoryStore()
	authority := ca.New(discard, store, "", "ecdsa", 0, 1, map[string]ca.Profile{"default": {Description: "the default"}})
	validation := va.New(discard, 0, tlsPort, false, startNameServer(t), store)
	frontend := wfe.New(discard, store, validation, authority, []string{"pebble.letsencrypt.org"}, false, false, 1, 1)
	acmeServer = httptest.NewTLSServer(frontend.Handler())
	t.Cleanup(acmeServer.Close)
	return acmeServer, authority.GetRootCert(0).Cert
}

// startNameServer starts a name server that resolves every name to this machine. It returns the address of the name server.
func startNameServer(t *testing.T) string {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	server := &dns.Server{Listener: listener, Handler: dns.HandlerFunc(func(w dns.ResponseWriter, q *dns.Msg) {
		answer := new(dns.Msg).SetReply(q)
		if q.Question[0].Qtype == dns.TypeA {
			answer.Answer = append(answer.Answer, &dns.A{
				Hdr: dns.RR_Header{Name: q.Question[0].Name, Rrtype: dns.TypeA, Class: dns.ClassINET, Ttl: 1},
				A:   net.IPv4(127, 0, 0, 1),
			})
		}
		_ = w.WriteMsg(answer)
	})}
	go func() { _ = server.ActivateAndServe() }()
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		defer cancel()
		_ = server.ShutdownContext(ctx)
	})
	return listener.Addr().String()
}
