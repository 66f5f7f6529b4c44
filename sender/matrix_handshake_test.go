package sender

import (
	"crypto/tls"
	"errors"
	"net"
	"time"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/internal/certs"
	"github.com/pushcheck/pushcheck/internal/testtools"
)

const shortLimit = 150 * time.Millisecond // limit for receivers that never complete the handshake

// versionSetups returns setups with an old TLS version, or without a suite that pushcheck supports.
func versionSetups(cas authorities) []receiverSetup {
	serveVersions := func(from, to uint16) func(net.Conn) int {
		return cas.withConfig(func(c *tls.Config) { c.MinVersion, c.MaxVersion = from, to })
	}
	rsaConfig := serverConfig(cas.issue(cas.public, certs.Leaf{Key: testtools.RSA(2048)}))
	serveSuites := func(serveSuites ...uint16) func(net.Conn) int {
		config := rsaConfig.Clone()
		config.MinVersion, config.MaxVersion, config.CipherSuites = tls.VersionTLS12, tls.VersionTLS12, serveSuites
		return speakTLS(config)
	}
	serveTLS10With3DES := func() func(net.Conn) int {
		config := rsaConfig.Clone()
		config.MinVersion, config.MaxVersion, config.CipherSuites = tls.VersionTLS10, tls.VersionTLS10, []uint16{tls.TLS_RSA_WITH_3DES_EDE_CBC_SHA}
		return speakTLS(config)
	}
	tls11SelfSignedConfig := serverConfig(cas.selfSigned(certs.Leaf{}))
	tls11SelfSignedConfig.MinVersion, tls11SelfSignedConfig.MaxVersion = tls.VersionTLS10, tls.VersionTLS11

	rsaKeyExchangeConfig := serverConfig(cas.selfSigned(certs.Leaf{Key: testtools.RSA(2048)}))
	rsaKeyExchangeConfig.MaxVersion, rsaKeyExchangeConfig.CipherSuites = tls.VersionTLS12, []uint16{tls.TLS_RSA_WITH_AES_128_CBC_SHA}

	return []receiverSetup{
		{name: "TLS 1.1 only", serve: serveVersions(tls.VersionTLS10, tls.VersionTLS11), want: []string{"tls-version"}, reason: "speaks TLS 1.1 at most", failure: endpoint.TooOldTLS, version: tls.VersionTLS11},
		{name: "TLS 1.0 only", serve: serveVersions(tls.VersionTLS10, tls.VersionTLS10), want: []string{"tls-version"}, reason: "speaks TLS 1.0 at most", failure: endpoint.TooOldTLS, version: tls.VersionTLS10},
		{name: "TLS 1.1 only, self-signed", serve: speakTLS(tls11SelfSignedConfig), want: []string{"tls-version", "not-self-signed"}, reason: "TLS 1.1", failure: endpoint.TooOldTLS, version: tls.VersionTLS11},
		{name: "TLS 1.0 only, with 3DES", serve: serveTLS10With3DES(), want: []string{"tls-version"}, reason: "speaks TLS 1.0 at most", failure: endpoint.TooOldTLS, version: tls.VersionTLS10},
		{name: "insists on TLS 1.0", serve: respondOnce(serverHello(1)), want: []string{"tls-version"}, reason: "TLS 1.0", failure: endpoint.TooOldTLS, version: tls.VersionTLS10},
		{name: "insists on SSL 3.0", serve: respondOnce(serverHello(0)), want: []string{"tls-version"}, reason: "SSL 3.0", failure: endpoint.TooOldTLS, version: 0x0300},
		{name: "refuses the version, and closes the second connection", serve: respondOnce(fatalAlert(70)), want: []string{"tls-version"}, reason: "refuses TLS 1.2 and 1.3", failure: endpoint.TooOldTLS},
		{name: "RSA key exchange only", serve: serveSuites(tls.TLS_RSA_WITH_AES_128_CBC_SHA, tls.TLS_RSA_WITH_AES_128_GCM_SHA256), want: []string{"handshake"}, reason: "it agreed on one with RSA key exchange", failure: endpoint.NoCommonSettings, version: tls.VersionTLS12, why: "the receiver sends the same alert as for a missing client certificate"},
		{name: "CBC and SHA-256 only", serve: serveSuites(tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA256), want: []string{"handshake"}, reason: "it agreed on one with CBC and SHA-256", failure: endpoint.NoCommonSettings, version: tls.VersionTLS12},
		{name: "RSA key exchange only, self-signed", serve: speakTLS(rsaKeyExchangeConfig), want: []string{"handshake", "not-self-signed"}, reason: "it agreed on one with RSA key exchange", failure: endpoint.NoCommonSettings, version: tls.VersionTLS12},
		{name: "3DES only", serve: serveSuites(tls.TLS_ECDHE_RSA_WITH_3DES_EDE_CBC_SHA), want: []string{"handshake"}, reason: "it agreed on one with 3DES", failure: endpoint.NoCommonSettings, version: tls.VersionTLS12},
		{name: "RC4 only", serve: serveSuites(tls.TLS_ECDHE_RSA_WITH_RC4_128_SHA), want: []string{"handshake"}, reason: "it agreed on one with RC4", failure: endpoint.NoCommonSettings, version: tls.VersionTLS12},
	}
}

