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

// Inspect looks at how a receiver is reached and says everything that is wrong with it. It makes one connection and
// completes the handshake even where the certificates are bad, so that what comes after them is seen too; a second one
// only asks what a receiver speaks that refuses all that pushcheck offers. It sends no application data. For a plain http URL
// that the user does not allow, and for one that the policy forbids, there is no connection; the latter has a note that
// says why.
//
// If ctx ends meanwhile, there is nothing to report: the connection has a note and no failure.
func (d *Dialer) Inspect(ctx context.Context, u *url.URL) transcript.Connection {
	seen := d.connection(u)
	trust := d.trust()
	var told []string
	switch {
	case u.Scheme == "https":
		told = d.look(ctx, u, &seen.Handshake)
	case trust.AllowHTTP:
		told = d.knock(ctx, u, &seen.Handshake)
	}
	if ctx.Err() != nil {
		seen.Handshake = d.connection(u).Handshake
		told = []string{"The inspection was interrupted."}
	}
	seen.Problems, seen.Notes = endpoint.Judge(seen.Handshake, trust)
	seen.Notes = append(seen.Notes, told...)
	return seen
}

// knock finds out whether anybody is there at all, where there is no handshake.
func (d *Dialer) knock(ctx context.Context, u *url.URL, sight *endpoint.Handshake) (told []string) {
	conn, err := d.connect(ctx, u, sight)
	if err != nil {
		return forbidden(err)
	}
	conn.Close()
	return nil
}

// forbidden tells that the policy forbids a connection, where that is why there is none.
func forbidden(err error) (told []string) {
	var refusal *NotAllowedError
	if errors.As(err, &refusal) {
		told = append(told, "No connection was made: "+refusal.Hint+".")
	}
	return told
}

// look fills in the handshake and says what else is worth telling.
func (d *Dialer) look(ctx context.Context, u *url.URL, sight *endpoint.Handshake) (told []string) {
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

// afterAsking finds out whether a receiver does without a client certificate. TLS 1.3 tells only after the handshake: a
// receiver that says nothing for a fifth of Limits.Handshake does.
func (d *Dialer) afterAsking(ctx context.Context, conn *secureConn, sight *endpoint.Handshake) (told []string) {
	doesWithout := []string{"The receiver asks for a client certificate and works without one."}
	if sight.Version < tls.VersionTLS13 {
		return doesWithout
	}
	_ = conn.SetReadDeadline(time.Now().Add(d.Limits.WithDefaults().Handshake / 5))
	defer context.AfterFunc(ctx, func() { _ = conn.SetReadDeadline(time.Unix(1, 0)) })()
	_, err := conn.Read(make([]byte, 1))
	if err == nil || inVain(ctx, err) {
		return doesWithout
	}
	failed := handshakeFailure(ctx, err, true)
	sight.Failure, sight.Detail = failed.Failure, failed.Detail
	return nil
}

// ask finds out what a receiver speaks that refuses all of ours, by the versions named, and its certificates. What it sees
// does not mend anything: the failure stays.
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
		sight.Suite = again.Suite // that of an old version says nothing more
	}
}
