package sender

import (
	"crypto/tls"
	"crypto/x509"
	"time"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/internal/certs"
)

func trustSetups(o office) []receiverSetup {
	now := time.Now()
	own := o.selfSigned(certs.Leaf{})
	late := certs.Leaf{NotBefore: now.Add(-9 * day), NotAfter: now.Add(-day)}
	private := speakTLS(served(o.issue(o.private, certs.Leaf{})))
	rooted := o.issue(o.private, certs.Leaf{})
	rooted.Certificate = append(rooted.Certificate, o.private.Root.Raw)
	twin, _ := o.under(certs.Plan{Name: "Public"}, certs.Leaf{}) // the dialer does not know this authority
	alone := certs.WithoutIntermediates(o.issue(o.private, certs.Leaf{}))
	short, shortRoot := o.tower(2, nil)
	short.Certificate = short.Certificate[:2]
	file := []*x509.Certificate{o.private.Root}

	return []receiverSetup{
		{name: "self-signed", serve: speakTLS(served(own)), want: []string{"not-self-signed"}, reason: "sipgate refuses this"},
		{name: "self-signed, other name", serve: speakTLS(served(o.selfSigned(certs.Leaf{Hosts: []string{"other.test"}}))), want: []string{"not-self-signed", "name-matches"}, reason: `"other.test" is signed by its own key`},
		{name: "self-signed, CA:TRUE", serve: speakTLS(served(o.selfSigned(certs.Leaf{Change: func(c *x509.Certificate) { c.IsCA = true }}))), want: []string{"not-self-signed"}, reason: "its own key", why: "tools make them so by default"},
		{name: "self-signed, expired", serve: speakTLS(served(o.selfSigned(late))), want: []string{"not-self-signed", "in-date"}, reason: "its own key"},
		{name: "self-signed, in the CA file", serve: speakTLS(served(own)), extra: []*x509.Certificate{own.Leaf}, want: []string{"not-self-signed"}, reason: "sipgate refuses this"},
		{name: "private authority", serve: private, want: []string{"trusted-chain"}, reason: `whose issuer "Private Root" is not publicly trusted and was not sent`},
		{name: "private authority, root sent", serve: speakTLS(served(rooted)), want: []string{"trusted-chain"}, reason: `up to "Private Root", an authority that is not publicly trusted`},
		{name: "private authority, in the CA file", serve: private, extra: file, want: []string{"trusted-chain --ca-file"}, reason: "only through the CA file"},
		{name: "private authority, in the CA file, expired", serve: speakTLS(served(o.issue(o.private, late))), extra: file, want: []string{"in-date", "trusted-chain --ca-file"}, reason: "expired on"},
		{name: "private authority, leaf alone", serve: speakTLS(served(alone)), want: []string{"complete-chain", "trusted-chain"}, reason: "an intermediate is missing"},
		{name: "private authority named like the public one", serve: twin, want: []string{"trusted-chain"}, reason: "a trusted authority has that name, but did not sign it"},
		{name: "missing intermediate", serve: o.sends(func(c tls.Certificate) [][]byte { return c.Certificate[:1] }), want: []string{"complete-chain", "trusted-chain"}, reason: `the certificate of its issuer, "Public Intermediate": an intermediate is missing, or`},
		{name: "missing intermediate that the CA file has", serve: o.sends(func(c tls.Certificate) [][]byte { return c.Certificate[:1] }), extra: []*x509.Certificate{o.public.Intermediate}, want: []string{"complete-chain"}, reason: `"Public Intermediate" is missing`},
		{name: "wrong intermediate", serve: o.sends(func(c tls.Certificate) [][]byte {
			return [][]byte{c.Certificate[0], o.private.Intermediate.Raw}
		}), want: []string{"complete-chain", "trusted-chain"}, reason: "did not send the certificate of its issuer", notes: []string{"nothing to do with"}},
		{name: "second intermediate missing", host: "receiver.test", serve: speakTLS(served(short)), roots: shortRoot, want: []string{"trusted-chain"}, reason: `the chain ends at "Level C", whose issuer "Level B"`},
	}
}

func chainSetups(o office) []receiverSetup {
	tower, root := o.tower(2, nil)
	tower.Certificate = [][]byte{tower.Certificate[0], tower.Certificate[2], tower.Certificate[1]}
	return []receiverSetup{
		{name: "wrong order", host: "receiver.test", serve: speakTLS(served(tower)), roots: root, notes: []string{"another order"}},
		{name: "leaf not first", serve: o.sends(func(c tls.Certificate) [][]byte {
			return [][]byte{c.Certificate[1], c.Certificate[0]}
		}), want: []string{"complete-chain"}, reason: "the receiver's own comes after it", failure: endpoint.OtherHandshakeError},
		{name: "duplicate leaf", serve: o.sends(func(c tls.Certificate) [][]byte {
			return [][]byte{c.Certificate[0], c.Certificate[0], c.Certificate[1]}
		}), notes: []string{"twice"}},
		{name: "unrelated certificate in between", serve: o.sends(func(c tls.Certificate) [][]byte {
			return [][]byte{c.Certificate[0], o.private.Root.Raw, c.Certificate[1]}
		}), notes: []string{"nothing to do with"}},
	}
}
