package endpoint_test

import (
	"crypto/elliptic"
	"crypto/tls"
	"crypto/x509"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/internal/certs"
	"github.com/pushcheck/pushcheck/internal/testtools"
)

func FuzzOneProblemIsPrimaryAndEveryRuleHasAJudgement(f *testing.F) {
	authority, err := certs.NewAuthority("Public", now)
	if err != nil {
		f.Fatal(err)
	}
	roots := []endpoint.Root{{Certificate: authority.Root}}
	for _, l := range []certs.Leaf{
		{Hosts: []string{host}},
		{Hosts: []string{"127.0.0.1", "*.receiver.test"}, NotAfter: now.Add(-time.Hour), NotBefore: now.Add(-day)},
		{Key: testtools.ECDSA(elliptic.P224()), Change: func(c *x509.Certificate) { c.IsCA, c.SignatureAlgorithm = true, x509.ECDSAWithSHA1 }},
		{Hosts: []string{host}, Key: testtools.RSAWithoutPrivateKey(512)},
	} {
		c, err := authority.Issue(l)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(c.Certificate[0], authority.Intermediate.Raw, authority.Root.Raw, host, uint8(0))
		f.Add(authority.Intermediate.Raw, c.Certificate[0], []byte(nil), "127.0.0.1", uint8(13))
		f.Add(testtools.NegativeSerial(c.Leaf), testtools.BrokenSignature(c.Leaf), c.Certificate[0], "::1", uint8(10))
	}
	failures := []endpoint.Failure{
		endpoint.NoFailure, endpoint.UnknownHost, endpoint.ConnectionRefused, endpoint.ConnectTimeout, endpoint.Unreachable, endpoint.PlainHTTP,
		endpoint.NotTLS, endpoint.HandshakeTimeout, endpoint.HandshakeClosed, endpoint.HandshakeAlert, endpoint.TooOldTLS,
		endpoint.ClientCertificate, endpoint.UnparsableChain, endpoint.OtherHandshakeError, endpoint.EndedForCertificate,
	}
	f.Fuzz(func(t *testing.T, first, second, third []byte, host string, failure uint8) {
		handshake := endpoint.Handshake{
			Host: host, Scheme: "https", Address: "127.0.0.1:443", Version: tls.VersionTLS13, Failure: failures[int(failure)%len(failures)],
		}
		for _, der := range [][]byte{first, second, third} {
			if c, err := x509.ParseCertificate(der); err == nil {
				handshake.Chain = append(handshake.Chain, c)
			}
		}
		if len(handshake.Chain) == 0 && (handshake.Failure == endpoint.NoFailure || handshake.Failure == endpoint.EndedForCertificate) {
			return // impossible input: a handshake that completes, or that pushcheck ends because of a certificate, has certificates
		}
		problems, _ := endpoint.Judge(handshake, endpoint.Trust{Now: now, Roots: roots})
		checkProblems(t, problems)
		if handshake.Failure != endpoint.EndedForCertificate || len(problems) > 0 {
			checkJudgements(t, handshake, problems)
		}
	})
}

func FuzzURLIsCheckedAndShownWithoutItsPassword(f *testing.F) {
	for _, seed := range []string{
		"https://receiver.test/push", "https://doc:delorean@[::ffff:169.254.169.254%25eth0]:8443/", "http://api.sipgate.de.", "https://MÜLLER.example/", "https://0x7f000001/", "https://127.1/",
	} {
		f.Add(seed, "https://receiver.test/")
	}
	f.Fuzz(func(t *testing.T, raw, target string) {
		u, err := endpoint.ParseURL(raw)
		if err != nil {
			return
		}
		pushURL, err := url.Parse(target)
		if err != nil {
			pushURL = u
		}
		if ok, hint := endpoint.MayDial(pushURL, u, nil); ok != (hint == "") {
			t.Errorf("MayDial(%q, %q) = %v with the hint %q", target, raw, ok, hint)
		} else if ok && endpoint.IsSipgateHost(u.Hostname()) {
			t.Errorf("MayDial(%q, %q): sipgate's own host may be dialled", target, raw)
		}
		if endpoint.HostKind(u.Hostname()) == endpoint.LinkLocal {
			if ok, _ := endpoint.MayDial(u, u, []string{u.Hostname()}); ok {
				t.Errorf("MayDial(%q): a link-local address may be dialled", raw)
			}
		}
		if origin, err := url.Parse(endpoint.Origin(u)); err != nil || endpoint.Origin(origin) != endpoint.Origin(u) {
			t.Errorf("Origin(%q) = %q, which is not its own origin: %v", raw, endpoint.Origin(u), err)
		}
		if password, hasPassword := u.User.Password(); hasPassword && len(password) > 8 && strings.Contains(endpoint.Redact(u), password) && strings.Count(raw, password) == 1 {
			t.Errorf("Redact(%q) = %q contains the password", raw, endpoint.Redact(u))
		}
	})
}
