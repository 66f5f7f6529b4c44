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
	bench "github.com/pushcheck/pushcheck/internal/workshop"
)

var now = time.Date(2027, 7, 1, 12, 0, 0, 0, time.UTC)

const (
	day  = 24 * time.Hour
	host = "receiver.test"
)

// setup is a receiver and what it is judged by. A zero field has an ordinary default.
type setup struct {
	host  string
	chain []*x509.Certificate
	roots []*x509.Certificate // default: that of the public authority
	extra []*x509.Certificate
	limit func([]*x509.Certificate) error // constraint on the roots
	suite uint16
}

func TestAChainIsJudgedByAllItsFaults(t *testing.T) {
	t.Parallel()
	w := workshop{t}
	public, private := w.found(certs.Plan{}), w.found(certs.Plan{Name: "Private"})
	ordinary := w.issue(public, certs.Leaf{})
	twin := w.found(certs.Plan{Name: "Public"}) // another authority of the same name
	only := func(a *certs.Authority, l certs.Leaf) setup { return setup{chain: w.issue(a, l)} }
	changed := func(by func(*x509.Certificate)) setup { return only(public, certs.Leaf{Change: by}) }
	by := func(a *certs.Authority, l certs.Leaf) setup {
		return setup{chain: w.issue(a, l), roots: []*x509.Certificate{a.Root}}
	}

	tests := []struct {
		name  string
		give  setup
		want  []string // the rules of the problems, the primary first; a waived one has its flag behind it
		notes []string // each is part of a note
		why   string
	}{
		// good
		{name: "ECDSA", give: setup{chain: ordinary}},
		{name: "RSA 2048", give: only(public, certs.Leaf{Key: rsa2048()})},
		{name: "P-384", give: only(public, certs.Leaf{Key: bench.ECDSA(elliptic.P384())})},
		{name: "P-521", give: only(public, certs.Leaf{Key: bench.ECDSA(elliptic.P521())})},
		{name: "Ed25519", give: only(public, certs.Leaf{Key: bench.Ed25519()})},
		{name: "six days", give: only(public, certs.Leaf{NotAfter: now.Add(6 * day)}), why: "less than 14 days, more than a third"},
		{name: "wildcard", give: setup{host: "a.receiver.test", chain: w.issue(public, certs.Leaf{Hosts: []string{"*.receiver.test"}})}},
		{name: "upper-case name", give: only(public, certs.Leaf{Hosts: []string{"RECEIVER.TEST"}})},
		{name: "IPv4 address", give: setup{host: "127.0.0.1", chain: w.issue(public, certs.Leaf{Hosts: []string{"127.0.0.1"}})}},
		{name: "IPv6 address", give: setup{host: "::1", chain: w.issue(public, certs.Leaf{Hosts: []string{"::1"}})}},
		{name: "root sent as well", give: setup{chain: append(slices.Clone(ordinary), public.Root)}},
		{name: "a thousand names", give: only(public, certs.Leaf{Hosts: append(slices.Repeat([]string{"other.test"}, 999), host)})},
		{name: "sixty intermediates", give: func() setup {
			chain, root := w.tall(60, nil)
			return setup{chain: chain, roots: []*x509.Certificate{root}}
		}()},
		{name: "leaf straight from the root", give: func() setup {
			chain, root := w.tall(0, nil)
			return setup{chain: chain, roots: []*x509.Certificate{root}}
		}()},
		{name: "usage any", give: changed(func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageAny} })},
		{name: "SHA-1 on the root itself", give: by(w.found(certs.Plan{
			RootKey: rsa2048(), ChangeRoot: func(c *x509.Certificate) { c.SignatureAlgorithm = x509.SHA1WithRSA },
		}), certs.Leaf{})},
		{name: "good chain, CA file besides", give: setup{chain: ordinary, extra: []*x509.Certificate{private.Root}}},
		{name: "public root in the CA file too", give: setup{chain: ordinary, extra: []*x509.Certificate{public.Root}}, why: "it verifies without the file"},

		// trust
		{name: "self-signed", give: setup{chain: w.selfSigned(certs.Leaf{})}, want: []string{"not-self-signed"}},
		{name: "self-signed, other name", give: setup{chain: w.selfSigned(certs.Leaf{Hosts: []string{"other.test"}})}, want: []string{"not-self-signed", "name-matches"}},
		{name: "self-signed, CA:TRUE", give: setup{chain: w.selfSigned(certs.Leaf{Change: func(c *x509.Certificate) { c.IsCA = true }})}, want: []string{"not-self-signed"}, why: "the default of common tools"},
		{name: "self-signed, expired, wrong name", give: setup{chain: w.selfSigned(certs.Leaf{
			Hosts: []string{"other.test"}, NotBefore: now.Add(-2 * day), NotAfter: now.Add(-day),
		})}, want: []string{"not-self-signed", "in-date", "name-matches"}},
		{name: "self-signed, in the CA file", give: func() setup {
			chain := w.selfSigned(certs.Leaf{})
			return setup{chain: chain, extra: chain}
		}(), want: []string{"not-self-signed"}, why: "trusting it by hand does not make it signed by an authority"},
		{name: "self-signed, with a stranger", give: setup{chain: append(w.selfSigned(certs.Leaf{}), public.Intermediate)}, want: []string{"not-self-signed"}, notes: []string{"nothing to do with"}},
		{name: "self-signed, SHA-1", give: setup{chain: w.selfSigned(certs.Leaf{Key: rsa2048(), Change: func(c *x509.Certificate) {
			c.SignatureAlgorithm = x509.SHA1WithRSA
		}})}, want: []string{"not-self-signed"}},
		{name: "private authority", give: only(private, certs.Leaf{}), want: []string{"trusted-chain"}},
		{name: "private authority, root sent", give: setup{chain: append(w.issue(private, certs.Leaf{}), private.Root)}, want: []string{"trusted-chain"}},
		{name: "private authority, in the CA file", give: setup{chain: w.issue(private, certs.Leaf{}), extra: []*x509.Certificate{private.Root}}, want: []string{"trusted-chain --ca-file"}},
		{name: "private authority, in the CA file, expired", give: setup{
			chain: w.issue(private, certs.Leaf{NotBefore: now.Add(-9 * day), NotAfter: now.Add(-day)}), extra: []*x509.Certificate{private.Root},
		}, want: []string{"in-date", "trusted-chain --ca-file"}, why: "the CA file waives trust and nothing else"},
		{name: "private authority named like the public one", give: only(twin, certs.Leaf{}), want: []string{"trusted-chain"}},
		{name: "missing intermediate", give: setup{chain: ordinary[:1]}, want: []string{"complete-chain", "trusted-chain"}, why: "it may as well be a private authority"},
		{name: "private authority, leaf alone", give: setup{chain: w.issue(private, certs.Leaf{})[:1]}, want: []string{"complete-chain", "trusted-chain"}, why: "it may as well be a missing intermediate"},
		{name: "private authority in the CA file, leaf alone", give: setup{
			chain: w.issue(private, certs.Leaf{})[:1], extra: []*x509.Certificate{private.Root},
		}, want: []string{"complete-chain", "trusted-chain"}, why: "nothing shows that the root has to do with it"},
		{name: "private authority with its intermediate in the CA file, leaf alone", give: setup{
			chain: w.issue(private, certs.Leaf{})[:1], extra: []*x509.Certificate{private.Root, private.Intermediate},
		}, want: []string{"complete-chain", "trusted-chain --ca-file"}},
		{name: "public intermediate in the CA file, leaf alone", give: setup{chain: ordinary[:1], extra: []*x509.Certificate{public.Intermediate}}, want: []string{"complete-chain"}, why: "now it is known that only the intermediate is missing"},
		{name: "wrong intermediate", give: setup{chain: []*x509.Certificate{ordinary[0], private.Intermediate}}, want: []string{"complete-chain", "trusted-chain"}, notes: []string{"nothing to do with"}},
		{name: "old intermediate of the same name", give: setup{chain: []*x509.Certificate{ordinary[0], twin.Intermediate}}, want: []string{"complete-chain", "trusted-chain"}},
		{name: "second intermediate missing", give: func() setup {
			chain, root := w.tall(2, nil)
			return setup{chain: chain[:2], roots: []*x509.Certificate{root}}
		}(), want: []string{"trusted-chain"}},
		{name: "broken signature", give: func() setup {
			return setup{chain: []*x509.Certificate{w.read(bench.BrokenSignature(ordinary[0])), public.Intermediate}}
		}(), want: []string{"trusted-chain"}},
		{name: "root trusted for older certificates only", give: setup{chain: ordinary, limit: func([]*x509.Certificate) error { return errors.New("too new") }}, want: []string{"trusted-chain"}},

		// chain
		{name: "wrong order", give: func() setup {
			chain, root := w.tall(2, nil)
			return setup{chain: []*x509.Certificate{chain[0], chain[2], chain[1]}, roots: []*x509.Certificate{root}}
		}(), notes: []string{"another order"}},
		{name: "leaf not first", give: setup{chain: []*x509.Certificate{ordinary[1], ordinary[0]}}, want: []string{"complete-chain"}, why: "the rest is judged by the receiver's own certificate"},
		{name: "duplicate leaf", give: setup{chain: []*x509.Certificate{ordinary[0], ordinary[0], ordinary[1]}}, notes: []string{"twice"}},
		{name: "unrelated certificate", give: setup{chain: append(slices.Clone(ordinary), private.Root)}, notes: []string{"nothing to do with"}},

		// dates
		{name: "expired", give: only(public, certs.Leaf{NotBefore: now.Add(-9 * day), NotAfter: now.Add(-time.Second)}), want: []string{"in-date"}},
		{name: "not yet valid", give: only(public, certs.Leaf{NotBefore: now.Add(time.Minute)}), want: []string{"in-date"}},
		{name: "expired intermediate", give: by(w.found(certs.Plan{ChangeIntermediate: func(c *x509.Certificate) { c.NotAfter = now.Add(-time.Hour) }}), certs.Leaf{}), want: []string{"in-date"}},
		{name: "expired root", give: by(w.found(certs.Plan{ChangeRoot: func(c *x509.Certificate) { c.NotAfter = now.Add(-time.Hour) }}), certs.Leaf{}), want: []string{"in-date"}},
		{name: "intermediate expired before the leaf began", give: by(w.found(certs.Plan{ChangeIntermediate: func(c *x509.Certificate) {
			c.NotBefore, c.NotAfter = now.Add(-9*day), now.Add(-8*day)
		}}), certs.Leaf{}), want: []string{"in-date"}, why: "there is no moment at which the whole chain was valid"},
		{name: "expired private authority", give: setup{chain: w.issue(w.found(certs.Plan{
			Name: "Private", ChangeIntermediate: func(c *x509.Certificate) { c.NotAfter = now.Add(-time.Hour) },
		}), certs.Leaf{})}, want: []string{"trusted-chain", "in-date"}},
		{name: "a little under 14 days left", give: only(public, certs.Leaf{NotBefore: now.Add(-76*day - time.Hour), NotAfter: now.Add(14*day - time.Minute)}), want: []string{"expires-later"}},
		{name: "a little over 14 days left", give: only(public, certs.Leaf{NotBefore: now.Add(-76*day + time.Hour), NotAfter: now.Add(14*day + time.Minute)})},
		{name: "six days, nearly over", give: only(public, certs.Leaf{NotBefore: now.Add(-5 * day), NotAfter: now.Add(day)}), want: []string{"expires-later"}},
		{name: "expires soon, private authority in the CA file", give: setup{
			chain: w.issue(private, certs.Leaf{NotBefore: now.Add(-80 * day), NotAfter: now.Add(day)}), extra: []*x509.Certificate{private.Root},
		}, want: []string{"expires-later", "trusted-chain --ca-file"}},
		{name: "800 days", give: only(public, certs.Leaf{NotAfter: now.Add(800 * day)}), notes: []string{"800 days"}},

		// name
		{name: "wrong host", give: setup{host: "other.test", chain: ordinary}, want: []string{"name-matches"}},
		{name: "common name only", give: changed(func(c *x509.Certificate) { c.DNSNames = nil }), want: []string{"name-matches"}},
		{name: "no name", give: changed(func(c *x509.Certificate) { c.DNSNames, c.Subject = nil, pkix.Name{} }), want: []string{"name-matches"}},
		{name: "wildcard two levels", give: setup{host: "a.b.receiver.test", chain: w.issue(public, certs.Leaf{Hosts: []string{"*.receiver.test"}})}, want: []string{"name-matches"}},
		{name: "wildcard bare", give: only(public, certs.Leaf{Hosts: []string{"*.receiver.test"}}), want: []string{"name-matches"}},
		{name: "wildcard partial", give: only(public, certs.Leaf{Hosts: []string{"rec*.test"}}), want: []string{"name-matches"}},
		{name: "address without address name", give: setup{host: "127.0.0.1", chain: ordinary}, want: []string{"name-matches"}},
		{name: "address as DNS name", give: setup{host: "127.0.0.1", chain: w.issue(public, certs.Leaf{Change: func(c *x509.Certificate) {
			c.DNSNames = []string{"127.0.0.1"}
		}})}, want: []string{"name-matches"}},
		{name: "name with a dot at its end", give: only(public, certs.Leaf{Hosts: []string{"receiver.test."}}), want: []string{"name-matches"}},

		// usage
		{name: "client certificate", give: changed(func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} }), want: []string{"server-certificate"}},
		{name: "no extended key usage", give: changed(func(c *x509.Certificate) { c.ExtKeyUsage = nil }), notes: []string{"what it is for"}},
		{name: "intermediate for clients", give: by(w.found(certs.Plan{ChangeIntermediate: func(c *x509.Certificate) {
			c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth}
		}}), certs.Leaf{}), want: []string{"server-certificate"}},
		{name: "authority's certificate", give: changed(func(c *x509.Certificate) { c.IsCA = true }), want: []string{"server-certificate"}},
		{name: "key usage without signatures", give: changed(func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyEncipherment }), want: []string{"server-certificate"}},
		{name: "leaf that signs a leaf", give: func() setup {
			chain, root := w.tall(1, func(level int, c *x509.Certificate) {
				if level == 1 {
					c.IsCA = false
				}
			})
			return setup{chain: chain, roots: []*x509.Certificate{root}}
		}(), want: []string{"trusted-chain"}},
		{name: "issuer without basic constraints", give: func() setup {
			chain, root := w.tall(1, func(level int, c *x509.Certificate) {
				if level == 1 {
					c.IsCA, c.BasicConstraintsValid = false, false
				}
			})
			return setup{chain: chain, roots: []*x509.Certificate{root}}
		}(), want: []string{"trusted-chain"}},
		{name: "path too long", give: func() setup {
			chain, root := w.tall(2, func(level int, c *x509.Certificate) { c.MaxPathLenZero = level == 1 })
			return setup{chain: chain, roots: []*x509.Certificate{root}}
		}(), want: []string{"trusted-chain"}},
		{name: "name permitted", give: by(w.found(certs.Plan{ChangeIntermediate: func(c *x509.Certificate) {
			c.PermittedDNSDomains, c.PermittedDNSDomainsCritical = []string{"test"}, true
		}}), certs.Leaf{})},
		{name: "name not permitted", give: by(w.found(certs.Plan{ChangeIntermediate: func(c *x509.Certificate) {
			c.PermittedDNSDomains = []string{"example"}
		}}), certs.Leaf{}), want: []string{"trusted-chain"}},
		{name: "name excluded", give: by(w.found(certs.Plan{ChangeIntermediate: func(c *x509.Certificate) {
			c.ExcludedDNSDomains = []string{"test"}
		}}), certs.Leaf{}), want: []string{"trusted-chain"}},
		{name: "unknown critical extension", give: changed(func(c *x509.Certificate) {
			c.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 99999, 1}, Critical: true, Value: []byte{5, 0}}}
		}), want: []string{"trusted-chain"}},
		{name: "must staple", give: changed(func(c *x509.Certificate) {
			c.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}, Value: []byte{0x30, 3, 2, 1, 5}}}
		}), notes: []string{"OCSP"}},

		// strength
		{name: "RSA 1024", give: only(public, certs.Leaf{Key: rsa1024()}), want: []string{"strong-keys"}},
		{name: "RSA 1024 intermediate", give: by(w.found(certs.Plan{IntermediateKey: rsa1024()}), certs.Leaf{}), want: []string{"strong-keys"}},
		{name: "RSA 1024 root", give: by(w.found(certs.Plan{RootKey: rsa1024()}), certs.Leaf{}), why: "the rule is about what is below the root"},
		{name: "P-224", give: only(public, certs.Leaf{Key: bench.ECDSA(elliptic.P224())}), want: []string{"strong-keys"}},
		{name: "P-224 intermediate", give: by(w.found(certs.Plan{IntermediateKey: bench.ECDSA(elliptic.P224())}), certs.Leaf{}), want: []string{"strong-keys"}},
		{name: "SHA-1 leaf", give: changed(func(c *x509.Certificate) { c.SignatureAlgorithm = x509.ECDSAWithSHA1 }), want: []string{"strong-keys"}},
		{name: "SHA-1 intermediate", give: by(w.found(certs.Plan{
			RootKey: rsa2048(), ChangeIntermediate: func(c *x509.Certificate) { c.SignatureAlgorithm = x509.SHA1WithRSA },
		}), certs.Leaf{}), want: []string{"strong-keys"}},
		{name: "SHA-1 leaf of a private authority", give: only(private, certs.Leaf{Change: func(c *x509.Certificate) {
			c.SignatureAlgorithm = x509.ECDSAWithSHA1
		}}), want: []string{"trusted-chain", "strong-keys"}},
		{name: "MD5 leaf", give: func() setup {
			a := w.found(certs.Plan{IntermediateKey: rsa2048()})
			chain := w.issue(a, certs.Leaf{})
			return setup{chain: []*x509.Certificate{w.withMD5(chain[0], rsa2048()), chain[1]}, roots: []*x509.Certificate{a.Root}}
		}(), want: []string{"strong-keys"}},
		{name: "CBC suite", give: setup{chain: ordinary, suite: tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA}, notes: []string{"CBC"}},

		{name: "everything at once", give: setup{host: "other.test", chain: w.issue(private, certs.Leaf{
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
				tt.give.roots = []*x509.Certificate{public.Root}
			}
			trust := endpoint.Trust{Now: now, Extra: tt.give.extra}
			for _, r := range tt.give.roots {
				trust.Roots = append(trust.Roots, endpoint.Root{Certificate: r, Constraint: tt.give.limit})
			}
			h := endpoint.Handshake{
				Host: tt.give.host, Scheme: "https", Address: "127.0.0.1:443", Version: tls.VersionTLS13,
				Suite: tt.give.suite, Chain: tt.give.chain,
			}
			problems, notes := endpoint.Judge(h, trust)
			if diff := cmp.Diff(tt.want, short(problems)); diff != "" {
				t.Errorf("Judge(%s) mismatch (-want +got):\n%s%s\n%+v", tt.name, diff, tt.why, problems)
			}
			checkPrimary(t, problems)
			checkNotes(t, tt.notes, notes)
			checkJudged(t, h, problems)
		})
	}
}

