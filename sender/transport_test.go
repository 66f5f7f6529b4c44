package sender

import (
	"bufio"
	"context"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestAPushOnTheWire(t *testing.T) {
	t.Parallel()
	heard := make(chan string, 1)
	rt, to := hostile(t, Limits{}, func(p *peer) {
		var b strings.Builder
		p.in = bufio.NewReader(io.TeeReader(p, &b))
		if p.hear() {
			heard <- b.String()
			p.say(sized(""))
		}
	})
	to.User, to.RawQuery, to.Fragment = nil, "token=1.21", "part"
	x := roundTrip(t.Context(), rt, request{URL: to, Body: []byte(someForm)}, Limits{})
	if x.End != transcript.Complete {
		t.Fatalf("End %q (%s)", x.End, x.Detail)
	}
	want := strings.ReplaceAll(`POST /push?token=1.21 HTTP/1.1
Host: `+to.Host+`
User-Agent: sipgate.io
Content-Length: 61
Accept: application/xml, text/plain, text/html
Accept-Charset: utf-8
Accept-Encoding: gzip,deflate
Content-Type: application/x-www-form-urlencoded; charset=UTF-8
X-SIPGATE-JOBS: http://www.sipgate.de/jobs

`, "\n", "\r\n") + someForm
	if diff := cmp.Diff(want, <-heard); diff != "" {
		t.Errorf("request mismatch (-want +got):\n%s", diff)
	}
}

func TestOneTimeLimitCoversEverything(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		dial    time.Duration
		respond time.Duration
		end     transcript.End
		took    time.Duration
		why     string
	}{
		{"prompt", 0, time.Millisecond, transcript.Complete, time.Millisecond, ""},
		{"slow to connect", 2 * time.Second, time.Second, transcript.Complete, time.Second, "dialling is no part of what the response took"},
		{"just in time", time.Second, 9*time.Second - 1, transcript.Complete, 9*time.Second - 1, ""},
		{"just too late", 0, 10*time.Second + 1, transcript.TimedOut, 10 * time.Second, ""},
		{"too late with dialling", 2 * time.Second, 9 * time.Second, transcript.TimedOut, 8 * time.Second, "dialling counts against the limit"},
		{"no connection", 11 * time.Second, 0, transcript.NotConnected, 10 * time.Second, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				rt := newTransport(func(ctx context.Context, _, _ string, _ bool) (net.Conn, error) {
					select {
					case <-time.After(tt.dial):
					case <-ctx.Done():
						return nil, ctx.Err()
					}
					near, far := net.Pipe()
					go func() {
						defer far.Close()
						if r, err := http.ReadRequest(bufio.NewReader(far)); err == nil {
							_, _ = io.Copy(io.Discard, r.Body)
							select {
							case <-time.After(tt.respond):
								_, _ = io.WriteString(far, sized(emptyResponse))
							case <-t.Context().Done():
							}
						}
					}()
					return near, nil
				}, Limits{})
				defer rt.CloseIdleConnections()
				x := roundTrip(t.Context(), rt, request{URL: parsed(t, "http://receiver.example/"), Body: []byte(someForm)}, Limits{})
				if x.End != tt.end || x.Took != tt.took {
					t.Errorf("End %q (%s), Took %v, want %q and %v; %s", x.End, x.Detail, x.Took, tt.end, tt.took, tt.why)
				}
			})
		})
	}
}

func TestAConnectionIsHeardOnlyOnceItWasAsked(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		w := newWire(near)
		go io.WriteString(far, "220 receiver.example ready\r\n")
		read := ""
		go func() {
			buffer := make([]byte, 3)
			n, _ := w.Read(buffer)
			read = string(buffer[:n])
		}()
		synctest.Wait()
		if read != "" {
			t.Errorf("read %q before anything was asked", read)
		}
		w.take()
		go io.ReadFull(far, make([]byte, 1))
		_, _ = w.Write([]byte("P"))
		synctest.Wait()
		if read != "220" || w.responseHead() != "220" {
			t.Errorf("read %q, head %q after the request, want the greeting as its response", read, w.responseHead())
		}
		_ = w.Close()
		_ = far.Close()
	})
}

func TestClosingAConnectionThatWasNeverUsedEndsItsReader(t *testing.T) {
	t.Parallel()
	near, far := net.Pipe()
	defer far.Close()
	w := newWire(near)
	ended := make(chan error)
	go func() {
		_, err := w.Read(make([]byte, 1))
		ended <- err
	}()
	_ = w.Close()
	if err := <-ended; err == nil {
		t.Error("Read of a closed connection gave no error")
	}
}

