package sender

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestPushHasTheseBytesOnTheWire(t *testing.T) {
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

func TestOneTimeLimitCoversDiallingAndTheResponse(t *testing.T) {
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
		{"slow to connect", 2 * time.Second, time.Second, transcript.Complete, time.Second, "Took does not include dialling"},
		{"just in time", time.Second, 9*time.Second - 1, transcript.Complete, 9*time.Second - 1, ""},
		{"too late", 0, 10*time.Second + 1, transcript.TimedOut, 10 * time.Second, ""},
		{"too late with dialling", 2 * time.Second, 9 * time.Second, transcript.TimedOut, 8 * time.Second, "the limit includes dialling"},
		{"no connection", 11 * time.Second, 0, transcript.NotConnected, 10 * time.Second, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				rt := dialing(func(ctx context.Context, _ *url.URL) (net.Conn, error) {
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
				defer rt.Close()
				x := roundTrip(t.Context(), rt, request{URL: parsed(t, "http://receiver.example/"), Body: []byte(someForm)}, Limits{})
				if x.End != tt.end || x.Took != tt.took {
					t.Errorf("End %q (%s), Took %v, want %q and %v; %s", x.End, x.Detail, x.Took, tt.end, tt.took, tt.why)
				}
			})
		})
	}
}

// refusing is a connection whose first Write fails, and whose Read returns the reason afterwards.
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

