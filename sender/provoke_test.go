package sender

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/internal/certs"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestEndOfAStimulusDependsOnTheResponse(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, sent string
		want       transcript.End
		detail     string
	}{
		{"a response", responseWith(emptyResponse), transcript.Complete, ""},
		{"a response after informational responses", "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early\r\n\r\n" + responseWith(emptyResponse), transcript.Complete, ""},
		{"a switch to another protocol", "HTTP/1.1 101 Switching Protocols\r\nUpgrade: h2c\r\n\r\n", transcript.NotHTTP, "switched protocols"},
		{"a response without the empty line after the last chunk", xmlHead + "Content-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk(toGzip(t, emptyResponse)) + "0\r\n", transcript.Complete, ""},
		{"no response", "", transcript.Dropped, "EOF"},
		{"half a head", okLine, transcript.Truncated, "unexpected EOF"},
		{"a line that is no header", okLine + strings.Repeat("PHP Warning ", 99) + "\r\n\r\n", transcript.NotHTTP, "PHP Warning"},
	} {
		r := startRecorder(t, func(b []byte) bool { return strings.HasSuffix(string(b), "\r\n\r\n") }, tt.sent)
		x := r.sender(Limits{}).Provoke(t.Context(), experiment.Stimulus{Method: "GET"})
		if x.End != tt.want || x.End == transcript.Complete && x.Status != 200 || !strings.Contains(x.Detail, tt.detail) || len([]rune(x.Detail)) > maxDetailLength+1 {
			t.Errorf("%s: End %q (%s), want %q with %q", tt.name, x.End, x.Detail, tt.want, tt.detail)
		}
	}
}

func TestTransportPolicyAppliesToStimuli(t *testing.T) {
	t.Parallel()
	cas := newAuthorities(t)
	var recorder requestRecorder
	receiver := listen(t, serveInsideTLS(serverConfig(cas.issue(cas.public, certs.Leaf{})), recorder.serve(func(*http.Request) string { return responseWith("") })))
	u := receiver.url(t, "https", "127.0.0.1")
	u.User = url.UserPassword("doc", "delorean")
	s := New(Options{Incoming: u, Header: http.Header{"Host": {"other.example"}}})
	s.dialer.Trust.Roots = cas.dialer().Trust.Roots
	for _, credentialsRequested := range []bool{false, true} {
		s.credentialsRequested.Store(credentialsRequested)
		if x := s.Provoke(t.Context(), experiment.Stimulus{Method: "GET"}); x.End != transcript.Complete || x.Status != 200 {
			t.Errorf("End %q (%s), status %d, want it complete over TLS", x.End, x.Detail, x.Status)
		}
	}
	receiver.waitAndClose()
	var got []string
	for _, r := range recorder.requests {
		got = append(got, fmt.Sprint(r.Host, " ", r.Header.Get("Authorization")))
	}
	if want := "other.example |other.example Basic ZG9jOmRlbG9yZWFu"; strings.Join(got, "|") != want {
		t.Errorf("hosts and credentials %q, want %q", got, want)
	}
	for _, stopPoint := range []experiment.StopPoint{experiment.AtEnd, experiment.BeforeFirstByte} {
		stimulus := experiment.Stimulus{StopPoint: stopPoint}
		x, release := s.Occupy(t.Context(), stimulus)
		release()
		if x.End != transcript.NotConnected || x.Failure != endpoint.ConnectionRefused || x.Detail == "" {
			t.Errorf("a receiver that has stopped listening: End %q, Failure %q (%s)", x.End, x.Failure, x.Detail)
		}
		x, release = New(Options{Incoming: u, RoundTripper: acceptingReceiver{}}).Occupy(t.Context(), stimulus)
		release()
		if x.End != transcript.Interrupted || !strings.Contains(x.Detail, "needs a network") {
			t.Errorf("without a network: End %q (%s)", x.End, x.Detail)
		}
	}
}

func TestStimulusThatStopsBeforeTheFirstByteMakesNoHandshake(t *testing.T) {
	t.Parallel()
	cas := newAuthorities(t)
	goodConfig, badConfig := serverConfig(cas.issue(cas.public, certs.Leaf{})), serverConfig(cas.selfSigned(certs.Leaf{}))
	rawByteCounts := make(chan int, 1)
	firstConnection := make(chan struct{}, 1)
	firstConnection <- struct{}{}
	receiver := listen(t, func(c net.Conn) int {
		select {
		case <-firstConnection:
			return speakTLS(goodConfig)(c)
		default:
			n, _ := io.Copy(io.Discard, c)
			rawByteCounts <- int(n)
			return int(n)
		}
	})
	s := New(Options{Incoming: receiver.url(t, "https", "127.0.0.1")})
	s.dialer.Trust.Roots = cas.dialer().Trust.Roots
	x, release := s.Occupy(t.Context(), experiment.Stimulus{StopPoint: experiment.BeforeFirstByte})
	release()
	if x.End != transcript.HeldOpen {
		t.Fatalf("End %q (%s), want it held open", x.End, x.Detail)
	}
	if n := <-rawByteCounts; n != 0 {
		t.Errorf("%d bytes were sent, want none", n)
	}

	blockedReceiver := listen(t, speakTLS(badConfig))
	s = New(Options{Incoming: blockedReceiver.url(t, "https", "127.0.0.1")})
	x, release = s.Occupy(t.Context(), experiment.Stimulus{StopPoint: experiment.BeforeFirstByte})
	release()
	if _, dials := blockedReceiver.close(); x.End != transcript.BlockedEnd || dials != 1 {
		t.Errorf("End %q after %d connections, want it blocked after the inspection", x.End, dials)
	}
}

// A certificate that was good at the inspection may be bad when the stimulus is sent.
func TestStimulusIsNotSentIfTheCertificateHasBecomeBad(t *testing.T) {
	t.Parallel()
	cas := newAuthorities(t)
	var hosts []string
	for i := range 9 {
		hosts = append(hosts, fmt.Sprintf("%s%d.test", strings.Repeat("hill-valley-", 4), i))
	}
	goodConfig, badConfig := serverConfig(cas.issue(cas.public, certs.Leaf{})), serverConfig(cas.issue(cas.public, certs.Leaf{Hosts: hosts}))
	firstConnection := make(chan struct{}, 1)
	firstConnection <- struct{}{}
	receiver := listen(t, func(c net.Conn) int {
		select {
		case <-firstConnection:
			return speakTLS(goodConfig)(c)
		default:
			return speakTLS(badConfig)(c)
		}
	})
	s := New(Options{Incoming: receiver.url(t, "https", "127.0.0.1")})
	s.dialer.Trust.Roots = cas.dialer().Trust.Roots
	x := s.Provoke(t.Context(), experiment.Stimulus{Method: "GET"})
	if x.End != transcript.BlockedEnd || !strings.Contains(x.Detail, "name-matches") || len([]rune(x.Detail)) != maxDetailLength+1 {
		t.Errorf("End %q (%s), want it blocked, with a reason that is cut to the limit", x.End, x.Detail)
	}
	if bytes, dials := receiver.waitAndClose(); bytes != 0 || dials != 2 {
		t.Errorf("%d bytes in %d connections, want none in 2", bytes, dials)
	}
}
