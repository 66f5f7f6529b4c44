package run_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/verdict"
)

// crashing is a receiver that drops the requests after a stimulus.
type crashing struct {
	http.Handler
	mu    sync.Mutex
	at    func(*http.Request) bool
	limit int // how many requests are dropped; -1: all
	left  int
}

func (c *crashing) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	if c.at(r) && c.left == 0 {
		c.left = c.limit
		c.at = func(*http.Request) bool { return false }
	}
	drop := c.left != 0
	if c.left > 0 {
		c.left--
	}
	c.mu.Unlock()
	if drop {
		panic(http.ErrAbortHandler)
	}
	c.Handler.ServeHTTP(w, r)
}

func TestReceiverFailsIfItStopsRespondingAfterAStimulus(t *testing.T) {
	t.Parallel()
	refusing := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadRequest) })
	tests := []struct {
		name    string
		handler http.Handler
		limit   int
		want    verdict.Status
	}{
		{"takes pushes, and survives", good(t), 0, verdict.Passed},
		{"takes pushes, drops the request and one push", good(t), 2, verdict.Passed},
		{"takes pushes, drops every request since", good(t), -1, verdict.Failed},
		{"refuses every push, and survives", refusing, 0, verdict.Passed},
		{"refuses every push, drops the request and one push", refusing, 2, verdict.Passed},
		{"refuses every push, drops every request since", refusing, -1, verdict.Failed},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			text := func(r *http.Request) bool { return strings.HasPrefix(r.Header.Get("Content-Type"), "text/plain") }
			r := overTLS(t, &crashing{Handler: test.handler, at: text, limit: test.limit})
			v := play(t, r, stranger(t, "trouble.malformed-push", "sends a GET"), stranger(t, "trouble.malformed-push", "sends plain text"),
				stranger(t, "trouble.oversized-push", "sends a body of 1 MiB"))
			if got := row(t, v, "trouble.malformed-push").Status; got != test.want {
				t.Errorf("trouble.malformed-push is %s, want %s: %s", got, test.want, v.Why)
			}
			wantFailed, size := []string(nil), row(t, v, "trouble.oversized-push")
			if test.want == verdict.Failed {
				wantFailed = []string{"trouble.malformed-push"}
				if size.Status != verdict.Undetermined || size.Because != wantFailed[0] {
					t.Errorf("trouble.oversized-push is %s because of %q, want undetermined because of %s", size.Status, size.Because, wantFailed[0])
				}
			} else if size.Status != verdict.Passed {
				t.Errorf("trouble.oversized-push is %s, want passed: %s", size.Status, size.Reason)
			}
			var got []string
			for _, id := range failed(v) {
				if strings.HasPrefix(id, "trouble.") {
					got = append(got, id)
				}
			}
			if diff := cmp.Diff(wantFailed, got); diff != "" {
				t.Errorf("failed requirements mismatch (-want +got):\n%s", diff)
			}
		})
	}
}
