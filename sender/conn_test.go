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

func TestPushHasTheSameBytesAsAPushOfSipgate(t *testing.T) {
	t.Parallel()
	requestBytes := make(chan string, 1)
	pool, u := startReceiver(t, Limits{}, func(p *peer) {
		var b strings.Builder
		p.in = bufio.NewReader(io.TeeReader(p, &b))
		if p.readRequest() {
			requestBytes <- b.String()
			p.send(responseWith(""))
		}
	})
	u.User, u.RawQuery, u.Fragment = nil, "token=1.21", "part"
	x := roundTrip(t.Context(), pool, request{URL: u, Body: []byte(newCallForm)}, Limits{})
	if x.End != transcript.Complete {
		t.Fatalf("End %q (%s)", x.End, x.Detail)
	}
	want := strings.ReplaceAll(`POST /push?token=1.21 HTTP/1.1
Host: `+u.Host+`
User-Agent: sipgate.io
Content-Length: 61
Accept: application/xml, text/plain, text/html
Accept-Charset: utf-8
Accept-Encoding: gzip,deflate
Content-Type: application/x-www-form-urlencoded; charset=UTF-8
X-SIPGATE-JOBS: http://www.sipgate.de/jobs

`, "\n", "\r\n") + newCallForm
	if diff := cmp.Diff(want, <-requestBytes); diff != "" {
		t.Errorf("request mismatch (-want +got):\n%s", diff)
	}
}

func TestOneTimeLimitCoversDiallingAndTheResponse(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name    string
		dial    time.Duration // time that dialling takes
		respond time.Duration // time from the request to the response
		end     transcript.End
		took    time.Duration // Exchange.Duration
		why     string        // explains the expectation; shown if the test fails
	}{
		{"response at once", 0, time.Millisecond, transcript.Complete, time.Millisecond, ""},
		{"response in time after 2 s of dialling", 2 * time.Second, time.Second, transcript.Complete, time.Second, "Duration does not include dialling"},
		{"response 1 ns before the limit", time.Second, 9*time.Second - 1, transcript.Complete, 9*time.Second - 1, ""},
		{"response after the limit", 0, 10*time.Second + 1, transcript.TimedOut, 10 * time.Second, ""},
		{"response after the limit because of dialling", 2 * time.Second, 9 * time.Second, transcript.TimedOut, 8 * time.Second, "the limit includes dialling"},
		{"no connection within the limit", 11 * time.Second, 0, transcript.NotConnected, 10 * time.Second, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				pool := poolWithDial(func(ctx context.Context, _ *url.URL) (net.Conn, error) {
					select {
					case <-time.After(tt.dial):
					case <-ctx.Done():
						return nil, ctx.Err()
					}
					senderEnd, receiverEnd := net.Pipe()
					go func() {
						defer receiverEnd.Close()
						if r, err := http.ReadRequest(bufio.NewReader(receiverEnd)); err == nil {
							_, _ = io.Copy(io.Discard, r.Body)
							select {
							case <-time.After(tt.respond):
								_, _ = io.WriteString(receiverEnd, responseWith(emptyResponse))
							case <-t.Context().Done():
							}
						}
					}()
					return senderEnd, nil
				}, Limits{})
				defer pool.Close()
				x := roundTrip(t.Context(), pool, request{URL: mustParseURL(t, "http://receiver.example/"), Body: []byte(newCallForm)}, Limits{})
				if x.End != tt.end || x.Duration != tt.took {
					t.Errorf("End %q (%s), Duration %v, want %q and %v; %s", x.End, x.Detail, x.Duration, tt.end, tt.took, tt.why)
				}
			})
		})
	}
}

// failingWriteConn is a connection whose first Write fails. After that, its Read returns response, and then err.
type failingWriteConn struct {
	net.Conn
	written  chan struct{}
	response io.Reader
	err      error
}

func (c *failingWriteConn) Write([]byte) (int, error) {
	close(c.written)
	return 0, syscall.EPIPE
}

func (c *failingWriteConn) Read(p []byte) (int, error) {
	<-c.written
	if n, err := c.response.Read(p); err == nil {
		return n, nil
	}
	return 0, c.err
}

