package run_test

import (
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/verdict"
)

// droppingReceiver is a receiver that closes the connections of a stimulus and of some requests after it.
type droppingReceiver struct {
	http.Handler
	mu         sync.Mutex
	isStimulus func(*http.Request) bool
	dropCount  int // number of requests that are dropped; -1: all
	dropsLeft  int // number of requests that are still to be dropped; -1: all
}

func (c *droppingReceiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	c.mu.Lock()
	if c.isStimulus(r) && c.dropsLeft == 0 {
		c.dropsLeft = c.dropCount
		c.isStimulus = func(*http.Request) bool { return false }
	}
	mustDrop := c.dropsLeft != 0
	if c.dropsLeft > 0 {
		c.dropsLeft--
	}
	c.mu.Unlock()
	if mustDrop {
		panic(http.ErrAbortHandler)
	}
	c.Handler.ServeHTTP(w, r)
}

func TestReceiverFailsIfItStopsRespondingAfterAStimulus(t *testing.T) {
	t.Parallel()
	refuseAll := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadRequest) })
	tests := []struct {
		name      string
		handler   http.Handler
		dropCount int
		want      verdict.Status
	}{
		{"accepts pushes, drops no request: passed", referenceReceiver(t), 0, verdict.Passed},
		{"accepts pushes, drops the stimulus and one push: passed", referenceReceiver(t), 2, verdict.Passed},
		{"accepts pushes, drops the stimulus and every later request: failed", referenceReceiver(t), -1, verdict.Failed},
		{"refuses every push, drops no request: passed", refuseAll, 0, verdict.Passed},
		{"refuses every push, drops the stimulus and one push: passed", refuseAll, 2, verdict.Passed},
		{"refuses every push, drops the stimulus and every later request: failed", refuseAll, -1, verdict.Failed},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			isPlainText := func(r *http.Request) bool { return strings.HasPrefix(r.Header.Get("Content-Type"), "text/plain") }
			r := tlsRun(t, &droppingReceiver{Handler: test.handler, isStimulus: isPlainText, dropCount: test.dropCount})
			v := play(t, r, strangerCall(t, "trouble.malformed-push", "sends a GET"), strangerCall(t, "trouble.malformed-push", "sends plain text"),
				strangerCall(t, "trouble.oversized-push", "sends a body of 1 MiB"))
			if got := row(t, v, "trouble.malformed-push").Status; got != test.want {
				t.Errorf("trouble.malformed-push is %s, want %s: %s", got, test.want, v.Summary)
			}
			wantFailed, oversized := []string(nil), row(t, v, "trouble.oversized-push")
			if test.want == verdict.Failed {
				wantFailed = []string{"trouble.malformed-push"}
				if oversized.Status != verdict.Undetermined || oversized.CauseID != wantFailed[0] {
					t.Errorf("trouble.oversized-push is %s because of %q, want undetermined because of %s", oversized.Status, oversized.CauseID, wantFailed[0])
				}
			} else if oversized.Status != verdict.Passed {
				t.Errorf("trouble.oversized-push is %s, want passed: %s", oversized.Status, oversized.Reason)
			}
			var got []string
			for _, id := range failedIDs(v) {
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
