package sender

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/jarcoal/httpmock"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/transcript"
)

const (
	emptyResponse = `<?xml version="1.0" encoding="UTF-8"?><Response/>`
	newCallForm   = "event=newCall&direction=in&from=4915799912345&to=493023125001"
	receiverURL   = "https://receiver.example/push"
)

func mustParseURL(t *testing.T, address string) *url.URL {
	t.Helper()
	u, err := url.Parse(address)
	if err != nil {
		t.Fatal(err)
	}
	return u
}

// poolWithDial returns a pool that makes its connections with dial.
func poolWithDial(dial dialFunc, limits Limits) *Pool {
	return New(Options{Incoming: &url.URL{}, Limits: limits}).makePool(dial)
}

// roundTripperPool returns a pool that uses a round tripper instead of connections.
func roundTripperPool(rt http.RoundTripper) *Pool {
	return New(Options{Incoming: &url.URL{}, RoundTripper: rt}).NewPool()
}

// scriptedRoundTripper is a round tripper that responds with a function of the test. n is the number of the request, from 1.
type scriptedRoundTripper struct {
	respond        func(n int, r *http.Request) (*http.Response, error)
	mu             sync.Mutex
	requestCount   int
	closeIdleCount int // number of calls of CloseIdleConnections
}

func (s *scriptedRoundTripper) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	s.requestCount++
	n := s.requestCount
	s.mu.Unlock()
	return s.respond(n, r)
}

func (s *scriptedRoundTripper) CloseIdleConnections() { s.closeIdleCount++ }

// exchangeWithMock sends req to a receiver that returns the responses one after the other. It returns the exchange and the requests that
// the receiver got.
func exchangeWithMock(t *testing.T, req request, responses ...*http.Response) (transcript.Exchange, []*http.Request) {
	t.Helper()
	if req.URL == nil {
		req.URL = mustParseURL(t, receiverURL)
	}
	if req.Body == nil {
		req.Body = []byte(newCallForm)
	}
	var got []*http.Request
	mock := httpmock.NewMockTransport()
	mock.RegisterNoResponder(func(r *http.Request) (*http.Response, error) {
		sent, err := io.ReadAll(r.Body)
		if err != nil {
			return nil, err
		}
		r.Body = io.NopCloser(bytes.NewReader(sent))
		got = append(got, r)
		if len(got) > len(responses) {
			return nil, fmt.Errorf("request %d was not expected", len(got))
		}
		return responses[len(got)-1], nil
	})
	return roundTrip(t.Context(), roundTripperPool(mock), req, Limits{}), got
}

// reply returns a response. header lists names and values in turn.
func reply(status int, body string, header ...string) *http.Response {
	r := httpmock.NewStringResponse(status, body)
	for i := 0; i < len(header); i += 2 {
		r.Header.Add(header[i], header[i+1])
	}
	return r
}

func TestPushHasTheHeadersOfSipgate(t *testing.T) {
	t.Parallel()
	x, got := exchangeWithMock(t, request{}, reply(200, emptyResponse, "Content-Type", "application/xml"))
	want := http.Header{
		"Accept":          {"application/xml, text/plain, text/html"},
		"Accept-Charset":  {"utf-8"},
		"Accept-Encoding": {"gzip,deflate"},
		"Content-Type":    {"application/x-www-form-urlencoded; charset=UTF-8"},
		"User-Agent":      {"sipgate.io"},
		"X-SIPGATE-JOBS":  {"http://www.sipgate.de/jobs"},
	}
	if diff := cmp.Diff(want, got[0].Header); diff != "" {
		t.Errorf("headers mismatch (-want +got):\n%s", diff)
	}
	sent, _ := io.ReadAll(got[0].Body)
	if got[0].Method != http.MethodPost || string(sent) != newCallForm || got[0].ContentLength != int64(len(newCallForm)) {
		t.Errorf("sent %s %q with Content-Length %d", got[0].Method, sent, got[0].ContentLength)
	}
	if x.End != transcript.Complete || x.Status != 200 || x.ContentType != "application/xml" || string(x.ResponseBody) != emptyResponse {
		t.Errorf("exchange = %+v", x)
	}
}

