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

// A problem has a remedy of its own if that of the requirement would mislead, and none if it fits.
func TestAProblemHasARemedyOfItsOwnWhereThatOfTheRequirementWouldMislead(t *testing.T) {
	t.Parallel()
	w := workshop{t}
	public, twin := w.found(certs.Plan{}), w.found(certs.Plan{})
	late := w.found(certs.Plan{ChangeIntermediate: func(c *x509.Certificate) { c.NotAfter = now.Add(-time.Hour) }})
	narrow := w.found(certs.Plan{ChangeIntermediate: func(c *x509.Certificate) { c.PermittedDNSDomains = []string{"example"} }})
	lateRoot := w.found(certs.Plan{ChangeRoot: func(c *x509.Certificate) { c.NotAfter = now.Add(-time.Hour) }})
	weak := w.found(certs.Plan{IntermediateKey: rsa1024()})
	forClients := w.found(certs.Plan{ChangeIntermediate: func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} }})
	sha1 := certs.Leaf{Change: func(c *x509.Certificate) { c.SignatureAlgorithm = x509.ECDSAWithSHA1 }}
	private := func(a *certs.Authority, l certs.Leaf) setup {
		return setup{chain: w.issue(a, l), extra: []*x509.Certificate{a.Root}}
	}
	ordinary := w.issue(public, certs.Leaf{})
	expired := certs.Leaf{NotBefore: now.Add(-9 * day), NotAfter: now.Add(-day)}
	tests := []struct {
		name string
		give setup
		rule string
		want string // "": the requirement's own
	}{
		{"expired", setup{chain: w.issue(public, expired)}, "transport.in-date", ""},
		{"expired intermediate", setup{chain: w.issue(late, certs.Leaf{}), roots: []*x509.Certificate{late.Root}}, "transport.in-date", "that the authority issues now"},
		{"both expired", setup{chain: w.issue(late, expired), roots: []*x509.Certificate{late.Root}}, "transport.in-date", ""},
		{"expired root", setup{chain: w.issue(lateRoot, certs.Leaf{}), roots: []*x509.Certificate{lateRoot.Root}}, "transport.in-date", "another intermediate does not help"},
		{"expired root of the CA file", private(lateRoot, certs.Leaf{}), "transport.in-date", "another intermediate does not help"},
		{"expired, and the root too", private(lateRoot, expired), "transport.in-date", "another intermediate does not help"},
		{"weak key", setup{chain: w.issue(public, certs.Leaf{Key: rsa1024()})}, "transport.strong-keys", ""},
		{"weak key of the intermediate", private(weak, certs.Leaf{}), "transport.strong-keys", "The receiver's own key is strong enough"},
		{"weak keys of both", private(weak, certs.Leaf{Key: rsa1024()}), "transport.strong-keys", "Make a new key (ECDSA P-256 or RSA 2048) and have"},
		{"old signature", setup{chain: w.issue(public, sha1)}, "transport.strong-keys", "The receiver's own key is strong enough"},
		{"for clients", setup{chain: w.issue(public, certs.Leaf{Change: func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} }})}, "transport.server-certificate", ""},
		{"intermediate for clients", private(forClients, certs.Leaf{}), "transport.server-certificate", "another one from the same authority will not do"},
		{"not yet valid", setup{chain: w.issue(public, certs.Leaf{NotBefore: now.Add(day)})}, "transport.in-date", "look at the clocks"},
		{"wrong host", setup{host: "other.test", chain: ordinary}, "transport.name-matches", ""},
		{"an address", setup{host: "127.0.0.1", chain: ordinary}, "transport.name-matches", "Put the name that the certificate is for into the URL"},
		{"leaf alone", setup{chain: ordinary[:1]}, "transport.complete-chain", ""},
		{"leaf alone, the other problem", setup{chain: ordinary[:1]}, "transport.trusted-chain", "sending the intermediate fixes this too"},
		{"leaf not first", setup{chain: []*x509.Certificate{ordinary[1], ordinary[0]}}, "transport.complete-chain", "Reverse the order"},
		{"a namesake", setup{chain: w.issue(twin, certs.Leaf{})}, "transport.trusted-chain", "an older intermediate has the same name"},
		{"a name that the authority may not certify", setup{chain: w.issue(narrow, certs.Leaf{}), roots: []*x509.Certificate{narrow.Root}}, "transport.trusted-chain", "the root is trusted"},
		{"the same below a root of the CA file", private(narrow, certs.Leaf{}), "transport.trusted-chain", "Only --ca-file makes the root trusted, sipgate does not trust it"},
		{"self-signed", setup{chain: w.selfSigned(certs.Leaf{})}, "transport.not-self-signed", ""},
	}
	for _, tt := range tests {
		if tt.give.host == "" {
			tt.give.host = host
		}
		if tt.give.roots == nil {
			tt.give.roots = []*x509.Certificate{public.Root}
		}
		trust := endpoint.Trust{Now: now, Extra: tt.give.extra}
		for _, r := range tt.give.roots {
			trust.Roots = append(trust.Roots, endpoint.Root{Certificate: r})
		}
		problems, _ := endpoint.Judge(endpoint.Handshake{Host: tt.give.host, Scheme: "https", Address: "127.0.0.1:443", Chain: tt.give.chain}, trust)
		at := slices.IndexFunc(problems, func(p endpoint.Problem) bool { return p.Rule == tt.rule })
		if at < 0 {
			t.Errorf("%s: no problem with %s: %+v", tt.name, tt.rule, problems)
			continue
		}
		if fix := problems[at].Fix; (fix == "") != (tt.want == "") || !strings.Contains(fix, tt.want) {
			t.Errorf("%s: the remedy is %q, want %q in it", tt.name, fix, tt.want)
		}
	}
}

