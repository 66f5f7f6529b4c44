package endpoint_test

import (
	"crypto/elliptic"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"errors"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/internal/certs"
	"github.com/pushcheck/pushcheck/internal/testtools"
)

var now = time.Date(2027, 7, 1, 12, 0, 0, 0, time.UTC)

const (
	day  = 24 * time.Hour
	host = "receiver.test"
)

// receiverSetup holds the certificates of a receiver, and the trusted authorities for Judge. A zero field has the default of the test.
type receiverSetup struct {
	host             string                          // the host of the URL
	chain            []*x509.Certificate             // the certificates that the receiver sends
	roots            []*x509.Certificate             // default: the root of the public authority
	extraAuthorities []*x509.Certificate             // Trust.ExtraAuthorities
	rootConstraint   func([]*x509.Certificate) error // constraint of the roots
	suite            uint16                          // the agreed cipher suite
}

func TestJudgeReportsEveryProblemOfAChain(t *testing.T) {
	t.Parallel()
	maker := chainMaker{t}
	publicAuthority, privateAuthority := maker.newAuthority(certs.Plan{}), maker.newAuthority(certs.Plan{Name: "Private"})
	validChain := maker.issue(publicAuthority, certs.Leaf{})
	sameNameAuthority := maker.newAuthority(certs.Plan{Name: "Public"}) // another authority with the name of publicAuthority
	setupIssuedBy := func(a *certs.Authority, l certs.Leaf) receiverSetup { return receiverSetup{chain: maker.issue(a, l)} }
	setupWithChangedLeaf := func(change func(*x509.Certificate)) receiverSetup {
		return setupIssuedBy(publicAuthority, certs.Leaf{Change: change})
	}
	setupWithTrustedRoot := func(a *certs.Authority, l certs.Leaf) receiverSetup {
		return receiverSetup{chain: maker.issue(a, l), roots: []*x509.Certificate{a.Root}}
	}

	tests := []struct {
		name  string
		give  receiverSetup
		want  []string // the rules of the problems, the primary problem first; a waived rule is followed by its flag
		notes []string // parts of the notes
		why   string
	}{
		// no problem
		{name: "ECDSA P-256 key", give: receiverSetup{chain: validChain}},
		{name: "RSA 2048 key", give: setupIssuedBy(publicAuthority, certs.Leaf{Key: rsa2048()})},
		{name: "P-384 key", give: setupIssuedBy(publicAuthority, certs.Leaf{Key: testtools.ECDSA(elliptic.P384())})},
		{name: "P-521 key", give: setupIssuedBy(publicAuthority, certs.Leaf{Key: testtools.ECDSA(elliptic.P521())})},
		{name: "Ed25519 key", give: setupIssuedBy(publicAuthority, certs.Leaf{Key: testtools.Ed25519()})},
		{name: "six days left of a lifetime of six days and an hour", give: setupIssuedBy(publicAuthority, certs.Leaf{NotAfter: now.Add(6 * day)}), why: "less than 14 days, but more than a third of the lifetime"},
		{name: "wildcard for the host", give: receiverSetup{host: "a.receiver.test", chain: maker.issue(publicAuthority, certs.Leaf{Hosts: []string{"*.receiver.test"}})}},
		{name: "host in upper case", give: setupIssuedBy(publicAuthority, certs.Leaf{Hosts: []string{"RECEIVER.TEST"}})},
		{name: "IPv4 address as host", give: receiverSetup{host: "127.0.0.1", chain: maker.issue(publicAuthority, certs.Leaf{Hosts: []string{"127.0.0.1"}})}},
		{name: "IPv6 address as host", give: receiverSetup{host: "::1", chain: maker.issue(publicAuthority, certs.Leaf{Hosts: []string{"::1"}})}},
		{name: "root sent after the intermediate", give: receiverSetup{chain: append(slices.Clone(validChain), publicAuthority.Root)}},
		{name: "the host as the last of a thousand names", give: setupIssuedBy(publicAuthority, certs.Leaf{Hosts: append(slices.Repeat([]string{"other.test"}, 999), host)})},
		{name: "sixty intermediates", give: func() receiverSetup {
			chain, root := maker.longChain(60, nil)
			return receiverSetup{chain: chain, roots: []*x509.Certificate{root}}
		}()},
		{name: "leaf signed by the root", give: func() receiverSetup {
			chain, root := maker.longChain(0, nil)
			return receiverSetup{chain: chain, roots: []*x509.Certificate{root}}
		}()},
		{name: "extended key usage any", give: setupWithChangedLeaf(func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageAny} })},
		{name: "root signed with SHA-1", give: setupWithTrustedRoot(maker.newAuthority(certs.Plan{
			RootKey: rsa2048(), ChangeRoot: func(c *x509.Certificate) { c.SignatureAlgorithm = x509.SHA1WithRSA },
		}), certs.Leaf{})},
		{name: "public authority, another authority in the CA file", give: receiverSetup{chain: validChain, extraAuthorities: []*x509.Certificate{privateAuthority.Root}}},
		{name: "public authority, its root in the CA file", give: receiverSetup{chain: validChain, extraAuthorities: []*x509.Certificate{publicAuthority.Root}}, why: "the root is trusted without the CA file"},

		// trust
		{name: "self-signed", give: receiverSetup{chain: maker.selfSignedChain(certs.Leaf{})}, want: []string{"not-self-signed"}},
		{name: "self-signed, for another host", give: receiverSetup{chain: maker.selfSignedChain(certs.Leaf{Hosts: []string{"other.test"}})}, want: []string{"not-self-signed", "name-matches"}},
		{name: "self-signed with CA:TRUE", give: receiverSetup{chain: maker.selfSignedChain(certs.Leaf{Change: func(c *x509.Certificate) { c.IsCA = true }})}, want: []string{"not-self-signed"}, why: "the default of common tools"},
		{name: "self-signed certificate that has expired and is for another host", give: receiverSetup{chain: maker.selfSignedChain(certs.Leaf{
			Hosts: []string{"other.test"}, NotBefore: now.Add(-2 * day), NotAfter: now.Add(-day),
		})}, want: []string{"not-self-signed", "in-date", "name-matches"}},
		{name: "self-signed, in the CA file", give: func() receiverSetup {
			chain := maker.selfSignedChain(certs.Leaf{})
			return receiverSetup{chain: chain, extraAuthorities: chain}
		}(), want: []string{"not-self-signed"}, why: "an authority has to sign the certificate, even if the user trusts it"},
		{name: "self-signed, with an unrelated certificate", give: receiverSetup{chain: append(maker.selfSignedChain(certs.Leaf{}), publicAuthority.Intermediate)}, want: []string{"not-self-signed"}, notes: []string{"does not belong to"}},
		{name: "self-signed with SHA-1", give: receiverSetup{chain: maker.selfSignedChain(certs.Leaf{Key: rsa2048(), Change: func(c *x509.Certificate) {
			c.SignatureAlgorithm = x509.SHA1WithRSA
		}})}, want: []string{"not-self-signed"}},
		{name: "private authority", give: setupIssuedBy(privateAuthority, certs.Leaf{}), want: []string{"trusted-chain"}},
		{name: "root of a private authority sent", give: receiverSetup{chain: append(maker.issue(privateAuthority, certs.Leaf{}), privateAuthority.Root)}, want: []string{"trusted-chain"}},
		{name: "private authority in the CA file", give: receiverSetup{chain: maker.issue(privateAuthority, certs.Leaf{}), extraAuthorities: []*x509.Certificate{privateAuthority.Root}}, want: []string{"trusted-chain --ca-file"}},
		{name: "expired leaf of a private authority in the CA file", give: receiverSetup{
			chain: maker.issue(privateAuthority, certs.Leaf{NotBefore: now.Add(-9 * day), NotAfter: now.Add(-day)}), extraAuthorities: []*x509.Certificate{privateAuthority.Root},
		}, want: []string{"in-date", "trusted-chain --ca-file"}, why: "the CA file waives only the problem of trust"},
		{name: "private authority with the name of the public authority", give: setupIssuedBy(sameNameAuthority, certs.Leaf{}), want: []string{"trusted-chain"}},
		{name: "missing intermediate", give: receiverSetup{chain: validChain[:1]}, want: []string{"complete-chain", "trusted-chain"}, why: "the issuer may be a private authority"},
		{name: "private authority, only the leaf sent", give: receiverSetup{chain: maker.issue(privateAuthority, certs.Leaf{})[:1]}, want: []string{"complete-chain", "trusted-chain"}, why: "the intermediate of a public authority may be missing"},
		{name: "private authority in the CA file, only the leaf sent", give: receiverSetup{
			chain: maker.issue(privateAuthority, certs.Leaf{})[:1], extraAuthorities: []*x509.Certificate{privateAuthority.Root},
		}, want: []string{"complete-chain", "trusted-chain"}, why: "without the intermediate, the leaf cannot be connected to the root"},
		{name: "private root and intermediate in the CA file, only the leaf sent", give: receiverSetup{
			chain: maker.issue(privateAuthority, certs.Leaf{})[:1], extraAuthorities: []*x509.Certificate{privateAuthority.Root, privateAuthority.Intermediate},
		}, want: []string{"complete-chain", "trusted-chain --ca-file"}},
		{name: "public intermediate in the CA file, only the leaf sent", give: receiverSetup{chain: validChain[:1], extraAuthorities: []*x509.Certificate{publicAuthority.Intermediate}}, want: []string{"complete-chain"}, why: "the CA file shows that only the intermediate is missing"},
		{name: "intermediate of another authority", give: receiverSetup{chain: []*x509.Certificate{validChain[0], privateAuthority.Intermediate}}, want: []string{"complete-chain", "trusted-chain"}, notes: []string{"does not belong to"}},
		{name: "intermediate with the right name and another key", give: receiverSetup{chain: []*x509.Certificate{validChain[0], sameNameAuthority.Intermediate}}, want: []string{"complete-chain", "trusted-chain"}},
		{name: "second intermediate missing", give: func() receiverSetup {
			chain, root := maker.longChain(2, nil)
			return receiverSetup{chain: chain[:2], roots: []*x509.Certificate{root}}
		}(), want: []string{"trusted-chain"}},
		{name: "leaf with a broken signature", give: func() receiverSetup {
			return receiverSetup{chain: []*x509.Certificate{maker.parseCertificate(testtools.BrokenSignature(validChain[0])), publicAuthority.Intermediate}}
		}(), want: []string{"trusted-chain"}},
		{name: "root with a constraint that refuses the leaf", give: receiverSetup{chain: validChain, rootConstraint: func([]*x509.Certificate) error { return errors.New("too new") }}, want: []string{"trusted-chain"}},

		// chain
		{name: "intermediates in the wrong order", give: func() receiverSetup {
			chain, root := maker.longChain(2, nil)
			return receiverSetup{chain: []*x509.Certificate{chain[0], chain[2], chain[1]}, roots: []*x509.Certificate{root}}
		}(), notes: []string{"another order"}},
		{name: "leaf after the intermediate", give: receiverSetup{chain: []*x509.Certificate{validChain[1], validChain[0]}}, want: []string{"complete-chain"}, why: "the other rules are checked for the leaf"},
		{name: "leaf sent twice", give: receiverSetup{chain: []*x509.Certificate{validChain[0], validChain[0], validChain[1]}}, notes: []string{"twice"}},
		{name: "unrelated certificate", give: receiverSetup{chain: append(slices.Clone(validChain), privateAuthority.Root)}, notes: []string{"does not belong to"}},

		// dates
		{name: "expired leaf", give: setupIssuedBy(publicAuthority, certs.Leaf{NotBefore: now.Add(-9 * day), NotAfter: now.Add(-time.Second)}), want: []string{"in-date"}},
		{name: "leaf that is not yet valid", give: setupIssuedBy(publicAuthority, certs.Leaf{NotBefore: now.Add(time.Minute)}), want: []string{"in-date"}},
		{name: "expired intermediate", give: setupWithTrustedRoot(maker.newAuthority(certs.Plan{ChangeIntermediate: func(c *x509.Certificate) { c.NotAfter = now.Add(-time.Hour) }}), certs.Leaf{}), want: []string{"in-date"}},
		{name: "expired root", give: setupWithTrustedRoot(maker.newAuthority(certs.Plan{ChangeRoot: func(c *x509.Certificate) { c.NotAfter = now.Add(-time.Hour) }}), certs.Leaf{}), want: []string{"in-date"}},
		{name: "intermediate that expired before the leaf became valid", give: setupWithTrustedRoot(maker.newAuthority(certs.Plan{ChangeIntermediate: func(c *x509.Certificate) {
			c.NotBefore, c.NotAfter = now.Add(-9*day), now.Add(-8*day)
		}}), certs.Leaf{}), want: []string{"in-date"}, why: "there was no time at which the whole chain was valid"},
		{name: "expired intermediate of a private authority", give: receiverSetup{chain: maker.issue(maker.newAuthority(certs.Plan{
			Name: "Private", ChangeIntermediate: func(c *x509.Certificate) { c.NotAfter = now.Add(-time.Hour) },
		}), certs.Leaf{})}, want: []string{"trusted-chain", "in-date"}},
		{name: "a minute less than 14 days left", give: setupIssuedBy(publicAuthority, certs.Leaf{NotBefore: now.Add(-76*day - time.Hour), NotAfter: now.Add(14*day - time.Minute)}), want: []string{"expires-later"}},
		{name: "a minute more than 14 days left", give: setupIssuedBy(publicAuthority, certs.Leaf{NotBefore: now.Add(-76*day + time.Hour), NotAfter: now.Add(14*day + time.Minute)})},
		{name: "one day left of a lifetime of six days", give: setupIssuedBy(publicAuthority, certs.Leaf{NotBefore: now.Add(-5 * day), NotAfter: now.Add(day)}), want: []string{"expires-later"}},
		{name: "one day left for a leaf of a private authority in the CA file", give: receiverSetup{
			chain: maker.issue(privateAuthority, certs.Leaf{NotBefore: now.Add(-80 * day), NotAfter: now.Add(day)}), extraAuthorities: []*x509.Certificate{privateAuthority.Root},
		}, want: []string{"expires-later", "trusted-chain --ca-file"}},
		{name: "lifetime of 800 days", give: setupIssuedBy(publicAuthority, certs.Leaf{NotAfter: now.Add(800 * day)}), notes: []string{"800 days"}},

		// name
		{name: "certificate for another host", give: receiverSetup{host: "other.test", chain: validChain}, want: []string{"name-matches"}},
		{name: "host only as common name", give: setupWithChangedLeaf(func(c *x509.Certificate) { c.DNSNames = nil }), want: []string{"name-matches"}},
		{name: "no host name in the certificate", give: setupWithChangedLeaf(func(c *x509.Certificate) { c.DNSNames, c.Subject = nil, pkix.Name{} }), want: []string{"name-matches"}},
		{name: "wildcard, host with two labels in place of the asterisk", give: receiverSetup{host: "a.b.receiver.test", chain: maker.issue(publicAuthority, certs.Leaf{Hosts: []string{"*.receiver.test"}})}, want: []string{"name-matches"}},
		{name: "wildcard, host without a label in place of the asterisk", give: setupIssuedBy(publicAuthority, certs.Leaf{Hosts: []string{"*.receiver.test"}}), want: []string{"name-matches"}},
		{name: "wildcard for a part of a label", give: setupIssuedBy(publicAuthority, certs.Leaf{Hosts: []string{"rec*.test"}}), want: []string{"name-matches"}},
		{name: "IP address as host, not in the certificate", give: receiverSetup{host: "127.0.0.1", chain: validChain}, want: []string{"name-matches"}},
		{name: "IP address as host, listed in the certificate as a DNS name", give: receiverSetup{host: "127.0.0.1", chain: maker.issue(publicAuthority, certs.Leaf{Change: func(c *x509.Certificate) {
			c.DNSNames = []string{"127.0.0.1"}
		}})}, want: []string{"name-matches"}},
		{name: "name with a final dot in the certificate", give: setupIssuedBy(publicAuthority, certs.Leaf{Hosts: []string{"receiver.test."}}), want: []string{"name-matches"}},

		// usage
		{name: "leaf for use by clients only", give: setupWithChangedLeaf(func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} }), want: []string{"server-certificate"}},
		{name: "no extended key usage", give: setupWithChangedLeaf(func(c *x509.Certificate) { c.ExtKeyUsage = nil }), notes: []string{"what it is for"}},
		{name: "intermediate that may issue only certificates for clients", give: setupWithTrustedRoot(maker.newAuthority(certs.Plan{ChangeIntermediate: func(c *x509.Certificate) {
			c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
		}}), certs.Leaf{}), want: []string{"server-certificate"}},
		{name: "leaf with CA:TRUE", give: setupWithChangedLeaf(func(c *x509.Certificate) { c.IsCA = true }), want: []string{"server-certificate"}},
		{name: "key usage without digitalSignature", give: setupWithChangedLeaf(func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyEncipherment }), want: []string{"server-certificate"}},
		{name: "leaf that signs a leaf", give: func() receiverSetup {
			chain, root := maker.longChain(1, func(level int, c *x509.Certificate) {
				if level == 1 {
					c.IsCA = false
				}
			})
			return receiverSetup{chain: chain, roots: []*x509.Certificate{root}}
		}(), want: []string{"trusted-chain"}},
		{name: "issuer without basic constraints", give: func() receiverSetup {
			chain, root := maker.longChain(1, func(level int, c *x509.Certificate) {
				if level == 1 {
					c.IsCA, c.BasicConstraintsValid = false, false
				}
			})
			return receiverSetup{chain: chain, roots: []*x509.Certificate{root}}
		}(), want: []string{"trusted-chain"}},
		{name: "more intermediates than the path length allows", give: func() receiverSetup {
			chain, root := maker.longChain(2, func(level int, c *x509.Certificate) { c.MaxPathLenZero = level == 1 })
			return receiverSetup{chain: chain, roots: []*x509.Certificate{root}}
		}(), want: []string{"trusted-chain"}},
		{name: "name constraint that permits the host", give: setupWithTrustedRoot(maker.newAuthority(certs.Plan{ChangeIntermediate: func(c *x509.Certificate) {
			c.PermittedDNSDomains, c.PermittedDNSDomainsCritical = []string{"test"}, true
		}}), certs.Leaf{})},
		{name: "name constraint that does not permit the host", give: setupWithTrustedRoot(maker.newAuthority(certs.Plan{ChangeIntermediate: func(c *x509.Certificate) {
			c.PermittedDNSDomains = []string{"example"}
		}}), certs.Leaf{}), want: []string{"trusted-chain"}},
		{name: "name constraint that excludes the host", give: setupWithTrustedRoot(maker.newAuthority(certs.Plan{ChangeIntermediate: func(c *x509.Certificate) {
			c.ExcludedDNSDomains = []string{"test"}
		}}), certs.Leaf{}), want: []string{"trusted-chain"}},
		{name: "unknown critical extension", give: setupWithChangedLeaf(func(c *x509.Certificate) {
			c.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 99999, 1}, Critical: true, Value: []byte{5, 0}}}
		}), want: []string{"trusted-chain"}},
		{name: "must-staple without a staple", give: setupWithChangedLeaf(func(c *x509.Certificate) {
			c.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}, Value: []byte{0x30, 3, 2, 1, 5}}}
		}), notes: []string{"OCSP"}},

		// strength
		{name: "leaf with an RSA 1024 key", give: setupIssuedBy(publicAuthority, certs.Leaf{Key: rsa1024()}), want: []string{"strong-keys"}},
		{name: "intermediate with an RSA 1024 key", give: setupWithTrustedRoot(maker.newAuthority(certs.Plan{IntermediateKey: rsa1024()}), certs.Leaf{}), want: []string{"strong-keys"}},
		{name: "root with an RSA 1024 key", give: setupWithTrustedRoot(maker.newAuthority(certs.Plan{RootKey: rsa1024()}), certs.Leaf{}), why: "the rule does not apply to the root"},
		{name: "leaf with a P-224 key", give: setupIssuedBy(publicAuthority, certs.Leaf{Key: testtools.ECDSA(elliptic.P224())}), want: []string{"strong-keys"}},
		{name: "intermediate with a P-224 key", give: setupWithTrustedRoot(maker.newAuthority(certs.Plan{IntermediateKey: testtools.ECDSA(elliptic.P224())}), certs.Leaf{}), want: []string{"strong-keys"}},
		{name: "leaf signed with SHA-1", give: setupWithChangedLeaf(func(c *x509.Certificate) { c.SignatureAlgorithm = x509.ECDSAWithSHA1 }), want: []string{"strong-keys"}},
		{name: "intermediate signed with SHA-1", give: setupWithTrustedRoot(maker.newAuthority(certs.Plan{
			RootKey: rsa2048(), ChangeIntermediate: func(c *x509.Certificate) { c.SignatureAlgorithm = x509.SHA1WithRSA },
		}), certs.Leaf{}), want: []string{"strong-keys"}},
		{name: "leaf of a private authority, signed with SHA-1", give: setupIssuedBy(privateAuthority, certs.Leaf{Change: func(c *x509.Certificate) {
			c.SignatureAlgorithm = x509.ECDSAWithSHA1
		}}), want: []string{"trusted-chain", "strong-keys"}},
		{name: "leaf signed with MD5", give: func() receiverSetup {
			a := maker.newAuthority(certs.Plan{IntermediateKey: rsa2048()})
			chain := maker.issue(a, certs.Leaf{})
			return receiverSetup{chain: []*x509.Certificate{maker.resignWithMD5(chain[0], rsa2048()), chain[1]}, roots: []*x509.Certificate{a.Root}}
		}(), want: []string{"strong-keys"}},
		{name: "CBC cipher suite", give: receiverSetup{chain: validChain, suite: tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA}, notes: []string{"CBC"}},

		{name: "five problems at once", give: receiverSetup{host: "other.test", chain: maker.issue(privateAuthority, certs.Leaf{
			Key: rsa1024(), NotBefore: now.Add(-9 * day), NotAfter: now.Add(-day),
			Change: func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} },
		})}, want: []string{"trusted-chain", "in-date", "name-matches", "server-certificate", "strong-keys"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if tt.give.host == "" {
				tt.give.host = host
			}
			if tt.give.roots == nil {
				tt.give.roots = []*x509.Certificate{publicAuthority.Root}
			}
			trust := endpoint.Trust{Now: now, ExtraAuthorities: tt.give.extraAuthorities}
			for _, r := range tt.give.roots {
				trust.Roots = append(trust.Roots, endpoint.Root{Certificate: r, Constraint: tt.give.rootConstraint})
			}
			h := endpoint.Handshake{
				Host: tt.give.host, Scheme: "https", Address: "127.0.0.1:443", Version: tls.VersionTLS13,
				Suite: tt.give.suite, Chain: tt.give.chain,
			}
			problems, notes := endpoint.Judge(h, trust)
			if diff := cmp.Diff(tt.want, ruleNames(problems)); diff != "" {
				t.Errorf("Judge(%s) mismatch (-want +got):\n%s%s\n%+v", tt.name, diff, tt.why, problems)
			}
			checkProblems(t, problems)
			checkNotes(t, tt.notes, notes)
			checkJudgements(t, h, problems)
		})
	}
}

