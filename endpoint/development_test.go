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

func TestReceiversUnderDevelopmentHaveARemedyThatHelpsThem(t *testing.T) {
	t.Parallel()
	made := func(name string) (chain []*x509.Certificate, root *x509.Certificate) {
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
	ours, _ := made(endpoint.CertAuthority)
	_, namesake := made(endpoint.CertAuthority)
	received, _ := made(endpoint.ReceiveAuthority)
	shown := func(chain []*x509.Certificate) endpoint.Handshake {
		return endpoint.Handshake{Host: "localhost", Scheme: "https", Address: "127.0.0.1:8443", Chain: chain}
	}
	plain := func(host string) endpoint.Handshake { return endpoint.Handshake{Host: host, Scheme: "http"} }
	failed := func(host, address string, f endpoint.Failure) endpoint.Handshake {
		return endpoint.Handshake{Host: host, Scheme: "https", Address: address, Failure: f}
	}
	const trusted, https, handshake, reachable = "transport.trusted-chain", "transport.https", "transport.handshake", "transport.reachable"
	tests := []struct {
		name  string
		sight endpoint.Handshake
		extra []*x509.Certificate
		rule  string
		want  string // "!…": not in it
	}{
		{"a certificate of pushcheck cert", shown(ours), nil, trusted, "--ca-file ca.pem"},
		{"the same without its intermediate", shown(ours[:1]), nil, trusted, "--ca-file ca.pem"},
		{"the same, the other problem", shown(ours[:1]), nil, "transport.complete-chain", "receiver.pem"},
		{"the ca.pem of another time", shown(ours), []*x509.Certificate{namesake}, trusted, "new one every time"},
		{"a certificate of pushcheck receive", shown(received), nil, trusted, "--ca-out ca.pem"},
		{"one that runs out", shown(ours), nil, "transport.expires-later", "pushcheck cert --force"},
		{"plain HTTP on localhost", plain("localhost"), nil, https, "--allow-http"},
		{"plain HTTP on a name under it", plain("app.localhost"), nil, https, "--allow-http"},
		{"plain HTTP on a loopback address", plain("127.0.0.1"), nil, https, "waived, never passed"},
		{"plain HTTP on a private address", plain("192.168.1.4"), nil, https, "--allow-http"},
		{"plain HTTP in public", plain("receiver.example"), nil, https, "!--allow-http"},
		{"plain HTTP at an https URL", failed("app.test", "10.0.0.1:8443", endpoint.PlainHTTP), nil, handshake, "write http:// and add --allow-http"},
		{"the same in public", failed("receiver.example", "93.184.216.34:443", endpoint.PlainHTTP), nil, handshake, "!--allow-http"},
		{"an unknown name under .localhost", failed("app.localhost", "", endpoint.UnknownHost), nil, reachable, "--connect-to app.localhost::127.0.0.1:"},
		{"an unknown name under .test", failed("app.test", "", endpoint.UnknownHost), nil, reachable, "--connect-to app.test::127.0.0.1:"},
	}
	for _, test := range tests {
		problems, _ := endpoint.Judge(test.sight, endpoint.Trust{Now: time.Now(), Extra: test.extra})
		at := slices.IndexFunc(problems, func(p endpoint.Problem) bool { return p.Rule == test.rule })
		if at < 0 {
			t.Errorf("%s: no problem with %s: %+v", test.name, test.rule, problems)
			continue
		}
		words, not := strings.CutPrefix(test.want, "!")
		if fix := problems[at].Fix; strings.Contains(fix, words) == not {
			t.Errorf("%s: the remedy is %q, want %q", test.name, fix, test.want)
		}
	}
	if got := failed("app.localhost", "", endpoint.NoLookup).LocalReason(); !strings.Contains(got, "--connect-to app.localhost::127.0.0.1:") {
		t.Errorf("LocalReason() = %q, want the flag", got)
	}
}
