//go:build unix

package main

import (
	"bytes"
	"crypto/tls"
	"encoding/json"
	"encoding/xml"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/pushcheck/pushcheck/internal/certs"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/receiver"
	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/requirements"
)

// promptly is how long a program may take to end after a signal, on a machine that has much else to do.
const promptly = 30 * time.Second

// process is the program, running.
type process struct {
	*exec.Cmd
	stdout, stderr heard
	ended          chan struct{}
}

// heard keeps what is written, and tells when a text has come.
type heard struct {
	mu   sync.Mutex
	text strings.Builder
	news func(string) // with all of it so far
}

func (h *heard) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.text.Write(p)
	if h.news != nil {
		h.news(h.text.String())
	}
	return len(p), nil
}

func (h *heard) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.String()
}

// once sends something the first time that it is called.
func once(t chan struct{}) func() { return sync.OnceFunc(func() { close(t) }) }

// prepare makes a process of the program that is not started yet.
func prepare(t *testing.T, args ...string) *process {
	t.Helper()
	own, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{Cmd: exec.CommandContext(t.Context(), own, args...), ended: make(chan struct{})}
	p.Env = []string{asProgram + "=1"}
	p.Stdout, p.Stderr = &p.stdout, &p.stderr
	p.WaitDelay = promptly
	return p
}

// start starts it. It is waited for before the test ends.
func (p *process) start(t *testing.T) {
	t.Helper()
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.ended)
		_ = p.Wait()
	}()
	t.Cleanup(func() {
		_ = p.Process.Kill()
		<-p.ended
	})
}

// end sends it a signal as soon as the moment has come and returns what became of it.
func (p *process) end(t *testing.T, moment <-chan struct{}, s os.Signal) outcome {
	t.Helper()
	select {
	case <-moment:
	case <-p.ended:
		t.Fatalf("it ended by itself, exit %d:\n%s%s", p.ProcessState.ExitCode(), p.stdout.String(), p.stderr.String())
	case <-time.After(promptly):
		t.Fatalf("it never came to what was to be interrupted:\n%s%s", p.stdout.String(), p.stderr.String())
	}
	if err := p.Process.Signal(s); err != nil {
		t.Fatal(err)
	}
	return p.outcome(t)
}

// outcome waits for its end.
func (p *process) outcome(t *testing.T) outcome {
	t.Helper()
	select {
	case <-p.ended:
	case <-time.After(promptly):
		t.Fatalf("it does not end:\n%s%s", p.stdout.String(), p.stderr.String())
	}
	return outcome{p.ProcessState.ExitCode(), p.stdout.String(), p.stderr.String()}
}

// happening is what a receiver notices, in the order in which it comes.
type happening struct {
	event push.Event // "" for what is no push
	form  push.Form
	*http.Request
	body   []byte
	before []happening
}

// last is what came right before; the zero happening where it is the first.
func (h happening) last() happening {
	if len(h.before) == 0 {
		return happening{}
	}
	return h.before[len(h.before)-1]
}

// count tells how many pushes of an event came before.
func (h happening) count(e push.Event) int {
	n := 0
	for _, b := range h.before {
		if b.event == e {
			n++
		}
	}
	return n
}

// observed is the reference receiver behind somebody who looks at each request first, and may deal with it in its place.
type observed struct {
	*httptest.Server
	ca string // file of the authority to trust
}

// watched serves one. deal tells whether it has dealt with a request; it is called for one at a time.
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

// reported reads both reports in a folder and holds that they are all there is in it, that they are valid and agree, and that
// each has every requirement.
func reported(t *testing.T, folder string) (d told) {
	t.Helper()
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, e := range entries {
		names = append(names, e.Name())
	}
	if diff := cmp.Diff([]string{"report.json", "report.xml"}, names); diff != "" {
		t.Errorf("the folder of the reports mismatch (-want +got):\n%s", diff)
	}
	data, err := os.ReadFile(filepath.Join(folder, "report.json"))
	if err != nil {
		t.Fatal(err)
	}
	valid(t, data)
	if err := json.Unmarshal(data, &d); err != nil {
		t.Fatal(err)
	}
	data, err = os.ReadFile(filepath.Join(folder, "report.xml"))
	if err != nil {
		t.Fatal(err)
	}
	var junit struct {
		Cases []struct {
			Name string `xml:"name,attr"`
		} `xml:"testsuite>testcase"`
	}
	if err := xml.Unmarshal(data, &junit); err != nil {
		t.Fatalf("the junit report: %v", err)
	}
	var ids []string
	for _, row := range d.Requirements {
		ids = append(ids, row.ID)
	}
	if diff := cmp.Diff(requirements.IDs(), ids); diff != "" {
		t.Errorf("requirements in the report mismatch (-want +got):\n%s", diff)
	}
	var cases []string
	for _, c := range junit.Cases {
		if slices.Contains(ids, c.Name) {
			cases = append(cases, c.Name)
		}
	}
	if diff := cmp.Diff(ids, cases); diff != "" {
		t.Errorf("requirements in the junit report mismatch (-want +got):\n%s", diff)
	}
	return d
}

// valid holds a JSON report against its schema.
func valid(t *testing.T, data []byte) {
	t.Helper()
	schema, err := published()
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatalf("the json report: %v", err)
	}
	if err := schema.Validate(document); err != nil {
		t.Errorf("the json report: %v", err)
	}
}

// published is the schema of the JSON report.
var published = sync.OnceValues(func() (*jsonschema.Schema, error) {
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(report.Schema()))
	if err != nil {
		return nil, err
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("report.schema.json", document); err != nil {
		return nil, err
	}
	return c.Compile("report.schema.json")
})

// unheard is an address of this machine where nobody listens, and nobody else can.
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

// silent accepts connections and says nothing. accepted is closed with the first.
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
