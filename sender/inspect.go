package sender

import (
	"context"
	"crypto/tls"
	"errors"
	"net/url"
	"time"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/transcript"
)

// Inspect reports all problems of the transport to a receiver. It makes one connection, and completes the handshake even if the
// certificates are bad, so that it finds later problems, too. If the receiver supports no TLS version or cipher suite of pushcheck, Inspect
// makes a second connection to find out what the receiver supports. Inspect sends no application data. It makes no connection if the URL is
// plain http and the user does not allow plain http, or if the policy forbids the URL. If the policy forbids the URL, a note has the
// reason.
//
// If ctx ends first, the result has a note and no failure.
func (d *Dialer) Inspect(ctx context.Context, u *url.URL) transcript.Connection {
	connection := d.newConnection(u)
	trust := d.trustWithDefaults()
	var notes []string
	switch {
	case u.Scheme == "https":
		notes = d.inspectTLS(ctx, u, &connection.Handshake)
	case trust.AllowHTTP:
		notes = d.inspectPlain(ctx, u, &connection.Handshake)
	}
	if ctx.Err() != nil {
		connection.Handshake = d.newConnection(u).Handshake
		notes = []string{"The inspection was interrupted."}
	}
	connection.Problems, connection.Notes = endpoint.Judge(connection.Handshake, trust)
	connection.Notes = append(connection.Notes, notes...)
	return connection
}

// inspectPlain connects to a plain http receiver, and records in record whether it accepts the connection.
func (d *Dialer) inspectPlain(ctx context.Context, u *url.URL, record *endpoint.Handshake) (notes []string) {
	conn, err := d.connect(ctx, u, record)
	if err != nil {
		return policyNotes(err)
	}
	conn.Close()
	return nil
}

// policyNotes returns a note if the policy forbids the connection.
func policyNotes(err error) (notes []string) {
	var refusal *NotAllowedError
	if errors.As(err, &refusal) {
		notes = append(notes, "No connection was made: "+refusal.Hint+".")
	}
	return notes
}

// inspectTLS fills in the handshake and returns notes about it.
func (d *Dialer) inspectTLS(ctx context.Context, u *url.URL, record *endpoint.Handshake) (notes []string) {
	conn, err := d.connect(ctx, u, record)
	if err != nil {
		return policyNotes(err)
	}
	s := tlsHandshake{dialer: d, record: record}
	tlsConn, err := s.run(ctx, conn)
	switch {
	case err == nil:
		defer tlsConn.Close()
		if s.certificateRequested {
			return d.checkWithoutCertificate(ctx, tlsConn, record)
		}
	case record.Failure == endpoint.TooOldTLS:
		d.probeVersions(ctx, u, record, tls.VersionTLS10, tls.VersionTLS11)
	case record.Failure == endpoint.NoCommonSettings:
		d.probeVersions(ctx, u, record, tls.VersionTLS12, tls.VersionTLS12)
	}
	return nil
}

// checkWithoutCertificate finds out whether a receiver that asks for a client certificate works without a client certificate. With TLS 1.3
// the receiver refuses only after the handshake. If no alert comes for a fifth of Limits.Handshake, the receiver works without a client
// certificate.
func (d *Dialer) checkWithoutCertificate(ctx context.Context, conn *secureConn, record *endpoint.Handshake) (notes []string) {
	optionalCertificateNotes := []string{"The receiver asks for a client certificate and works without one."}
	if record.Version < tls.VersionTLS13 {
		return optionalCertificateNotes
	}
	_ = conn.SetReadDeadline(time.Now().Add(d.Limits.WithDefaults().Handshake / 5))
	defer context.AfterFunc(ctx, func() { _ = conn.SetReadDeadline(time.Unix(1, 0)) })()
	_, err := conn.Read(make([]byte, 1))
	if err == nil || timedOut(ctx, err) {
		return optionalCertificateNotes
	}
	failed := handshakeFailure(ctx, err, true)
	record.Failure, record.Detail = failed.Failure, failed.Detail
	return nil
}

// probeVersions makes a second handshake with the versions from minVersion to maxVersion and with every cipher suite, including suites that
// pushcheck does not accept. It records the receiver's version, suite and certificates. The failure in record does not change.
func (d *Dialer) probeVersions(ctx context.Context, u *url.URL, record *endpoint.Handshake, minVersion, maxVersion uint16) {
	secondRecord := endpoint.Handshake{Host: record.Host, Scheme: record.Scheme}
	conn, err := d.connect(ctx, u, &secondRecord)
	if err != nil {
		return
	}
	s := tlsHandshake{dialer: d, record: &secondRecord}
	if _, _ = s.runWith(ctx, conn, s.probeConfig(minVersion, maxVersion)); secondRecord.Failure != endpoint.EndedForCertificate {
		return
	}
	record.Version, record.Chain, record.Staple = secondRecord.Version, secondRecord.Chain, secondRecord.Staple
	if record.Failure == endpoint.NoCommonSettings {
		record.Suite = secondRecord.Suite // the suite matters only if the version is not too old
	}
}
