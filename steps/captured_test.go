package steps_test

import (
	"bytes"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/features"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/receiver"
	"github.com/pushcheck/pushcheck/steps"
	"github.com/pushcheck/pushcheck/verdict"
)

// receiverWithQuirk returns the reference receiver with a quirk.
func receiverWithQuirk(t *testing.T, name string) http.Handler {
	t.Helper()
	for _, q := range receiver.Quirks() {
		if q.Name == name {
			return referenceReceiver(t, receiver.Options{Quirks: []receiver.Quirk{q}})
		}
	}
	t.Fatalf("there is no quirk %q", name)
	return nil
}

func TestVerdictNamesTheFlagSignKeyIfTheReceiverVerifiesWithSipgatesKey(t *testing.T) {
	t.Parallel()
	for _, quirk := range []string{"sipgate-key", "sipgate-key-closes", "sipgate-key-document"} {
		t.Run(quirk, func(t *testing.T) {
			t.Parallel()
			run := inMemoryRun(t, receiverWithQuirk(t, quirk))
			steps.Play(t.Context(), run, steps.Suite{Files: features.FS, Selects: func(sc features.Scenario) bool { return !hasTag("deadly")(sc) && !hasTag("alone")(sc) }, Parallel: 4})
			v := run.Verdict()
			if v.Exit != verdict.ExitNoVerdict || len(failedIDs(v)) > 0 || !strings.Contains(v.Summary, "--sign-key") {
				t.Errorf("exit %d, failed %v, want no verdict, no finding and --sign-key: %s", v.Exit, failedIDs(v), v.Summary)
			}
			want := map[string]verdict.Status{"push.golden-capture": verdict.Passed, "push.newcall": verdict.Undetermined, "push.answer": verdict.Undetermined,
				"push.hangup": verdict.Undetermined, "signature.valid": verdict.Undetermined}
			got := map[string]verdict.Status{}
			for id := range want {
				got[id] = status(v, id)
			}
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("status mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestFindingNamesTheFlagCastIfOnlySomeNumbersAreRefused(t *testing.T) {
	t.Parallel()
	for name, refusal := range map[string]int{"status 404": 404, "status 405": 405, "status 500": 500} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			goodReceiver := referenceReceiver(t, receiver.Options{})
			run := inMemoryRun(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.Contains(string(copyBody(r)), "to=493") {
					w.WriteHeader(refusal)
					return
				}
				goodReceiver.ServeHTTP(w, r)
			}))
			steps.Play(t.Context(), run, steps.Suite{Files: features.FS, Selects: hasTag("push.newcall")})
			v := run.Verdict()
			for _, row := range v.Rows {
				if row.ID == "push.newcall" && (row.Status != verdict.Failed || !strings.Contains(row.Findings[0].Fix, "--cast")) {
					t.Errorf("push.newcall is %s, findings %+v, want it failed with a hint at --cast", row.Status, row.Findings)
				}
			}
		})
	}
}

// copyBody returns the body of a request, and sets the body so that a handler can read it again.
func copyBody(r *http.Request) []byte {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	return body
}

// captureCounter counts how many times the genuine captured push and its altered copy arrive.
type captureCounter struct {
	http.Handler
	mu                         sync.Mutex
	genuineCount, alteredCount int
}

func (c *captureCounter) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body := copyBody(r)
	genuine, _ := push.GenuinePush()
	altered, _ := push.AlteredGenuinePush()
	c.mu.Lock()
	switch string(body) {
	case string(genuine):
		c.genuineCount++
	case string(altered):
		c.alteredCount++
	}
	c.mu.Unlock()
	c.Handler.ServeHTTP(w, r)
}

func TestAlteredCapturedPushIsSentOnlyIfPlainPushesAreRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		handler http.Handler
		altered int // how many times the altered push should arrive
	}{
		"plain pushes accepted: altered push not sent": {referenceReceiver(t, receiver.Options{}), 0},
		"plain pushes accepted with a lower-case root element: altered push not sent": {http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/xml")
			_, _ = io.WriteString(w, "<response/>")
		}), 0},
		"plain pushes refused: altered push sent once": {receiverWithQuirk(t, "sipgate-key"), 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := &captureCounter{Handler: test.handler}
			run := inMemoryRun(t, c)
			steps.Play(t.Context(), run, steps.Suite{Files: features.FS, Selects: hasTag("push.golden-capture")})
			run.Verdict()
			if c.genuineCount != 1 || c.alteredCount != test.altered {
				t.Errorf("the captured push arrived %d times and the changed one %d times, want 1 and %d", c.genuineCount, c.alteredCount, test.altered)
			}
		})
	}
}