// short writes problems as their rules, without the area, and with the flag that waives them.
func short(problems []endpoint.Problem) (out []string) {
	for _, p := range problems {
		rule := strings.TrimPrefix(p.Rule, "transport.")
		if p.Waived != "" {
			rule += " " + p.Waived
		}
		out = append(out, rule)
	}
	return out
}

func checkPrimary(t *testing.T, problems []endpoint.Problem) {
	t.Helper()
	for i, p := range problems {
		if p.Primary != (i == 0) {
			t.Errorf("problem %d, %s: Primary = %v, want %v", i, p.Rule, p.Primary, i == 0)
		}
		if p.Want == "" || p.Got == "" {
			t.Errorf("problem %s says too little: want %q, got %q", p.Rule, p.Want, p.Got)
		}
		if p.Milder != (p.Rule == "transport.expires-later") {
			t.Errorf("problem %s: Milder = %v", p.Rule, p.Milder)
		}
	}
}

// checkNotes wants every note to be expected, except the one about revocation.
func checkNotes(t *testing.T, want, got []string) {
	t.Helper()
	got = slices.DeleteFunc(slices.Clone(got), func(n string) bool { return n == endpoint.NoteRevocation })
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

// checkJudged checks that there is a judgement for every rule, and that the rule of each problem was judged.
func checkJudged(t *testing.T, h endpoint.Handshake, problems []endpoint.Problem) {
	t.Helper()
	var rules []string
	for _, j := range endpoint.Judgements(h, problems) {
		rules = append(rules, j.Rule)
		found := slices.ContainsFunc(problems, func(p endpoint.Problem) bool { return p.Rule == j.Rule })
		if found && !j.Judged {
			t.Errorf("%s has a problem and is not judged: %+v", j.Rule, j)
		}
		if !j.Judged && j.Reason == "" && j.NotApplicable == "" {
			t.Errorf("%s is not judged, and nothing says why", j.Rule)
		}
		if j.BlockingRule != "" && !slices.ContainsFunc(problems, func(p endpoint.Problem) bool { return p.Rule == j.BlockingRule }) {
			t.Errorf("%s is not judged because of %s, which has no problem", j.Rule, j.BlockingRule)
		}
	}
	if diff := cmp.Diff(endpoint.Rules(), rules); diff != "" {
		t.Errorf("Judgements() rules mismatch (-want +got):\n%s", diff)
	}
}

func TestAProblemContainsWhatWasSeen(t *testing.T) {
	t.Parallel()
	w := workshop{t}
	public, private := w.found(certs.Plan{}), w.found(certs.Plan{Name: "Private"})
	ordinary := w.issue(public, certs.Leaf{})
	short, shortRoot := w.tall(2, func(level int, c *x509.Certificate) { c.MaxPathLenZero = level == 1 })
	unfit, unfitRoot := w.tall(1, func(level int, c *x509.Certificate) { c.IsCA = c.IsCA && level != 1 })
	root := []*x509.Certificate{public.Root}

	tests := []struct {
		name string
		give setup
		rule string
		want []string // parts of what was seen
	}{
		{"self-signed", setup{chain: w.selfSigned(certs.Leaf{}), roots: root}, "transport.not-self-signed", []string{`"receiver.test"`, "its own key", "sipgate refuses this"}},
		{"leaf alone", setup{chain: ordinary[:1], roots: root}, "transport.complete-chain", []string{"an intermediate is missing", `"Public Intermediate"`, "or"}},
		{"leaf alone, the other problem", setup{chain: ordinary[:1], roots: root}, "transport.trusted-chain", []string{"an intermediate is missing", `"Public Intermediate"`, "or"}},
		{"intermediate known", setup{chain: ordinary[:1], roots: root, extra: []*x509.Certificate{public.Intermediate}}, "transport.complete-chain", []string{`"Public Intermediate" is missing`}},
		{"private root", setup{chain: append(w.issue(private, certs.Leaf{}), private.Root), roots: root}, "transport.trusted-chain", []string{`"Private Root"`, "not publicly trusted"}},
		{"private intermediate", setup{chain: w.issue(private, certs.Leaf{}), roots: root}, "transport.trusted-chain", []string{`ends at "Private Intermediate"`, `"Private Root"`}},
		{"namesake", setup{chain: w.issue(w.found(certs.Plan{}), certs.Leaf{}), roots: root}, "transport.trusted-chain", []string{"has that name"}},
		{"constraint", setup{chain: ordinary, roots: root, limit: func([]*x509.Certificate) error { return errors.New("after the day") }}, "transport.trusted-chain", []string{"no longer", "after the day"}},
		{"issuer that may not sign", setup{chain: unfit, roots: []*x509.Certificate{unfitRoot}}, "transport.trusted-chain", []string{`"Level B" signed "Level C"`, "not allowed"}},
		{"path length", setup{chain: short, roots: []*x509.Certificate{shortRoot}}, "transport.trusted-chain", []string{`"Level B"`, "path length"}},
		{"wrong name", setup{host: "other.test", chain: ordinary, roots: root}, "transport.name-matches", []string{`"receiver.test"`}},
		{"common name", setup{chain: w.issue(public, certs.Leaf{Change: func(c *x509.Certificate) { c.DNSNames = nil }}), roots: root}, "transport.name-matches", []string{"common name", "does not count"}},
		{"many names", setup{chain: w.issue(public, certs.Leaf{Hosts: []string{"a.test", "b.test", "c.test", "d.test", "e.test", "f.test", "g.test"}}), roots: root}, "transport.name-matches", []string{`"e.test" and 2 others`}},
		{"expired", setup{chain: w.issue(public, certs.Leaf{NotBefore: now.Add(-9 * day), NotAfter: now.Add(-day)}), roots: root}, "transport.in-date", []string{"expired on 2027-06-30 12:00 UTC"}},
		{"not yet valid", setup{chain: w.issue(public, certs.Leaf{NotBefore: now.Add(day)}), roots: root}, "transport.in-date", []string{"not valid before 2027-07-02 12:00 UTC"}},
		{"nearly expired", setup{chain: w.issue(public, certs.Leaf{NotBefore: now.Add(-80 * day), NotAfter: now.Add(10 * day)}), roots: root}, "transport.expires-later", []string{"in 10 days"}},
		{"weak key", setup{chain: w.issue(public, certs.Leaf{Key: rsa1024()}), roots: root}, "transport.strong-keys", []string{"RSA key of 1024 bits"}},
		{"weak signature", setup{chain: w.issue(public, certs.Leaf{Change: func(c *x509.Certificate) { c.SignatureAlgorithm = x509.ECDSAWithSHA1 }}), roots: root}, "transport.strong-keys", []string{"ECDSA-SHA1"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			trust := endpoint.Trust{Now: now, Extra: tt.give.extra}
			for _, r := range tt.give.roots {
				trust.Roots = append(trust.Roots, endpoint.Root{Certificate: r, Constraint: tt.give.limit})
			}
			if tt.give.host == "" {
				tt.give.host = host
			}
			problems, _ := endpoint.Judge(endpoint.Handshake{Host: tt.give.host, Scheme: "https", Chain: tt.give.chain}, trust)
			at := slices.IndexFunc(problems, func(p endpoint.Problem) bool { return p.Rule == tt.rule })
			if at < 0 {
				t.Fatalf("no problem with %s: %+v", tt.rule, problems)
			}
			for _, part := range tt.want {
				if !strings.Contains(problems[at].Got, part) {
					t.Errorf("%s says %q, want %q in it", tt.rule, problems[at].Got, part)
				}
			}
		})
	}
}

func TestANegativeSerialNumberIsUnparsableInEveryEnvironment(t *testing.T) {
	t.Parallel()
	leaf := &x509.Certificate{SerialNumber: big.NewInt(-77), Subject: pkix.Name{CommonName: "localhost"}}
	h := endpoint.Handshake{Host: "localhost", Scheme: "https", Address: "127.0.0.1:1", Version: tls.VersionTLS13, Chain: []*x509.Certificate{leaf}}
	problems, _ := endpoint.Judge(h, endpoint.Trust{Now: time.Now()})
	if len(problems) != 1 || problems[0].Rule != "transport.handshake" {
		t.Errorf("Judge(negative serial) = %+v, want transport.handshake alone", problems)
	}
}
