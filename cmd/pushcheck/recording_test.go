package main

import (
	"bytes"
	"compress/gzip"
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/internal/pseudonym"
	"github.com/pushcheck/pushcheck/internal/relay"
)

// relayedExchange returns an exchange: a push with a body, and a response that subscribes to all pushes.
func relayedExchange(body string) relay.Exchange {
	const document = `<Response onAnswer="http://recorder.example/a" onHangup="http://recorder.example/h"/>`
	return relay.Exchange{
		Request: httptest.NewRequest(http.MethodPost, "http://recorder.example/", nil), Body: []byte(body), IsBodyComplete: true,
		Response:     &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/xml"}}, ContentLength: int64(len(document))},
		ResponseBody: []byte(document), IsResponseComplete: true, StartedAt: time.Now(),
	}
}

func TestResultOfACallIsPrintedTwoSecondsAfterItsLastLegEnds(t *testing.T) {
	t.Parallel()
	const (
		newCallA = "event=newCall&direction=in&from=491511100001&to=493011000001&callId=A&user[]=Alice"
		hangupA  = "event=hangup&callId=A&cause=forwarded&from=491511100001&to=493011000001&direction=in"
		newCallB = "event=newCall&direction=in&from=491511100001&to=493012000001&callId=B&origCallId=A&user[]=Bob&diversion=493011000001"
		hangupB  = "event=hangup&callId=B&origCallId=A&cause=busy&from=491511100001&to=493012000001&direction=in&diversion=493011000001"
	)
	folder := t.TempDir()
	scenario := filepath.Join(folder, "call-1.yaml")
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		recording := newRecording(folder, &out, &out, func(err error) { t.Error(err) })
		results := func() []string {
			synctest.Wait()
			recording.mu.Lock()
			defer recording.mu.Unlock()
			var lines []string
			for line := range strings.Lines(out.String()) {
				if _, text, ok := strings.Cut(line, "  call 1: "); ok {
					lines = append(lines, strings.TrimSuffix(strings.ReplaceAll(text, folder, "DIR"), "\n"))
				}
			}
			return lines
		}
		for _, body := range []string{newCallA, hangupA, newCallB} {
			recording.beginExchange()(relayedExchange(body))
			time.Sleep(callEndDelay - time.Millisecond)
		}
		recording.beginExchange()(relayedExchange(hangupB))
		if diff := cmp.Diff([]string(nil), results()); diff != "" {
			t.Errorf("printed before the call is over (-want +got):\n%s", diff)
		}
		time.Sleep(callEndDelay + time.Millisecond)
		want := []string{"no scenario: the story makes a push that differs from the recorded newCall: user[]"} // the recorded newCall has no user ids
		if diff := cmp.Diff(want, results()); diff != "" {
			t.Errorf("printed when the call is over (-want +got):\n%s", diff)
		}
		if err := recording.finish(); err != nil || len(results()) != 1 {
			t.Errorf("the result of a call is printed twice: %q, error %v", results(), err)
		}
	})
	if _, err := os.Stat(scenario); err == nil {
		t.Errorf("%s was written", scenario)
	}
}

func TestResultOfTheOldestCallIsPrintedIfThereAreTooManyCalls(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	recording := newRecording(t.TempDir(), &out, &out, func(err error) { t.Error(err) })
	for i := range maxRecordedCalls + 1 {
		recording.beginExchange()(relayedExchange(fmt.Sprintf("event=newCall&direction=in&from=491511100001&to=493011000001&callId=%d&user[]=Alice", i)))
	}
	if n, ids := len(recording.calls.calls), len(recording.calls.byID); n != maxRecordedCalls || ids != maxRecordedCalls {
		t.Errorf("%d calls with %d ids are remembered, want %d", n, ids, maxRecordedCalls)
	}
	if text := out.String(); !strings.Contains(text, "  call 1: no scenario: ") || strings.Contains(text, "  call 2: ") {
		t.Errorf("want the result of the first call only, got:\n%.500s", text[max(len(text)-500, 0):])
	}
}