// ruleNames lists the rules of problems without the prefix "transport.". A waived rule is followed by the flag that waives it.
func ruleNames(problems []endpoint.Problem) (names []string) {
	for _, p := range problems {
		rule := strings.TrimPrefix(p.Rule, "transport.")
		if p.Waived != "" {
			rule += " " + p.Waived
		}
		names = append(names, rule)
	}
	return names
}

// checkProblems checks that only the first problem is primary, that each problem has Want and Got, and that only transport.expires-later is
// Milder.
func checkProblems(t *testing.T, problems []endpoint.Problem) {
	t.Helper()
	for i, p := range problems {
		if p.Primary != (i == 0) {
			t.Errorf("problem %d, %s: Primary = %v, want %v", i, p.Rule, p.Primary, i == 0)
		}
		if p.Want == "" || p.Got == "" {
			t.Errorf("problem %s has Want %q and Got %q, want both", p.Rule, p.Want, p.Got)
		}
		if p.Milder != (p.Rule == "transport.expires-later") {
			t.Errorf("problem %s: Milder = %v", p.Rule, p.Milder)
		}
	}
}

// checkNotes checks that each note contains the expected part. It ignores RevocationNote.
func checkNotes(t *testing.T, want, got []string) {
	t.Helper()
	got = slices.DeleteFunc(slices.Clone(got), func(n string) bool { return n == endpoint.RevocationNote })
	if len(got) != len(want) {
		t.Errorf("%d notes, want %d: %q", len(got), len(want), got)
		return
	}
	for i := range want {
		if !strings.Contains(got[i], want[i]) {
			t.Errorf("note %d = %q, want %q in it", i, got[i], want[i])
		}
	}
}

