package sender

import (
	"context"
	"encoding/base64"
	"errors"
	"net/http"
	"net/url"
	"syscall"
	"time"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/internal/wording"
	"github.com/pushcheck/pushcheck/transcript"
)

const detailRunes = 300 // longest Exchange.Detail

// connectError is why no usable connection came about. A dialFunc returns it, and so may the Read of a connection that turns out to be
// unusable only then, such as by a TLS 1.3 alert after the handshake.
type connectError struct {
	Failure endpoint.Failure
	Blocked bool  // a transport problem forbids sending: nothing was sent
	Err     error // may be nil
}

func (e *connectError) Error() string {
	if e.Err == nil {
		return "connecting: " + string(e.Failure)
	}
	return e.Err.Error()
}

func (e *connectError) Unwrap() error { return e.Err }

// errDeadline is the cause that tells the time limit of the exchange from a run that was cancelled.
var errDeadline = errors.New("the time limit of the exchange was reached")

// roundTrip makes one exchange and says how it ended; it never fails otherwise. It follows no redirect, keeps no cookie
// and needs at most limits.Exchange from now on. Of a connection that the receiver had closed while it was idle it knows
// only that nothing came back: then, and then only, the push is repeated on another one. A 401 that challenges for Basic
// credentials is met once with those of the URL, where there are any; the second response is the one that counts.
//
// Took counts from the moment the connection was there (without one: from the call), a first 401 included.
// Step, Leg, Push, Due, Billed and Alone are the caller's to fill in. Safe for concurrent use with one pool.
//
// See wire-facts: Request headers over the years.
func roundTrip(ctx context.Context, p *Pool, req request, limits Limits) transcript.Exchange {
	limits = limits.WithDefaults()
	x := transcript.Exchange{
		URL:       withoutCredentials(req.URL),
		Body:      req.Body,
		TimeLimit: limits.told(limits.Exchange),
	}
	if err := req.validate(); err != nil {
		x.End, x.Detail = transcript.Interrupted, plain(err.Error())
		return x
	}
	ctx, cancel := context.WithTimeoutCause(ctx, limits.Exchange, errDeadline)
	defer cancel()

	start := time.Now()
	secrets := secretsOf(req)
	for fresh := false; ; {
		conn, resp, err := p.ask(ctx, req, fresh)
		if !conn.written.IsZero() && !x.Asked {
			start = conn.written
		}
		if fresh = err != nil && conn.stale(err); fresh {
			x.Retry = true
			continue
		}
		if err != nil {
			x.End, x.Failure, x.Detail = conn.endWithout(context.Cause(ctx), err)
			x.TLS = x.End == transcript.Dropped && aboutTLS(err)
			x.Reset = x.End == transcript.Dropped && (errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE))
			x.Took = limits.told(time.Since(start))
			break
		}
		readResponse(resp, &x, reading{
			document: req.ReadDocument, outgoing: req.Outgoing, limits: limits,
			cause: func(error) error { return context.Cause(ctx) },
		})
		x.Took = limits.told(time.Since(start))
		p.asked(conn, resp, x.End == transcript.Complete)
		if ctx.Err() != nil || !challengesBasic(req, resp) {
			break
		}
		req.Header = with(req.Header, "Authorization", basicAuthorization(req.URL.User))
		x = transcript.Exchange{URL: x.URL, Body: x.Body, TimeLimit: x.TimeLimit, Retry: x.Retry, Asked: true}
	}
	secrets.hide(&x)
	x.Detail = plain(x.Detail)
	return x
}

// challengesBasic reports whether the response asks for credentials that the URL has and the user did not send already.
func challengesBasic(req request, resp *http.Response) bool {
	if resp.StatusCode != http.StatusUnauthorized || req.URL.User == nil || given(req.Header, "Authorization") {
		return false
	}
	for _, challenge := range resp.Header.Values("WWW-Authenticate") {
		if basicChallenge.MatchString(challenge) {
			return true
		}
	}
	return false
}

func basicAuthorization(user *url.Userinfo) string {
	password, _ := user.Password()
	return "Basic " + base64.StdEncoding.EncodeToString([]byte(user.Username()+":"+password))
}

// plain makes a text of the receiver's or the system's fit to be shown: one line, printable and not too long.
func plain(s string) string {
	r := []rune(wording.Visible(s))
	if len(r) > detailRunes {
		return string(r[:detailRunes]) + "…"
	}
	return string(r)
}
