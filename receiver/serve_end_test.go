package receiver_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"
	"time"

	"github.com/pushcheck/pushcheck/receiver"
)

func TestNewCallDroppedFaultClosesTheConnectionWithoutAByte(t *testing.T) {
	t.Parallel()
	r := start(t, receiver.Config{Options: withFaults(t, "newcall-dropped")})
	_, err := client(t, r).Post(r.URL, formType, strings.NewReader(incomingNewCall))
	if !errors.Is(err, io.EOF) {
		t.Errorf("POST: %v, want EOF", err)
	}
}

func TestSlowFaultDelaysTheResponse(t *testing.T) {
	t.Parallel()
	o := withFaults(t, "slow")
	o.SlowFactor = 0.005 // the delay of 12 s becomes 60 ms
	r := start(t, receiver.Config{Options: o})
	before := time.Now()
	resp, _ := mustPost(t, client(t, r), r.URL, incomingNewCall)
	if took := time.Since(before); took < 60*time.Millisecond || resp.StatusCode != 200 {
		t.Errorf("status %d after %s, want 200 after 60 ms", resp.StatusCode, took)
	}
}

func TestNeverEndsFaultSendsTheWholeDocumentWithoutAnEnd(t *testing.T) {
	t.Parallel()
	o := withFaults(t, "never-ends")
	o.SlowFactor = 0.002 // the connection is closed after 60 ms instead of 30 s
	r := start(t, receiver.Config{Options: o})
	before := time.Now()
	resp, err := client(t, r).Post(r.URL, formType, strings.NewReader(incomingNewCall))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if took := time.Since(before); err == nil || took < 60*time.Millisecond {
		t.Errorf("the response ended with %v after %s, want an incomplete one after 60 ms", err, took)
	}
	if !strings.HasSuffix(string(body), "/>\n") {
		t.Errorf("the body is %q, want the whole document", body)
	}
}

func TestCloseClosesOpenConnections(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, form string }{{"a response that never ends", incomingNewCall}, {"an idle connection", hangupPush}} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			r := start(t, receiver.Config{Options: withFaults(t, "never-ends")})
			resp, err := client(t, r).Post(r.URL, formType, strings.NewReader(test.form))
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = resp.Body.Close() }()
			for range 2 {
				if err := r.Close(); err != nil {
					t.Errorf("closing: %v", err)
				}
			}
			if _, err := client(t, r).Post(r.URL, formType, strings.NewReader(hangupPush)); err == nil {
				t.Error("a closed receiver accepts pushes")
			}
		})
	}
}

func TestCloseWaitsUntilAPushIsHandled(t *testing.T) {
	t.Parallel()
	pushStarted, release := make(chan struct{}), make(chan struct{})
	r := start(t, receiver.Config{Options: receiver.Options{Log: func(string) {
		close(pushStarted)
		<-release
	}}})
	c := client(t, r)
	go func() {
		if resp, err := c.Post(r.URL, formType, strings.NewReader(incomingNewCall)); err == nil {
			_ = resp.Body.Close()
		}
	}()
	<-pushStarted
	closed := make(chan error, 1)
	go func() { closed <- r.Close() }()
	select {
	case err := <-closed:
		t.Errorf("closing ended before the push was done: %v", err)
		close(release)
	case <-time.After(30 * time.Millisecond):
		close(release)
		if err := <-closed; err != nil {
			t.Errorf("closing: %v", err)
		}
	}
}

func TestReceiverStopsListeningWhenItsContextEnds(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	r, err := receiver.Start(ctx, receiver.Config{PlainHTTP: true})
	if err != nil {
		t.Fatal(err)
	}
	mustPost(t, client(t, r), r.URL, incomingNewCall)
	cancel()
	for {
		conn, err := net.Dial("tcp", strings.Trim(strings.TrimPrefix(r.URL, "http:"), "/"))
		if err != nil {
			return // refused: the receiver has noticed the end of the context
		}
		_ = conn.Close()
	}
}