func TestAFailedHandshakeHasARemedy(t *testing.T) {
	t.Parallel()
	for failure, want := range map[endpoint.Failure]string{
		endpoint.UnknownHost: "DNS", endpoint.PlainHTTP: "Serve TLS on that port", endpoint.NotTLS: "look at the port",
		endpoint.HandshakeTimeout: "look at the port", endpoint.HandshakeClosed: "the log", endpoint.HandshakeAlert: "openssl s_client",
		endpoint.NothingInCommon: "usual suites", endpoint.HostNotServed: "server_name", endpoint.NoHTTP1: "http/1.1",
		endpoint.ClientCertificate: "Do not require client certificates", endpoint.UnparsableChain: "fullchain.pem", endpoint.OtherHandshakeError: "openssl s_client",
	} {
		problems, _ := endpoint.Judge(endpoint.Handshake{Host: host, Scheme: "https", Address: "127.0.0.1:443", Failure: failure}, endpoint.Trust{Now: now})
		if len(problems) != 1 || !strings.Contains(problems[0].Fix, want) {
			t.Errorf("%s: %+v, want a remedy with %q", failure, problems, want)
		}
	}
}

// It is not known what sipgate's client speaks. The text names what pushcheck speaks; a second handshake finds what the receiver speaks.
func TestARefusedHandshakeNamesWhatTheReceiverSpeaks(t *testing.T) {
	t.Parallel()
	w := workshop{t}
	public := w.found(certs.Plan{})
	const rsaExchange, ecdheGCM = 0x009c, 0xc02b
	tests := []struct {
		name     string
		suite    uint16
		chain    []*x509.Certificate
		got, fix string
		first    string
	}{
		{"nothing seen", 0, nil, "a certificate of a kind that pushcheck does not take", "sipgate's client may speak some of them", "transport.handshake"},
		{"RSA key exchange", rsaExchange, w.issue(public, certs.Leaf{Key: rsa2048()}), "it agreed on one with RSA key exchange", "with RSA key exchange alone", "transport.handshake"},
		{"RSA key exchange, expired", rsaExchange, w.issue(public, certs.Leaf{NotBefore: now.Add(-9 * day), NotAfter: now.Add(-day)}), "it agreed on one with RSA key exchange", "with RSA key exchange alone", "transport.handshake"},
		{"TLS 1.2 alone", ecdheGCM, w.issue(public, certs.Leaf{}), "asked again for TLS 1.2 alone, it agreed on a usual cipher suite", "what TLS 1.3 lacks", "transport.handshake"},
		{"TLS 1.2 alone, weak key", ecdheGCM, w.issue(public, certs.Leaf{Key: rsa1024()}), "asked again for TLS 1.2 alone", "what TLS 1.3 lacks", "transport.strong-keys"},
	}
	for _, tt := range tests {
		problems, _ := endpoint.Judge(
			endpoint.Handshake{Host: host, Scheme: "https", Address: "127.0.0.1:443", Failure: endpoint.NothingInCommon, Suite: tt.suite, Chain: tt.chain},
			endpoint.Trust{Now: now, Roots: []endpoint.Root{{Certificate: public.Root}}})
		at := slices.IndexFunc(problems, func(p endpoint.Problem) bool { return p.Rule == "transport.handshake" })
		if at < 0 {
			t.Errorf("%s: the handshake is no problem: %+v", tt.name, problems)
			continue
		}
		if p := problems[at]; !strings.Contains(p.Got, tt.got) || !strings.Contains(p.Fix, tt.fix) {
			t.Errorf("%s: got %q, fix %q; want %q and %q in them", tt.name, p.Got, p.Fix, tt.got, tt.fix)
		}
		if problems[0].Rule != tt.first {
			t.Errorf("%s: first comes %s, want %s", tt.name, problems[0].Rule, tt.first)
		}
	}
}
