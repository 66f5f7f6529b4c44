package sender

import (
	"bufio"
	"bytes"
	"fmt"
	"net/http"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// parseAndCache parses a response as a pool does, and adds it to a cache. It returns the result of addParsed.
func parseAndCache(t *testing.T, m *responseCache, step call.Step, raw string) (*transcript.Exchange, bool) {
	t.Helper()
	resp, err := http.ReadResponse(bufio.NewReader(bytes.NewReader([]byte(raw))), &http.Request{Method: http.MethodPost})
	if err != nil {
		t.Fatal(err)
	}
	x := &transcript.Exchange{}
	readResponse(resp, x, readConditions{isDocument: step.IsResponseRead(), outgoing: step.IsOutgoing(), limits: Limits{}.WithDefaults(), cause: func(error) error { return nil }})
	return x, m.addParsed(step, []byte(raw), resp, x)
}

func TestCacheReturnsTheSameExchangeAsTheParser(t *testing.T) {
	t.Parallel()
	const head = "HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: 36\r\n\r\n"
	body := func(c byte) string { return fmt.Sprintf(`<Response onHangup="https://a.b/%c"/>`, c) }
	newCall, outgoingNewCall, hangup := call.Step{Push: push.Push{Event: push.NewCall}}, call.Step{Push: push.Push{Event: push.NewCall}, Direction: push.Outgoing}, call.Step{Push: push.Push{Event: push.Hangup}}
	tests := []struct {
		name          string
		first, second string
		step          call.Step
		cached        bool // lookUp finds the second response after the first response was added
	}{
		{"the same head with another body: cached", head + body('1'), head + body('2'), newCall, true},
		{"the same head with another body, for an outgoing call: cached", head + body('1'), head + body('2'), outgoingNewCall, true},
		{"the same head with another body, to a hangup push: cached", head + body('1'), head + body('2'), hangup, true},
		{"another head: not cached", head + body('1'), "HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n", newCall, false},
		{"an incomplete body: not cached", head + body('1'), head + body('2')[:20], newCall, false},
		{"bytes after the body: not cached", head + body('1'), head + body('2') + "HTTP/1.1", newCall, false},
		{"a chunked body: not cached", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\n\r\n", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\nb\r\n0\r\n\r\n", newCall, false},
		{"a content coding: not cached", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\na", "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: 1\r\n\r\nb", newCall, false},
		{"an informational response before the response: not cached", "HTTP/1.1 103 Early Hints\r\n\r\n" + head + body('1'), "HTTP/1.1 103 Early Hints\r\n\r\n" + head + body('2'), newCall, false},
		{"lines that end with a line feed alone: not cached", "HTTP/1.1 200 OK\nContent-Length: 5\n\na\r\n\r\n", "HTTP/1.1 200 OK\nContent-Length: 5\n\nb\r\n\r\n", newCall, false},
	}
	for _, test := range tests {
		m := newResponseCache()
		parseAndCache(t, m, test.step, test.first)
		got, _ := m.lookUp(test.step, []byte(test.second))
		if known := got != nil; known != test.cached {
			t.Errorf("%s: cached is %t, want %t", test.name, known, test.cached)
		}
		if got == nil {
			continue
		}
		want, _ := parseAndCache(t, newResponseCache(), test.step, test.second)
		if !test.step.IsResponseRead() {
			want.ResponseBody = nil // a body that sipgate does not read is not kept
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestCacheSharesAResponseThatCameTwice(t *testing.T) {
	t.Parallel()
	const raw = "HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nContent-Length: 11\r\n\r\n<Response/>"
	m := newResponseCache()
	step := call.Step{Push: push.Push{Event: push.NewCall}}
	if _, shared := parseAndCache(t, m, step, raw); shared {
		t.Error("the first response is shared, want not shared")
	}
	second, shared := m.lookUp(step, []byte(raw))
	if !shared || second == nil {
		t.Fatalf("the second response: %v, shared is %t", second, shared)
	}
	for range 3 {
		if later, shared := m.lookUp(step, []byte(raw)); later != second || !shared {
			t.Errorf("lookUp returns another exchange: shared is %t", shared)
		}
	}
}

func TestCacheKeepsALimitedNumberOfResponsesAndHeads(t *testing.T) {
	t.Parallel()
	m := newResponseCache()
	step := call.Step{Push: push.Push{Event: push.NewCall}}
	for i := range 3 * maxResponses {
		body := fmt.Sprintf("<Response onHangup='https://a.b/%d'/>", i)
		raw := fmt.Sprintf("HTTP/1.1 200 OK\r\nX-Number: %d\r\nContent-Length: %d\r\n\r\n%s", i, len(body), body)
		parseAndCache(t, m, step, raw)
		m.lookUp(step, []byte(raw))
	}
	if known := len(m.byBytes[incomingClass]); known == 0 || known > maxResponses {
		t.Errorf("%d responses are cached, want at most %d", known, maxResponses)
	}
	if len(m.byHead) == 0 || len(m.byHead) > maxHeads {
		t.Errorf("%d heads are cached, want at most %d", len(m.byHead), maxHeads)
	}
}