func TestHeadersOfTheUserReplaceDefaultHeaders(t *testing.T) {
	t.Parallel()
	_, got := exchangeWithMock(t, request{Header: http.Header{
		"x-sipgate-jobs":    {"none"},
		"user-agent":        {"Doc's phone"},
		"Accept":            nil,
		"X-Extra":           {"1", "2"},
		"Host":              {"other.example"},
		"content-length":    {"3"},
		"Transfer-Encoding": {"chunked"},
	}}, reply(200, ""))
	want := http.Header{
		"Accept-Charset":  {"utf-8"},
		"Accept-Encoding": {"gzip,deflate"},
		"Content-Type":    {"application/x-www-form-urlencoded; charset=UTF-8"},
		"User-Agent":      {"Doc's phone"},
		"x-sipgate-jobs":  {"none"},
		"X-Extra":         {"1", "2"},
	}
	if diff := cmp.Diff(want, got[0].Header); diff != "" {
		t.Errorf("headers mismatch (-want +got):\n%s", diff)
	}
	if got[0].Host != "other.example" || got[0].ContentLength != int64(len(newCallForm)) {
		t.Errorf("Host %q, Content-Length %d", got[0].Host, got[0].ContentLength)
	}
}

func TestInvalidRequestIsInterruptedBeforeDialling(t *testing.T) {
	t.Parallel()
	for name, req := range map[string]request{
		"invalid header name":            {Header: http.Header{"Doc Brown": {"1"}}},
		"header value with a line break": {Header: http.Header{"X-Doc": {"1\r\nX-Marty: 2"}}},
		"invalid method":                 {Method: "PO ST"},
		"invalid Host header":            {Header: http.Header{"host": {"Doc Brown"}}},
		"query with a line break":        {URL: &url.URL{Scheme: "https", Host: "receiver.example", RawQuery: "a\nb"}},
		"host with a space":              {URL: &url.URL{Scheme: "https", Host: "doc brown"}},
		"relative URL":                   {URL: &url.URL{Path: "/push"}},
		"URL with another scheme":        {URL: &url.URL{Scheme: "ftp", Host: "receiver.example"}},
		"URL without a host":             {URL: &url.URL{Scheme: "https"}},
	} {
		if req.URL == nil {
			req.URL = mustParseURL(t, "http://127.0.0.1:1/")
		}
		dialled := false
		pool := poolWithDial(func(context.Context, *url.URL) (net.Conn, error) {
			dialled = true
			return nil, errors.New("dialled")
		}, Limits{})
		x := roundTrip(t.Context(), pool, req, Limits{})
		if x.End != transcript.Interrupted || !strings.HasPrefix(x.Detail, "reading ") || dialled {
			t.Errorf("%s: End %q, Detail %q, dialled %v, want it interrupted before dialling", name, x.End, x.Detail, dialled)
		}
	}
	if x := roundTrip(t.Context(), roundTripperPool(httpmock.NewMockTransport()), request{}, Limits{}); x.End != transcript.Interrupted {
		t.Errorf("no URL: End %q", x.End)
	}
}

