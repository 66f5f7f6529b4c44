package sender

import (
	"bufio"
	"crypto/tls"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/internal/certs"
	"github.com/pushcheck/pushcheck/transcript"
)

// exchangeOnNewConn calls roundTrip with a pool that has no connection yet.
func exchangeOnNewConn(t *testing.T, d *Dialer, u *url.URL) transcript.Exchange {
	t.Helper()
	pool := poolWithDial(d.dial, d.Limits)
	defer pool.Close()
	return roundTrip(t.Context(), pool, request{URL: u, Body: []byte(newCallForm), ReadDocument: true}, d.Limits)
}

// requestRecorder records the requests that a receiver gets.
type requestRecorder struct {
	mu       sync.Mutex
	requests []*http.Request
	bodies   []string
}

// serve returns a function that serves a connection: it reads each request and sends the result of response.
func (h *requestRecorder) serve(response func(r *http.Request) string) func(net.Conn) int {
	return func(c net.Conn) int {
		in := bufio.NewReader(c)
		for {
			r, err := http.ReadRequest(in)
			if err != nil {
				return 0
			}
			body, _ := io.ReadAll(r.Body)
			h.mu.Lock()
			h.requests, h.bodies = append(h.requests, r), append(h.bodies, string(body))
			h.mu.Unlock()
			_, _ = io.WriteString(c, response(r))
		}
	}
}

// serveInsideTLS runs serve inside a TLS connection.
func serveInsideTLS(config *tls.Config, serve func(net.Conn) int) func(net.Conn) int {
	return func(c net.Conn) int { return serve(tls.Server(c, config)) }
}

func TestRedirectIsNotFollowed(t *testing.T) {
	t.Parallel()
	cas := newAuthorities(t)
	config := serverConfig(cas.issue(cas.public, certs.Leaf{}))
	for _, status := range []int{301, 302, 303, 307, 308} {
		for name, scheme := range map[string]string{"to plain HTTP": "http", "to another host": "https"} {
			t.Run(fmt.Sprint(status, " ", name), func(t *testing.T) {
				t.Parallel()
				target := listen(t, func(c net.Conn) int { n, _ := io.Copy(io.Discard, c); return int(n) })
				targetURL := target.url(t, scheme, "127.0.0.1")
				var recorder requestRecorder
				receiver := listen(t, serveInsideTLS(config, recorder.serve(func(*http.Request) string {
					return fmt.Sprintf("HTTP/1.1 %d Elsewhere\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n", status, targetURL)
				})))
				u := receiver.url(t, "https", "127.0.0.1")
				u.User = url.UserPassword("doc", "delorean")
				x := exchangeOnNewConn(t, cas.dialer(), u)
				receiver.waitAndClose()
				if x.End != transcript.Complete || x.Status != status || !x.IsRedirect() {
					t.Errorf("End %q (%s), status %d, want the redirect itself", x.End, x.Detail, x.Status)
				}
				if len(recorder.requests) != 1 || recorder.bodies[0] != newCallForm || recorder.requests[0].Header.Get("Authorization") != "" {
					t.Errorf("the receiver got %d requests, %q", len(recorder.requests), recorder.bodies)
				}
				if bytes, dials := target.close(); bytes != 0 || dials != 0 {
					t.Errorf("%d connections with %d bytes went to the target of the redirect", dials, bytes)
				}
			})
		}
	}
}

func TestRedirectOverPlainHTTPIsNotFollowed(t *testing.T) {
	t.Parallel()
	cas := newAuthorities(t)
	for _, status := range []int{301, 302, 303, 307, 308} {
		secureReceiver := listen(t, speakTLS(serverConfig(cas.issue(cas.public, certs.Leaf{}))))
		var recorder requestRecorder
		receiver := listen(t, recorder.serve(func(*http.Request) string {
			return fmt.Sprintf("HTTP/1.1 %d Elsewhere\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n", status, secureReceiver.url(t, "https", "127.0.0.1"))
		}))
		u := receiver.url(t, "http", "127.0.0.1")
		u.User = url.UserPassword("doc", "delorean")

		if x := exchangeOnNewConn(t, cas.dialer(), u); x.End != transcript.BlockedEnd || receiver.connectionCount() != 0 {
			t.Errorf("%d: End %q after %d connections, want it blocked without a connection", status, x.End, receiver.connectionCount())
		}
		d := cas.dialer()
		d.Trust.AllowHTTP = true
		if x := exchangeOnNewConn(t, d, u); x.Status != status || !x.IsRedirect() {
			t.Errorf("%d: status %d (%s), want the redirect itself", status, x.Status, x.Detail)
		}
		receiver.waitAndClose()
		if len(recorder.requests) != 1 || recorder.requests[0].Header.Get("Authorization") != "" {
			t.Errorf("%d: the receiver got %d requests, %q", status, len(recorder.requests), recorder.bodies)
		}
		if _, dials := secureReceiver.close(); dials != 0 {
			t.Errorf("%d: %d connections went to the target of the redirect", status, dials)
		}
	}
}

