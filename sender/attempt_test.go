package sender

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/transcript"
)

// scripted is a transport that calls hooks and does what a test says; n counts the requests from 1.
type scripted struct {
	play   func(n int, r *http.Request, hooks *httptrace.ClientTrace) (*http.Response, error)
	mu     sync.Mutex
	n      int
	closed int // how often its idle connections were closed
}

func (s *scripted) RoundTrip(r *http.Request) (*http.Response, error) {
	s.mu.Lock()
	s.n++
	n := s.n
	s.mu.Unlock()
	return s.play(n, r, httptrace.ContextClientTrace(r.Context()))
}

func (s *scripted) CloseIdleConnections() { s.closed++ }

func TestAPushIsRepeatedOnlyWhereTheReceiverCannotHaveTakenIt(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name   string
		reused bool
		began  bool
		err    error
		repeat bool
	}{
		{"an idle connection that is gone", true, false, io.EOF, true},
		{"one of which net/http says so", true, false, errors.New("http: server closed idle connection"), true},
		{"a new connection", false, false, io.EOF, false},
		{"a response that began", true, true, io.ErrUnexpectedEOF, false},
		{"another failure", true, false, errors.New("malformed HTTP response"), false},
		{"a connection that turns out to be unusable", true, false, &connectError{Failure: endpoint.ClientCertificate, Err: io.EOF}, false},
	} {
		ctx, cancel := context.WithCancel(t.Context())
		for name, cancelled := range map[string]bool{tt.name: false, tt.name + ", and the run is cancelled": true} {
			rt := &scripted{play: func(n int, _ *http.Request, hooks *httptrace.ClientTrace) (*http.Response, error) {
				if n > 1 {
					return reply(200, ""), nil
				}
				hooks.GotConn(httptrace.GotConnInfo{Reused: tt.reused})
				if tt.began {
					hooks.GotFirstResponseByte()
				}
				if cancelled {
					cancel()
				}
				return nil, tt.err
			}}
			x := roundTrip(ctx, rt, request{URL: parsed(t, receiverURL)}, Limits{})
			want := 0
			if tt.repeat && !cancelled {
				want = 1
			}
			if rt.n != 1+want || rt.closed != want || x.Retry != (want == 1) || (x.End == transcript.Complete) != (want == 1) {
				t.Errorf("%s: %d requests, closed %d times, Retry %v, End %q (%s)", name, rt.n, rt.closed, x.Retry, x.End, x.Detail)
			}
			if cancelled && x.End != transcript.Interrupted {
				t.Errorf("%s: End %q, want %q", name, x.End, transcript.Interrupted)
			}
			ctx, cancel = context.WithCancel(t.Context())
		}
		cancel()
	}
}

func TestAPushThatTheTransportRepeatedByItselfIsMarked(t *testing.T) {
	t.Parallel()
	for connections := range 3 {
		rt := &scripted{play: func(_ int, _ *http.Request, hooks *httptrace.ClientTrace) (*http.Response, error) {
			for range connections {
				hooks.GotConn(httptrace.GotConnInfo{})
			}
			return reply(200, ""), nil
		}}
		if x := roundTrip(t.Context(), rt, request{URL: parsed(t, receiverURL)}, Limits{}); x.Retry != (connections > 1) {
			t.Errorf("%d connections: Retry = %v", connections, x.Retry)
		}
	}
}

func TestWhatComesWithoutAResponseIsNamedByWhatWasSeen(t *testing.T) {
	t.Parallel()
	const held = "hold"
	for _, tt := range []struct {
		name   string
		wanted bool
		said   string
		err    string // held: the time limit
		want   transcript.End
		detail string
	}{
		{"a mock that waits", false, "", held, transcript.TimedOut, "time limit"},
		{"no connection in time", true, "", held, transcript.NotConnected, "no connection within"},
		{"no connection, and not for lack of time", true, "", "odd", transcript.Interrupted, "odd"},
		{"something else than HTTP, held", false, "SSH-2.0", held, transcript.NotHTTP, `the response starts with "SSH-2.0"`},
		{"HTTP, held", false, "HTTP/1.1 200", held, transcript.Late, "headers were not complete"},
		{"a status line that broke off", false, "HTTP/1.1 2", "malformed", transcript.Truncated, "malformed"},
		{"a malformed one", false, "HTTP/1.1 two\r\n", "malformed", transcript.NotHTTP, "malformed"},
	} {
		synctest.Test(t, func(t *testing.T) {
			near, far := net.Pipe()
			w := newWire(near)
			defer far.Close()
			defer w.Close()
			rt := &scripted{play: func(_ int, r *http.Request, hooks *httptrace.ClientTrace) (*http.Response, error) {
				if tt.wanted {
					hooks.GetConn("receiver.example:443")
				}
				if tt.said != "" {
					hooks.GotConn(httptrace.GotConnInfo{Conn: w})
					go fmt.Fprint(far, tt.said)
					w.begin.Do(func() { close(w.begun) })
					_, _ = w.Read(make([]byte, 100))
					hooks.GotFirstResponseByte()
				}
				if tt.err == held {
					<-r.Context().Done()
					return nil, r.Context().Err()
				}
				return nil, errors.New(tt.err)
			}}
			x := roundTrip(t.Context(), rt, request{URL: parsed(t, receiverURL)}, Limits{})
			if x.End != tt.want || !strings.Contains(x.Detail, tt.detail) {
				t.Errorf("%s: End %q (%s), want %q with %q", tt.name, x.End, x.Detail, tt.want, tt.detail)
			}
		})
	}
}