func TestCredentialsOfTheURLAreSentOnlyWhenChallenged(t *testing.T) {
	t.Parallel()
	const want = "Basic ZG9jOmRlbG9yZWFu" // doc:delorean
	tests := []struct {
		name      string
		url       string
		header    http.Header
		responses []*http.Response
		sent      []string // Authorization of each request
		status    int
	}{
		{"no challenge", "https://doc:delorean@receiver.example/", nil,
			[]*http.Response{reply(200, "")}, []string{""}, 200},
		{"a Basic challenge", "https://doc:delorean@receiver.example/", nil,
			[]*http.Response{reply(401, "who?", "WWW-Authenticate", `Basic realm="hill valley"`), reply(200, "")}, []string{"", want}, 200},
		{"Digest and Basic challenges", "https://doc:delorean@receiver.example/", nil,
			[]*http.Response{reply(401, "", "WWW-Authenticate", `Digest realm="a", basic realm="b"`), reply(200, "")}, []string{"", want}, 200},
		{"wrong credentials", "https://doc:delorean@receiver.example/", nil,
			[]*http.Response{reply(401, "", "WWW-Authenticate", "Basic"), reply(401, "", "WWW-Authenticate", "Basic")}, []string{"", want}, 401},
		{"a Digest challenge", "https://doc:delorean@receiver.example/", nil,
			[]*http.Response{reply(401, "", "WWW-Authenticate", `Digest realm="basics"`)}, []string{""}, 401},
		{"a challenge without a 401", "https://doc:delorean@receiver.example/", nil,
			[]*http.Response{reply(403, "", "WWW-Authenticate", "Basic")}, []string{""}, 403},
		{"a 401 without challenge", "https://doc:delorean@receiver.example/", nil,
			[]*http.Response{reply(401, "")}, []string{""}, 401},
		{"a Basic challenge, and no credentials in the URL", receiverURL, nil,
			[]*http.Response{reply(401, "", "WWW-Authenticate", "Basic")}, []string{""}, 401},
		{"a Basic challenge, and an Authorization header without values", "https://doc:delorean@receiver.example/", http.Header{"Authorization": nil},
			[]*http.Response{reply(401, "", "WWW-Authenticate", "Basic"), reply(200, "")}, []string{"", want}, 200},
		{"a Basic challenge, and an Authorization header of the user", "https://doc:delorean@receiver.example/", http.Header{"authorization": {"Bearer flux"}},
			[]*http.Response{reply(401, "", "WWW-Authenticate", "Basic")}, []string{"Bearer flux"}, 401},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			x, got := exchangeWithMock(t, request{URL: mustParseURL(t, tt.url), Header: tt.header}, tt.responses...)
			var sent []string
			for _, r := range got {
				body, _ := io.ReadAll(r.Body)
				if string(body) != newCallForm || r.URL.User != nil {
					t.Errorf("sent %q to %q", body, r.URL)
				}
				authorization := ""
				for name, values := range r.Header {
					if strings.EqualFold(name, "Authorization") {
						authorization += strings.Join(values, ",")
					}
				}
				sent = append(sent, authorization)
			}
			if diff := cmp.Diff(tt.sent, sent); diff != "" {
				t.Errorf("Authorization mismatch (-want +got):\n%s", diff)
			}
			if x.Status != tt.status || x.End != transcript.Complete || x.Retry {
				t.Errorf("Status %d, End %q (%s), Retry %v, want status %d", x.Status, x.End, x.Detail, x.Retry, tt.status)
			}
		})
	}
}

func TestTranscriptContainsNoSecrets(t *testing.T) {
	t.Parallel()
	req := request{
		URL:    mustParseURL(t, "https://doc:delorean@receiver.example/push?x=1"),
		Header: http.Header{"Cookie": {"session=einstein"}, "X-Sipgate-Signature": {"c2lnbmF0dXJl"}},
	}
	x, _ := exchangeWithMock(t, req,
		reply(401, "", "WWW-Authenticate", "Basic"),
		reply(302, "you sent Basic ZG9jOmRlbG9yZWFu, einstein and c2lnbmF0dXJl",
			"Location", "https://marty:mcfly@receiver.example/",
			"Set-Cookie", "session=copernicus", "Authorization", "Basic b3RoZXI6b3RoZXI=",
			"X-Echo", "Basic ZG9jOmRlbG9yZWFu; session=einstein", "X-Sipgate-Signature", "c2ln"))
	all := fmt.Sprintf("%+v %s", x, x.ResponseBody)
	for _, secret := range []string{"delorean", "ZG9jOmRlbG9yZWFu", "mcfly", "einstein", "copernicus", "b3RoZXI6b3RoZXI=", "c2ln"} {
		if strings.Contains(all, secret) {
			t.Errorf("%q is in the exchange: %s", secret, all)
		}
	}
	want := http.Header{
		"Authorization": {"$AUTHORIZATION"}, "Location": {"https://$USERINFO@receiver.example/"}, "Set-Cookie": {"$SET_COOKIE"},
		"X-Echo": {"$AUTHORIZATION; $COOKIE"}, "X-Sipgate-Signature": {"$X_SIPGATE_SIGNATURE"},
	}
	if diff := cmp.Diff(want, x.Header); diff != "" {
		t.Errorf("Header mismatch (-want +got):\n%s", diff)
	}
	if want := "https://$USERINFO@receiver.example/push?x=1"; x.URL != want {
		t.Errorf("URL = %q, want %q", x.URL, want)
	}
}

