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

// withQuirk returns the reference receiver with a quirk.
func withQuirk(t *testing.T, name string) http.Handler {
	t.Helper()
	for _, m := range receiver.Quirks() {
		if m.Name == name {
			return reference(t, receiver.Options{Quirks: []receiver.Quirk{m}})
		}
	}
	t.Fatalf("there is no quirk %q", name)
	return nil
}

func TestHintForReceiverWithSipgatesKeyDoesNotNameTheSignKey(t *testing.T) {
	t.Parallel()
	for _, quirk := range []string{"sipgate-key", "sipgate-key-closes", "sipgate-key-document"} {
		t.Run(quirk, func(t *testing.T) {
			t.Parallel()
			run := judging(t, withQuirk(t, quirk))
			steps.Play(t.Context(), run, steps.Suite{Files: features.FS, Selects: func(sc features.Scenario) bool { return !tagged("deadly")(sc) && !tagged("alone")(sc) }, Parallel: 4})
			v := run.Verdict()
			if v.Exit != verdict.ExitNoVerdict || len(failed(v)) > 0 || !strings.Contains(v.Why, "--sign-key") {
				t.Errorf("exit %d, failed %v, want no verdict, no finding and --sign-key: %s", v.Exit, failed(v), v.Why)
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

func TestFindingHintsAtCastIfSomeNumbersAreRefused(t *testing.T) {
	t.Parallel()
	for name, refusal := range map[string]int{"status 404": 404, "status 405": 405, "status 500": 500} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			good := reference(t, receiver.Options{})
			run := judging(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if strings.Contains(string(readBack(r)), "to=493") {
					w.WriteHeader(refusal)
					return
				}
				good.ServeHTTP(w, r)
			}))
			steps.Play(t.Context(), run, steps.Suite{Files: features.FS, Selects: tagged("push.newcall")})
			v := run.Verdict()
			for _, row := range v.Rows {
				if row.ID == "push.newcall" && (row.Status != verdict.Failed || !strings.Contains(row.Findings[0].Fix, "--cast")) {
					t.Errorf("push.newcall is %s, findings %+v, want it failed with a hint at --cast", row.Status, row.Findings)
				}
			}
		})
	}
}

// readBack returns the body of a request, which can then be read again.
func readBack(r *http.Request) []byte {
	body, _ := io.ReadAll(r.Body)
	r.Body = io.NopCloser(bytes.NewReader(body))
	return body
}

// counting counts the captured pushes and the changed ones that arrive.
type counting struct {
	http.Handler
	mu               sync.Mutex
	genuine, altered int
}

func (c *counting) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body := readBack(r)
	genuine, _ := push.GenuinePush()
	altered, _ := push.AlteredGenuinePush()
	c.mu.Lock()
	switch string(body) {
	case string(genuine):
		c.genuine++
	case string(altered):
		c.altered++
	}
	c.mu.Unlock()
	c.Handler.ServeHTTP(w, r)
}

func TestAlteredCaptureIsSentOnlyIfPlainPushesAreRefused(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		handler http.Handler
		altered int
	}{
		"plain pushes accepted": {reference(t, receiver.Options{}), 0},
		"plain pushes accepted with a root in lower case": {http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/xml")
			_, _ = io.WriteString(w, "<response/>")
		}), 0},
		"plain pushes refused": {withQuirk(t, "sipgate-key"), 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := &counting{Handler: test.handler}
			run := judging(t, c)
			steps.Play(t.Context(), run, steps.Suite{Files: features.FS, Selects: tagged("push.golden-capture")})
			run.Verdict()
			if c.genuine != 1 || c.altered != test.altered {
				t.Errorf("the captured push arrived %d times and the changed one %d times, want 1 and %d", c.genuine, c.altered, test.altered)
			}
		})
	}
}