func TestResponseIsReadEvenIfWritingThePushFailed(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, said string
		err        error
		end        transcript.End
		failure    endpoint.Failure
	}{
		{"a response", sized(emptyResponse), io.EOF, transcript.Complete, endpoint.NoFailure},
		{"an alert", "", &connectError{Failure: endpoint.ClientCertificate, Err: io.EOF}, transcript.NotConnected, endpoint.ClientCertificate},
		{"nothing", "", syscall.ECONNRESET, transcript.Dropped, endpoint.NoFailure},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			rt := dialing(func(context.Context, *url.URL) (net.Conn, error) {
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

func TestWriteErrorIsTheReasonUnlessTheReadHasABetterOne(t *testing.T) {
	t.Parallel()
	alert := &connectError{Failure: endpoint.ClientCertificate, Err: io.EOF}
	for _, tt := range []struct{ read, want error }{{alert, alert}, {io.EOF, syscall.EPIPE}, {syscall.ECONNRESET, syscall.ECONNRESET}} {
		near, far := net.Pipe()
		c := newConn(&refusing{near, make(chan struct{}), strings.NewReader(""), tt.read}, Limits{})
		if _, err := c.sendAndReadHead(t.Context(), "POST", strings.NewReader("P")); !errors.Is(err, tt.want) {
			t.Errorf("Read failed with %v: ask = %v, want %v", tt.read, err, tt.want)
		}
		_ = far.Close()
	}
}

// stuck is a connection whose other end does not read, and whose Read returns EOF at once.
type stuck struct{ net.Conn }

func (stuck) Read([]byte) (int, error) { return 0, io.EOF }

func TestWriteTimeoutIsNotTheReasonIfTheConnectionEnded(t *testing.T) {
	t.Parallel()
	near, far := net.Pipe()
	defer far.Close()
	if _, err := newConn(stuck{near}, Limits{}).sendAndReadHead(t.Context(), "POST", strings.NewReader("P")); err != io.EOF {
		t.Errorf("ask = %v, want %v", err, io.EOF)
	}
}

func TestConnectionIsNotUsedAgainIfItsContextEnded(t *testing.T) {
	t.Parallel()
	near, far := net.Pipe()
	defer far.Close()
	go func() {
		hears(far)
		_, _ = io.WriteString(far, sized(""))
	}()
	ctx, cancel := context.WithCancel(t.Context())
	c := newConn(near, Limits{})
	defer c.Close()
	resp, err := c.sendAndReadHead(ctx, "POST", bytes.NewReader(request{URL: parsed(t, receiverURL)}.encode()))
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	_ = c.waitForWriter()
	if c.endExchange(resp); !c.ended {
		t.Error("it may be used again, although a deadline may still be set")
	}
}

// played returns a pool whose nth connection, from 1, is served by serve.
func played(serve func(n int, c net.Conn)) *Pool {
	n := 0
	return dialing(func(context.Context, *url.URL) (net.Conn, error) {
		n++
		near, far := net.Pipe()
		go func(n int) {
			defer far.Close()
			serve(n, far)
		}(n)
		return near, nil
	}, Limits{})
}

// hears reads a request and reports whether it could.
func hears(c net.Conn) bool {
	r, err := http.ReadRequest(bufio.NewReader(c))
	if err != nil {
		return false
	}
	_, err = io.Copy(io.Discard, r.Body)
	return err == nil
}

// ending is a connection whose Read returns an error in place of EOF.
type ending struct {
	net.Conn
	end error
}

func (c *ending) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if err == io.EOF {
		err = c.end
	}
	return n, err
}

func TestPushIsSentAgainOnlyIfAnIdleConnectionWasClosed(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		reused bool
		said   string
		err    error
		again  bool
	}{
		{"an idle connection that is closed", true, "", io.EOF, true},
		{"an idle connection that is reset", true, "", syscall.ECONNRESET, true},
		{"a new connection", false, "", io.EOF, false},
		{"a response that began", true, "HTTP/1.1 2", io.ErrUnexpectedEOF, false},
		{"another failure", true, "", errors.New("malformed HTTP response"), false},
		{"a connection that turns out to be unusable", true, "", &connectError{Failure: endpoint.ClientCertificate, Err: io.EOF}, false},
	} {
		for name, cancelled := range map[string]bool{tt.name: false, tt.name + ", and the run is cancelled": true} {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				dialled, heard := 0, 0
				p := dialing(func(context.Context, *url.URL) (net.Conn, error) {
					dialled++
					near, far := net.Pipe()
					again := dialled > 1
					go func() {
						defer far.Close()
						if tt.reused || again {
							hears(far)
							_, _ = io.WriteString(far, sized(emptyResponse))
						}
						if !again && hears(far) {
							heard++
							_, _ = io.WriteString(far, tt.said)
							if cancelled {
								cancel()
								synctest.Wait()
							}
						}
					}()
					return &ending{near, tt.err}, nil
				}, Limits{})
				defer p.Close()
				push := func() transcript.Exchange {
					return roundTrip(ctx, p, request{URL: parsed(t, receiverURL), Body: []byte(someForm)}, Limits{})
				}
				if tt.reused {
					if x := push(); x.End != transcript.Complete || x.Retry {
						t.Fatalf("%s: the first push ended as %q (%s), Retry %v", name, x.End, x.Detail, x.Retry)
					}
				}
				x := push()
				again := tt.again && !cancelled
				if heard != 1 || dialled != map[bool]int{false: 1, true: 2}[again] || x.Retry != again || (x.End == transcript.Complete) != again {
					t.Errorf("%s: heard %d times, %d connections, Retry %v, End %q (%s), want it again: %v", name, heard, dialled, x.Retry, x.End, x.Detail, again)
				}
				if cancelled && x.End != transcript.Interrupted {
					t.Errorf("%s: End %q, want %q", name, x.End, transcript.Interrupted)
				}
			})
		}
	}
}