func TestRedirectIsRecordedAndNotFollowed(t *testing.T) {
	t.Parallel()
	for _, status := range []int{301, 302, 303, 307, 308} {
		x, got := exchangeWithMock(t, request{}, reply(status, "", "Location", "http://elsewhere.example/"))
		if len(got) != 1 || x.End != transcript.Complete || x.Status != status || x.Header.Get("Location") != "http://elsewhere.example/" {
			t.Errorf("%d: %d requests, End %q, Status %d, Header %v", status, len(got), x.End, x.Status, x.Header)
		}
	}
}

func TestImportantResponseHeadersAreKeptWithinTheLimit(t *testing.T) {
	t.Parallel()
	r := reply(200, "", "Content-Type", "application/xml", "Location", "/elsewhere")
	for i := range 100 {
		r.Header.Set(fmt.Sprintf("A-%03d", i), strings.Repeat("a", 100))
	}
	x, _ := exchangeWithMock(t, request{}, r)
	size := 0
	for name, values := range x.Header {
		for _, v := range values {
			size += len(name) + len(v)
		}
	}
	if size < 3<<10 || size > 4<<10 || x.Header.Get("Location") != "/elsewhere" || x.ContentType != "application/xml" {
		t.Errorf("%d bytes kept, Location %q, ContentType %q", size, x.Header.Get("Location"), x.ContentType)
	}
}

func TestConnectErrorDeterminesTheEndOfTheExchange(t *testing.T) {
	t.Parallel()
	cause := errors.New("no such host")
	for _, tt := range []struct {
		name    string
		err     error
		end     transcript.End
		failure endpoint.Failure
	}{
		{"not connected", &connectError{Failure: endpoint.UnknownHost, Err: cause}, transcript.NotConnected, endpoint.UnknownHost},
		{"not connected, wrapped in another error", fmt.Errorf("dialling: %w", &connectError{Failure: endpoint.HandshakeAlert, Err: cause}), transcript.NotConnected, endpoint.HandshakeAlert},
		{"blocked", &connectError{Blocked: true, Err: cause}, transcript.BlockedEnd, endpoint.NoFailure},
		{"not connected, without an underlying error", &connectError{Failure: endpoint.ConnectTimeout}, transcript.NotConnected, endpoint.ConnectTimeout},
	} {
		pool := poolWithDial(func(_ context.Context, u *url.URL) (net.Conn, error) {
			if u.Scheme != "https" {
				t.Errorf("%s: dialled without TLS for https", tt.name)
			}
			return nil, tt.err
		}, Limits{})
		x := roundTrip(t.Context(), pool, request{URL: mustParseURL(t, receiverURL)}, Limits{})
		if x.End != tt.end || x.Failure != tt.failure || x.Detail == "" || x.Status != 0 {
			t.Errorf("%s: End %q, Failure %q, Detail %q", tt.name, x.End, x.Failure, x.Detail)
		}
	}
}

func TestDiallingEndsWithTheExchange(t *testing.T) {
	t.Parallel()
	dialCause := make(chan error, 1)
	pool := poolWithDial(func(ctx context.Context, _ *url.URL) (net.Conn, error) {
		<-ctx.Done()
		dialCause <- context.Cause(ctx)
		return nil, ctx.Err()
	}, Limits{})
	x := roundTrip(t.Context(), pool, request{URL: mustParseURL(t, receiverURL)}, Limits{Exchange: 20 * time.Millisecond})
	if x.End != transcript.NotConnected || x.Failure != endpoint.ConnectTimeout {
		t.Errorf("End %q, Failure %q (%s), want no connection in time", x.End, x.Failure, x.Detail)
	}
	if err := <-dialCause; err != errDeadline {
		t.Errorf("dialling ended with %v, want %v", err, errDeadline)
	}
}

