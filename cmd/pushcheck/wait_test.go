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

// startingReceiver is a receiver behind a proxy. The proxy responds to the first pushes, as if the receiver did not run yet. starting
// records the callIds of the newCall pushes.
type startingReceiver struct {
	status, times int

	mu  sync.Mutex
	ids []string
}

func (s *startingReceiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if r.PostFormValue("event") == "newCall" {
		s.ids = append(s.ids, r.PostFormValue("callId"))
	}
	if s.times > 0 {
		s.times--
		w.WriteHeader(s.status)
		return
	}
	w.Header().Set("Content-Type", "application/xml")
	_, _ = w.Write([]byte("<Response/>"))
}

func TestARunWithWaitWaitsWhileAProxyResponds502503Or504(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		give *startingReceiver
		wait string
		exit int // with 1 there are more calls: the captured push is sent too, and again unchanged
		min  int // the smallest number of newCall pushes that arrive at the proxy
	}{
		{"502 for a while", &startingReceiver{status: 502, times: 3}, "30s", 0, 3},
		{"503 for a while", &startingReceiver{status: 503, times: 3}, "30s", 0, 3},
		{"504 for a while, and no waiting", &startingReceiver{status: 504, times: 5}, "", 1, 0},
		{"500, which is the receiver's own", &startingReceiver{status: 500, times: 5}, "30s", 1, 0},
		{"502 for longer than the wait", &startingReceiver{status: 502, times: 1 << 20}, "1s", 1, 2},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			server := httptest.NewServer(test.give)
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
			ids := slices.Clone(test.give.ids)
			if len(ids) < test.min {
				t.Errorf("%d newCall pushes arrived, want %d at least", len(ids), test.min)
			}
			slices.Sort(ids)
			if len(slices.Compact(ids)) < len(test.give.ids) && test.exit == 0 {
				t.Errorf("a callId came twice: %q", test.give.ids)
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
