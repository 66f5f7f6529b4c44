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

// Fix is "" if the remedy of the requirement fits the case.
func TestProblemHasAFixIfTheRemedyOfTheRequirementDoesNotFit(t *testing.T) {
	t.Parallel()
	maker := chainMaker{t}
	publicAuthority, sameNameAuthority := maker.newAuthority(certs.Plan{}), maker.newAuthority(certs.Plan{})
	expiredIntermediate := maker.newAuthority(certs.Plan{ChangeIntermediate: func(c *x509.Certificate) { c.NotAfter = now.Add(-time.Hour) }})
	constrainedAuthority := maker.newAuthority(certs.Plan{ChangeIntermediate: func(c *x509.Certificate) { c.PermittedDNSDomains = []string{"example"} }})
	expiredRoot := maker.newAuthority(certs.Plan{ChangeRoot: func(c *x509.Certificate) { c.NotAfter = now.Add(-time.Hour) }})
	weakIntermediate := maker.newAuthority(certs.Plan{IntermediateKey: rsa1024()})
	clientAuthority := maker.newAuthority(certs.Plan{ChangeIntermediate: func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} }})
	sha1Leaf := certs.Leaf{Change: func(c *x509.Certificate) { c.SignatureAlgorithm = x509.ECDSAWithSHA1 }}
	setupWithCAFile := func(a *certs.Authority, l certs.Leaf) receiverSetup {
		return receiverSetup{chain: maker.issue(a, l), extraAuthorities: []*x509.Certificate{a.Root}}
	}
	validChain := maker.issue(publicAuthority, certs.Leaf{})
	expiredLeaf := certs.Leaf{NotBefore: now.Add(-9 * day), NotAfter: now.Add(-day)}
	tests := []struct {
		name string
		give receiverSetup
		rule string // the rule of the problem whose Fix is checked
		want string // a part of Fix; "": no fix
	}{
		{"expired leaf", receiverSetup{chain: maker.issue(publicAuthority, expiredLeaf)}, "transport.in-date", ""},
		{"expired intermediate", receiverSetup{chain: maker.issue(expiredIntermediate, certs.Leaf{}), roots: []*x509.Certificate{expiredIntermediate.Root}}, "transport.in-date", "that the authority issues now"},
		{"expired leaf and intermediate", receiverSetup{chain: maker.issue(expiredIntermediate, expiredLeaf), roots: []*x509.Certificate{expiredIntermediate.Root}}, "transport.in-date", ""},
		{"expired root", receiverSetup{chain: maker.issue(expiredRoot, certs.Leaf{}), roots: []*x509.Certificate{expiredRoot.Root}}, "transport.in-date", "another intermediate does not help"},
		{"expired root in the CA file", setupWithCAFile(expiredRoot, certs.Leaf{}), "transport.in-date", "another intermediate does not help"},
		{"expired leaf and root", setupWithCAFile(expiredRoot, expiredLeaf), "transport.in-date", "another intermediate does not help"},
		{"weak key of the leaf", receiverSetup{chain: maker.issue(publicAuthority, certs.Leaf{Key: rsa1024()})}, "transport.strong-keys", ""},
		{"weak key of the intermediate", setupWithCAFile(weakIntermediate, certs.Leaf{}), "transport.strong-keys", "The receiver's own key is strong enough"},
		{"weak keys of leaf and intermediate", setupWithCAFile(weakIntermediate, certs.Leaf{Key: rsa1024()}), "transport.strong-keys", "Make a new key (ECDSA P-256 or RSA 2048) and have"},
		{"leaf signed with SHA-1", receiverSetup{chain: maker.issue(publicAuthority, sha1Leaf)}, "transport.strong-keys", "The receiver's own key is strong enough"},
		{"leaf for use by clients only", receiverSetup{chain: maker.issue(publicAuthority, certs.Leaf{Change: func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} }})}, "transport.server-certificate", ""},
		{"intermediate that may issue only certificates for clients", setupWithCAFile(clientAuthority, certs.Leaf{}), "transport.server-certificate", "a new certificate of the same authority has the same problem"},
		{"leaf that is not yet valid", receiverSetup{chain: maker.issue(publicAuthority, certs.Leaf{NotBefore: now.Add(day)})}, "transport.in-date", "look at the clocks"},
		{"certificate for another host", receiverSetup{host: "other.test", chain: validChain}, "transport.name-matches", ""},
		{"IP address as host, not in the certificate", receiverSetup{host: "127.0.0.1", chain: validChain}, "transport.name-matches", "Put the name that the certificate is for into the URL"},
		{"only the leaf sent: fix of complete-chain", receiverSetup{chain: validChain[:1]}, "transport.complete-chain", ""},
		{"only the leaf sent: fix of trusted-chain", receiverSetup{chain: validChain[:1]}, "transport.trusted-chain", "sending the intermediate fixes this too"},
		{"leaf after the intermediate", receiverSetup{chain: []*x509.Certificate{validChain[1], validChain[0]}}, "transport.complete-chain", "Reverse the order"},
		{"private authority with the name of the public authority", receiverSetup{chain: maker.issue(sameNameAuthority, certs.Leaf{})}, "transport.trusted-chain", "an older intermediate has the same name"},
		{"name constraint that does not permit the host", receiverSetup{chain: maker.issue(constrainedAuthority, certs.Leaf{}), roots: []*x509.Certificate{constrainedAuthority.Root}}, "transport.trusted-chain", "the root is trusted"},
		{"name constraint that does not permit the host, root in the CA file", setupWithCAFile(constrainedAuthority, certs.Leaf{}), "transport.trusted-chain", "Only --ca-file makes the root trusted, sipgate does not trust it"},
		{"self-signed", receiverSetup{chain: maker.selfSignedChain(certs.Leaf{})}, "transport.not-self-signed", ""},
	}
	for _, tt := range tests {
		if tt.give.host == "" {
			tt.give.host = host
		}
		if tt.give.roots == nil {
			tt.give.roots = []*x509.Certificate{publicAuthority.Root}
		}
		trust := endpoint.Trust{Now: now, ExtraAuthorities: tt.give.extraAuthorities}
		for _, r := range tt.give.roots {
			trust.Roots = append(trust.Roots, endpoint.Root{Certificate: r})
		}
		problems, _ := endpoint.Judge(endpoint.Handshake{Host: tt.give.host, Scheme: "https", Address: "127.0.0.1:443", Chain: tt.give.chain}, trust)
		index := slices.IndexFunc(problems, func(p endpoint.Problem) bool { return p.Rule == tt.rule })
		if index < 0 {
			t.Errorf("%s: no problem with %s: %+v", tt.name, tt.rule, problems)
			continue
		}
		if fix := problems[index].Fix; (fix == "") != (tt.want == "") || !strings.Contains(fix, tt.want) {
			t.Errorf("%s: the fix is %q, want %q in it", tt.name, fix, tt.want)
		}
	}
}