func TestCancelledRunEndsTheExchangeAsInterrupted(t *testing.T) {
	t.Parallel()
	cancelledCtx, cancel := context.WithCancel(t.Context())
	cancel()
	expiredCtx, cancelOver := context.WithTimeout(t.Context(), time.Nanosecond)
	defer cancelOver()
	for name, ctx := range map[string]context.Context{"cancelled": cancelledCtx, "deadline of the run reached": expiredCtx} {
		pool := poolWithDial(func(ctx context.Context, _ *url.URL) (net.Conn, error) {
			<-ctx.Done()
			return nil, &connectError{Failure: endpoint.ConnectTimeout, Err: ctx.Err()}
		}, Limits{})
		x := roundTrip(ctx, pool, request{URL: mustParseURL(t, receiverURL)}, Limits{})
		if x.End != transcript.Interrupted {
			t.Errorf("%s: End %q (%s), want %q", name, x.End, x.Detail, transcript.Interrupted)
		}
	}
}

func TestCredentialsAreNotSentAfterTheRunIsCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	rt := &scriptedRoundTripper{respond: func(int, *http.Request) (*http.Response, error) {
		cancel()
		return reply(401, "", "WWW-Authenticate", "Basic"), nil
	}}
	x := roundTrip(ctx, roundTripperPool(rt), request{URL: mustParseURL(t, "https://doc:delorean@receiver.example/")}, Limits{})
	if rt.requestCount != 1 || x.Status != 401 || x.CredentialsRequested || x.End != transcript.Complete {
		t.Errorf("%d requests, status %d, CredentialsRequested %v, End %q (%s), want only the complete 401 response", rt.requestCount, x.Status, x.CredentialsRequested, x.End, x.Detail)
	}
}

func TestFirst401IsNotRecordedIfTheSecondResponseNeverComes(t *testing.T) {
	t.Parallel()
	x, got := exchangeWithMock(t, request{URL: mustParseURL(t, "https://doc:delorean@receiver.example/")}, reply(401, "who?", "WWW-Authenticate", "Basic"))
	if len(got) != 2 || !x.CredentialsRequested || x.End != transcript.Interrupted || x.Status != 0 || x.Header != nil || x.ResponseBody != nil {
		t.Errorf("%d requests, exchange %+v, want an exchange without a response", len(got), x)
	}
}

func TestRequestWithoutBodyIsSentWithoutBody(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]bool{"": false, "a": true} {
		rt := &scriptedRoundTripper{respond: func(_ int, r *http.Request) (*http.Response, error) {
			if (r.Body != nil) != want {
				t.Errorf("the body %q is sent with Request.Body %v", body, r.Body)
			}
			return reply(200, ""), nil
		}}
		roundTrip(t.Context(), roundTripperPool(rt), request{URL: mustParseURL(t, receiverURL), Body: []byte(body)}, Limits{})
	}
}

func TestDetailIsOnePrintableLineOfLimitedLength(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ä", maxDetailLength)
	for text, want := range map[string]string{"a\r\n\x1b[31mb": `a\r\n\x1b[31mb`, long: long, long + "ä": long + "…"} {
		if got := oneLine(text); got != want {
			t.Errorf("oneLine(%q) = %q, want %q", text, got, want)
		}
		rt := &scriptedRoundTripper{respond: func(int, *http.Request) (*http.Response, error) {
			return nil, &connectError{Err: errors.New(text)}
		}}
		if x := roundTrip(t.Context(), roundTripperPool(rt), request{URL: mustParseURL(t, receiverURL)}, Limits{}); x.Detail != want {
			t.Errorf("Detail = %q, want %q", x.Detail, want)
		}
	}
}