// checkJudgements checks that there is a judgement for every rule, and that the rule of each problem was judged.
func checkJudgements(t *testing.T, h endpoint.Handshake, problems []endpoint.Problem) {
	t.Helper()
	var rules []string
	for _, j := range endpoint.Judgements(h, problems) {
		rules = append(rules, j.Rule)
		hasProblem := slices.ContainsFunc(problems, func(p endpoint.Problem) bool { return p.Rule == j.Rule })
		if hasProblem && !j.Judged {
			t.Errorf("%s has a problem and is not judged: %+v", j.Rule, j)
		}
		if !j.Judged && j.Reason == "" && j.NotApplicable == "" {
			t.Errorf("%s is not judged, and has neither Reason nor NotApplicable", j.Rule)
		}
		if j.BlockingRule != "" && !slices.ContainsFunc(problems, func(p endpoint.Problem) bool { return p.Rule == j.BlockingRule }) {
			t.Errorf("%s is not judged because of %s, which has no problem", j.Rule, j.BlockingRule)
		}
	}
	if diff := cmp.Diff(endpoint.Rules(), rules); diff != "" {
		t.Errorf("Judgements() rules mismatch (-want +got):\n%s", diff)
	}
}

func TestTextOfAProblemDescribesTheCertificates(t *testing.T) {
	t.Parallel()
	maker := chainMaker{t}
	publicAuthority, privateAuthority := maker.newAuthority(certs.Plan{}), maker.newAuthority(certs.Plan{Name: "Private"})
	validChain := maker.issue(publicAuthority, certs.Leaf{})
	tooLongChain, tooLongRoot := maker.longChain(2, func(level int, c *x509.Certificate) { c.MaxPathLenZero = level == 1 })
	chainSignedByLeaf, signedByLeafRoot := maker.longChain(1, func(level int, c *x509.Certificate) { c.IsCA = c.IsCA && level != 1 })
	roots := []*x509.Certificate{publicAuthority.Root}

	tests := []struct {
		name string
		give receiverSetup
		rule string
		want []string // parts of Got
	}{
		{"self-signed", receiverSetup{chain: maker.selfSignedChain(certs.Leaf{}), roots: roots}, "transport.not-self-signed", []string{`"receiver.test"`, "its own key", "sipgate refuses this"}},
		{"only the leaf sent: Got of complete-chain", receiverSetup{chain: validChain[:1], roots: roots}, "transport.complete-chain", []string{"an intermediate is missing", `"Public Intermediate"`, "or"}},
		{"only the leaf sent: Got of trusted-chain", receiverSetup{chain: validChain[:1], roots: roots}, "transport.trusted-chain", []string{"an intermediate is missing", `"Public Intermediate"`, "or"}},
		{"only the leaf sent, intermediate in the CA file", receiverSetup{chain: validChain[:1], roots: roots, extraAuthorities: []*x509.Certificate{publicAuthority.Intermediate}}, "transport.complete-chain", []string{`"Public Intermediate" is missing`}},
		{"root of a private authority sent", receiverSetup{chain: append(maker.issue(privateAuthority, certs.Leaf{}), privateAuthority.Root), roots: roots}, "transport.trusted-chain", []string{`"Private Root"`, "not publicly trusted"}},
		{"intermediate of a private authority sent", receiverSetup{chain: maker.issue(privateAuthority, certs.Leaf{}), roots: roots}, "transport.trusted-chain", []string{`ends at "Private Intermediate"`, `"Private Root"`}},
		{"private authority with the name of the public authority", receiverSetup{chain: maker.issue(maker.newAuthority(certs.Plan{}), certs.Leaf{}), roots: roots}, "transport.trusted-chain", []string{"has that name"}},
		{"root with a constraint that refuses the leaf", receiverSetup{chain: validChain, roots: roots, rootConstraint: func([]*x509.Certificate) error { return errors.New("after the day") }}, "transport.trusted-chain", []string{"no longer", "after the day"}},
		{"issuer that is not allowed to sign", receiverSetup{chain: chainSignedByLeaf, roots: []*x509.Certificate{signedByLeafRoot}}, "transport.trusted-chain", []string{`"Level B" signed "Level C"`, "not allowed"}},
		{"more intermediates than the path length allows", receiverSetup{chain: tooLongChain, roots: []*x509.Certificate{tooLongRoot}}, "transport.trusted-chain", []string{`"Level B"`, "path length"}},
		{"certificate for another host", receiverSetup{host: "other.test", chain: validChain, roots: roots}, "transport.name-matches", []string{`"receiver.test"`}},
		{"host only as common name", receiverSetup{chain: maker.issue(publicAuthority, certs.Leaf{Change: func(c *x509.Certificate) { c.DNSNames = nil }}), roots: roots}, "transport.name-matches", []string{"common name", "does not count"}},
		{"seven names in the certificate", receiverSetup{chain: maker.issue(publicAuthority, certs.Leaf{Hosts: []string{"a.test", "b.test", "c.test", "d.test", "e.test", "f.test", "g.test"}}), roots: roots}, "transport.name-matches", []string{`"e.test" and 2 others`}},
		{"expired", receiverSetup{chain: maker.issue(publicAuthority, certs.Leaf{NotBefore: now.Add(-9 * day), NotAfter: now.Add(-day)}), roots: roots}, "transport.in-date", []string{"expired on 2027-06-30 12:00 UTC"}},
		{"not yet valid", receiverSetup{chain: maker.issue(publicAuthority, certs.Leaf{NotBefore: now.Add(day)}), roots: roots}, "transport.in-date", []string{"not valid before 2027-07-02 12:00 UTC"}},
		{"ten days left", receiverSetup{chain: maker.issue(publicAuthority, certs.Leaf{NotBefore: now.Add(-80 * day), NotAfter: now.Add(10 * day)}), roots: roots}, "transport.expires-later", []string{"in 10 days"}},
		{"weak key", receiverSetup{chain: maker.issue(publicAuthority, certs.Leaf{Key: rsa1024()}), roots: roots}, "transport.strong-keys", []string{"RSA key of 1024 bits"}},
		{"weak signature", receiverSetup{chain: maker.issue(publicAuthority, certs.Leaf{Change: func(c *x509.Certificate) { c.SignatureAlgorithm = x509.ECDSAWithSHA1 }}), roots: roots}, "transport.strong-keys", []string{"ECDSA-SHA1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			trust := endpoint.Trust{Now: now, ExtraAuthorities: tt.give.extraAuthorities}
			for _, r := range tt.give.roots {
				trust.Roots = append(trust.Roots, endpoint.Root{Certificate: r, Constraint: tt.give.rootConstraint})
			}
			if tt.give.host == "" {
				tt.give.host = host
			}
			problems, _ := endpoint.Judge(endpoint.Handshake{Host: tt.give.host, Scheme: "https", Chain: tt.give.chain}, trust)
			index := slices.IndexFunc(problems, func(p endpoint.Problem) bool { return p.Rule == tt.rule })
			if index < 0 {
				t.Fatalf("no problem with %s: %+v", tt.rule, problems)
			}
			for _, part := range tt.want {
				if !strings.Contains(problems[index].Got, part) {
					t.Errorf("Got of %s is %q, want %q in it", tt.rule, problems[index].Got, part)
				}
			}
		})
	}
}

func TestNegativeSerialNumberIsAProblemOfTheHandshake(t *testing.T) {
	t.Parallel()
	leaf := &x509.Certificate{SerialNumber: big.NewInt(-77), Subject: pkix.Name{CommonName: "localhost"}}
	h := endpoint.Handshake{Host: "localhost", Scheme: "https", Address: "127.0.0.1:1", Version: tls.VersionTLS13, Chain: []*x509.Certificate{leaf}}
	problems, _ := endpoint.Judge(h, endpoint.Trust{Now: time.Now()})
	if len(problems) != 1 || problems[0].Rule != "transport.handshake" {
		t.Errorf("Judge(negative serial) = %+v, want transport.handshake alone", problems)
	}
}
