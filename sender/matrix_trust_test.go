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
	selfSignedCert := cas.selfSigned(certs.Leaf{})
	expiredLeaf := certs.Leaf{NotBefore: now.Add(-9 * day), NotAfter: now.Add(-day)}
	servePrivate := speakTLS(serverConfig(cas.issue(cas.private, certs.Leaf{})))
	certWithRoot := cas.issue(cas.private, certs.Leaf{})
	certWithRoot.Certificate = append(certWithRoot.Certificate, cas.private.Root.Raw)
	serveSameName, _ := cas.withAuthority(certs.Plan{Name: "Public"}, certs.Leaf{}) // the dialer does not know this authority
	leafOnlyCert := certs.WithoutIntermediates(cas.issue(cas.private, certs.Leaf{}))
	incompleteChain, incompleteRoot := cas.chainOfLength(2, nil)
	incompleteChain.Certificate = incompleteChain.Certificate[:2]
	caFile := []*x509.Certificate{cas.private.Root}

	return []receiverSetup{
		{name: "self-signed", serve: speakTLS(serverConfig(selfSignedCert)), want: []string{"not-self-signed"}, reason: "sipgate refuses this"},
		{name: "self-signed, for another name", serve: speakTLS(serverConfig(cas.selfSigned(certs.Leaf{Hosts: []string{"other.test"}}))), want: []string{"not-self-signed", "name-matches"}, reason: `"other.test" is signed by its own key`},
		{name: "self-signed, CA:TRUE", serve: speakTLS(serverConfig(cas.selfSigned(certs.Leaf{Change: func(c *x509.Certificate) { c.IsCA = true }}))), want: []string{"not-self-signed"}, reason: "its own key", why: "tools set CA:TRUE by default"},
		{name: "self-signed, expired", serve: speakTLS(serverConfig(cas.selfSigned(expiredLeaf))), want: []string{"not-self-signed", "in-date"}, reason: "its own key"},
		{name: "self-signed certificate that is in the CA file", serve: speakTLS(serverConfig(selfSignedCert)), caFile: []*x509.Certificate{selfSignedCert.Leaf}, want: []string{"not-self-signed"}, reason: "sipgate refuses this"},
		{name: "private authority", serve: servePrivate, want: []string{"trusted-chain"}, reason: `whose issuer "Private Root" is not publicly trusted and was not sent`},
		{name: "private authority whose root was sent", serve: speakTLS(serverConfig(certWithRoot)), want: []string{"trusted-chain"}, reason: `up to "Private Root", an authority that is not publicly trusted`},
		{name: "private authority that is in the CA file", serve: servePrivate, caFile: caFile, want: []string{"trusted-chain --ca-file"}, reason: "only through the CA file"},
		{name: "expired certificate of a private authority that is in the CA file", serve: speakTLS(serverConfig(cas.issue(cas.private, expiredLeaf))), caFile: caFile, want: []string{"in-date", "trusted-chain --ca-file"}, reason: "expired on"},
		{name: "private authority, and only the leaf was sent", serve: speakTLS(serverConfig(leafOnlyCert)), want: []string{"complete-chain", "trusted-chain"}, reason: "an intermediate is missing"},
		{name: "private authority with the name of the public authority", serve: serveSameName, want: []string{"trusted-chain"}, reason: "a trusted authority has that name, but did not sign it"},
		{name: "missing intermediate", serve: cas.withChain(func(c tls.Certificate) [][]byte { return c.Certificate[:1] }), want: []string{"complete-chain", "trusted-chain"}, reason: `the certificate of its issuer, "Public Intermediate": an intermediate is missing, or`},
		{name: "missing intermediate that the CA file contains", serve: cas.withChain(func(c tls.Certificate) [][]byte { return c.Certificate[:1] }), caFile: []*x509.Certificate{cas.public.Intermediate}, want: []string{"complete-chain"}, reason: `"Public Intermediate" is missing`},
		{name: "wrong intermediate", serve: cas.withChain(func(c tls.Certificate) [][]byte {
			return [][]byte{c.Certificate[0], cas.private.Intermediate.Raw}
		}), want: []string{"complete-chain", "trusted-chain"}, reason: "did not send the certificate of its issuer", notes: []string{"does not belong to"}},
		{name: "one of two intermediates missing", host: "receiver.test", serve: speakTLS(serverConfig(incompleteChain)), roots: incompleteRoot, want: []string{"trusted-chain"}, reason: `the chain ends at "Level C", whose issuer "Level B"`},
	}
}

func chainSetups(cas authorities) []receiverSetup {
	unorderedChain, root := cas.chainOfLength(2, nil)
	unorderedChain.Certificate = [][]byte{unorderedChain.Certificate[0], unorderedChain.Certificate[2], unorderedChain.Certificate[1]}
	return []receiverSetup{
		{name: "intermediates in the wrong order", host: "receiver.test", serve: speakTLS(serverConfig(unorderedChain)), roots: root, notes: []string{"another order"}},
		{name: "intermediate before the leaf", serve: cas.withChain(func(c tls.Certificate) [][]byte {
			return [][]byte{c.Certificate[1], c.Certificate[0]}
		}), want: []string{"complete-chain"}, reason: "the receiver's own comes after it", failure: endpoint.OtherHandshakeError},
		{name: "duplicate leaf", serve: cas.withChain(func(c tls.Certificate) [][]byte {
			return [][]byte{c.Certificate[0], c.Certificate[0], c.Certificate[1]}
		}), notes: []string{"twice"}},
		{name: "unrelated certificate between leaf and intermediate", serve: cas.withChain(func(c tls.Certificate) [][]byte {
			return [][]byte{c.Certificate[0], cas.private.Root.Raw, c.Certificate[1]}
		}), notes: []string{"does not belong to"}},
	}
}
