package sender

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"time"
	"unicode"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/transcript"
)

const (
	maxTries    = 3   // on connections that the receiver may have closed while they were idle
	detailRunes = 300 // longest Exchange.Detail
)

// connectError is why no usable connection came about. The dial function of newTransport returns it, and so may the
// Read or Write of a connection that turns out to be unusable only then, such as a TLS 1.3 alert after the handshake.
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

// request is what one exchange asks.
type request struct {
	URL          *url.URL    // credentials in it are shown only to a receiver that challenges for them
	Method       string      // default POST
	Body         []byte      // the form
	Header       http.Header // on top of the usual ones, see requestHeader
	ReadDocument bool        // the body is a response to a newCall or dtmf push
	Outgoing     bool        // the push is about an outgoing call
}

// errDeadline is the cause that tells the time limit of the exchange from a run that was cancelled.
var errDeadline = errors.New("the time limit of the exchange was reached")

// roundTrip makes one exchange and says how it ended; it never fails otherwise. It follows no redirect, keeps no cookie
// and needs at most limits.Exchange from now on. Of a connection that the receiver had closed while it was idle it knows
// only that nothing came back: then, and then only, the push is repeated on another one. A 401 that challenges for Basic
// credentials is met once with those of the URL, where there are any; the second response is the one that counts.
//
// Took counts from the moment the connection was there (without one: from the call), a first 401 included.
// Step, Leg, Push, Due, Billed and Alone are the caller's to fill in. Safe for concurrent use with one rt.
//
// See wire-facts: Request headers over the years.
func roundTrip(ctx context.Context, rt http.RoundTripper, req request, limits Limits) transcript.Exchange {
	limits = limits.WithDefaults()
	x := transcript.Exchange{
		URL:       withoutCredentials(req.URL),
		Body:      req.Body,
		TimeLimit: limits.told(limits.Exchange),
	}
	start := time.Now()
	if err := validateRequest(req); err != nil {
		x.End, x.Detail = transcript.Interrupted, plain(err.Error())
		return x
	}
	ctx, cancel := context.WithTimeoutCause(ctx, limits.Exchange, errDeadline)
	defer cancel()

	authorization := ""
	secrets := secretsOf(req)
	for try := 1; ; try++ {
		a := &attempt{}
		resp, err := rt.RoundTrip(a.httpRequest(ctx, req, authorization))
		if at := a.connectedAt(); !at.IsZero() && authorization == "" {
			start = at
		}
		x.Retry = x.Retry || a.repeated()
		if err != nil {
			if a.stale(err) && try < maxTries && ctx.Err() == nil {
				x.Retry = true
				if pool, ok := rt.(interface{ CloseIdleConnections() }); ok {
					pool.CloseIdleConnections()
				}
				continue
			}
			x.End, x.Failure, x.Detail = a.endWithout(ctx, err)
			x.TLS = x.End == transcript.Dropped && aboutTLS(err)
			x.Reset = x.End == transcript.Dropped && (errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE))
			break
		}
		readResponse(resp, &x, reading{
			document: req.ReadDocument, outgoing: req.Outgoing, limits: limits,
			cause: func(error) error { return context.Cause(ctx) },
		})
		a.settle(ctx)
		if authorization == "" && ctx.Err() == nil && challengesBasic(req, resp) {
			authorization = basicAuthorization(req.URL.User)
			x = transcript.Exchange{URL: x.URL, Body: x.Body, TimeLimit: x.TimeLimit, Retry: x.Retry, Asked: true}
			continue
		}
		break
	}
	x.Took = limits.told(time.Since(start))
	secrets.hide(&x)
	x.Detail = plain(x.Detail)
	return x
}

// httpRequest is the request in net/http's form. Without GetBody net/http does not repeat a POST by itself.
func (a *attempt) httpRequest(ctx context.Context, req request, authorization string) *http.Request {
	to := *req.URL
	to.User, to.Fragment, to.RawFragment = nil, "", ""
	header, host := requestHeader(req)
	if authorization != "" {
		header["Authorization"] = []string{authorization}
	}
	r := &http.Request{
		Method: req.Method,
		URL:    &to,
		Host:   host,
		Header: header,
		Proto:  "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		ContentLength: int64(len(req.Body)),
	}
	if r.Method == "" {
		r.Method = http.MethodPost
	}
	if len(req.Body) > 0 {
		r.Body = io.NopCloser(strings.NewReader(string(req.Body)))
	}
	return r.WithContext(a.trace(ctx))
}

// endWithout names the end of an exchange of which no response came.
func (a *attempt) endWithout(ctx context.Context, err error) (transcript.End, endpoint.Failure, string) {
	cause := context.Cause(ctx)
	if cause != nil && cause != errDeadline {
		return transcript.Interrupted, endpoint.None, cause.Error()
	}
	var failed *connectError
	if errors.As(err, &failed) {
		if failed.Blocked {
			return transcript.BlockedEnd, failed.Failure, failed.Error()
		}
		return transcript.NotConnected, failed.Failure, failed.Error()
	}
	began, head := a.seen()
	switch {
	case cause == errDeadline && a.unconnected():
		return transcript.NotConnected, endpoint.ConnectTimeout, "no connection within the time limit"
	case cause == errDeadline && !began:
		return transcript.TimedOut, endpoint.None, cause.Error()
	case cause == errDeadline && head.mayBeHTTP():
		return transcript.Late, endpoint.None, "the response headers were not complete within the time limit"
	case cause == errDeadline:
		return transcript.NotHTTP, endpoint.None, fmt.Sprintf("the response starts with %q", head)
	case strings.Contains(err.Error(), "server response headers exceeded"): // net/http has no name for it
		return transcript.HeadersTooLong, endpoint.None, err.Error()
	case !began && (!a.connectedAt().IsZero() || cutOff(err)):
		return transcript.Dropped, endpoint.None, words(err)
	case !began:
		return transcript.Interrupted, endpoint.None, err.Error() // net/http would not send it: not the receiver's doing
	case head.mayBeHTTP() && (cutOff(err) || head.noWholeLine()):
		return transcript.Truncated, endpoint.None, words(err)
	}
	return transcript.NotHTTP, endpoint.None, err.Error()
}

// cutOff tells a connection that ended from a response that is malformed.
func cutOff(err error) bool {
	var op *net.OpError
	return errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, net.ErrClosed) ||
		errors.Is(err, syscall.ECONNRESET) || errors.Is(err, syscall.EPIPE) || errors.As(err, &op)
}

// words are err's without the ports of the connection, which differ from run to run.
func words(err error) string {
	if strings.Contains(err.Error(), "tls: no renegotiation") {
		return "the receiver asks for another TLS handshake (renegotiation), as for a client certificate"
	}
	var op *net.OpError
	if errors.As(err, &op) {
		return op.Err.Error()
	}
	return err.Error()
}

// aboutTLS reports whether TLS ended a connection. crypto/tls has no type for most of its errors; all of them name it.
func aboutTLS(err error) bool { return strings.Contains(err.Error(), "tls: ") }

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
	r := []rune(strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '·'
	}, s))
	if len(r) > detailRunes {
		return string(r[:detailRunes]) + "…"
	}
	return string(r)
}
