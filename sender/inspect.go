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
// certificates are bad, so that later problems are seen too. If the receiver supports no version or cipher suite of pushcheck's,
// Inspect makes a second connection to find out what it supports. It sends no application data. It makes no connection if the URL is
// plain http and the user does not allow that, or if the policy forbids the URL. In the second case a note has the reason.
//
// If ctx ends first, the result has a note and no failure.
func (d *Dialer) Inspect(ctx context.Context, u *url.URL) transcript.Connection {
	seen := d.connection(u)
	trust := d.trust()
	var notes []string
	switch {
	case u.Scheme == "https":
		notes = d.look(ctx, u, &seen.Handshake)
	case trust.AllowHTTP:
		notes = d.knock(ctx, u, &seen.Handshake)
	}
	if ctx.Err() != nil {
		seen.Handshake = d.connection(u).Handshake
		notes = []string{"The inspection was interrupted."}
	}
	seen.Problems, seen.Notes = endpoint.Judge(seen.Handshake, trust)
	seen.Notes = append(seen.Notes, notes...)
	return seen
}

// knock checks that a plain http receiver accepts connections.
func (d *Dialer) knock(ctx context.Context, u *url.URL, sight *endpoint.Handshake) (notes []string) {
	conn, err := d.connect(ctx, u, sight)
	if err != nil {
		return forbidden(err)
	}
	conn.Close()
	return nil
}

// forbidden returns a note if the policy forbids the connection.
func forbidden(err error) (notes []string) {
	var refusal *NotAllowedError
	if errors.As(err, &refusal) {
		notes = append(notes, "No connection was made: "+refusal.Hint+".")
	}
	return notes
}

// look fills in the handshake and returns notes about it.
func (d *Dialer) look(ctx context.Context, u *url.URL, sight *endpoint.Handshake) (notes []string) {
	conn, err := d.connect(ctx, u, sight)
	if err != nil {
		return forbidden(err)
	}
	s := secured{dialer: d, sight: sight}
	secure, err := s.handshake(ctx, conn)
	switch {
	case err == nil:
		defer secure.Close()
		if s.asked {
			return d.afterAsking(ctx, secure, sight)
		}
	case sight.Failure == endpoint.TooOldTLS:
		d.ask(ctx, u, sight, tls.VersionTLS10, tls.VersionTLS11)
	case sight.Failure == endpoint.NothingInCommon:
		d.ask(ctx, u, sight, tls.VersionTLS12, tls.VersionTLS12)
	}
	return nil
}

// afterAsking finds out whether the receiver also works without a client certificate. With TLS 1.3 the receiver refuses only after
// the handshake. If no alert comes for a fifth of Limits.Handshake, the receiver works without.
func (d *Dialer) afterAsking(ctx context.Context, conn *secureConn, sight *endpoint.Handshake) (notes []string) {
	doesWithout := []string{"The receiver asks for a client certificate and works without one."}
	if sight.Version < tls.VersionTLS13 {
		return doesWithout
	}
	_ = conn.SetReadDeadline(time.Now().Add(d.Limits.WithDefaults().Handshake / 5))
	defer context.AfterFunc(ctx, func() { _ = conn.SetReadDeadline(time.Unix(1, 0)) })()
	_, err := conn.Read(make([]byte, 1))
	if err == nil || timedOut(ctx, err) {
		return doesWithout
	}
	failed := handshakeFailure(ctx, err, true)
	sight.Failure, sight.Detail = failed.Failure, failed.Detail
	return nil
}

// ask makes a second handshake with versions that pushcheck does not accept, to find out the receiver's version, cipher suite and
// certificates. The failure in sight staysOpen.
func (d *Dialer) ask(ctx context.Context, u *url.URL, sight *endpoint.Handshake, from, to uint16) {
	again := endpoint.Handshake{Host: sight.Host, Scheme: sight.Scheme}
	conn, err := d.connect(ctx, u, &again)
	if err != nil {
		return
	}
	s := secured{dialer: d, sight: &again}
	if _, _ = s.with(ctx, conn, s.probing(from, to)); again.Failure != endpoint.Withheld {
		return
	}
	sight.Version, sight.Chain, sight.Staple = again.Version, again.Chain, again.Staple
	if sight.Failure == endpoint.NothingInCommon {
		sight.Suite = again.Suite // if the version is too old, the suite does not matter
	}
}
