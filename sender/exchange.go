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

const maxDetailLength = 300 // number of characters of the longest Exchange.Detail

// connectError means that there is no usable connection. A dialFunc returns it. The first Read of a connection may also return it, for
// example if a TLS 1.3 alert comes after the handshake.
type connectError struct {
	Failure endpoint.Failure
	Blocked bool  // nothing was sent, because a transport problem forbids it
	Err     error // may be nil
}

func (e *connectError) Error() string {
	if e.Err == nil {
		return "connecting: " + string(e.Failure)
	}
	return e.Err.Error()
}

func (e *connectError) Unwrap() error { return e.Err }

// errDeadline is the cause of a context that ended at the time limit of an exchange. If the run is cancelled, the context has another
// cause.
var errDeadline = errors.New("the time limit of the exchange was reached")

// roundTrip makes one exchange. Every error is recorded in the exchange. roundTrip follows no redirects, keeps no cookies, and takes at
// most limits.Exchange. The push is sent again, on another connection, only if the receiver closed an idle connection. If a 401 response
// asks for Basic credentials and the URL contains credentials, roundTrip sends the request again with them, once, and returns the second
// response. sipgate was seen to do this in 2014 (sipgate's issue #6).
//
// Exchange.Duration begins when the request is written, or when roundTrip is called if there was no connection. It includes the time for a
// first 401 response. The caller fills in the fields that depend on the call, such as Step and Alone. roundTrip is safe for concurrent use
// with one pool.
func roundTrip(ctx context.Context, p *Pool, req request, limits Limits) transcript.Exchange {
	limits = limits.WithDefaults()
	x := transcript.Exchange{
		Sent: transcript.Sent{
			URL:       withoutCredentials(req.URL),
			Body:      req.Body,
			TimeLimit: limits.transcriptTime(limits.Exchange),
		},
	}
	if err := req.validate(); err != nil {
		x.End, x.Detail = transcript.Interrupted, oneLine(err.Error())
		return x
	}
	ctx, cancel := context.WithTimeoutCause(ctx, limits.Exchange, errDeadline)
	defer cancel()

	start := time.Now()
	secrets := secretsOf(req)
	for freshConnection := false; ; {
		conn, resp, err := p.sendRequest(ctx, req, freshConnection)
		if !conn.writeTime.IsZero() && !x.CredentialsRequested {
			start = conn.writeTime
		}
		if freshConnection = err != nil && conn.isStale(err); freshConnection {
			x.Retry = true
			continue
		}
		if err != nil {
			x.End, x.Failure, x.Detail = conn.endWithoutResponse(context.Cause(ctx), err)
			x.EndedByTLS = x.End == transcript.Dropped && isTLSError(err)
			x.WasReset = x.End == transcript.Dropped && (errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE))
			x.Duration = limits.transcriptTime(time.Since(start))
			break
		}
		readResponse(resp, &x, readConditions{
			isDocument: req.ReadDocument, outgoing: req.Outgoing, limits: limits,
			cause: func(error) error { return context.Cause(ctx) },
		})
		x.Duration = limits.transcriptTime(time.Since(start))
		p.putBack(conn, resp, x.End == transcript.Complete)
		if ctx.Err() != nil || !asksForBasic(req, resp) {
			break
		}
		req.Header = withHeader(req.Header, "Authorization", basicAuthorization(req.URL.User))
		x = transcript.Exchange{Sent: transcript.Sent{URL: x.URL, Body: x.Body, TimeLimit: x.TimeLimit}, Twist: transcript.Twist{Retry: x.Retry, CredentialsRequested: true}}
	}
	secrets.hide(&x)
	x.Detail = oneLine(x.Detail)
	return x
}

// asksForBasic reports whether the response asks for Basic credentials that the URL has and the request did not have.
func asksForBasic(req request, resp *http.Response) bool {
	if resp.StatusCode != http.StatusUnauthorized || req.URL.User == nil || hasHeader(req.Header, "Authorization") {
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

// oneLine returns a text as one printable line of at most maxDetailLength characters. The text comes from the receiver or the operating
// system.
func oneLine(s string) string {
	r := []rune(wording.Visible(s))
	if len(r) > maxDetailLength {
		return string(r[:maxDetailLength]) + "…"
	}
	return string(r)
}
