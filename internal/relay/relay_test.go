package relay

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// rawReceiver starts a server that accepts one connection and sends response on it. The channel gets the bytes of the request.
func rawReceiver(t *testing.T, response string) (origin string, request <-chan string) {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = listener.Close() })
	received := make(chan string, 1)
	go func() {
		conn, err := listener.Accept()
		if err != nil {
			return
		}
		defer conn.Close()
		var text strings.Builder
		in := bufio.NewReader(io.TeeReader(conn, &text))
		r, err := http.ReadRequest(in)
		if err != nil {
			received <- err.Error()
			return
		}
		_, _ = io.Copy(io.Discard, r.Body)
		received <- text.String()
		_, _ = io.WriteString(conn, response)
	}()
	return "http://" + listener.Addr().String(), received
}

// passRequest sends a request through a relay. It returns the bytes of the response, and the exchange that the relay reports.
func passRequest(t *testing.T, origin, request string) (response string, x Exchange) {
	t.Helper()
	target, err := url.Parse(origin)
	if err != nil {
		t.Fatal(err)
	}
	exchanges := make(chan Exchange, 1)
	r := New(target, nil, func() func(Exchange) { return func(x Exchange) { exchanges <- x } })
	t.Cleanup(r.Close)
	server := httptest.NewServer(r)
	t.Cleanup(server.Close)
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	if _, err := io.WriteString(conn, request); err != nil {
		t.Fatal(err)
	}
	all, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	return string(all), <-exchanges
}

func TestRequestAndResponsePassThroughUnchanged(t *testing.T) {
	t.Parallel()
	const body = "event=newCall&user%5B%5D=J+%26+Co"
	request := fmt.Sprintf("POST /push%%2Fin/a//b?x=%%zz;y&y=1 HTTP/1.1\r\nHost: receiver.example:8443\r\nUser-Agent: sipgate.io\r\nContent-Length: %d\r\n"+
		"Accept-Encoding: gzip,deflate\r\nContent-Type: text/plain\r\nX-Forwarded-For: 217.116.118.254\r\nX-Sipgate-Signature: c2ln\r\n\r\n%s", len(body), body)
	const response = "HTTP/1.1 201 Created\r\nContent-Encoding: gzip\r\nContent-Length: 3\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\n\r\n\x1f\x8b\x00"
	origin, came := rawReceiver(t, response)
	got, x := passRequest(t, origin, strings.Replace(request, "\r\n\r\n", "\r\nConnection: close\r\n\r\n", 1))
	if diff := cmp.Diff(request, <-came); diff != "" {
		t.Errorf("what the receiver got mismatch (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(strings.Replace(response, "\r\n\r\n", "\r\nConnection: close\r\n\r\n", 1), got); diff != "" {
		t.Errorf("what the sender got mismatch (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff([]any{body, true, 201, "\x1f\x8b\x00", true}, []any{string(x.Body), x.IsBodyComplete, x.Response.StatusCode, string(x.ResponseBody), x.IsResponseComplete}); diff != "" {
		t.Errorf("what was recorded mismatch (-want +got):\n%s", diff)
	}
}

func TestRelayAddsNoHeaderToAResponse(t *testing.T) {
	t.Parallel()
	origin, _ := rawReceiver(t, "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n<a>")
	got, _ := passRequest(t, origin, "GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n")
	if diff := cmp.Diff("HTTP/1.1 200 OK\r\nContent-Length: 3\r\nConnection: close\r\n\r\n<a>", got); diff != "" {
		t.Errorf("what the sender got mismatch (-want +got):\n%s", diff)
	}
}

func TestRelayAddsNoHeaderToARequest(t *testing.T) {
	t.Parallel()
	origin, came := rawReceiver(t, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n<a>\r\n0\r\n\r\n")
	got, x := passRequest(t, origin, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nConnection: close\r\n\r\n")
	if diff := cmp.Diff("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n", <-came); diff != "" {
		t.Errorf("what the receiver got mismatch (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff("HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n3\r\n<a>\r\n0\r\n\r\n", got); diff != "" {
		t.Errorf("what the sender got mismatch (-want +got):\n%s", diff)
	}
	if !x.IsBodyComplete || !x.IsResponseComplete {
		t.Errorf("recorded whole: request %t, response %t", x.IsBodyComplete, x.IsResponseComplete)
	}
}

func TestASenderThatWaitsFor100ContinueGetsIt(t *testing.T) {
	t.Parallel()
	origin, came := rawReceiver(t, "HTTP/1.1 204 No Content\r\n\r\n")
	got, _ := passRequest(t, origin, "POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\nConnection: close\r\n\r\na=b")
	if request := <-came; !strings.HasSuffix(request, "\r\n\r\na=b") {
		t.Errorf("the receiver got %q", request)
	}
	if want := "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"; got != want {
		t.Errorf("the sender got %q, want %q", got, want)
	}
}

func TestLongBodiesPassThroughAndOnlyTheirBeginningIsRecorded(t *testing.T) {
	t.Parallel()
	long := strings.Repeat("a", MaxRecordedBytes+5)
	origin, came := rawReceiver(t, fmt.Sprintf("HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: %d\r\n\r\n%s", len(long), long))
	got, x := passRequest(t, origin, fmt.Sprintf("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: %d\r\nConnection: close\r\n\r\n%s", len(long), long))
	if request := <-came; !strings.HasSuffix(request, "\r\n\r\n"+long) || !strings.HasSuffix(got, "\r\n\r\n"+long) {
		t.Errorf("the receiver got %d bytes and the sender %d, want more than %d", len(request), len(got), len(long))
	}
	if x.IsBodyComplete || x.IsResponseComplete || len(x.Body) != MaxRecordedBytes || len(x.ResponseBody) != MaxRecordedBytes {
		t.Errorf("recorded %d bytes (whole: %t) and %d (whole: %t), want %d of each", len(x.Body), x.IsBodyComplete, len(x.ResponseBody), x.IsResponseComplete, MaxRecordedBytes)
	}
}

func TestASenderGetsStatus502IfTheReceiverCannotBeReached(t *testing.T) {
	t.Parallel()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	origin := "http://" + listener.Addr().String()
	_ = listener.Close()
	got, x := passRequest(t, origin, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nConnection: close\r\n\r\na=b")
	var refused *net.OpError
	if !strings.HasPrefix(got, "HTTP/1.1 502 ") || !errors.As(x.Err, &refused) || x.Response != nil {
		t.Errorf("the sender got %q, the error is %v", got, x.Err)
	}
	if string(x.Body) != "a=b" || !x.IsBodyComplete {
		t.Errorf("recorded %q (whole: %t), want the body of the request", x.Body, x.IsBodyComplete)
	}
}

func TestAnIncompleteResponseStaysIncomplete(t *testing.T) {
	t.Parallel()
	origin, _ := rawReceiver(t, "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 30\r\n\r\n<Resp")
	got, x := passRequest(t, origin, "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\nConnection: close\r\n\r\na=b")
	if !strings.HasSuffix(got, "\r\n\r\n<Resp") || !strings.Contains(got, "Content-Length: 30") || x.IsResponseComplete {
		t.Errorf("the sender got %q, whole: %t", got, x.IsResponseComplete)
	}
}
