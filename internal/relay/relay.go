// Package relay passes requests on to a receiver and passes its responses back, both unchanged. It reports each exchange. It knows nothing
// of pushes.
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

// MaxKept is the largest number of bytes of a body that is recorded. Longer bodies are passed on completely.
const MaxKept = 1 << 20

// Exchange is a request with its response.
type Exchange struct {
	Request          *http.Request // the request that came; its body has been read
	Body             []byte        // of the request, at most MaxKept bytes
	BodyComplete     bool          // Body is complete
	Response         *http.Response
	ResponseBody     []byte // at most MaxKept bytes
	ResponseComplete bool   // ResponseBody is complete
	Err              error  // why there is no response; nil if there is a response
	StartedAt        time.Time
	Took             time.Duration // until the end of the response
}

// Relay is an http.Handler in front of a receiver. A request goes to the same path at the receiver, with the Host header that it came
// with. If the receiver cannot be reached, the sender gets status 502.
type Relay struct {
	// Begin is called when a request comes. The function that it returns is called when the exchange is over. Both may be called by several
	// goroutines at a time.
	Begin func() (over func(Exchange))

	target    *url.URL
	transport *http.Transport
}

// New makes a relay in front of the receiver at the origin of target; the rest of target is ignored.
func New(target *url.URL, trust *tls.Config, begin func() func(Exchange)) *Relay {
	return &Relay{Begin: begin, target: target, transport: &http.Transport{
		DialContext:        (&net.Dialer{Timeout: 10 * time.Second}).DialContext,
		TLSClientConfig:    trust,
		TLSNextProto:       map[string]func(string, *tls.Conn) http.RoundTripper{}, // HTTP/1.1, as sipgate speaks it
		DisableCompression: true,                                                   // it would add Accept-Encoding
		IdleConnTimeout:    time.Second,                                            // a push is not sent again if the receiver closes an older connection
	}}
}

// Close closes the connections to the receiver that are not in use.
func (r *Relay) Close() { r.transport.CloseIdleConnections() }

// ServeHTTP passes one request through.
func (r *Relay) ServeHTTP(w http.ResponseWriter, in *http.Request) {
	report := r.Begin()
	x := Exchange{Request: in, StartedAt: time.Now()}
	var sent, got copyingBody
	defer func() { // this also runs if the response is incomplete
		x.Took = time.Since(x.StartedAt)
		if x.Err != nil && sent.body != nil {
			_, _ = io.CopyN(io.Discard, &sent, MaxKept) // the part that the receiver did not read
		}
		_ = in.Body.Close() // nothing reads from it after this handler
		x.Body, x.BodyComplete = sent.read()
		x.BodyComplete = x.BodyComplete || int64(len(x.Body)) == in.ContentLength // the body may not have been read up to its end
		x.ResponseBody, x.ResponseComplete = got.read()
		report(x)
	}()
	passed := in.WithContext(in.Context())
	if in.ContentLength != 0 {
		sent.body = in.Body
		passed.Body = io.NopCloser(&sent)
	}
	proxy := httputil.ReverseProxy{
		Rewrite:       r.rewrite,
		Transport:     r.transport,
		FlushInterval: -1,
		ErrorLog:      log.New(io.Discard, "", 0),
		ModifyResponse: func(response *http.Response) error {
			x.Response = response
			got.body = response.Body
			response.Body = &got
			w.Header()["Date"], w.Header()["Content-Type"] = nil, nil // so that the server adds neither
			return nil
		},
		ErrorHandler: func(w http.ResponseWriter, _ *http.Request, err error) {
			x.Err = err
			w.WriteHeader(http.StatusBadGateway)
		},
	}
	proxy.ServeHTTP(w, passed)
}

// rewrite makes the request for the receiver. It undoes the changes of the proxy.
func (r *Relay) rewrite(p *httputil.ProxyRequest) {
	to := *p.In.URL
	to.Scheme, to.Host = r.target.Scheme, r.target.Host
	p.Out.URL = &to
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
	isCut      bool
	isComplete bool // the body was read to its end, and the copy is complete
}

func (c *copyingBody) Read(p []byte) (int, error) {
	n, err := c.body.Read(p)
	c.mu.Lock()
	defer c.mu.Unlock()
	room := MaxKept - len(c.copy)
	c.copy = append(c.copy, p[:min(n, room)]...)
	c.isCut = c.isCut || n > room
	c.isComplete = err == io.EOF && !c.isCut
	return n, err
}

func (c *copyingBody) Close() error { return c.body.Close() }

// read returns the copy, and reports whether it is complete.
func (c *copyingBody) read() ([]byte, bool) {
	c.mu.Lock()
	defer c.mu.Unlock()
	return bytes.Clone(c.copy), c.isComplete
}
