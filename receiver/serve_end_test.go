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

func TestADroppedPushGetsNoByte(t *testing.T) {
	t.Parallel()
	r := start(t, receiver.Config{Options: withFaults(t, "newcall-dropped")})
	_, err := client(t, r).Post(r.URL, formType, strings.NewReader(incoming))
	if !errors.Is(err, io.EOF) {
		t.Errorf("POST: %v, want EOF", err)
	}
}

func TestASlowReceiverWaitsAndThenResponds(t *testing.T) {
	t.Parallel()
	o := withFaults(t, "slow")
	o.SlowFactor = 0.005
	r := start(t, receiver.Config{Options: o})
	before := time.Now()
	resp, _ := posted(t, client(t, r), r.URL, incoming)
	if took := time.Since(before); took < 60*time.Millisecond || resp.StatusCode != 200 {
		t.Errorf("status %d after %s, want 200 after 60 ms", resp.StatusCode, took)
	}
}

func TestAResponseThatNeverEndsHasItsWholeDocument(t *testing.T) {
	t.Parallel()
	o := withFaults(t, "never-ends")
	o.SlowFactor = 0.002
	r := start(t, receiver.Config{Options: o})
	before := time.Now()
	resp, err := client(t, r).Post(r.URL, formType, strings.NewReader(incoming))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(resp.Body)
	if took := time.Since(before); err == nil || took < 60*time.Millisecond {
		t.Errorf("the response ended with %v after %s, want it to break off after 60 ms", err, took)
	}
	if !strings.HasSuffix(string(body), "/>\n") {
		t.Errorf("the response says %q, want all of it", body)
	}
}

func TestClosingClosesOpenConnections(t *testing.T) {
	t.Parallel()
	for _, test := range []struct{ name, form string }{{"a response that never ends", incoming}, {"an idle connection", hungUp}} {
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
			if _, err := client(t, r).Post(r.URL, formType, strings.NewReader(hungUp)); err == nil {
				t.Error("a closed receiver takes pushes")
			}
		})
	}
}

func TestClosingWaitsForThePushUnderWay(t *testing.T) {
	t.Parallel()
	begun, release := make(chan struct{}), make(chan struct{})
	r := start(t, receiver.Config{Options: receiver.Options{Log: func(string) {
		close(begun)
		<-release
	}}})
	c := client(t, r)
	go func() {
		if resp, err := c.Post(r.URL, formType, strings.NewReader(incoming)); err == nil {
			_ = resp.Body.Close()
		}
	}()
	<-begun
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

func TestAReceiverEndsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	r, err := receiver.Start(ctx, receiver.Config{PlainHTTP: true})
	if err != nil {
		t.Fatal(err)
	}
	posted(t, client(t, r), r.URL, incoming)
	cancel()
	for {
		conn, err := net.Dial("tcp", strings.Trim(strings.TrimPrefix(r.URL, "http:"), "/"))
		if err != nil {
			return // refused, as soon as the end of the context has got through
		}
		_ = conn.Close()
	}
}