func TestAStatusLineThatBrokeOffIsToldFromOneThatIsLong(t *testing.T) {
	t.Parallel()
	for head, want := range map[responseHead]bool{
		"":           false, // nothing is known of it
		"HTTP/1.1 2": true, "HTTP/1.1 200 OK\r\n": false,
		responseHead(strings.Repeat("a", headSample-1)): true,
		responseHead(strings.Repeat("a", headSample)):   false, // it may go on
	} {
		if got := head.noWholeLine(); got != want {
			t.Errorf("noWholeLine(%q) = %v, want %v", head, got, want)
		}
	}
}

// Else bytes that the receiver sent after its response could be taken for the response to the next push.
func TestAnExchangeIsThroughWhenItsConnectionIsSafe(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		near, far := net.Pipe()
		defer far.Close()
		w := newWire(near)
		var kept error
		rt := &scripted{play: func(_ int, _ *http.Request, hooks *httptrace.ClientTrace) (*http.Response, error) {
			hooks.GotConn(httptrace.GotConnInfo{Conn: w})
			hooks.PutIdleConn(kept)
			return reply(200, ""), nil
		}}
		through := false
		push := func() {
			roundTrip(t.Context(), rt, request{URL: parsed(t, receiverURL)}, Limits{})
			through = true
		}
		go push()
		synctest.Wait()
		if through {
			t.Error("it was through before the connection was listened to again")
		}
		_ = w.Close()
		synctest.Wait()
		if !through {
			t.Error("it was not through when the connection was closed")
		}
		w, kept = newWire(near), errors.New("the pool is full")
		start := time.Now()
		if push(); time.Since(start) != 0 {
			t.Error("it waited for a connection that was not kept")
		}
	})
}

func TestTheTimeOfAnExchangeCountsFromItsFirstConnection(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		rt := &scripted{play: func(n int, _ *http.Request, hooks *httptrace.ClientTrace) (*http.Response, error) {
			time.Sleep(time.Second) // dialling
			hooks.GotConn(httptrace.GotConnInfo{})
			time.Sleep(time.Second)
			if n == 1 {
				return reply(401, "", "WWW-Authenticate", "Basic"), nil
			}
			return reply(200, ""), nil
		}}
		x := roundTrip(t.Context(), rt, request{URL: parsed(t, "https://doc:delorean@receiver.example/")}, Limits{})
		if x.Took != 3*time.Second || rt.n != 2 {
			t.Errorf("Took = %v in %d requests, want 3s in 2", x.Took, rt.n)
		}
	})
}

func TestARunThatIsCancelledShowsNoCredentials(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	rt := &scripted{play: func(int, *http.Request, *httptrace.ClientTrace) (*http.Response, error) {
		cancel()
		return reply(401, "", "WWW-Authenticate", "Basic"), nil
	}}
	x := roundTrip(ctx, rt, request{URL: parsed(t, "https://doc:delorean@receiver.example/")}, Limits{})
	if rt.n != 1 || x.Status != 401 || x.Asked || x.End != transcript.Complete {
		t.Errorf("%d requests, status %d, Asked %v, End %q (%s), want the 401 alone, which was whole", rt.n, x.Status, x.Asked, x.End, x.Detail)
	}
}

func TestNothingOfTheFirst401IsLeftWhereTheSecondResponseNeverCame(t *testing.T) {
	t.Parallel()
	x, got := mocked(t, request{URL: parsed(t, "https://doc:delorean@receiver.example/")}, reply(401, "who?", "WWW-Authenticate", "Basic"))
	if len(got) != 2 || !x.Asked || x.End != transcript.Interrupted || x.Status != 0 || x.Header != nil || x.ResponseBody != nil {
		t.Errorf("%d requests, exchange %+v, want one without a response", len(got), x)
	}
}

func TestARequestWithoutABodyHasNone(t *testing.T) {
	t.Parallel()
	for body, want := range map[string]bool{"": false, "a": true} {
		rt := &scripted{play: func(_ int, r *http.Request, _ *httptrace.ClientTrace) (*http.Response, error) {
			if (r.Body != nil) != want {
				t.Errorf("the body %q is sent as %v", body, r.Body)
			}
			return reply(200, ""), nil
		}}
		roundTrip(t.Context(), rt, request{URL: parsed(t, receiverURL), Body: []byte(body)}, Limits{})
	}
}

func TestATextThatIsShownIsOneLineAndNotTooLong(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("ä", detailRunes)
	for give, want := range map[string]string{"a\r\n\x1b[31mb": "a···[31mb", long: long, long + "ä": long + "…"} {
		if got := plain(give); got != want {
			t.Errorf("plain(%q) = %q, want %q", give, got, want)
		}
		rt := &scripted{play: func(int, *http.Request, *httptrace.ClientTrace) (*http.Response, error) {
			return nil, &connectError{Err: errors.New(give)}
		}}
		if x := roundTrip(t.Context(), rt, request{URL: parsed(t, receiverURL)}, Limits{}); x.Detail != want {
			t.Errorf("Detail = %q, want %q", x.Detail, want)
		}
	}
}
