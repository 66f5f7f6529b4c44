package sender

import (
	"crypto/tls"
	"crypto/x509"
	"time"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/internal/certs"
)

func trustSetups(cas authorities) []receiverSetup {
	now := time.Now()
	selfSigned := cas.selfSigned(certs.Leaf{})
	expired := certs.Leaf{NotBefore: now.Add(-9 * day), NotAfter: now.Add(-day)}
	private := speakTLS(serverConfig(cas.issue(cas.private, certs.Leaf{})))
	withRoot := cas.issue(cas.private, certs.Leaf{})
	withRoot.Certificate = append(withRoot.Certificate, cas.private.Root.Raw)
	sameName, _ := cas.withAuthority(certs.Plan{Name: "Public"}, certs.Leaf{}) // the dialer does not know this authority
	leafOnly := certs.WithoutIntermediates(cas.issue(cas.private, certs.Leaf{}))
	incomplete, incompleteRoot := cas.chainOfLength(2, nil)
	incomplete.Certificate = incomplete.Certificate[:2]
	caFile := []*x509.Certificate{cas.private.Root}

	return []receiverSetup{
		{name: "self-signed", serve: speakTLS(serverConfig(selfSigned)), want: []string{"not-self-signed"}, reason: "sipgate refuses this"},
		{name: "self-signed, other name", serve: speakTLS(serverConfig(cas.selfSigned(certs.Leaf{Hosts: []string{"other.test"}}))), want: []string{"not-self-signed", "name-matches"}, reason: `"other.test" is signed by its own key`},
		{name: "self-signed, CA:TRUE", serve: speakTLS(serverConfig(cas.selfSigned(certs.Leaf{Change: func(c *x509.Certificate) { c.IsCA = true }}))), want: []string{"not-self-signed"}, reason: "its own key", why: "tools set CA:TRUE by default"},
		{name: "self-signed, expired", serve: speakTLS(serverConfig(cas.selfSigned(expired))), want: []string{"not-self-signed", "in-date"}, reason: "its own key"},
		{name: "self-signed, in the CA file", serve: speakTLS(serverConfig(selfSigned)), caFile: []*x509.Certificate{selfSigned.Leaf}, want: []string{"not-self-signed"}, reason: "sipgate refuses this"},
		{name: "private authority", serve: private, want: []string{"trusted-chain"}, reason: `whose issuer "Private Root" is not publicly trusted and was not sent`},
		{name: "private authority, root sent", serve: speakTLS(serverConfig(withRoot)), want: []string{"trusted-chain"}, reason: `up to "Private Root", an authority that is not publicly trusted`},
		{name: "private authority, in the CA file", serve: private, caFile: caFile, want: []string{"trusted-chain --ca-file"}, reason: "only through the CA file"},
		{name: "private authority, in the CA file, expired", serve: speakTLS(serverConfig(cas.issue(cas.private, expired))), caFile: caFile, want: []string{"in-date", "trusted-chain --ca-file"}, reason: "expired on"},
		{name: "private authority, leaf alone", serve: speakTLS(serverConfig(leafOnly)), want: []string{"complete-chain", "trusted-chain"}, reason: "an intermediate is missing"},
		{name: "private authority named like the public one", serve: sameName, want: []string{"trusted-chain"}, reason: "a trusted authority has that name, but did not sign it"},
		{name: "missing intermediate", serve: cas.withChain(func(c tls.Certificate) [][]byte { return c.Certificate[:1] }), want: []string{"complete-chain", "trusted-chain"}, reason: `the certificate of its issuer, "Public Intermediate": an intermediate is missing, or`},
		{name: "missing intermediate that the CA file has", serve: cas.withChain(func(c tls.Certificate) [][]byte { return c.Certificate[:1] }), caFile: []*x509.Certificate{cas.public.Intermediate}, want: []string{"complete-chain"}, reason: `"Public Intermediate" is missing`},
		{name: "wrong intermediate", serve: cas.withChain(func(c tls.Certificate) [][]byte {
			return [][]byte{c.Certificate[0], cas.private.Intermediate.Raw}
		}), want: []string{"complete-chain", "trusted-chain"}, reason: "did not send the certificate of its issuer", notes: []string{"nothing to do with"}},
		{name: "one of two intermediates missing", host: "receiver.test", serve: speakTLS(serverConfig(incomplete)), roots: incompleteRoot, want: []string{"trusted-chain"}, reason: `the chain ends at "Level C", whose issuer "Level B"`},
	}
}

func chainSetups(cas authorities) []receiverSetup {
	unordered, root := cas.chainOfLength(2, nil)
	unordered.Certificate = [][]byte{unordered.Certificate[0], unordered.Certificate[2], unordered.Certificate[1]}
	return []receiverSetup{
		{name: "intermediates in the wrong order", host: "receiver.test", serve: speakTLS(serverConfig(unordered)), roots: root, notes: []string{"another order"}},
		{name: "intermediate before the leaf", serve: cas.withChain(func(c tls.Certificate) [][]byte {
			return [][]byte{c.Certificate[1], c.Certificate[0]}
		}), want: []string{"complete-chain"}, reason: "the receiver's own comes after it", failure: endpoint.OtherHandshakeError},
		{name: "duplicate leaf", serve: cas.withChain(func(c tls.Certificate) [][]byte {
			return [][]byte{c.Certificate[0], c.Certificate[0], c.Certificate[1]}
		}), notes: []string{"twice"}},
		{name: "unrelated certificate in between", serve: cas.withChain(func(c tls.Certificate) [][]byte {
			return [][]byte{c.Certificate[0], cas.private.Root.Raw, c.Certificate[1]}
		}), notes: []string{"nothing to do with"}},
	}
}
