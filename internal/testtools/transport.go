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
func InMemory(h http.Handler) http.RoundTripper { return inMemoryTransport{h} }

type inMemoryTransport struct{ http.Handler }

func (m inMemoryTransport) RoundTrip(r *http.Request) (res *http.Response, err error) {
	defer func() {
		switch p := recover(); p {
		case nil:
		case http.ErrAbortHandler:
			res, err = nil, io.EOF
		default:
			panic(p)
		}
	}()
	incoming := r.Clone(r.Context())
	if incoming.Host == "" {
		incoming.Host = r.URL.Host
	}
	if incoming.Body == nil {
		incoming.Body = http.NoBody
	}
	incoming.RequestURI, incoming.RemoteAddr, incoming.TLS = r.URL.RequestURI(), "192.0.2.1:1955", &tls.ConnectionState{}
	recorder := httptest.NewRecorder()
	m.ServeHTTP(recorder, incoming)
	if ctx := r.Context(); ctx.Err() != nil {
		return nil, ctx.Err()
	}
	res = recorder.Result()
	if res.ContentLength < 0 {
		body := recorder.Body.Bytes()
		res.ContentLength, res.Body = int64(len(body)), io.NopCloser(bytes.NewReader(body))
		res.Header.Set("Content-Length", strconv.Itoa(len(body)))
	}
	res.Request = r
	return res, nil
}
