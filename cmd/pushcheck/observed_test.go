//go:build unix

package main

import (
	"bytes"
	"crypto/tls"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/pushcheck/pushcheck/internal/certs"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/receiver"
)

// happening is a request that a receiver gets.
type happening struct {
	event push.Event // "" for what is no push
	form  push.Form
	*http.Request
	body   []byte
	before []happening
}

// last is the request right before; the zero happening if this is the first.
func (h happening) last() happening {
	if len(h.before) == 0 {
		return happening{}
	}
	return h.before[len(h.before)-1]
}

// count returns how many pushes of an event came before.
func (h happening) count(e push.Event) int {
	n := 0
	for _, b := range h.before {
		if b.event == e {
			n++
		}
	}
	return n
}

// observed is the reference receiver behind a handler that sees each request first and may respond to it instead.
type observed struct {
	*httptest.Server
	ca string // file of the authority to trust
}

// watched starts an observed receiver. deal reports whether it has responded to a request; it is called for one at a time.
func watched(t *testing.T, r *receiver.Receiver, deal func(http.ResponseWriter, happening) bool) observed {
	t.Helper()
	certificate, ca := leaf(t)
	var mu sync.Mutex
	var before []happening
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
		h := happening{Request: q}
		h.body, _ = io.ReadAll(q.Body) // a server notices that a client is gone only when it has read what it sent
		q.Body = io.NopCloser(bytes.NewReader(h.body))
		if form, err := push.ParseForm(h.body); err == nil {
			h.form, h.event = form, push.Event(form.Get(push.FieldEvent))
		}
		mu.Lock()
		h.before = before
		before = append(before, h)
		mu.Unlock()
		if !deal(w, h) {
			r.ServeHTTP(w, q)
		}
	}))
	s.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	s.Config.ErrorLog = log.New(io.Discard, "", 0)
	s.StartTLS()
	t.Cleanup(s.Close)
	return observed{s, ca}
}

// reference is the reference receiver.
func reference(t *testing.T) *receiver.Receiver {
	t.Helper()
	r, err := receiver.New(receiver.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// leaf is a certificate for this machine, with the file of its authority.
func leaf(t *testing.T) (tls.Certificate, string) {
	t.Helper()
	authority, err := certs.NewAuthority("of the test", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	certificate, err := authority.Issue(certs.Leaf{Hosts: []string{"127.0.0.1"}})
	if err != nil {
		t.Fatal(err)
	}
	ca := filepath.Join(t.TempDir(), "ca.pem")
	if err := os.WriteFile(ca, authority.RootPEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	return certificate, ca
}

// unheard is an address of this machine at which nothing listens, and nothing else can.
func unheard(t *testing.T) string {
	t.Helper()
	fd, err := syscall.Socket(syscall.AF_INET, syscall.SOCK_STREAM, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = syscall.Close(fd) })
	syscall.CloseOnExec(fd)
	if err := syscall.Bind(fd, &syscall.SockaddrInet4{Addr: [4]byte{127, 0, 0, 1}}); err != nil {
		t.Fatal(err)
	}
	bound, err := syscall.Getsockname(fd)
	if err != nil {
		t.Fatal(err)
	}
	return (&net.TCPAddr{IP: net.IPv4(127, 0, 0, 1), Port: bound.(*syscall.SockaddrInet4).Port}).String()
}

// silent accepts connections and sends nothing. accepted is closed with the first.
func silent(t *testing.T) (address string, accepted chan struct{}) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	accepted = make(chan struct{})
	first := once(accepted)
	var open []net.Conn
	served := make(chan struct{})
	go func() {
		defer close(served)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			open = append(open, c)
			first()
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		<-served
		for _, c := range open {
			_ = c.Close()
		}
	})
	return l.Addr().String(), accepted
}
