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

// arrival is a request that a receiver gets, with the earlier requests.
type arrival struct {
	event push.Event // "" if the request is no push
	form  push.Form
	*http.Request
	body    []byte
	earlier []arrival // the earlier requests, in the order in which they came
}

// previous returns the request right before this request; the zero arrival if there is none.
func (a arrival) previous() arrival {
	if len(a.earlier) == 0 {
		return arrival{}
	}
	return a.earlier[len(a.earlier)-1]
}

// count returns how many pushes of an event came before this request.
func (a arrival) count(e push.Event) int {
	n := 0
	for _, b := range a.earlier {
		if b.event == e {
			n++
		}
	}
	return n
}

// observedReceiver is a receiver behind a handler. The handler gets each request first, and may respond in place of the receiver.
type observedReceiver struct {
	*httptest.Server
	caFile string // file of the authority to trust
}

// startObservedReceiver starts an observed receiver. respond may respond to a request, and reports whether it did. If it did not, reference
// responds.
func startObservedReceiver(t *testing.T, reference *receiver.Receiver, respond func(http.ResponseWriter, arrival) bool) observedReceiver {
	t.Helper()
	certificate, ca := localCertificate(t)
	var mu sync.Mutex
	var earlier []arrival
	server := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a := arrival{Request: r}
		a.body, _ = io.ReadAll(r.Body) // a server notices that a client has disconnected only after it has read the whole request
		r.Body = io.NopCloser(bytes.NewReader(a.body))
		if form, err := push.ParseForm(a.body); err == nil {
			a.form, a.event = form, push.Event(form.Get(push.FieldEvent))
		}
		mu.Lock()
		a.earlier = earlier
		earlier = append(earlier, a)
		mu.Unlock()
		if !respond(w, a) {
			reference.ServeHTTP(w, r)
		}
	}))
	server.TLS = &tls.Config{Certificates: []tls.Certificate{certificate}}
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)
	return observedReceiver{server, ca}
}

// referenceReceiver returns the reference receiver.
func referenceReceiver(t *testing.T) *receiver.Receiver {
	t.Helper()
	r, err := receiver.New(receiver.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// localCertificate returns a certificate for 127.0.0.1, and the file of its authority.
func localCertificate(t *testing.T) (tls.Certificate, string) {
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

// closedAddress returns an address of this machine at which nothing listens, and at which no other program can listen during the test.
func closedAddress(t *testing.T) string {
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

// silentServer starts a server that accepts connections and sends nothing. accepted is closed at the first connection.
func silentServer(t *testing.T) (address string, accepted chan struct{}) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	accepted = make(chan struct{})
	signalAccepted := closeOnce(accepted)
	var connections []net.Conn
	acceptingEnded := make(chan struct{})
	go func() {
		defer close(acceptingEnded)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			connections = append(connections, c)
			signalAccepted()
		}
	}()
	t.Cleanup(func() {
		_ = l.Close()
		<-acceptingEnded
		for _, c := range connections {
			_ = c.Close()
		}
	})
	return l.Addr().String(), accepted
}
