package sender

import (
	"bufio"
	"bytes"
	"io"
	"net"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/transcript"
)

// recorder is a receiver that records every byte of its connections. When isEnough returns true, the recorder sends a response and closes
// the connection.
type recorder struct {
	url          *url.URL
	mu           sync.Mutex
	closeOnce    sync.Once
	bytes        []byte        // the bytes of all connections
	recordedMore chan struct{} // gets a value after bytes were recorded
	closed       chan struct{} // closed when a connection with bytes was closed by either side
}

func startRecorder(t *testing.T, isEnough func([]byte) bool, response string) *recorder {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &recorder{url: &url.URL{Scheme: "http", Host: l.Addr().String(), Path: "/push"}, recordedMore: make(chan struct{}, 1), closed: make(chan struct{})}
	var group sync.WaitGroup
	group.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			group.Go(func() { r.serve(c, isEnough, response) })
		}
	})
	t.Cleanup(func() {
		_ = l.Close()
		group.Wait()
	})
	return r
}

func (r *recorder) serve(c net.Conn, isEnough func([]byte) bool, response string) {
	defer c.Close()
	piece := make([]byte, 64<<10)
	connBytes := 0
	for {
		n, err := c.Read(piece)
		r.mu.Lock()
		r.bytes = append(r.bytes, piece[:n]...)
		connBytes += n
		all := r.bytes
		r.mu.Unlock()
		select {
		case r.recordedMore <- struct{}{}:
		default:
		}
		if err != nil || isEnough(all) {
			break
		}
	}
	if connBytes == 0 {
		return // a connection of Inspect, or a connection on which nothing was sent
	}
	_, _ = io.WriteString(c, response)
	_ = c.(*net.TCPConn).CloseWrite()
	r.closeOnce.Do(func() { close(r.closed) })
}

func (r *recorder) sender(limits Limits) *Sender {
	return New(Options{Incoming: r.url, Trust: endpoint.Trust{AllowHTTP: true}, Limits: limits})
}

func (r *recorder) recordedBytes() string {
	r.mu.Lock()
	defer r.mu.Unlock()
	return string(bytes.Clone(r.bytes))
}

