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

// overTLS calls roundTrip as a sender does, on a new connection.
func overTLS(t *testing.T, d *Dialer, u *url.URL) transcript.Exchange {
	t.Helper()
	rt := dialing(d.dial, d.Limits)
	defer rt.Close()
	return roundTrip(t.Context(), rt, request{URL: u, Body: []byte(someForm), ReadDocument: true}, d.Limits)
}

// heard records the requests that a receiver got.
type heard struct {
	mu       sync.Mutex
	requests []*http.Request
	bodies   []string
}

// responds reads each request of a connection and sends what response returns for it.
func (h *heard) responds(response func(r *http.Request) string) func(net.Conn) int {
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

// secureWith runs serve inside a TLS connection.
func secureWith(config *tls.Config, serve func(net.Conn) int) func(net.Conn) int {
	return func(c net.Conn) int { return serve(tls.Server(c, config)) }
}

func TestRedirectIsNotFollowed(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	config := served(o.issue(o.public, certs.Leaf{}))
	for _, status := range []int{301, 302, 303, 307, 308} {
		for name, scheme := range map[string]string{"to plain HTTP": "http", "to another host": "https"} {
			t.Run(fmt.Sprint(status, " ", name), func(t *testing.T) {
				t.Parallel()
				beyond := listen(t, func(c net.Conn) int { n, _ := io.Copy(io.Discard, c); return int(n) })
				to := beyond.url(t, scheme, "127.0.0.1")
				var first heard
				receiver := listen(t, secureWith(config, first.responds(func(*http.Request) string {
					return fmt.Sprintf("HTTP/1.1 %d Elsewhere\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n", status, to)
				})))
				u := receiver.url(t, "https", "127.0.0.1")
				u.User = url.UserPassword("doc", "delorean")
				x := overTLS(t, o.dialer(), u)
				receiver.drained()
				if x.End != transcript.Complete || x.Status != status || !x.IsRedirect() {
					t.Errorf("End %q (%s), status %d, want the redirect itself", x.End, x.Detail, x.Status)
				}
				if len(first.requests) != 1 || first.bodies[0] != someForm || first.requests[0].Header.Get("Authorization") != "" {
					t.Errorf("the receiver heard %d requests, %q", len(first.requests), first.bodies)
				}
				if bytes, dials := beyond.close(); bytes != 0 || dials != 0 {
					t.Errorf("%d connections with %d bytes went beyond the redirect", dials, bytes)
				}
			})
		}
	}
}

func TestRedirectOverPlainHTTPIsNotFollowed(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	for _, status := range []int{301, 302, 303, 307, 308} {
		secure := listen(t, speakTLS(served(o.issue(o.public, certs.Leaf{}))))
		var first heard
		receiver := listen(t, first.responds(func(*http.Request) string {
			return fmt.Sprintf("HTTP/1.1 %d Elsewhere\r\nLocation: %s\r\nContent-Length: 0\r\n\r\n", status, secure.url(t, "https", "127.0.0.1"))
		}))
		u := receiver.url(t, "http", "127.0.0.1")
		u.User = url.UserPassword("doc", "delorean")

		if x := overTLS(t, o.dialer(), u); x.End != transcript.BlockedEnd || receiver.dialled() != 0 {
			t.Errorf("%d: End %q after %d connections, want it blocked before any", status, x.End, receiver.dialled())
		}
		d := o.dialer()
		d.Trust.AllowHTTP = true
		if x := overTLS(t, d, u); x.Status != status || !x.IsRedirect() {
			t.Errorf("%d: status %d (%s), want the redirect itself", status, x.Status, x.Detail)
		}
		receiver.drained()
		if len(first.requests) != 1 || first.requests[0].Header.Get("Authorization") != "" {
			t.Errorf("%d: the receiver heard %d requests, %q", status, len(first.requests), first.bodies)
		}
		if _, dials := secure.close(); dials != 0 {
			t.Errorf("%d: %d connections went beyond the redirect", status, dials)
		}
	}
}

func TestCredentialsAreSentOverTLSOnlyAfterAChallenge(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	var first heard
	receiver := listen(t, secureWith(served(o.issue(o.public, certs.Leaf{})), first.responds(func(r *http.Request) string {
		if r.Header.Get("Authorization") == "" {
			return "HTTP/1.1 401 Who\r\nWWW-Authenticate: Basic realm=\"x\"\r\nContent-Length: 0\r\n\r\n"
		}
		return sized(emptyResponse)
	})))
	u := receiver.url(t, "https", "127.0.0.1")
	u.User = url.UserPassword("doc", "delorean")
	x := overTLS(t, o.dialer(), u)
	receiver.drained()
	var sent []string
	for _, r := range first.requests {
		sent = append(sent, r.Header.Get("Authorization"))
	}
	if diff := cmp.Diff([]string{"", "Basic ZG9jOmRlbG9yZWFu"}, sent); diff != "" || x.Status != 200 {
		t.Errorf("status %d, Authorization mismatch (-want +got):\n%s", x.Status, diff)
	}
}

func TestFailureAfterTheHandshakeEndsTheExchange(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	hear := func(c *tls.Conn) bool { _, err := http.ReadRequest(bufio.NewReader(c)); return err == nil }
	older := served(o.issue(o.public, certs.Leaf{}))
	older.MaxVersion, older.CipherSuites = tls.VersionTLS12, []uint16{tls.TLS_ECDHE_ECDSA_WITH_AES_128_GCM_SHA256}
	spoilt := func(version uint16, nth int) func(net.Conn) int {
		config := served(o.issue(o.public, certs.Leaf{}))
		config.MaxVersion, config.SessionTicketsDisabled = version, true
		return func(c net.Conn) int {
			secure := tls.Server(encryptedFrom(nth)(c), config)
			if secure.Handshake() == nil && hear(secure) {
				_, _ = io.WriteString(secure, sized(emptyResponse))
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
		{"closes", afterHandshake(o, func(*tls.Conn) {}), transcript.Dropped, ""},
		{"resets", afterHandshake(o, func(c *tls.Conn) { reset(c.NetConn()) }), transcript.Dropped, ""},
		{"closes after the push", afterHandshake(o, func(c *tls.Conn) { hear(c) }), transcript.Dropped, ""},
		{"FIN without close_notify at the end of a body that the close ends", afterHandshake(o, func(c *tls.Conn) {
			if hear(c) {
				_, _ = io.WriteString(c, asXML+"\r\n"+emptyResponse)
				_ = c.NetConn().(*net.TCPConn).CloseWrite()
				_, _ = io.Copy(io.Discard, c.NetConn())
			}
		}), transcript.Complete, ""},
		{"bad MAC, 1.3", spoilt(tls.VersionTLS13, 5), transcript.Dropped, "bad record MAC"},
		{"bad MAC, 1.2", spoilt(tls.VersionTLS12, 2), transcript.Dropped, "bad record MAC"},
		{"garbage instead of a record", afterHandshake(o, func(c *tls.Conn) {
			if hear(c) {
				_, _ = io.WriteString(c.NetConn(), "garbage garbage garbage")
				_, _ = io.Copy(io.Discard, c.NetConn())
			}
		}), transcript.Dropped, "record"},
		{"an alert in the clear", afterHandshake(o, func(c *tls.Conn) {
			if hear(c) {
				_, _ = c.NetConn().Write(fatalAlert(80))
				_, _ = io.Copy(io.Discard, c.NetConn())
			}
		}), transcript.Dropped, ""},
		{"renegotiates", renegotiates(older), transcript.Dropped, "asks for another TLS handshake (renegotiation)"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			receiver := listen(t, tt.serve)
			x := overTLS(t, o.dialer(), receiver.url(t, "https", "127.0.0.1"))
			if x.End != tt.want || !strings.Contains(x.Detail, tt.detail) {
				t.Errorf("End %q (%s), want %q with %q", x.End, x.Detail, tt.want, tt.detail)
			}
			if tls := x.End == transcript.Dropped && !strings.HasPrefix(tt.name, "closes") && tt.name != "resets"; x.TLS != tls {
				t.Errorf("TLS = %t (%s), want %t", x.TLS, x.Detail, tls)
			}
			if strings.Contains(x.Detail, "127.0.0.1") {
				t.Errorf("Detail %q differs from run to run", x.Detail)
			}
		})
	}
}
