package receiver_test

import (
	"crypto/rand"
	"crypto/rsa"
	"net"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/pushcheck/pushcheck/receiver"
)

func TestFaultEndsTheProcessWhichIsRestartedOnlyIfRestartAfterIsSet(t *testing.T) {
	t.Parallel()
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		fault      string
		endingPush string // form of the push that ends the receiver; sent without a signature
		restarts   bool
	}{
		{"ends-of-anonymous", strings.Replace(incomingNewCall, "from=", "from=anonymous&was=", 1), false},
		{"ends-of-busy", "event=hangup&callId=1&cause=busy", true},
		{"signature-ends", incomingNewCall, true},
	} {
		t.Run(tt.fault, func(t *testing.T) {
			t.Parallel()
			o := withFaults(t, tt.fault)
			if o.Faults[0].NeedsKey {
				o.VerifyKey = &key.PublicKey
			}
			r := start(t, receiver.Config{Options: o})
			idleClient, endingClient := client(t, r), client(t, r)
			const harmlessPush = "event=hangup&callId=1"
			if resp, err := idleClient.Post(r.URL, formType, strings.NewReader(harmlessPush)); err != nil {
				t.Fatal(err)
			} else {
				_ = resp.Body.Close()
			}
			if _, err := endingClient.Post(r.URL, formType, strings.NewReader(tt.endingPush)); err == nil {
				t.Error("the push that ends the receiver got a response")
			}
			host := strings.Trim(strings.TrimPrefix(r.URL, "https:"), "/")
			if !tt.restarts {
				if conn, err := net.Dial("tcp", host); err == nil {
					_ = conn.Close()
					t.Error("a receiver that has ended accepts connections")
				}
				return
			}
			for { // until the receiver has restarted
				conn, err := net.Dial("tcp", host)
				if err == nil {
					_ = conn.Close()
					break
				}
			}
			afterRestart := client(t, r)
			if resp, err := afterRestart.Post(r.URL, formType, strings.NewReader(harmlessPush)); err != nil {
				t.Errorf("a push after the restart: %v", err)
			} else {
				_ = resp.Body.Close()
			}
		})
	}
}

func TestClosedReceiverIsNotRestarted(t *testing.T) {
	t.Parallel()
	r := start(t, receiver.Config{Options: withFaults(t, "ends-of-busy")})
	_, _ = client(t, r).Post(r.URL, formType, strings.NewReader("event=hangup&callId=1&cause=busy"))
	if err := r.Close(); err != nil {
		t.Errorf("closing: %v", err)
	}
	if conn, err := net.Dial("tcp", strings.Trim(strings.TrimPrefix(r.URL, "https:"), "/")); err == nil {
		_ = conn.Close()
		t.Error("a closed receiver accepts connections")
	}
}

func TestOnePushFaultHandlesPushesInTurn(t *testing.T) {
	t.Parallel()
	o := withFaults(t, "one-push")
	o.SlowFactor = 0.02 // each response takes 24 ms
	r := start(t, receiver.Config{Options: o})
	began := time.Now()
	var senders sync.WaitGroup
	for range 4 {
		senders.Go(func() {
			resp, err := client(t, r).Post(r.URL, formType, strings.NewReader(incomingNewCall))
			if err != nil || resp.StatusCode != http.StatusOK {
				t.Errorf("response %v, error %v, want status 200", resp, err)
				return
			}
			_ = resp.Body.Close()
		})
	}
	senders.Wait()
	if took := time.Since(began); took < 4*24*time.Millisecond {
		t.Errorf("four pushes at once took %s, want at least 96 ms", took)
	}
}
