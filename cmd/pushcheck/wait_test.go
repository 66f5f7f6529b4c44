package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"testing"
)

// startingReceiver is a receiver behind a proxy. The proxy responds to the first requests with an error status, as if the receiver did not
// run yet. startingReceiver keeps the callIds of newCall pushes.
type startingReceiver struct {
	status   int // error status
	refusals int // number of requests that still get the error status

	mu      sync.Mutex
	callIDs []string // callIds of the newCall pushes that came
}

func (s *startingReceiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.PostFormValue("event") == "newCall" {
		s.callIDs = append(s.callIDs, r.PostFormValue("callId"))
	}
	if s.refusals > 0 {
		s.refusals--
		w.WriteHeader(s.status)
		return
	}
	w.Header().Set("Content-Type", "application/xml")
	_, _ = w.Write([]byte("<Response/>"))
}

func TestRunWithWaitWaitsWhileAProxyRespondsWithAnError(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name     string
		receiver *startingReceiver
		wait     string
		exit     int // if it is 0, no callId may come twice; a run with exit code 1 also sends the captured push several times
		minCalls int // at least so many newCall pushes have to arrive at the proxy
	}{
		{"502 at first: waits, exit code 0", &startingReceiver{status: 502, refusals: 3}, "30s", 0, 3},
		{"503 at first: waits, exit code 0", &startingReceiver{status: 503, refusals: 3}, "30s", 0, 3},
		{"504 at first, without --wait: exit code 1", &startingReceiver{status: 504, refusals: 5}, "", 1, 0},
		{"500, which a proxy does not send: exit code 1", &startingReceiver{status: 500, refusals: 5}, "30s", 1, 0},
		{"502 for longer than --wait: exit code 1", &startingReceiver{status: 502, refusals: 1 << 20}, "1s", 1, 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(test.receiver)
			defer server.Close()
			file := filepath.Join(t.TempDir(), "report.json")
			args := []string{"run", "--config", "none", "--allow-http", "--outgoing", "none", "--only", "push.newcall", "--report", "json=" + file, server.URL}
			if test.wait != "" {
				args = append(args, "--wait", test.wait)
			}
			got := runCommand(t, args...)
			if got.exit != test.exit {
				t.Errorf("exit code %d, want %d:\n%s", got.exit, test.exit, got.stdout)
			}
			callIDs := slices.Clone(test.receiver.callIDs)
			if len(callIDs) < test.minCalls {
				t.Errorf("%d newCall pushes arrived, want %d at least", len(callIDs), test.minCalls)
			}
			slices.Sort(callIDs)
			if len(slices.Compact(callIDs)) < len(test.receiver.callIDs) && test.exit == 0 {
				t.Errorf("a callId came twice: %q", test.receiver.callIDs)
			}
			var report struct {
				Calls []struct {
					Exchanges []struct {
						Status int `json:"status"`
					} `json:"exchanges"`
				} `json:"calls"`
			}
			text, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			if err := json.Unmarshal(text, &report); err != nil {
				t.Fatal(err)
			}
			if len(report.Calls) == 0 || len(report.Calls[0].Exchanges) == 0 {
				t.Fatalf("the report has no call: %.300s", text)
			}
			if first := report.Calls[0].Exchanges[0].Status; test.exit == 0 && first != 200 {
				t.Errorf("the first push of the report has status %d, want 200: only the last try counts", first)
			}
		})
	}
}