func TestResponseIsReadEvenIfWritingThePushFailed(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name, response string
		err            error
		end            transcript.End
		failure        endpoint.Failure
	}{
		{"Read returns a response", responseWith(emptyResponse), io.EOF, transcript.Complete, endpoint.NoFailure},
		{"Read returns a TLS alert", "", &connectError{Failure: endpoint.ClientCertificate, Err: io.EOF}, transcript.NotConnected, endpoint.ClientCertificate},
		{"Read returns only an error", "", syscall.ECONNRESET, transcript.Dropped, endpoint.NoFailure},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			pool := poolWithDial(func(context.Context, *url.URL) (net.Conn, error) {
				senderEnd, receiverEnd := net.Pipe()
				t.Cleanup(func() { receiverEnd.Close() })
				return &failingWriteConn{senderEnd, make(chan struct{}), strings.NewReader(tt.response), tt.err}, nil
			}, Limits{})
			x := roundTrip(t.Context(), pool, request{URL: mustParseURL(t, receiverURL), Body: []byte(newCallForm)}, Limits{})
			if x.End != tt.end || x.Failure != tt.failure || x.Retry {
				t.Errorf("End %q (%s), Failure %q, Retry %v", x.End, x.Detail, x.Failure, x.Retry)
			}
		})
	}
}

func TestWriteErrorIsReturnedOnlyIfReadReturnsEOF(t *testing.T) {
	t.Parallel()
	alert := &connectError{Failure: endpoint.ClientCertificate, Err: io.EOF}
	for _, tt := range []struct{ read, want error }{{alert, alert}, {io.EOF, syscall.EPIPE}, {syscall.ECONNRESET, syscall.ECONNRESET}} {
		senderEnd, receiverEnd := net.Pipe()
		c := newConn(&failingWriteConn{senderEnd, make(chan struct{}), strings.NewReader(""), tt.read}, Limits{})
		if _, err := c.sendAndReadHead(t.Context(), "POST", strings.NewReader("P")); !errors.Is(err, tt.want) {
			t.Errorf("Read failed with %v: sendAndReadHead = %v, want %v", tt.read, err, tt.want)
		}
		_ = receiverEnd.Close()
	}
}

// eofConn is a connection whose Read returns EOF at once. Its other end does not read, so its Write blocks.
type eofConn struct{ net.Conn }

func (eofConn) Read([]byte) (int, error) { return 0, io.EOF }

func TestEOFIsReturnedIfWritingTimedOut(t *testing.T) {
	t.Parallel()
	senderEnd, receiverEnd := net.Pipe()
	defer receiverEnd.Close()
	if _, err := newConn(eofConn{senderEnd}, Limits{}).sendAndReadHead(t.Context(), "POST", strings.NewReader("P")); err != io.EOF {
		t.Errorf("sendAndReadHead = %v, want %v", err, io.EOF)
	}
}

func TestConnectionIsNotUsedAgainIfTheContextOfTheExchangeEnded(t *testing.T) {
	t.Parallel()
	senderEnd, receiverEnd := net.Pipe()
	defer receiverEnd.Close()
	go func() {
		readRequest(receiverEnd)
		_, _ = io.WriteString(receiverEnd, responseWith(""))
	}()
	ctx, cancel := context.WithCancel(t.Context())
	c := newConn(senderEnd, Limits{})
	defer c.Close()
	resp, err := c.sendAndReadHead(ctx, "POST", bytes.NewReader(request{URL: mustParseURL(t, receiverURL)}.encode()))
	if err != nil {
		t.Fatal(err)
	}
	cancel()
	_ = c.waitForWriter()
	if c.endExchange(resp); !c.ended {
		t.Error("the connection may be used again, although a deadline may still be set")
	}
}

// poolServedBy returns a pool whose connections are served by serve. n is the number of the connection, from 1.
func poolServedBy(serve func(n int, c net.Conn)) *Pool {
	n := 0
	return poolWithDial(func(context.Context, *url.URL) (net.Conn, error) {
		n++
		senderEnd, receiverEnd := net.Pipe()
		go func(n int) {
			defer receiverEnd.Close()
			serve(n, receiverEnd)
		}(n)
		return senderEnd, nil
	}, Limits{})
}

// readRequest reads a request and reports whether that succeeded.
func readRequest(c net.Conn) bool {
	r, err := http.ReadRequest(bufio.NewReader(c))
	if err != nil {
		return false
	}
	_, err = io.Copy(io.Discard, r.Body)
	return err == nil
}

