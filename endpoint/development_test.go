package endpoint_test

import (
	"crypto/x509"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/internal/certs"
)

func TestProblemsOfReceiversUnderDevelopmentHaveADevelopmentFix(t *testing.T) {
	t.Parallel()
	newChain := func(name string) (chain []*x509.Certificate, root *x509.Certificate) {
		a, err := certs.NewAuthority(name, time.Now())
		if err != nil {
			t.Fatal(err)
		}
		leaf, err := a.Issue(certs.Leaf{Hosts: []string{"localhost"}, NotBefore: time.Now().Add(-80 * 24 * time.Hour), NotAfter: time.Now().Add(3 * 24 * time.Hour)})
		if err != nil {
			t.Fatal(err)
		}
		for _, der := range leaf.Certificate {
			c, err := x509.ParseCertificate(der)
			if err != nil {
				t.Fatal(err)
			}
			chain = append(chain, c)
		}
		return chain, a.Root
	}
	certChain, _ := newChain(endpoint.CertOrganization)
	_, sameNameRoot := newChain(endpoint.CertOrganization)
	receiveChain, _ := newChain(endpoint.ReceiveOrganization)
	httpsHandshake := func(chain []*x509.Certificate) endpoint.Handshake {
		return endpoint.Handshake{Host: "localhost", Scheme: "https", Address: "127.0.0.1:8443", Chain: chain}
	}
	plainHTTPHandshake := func(host string) endpoint.Handshake { return endpoint.Handshake{Host: host, Scheme: "http"} }
	failedHandshake := func(host, address string, f endpoint.Failure) endpoint.Handshake {
		return endpoint.Handshake{Host: host, Scheme: "https", Address: address, Failure: f}
	}
	const ruleTrusted, ruleHTTPS, ruleHandshake, ruleReachable = "transport.trusted-chain", "transport.https", "transport.handshake", "transport.reachable"
	tests := []struct {
		name      string
		handshake endpoint.Handshake
		extra     []*x509.Certificate // Trust.ExtraAuthorities
		rule      string              // the rule of the problem whose fix is checked
		want      string              // a part of the fix; after a leading "!", a text that must not be in the fix
	}{
		{"certificate that pushcheck cert made", httpsHandshake(certChain), nil, ruleTrusted, "--ca-file ca.pem"},
		{"certificate that pushcheck cert made, without its intermediate: fix of trusted-chain", httpsHandshake(certChain[:1]), nil, ruleTrusted, "--ca-file ca.pem"},
		{"certificate that pushcheck cert made, without its intermediate: fix of complete-chain", httpsHandshake(certChain[:1]), nil, "transport.complete-chain", "receiver.pem"},
		{"certificate that pushcheck cert made, with the ca.pem of another run", httpsHandshake(certChain), []*x509.Certificate{sameNameRoot}, ruleTrusted, "new one every time"},
		{"certificate that pushcheck receive made", httpsHandshake(receiveChain), nil, ruleTrusted, "--ca-out ca.pem"},
		{"certificate that pushcheck cert made and that expires soon", httpsHandshake(certChain), nil, "transport.expires-later", "pushcheck cert --force"},
		{"plain HTTP on localhost", plainHTTPHandshake("localhost"), nil, ruleHTTPS, "--allow-http"},
		{"plain HTTP on a name under localhost", plainHTTPHandshake("app.localhost"), nil, ruleHTTPS, "--allow-http"},
		{"plain HTTP on a loopback address", plainHTTPHandshake("127.0.0.1"), nil, ruleHTTPS, "waived, never passed"},
		{"plain HTTP on a private address", plainHTTPHandshake("192.168.1.4"), nil, ruleHTTPS, "--allow-http"},
		{"plain HTTP on a public name", plainHTTPHandshake("receiver.example"), nil, ruleHTTPS, "!--allow-http"},
		{"plain HTTP at an https URL with a private address", failedHandshake("app.test", "10.0.0.1:8443", endpoint.PlainHTTP), nil, ruleHandshake, "write http:// and add --allow-http"},
		{"plain HTTP at an https URL with a public address", failedHandshake("receiver.example", "93.184.216.34:443", endpoint.PlainHTTP), nil, ruleHandshake, "!--allow-http"},
		{"an unknown name under .localhost", failedHandshake("app.localhost", "", endpoint.UnknownHost), nil, ruleReachable, "--connect-to app.localhost::127.0.0.1:"},
		{"an unknown name under .test", failedHandshake("app.test", "", endpoint.UnknownHost), nil, ruleReachable, "--connect-to app.test::127.0.0.1:"},
	}
	for _, test := range tests {
		problems, _ := endpoint.Judge(test.handshake, endpoint.Trust{Now: time.Now(), ExtraAuthorities: test.extra})
		index := slices.IndexFunc(problems, func(p endpoint.Problem) bool { return p.Rule == test.rule })
		if index < 0 {
			t.Errorf("%s: no problem with %s: %+v", test.name, test.rule, problems)
			continue
		}
		part, isExcluded := strings.CutPrefix(test.want, "!")
		if fix := problems[index].Fix; strings.Contains(fix, part) == isExcluded {
			t.Errorf("%s: the fix is %q, want %q", test.name, fix, test.want)
		}
	}
	if got := failedHandshake("app.localhost", "", endpoint.NoLookup).LocalReason(); !strings.Contains(got, "--connect-to app.localhost::127.0.0.1:") {
		t.Errorf("LocalReason() = %q, want the flag --connect-to", got)
	}
}
