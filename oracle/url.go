package oracle

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/pushcheck/pushcheck/push"
)

// placeholder stands for the callId in a template.
const placeholder = "{callId}"

// userAgent is the User-Agent of the requests. Many servers refuse the default of net/http, because scanners use it.
const userAgent = "pushcheck"

// Template is the URL for the state of a call, with {callId} in its path or query.
type Template struct{ text string }

// ParseTemplate parses a template. It has to be an absolute http or https URL with {callId} in the path or the query.
func ParseTemplate(text string) (Template, error) {
	if !strings.Contains(text, placeholder) {
		return Template{}, fmt.Errorf("the URL does not contain %s", placeholder)
	}
	const exampleID = "5550123"
	u, err := url.Parse(strings.ReplaceAll(text, placeholder, exampleID))
	switch {
	case err != nil && strings.Contains(text, "@"):
		return Template{}, errors.New("not a URL") // the cause may contain a part of a password
	case err != nil:
		return Template{}, fmt.Errorf("not a URL: %w", errors.Unwrap(err))
	case u.Scheme != "http" && u.Scheme != "https", u.Hostname() == "":
		return Template{}, errors.New("not an absolute http or https URL")
	case strings.Contains(u.Host, exampleID), u.User != nil && strings.Contains(u.User.String(), exampleID):
		return Template{}, fmt.Errorf("%s stands before the path", placeholder)
	case !strings.Contains(u.EscapedPath()+u.RawQuery, exampleID):
		return Template{}, fmt.Errorf("%s stands in the fragment, which is never sent", placeholder)
	case strings.ContainsAny(text, " \t\r\n"):
		return Template{}, errors.New("the URL contains white space")
	}
	return Template{text}, nil
}

// URLFor returns the URL for a call. The callId is escaped for the path or the query.
func (t Template) URLFor(callID string) (*url.URL, error) {
	path, query, hasQuery := strings.Cut(t.text, "?")
	filled := strings.ReplaceAll(path, placeholder, url.PathEscape(callID))
	if hasQuery {
		filled += "?" + strings.ReplaceAll(query, placeholder, url.QueryEscape(callID))
	}
	return url.Parse(filled)
}

// URL asks for the state of a call by a GET request. The status has to be 2xx. 404 and 410 mean that the application does not know the
// call. Redirects are not followed. The answer has to be complete within 5 s, and may have at most 64 KiB.
type URL struct {
	Template Template
	Path     Path  // selects the state in the answer
	Words    Words // the application's words for the states
	// Dial makes a connection that is ready for HTTP, with TLS if the scheme is https. nil: net/http makes the connections.
	Dial func(context.Context, *url.URL) (net.Conn, error)
}

// Ask sends one request on a new connection, and then closes the connection. An idle connection would block a receiver that serves one
// connection at a time.
func (o URL) Ask(ctx context.Context, callID string) (Result, error) {
	stateURL, err := o.Template.URLFor(callID)
	if err != nil {
		return Result{}, errors.New("making the state URL: it is not a URL with this callId")
	}
	ctx, cancel := context.WithTimeoutCause(ctx, timeLimit, errTooLate)
	defer cancel()
	result, err := o.fetch(ctx, stateURL)
	if cause := context.Cause(ctx); err != nil && cause != nil {
		err = cause
	}
	if err != nil {
		return Result{}, fmt.Errorf("asking the state URL: %w", err)
	}
	return result, nil
}

func (o URL) fetch(ctx context.Context, stateURL *url.URL) (Result, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, stateURL.String(), nil)
	if err != nil {
		return Result{}, err
	}
	req.Header.Set("User-Agent", userAgent)
	req.Header.Set("Accept", "application/json, text/plain;q=0.9, */*;q=0.1")
	client := http.Client{
		Transport:     o.transport(stateURL),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	res, err := client.Do(req)
	if err != nil {
		var wrapped *url.Error
		if errors.As(err, &wrapped) { // the text of a *url.Error contains the URL with the credentials
			err = wrapped.Err
		}
		return Result{}, err
	}
	defer res.Body.Close()
	switch {
	case res.StatusCode == http.StatusNotFound, res.StatusCode == http.StatusGone:
		return Result{State: push.CallUnknown, Word: fmt.Sprintf("status %d", res.StatusCode), Status: res.StatusCode, Question: "GET " + withoutUserinfo(stateURL)}, nil
	case res.StatusCode/100 == 3:
		return Result{}, fmt.Errorf("status %d, a redirect: name its target as the state URL", res.StatusCode)
	case res.StatusCode/100 != 2:
		return Result{}, fmt.Errorf("status %d", res.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, maxBytes+1))
	switch {
	case err != nil:
		return Result{}, err
	case len(body) > maxBytes:
		return Result{}, errTooLong
	}
	return o.Words.parseOutput(body, o.Path)
}

func withoutUserinfo(u *url.URL) string {
	withoutUser := *u
	withoutUser.User = nil
	return withoutUser.String()
}

// transport returns a transport that makes a new connection for each request.
func (o URL) transport(stateURL *url.URL) http.RoundTripper {
	t := &http.Transport{DisableKeepAlives: true, MaxResponseHeaderBytes: maxBytes}
	if o.Dial != nil {
		dial := func(ctx context.Context, _, _ string) (net.Conn, error) { return o.Dial(ctx, stateURL) }
		t.DialContext, t.DialTLSContext = dial, dial
	}
	return t
}