// errorInsteadOfEOF is a connection whose Read returns err instead of EOF.
type errorInsteadOfEOF struct {
	net.Conn
	err error
}

func (c *errorInsteadOfEOF) Read(p []byte) (int, error) {
	n, err := c.Conn.Read(p)
	if err == io.EOF {
		err = c.err
	}
	return n, err
}

func TestPushIsSentAgainOnlyIfAnIdleConnectionWasClosed(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name       string
		isIdleConn bool
		sent       string // what the receiver sends after the push, before it closes the connection
		err        error  // what Read returns when the connection is closed
		sentAgain  bool
	}{
		{"idle connection closed: sent again", true, "", io.EOF, true},
		{"idle connection reset: sent again", true, "", syscall.ECONNRESET, true},
		{"new connection closed: not sent again", false, "", io.EOF, false},
		{"idle connection closed within the response: not sent again", true, "HTTP/1.1 2", io.ErrUnexpectedEOF, false},
		{"malformed response on an idle connection: not sent again", true, "", errors.New("malformed HTTP response"), false},
		{"client certificate demanded on an idle connection: not sent again", true, "", &connectError{Failure: endpoint.ClientCertificate, Err: io.EOF}, false},
	} {
		for name, isCancelled := range map[string]bool{tt.name: false, tt.name + ", and the run is cancelled": true} {
			synctest.Test(t, func(t *testing.T) {
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				connCount, pushCount := 0, 0
				p := poolWithDial(func(context.Context, *url.URL) (net.Conn, error) {
					connCount++
					senderEnd, receiverEnd := net.Pipe()
					again := connCount > 1
					go func() {
						defer receiverEnd.Close()
						if tt.isIdleConn || again {
							readRequest(receiverEnd)
							_, _ = io.WriteString(receiverEnd, responseWith(emptyResponse))
						}
						if !again && readRequest(receiverEnd) {
							pushCount++
							_, _ = io.WriteString(receiverEnd, tt.sent)
							if isCancelled {
								cancel()
								synctest.Wait()
							}
						}
					}()
					return &errorInsteadOfEOF{senderEnd, tt.err}, nil
				}, Limits{})
				defer p.Close()
				push := func() transcript.Exchange {
					return roundTrip(ctx, p, request{URL: mustParseURL(t, receiverURL), Body: []byte(newCallForm)}, Limits{})
				}
				if tt.isIdleConn {
					if x := push(); x.End != transcript.Complete || x.Retry {
						t.Fatalf("%s: the first push has the End %q (%s), Retry %v", name, x.End, x.Detail, x.Retry)
					}
				}
				x := push()
				again := tt.sentAgain && !isCancelled
				if pushCount != 1 || connCount != map[bool]int{false: 1, true: 2}[again] || x.Retry != again || (x.End == transcript.Complete) != again {
					t.Errorf("%s: the first connection got %d pushes, %d connections, Retry %v, End %q (%s), want the push sent again: %v", name, pushCount, connCount, x.Retry, x.End, x.Detail, again)
				}
				if isCancelled && x.End != transcript.Interrupted {
					t.Errorf("%s: End %q, want %q", name, x.End, transcript.Interrupted)
				}
			})
		}
	}
}

func TestConnectionIsNotUsedAgainIfTheReceiverClosesItOrSendsBytesBetweenPushes(t *testing.T) {
	t.Parallel()
	for name, afterResponse := range map[string]func(net.Conn){
		"connection closed":           func(c net.Conn) { _ = c.Close() },
		"second response":             func(c net.Conn) { _, _ = io.WriteString(c, responseWith("<Unasked/>")) },
		"one byte sent":               func(c net.Conn) { _, _ = io.WriteString(c, "H") },
		"body announced and not sent": nil, // the receiver sends only a head
		"nothing sent: used again":    func(c net.Conn) { readRequest(c); _, _ = io.WriteString(c, responseWith("<Same/>")) },
	} {
		synctest.Test(t, func(t *testing.T) {
			p := poolServedBy(func(n int, c net.Conn) {
				readRequest(c)
				switch {
				case n > 1:
					_, _ = io.WriteString(c, responseWith("<C2/>"))
				case afterResponse == nil:
					_, _ = io.WriteString(c, xmlHead+"Content-Length: 10000000\r\n\r\n")
				default:
					_, _ = io.WriteString(c, responseWith("<C1/>"))
					afterResponse(c)
				}
				_, _ = io.Copy(io.Discard, c)
			})
			defer p.Close()
			var got []string
			for range 2 {
				x := roundTrip(t.Context(), p, request{URL: mustParseURL(t, receiverURL), Body: []byte(newCallForm)}, Limits{})
				got = append(got, fmt.Sprint(string(x.ResponseBody), " ", x.Retry))
				synctest.Wait()
			}
			want := []string{"<C1/> false", "<C2/> false"}
			switch name {
			case "body announced and not sent":
				want[0] = " false"
			case "nothing sent: used again":
				want[1] = "<Same/> false"
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: bodies and Retry mismatch (-want +got):\n%s", name, diff)
			}
		})
	}
}