func TestEndOfAnExchangeIsDescribedByItsStatusOrError(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		name     string
		exchange relay.Exchange
		want     string
	}{
		{"connection refused", relay.Exchange{Err: syscall.ECONNREFUSED}, "no response from the receiver in 0.0 ms: connection refused"},
		{"an error with control characters", relay.Exchange{Err: errors.New("not valid for \x1b[2J")}, `no response from the receiver in 0.0 ms: not valid for \x1b[2J`},
		{"the sender closed the connection", relay.Exchange{Err: context.Canceled}, "no response from the receiver in 0.0 ms, then the sender closed the connection"},
		{"a response", relayedExchange(""), "200 in 0.0 ms"},
	} {
		if diff := cmp.Diff(test.want, describeOutcome(test.exchange)); diff != "" {
			t.Errorf("%s: describeOutcome mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestAPushAfterTheEndOfACallRemovesItsScenarioFile(t *testing.T) {
	t.Parallel()
	const (
		newCall = "event=newCall&direction=in&from=491511100001&to=493011000001&callId=A&user[]=Alice&userId[]=w7&fullUserId[]=7w7"
		hangup  = "event=hangup&callId=A&cause=busy&from=491511100001&to=493011000001&direction=in"
	)
	folder := t.TempDir()
	synctest.Test(t, func(t *testing.T) {
		var out bytes.Buffer
		recording := newRecording(folder, &out, &out, func(err error) { t.Error(err) })
		for _, want := range []bool{false, true, false} {
			body := hangup
			if recording.requestCount == 0 {
				body = newCall
			}
			recording.beginExchange()(relayedExchange(body))
			time.Sleep(callEndDelay + time.Millisecond)
			synctest.Wait()
			if _, err := os.Stat(filepath.Join(folder, "call-1.yaml")); (err == nil) != want {
				t.Errorf("there is a scenario: %t, want %t", err == nil, want)
			}
		}
		if err := recording.finish(); err != nil || !strings.HasSuffix(out.String(), ", 0 scenarios\n") {
			t.Errorf("error %v, summary:\n%s", err, out.String())
		}
	})
}

func TestACompressedResponseIsSavedUncompressed(t *testing.T) {
	t.Parallel()
	const newCall = "event=newCall&direction=in&from=491511100001&to=493011000001&callId=A0123456&user[]=Alice"
	var compressed bytes.Buffer
	w := gzip.NewWriter(&compressed)
	_, _ = w.Write([]byte(`<Response onHangup="http://recorder.example/h?id=A0123456"/>`))
	_ = w.Close()
	exchange := relayedExchange(newCall)
	exchange.Response.Header.Set("Content-Encoding", "gzip")
	exchange.Response.Header.Set("X-Caller", "491511100001")
	exchange.Response.Header.Set("Set-Cookie", "secret")
	exchange.ResponseBody = compressed.Bytes()
	var out bytes.Buffer
	recording := newRecording(t.TempDir(), &out, &out, func(err error) { t.Error(err) })
	recording.names = pseudonym.New("secret")
	recording.beginExchange()(exchange)
	if c := recording.calls.calls[0].sortedPushes()[0]; c.Document == nil || c.Document.Response.OnHangup == nil {
		t.Errorf("the response was not read: %+v", c.Document)
	}
	files, err := filepath.Glob(filepath.Join(recording.folder, "*"+responseEnding))
	if err != nil || len(files) != 1 {
		t.Fatalf("files %q, error %v", files, err)
	}
	data, err := os.ReadFile(files[0])
	if err != nil {
		t.Fatal(err)
	}
	capture := capturesOf(t, recording.folder)[0]
	sent, err := capture.Push()
	if err != nil {
		t.Fatal(err)
	}
	want := "HTTP/1.1 200 OK\r\nContent-Type: application/xml\r\nSet-Cookie: $SET_COOKIE\r\nX-Caller: 492214710001\r\nContent-Length: 60\r\n\r\n" +
		`<Response onHangup="http://recorder.example/h?id=` + sent.CallID + `"/>`
	if diff := cmp.Diff(want, string(data)); diff != "" {
		t.Errorf("saved response mismatch (-want +got):\n%s", diff)
	}
}
