package report_test

import (
	"bufio"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/internal/certs"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/transcript"
)

// receivedRequest holds the parts of a request that receivers look at.
type receivedRequest struct {
	RequestLine, Host string
	Header            http.Header
	Length            int64
	Chunked           bool
	BodySHA256        string
}

// startReceiver starts a receiver that refuses every request with status 400. It returns the receiver's URL, the authority of its
// certificate, the file with the authority's certificate, and a channel of the requests that the receiver gets.
func startReceiver(t *testing.T) (target *url.URL, authority *certs.Authority, caFile string, received <-chan receivedRequest) {
	t.Helper()
	authority, err := certs.NewAuthority("pushcheck test", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := authority.Issue(certs.Leaf{Hosts: []string{"localhost", "127.0.0.1"}})
	if err != nil {
		t.Fatal(err)
	}
	l, err := tls.Listen("tcp", "127.0.0.1:0", &tls.Config{Certificates: []tls.Certificate{leaf}, NextProtos: []string{"h2", "http/1.1"}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	requests := make(chan receivedRequest, 8)
	go func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go serveRequest(c, requests)
		}
	}()
	caFile = filepath.Join(t.TempDir(), "it's ca.pem")
	if err := os.WriteFile(caFile, authority.RootPEM(), 0o600); err != nil {
		t.Fatal(err)
	}
	target, err = url.Parse("https://" + l.Addr().String() + "/push?a=1&b=$HOME")
	if err != nil {
		t.Fatal(err)
	}
	return target, authority, caFile, requests
}

func serveRequest(c net.Conn, received chan<- receivedRequest) {
	defer c.Close()
	r, err := http.ReadRequest(bufio.NewReader(c))
	if err != nil {
		return // pushcheck made this connection only to look at the certificate
	}
	hash := sha256.New()
	n, err := io.Copy(hash, r.Body)
	if err != nil {
		return
	}
	for _, name := range []string{"Accept-Charset", "Accept-Encoding", "X-Sipgate-Jobs", "Connection"} { // the curl line does not send these headers; with Accept-Encoding, curl would show a compressed body undecoded
		r.Header.Del(name)
	}
	_, _ = io.WriteString(c, "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
	received <- receivedRequest{
		RequestLine: r.Method + " " + r.RequestURI + " " + r.Proto, Host: r.Host, Header: r.Header, Length: n,
		Chunked: len(r.TransferEncoding) > 0, BodySHA256: fmt.Sprintf("%x", hash.Sum(nil)),
	}
}

func TestCurlLineSendsWhatPushcheckSent(t *testing.T) {
	t.Parallel()
	shell, err := exec.LookPath("sh")
	if err != nil {
		t.Skip("the lines are for a POSIX shell, and there is none here")
	}
	if _, err := exec.LookPath("curl"); err != nil {
		t.Skip("the lines are for curl, and there is none here")
	}
	newCall := push.Push{Event: push.NewCall, Direction: push.Incoming, From: "491713920011", To: "493023125001", CallID: "5550123", Users: []string{"Doc"}}
	pushSender := func(twist experiment.Twist) func(*sender.Sender, *url.URL) transcript.Exchange {
		return func(s *sender.Sender, receiverURL *url.URL) transcript.Exchange {
			return s.Play(t.Context(), sender.CallToPlay{Call: call.SinglePush(newCall, "Doc", receiverURL.String()), Twist: twist}).Exchanges[0]
		}
	}
	tests := map[string]func(*sender.Sender, *url.URL) transcript.Exchange{
		"a plain push":              pushSender(experiment.Twist{}),
		"the captured push":         pushSender(experiment.CapturedPush()),
		"the altered captured push": pushSender(experiment.AlteredCapturedPush()),
	}
	for _, namedStimulus := range experiment.NamedStimuli() {
		stimulus := namedStimulus.Twist().Stimulus(newCall.Form(push.ObservedDialect()))
		if stimulus.StopPoint != experiment.AtEnd {
			continue // curl cannot send an unfinished request
		}
		tests[stimulus.Name] = func(s *sender.Sender, _ *url.URL) transcript.Exchange {
			return s.Provoke(t.Context(), stimulus)
		}
	}
	for name, send := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			receiverURL, authority, caFile, received := startReceiver(t)
			s := sender.New(sender.Options{
				Incoming: receiverURL, Trust: endpoint.Trust{ExtraAuthorities: []*x509.Certificate{authority.Root}}, Header: http.Header{"X-Tenant": {"hill valley's"}}, Dialect: push.ObservedDialect(),
			})
			ex := send(s, receiverURL)
			line := report.CurlLine(ex, "--cacert", caFile, "-H", "X-Tenant: hill valley's")
			if printed, err := exec.CommandContext(t.Context(), shell, "-c", line).CombinedOutput(); err != nil {
				t.Fatalf("sh -c %q: %v\n%s", line, err, printed)
			}
			want, got := <-received, <-received
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("what arrived from %q mismatch (-pushcheck +curl):\n%s", line, diff)
			}
		})
	}
}

func TestCurlLineOfARequestThatCurlCannotSendIsAComment(t *testing.T) {
	t.Parallel()
	receiverURL, authority, _, _ := startReceiver(t)
	s := sender.New(sender.Options{Incoming: receiverURL, Trust: endpoint.Trust{ExtraAuthorities: []*x509.Certificate{authority.Root}}})
	got := map[string]string{}
	for _, stimulus := range experiment.NamedStimuli() {
		st := stimulus.Twist().Stimulus(push.Form{{Name: "event", Value: "newCall"}})
		if st.StopPoint == experiment.AtEnd {
			continue
		}
		x, release := s.Occupy(t.Context(), st)
		release()
		got[st.Name] = report.CurlLine(x)
	}
	want := map[string]string{}
	for _, name := range []string{"a connection that sends nothing", "half a request", "a body that never ends"} {
		want[name] = "# curl cannot send " + name
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("CurlLine mismatch (-want +got):\n%s", diff)
	}
}