func TestBytesOrACloseBetweenTwoPushesEndTheConnection(t *testing.T) {
	t.Parallel()
	for name, between := range map[string]func(net.Conn){
		"it is closed":         func(c net.Conn) { _ = c.Close() },
		"a second response":    func(c net.Conn) { _, _ = io.WriteString(c, sized("<Unasked/>")) },
		"a byte":               func(c net.Conn) { _, _ = io.WriteString(c, "H") },
		"nothing of the body":  nil,
		"nothing, for a while": func(c net.Conn) { hears(c); _, _ = io.WriteString(c, sized("<Same/>")) },
	} {
		synctest.Test(t, func(t *testing.T) {
			p := played(func(n int, c net.Conn) {
				hears(c)
				switch {
				case n > 1:
					_, _ = io.WriteString(c, sized("<C2/>"))
				case between == nil:
					_, _ = io.WriteString(c, asXML+"Content-Length: 10000000\r\n\r\n")
				default:
					_, _ = io.WriteString(c, sized("<C1/>"))
					between(c)
				}
				_, _ = io.Copy(io.Discard, c)
			})
			defer p.Close()
			var got []string
			for range 2 {
				x := roundTrip(t.Context(), p, request{URL: parsed(t, receiverURL), Body: []byte(someForm)}, Limits{})
				got = append(got, fmt.Sprint(string(x.ResponseBody), " ", x.Retry))
				synctest.Wait()
			}
			want := []string{"<C1/> false", "<C2/> false"}
			switch name {
			case "nothing of the body":
				want[0] = " false"
			case "nothing, for a while":
				want[1] = "<Same/> false"
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: bodies and Retry mismatch (-want +got):\n%s", name, diff)
			}
		})
	}
}

func TestExchangeWithoutAResponseEndsByTheBytesThatCame(t *testing.T) {
	t.Parallel()
	waits := func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
	says := func(said string, end error) *Pool { // end nil: the connection is held
		return dialing(func(context.Context, *url.URL) (net.Conn, error) {
			near, far := net.Pipe()
			go func() {
				defer far.Close()
				hears(far)
				_, _ = io.WriteString(far, said)
				if end == nil {
					_, _ = io.Copy(io.Discard, far)
				}
			}()
			return &ending{near, end}, nil
		}, Limits{})
	}
	for _, tt := range []struct {
		name   string
		pool   *Pool
		want   transcript.End
		detail string
	}{
		{"a round tripper that waits", through(&scripted{play: func(_ int, r *http.Request) (*http.Response, error) { return nil, waits(r.Context()) }}), transcript.TimedOut, "time limit"},
		{"a round tripper that fails", through(&scripted{play: func(int, *http.Request) (*http.Response, error) { return nil, errors.New("odd") }}), transcript.Interrupted, "odd"},
		{"a round tripper whose connection ends", through(&scripted{play: func(int, *http.Request) (*http.Response, error) { return nil, io.EOF }}), transcript.Dropped, "EOF"},
		{"no connection in time", dialing(func(ctx context.Context, _ *url.URL) (net.Conn, error) { return nil, waits(ctx) }, Limits{}), transcript.NotConnected, "no connection within"},
		{"other bytes than HTTP, connection held", says("SSH-2.0", nil), transcript.NotHTTP, `the response starts with "SSH-2.0"`},
		{"part of a head, connection held", says("HTTP/1.1 200", nil), transcript.Late, "headers were not complete"},
		{"a status line that broke off", says("HTTP/1.1 2", errors.New("malformed")), transcript.Truncated, "malformed"},
		{"a malformed status line", says("HTTP/1.1 two\r\n", errors.New("malformed")), transcript.NotHTTP, "malformed"},
	} {
		synctest.Test(t, func(t *testing.T) {
			x := roundTrip(t.Context(), tt.pool, request{URL: parsed(t, receiverURL), Body: []byte(someForm)}, Limits{})
			if x.End != tt.want || !strings.Contains(x.Detail, tt.detail) {
				t.Errorf("%s: End %q (%s), want %q with %q", tt.name, x.End, x.Detail, tt.want, tt.detail)
			}
		})
	}
}