func TestExchangeWithoutACompleteResponseHasTheRightEnd(t *testing.T) {
	t.Parallel()
	waitForEnd := func(ctx context.Context) error { <-ctx.Done(); return ctx.Err() }
	poolThatSends := func(sent string, end error) *Pool { // end nil: the connection stays open
		return poolWithDial(func(context.Context, *url.URL) (net.Conn, error) {
			senderEnd, receiverEnd := net.Pipe()
			go func() {
				defer receiverEnd.Close()
				readRequest(receiverEnd)
				_, _ = io.WriteString(receiverEnd, sent)
				if end == nil {
					_, _ = io.Copy(io.Discard, receiverEnd)
				}
			}()
			return &errorInsteadOfEOF{senderEnd, end}, nil
		}, Limits{})
	}
	for _, tt := range []struct {
		name   string
		pool   *Pool
		want   transcript.End
		detail string // part of Exchange.Detail
	}{
		{"a round tripper that waits", roundTripperPool(&scriptedRoundTripper{respond: func(_ int, r *http.Request) (*http.Response, error) { return nil, waitForEnd(r.Context()) }}), transcript.TimedOut, "time limit"},
		{"a round tripper that fails", roundTripperPool(&scriptedRoundTripper{respond: func(int, *http.Request) (*http.Response, error) { return nil, errors.New("odd") }}), transcript.Interrupted, "odd"},
		{"a round tripper whose connection ends", roundTripperPool(&scriptedRoundTripper{respond: func(int, *http.Request) (*http.Response, error) { return nil, io.EOF }}), transcript.Dropped, "EOF"},
		{"no connection in time", poolWithDial(func(ctx context.Context, _ *url.URL) (net.Conn, error) { return nil, waitForEnd(ctx) }, Limits{}), transcript.NotConnected, "no connection within"},
		{"other bytes than HTTP, connection stays open", poolThatSends("SSH-2.0", nil), transcript.NotHTTP, `the response starts with "SSH-2.0"`},
		{"part of a head, connection stays open", poolThatSends("HTTP/1.1 200", nil), transcript.Late, "headers were not complete"},
		{"an incomplete status line, connection ended", poolThatSends("HTTP/1.1 2", errors.New("malformed")), transcript.Truncated, "malformed"},
		{"a malformed status line", poolThatSends("HTTP/1.1 two\r\n", errors.New("malformed")), transcript.NotHTTP, "malformed"},
	} {
		synctest.Test(t, func(t *testing.T) {
			x := roundTrip(t.Context(), tt.pool, request{URL: mustParseURL(t, receiverURL), Body: []byte(newCallForm)}, Limits{})
			if x.End != tt.want || !strings.Contains(x.Detail, tt.detail) {
				t.Errorf("%s: End %q (%s), want %q with %q", tt.name, x.End, x.Detail, tt.want, tt.detail)
			}
		})
	}
}

func TestEndOfAnExchangeWithoutResponseDependsOnTheCauseTheFirstBytesAndTheError(t *testing.T) {
	t.Parallel()
	reset := &net.OpError{Op: "read", Err: syscall.ECONNRESET}
	for _, tt := range []struct {
		cause      error
		firstBytes string
		err        error
		want       transcript.End
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
		c := &Conn{writeTime: time.Now(), firstBytes: []byte(tt.firstBytes)}
		if tt.firstBytes != "" {
			c.firstByteTime = time.Now()
		}
		if got, _, detail := c.endWithoutResponse(tt.cause, tt.err); got != tt.want || detail == "" {
			t.Errorf("%q, %v, %v: End %q (%s), want %q", tt.firstBytes, tt.err, tt.cause, got, detail, tt.want)
		}
	}
}

