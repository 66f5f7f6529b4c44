package sender

import (
	"crypto/elliptic"
	"crypto/tls"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"net"
	"time"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/internal/certs"
	"github.com/pushcheck/pushcheck/internal/testtools"
)

func dateSetups(cas authorities) []receiverSetup {
	now := time.Now()
	expire := func(c *x509.Certificate) { c.NotAfter = now.Add(-time.Hour) }
	serveExpiredIntermediate, expiredIntermediateRoots := cas.withAuthority(certs.Plan{ChangeIntermediate: expire}, certs.Leaf{})
	serveExpiredRoot, expiredRootRoots := cas.withAuthority(certs.Plan{ChangeRoot: expire}, certs.Leaf{})
	return []receiverSetup{
		{name: "expired certificate", serve: cas.withLeaf(certs.Leaf{NotBefore: now.Add(-9 * day), NotAfter: now.Add(-day)}), want: []string{"in-date"}, reason: "the certificate expired on"},
		{name: "expired intermediate", serve: serveExpiredIntermediate, roots: expiredIntermediateRoots, want: []string{"in-date"}, reason: `"Public Intermediate" expired on`},
		{name: "expired root", serve: serveExpiredRoot, roots: expiredRootRoots, want: []string{"in-date"}, reason: `"Public Root" expired on`},
		{name: "certificate that is not yet valid", serve: cas.withLeaf(certs.Leaf{NotBefore: now.Add(day)}), want: []string{"in-date"}, reason: "is not valid before"},
		{name: "certificate valid for 90 days, ten days left", serve: cas.withLeaf(certs.Leaf{NotBefore: now.Add(-80 * day), NotAfter: now.Add(10 * day)}), want: []string{"expires-later"}, reason: "in 9 days"},
		{name: "certificate valid for six days, one day left", serve: cas.withLeaf(certs.Leaf{NotBefore: now.Add(-5 * day), NotAfter: now.Add(day)}), want: []string{"expires-later"}, reason: "in 23 hours"},
		{name: "certificate valid for 800 days", serve: cas.withLeaf(certs.Leaf{NotAfter: now.Add(800 * day)}), notes: []string{"800 days"}},
	}
}

func nameSetups(cas authorities) []receiverSetup {
	serveWithHosts := func(hosts ...string) func(net.Conn) int { return cas.withLeaf(certs.Leaf{Hosts: hosts}) }
	defaultCert := cas.issue(cas.public, certs.Leaf{Hosts: []string{"default.test"}})
	return []receiverSetup{
		{name: "certificate for another host", host: "other.test", serve: serveWithHosts("receiver.test"), want: []string{"name-matches"}, reason: `it is for "receiver.test"`},
		{name: "common name only", serve: cas.withChangedLeaf(func(c *x509.Certificate) { c.DNSNames, c.IPAddresses = nil, nil }), want: []string{"name-matches"}, reason: "its common name \"127.0.0.1\" does not count"},
		{name: "certificate without a name", serve: cas.withChangedLeaf(func(c *x509.Certificate) {
			c.DNSNames, c.IPAddresses, c.Subject = nil, nil, pkix.Name{}
		}), want: []string{"name-matches"}, reason: "it names no host"},
		{name: "wildcard certificate, host two levels below the domain", host: "a.b.receiver.test", serve: serveWithHosts("*.receiver.test"), want: []string{"name-matches"}, reason: `"*.receiver.test"`},
		{name: "wildcard certificate, host equal to the domain", host: "receiver.test", serve: serveWithHosts("*.receiver.test"), want: []string{"name-matches"}, reason: `"*.receiver.test"`},
		{name: "wildcard in a part of a label", host: "receiver.test", serve: serveWithHosts("rec*.test"), want: []string{"name-matches"}, reason: `"rec*.test"`},
		{name: "IP address in the URL, host name in the certificate", serve: serveWithHosts("receiver.test"), want: []string{"name-matches"}, reason: `"receiver.test"`},
		{name: "IP address as a DNS name in the certificate", serve: cas.withChangedLeaf(func(c *x509.Certificate) {
			c.DNSNames, c.IPAddresses = []string{"127.0.0.1"}, nil
		}), want: []string{"name-matches"}, reason: "as a DNS name"},
		{name: "name with a dot at its end in the certificate", host: "receiver.test", serve: serveWithHosts("receiver.test."), want: []string{"name-matches"}, reason: `"receiver.test."`},
		{name: "the same certificate for every name that the sender asks for", host: "shop.receiver.test", serve: cas.withConfig(func(c *tls.Config) {
			c.GetCertificate = func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return &defaultCert, nil }
			c.Certificates = nil
		}), want: []string{"name-matches"}, reason: `it is for "default.test"`},
	}
}