func TestCredentialsAreSentOverTLSOnlyAfterAChallenge(t *testing.T) {
	t.Parallel()
	cas := newAuthorities(t)
	var recorder requestRecorder
	receiver := listen(t, serveInsideTLS(serverConfig(cas.issue(cas.public, certs.Leaf{})), recorder.serve(func(r *http.Request) string {
		if r.Header.Get("Authorization") == "" {
			return "HTTP/1.1 401 Who\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n"
		}
		return responseWith(emptyResponse)
	})))
	u := receiver.url(t, "https", "127.0.0.1")
	u.User = url.UserPassword("doc", "delorean")
	x := exchangeOnNewConn(t, cas.dialer(), u)
	receiver.waitAndClose()
	var sent []string
	for _, r := range recorder.requests {
		sent = append(sent, r.Header.Get("Authorization"))
	}
	if diff := cmp.Diff([]string{"", "Basic ZG9jOmRlbG9yZWFu"}, sent); diff != "" || x.Status != 200 {
		t.Errorf("status %d, Authorization mismatch (-want +got):\n%s", x.Status, diff)
	}
}

func TestExchangeIsDroppedIfTheConnectionFailsAfterTheHandshake(t *testing.T) {
	t.Parallel()
	cas := newAuthorities(t)
	readRequest := func(c *tls.Conn) bool { _, err := http.ReadRequest(bufio.NewReader(c)); return err == nil }
	tls12Config := serverConfig(cas.issue(cas.public, certs.Leaf{}))
	tls12Config.MaxVersion, tls12Config.CipherSuites = tls.VersionTLS12, []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256}
	serveBrokenRecord := func(version uint16, nth int) func(net.Conn) int {
		config := serverConfig(cas.issue(cas.public, certs.Leaf{}))
		config.MaxVersion, config.SessionTicketsDisabled = version, true
		return func(c net.Conn) int {
			tlsConn := tls.Server(breakRecord(nth)(c), config)
			if tlsConn.Handshake() == nil && readRequest(tlsConn) {
				_, _ = io.WriteString(tlsConn, responseWith(emptyResponse))
			}
			_, _ = io.Copy(io.Discard, c)
			return 0
		}
	}
	tests := []struct {
		name   string
		serve  func(net.Conn) int
		want   transcript.End
		detail string
	}{
		{"closes before the push", serveAfterHandshake(cas, func(*tls.Conn) {}), transcript.Dropped, ""},
		{"resets before the push", serveAfterHandshake(cas, func(c *tls.Conn) { reset(c.NetConn()) }), transcript.Dropped, ""},
		{"closes after the push", serveAfterHandshake(cas, func(c *tls.Conn) { readRequest(c) }), transcript.Dropped, ""},
		{"body that ends with the connection, FIN without close_notify: complete", serveAfterHandshake(cas, func(c *tls.Conn) {
			if readRequest(c) {
				_, _ = io.WriteString(c, xmlHead+"\r\n"+emptyResponse)
				_ = c.NetConn().(*net.TCPConn).CloseWrite()
				_, _ = io.Copy(io.Discard, c.NetConn())
			}
		}), transcript.Complete, ""},
		{"bad MAC, TLS 1.3", serveBrokenRecord(tls.VersionTLS13, 5), transcript.Dropped, "bad record MAC"},
		{"bad MAC, TLS 1.2", serveBrokenRecord(tls.VersionTLS12, 2), transcript.Dropped, "bad record MAC"},
		{"garbage instead of a record", serveAfterHandshake(cas, func(c *tls.Conn) {
			if readRequest(c) {
				_, _ = io.WriteString(c.NetConn(), "garbage garbage garbage")
				_, _ = io.Copy(io.Discard, c.NetConn())
			}
		}), transcript.Dropped, "record"},
		{"an unencrypted alert", serveAfterHandshake(cas, func(c *tls.Conn) {
			if readRequest(c) {
				_, _ = c.NetConn().Write(fatalAlert(80))
				_, _ = io.Copy(io.Discard, c.NetConn())
			}
		}), transcript.Dropped, ""},
		{"asks for renegotiation", askForRenegotiation(tls12Config), transcript.Dropped, "asks for another TLS handshake (renegotiation)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			receiver := listen(t, tt.serve)
			x := exchangeOnNewConn(t, cas.dialer(), receiver.url(t, "https", "127.0.0.1"))
			if x.End != tt.want || !strings.Contains(x.Detail, tt.detail) {
				t.Errorf("End %q (%s), want %q with %q", x.End, x.Detail, tt.want, tt.detail)
			}
			if endedByTLS := x.End == transcript.Dropped && !strings.HasPrefix(tt.name, "closes") && tt.name != "resets before the push"; x.EndedByTLS != endedByTLS {
				t.Errorf("EndedByTLS = %t (%s), want %t", x.EndedByTLS, x.Detail, endedByTLS)
			}
			if strings.Contains(x.Detail, "127.0.0.1") {
				t.Errorf("Detail %q differs from run to run", x.Detail)
			}
		})
	}
}