func TestWhatIsSaidBetweenTwoPushesEndsTheConnection(t *testing.T) {
	t.Parallel()
	near, far := net.Pipe()
	defer near.Close()
	defer far.Close()
	w := newWire(near)
	w.take()
	go io.ReadFull(far, make([]byte, 1))
	_, _ = w.Write([]byte("P"))
	w.giveBack()
	go io.WriteString(far, sized(emptyResponse))
	if n, err := w.Read(make([]byte, 100)); n != 0 || err != io.EOF {
		t.Errorf("Read = %d, %v, want the end", n, err)
	}
}

func TestAConnectionThatWasGivenBackTellsWhenItIsSafe(t *testing.T) {
	t.Parallel()
	used := func() (*wire, net.Conn) {
		near, far := net.Pipe()
		w := newWire(near)
		w.take()
		go io.ReadFull(far, make([]byte, 1))
		_, _ = w.Write([]byte("P"))
		return w, far
	}
	for name, then := range map[string]func(*wire){
		"it listens":   func(w *wire) { go w.Read(make([]byte, 1)) },
		"it is taken":  func(w *wire) { w.take() },
		"it is closed": func(w *wire) { _ = w.Close() },
	} {
		synctest.Test(t, func(t *testing.T) {
			w, far := used()
			a := &attempt{quiet: w.giveBack()}
			settled := false
			go func() { a.settle(t.Context()); settled = true }()
			synctest.Wait()
			if settled {
				t.Errorf("%s: settled before it did", name)
			}
			then(w)
			synctest.Wait()
			if !settled {
				t.Errorf("%s: not settled after it did", name)
			}
			_ = w.Close()
			_ = far.Close()
		})
	}
	for name, before := range map[string]func(*wire){
		"taken by the next push already": func(w *wire) { w.take() },
		"closed already":                 func(w *wire) { _ = w.Close() },
	} {
		w, far := used()
		before(w)
		if w.giveBack() != nil {
			t.Errorf("%s: there is something to wait for", name)
		}
		_ = w.Close()
		_ = far.Close()
	}
}

// refusing is a connection that breaks on the first Write and says why only afterwards.
type refusing struct {
	net.Conn
	written chan struct{}
	said    io.Reader
	err     error
}

func (c *refusing) Write([]byte) (int, error) {
	close(c.written)
	return 0, syscall.EPIPE
}

func (c *refusing) Read(p []byte) (int, error) {
	<-c.written
	if n, err := c.said.Read(p); err == nil {
		return n, nil
	}
	return 0, c.err
}

func TestWhatAReceiverSaidBeforeItClosedCountsMoreThanABrokenPipe(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, said string
		err        error
		end        transcript.End
		failure    endpoint.Failure
	}{
		{"a response", sized(emptyResponse), io.EOF, transcript.Complete, endpoint.None},
		{"an alert", "", &connectError{Failure: endpoint.ClientCertificate, Err: io.EOF}, transcript.NotConnected, endpoint.ClientCertificate},
		{"nothing", "", syscall.ECONNRESET, transcript.Dropped, endpoint.None},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			rt := newTransport(func(context.Context, string, string, bool) (net.Conn, error) {
				near, far := net.Pipe()
				t.Cleanup(func() { far.Close() })
				return &refusing{near, make(chan struct{}), strings.NewReader(tt.said), tt.err}, nil
			}, Limits{})
			x := roundTrip(t.Context(), rt, request{URL: parsed(t, receiverURL), Body: []byte(someForm)}, Limits{})
			if x.End != tt.end || x.Failure != tt.failure || x.Retry {
				t.Errorf("End %q (%s), Failure %q, Retry %v", x.End, x.Detail, x.Failure, x.Retry)
			}
		})
	}
}

func TestABrokenPipeIsExplainedByWhatWasReadBeforeIt(t *testing.T) {
	t.Parallel()
	alert := &connectError{Failure: endpoint.ClientCertificate, Err: io.EOF}
	for _, tt := range []struct{ read, want error }{{alert, alert}, {io.EOF, syscall.EPIPE}} {
		synctest.Test(t, func(t *testing.T) {
			w := newWire(&refusing{written: make(chan struct{}), said: strings.NewReader("H"), err: tt.read})
			w.take()
			var failed error
			go func() { _, failed = w.Write([]byte("P")) }()
			if n, err := w.Read(make([]byte, 1)); n != 1 || err != nil {
				t.Fatalf("Read = %d, %v, want a byte", n, err)
			}
			synctest.Wait()
			if failed != nil {
				t.Errorf("Write = %v before all was read", failed)
			}
			w.giveBack() // also what comes between two pushes explains it
			_, _ = w.Read(make([]byte, 1))
			synctest.Wait()
			if failed != tt.want {
				t.Errorf("Write = %v, want %v", failed, tt.want)
			}
		})
	}
}

