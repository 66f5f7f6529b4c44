package sender

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/tls"
	"crypto/x509"
	"net"
	"net/url"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/internal/certs"
)

const day = 24 * time.Hour

// receiverSetup is a receiver and what Inspect has to say about it.
type receiverSetup struct {
	name    string
	serve   func(net.Conn) int
	host    string // default 127.0.0.1
	extra   []*x509.Certificate
	want    []string // rules without the area, the primary first; a waived one with its flag
	failure endpoint.Failure
	version uint16   // where it matters
	notes   []string // what some note says, besides the one about revocation
	limit   time.Duration
	why     string
}

// receiverSetups are receivers that one office certified.
func receiverSetups(t *testing.T, o office) []receiverSetup {
	t.Helper()
	now := time.Now()
	key := func(made crypto.Signer, err error) crypto.Signer {
		if err != nil {
			t.Fatal(err)
		}
		return made
	}
	rsaKey := func(bits int) crypto.Signer {
		made, err := rsa.GenerateKey(rand.Reader, bits)
		return key(made, err)
	}
	edKey := func() crypto.Signer {
		_, made, err := ed25519.GenerateKey(rand.Reader)
		return key(made, err)
	}
	ecKey := func(c elliptic.Curve) crypto.Signer {
		made, err := ecdsa.GenerateKey(c, rand.Reader)
		return key(made, err)
	}
	issued := func(l certs.Leaf) func(net.Conn) int { return speakTLS(served(o.issue(o.public, l))) }
	changed := func(by func(*x509.Certificate)) func(net.Conn) int { return issued(certs.Leaf{Change: by}) }
	configured := func(by func(*tls.Config)) func(net.Conn) int {
		config := served(o.issue(o.public, certs.Leaf{}))
		by(config)
		return speakTLS(config)
	}
	lateAuthority, err := certs.Plan{Name: "Public", Now: now, ChangeIntermediate: func(c *x509.Certificate) {
		c.NotAfter = now.Add(-time.Hour)
	}}.Found()
	if err != nil {
		t.Fatal(err)
	}
	own := o.selfSigned(certs.Leaf{})
	good := o.issue(o.public, certs.Leaf{})
	turned := good
	turned.Certificate = [][]byte{good.Certificate[1], good.Certificate[0]}
	strange := good
	strange.Certificate = [][]byte{good.Certificate[0], o.private.Root.Raw, good.Certificate[1]}
	junk := good
	junk.Certificate = [][]byte{[]byte("no certificate")}
	rooted := o.issue(o.private, certs.Leaf{})
	rooted.Certificate = append(rooted.Certificate, o.private.Root.Raw)

	return []receiverSetup{
		// good
		{name: "ECDSA", serve: speakTLS(served(good))},
		{name: "RSA 2048", serve: issued(certs.Leaf{Key: rsaKey(2048)})},
		{name: "P-384", serve: issued(certs.Leaf{Key: ecKey(elliptic.P384())})},
		{name: "P-521", serve: issued(certs.Leaf{Key: ecKey(elliptic.P521())})},
		{name: "Ed25519", serve: issued(certs.Leaf{Key: edKey()})},
		{name: "wildcard", host: "a.receiver.test", serve: issued(certs.Leaf{Hosts: []string{"*.receiver.test"}})},
		{name: "name", host: "receiver.test", serve: speakTLS(served(good))},
		{name: "six days", serve: issued(certs.Leaf{NotAfter: now.Add(6 * day)})},
		{name: "TLS 1.2 only", serve: configured(func(c *tls.Config) { c.MaxVersion = tls.VersionTLS12 }), version: tls.VersionTLS12},
		{name: "TLS 1.3 only", serve: configured(func(c *tls.Config) { c.MinVersion = tls.VersionTLS13 }), version: tls.VersionTLS13},
		{name: "no ALPN", serve: configured(func(c *tls.Config) { c.NextProtos = nil })},
		{name: "unrelated certificate in between", serve: speakTLS(served(strange)), notes: []string{"nothing to do with"}},
		{name: "optional client certificate, 1.3", serve: configured(func(c *tls.Config) { c.ClientAuth = tls.RequestClientCert }), notes: []string{"does without one"}},
		{name: "optional client certificate, 1.2", serve: configured(func(c *tls.Config) {
			c.ClientAuth, c.MaxVersion = tls.RequestClientCert, tls.VersionTLS12
		}), notes: []string{"does without one"}},
		{name: "CBC only", serve: configured(func(c *tls.Config) {
			c.MaxVersion, c.CipherSuites = tls.VersionTLS12, []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA}
		}), notes: []string{"CBC"}},

		// certificates; the rest of them is tried in package endpoint
		{name: "self-signed", serve: speakTLS(served(own)), want: []string{"not-self-signed"}},
		{name: "self-signed, in the CA file", serve: speakTLS(served(own)), extra: []*x509.Certificate{own.Leaf}, want: []string{"not-self-signed"}},
		{name: "self-signed, other name", serve: speakTLS(served(o.selfSigned(certs.Leaf{Hosts: []string{"other.test"}}))), want: []string{"not-self-signed", "name-matches"}},
		{name: "self-signed, expired", serve: speakTLS(served(o.selfSigned(certs.Leaf{NotBefore: now.Add(-9 * day), NotAfter: now.Add(-day)}))), want: []string{"not-self-signed", "in-date"}},
		{name: "self-signed, CA:TRUE", serve: speakTLS(served(o.selfSigned(certs.Leaf{Change: func(c *x509.Certificate) { c.IsCA = true }}))), want: []string{"not-self-signed"}},
		{name: "private authority", serve: speakTLS(served(o.issue(o.private, certs.Leaf{}))), want: []string{"trusted-chain"}},
		{name: "private authority, root sent", serve: speakTLS(served(rooted)), want: []string{"trusted-chain"}},
		{name: "private authority, in the CA file", serve: speakTLS(served(o.issue(o.private, certs.Leaf{}))), extra: []*x509.Certificate{o.private.Root}, want: []string{"trusted-chain --ca-file"}},
		{name: "missing intermediate", serve: speakTLS(served(certs.WithoutIntermediates(good))), want: []string{"complete-chain", "trusted-chain"}},
		{name: "leaf not first", serve: speakTLS(served(turned)), want: []string{"complete-chain"}, failure: endpoint.OtherHandshakeError},
		{name: "expired", serve: issued(certs.Leaf{NotBefore: now.Add(-9 * day), NotAfter: now.Add(-day)}), want: []string{"in-date"}},
		{name: "not yet valid", serve: issued(certs.Leaf{NotBefore: now.Add(day)}), want: []string{"in-date"}},
		{name: "expired intermediate", serve: speakTLS(served(o.issue(lateAuthority, certs.Leaf{}))), want: []string{"trusted-chain", "in-date"}},
		{name: "nearly expired", serve: issued(certs.Leaf{NotBefore: now.Add(-80 * day), NotAfter: now.Add(10 * day)}), want: []string{"expires-later"}},
		{name: "wrong host", host: "other.test", serve: speakTLS(served(good)), want: []string{"name-matches"}},
		{name: "common name only", serve: changed(func(c *x509.Certificate) { c.DNSNames, c.IPAddresses = nil, nil }), want: []string{"name-matches"}},
		{name: "default certificate for any name", host: "shop.receiver.test", serve: configured(func(c *tls.Config) {
			c.GetCertificate = func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return &good, nil }
		}), want: []string{"name-matches"}},
		{name: "client certificate", serve: changed(func(c *x509.Certificate) { c.ExtKeyUsage = []x509.ExtKeyUsage{x509.ExtKeyUsageClientAuth} }), want: []string{"server-certificate"}},
		{name: "authority's certificate", serve: changed(func(c *x509.Certificate) { c.IsCA = true }), want: []string{"server-certificate"}},
		{name: "RSA 1024", serve: issued(certs.Leaf{Key: rsaKey(1024)}), want: []string{"strong-keys"}},

		// handshake
		{name: "client certificate demanded, 1.3", serve: configured(func(c *tls.Config) { c.ClientAuth = tls.RequireAnyClientCert }), want: []string{"handshake"}, failure: endpoint.ClientCertificate},
		{name: "client certificate demanded, 1.2", serve: configured(func(c *tls.Config) {
			c.ClientAuth, c.MaxVersion = tls.RequireAnyClientCert, tls.VersionTLS12
		}), want: []string{"handshake"}, failure: endpoint.ClientCertificate},
		{name: "client certificate demanded, expired", serve: func() func(net.Conn) int {
			config := served(o.issue(o.public, certs.Leaf{NotBefore: now.Add(-9 * day), NotAfter: now.Add(-day)}))
			config.ClientAuth = tls.RequireAnyClientCert
			return speakTLS(config)
		}(), want: []string{"in-date", "handshake"}, failure: endpoint.ClientCertificate},
		{name: "RSA key exchange only", serve: func() func(net.Conn) int {
			config := served(o.issue(o.public, certs.Leaf{Key: rsaKey(2048)}))
			config.MaxVersion, config.CipherSuites = tls.VersionTLS12, []uint16{tls.TLS_RSA_WITH_AES_128_CBC_SHA}
			return speakTLS(config)
		}(), want: []string{"handshake"}, failure: endpoint.HandshakeAlert, why: "the same alert as for a missing client certificate"},
		{name: "ALPN without HTTP/1.1", serve: configured(func(c *tls.Config) { c.NextProtos = []string{"h3"} }), want: []string{"handshake"}, failure: endpoint.HandshakeAlert},
		{name: "unknown name", host: "receiver.test", serve: answerHello([]byte{21, 3, 3, 0, 2, 2, 112}), want: []string{"handshake"}, failure: endpoint.HandshakeAlert},
		{name: "TLS 1.1 only", serve: configured(func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS11 }), want: []string{"tls-version"}, failure: endpoint.TooOldTLS, version: tls.VersionTLS11},
		{name: "TLS 1.0 only", serve: configured(func(c *tls.Config) { c.MinVersion, c.MaxVersion = tls.VersionTLS10, tls.VersionTLS10 }), want: []string{"tls-version"}, failure: endpoint.TooOldTLS, version: tls.VersionTLS10},
		{name: "TLS 1.1 only, self-signed", serve: func() func(net.Conn) int {
			config := served(own)
			config.MinVersion, config.MaxVersion = tls.VersionTLS10, tls.VersionTLS11
			return speakTLS(config)
		}(), want: []string{"tls-version", "not-self-signed"}, failure: endpoint.TooOldTLS, version: tls.VersionTLS11},
		{name: "insists on TLS 1.0", serve: answerOnce(serverHello(1)), want: []string{"tls-version"}, failure: endpoint.TooOldTLS, version: tls.VersionTLS10},
		{name: "refuses the version, and then closes", serve: answerOnce([]byte{21, 3, 3, 0, 2, 2, 70}), want: []string{"tls-version"}, failure: endpoint.TooOldTLS},
		{name: "plain HTTP", serve: answerHello([]byte("HTTP/1.1 400 Bad Request\r\n\r\n")), want: []string{"handshake"}, failure: endpoint.PlainHTTP},
		{name: "SSH", serve: say("SSH-2.0-OpenSSH_9.6\r\n"), want: []string{"handshake"}, failure: endpoint.NotTLS},
		{name: "stalls after accept", serve: say(""), want: []string{"handshake"}, failure: endpoint.HandshakeTimeout, limit: 150 * time.Millisecond},
		{name: "stalls half-way", serve: answerHello(serverHello(3)), want: []string{"handshake"}, failure: endpoint.HandshakeTimeout, limit: 150 * time.Millisecond},
		{name: "closes after the hello", serve: func(c net.Conn) int { _, _ = c.Read(make([]byte, 4096)); return 0 }, want: []string{"handshake"}, failure: endpoint.HandshakeClosed},
		{name: "resets after the hello", serve: func(c net.Conn) int { _, _ = c.Read(make([]byte, 4096)); reset(c); return 0 }, want: []string{"handshake"}, failure: endpoint.HandshakeClosed},
		{name: "resets at once", serve: func(c net.Conn) int { reset(c); return 0 }, want: []string{"handshake"}, failure: endpoint.HandshakeClosed},
		{name: "fatal alert", serve: answerHello([]byte{21, 3, 3, 0, 2, 2, 80}), want: []string{"handshake"}, failure: endpoint.HandshakeAlert},
		{name: "garbage after the first record", serve: answerHello(append(serverHello(3), "garbage garbage garbage"...)), want: []string{"handshake"}, failure: endpoint.OtherHandshakeError},
		{name: "unparsable certificate", serve: speakTLS(served(junk)), want: []string{"handshake"}, failure: endpoint.UnparsableChain},
	}
}

