package sender

import (
	"context"
	"crypto/tls"
	"errors"
	"net"

	"github.com/pushcheck/pushcheck/endpoint"
)

// errWithheld ends a handshake from our side: what the receiver showed forbids to go on.
var errWithheld = errors.New("ended because of what the receiver showed")

// secured is one TLS handshake and what is noted meanwhile.
type secured struct {
	dialer *Dialer
	sight  *endpoint.Handshake
	judge  func() error // asked once the certificates were seen; nil: go on whatever they are
	asked  bool         // the receiver asked for a client certificate
}

// handshake makes the TLS handshake within Limits.Handshake. Without success conn is closed and sight has the failure.
func (s *secured) handshake(ctx context.Context, conn net.Conn) (*secureConn, error) {
	return s.with(ctx, conn, s.config())
}

// with makes a handshake by a configuration of s.
func (s *secured) with(ctx context.Context, conn net.Conn, config *tls.Config) (*secureConn, error) {
	ctx, cancel := context.WithTimeout(ctx, s.dialer.Limits.WithDefaults().Handshake)
	defer cancel()
	client := tls.Client(conn, config)
	if err := client.HandshakeContext(ctx); err != nil {
		_ = conn.Close()
		failed := handshakeFailure(ctx, err, s.asked)
		if failed.Failure == endpoint.NothingInCommon && len(s.sight.Chain) > 0 {
			failed.Failure = endpoint.HandshakeAlert // certificates come after a suite was agreed on
		}
		s.sight.Failure, s.sight.Detail = failed.Failure, failed.Detail
		if failed.Version != 0 {
			s.sight.Version = failed.Version
		}
		return nil, &connectError{Failure: failed.Failure, Err: err}
	}
	return &secureConn{Conn: client, asked: s.asked}, nil
}

// config is what pushcheck speaks, whatever the environment and the version of Go: TLS 1.2 and 1.3 with the common suites.
// Verification is our own, by judge.
func (s *secured) config() *tls.Config {
	return &tls.Config{
		ServerName:         s.sight.Host,
		InsecureSkipVerify: true, // VerifyConnection judges, and says more than yes or no
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
			s.asked = true
			return &tls.Certificate{}, nil
		},
		VerifyConnection: func(state tls.ConnectionState) error {
			s.note(state)
			if s.judge == nil {
				return nil
			}
			return s.judge()
		},
	}
}

// probing is for asking what a receiver speaks that speaks none of ours: by versions up to 1.2 and every suite that there
// is, whatever it is worth. It stops as soon as that is known.
func (s *secured) probing(from, to uint16) *tls.Config {
	config := s.config()
	config.MinVersion, config.MaxVersion = from, to
	for _, suites := range [][]*tls.CipherSuite{tls.CipherSuites(), tls.InsecureCipherSuites()} {
		for _, suite := range suites {
			config.CipherSuites = append(config.CipherSuites, suite.ID)
		}
	}
	config.VerifyConnection = func(state tls.ConnectionState) error {
		s.note(state)
		return errWithheld
	}
	return config
}

func (s *secured) note(state tls.ConnectionState) {
	s.sight.Version, s.sight.Suite, s.sight.Chain = state.Version, state.CipherSuite, state.PeerCertificates
	s.sight.Staple = state.OCSPResponse
}

// secureConn names the failure that TLS 1.3 shows only after the handshake: the receiver demands a client certificate.
type secureConn struct {
	*tls.Conn
	asked bool
}

func (c *secureConn) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	return n, c.explained(err)
}

func (c *secureConn) explained(err error) error {
	if !c.asked {
		return err
	}
	if code, _ := alert(err); aboutCertificate(code) {
		return &connectError{Failure: endpoint.ClientCertificate, Err: err}
	}
	return err
}
