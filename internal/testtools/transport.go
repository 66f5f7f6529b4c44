package testtools

import (
	"bytes"
	"crypto/tls"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
)

// InMemory returns a transport that calls a handler, without a network. For the handler, requests look as if they came over TLS. If the
// handler panics with http.ErrAbortHandler, the sender sees a closed connection. Other panics are not caught.
func InMemory(h http.Handler) http.RoundTripper { return memory{h} }

type memory struct{ http.Handler }

func (m memory) RoundTrip(r *http.Request) (res *http.Response, err error) {
	defer func() {
		switch p := recover(); p {
		case nil:
		case http.ErrAbortHandler:
			res, err = nil, io.EOF
		default:
			panic(p)
		}
	}()
	in := r.Clone(r.Context())
	if in.Host == "" {
		in.Host = r.URL.Host
	}
	if in.Body == nil {
		in.Body = http.NoBody
	}
	in.RequestURI, in.RemoteAddr, in.TLS = r.URL.RequestURI(), "192.0.2.1:1955", &tls.ConnectionState{}
	out := httptest.NewRecorder()
	m.ServeHTTP(out, in)
	if ctx := r.Context(); ctx.Err() != nil {
		return nil, ctx.Err()
	}
	res = out.Result()
	if res.ContentLength < 0 {
		body := out.Body.Bytes()
		res.ContentLength, res.Body = int64(len(body)), io.NopCloser(bytes.NewReader(body))
		res.Header.Set("Content-Length", strconv.Itoa(len(body)))
	}
	res.Request = r
	return res, nil
}