func TestBytesOfAnEarlierResponseDoNotChangeTheEndOfAnExchange(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := poolServedBy(func(_ int, c net.Conn) {
			readRequest(c)
			_, _ = io.WriteString(c, responseWith(emptyResponse))
			readRequest(c)
			_, _ = io.WriteString(c, "SSH-2.0")
			_, _ = io.Copy(io.Discard, c)
		})
		var got []transcript.End
		for range 2 {
			got = append(got, roundTrip(t.Context(), p, request{URL: mustParseURL(t, receiverURL), Body: []byte(newCallForm)}, Limits{}).End)
		}
		if diff := cmp.Diff([]transcript.End{transcript.Complete, transcript.NotHTTP}, got); diff != "" {
			t.Errorf("ends mismatch (-want +got):\n%s", diff)
		}
	})
}

func TestDurationBeginsWithTheFirstRequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := 0
		p := poolWithDial(func(context.Context, *url.URL) (net.Conn, error) {
			time.Sleep(time.Second)
			n++
			sent := responseWith("")
			if n == 1 {
				sent = "HTTP/1.1 401 Who\r\nWWW-Authenticate: Basic\r\nConnection: close\r\nContent-Length: 0\r\n\r\n"
			}
			senderEnd, receiverEnd := net.Pipe()
			go func() {
				readRequest(receiverEnd)
				time.Sleep(time.Second)
				_, _ = io.WriteString(receiverEnd, sent)
				_ = receiverEnd.Close()
			}()
			return senderEnd, nil
		}, Limits{})
		defer p.Close()
		x := roundTrip(t.Context(), p, request{URL: mustParseURL(t, "https://doc:delorean@receiver.example/"), Body: []byte(newCallForm)}, Limits{})
		if x.Duration != 3*time.Second || n != 2 || x.Status != 200 {
			t.Errorf("Duration = %v over %d connections, status %d, want 3s over 2", x.Duration, n, x.Status)
		}
	})
}

func TestResponseThatEndsWithinItsStatusLineIsRecognized(t *testing.T) {
	t.Parallel()
	for head, want := range map[responseHead]bool{
		"":           false, // no bytes came
		"HTTP/1.1 2": true, "HTTP/1.1 200 OK\r\n": false,
		responseHead(strings.Repeat("a", headSample-1)): true,
		responseHead(strings.Repeat("a", headSample)):   false, // the line may be longer than the sample
	} {
		if got := head.endsInStatusLine(); got != want {
			t.Errorf("endsInStatusLine of %q = %v, want %v", head, got, want)
		}
	}
}

func FuzzAnyResponseEndsTheExchange(f *testing.F) {
	for _, s := range []string{
		"", "HTT", responseWith(emptyResponse), okLine, chunkedHead + chunk(emptyResponse) + "0\r\nX-Doc: Brown\r\n\r\n",
		xmlHead + "Content-Encoding: deflate\r\n\r\n\x78\x9c\x03\x00", xmlHead + "Content-Encoding: gzip\r\n\r\n\x1f\x8b\x08\x00",
		"HTTP/1.1 401 No\r\nWWW-Authenticate: Basic\r\n\r\n", "HTTP/1.1 103 Early\r\n\r\n" + responseWith(""),
	} {
		f.Add([]byte(s))
	}
	f.Fuzz(func(t *testing.T, sent []byte) {
		pool := poolWithDial(func(context.Context, *url.URL) (net.Conn, error) {
			senderEnd, receiverEnd := net.Pipe()
			go func() {
				defer receiverEnd.Close()
				if r, err := http.ReadRequest(bufio.NewReader(receiverEnd)); err == nil {
					_, _ = io.Copy(io.Discard, r.Body)
					_, _ = receiverEnd.Write(sent)
				}
			}()
			return senderEnd, nil
		}, Limits{})
		defer pool.Close()
		limits := Limits{Exchange: 5 * time.Second}
		req := request{URL: mustParseURL(t, "http://doc:delorean@receiver.example/"), Body: []byte(newCallForm), ReadDocument: true}
		x := roundTrip(t.Context(), pool, req, limits)
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