func TestTheHeadOfAResponseIsThatOfTheLastPush(t *testing.T) {
	t.Parallel()
	near, far := net.Pipe()
	defer near.Close()
	defer far.Close()
	w := newWire(near)
	w.begin.Do(func() { close(w.begun) })
	for _, said := range []string{"HTTP/1.1", "SSH-2.0"} {
		w.take()
		go io.WriteString(far, said)
		if _, err := w.Read(make([]byte, 100)); err != nil || string(w.responseHead()) != said {
			t.Errorf("the head is %q (%v), want %q", w.responseHead(), err, said)
		}
		w.giveBack()
	}
}

func TestADialThatNoExchangeAskedForKeepsItsOwnContext(t *testing.T) {
	t.Parallel()
	own, cancel := context.WithCancel(t.Context())
	defer cancel()
	exchange := withExchange(t.Context())
	for name, tt := range map[string]struct{ give, want context.Context }{
		"an exchange": {context.WithoutCancel(exchange), t.Context()}, "none": {own, own},
	} {
		var got context.Context
		rt := newTransport(func(ctx context.Context, _, _ string, _ bool) (net.Conn, error) {
			got = ctx
			return nil, io.EOF
		}, Limits{})
		if _, err := rt.DialContext(tt.give, "tcp", "receiver.example:80"); err == nil || got != tt.want {
			t.Errorf("%s: dialled in %v, want %v", name, got, tt.want)
		}
	}
}

// staleOnly is a transport all of whose connections were closed by the receiver while they were idle.
type staleOnly struct{ tries int }

func (s *staleOnly) RoundTrip(r *http.Request) (*http.Response, error) {
	s.tries++
	httptrace.ContextClientTrace(r.Context()).GotConn(httptrace.GotConnInfo{Reused: true})
	return nil, io.EOF
}

func TestRepeatingHasAnEnd(t *testing.T) {
	t.Parallel()
	var rt staleOnly
	x := roundTrip(t.Context(), &rt, request{URL: parsed(t, receiverURL)}, Limits{})
	if x.End != transcript.Dropped || !x.Retry || rt.tries != maxTries {
		t.Errorf("End %q (%s), Retry %v after %d tries, want %d", x.End, x.Detail, x.Retry, rt.tries, maxTries)
	}
}

func FuzzWhateverComesBackEndsTheExchange(f *testing.F) {
	for _, s := range []string{
		"", "HTT", sized(emptyResponse), okLine, chunked + chunk(emptyResponse) + "0\r\nX-Doc: Brown\r\n\r\n",
		asXML + "Content-Encoding: deflate\r\n\r\n\x78\x9c\x03\x00", asXML + "Content-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x00",
		"HTTP/1.1 401 No\r\nWWW-Authenticate: Basic\r\n\r\n", "HTTP/1.1 103 Early\r\n\r\n" + sized(""),
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, said []byte) {
		rt := newTransport(func(context.Context, string, string, bool) (net.Conn, error) {
			near, far := net.Pipe()
			go func() {
				defer far.Close()
				if r, err := http.ReadRequest(bufio.NewReader(far)); err == nil {
					_, _ = io.Copy(io.Discard, r.Body)
					_, _ = far.Write(said)
				}
			}()
			return near, nil
		}, Limits{})
		defer rt.CloseIdleConnections()
		limits := Limits{Exchange: 5 * time.Second}
		req := request{URL: parsed(t, "http://doc:delorean@receiver.example/"), Body: []byte(someForm), ReadDocument: true}
		x := roundTrip(t.Context(), rt, req, limits)
		switch x.End {
		case transcript.Complete, transcript.Dropped, transcript.Truncated, transcript.NotHTTP, transcript.HeadersTooLong,
			transcript.BodyTooLong, transcript.BadEncoding, transcript.NeverEnded:
		default:
			t.Errorf("End = %q (%s)", x.End, x.Detail)
		}
		if (x.Detail == "") != (x.End == transcript.Complete) {
			t.Errorf("End %q with Detail %q", x.End, x.Detail)
		}
	})
}