func usageSetups(cas authorities) []receiverSetup {
	setUsage := func(uses ...x509.ExtKeyUsage) func(*x509.Certificate) {
		return func(c *x509.Certificate) { c.ExtKeyUsage = uses }
	}
	serveWithIntermediate := func(change func(*x509.Certificate)) (func(net.Conn) int, []*x509.Certificate) {
		return cas.withAuthority(certs.Plan{ChangeIntermediate: change}, certs.Leaf{Hosts: []string{"receiver.test"}})
	}
	serveClientOnly, clientOnlyRoots := serveWithIntermediate(setUsage(x509.ExtKeyUsageClientAuth))
	servePermittedName, permittedRoots := serveWithIntermediate(func(c *x509.Certificate) {
		c.PermittedDNSDomains, c.PermittedDNSDomainsCritical = []string{"test"}, true
	})
	serveUnpermittedName, unpermittedRoots := serveWithIntermediate(func(c *x509.Certificate) { c.PermittedDNSDomains = []string{"example"} })
	serveExcludedName, excludedRoots := serveWithIntermediate(func(c *x509.Certificate) { c.ExcludedDNSDomains = []string{"test"} })
	leafAsIssuerCert, leafAsIssuerRoot := cas.chainOfLength(1, func(level int, c *x509.Certificate) { c.IsCA = c.IsCA && level != 1 })
	unconstrainedCert, unconstrainedRoot := cas.chainOfLength(1, func(level int, c *x509.Certificate) {
		if level == 1 {
			c.IsCA, c.BasicConstraintsValid = false, false
		}
	})
	tooLongPathCert, tooLongPathRoot := cas.chainOfLength(2, func(level int, c *x509.Certificate) { c.MaxPathLenZero = level == 1 })
	addExtension := func(id asn1.ObjectIdentifier, critical bool, value ...byte) func(*x509.Certificate) {
		return func(c *x509.Certificate) {
			c.ExtraExtensions = []pkix.Extension{{Id: id, Critical: critical, Value: value}}
		}
	}
	mustStapleCert := cas.issue(cas.public, certs.Leaf{Change: addExtension(asn1.ObjectIdentifier{1, 3, 6, 1, 5, 5, 7, 1, 24}, false, 0x30, 3, 2, 1, 5)})
	stapledCert := mustStapleCert
	stapledCert.OCSPStaple = []byte("junk")
	const host = "receiver.test"

	return []receiverSetup{
		{name: "certificate for clients", serve: cas.withChangedLeaf(setUsage(x509.ExtKeyUsageClientAuth)), want: []string{"server-certificate"}, reason: "extended key usage does not allow servers"},
		{name: "no extended key usage", serve: cas.withChangedLeaf(setUsage()), notes: []string{"what it is for"}},
		{name: "intermediate for clients", host: host, serve: serveClientOnly, roots: clientOnlyRoots, want: []string{"server-certificate"}, reason: "an authority of its chain may not issue certificates for servers"},
		{name: "leaf that is marked as an authority", serve: cas.withChangedLeaf(func(c *x509.Certificate) { c.IsCA = true }), want: []string{"server-certificate"}, reason: "CA:TRUE"},
		{name: "key usage without signatures", serve: cas.withChangedLeaf(func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyEncipherment }), want: []string{"server-certificate"}, reason: "digital signatures"},
		{name: "leaf that signs a leaf", host: host, serve: speakTLS(serverConfig(leafAsIssuerCert)), roots: leafAsIssuerRoot, want: []string{"trusted-chain"}, reason: "not allowed to sign certificates"},
		{name: "issuer without basic constraints", host: host, serve: speakTLS(serverConfig(unconstrainedCert)), roots: unconstrainedRoot, want: []string{"trusted-chain"}, reason: "not allowed to sign certificates"},
		{name: "chain longer than its path length allows", host: host, serve: speakTLS(serverConfig(tooLongPathCert)), roots: tooLongPathRoot, want: []string{"trusted-chain"}, reason: "path length"},
		{name: "name that the intermediate permits", host: host, serve: servePermittedName, roots: permittedRoots},
		{name: "name that the intermediate does not permit", host: host, serve: serveUnpermittedName, roots: unpermittedRoots, want: []string{"trusted-chain"}, reason: "may not issue certificates for this name"},
		{name: "name that the intermediate excludes", host: host, serve: serveExcludedName, roots: excludedRoots, want: []string{"trusted-chain"}, reason: "may not issue certificates for this name"},
		{name: "unknown critical extension", serve: cas.withChangedLeaf(addExtension(asn1.ObjectIdentifier{1, 3, 6, 1, 4, 1, 99999, 1}, true, 5, 0)), want: []string{"trusted-chain"}, reason: "critical extension"},
		{name: "certificate with must-staple, and no staple was sent", serve: speakTLS(serverConfig(mustStapleCert)), notes: []string{"OCSP"}},
		{name: "certificate with must-staple, and a staple was sent", serve: speakTLS(serverConfig(stapledCert)), why: "an OCSP response that cannot be parsed is ignored"},
	}
}

