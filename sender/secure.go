package sender

import (
	"context"
	"crypto/tls"
	"errors"
	"net"

	"github.com/pushcheck/pushcheck/endpoint"
)

// errHandshakeEnded is the error with which pushcheck ends a handshake: a problem of the certificates forbids sending, or probeConfig has
// found out enough.
var errHandshakeEnded = errors.New("pushcheck ended the handshake because of the certificates")

// tlsHandshake makes one TLS handshake and records what it sees.
type tlsHandshake struct {
	dialer               *Dialer
	record               *endpoint.Handshake // filled in during the handshake
	judge                func() error        // called when record contains the certificates; an error ends the handshake. nil: all certificates are accepted
	certificateRequested bool                // the receiver asked for a client certificate
}

// run makes the TLS handshake within Limits.Handshake. If it fails, conn is closed and record contains the failure.
func (s *tlsHandshake) run(ctx context.Context, conn net.Conn) (*secureConn, error) {
	return s.runWith(ctx, conn, s.config())
}

// runWith makes a handshake with a configuration.
func (s *tlsHandshake) runWith(ctx context.Context, conn net.Conn, config *tls.Config) (*secureConn, error) {
	ctx, cancel := context.WithTimeout(ctx, s.dialer.Limits.WithDefaults().Handshake)
	defer cancel()
	client := tls.Client(conn, config)
	if err := client.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		failed := handshakeFailure(ctx, err, s.certificateRequested)
		if failed.Failure == endpoint.NoCommonSettings && len(s.record.Chain) > 0 {
			failed.Failure = endpoint.HandshakeAlert // the receiver sent its certificates, so it had agreed on a suite before
		}
		s.record.Failure, s.record.Detail = failed.Failure, failed.Detail
		if failed.Version != 0 {
			s.record.Version = failed.Version
		}
		return nil, &connectError{Failure: failed.Failure, Err: err}
	}
	return &secureConn{Conn: client, certificateRequested: s.certificateRequested}, nil
}

// config allows TLS 1.2 and 1.3 with the common suites, independently of the environment and the version of Go. judge verifies the
// certificates.
func (s *tlsHandshake) config() *tls.Config {
	return &tls.Config{
		ServerName:         s.record.Host,
		InsecureSkipVerify: true, // VerifyConnection verifies instead, because it reports each problem
		MinVersion:         tls.VersionTLS12,
		MaxVersion:         tls.VersionTLS13,
		CipherSuites: []uint16{
			tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256,
			tls.TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256,
			tls.TLS_ECDHE_ECDSA_WITH_AES_256_GCM_SHA384,
			tls.TLS_ECDHE_RSA_WITH_AES_256_GCM_SHA384,
			tls.TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256,
			tls.TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256,
			tls.TLS_ECDHE_ECDSA_WITH_AES_128_CBC_SHA,
			tls.TLS_ECDHE_RSA_WITH_AES_128_CBC_SHA,
			tls.TLS_ECDHE_ECDSA_WITH_AES_256_CBC_SHA,
			tls.TLS_ECDHE_RSA_WITH_AES_256_CBC_SHA,
		},
		CurvePreferences: []tls.CurveID{tls.X25519, tls.CurveP256, tls.CurveP384, tls.CurveP521},
		NextProtos:       []string{"http/1.1"},
		GetClientCertificate: func(*tls.CertificateRequestInfo) (*tls.Certificate, error) {
			s.certificateRequested = true
			return &tls.Certificate{}, nil
		},
		VerifyConnection: func(state tls.ConnectionState) error {
			s.recordState(state)
			if s.judge == nil {
				return nil
			}
			return s.judge()
		},
	}
}

// probeConfig returns the configuration of a second handshake. That handshake finds out what a receiver supports if it supports no version
// or no suite of config. It allows the versions from minVersion to maxVersion, at most TLS 1.2, and every suite, including weak suites. It
// ends as soon as version and suite are known.
func (s *tlsHandshake) probeConfig(minVersion, maxVersion uint16) *tls.Config {
	config := s.config()
	config.MinVersion, config.MaxVersion = minVersion, maxVersion
	for _, suites := range [][]*tls.CipherSuite{tls.CipherSuites(), tls.InsecureCipherSuites()} {
		for _, suite := range suites {
			config.CipherSuites = append(config.CipherSuites, suite.ID)
		}
	}
	config.VerifyConnection = func(state tls.ConnectionState) error {
		s.recordState(state)
		return errHandshakeEnded
	}
	return config
}

func (s *tlsHandshake) recordState(state tls.ConnectionState) {
	s.record.Version, s.record.Suite, s.record.Chain = state.Version, state.CipherSuite, state.PeerCertificates
	s.record.Staple = state.OCSPResponse
}

// secureConn is a TLS connection. Its Read returns a connectError if the receiver demands a client certificate. With TLS 1.3 the alert of
// the receiver comes only after the handshake.
type secureConn struct {
	*tls.Conn
	certificateRequested bool
}

func (c *secureConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	return n, c.asConnectError(err)
}

// asConnectError returns a connectError in place of err if the receiver demands a client certificate.
func (c *secureConn) asConnectError(err error) error {
	if !c.certificateRequested {
		return err
	}
	if code, _ := alertNumber(err); mayMeanNoCertificate(code) {
		return &connectError{Failure: endpoint.ClientCertificate, Err: err}
	}
	return err
}