func TestStimulusIsSentByteForByte(t *testing.T) {
	t.Parallel()
	const refused = "HTTP/1.1 400 Bad Request\r\nContent-Length: 0\r\n\r\n"
	tests := []struct {
		name        string
		stimulus    experiment.Stimulus
		requestLine string
		headers     map[string]string // "": the header is missing
		body        string
	}{
		{"a GET", experiment.Stimulus{Method: "GET"}, "GET /push HTTP/1.1", map[string]string{"content-length": "", "content-type": ""}, ""},
		{"an empty body", experiment.Stimulus{ContentType: "text/plain"}, "POST /push HTTP/1.1", map[string]string{"content-length": "0", "content-type": "text/plain"}, ""},
		{"a broken percent-encoding", experiment.Stimulus{ContentType: "x/y", Body: []byte("event=newCall&from=%zz%F%")}, "POST /push HTTP/1.1",
			map[string]string{"content-length": "25", "user-agent": "sipgate.io"}, "event=newCall&from=%zz%F%"},
		{"a bad Host header", experiment.Stimulus{Host: "[no host]:port", Body: []byte("a=b")}, "POST /push HTTP/1.1", map[string]string{"host": "[no host]:port"}, "a=b"},
		{"a long body", experiment.Stimulus{Body: []byte("a="), Padding: 5}, "POST /push HTTP/1.1", map[string]string{"content-length": "7", "content-type": ""}, "a=aaaaa"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			isComplete := func(b []byte) bool {
				_, body, ok := strings.Cut(string(b), "\r\n\r\n")
				return ok && len(body) >= len(test.body)
			}
			r := startRecorder(t, isComplete, refused)
			test.stimulus.Name = test.name
			x := r.sender(Limits{}).Provoke(t.Context(), test.stimulus)
			if x.End != transcript.Complete || x.Status != 400 || !x.Odd || x.ForeignName != test.name {
				t.Errorf("exchange %s, status %d, odd %t, raw %q, want a complete 400", x.End, x.Status, x.Odd, x.ForeignName)
			}
			head, body, _ := strings.Cut(r.recordedBytes(), "\r\n\r\n")
			lines := strings.Split(head, "\r\n")
			if lines[0] != test.requestLine || body != test.body {
				t.Errorf("sent %q with the body %q, want %q with %q", lines[0], body, test.requestLine, test.body)
			}
			got := map[string]string{}
			for name := range test.headers {
				got[name] = ""
				for _, l := range lines[1:] {
					if n, v, _ := strings.Cut(l, ": "); strings.EqualFold(n, name) {
						got[name] += v
					}
				}
			}
			for _, l := range lines[1:] {
				if name, value, _ := strings.Cut(l, ": "); value == "" || name == "Authorization" {
					t.Errorf("there is the header line %q, want no such header", l)
				}
			}
			if test.stimulus.Host == "" && !strings.Contains(head, "\r\nHost: "+r.url.Host+"\r\n") {
				t.Errorf("sent %q, want the host of the URL in it", head)
			}
			if diff := cmp.Diff(test.headers, got); diff != "" {
				t.Errorf("headers mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestRestOfALongBodyIsNotSentAfterARefusal(t *testing.T) {
	t.Parallel()
	r := startRecorder(t, func(b []byte) bool { return len(b) > 4<<10 }, "HTTP/1.1 413 Too Large\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
	const size = 64 << 20
	x := r.sender(Limits{}).Provoke(t.Context(), experiment.Stimulus{Name: "a long body", Padding: size})
	if x.End == transcript.TimedOut || x.End == transcript.NotConnected {
		t.Errorf("exchange %s: %s, want a response or a closed connection", x.End, x.Detail)
	}
	if n := len(r.recordedBytes()); n > size/8 {
		t.Errorf("%d bytes were sent to a receiver that had refused after 4 KiB", n)
	}
}

func TestUnfinishedStimulusStopsAtItsStopPoint(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		stimulus experiment.Stimulus
		want     func(string) bool
	}{
		{"half a request", experiment.Stimulus{StopPoint: experiment.InHeader}, func(s string) bool {
			return strings.HasPrefix(s, "POST /push HTTP/1.1\r\n") && strings.HasSuffix(s, "\r\nX-Sipgate-") && !strings.Contains(s, "\r\n\r\n")
		}},
		{"a body that never ends", experiment.Stimulus{StopPoint: experiment.EndlessBody, Body: []byte("event=newCall")}, func(s string) bool {
			head, body, _ := strings.Cut(s, "\r\n\r\n")
			return strings.Contains(head, "Transfer-Encoding: chunked") && strings.HasPrefix(body, "d\r\nevent=newCall\r\n1\r\na\r\n1\r\na\r\n") && !strings.Contains(body, "0\r\n")
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			otherReceiver := startRecorder(t, func([]byte) bool { return false }, "") // a second stimulus at the same time
			_, end := otherReceiver.sender(Limits{}).Occupy(t.Context(), experiment.Stimulus{StopPoint: experiment.InHeader})
			defer func() {
				end()
				<-otherReceiver.closed
				if s := otherReceiver.recordedBytes(); !strings.HasSuffix(s, "\r\nX-Sipgate-") {
					t.Errorf("sent %q, want it to stop in the middle of a header line", s)
				}
			}()
			r := startRecorder(t, func(b []byte) bool { return false }, "")
			x, release := r.sender(Limits{Pace: 2}).Occupy(t.Context(), experiment.Stimulus{Name: test.name, StopPoint: test.stimulus.StopPoint, Body: test.stimulus.Body})
			if x.End != transcript.HeldOpen || x.ForeignName != test.name || !x.Odd || x.TimeLimit != 20*time.Second || x.Duration <= 0 {
				t.Errorf("exchange %+v, want it held open", x)
			}
			timeout := time.After(10 * time.Second)
			for !test.want(r.recordedBytes()) {
				select {
				case <-r.recordedMore:
				case <-timeout:
					t.Fatalf("sent %q", r.recordedBytes())
				}
			}
			select {
			case <-r.closed:
				t.Error("the connection was closed before release")
			default:
			}
			release()
			<-r.closed
		})
	}
}

func TestStimulusThatStopsBeforeTheFirstByteSendsNoBytes(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	s := New(Options{Incoming: &url.URL{Scheme: "http", Host: l.Addr().String()}, Trust: endpoint.Trust{AllowHTTP: true}})
	s.Inspect(t.Context(), s.opts.Incoming)
	if c, err := l.Accept(); err == nil { // the connection of Inspect
		_ = c.Close()
	}
	x, release := s.Occupy(t.Context(), experiment.Stimulus{StopPoint: experiment.BeforeFirstByte})
	c, err := l.Accept()
	if err != nil || x.End != transcript.HeldOpen {
		t.Fatalf("accepting: %v, exchange %s", err, x.End)
	}
	defer c.Close()
	release()
	if b, err := bufio.NewReader(c).ReadByte(); err != io.EOF {
		t.Errorf("the connection got %q (%v), want no byte", b, err)
	}
}

func TestStimulusIsNotSentOverABlockedTransport(t *testing.T) {
	t.Parallel()
	r := startRecorder(t, func(b []byte) bool { return len(b) > 0 }, "")
	s := New(Options{Incoming: r.url}) // plain HTTP that is not allowed
	x := s.Provoke(t.Context(), experiment.Stimulus{Method: "GET"})
	heldExchange, release := s.Occupy(t.Context(), experiment.Stimulus{StopPoint: experiment.InHeader})
	release()
	if x.End != transcript.BlockedEnd || heldExchange.End != transcript.BlockedEnd || r.recordedBytes() != "" {
		t.Errorf("exchanges %s and %s, sent %q; want both blocked, and nothing sent", x.End, heldExchange.End, r.recordedBytes())
	}
}

func TestStimulusWithoutResponseEndsAtTheLimit(t *testing.T) {
	t.Parallel()
	r := startRecorder(t, func([]byte) bool { return false }, "")
	const limit = 100 * time.Millisecond
	s := r.sender(Limits{Exchange: limit})
	x := s.Provoke(t.Context(), experiment.Stimulus{Method: "GET"})
	if x.End != transcript.TimedOut || x.TimeLimit != limit {
		t.Errorf("exchange %s with the limit %s, want it timed out after %s", x.End, x.TimeLimit, limit)
	}
}