func strengthSetups(cas authorities) []receiverSetup {
	serveWeakIntermediate, weakRoots := cas.withAuthority(certs.Plan{IntermediateKey: testtools.RSA(1024)}, certs.Leaf{})
	serveSHA1Intermediate, sha1Roots := cas.withAuthority(certs.Plan{
		RootKey: testtools.RSA(2048), ChangeIntermediate: func(c *x509.Certificate) { c.SignatureAlgorithm = x509.SHA1WithRSA },
	}, certs.Leaf{})
	serveP224Intermediate, p224Roots := cas.withAuthority(certs.Plan{IntermediateKey: testtools.ECDSA(elliptic.P224())}, certs.Leaf{})
	rsaAuthority, err := certs.Plan{Name: "Public", IntermediateKey: testtools.RSA(2048)}.Make()
	if err != nil {
		cas.t.Fatal(err)
	}
	md5Cert := cas.issue(rsaAuthority, certs.Leaf{})
	if md5Cert.Certificate[0], err = testtools.WithMD5(md5Cert.Leaf, testtools.RSA(2048)); err != nil {
		cas.t.Fatal(err)
	}
	replaceLeaf := func(replacement func(*x509.Certificate) []byte) func(tls.Certificate) [][]byte {
		return func(c tls.Certificate) [][]byte { return [][]byte{replacement(c.Leaf), c.Certificate[1]} }
	}
	p224Config := serverConfig(cas.issue(cas.public, certs.Leaf{Key: testtools.ECDSA(elliptic.P224())}))
	p224TLS12Config := p224Config.Clone()
	p224TLS12Config.MaxVersion = tls.VersionTLS12

	return []receiverSetup{
		{name: "RSA 1024", serve: cas.withLeaf(certs.Leaf{Key: testtools.RSA(1024)}), want: []string{"strong-keys"}, reason: "the certificate has an RSA key of 1024 bits"},
		{name: "RSA 1024 intermediate", serve: serveWeakIntermediate, roots: weakRoots, want: []string{"strong-keys"}, reason: `the intermediate "Public Intermediate" has an RSA key of 1024 bits`},
		{name: "P-224 with TLS 1.2", serve: speakTLS(p224TLS12Config), want: []string{"strong-keys"}, reason: "a key on the curve P-224"},
		{name: "P-224 with TLS 1.3", serve: speakTLS(p224Config), want: []string{"strong-keys", "handshake"}, reason: "a key on the curve P-224", failure: endpoint.NoCommonSettings, version: tls.VersionTLS12, why: "TLS 1.3 has no signatures with this curve"},
		{name: "P-224 intermediate", serve: serveP224Intermediate, roots: p224Roots, want: []string{"strong-keys"}, reason: "a key on the curve P-224"},
		{name: "SHA-1 signature", serve: cas.withChangedLeaf(func(c *x509.Certificate) { c.SignatureAlgorithm = x509.ECDSAWithSHA1 }), want: []string{"strong-keys"}, reason: "the certificate is signed with ECDSA-SHA1"},
		{name: "SHA-1 intermediate", serve: serveSHA1Intermediate, roots: sha1Roots, want: []string{"strong-keys"}, reason: `the intermediate "Public Intermediate" is signed with SHA1-RSA`},
		{name: "MD5 signature", serve: speakTLS(serverConfig(md5Cert)), roots: []*x509.Certificate{rsaAuthority.Root}, want: []string{"strong-keys"}, reason: "the certificate is signed with MD5-RSA"},
		{name: "RSA of 8,200 bits", serve: cas.withLeaf(certs.Leaf{Key: testtools.RSAWithoutPrivateKey(8200)}), want: []string{"handshake"}, reason: "larger than 8192 bits", failure: endpoint.OtherHandshakeError},
		{name: "RSA of 768 bits", serve: cas.withLeaf(certs.Leaf{Key: testtools.RSAWithoutPrivateKey(768)}), want: []string{"strong-keys"}, reason: "an RSA key of 768 bits", failure: endpoint.OtherHandshakeError, why: "crypto/tls also refuses signatures with this key"},
		{name: "unparsable certificate", serve: cas.withChain(func(tls.Certificate) [][]byte { return [][]byte{[]byte("no certificate")} }), want: []string{"handshake"}, reason: "a certificate that cannot be read", failure: endpoint.UnparsableChain},
		{name: "negative serial number", serve: cas.withChain(replaceLeaf(testtools.NegativeSerial)), want: []string{"handshake"}, reason: "negative serial number", failure: endpoint.UnparsableChain},
		{name: "broken signature", serve: cas.withChain(replaceLeaf(testtools.BrokenSignature)), want: []string{"trusted-chain"}, reason: "the signature is broken"},
	}
}
