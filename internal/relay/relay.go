// Package relay passes requests on to a receiver and passes the responses of the receiver back, both unchanged. It reports each exchange.
// It knows nothing of pushes.
package relay

import (
	"bytes"
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httputil"
	"net/url"
	"sync"
	"time"
)

// MaxRecordedBytes is the largest number of bytes of a body that is recorded. Longer bodies are passed on completely.
const MaxRecordedBytes = 1 << 20

// Exchange is a request with its response.
type Exchange struct {
	Request            *http.Request // the request as it came; its body has been read
	Body               []byte        // body of the request, at most MaxRecordedBytes bytes
	IsBodyComplete     bool          // Body is complete
	Response           *http.Response
	ResponseBody       []byte        // body of the response, at most MaxRecordedBytes bytes
	IsResponseComplete bool          // ResponseBody is complete
	Err                error         // why there is no response; nil if there is a response
	StartedAt          time.Time     // the time at which the request came
	Took               time.Duration // the time from StartedAt to the end of the response
}

// Relay is an http.Handler in front of a receiver. It passes each request on to the same path at the receiver, and does not change the Host
// header. If the receiver cannot be reached, the sender gets status 502.
type Relay struct {
	// Begin is called when a request comes. It returns onEnd, which is called when the exchange is over. Several goroutines may call Begin
	// at the same time, and also onEnd.
	Begin func() (onEnd func(Exchange))

	target    *url.URL
	transport *http.Transport
}

// New makes a relay in front of the receiver at target. Only the scheme, host and port of target are used. trust is the TLS configuration
// for connections to the receiver.
func New(target *url.URL, trust *tls.Config, begin func() func(Exchange)) *Relay {
	return &Relay{Begin: begin, target: target, transport: &http.Transport{
		DialContext:        (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
		TLSClientConfig:    trust,
		TLSNextProto:       map[string]func(string, *tls.Conn) http.RoundTripper{}, // no HTTP/2, because sipgate speaks HTTP/1.1
		DisableCompression: true,                                                   // compression would add Accept-Encoding
		IdleConnTimeout:    time.Second,                                            // short, because a push that fails on an idle connection is not sent again
	}}
}

// Close closes the connections to the receiver that are not in use.
func (r *Relay) Close() { r.transport.CloseIdleConnections() }

// ServeHTTP passes one request on, and passes the response back.
func (r *Relay) ServeHTTP(w http.ResponseWriter, incoming *http.Request) {
	onEnd := r.Begin()
	exchange := Exchange{Request: incoming, StartedAt: time.Now()}
	var requestBody, responseBody copyingBody
	defer func() { // deferred, because the proxy panics if the response is incomplete
		exchange.Took = time.Since(exchange.StartedAt)
		if exchange.Err != nil && requestBody.body != nil {
			_, _ = io.CopyN(io.Discard, &requestBody, MaxRecordedBytes) // records the part of the body that the receiver did not read
		}
		_ = incoming.Body.Close() // nothing may read from the body after this handler
		exchange.Body, exchange.IsBodyComplete = requestBody.recordedBytes()
		exchange.IsBodyComplete = exchange.IsBodyComplete || int64(len(exchange.Body)) == incoming.ContentLength // all bytes may have been read, but not io.EOF
		exchange.ResponseBody, exchange.IsResponseComplete = responseBody.recordedBytes()
		onEnd(exchange)
	}()
	outgoing := incoming.WithContext(incoming.Context())
	if incoming.ContentLength != 0 {
		requestBody.body = incoming.Body
		outgoing.Body = io.NopCloser(&requestBody)
	}
	proxy := httputil.ReverseProxy{
		Rewrite:       r.rewrite,
		Transport:     r.transport,
		FlushInterval: -1,
		ErrorLog:      log.New(io.Discard, "", 0),
		ModifyResponse: func(response *http.Response) error {
			exchange.Response = response
			responseBody.body = response.Body
			response.Body = &responseBody
			w.Header()["Date"], w.Header()["Content-Type"] = nil, nil // nil keeps the server from adding these headers
			return nil
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			exchange.Err = err
			w.WriteHeader(http.StatusBadGateway)
		},
	}
	proxy.ServeHTTP(w, outgoing)
}

// rewrite makes the request for the receiver. It undoes the changes that httputil.ReverseProxy makes to the URL and the headers.
func (r *Relay) rewrite(p *httputil.ProxyRequest) {
	outgoingURL := *p.In.URL
	outgoingURL.Scheme, outgoingURL.Host = r.target.Scheme, r.target.Host
	p.Out.URL = &outgoingURL
	for _, name := range []string{"Forwarded", "X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto"} {
		if values, ok := p.In.Header[name]; ok {
			p.Out.Header[name] = values
		}
	}
}

// copyingBody is a body that copies its first bytes while it is read.
type copyingBody struct {
	body io.ReadCloser

	mu         sync.Mutex // the transport may still read after the response has come
	copy       []byte
	isCut      bool // the body is longer than the copy
	isComplete bool // the body was read to its end, and the copy is complete
}

func (c *copyingBody) Read(p []byte) (int, error) {
	n, err := c.body.Read(p)
	c.mu.Lock()
	defer c.mu.Unlock()
	room := MaxRecordedBytes - len(c.copy)
	c.copy = append(c.copy, p[:min(n, room)]...)
	c.isCut = c.isCut || n > room
	c.isComplete = err == io.EOF && !c.isCut
	return n, err
}

func (c *copyingBody) Close() error { return c.body.Close() }

// recordedBytes returns the copy, and reports whether it is complete.
func (c *copyingBody) recordedBytes() ([]byte, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return bytes.Clone(c.copy), c.isComplete
}