func TestEndOfAnExchangeFollowsFromTheResponseOrTheError(t *testing.T) {
	t.Parallel()
	reset := &net.OpError{Op: "read", Err: syscall.ECONNRESET}
	for _, tt := range []struct {
		cause error
		came  string
		err   error
		want  transcript.End
	}{
		{context.Canceled, "", io.EOF, transcript.Interrupted},
		{context.Canceled, "H", io.EOF, transcript.Interrupted},
		{errDeadline, "", io.EOF, transcript.TimedOut},
		{errDeadline, "H", io.EOF, transcript.Late},
		{nil, "", io.EOF, transcript.Dropped},
		{nil, "", reset, transcript.Dropped},
		{nil, "H", reset, transcript.Truncated},
		{nil, "H", io.ErrUnexpectedEOF, transcript.Truncated},
		{nil, "HTTP/1.1 200 OK\r\n", errors.New("malformed"), transcript.NotHTTP},
	} {
		c := &Conn{writeTime: time.Now(), firstBytes: []byte(tt.came)}
		if tt.came != "" {
			c.firstByteTime = time.Now()
		}
		if got, _, detail := c.endWithoutResponse(tt.cause, tt.err); got != tt.want || detail == "" {
			t.Errorf("%q, %v, %v: End %q (%s), want %q", tt.came, tt.err, tt.cause, got, detail, tt.want)
		}
	}
}

func TestEndOfAPushIgnoresBytesOfEarlierResponses(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := played(func(_ int, c net.Conn) {
			hears(c)
			_, _ = io.WriteString(c, sized(emptyResponse))
			hears(c)
			_, _ = io.WriteString(c, "SSH-2.0")
			_, _ = io.Copy(io.Discard, c)
		})
		var got []transcript.End
		for range 2 {
			got = append(got, roundTrip(t.Context(), p, request{URL: parsed(t, receiverURL), Body: []byte(someForm)}, Limits{}).End)
		}
		if diff := cmp.Diff([]transcript.End{transcript.Complete, transcript.NotHTTP}, got); diff != "" {
			t.Errorf("ends mismatch (-want +got):\n%s", diff)
		}
	})
}

func TestTookBeginsWithTheFirstConnection(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := 0
		p := dialing(func(context.Context, *url.URL) (net.Conn, error) {
			time.Sleep(time.Second)
			n++
			said := sized("")
			if n == 1 {
				said = "HTTP/1.1 401 Who\r\nWWW-Authenticate: Basic\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
			}
			near, far := net.Pipe()
			go func() {
				hears(far)
				time.Sleep(time.Second)
				_, _ = io.WriteString(far, said)
				_ = far.Close()
			}()
			return near, nil
		}, Limits{})
		defer p.Close()
		x := roundTrip(t.Context(), p, request{URL: parsed(t, "https://doc:delorean@receiver.example/"), Body: []byte(someForm)}, Limits{})
		if x.Took != 3*time.Second || n != 2 || x.Status != 200 {
			t.Errorf("Took = %v over %d connections, status %d, want 3s over 2", x.Took, n, x.Status)
		}
	})
}

func TestNoWholeLineIsTrueOnlyIfTheStatusLineBrokeOff(t *testing.T) {
	t.Parallel()
	for head, want := range map[responseHead]bool{
		"":           false, // no bytes came
		"HTTP/1.1 2": true, "HTTP/1.1 200 OK\r\n": false,
		responseHead(strings.Repeat("a", headSample-1)): true,
		responseHead(strings.Repeat("a", headSample)):   false, // the line may go on
	} {
		if got := head.endsInStatusLine(); got != want {
			t.Errorf("endsInStatusLine(%q) = %v, want %v", head, got, want)
		}
	}
}

func FuzzAnyResponseEndsTheExchange(f *testing.F) {
	for _, s := range []string{
		"", "HTT", sized(emptyResponse), okLine, chunked + chunk(emptyResponse) + "0\r\nX-Doc: Brown\r\n\r\n",
		asXML + "Content-Encoding: deflate\r\n\r\n\x78\x9c\x03\x00", asXML + "Content-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x00",
		"HTTP/1.1 401 No\r\nWWW-Authenticate: Basic\r\n\r\n", "HTTP/1.1 103 Early\r\n\r\n" + sized(""),
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, said []byte) {
		rt := dialing(func(context.Context, *url.URL) (net.Conn, error) {
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
		defer rt.Close()
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