func TestProblemOfAFailedHandshakeHasAFix(t *testing.T) {
	t.Parallel()
	for failure, want := range map[endpoint.Failure]string{
		endpoint.UnknownHost: "DNS", endpoint.PlainHTTP: "Serve TLS on that port", endpoint.NotTLS: "look at the port",
		endpoint.HandshakeTimeout: "look at the port", endpoint.HandshakeClosed: "the log", endpoint.HandshakeAlert: "openssl s_client",
		endpoint.NoCommonSettings: "usual suites", endpoint.HostNotServed: "server_name", endpoint.NoHTTP1: "http/1.1",
		endpoint.ClientCertificate: "Do not require client certificates", endpoint.UnparsableChain: "fullchain.pem", endpoint.OtherHandshakeError: "openssl s_client",
	} {
		problems, _ := endpoint.Judge(endpoint.Handshake{Host: host, Scheme: "https", Address: "127.0.0.1:443", Failure: failure}, endpoint.Trust{Now: now})
		if len(problems) != 1 || !strings.Contains(problems[0].Fix, want) {
			t.Errorf("%s: %+v, want a fix with %q", failure, problems, want)
		}
	}
}

// The TLS settings of sipgate's client are not known. The problem names the settings that pushcheck offers, and the settings that the
// receiver accepted in a second handshake.
func TestLackOfCommonTLSSettingsIsAProblemThatNamesTheSettingsOfBothSides(t *testing.T) {
	t.Parallel()
	maker := chainMaker{t}
	publicAuthority := maker.newAuthority(certs.Plan{})
	const rsaExchange, ecdheGCM = 0x009c, 0xc02b
	tests := []struct {
		name     string
		suite    uint16              // the cipher suite of the second handshake; 0: no second handshake succeeded
		chain    []*x509.Certificate // the certificates that the receiver sent in the second handshake
		got, fix string              // parts of Got and Fix of the problem with the handshake
		primary  string              // the rule of the primary problem
	}{
		{"no successful second handshake", 0, nil, "a certificate of a kind that pushcheck does not take", "sipgate's client may speak some of them", "transport.handshake"},
		{"second handshake with RSA key exchange", rsaExchange, maker.issue(publicAuthority, certs.Leaf{Key: rsa2048()}), "it agreed on one with RSA key exchange", "with RSA key exchange only", "transport.handshake"},
		{"second handshake with RSA key exchange, expired leaf", rsaExchange, maker.issue(publicAuthority, certs.Leaf{NotBefore: now.Add(-9 * day), NotAfter: now.Add(-day)}), "it agreed on one with RSA key exchange", "with RSA key exchange only", "transport.handshake"},
		{"second handshake with TLS 1.2", ecdheGCM, maker.issue(publicAuthority, certs.Leaf{}), "in a second handshake with TLS 1.2 only, it agreed on a usual cipher suite", "what TLS 1.3 lacks", "transport.handshake"},
		{"second handshake with TLS 1.2, weak key", ecdheGCM, maker.issue(publicAuthority, certs.Leaf{Key: rsa1024()}), "in a second handshake with TLS 1.2 only", "what TLS 1.3 lacks", "transport.strong-keys"},
	}
	for _, tt := range tests {
		problems, _ := endpoint.Judge(
			endpoint.Handshake{Host: host, Scheme: "https", Address: "127.0.0.1:443", Failure: endpoint.NoCommonSettings, Suite: tt.suite, Chain: tt.chain},
			endpoint.Trust{Now: now, Roots: []endpoint.Root{{Certificate: publicAuthority.Root}}})
		index := slices.IndexFunc(problems, func(p endpoint.Problem) bool { return p.Rule == "transport.handshake" })
		if index < 0 {
			t.Errorf("%s: no problem of the handshake: %+v", tt.name, problems)
			continue
		}
		if p := problems[index]; !strings.Contains(p.Got, tt.got) || !strings.Contains(p.Fix, tt.fix) {
			t.Errorf("%s: got %q, fix %q; want %q and %q in them", tt.name, p.Got, p.Fix, tt.got, tt.fix)
		}
		if problems[0].Rule != tt.primary {
			t.Errorf("%s: the first problem is %s, want %s", tt.name, problems[0].Rule, tt.primary)
		}
	}
}