// handshakeSetups returns setups whose handshake fails for another reason than the version or the suite, or whose connection ends directly
// after the handshake.
func handshakeSetups(cas authorities) []receiverSetup {
	demandCertificate := func(version uint16, l certs.Leaf) func(net.Conn) int {
		config := serverConfig(cas.issue(cas.public, l))
		config.ClientAuth, config.MaxVersion = tls.RequireAnyClientCert, version
		return speakTLS(config)
	}
	now := time.Now()
	expiredLeaf := certs.Leaf{NotBefore: now.Add(-9 * day), NotAfter: now.Add(-day)}
	serveWithConn := func(version uint16, wrap func(net.Conn) net.Conn) func(net.Conn) int {
		config := serverConfig(cas.issue(cas.public, certs.Leaf{}))
		config.MaxVersion = version
		return func(c net.Conn) int { return speakTLS(config)(wrap(c)) }
	}
	removeCertificates := func(c *tls.Config) {
		c.Certificates = nil
		c.GetCertificate = func(*tls.ClientHelloInfo) (*tls.Certificate, error) { return nil, nil }
	}
	addConfigError := func(c *tls.Config) {
		c.GetConfigForClient = func(*tls.ClientHelloInfo) (*tls.Config, error) { return nil, errors.New("out of order") }
	}
	hello := serverHello(3)

	return []receiverSetup{
		{name: "client certificate demanded, TLS 1.3", serve: demandCertificate(tls.VersionTLS13, certs.Leaf{}), want: []string{"handshake"}, reason: "demands a client certificate", failure: endpoint.ClientCertificate},
		{name: "client certificate demanded, TLS 1.2", serve: demandCertificate(tls.VersionTLS12, certs.Leaf{}), want: []string{"handshake"}, reason: "demands a client certificate", failure: endpoint.ClientCertificate},
		{name: "client certificate demanded, expired server certificate", serve: demandCertificate(tls.VersionTLS13, expiredLeaf), want: []string{"in-date", "handshake"}, reason: "expired on", failure: endpoint.ClientCertificate},
		{name: "host name that the receiver does not serve", host: "receiver.test", serve: cas.withConfig(removeCertificates), want: []string{"handshake"}, reason: `does not serve the name "receiver.test"`, failure: endpoint.HostNotServed},
		{name: "ALPN without HTTP/1.1", serve: cas.withConfig(func(c *tls.Config) { c.NextProtos = []string{"h3"} }), want: []string{"handshake"}, reason: "does not offer HTTP/1.1", failure: endpoint.NoHTTP1},
		{name: "plain HTTP", serve: respondToHello([]byte("HTTP/1.1 400 Bad Request\r\n\r\n")), want: []string{"handshake"}, reason: "plain HTTP on the port of an https URL", failure: endpoint.PlainHTTP},
		{name: "plain HTTP without a status line", serve: respondToHello([]byte("<!DOCTYPE HTML>\n<html lang=\"en\">\n")), want: []string{"handshake"}, reason: "plain HTTP on the port of an https URL", failure: endpoint.PlainHTTP},
		{name: "plain HTTP without a status line, HTML in lower case", serve: respondToHello([]byte("<html><body>Bad request</body></html>")), want: []string{"handshake"}, reason: "plain HTTP on the port of an https URL", failure: endpoint.PlainHTTP},
		{name: "SSH", serve: sendBanner("SSH-2.0-OpenSSH_9.6\r\n"), want: []string{"handshake"}, reason: `"SSH-2"`, failure: endpoint.NotTLS},
		{name: "SMTP", serve: sendBanner("220 receiver.test ESMTP\r\n"), want: []string{"handshake"}, reason: `"220 r"`, failure: endpoint.NotTLS},

		{name: "stalls after it accepts the connection", serve: sendBanner(""), want: []string{"handshake"}, reason: "not complete in time", failure: endpoint.HandshakeTimeout, limit: shortLimit},
		{name: "stalls after the ServerHello", serve: respondToHello(hello), want: []string{"handshake"}, reason: "not complete in time", failure: endpoint.HandshakeTimeout, limit: shortLimit},
		{name: "stalls within a record", serve: respondToHello(hello[:20]), want: []string{"handshake"}, reason: "not complete in time", failure: endpoint.HandshakeTimeout, limit: shortLimit},
		{name: "sends the ServerHello byte by byte", serve: dripHello(append(hello, make([]byte, 4<<10)...)), want: []string{"handshake"}, reason: "not complete in time", failure: endpoint.HandshakeTimeout, limit: shortLimit},

		{name: "closes at once", serve: func(net.Conn) int { return 0 }, want: []string{"handshake"}, reason: "closed the connection during", failure: endpoint.HandshakeClosed},
		{name: "resets at once", serve: func(c net.Conn) int { reset(c); return 0 }, want: []string{"handshake"}, reason: "closed the connection during", failure: endpoint.HandshakeClosed},
		{name: "closes after the ClientHello", serve: readHelloAndClose(nil, false), want: []string{"handshake"}, reason: "closed the connection during", failure: endpoint.HandshakeClosed},
		{name: "resets after the ClientHello", serve: readHelloAndClose(nil, true), want: []string{"handshake"}, reason: "closed the connection during", failure: endpoint.HandshakeClosed},
		{name: "closes after the ServerHello", serve: readHelloAndClose(hello, false), want: []string{"handshake"}, reason: "closed the connection during", failure: endpoint.HandshakeClosed},
		{name: "closes within a record", serve: readHelloAndClose(hello[:20], false), want: []string{"handshake"}, reason: "closed the connection during", failure: endpoint.HandshakeClosed},

		{name: "alert: handshake failure", serve: respondToHello(fatalAlert(40)), want: []string{"handshake"}, reason: "most likely it has no cipher suite in common with pushcheck", failure: endpoint.NoCommonSettings},
		{name: "alert: handshake failure after the certificates", serve: serveWithConn(tls.VersionTLS12, alertAfterCertificates), want: []string{"handshake"}, reason: "the receiver broke off the TLS handshake (", failure: endpoint.HandshakeAlert, version: tls.VersionTLS12, why: "a suite had been agreed on"},
		{name: "alert: illegal parameter", serve: respondToHello(fatalAlert(47)), want: []string{"handshake"}, reason: "illegal parameter", failure: endpoint.HandshakeAlert},
		{name: "alert: internal error", serve: cas.withConfig(addConfigError), want: []string{"handshake"}, reason: "internal error", failure: endpoint.HandshakeAlert},
		{name: "alert: user cancelled", serve: respondToHello(fatalAlert(90)), want: []string{"handshake"}, reason: "broke off", failure: endpoint.HandshakeAlert},

		{name: "garbage instead of a ServerHello", serve: respondToHello([]byte("\x00\xffgarbage garbage garbage")), want: []string{"handshake"}, reason: "not TLS", failure: endpoint.NotTLS},
		{name: "garbage after the first record", serve: respondToHello(append(serverHello(3), "garbage garbage garbage"...)), want: []string{"handshake"}, reason: "handshake failed", failure: endpoint.OtherHandshakeError},
		{name: "a record of too large a size", serve: respondToHello([]byte{22, 3, 3, 0xff, 0xff, 2}), want: []string{"handshake"}, reason: "handshake failed", failure: endpoint.OtherHandshakeError},
		{name: "bad MAC, TLS 1.3", serve: serveWithConn(tls.VersionTLS13, breakRecord(1)), want: []string{"handshake"}, reason: "bad record MAC", failure: endpoint.OtherHandshakeError},
		{name: "bad MAC, TLS 1.2", serve: serveWithConn(tls.VersionTLS12, breakRecord(1)), want: []string{"handshake"}, reason: "bad record MAC", failure: endpoint.OtherHandshakeError},

		// Inspect does not see a failure after a good handshake. Such a failure belongs to the exchange.
		{name: "closes after the handshake", serve: serveAfterHandshake(cas, func(*tls.Conn) {}), closesAfterHandshake: true},
		{name: "resets after the handshake", serve: serveAfterHandshake(cas, func(c *tls.Conn) { reset(c.NetConn()) }), closesAfterHandshake: true},
	}
}

// alertAfterCertificates makes a receiver send its certificates and then end the handshake with the alert handshake_failure.
func alertAfterCertificates(c net.Conn) net.Conn { return &alertAfterWriteConn{Conn: c} }

// alertAfterWriteConn is the connection of alertAfterCertificates. A Read after the first Write sends the alert.
type alertAfterWriteConn struct {
	net.Conn
	hasWritten bool
}

func (r *alertAfterWriteConn) Write(p []byte) (int, error) {
	r.hasWritten = true
	return r.Conn.Write(p)
}

func (r *alertAfterWriteConn) Read(p []byte) (int, error) {
	n, err := r.Conn.Read(p)
	if r.hasWritten && err == nil {
		_, _ = r.Conn.Write(fatalAlert(40))
		return 0, net.ErrClosed
	}
	return n, err
}