// answerOnce answers the first hello and none of later connections.
func answerOnce(answer []byte) func(net.Conn) int {
	turns := make(chan struct{}, 1)
	turns <- struct{}{}
	return func(c net.Conn) int {
		select {
		case <-turns:
			return answerHello(answer)(c)
		default:
			return 0
		}
	}
}

func TestInspectNamesWhatIsWrongWithAReceiver(t *testing.T) {
	defer goleak.VerifyNone(t, goleak.IgnoreCurrent())
	t.Run("receivers", func(t *testing.T) {
		o := newOffice(t)
		for _, tt := range receiverSetups(t, o) {
			t.Run(tt.name, func(t *testing.T) {
				t.Parallel()
				receiver := listen(t, tt.serve)
				d, u := tt.reach(t, o, receiver)
				seen := d.Inspect(t.Context(), u)
				if diff := cmp.Diff(tt.want, rulesOf(seen.Problems)); diff != "" {
					t.Errorf("Inspect(%s) mismatch (-want +got):\n%s%s\n%+v", tt.name, diff, tt.why, seen.Problems)
				}
				h := seen.Handshake
				if h.Failure != tt.failure {
					t.Errorf("failure %q (%s), want %q", h.Failure, h.Detail, tt.failure)
				}
				if tt.version != 0 && h.Version != tt.version {
					t.Errorf("version %#x, want %#x", h.Version, tt.version)
				}
				if h.Address != receiver.listener.Addr().String() {
					t.Errorf("address %q, want %q", h.Address, receiver.listener.Addr())
				}
				notes := slices.DeleteFunc(slices.Clone(seen.Notes), func(n string) bool { return strings.Contains(n, "revoked") })
				if len(notes) != len(tt.notes) || len(notes) > 0 && !strings.Contains(notes[0], tt.notes[0]) {
					t.Errorf("notes %q, want them to say %q", notes, tt.notes)
				}
				bytes, dials := receiver.drained()
				if bytes != 0 {
					t.Errorf("Inspect sent %d bytes of application data, want none", bytes)
				}
				if want := 1; tt.failure != endpoint.TooOldTLS && dials != want {
					t.Errorf("Inspect made %d connections, want %d", dials, want)
				}
			})
		}
	})
}

// reach is how the receiver of a setup is reached, under the host that the setup wants.
func (s receiverSetup) reach(t *testing.T, o office, receiver *scene) (*Dialer, *url.URL) {
	t.Helper()
	d := o.dialer()
	d.Trust.Extra = s.extra
	if s.limit != 0 {
		d.Limits.Handshake = s.limit
	}
	if s.host == "" {
		return d, receiver.url(t, "https", "127.0.0.1")
	}
	d.ConnectTo = []ConnectTo{{Host: s.host, ToHost: "127.0.0.1"}}
	return d, receiver.url(t, "https", s.host)
}

func rulesOf(problems []endpoint.Problem) (out []string) {
	for _, p := range problems {
		rule := strings.TrimPrefix(p.Rule, "transport.")
		if p.Waived != "" {
			rule += " " + p.Waived
		}
		out = append(out, rule)
	}
	return out
}
