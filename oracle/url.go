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

// userAgent names the tool that asks. Many servers refuse the name that net/http sends by itself, as one of scanners.
const userAgent = "pushcheck"

// Template is a URL with {callId} in its path or query.
type Template struct{ text string }

// ParseTemplate reads a template. It has to be an absolute http or https URL that names a host and, beyond that, the callId.
func ParseTemplate(text string) (Template, error) {
	if !strings.Contains(text, placeholder) {
		return Template{}, fmt.Errorf("there is no %s in it", placeholder)
	}
	const probe = "5550123"
	u, err := url.Parse(strings.ReplaceAll(text, placeholder, probe))
	switch {
	case err != nil && strings.Contains(text, "@"):
		return Template{}, errors.New("not a URL") // the cause can repeat a part of a password
	case err != nil:
		return Template{}, fmt.Errorf("not a URL: %w", errors.Unwrap(err))
	case u.Scheme != "http" && u.Scheme != "https", u.Hostname() == "":
		return Template{}, errors.New("not an absolute http or https URL")
	case strings.Contains(u.Host, probe), u.User != nil && strings.Contains(u.User.String(), probe):
		return Template{}, fmt.Errorf("%s stands before the path", placeholder)
	case !strings.Contains(u.EscapedPath()+u.RawQuery, probe):
		return Template{}, fmt.Errorf("%s stands in the fragment, which is never sent", placeholder)
	case strings.ContainsAny(text, " \t\r\n"):
		return Template{}, errors.New("there is white space in it")
	}
	return Template{text}, nil
}

// URLFor returns the URL of one call. The callId is escaped for a path or a query.
func (t Template) URLFor(callID string) (*url.URL, error) {
	path, query, hasQuery := strings.Cut(t.text, "?")
	filled := strings.ReplaceAll(path, placeholder, url.PathEscape(callID))
	if hasQuery {
		filled += "?" + strings.ReplaceAll(query, placeholder, url.QueryEscape(callID))
	}
	return url.Parse(filled)
}

// URL asks by a GET. The status has to be a 2xx, or 404 or 410 for a call that the application does not know; no redirect is
// followed, at most 64 KiB are read, and after 5 s it gives up.
type URL struct {
	Template Template
	Path     Path
	Words    Words
	// Dial makes a connection that is ready for HTTP, with TLS if the scheme is https. nil: the connections of net/http.
	Dial func(context.Context, *url.URL) (net.Conn, error)
}

// Ask asks once, on a connection of its own: an idle one would keep a receiver busy that takes one at a time.
func (o URL) Ask(ctx context.Context, callID string) (Answer, error) {
	to, err := o.Template.URLFor(callID)
	if err != nil {
		return Answer{}, errors.New("making the state URL: it is not a URL with this callId")
	}
	ctx, cancel := context.WithTimeoutCause(ctx, timeLimit, errTooLate)
	defer cancel()
	answer, err := o.fetch(ctx, to)
	if cause := context.Cause(ctx); err != nil && cause != nil {
		err = cause
	}
	if err != nil {
		return Answer{}, fmt.Errorf("asking the state URL: %w", err)
	}
	return answer, nil
}

func (o URL) fetch(ctx context.Context, to *url.URL) (Answer, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, to.String(), nil)
	if err != nil {
		return Answer{}, err
	}
	req.Header.Set("User-Agent", userAgent)
	req.Header.Set("Accept", "application/json, text/plain;q=0.9, */*;q=0.1")
	client := http.Client{
		Transport:     o.transport(to),
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
	res, err := client.Do(req)
	if err != nil {
		var wrapped *url.Error
		if errors.As(err, &wrapped) { // its text repeats the URL, credentials and all
			err = wrapped.Err
		}
		return Answer{}, err
	}
	defer res.Body.Close()
	switch {
	case res.StatusCode == http.StatusNotFound, res.StatusCode == http.StatusGone:
		return Answer{State: push.CallUnknown, Word: fmt.Sprintf("status %d", res.StatusCode), Status: res.StatusCode, Question: "GET " + withoutUserinfo(to)}, nil
	case res.StatusCode/100 == 3:
		return Answer{}, fmt.Errorf("status %d, which leads elsewhere: name the URL that it leads to", res.StatusCode)
	case res.StatusCode/100 != 2:
		return Answer{}, fmt.Errorf("status %d", res.StatusCode)
	}
	body, err := io.ReadAll(io.LimitReader(res.Body, maxBytes+1))
	switch {
	case err != nil:
		return Answer{}, err
	case len(body) > maxBytes:
		return Answer{}, errTooLong
	}
	return o.Words.parseAnswer(body, o.Path)
}

func withoutUserinfo(u *url.URL) string {
	bare := *u
	bare.User = nil
	return bare.String()
}

func (o URL) transport(to *url.URL) http.RoundTripper {
	t := &http.Transport{DisableKeepAlives: true, MaxResponseHeaderBytes: maxBytes}
	if o.Dial != nil {
		dial := func(ctx context.Context, _, _ string) (net.Conn, error) { return o.Dial(ctx, to) }
		t.DialContext, t.DialTLSContext = dial, dial
	}
	return t
}
