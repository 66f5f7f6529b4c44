package steps_test

import (
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/features"
	"github.com/pushcheck/pushcheck/pushchecktest"
	"github.com/pushcheck/pushcheck/receiver"
	"github.com/pushcheck/pushcheck/steps"
	"github.com/pushcheck/pushcheck/verdict"
)

// refusesWith500 is the reference receiver, except that it refuses some pushes with status 500.
func refusesWith500(t *testing.T, refuses func(body string) bool) http.Handler {
	t.Helper()
	good := reference(t, receiver.Options{})
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return
		}
		if refuses(string(body)) {
			w.WriteHeader(http.StatusInternalServerError)
			return
		}
		r.Body = io.NopCloser(strings.NewReader(string(body)))
		good.ServeHTTP(w, r)
	})
}

// own is the outcome of one scenario of the user's own at a receiver, and the verdict of the run.
func own(t *testing.T, h http.Handler, sign bool, files fstest.MapFS) (verdict.Scenario, verdict.Verdict) {
	t.Helper()
	target := pushchecktest.Serve(t, h)
	if sign {
		target.SignKey = pair()
	}
	run, err := target.Run()
	if err != nil {
		t.Fatal(err)
	}
	suite := steps.Suite{Files: files, Own: true}
	if err := run.Check(suite); err != nil {
		t.Fatal(err)
	}
	run.Probe(t.Context())
	run.Play(t.Context(), suite)
	v := run.Verdict()
	if len(v.Scenarios) != 1 {
		t.Fatalf("the verdict has %d scenarios, want 1", len(v.Scenarios))
	}
	return v.Scenarios[0], v
}

func TestOwnScenarioFailsIfItsSentenceIsFalse(t *testing.T) {
	t.Parallel()
	none := func(string) bool { return false }
	all := func(string) bool { return true }
	event := func(name string) func(string) bool {
		return func(body string) bool { return strings.Contains(body, "event="+name) }
	}
	const called, answered = "Given Jennifer has called Doc", "Given Jennifer has called Doc, and Doc has answered"
	for name, test := range map[string]struct {
		refuses func(string) bool
		sign    bool
		tag     string
		story   []string
		want    verdict.Status
		exit    int
		notMet  string
	}{
		"accepts every push, which it does":        {none, false, "", []string{answered, "When Jennifer hangs up", "Then the receiver accepts every push"}, verdict.Passed, 0, ""},
		"accepts every push, with another tag":     {event("hangup"), false, "@response.prompt", []string{answered, "When Jennifer hangs up", "Then the receiver accepts every push"}, verdict.Failed, 1, "push.hangup"},
		"accepts every push, and refuses a hangup": {event("hangup"), false, "", []string{answered, "When Jennifer hangs up", "Then the receiver accepts every push"}, verdict.Failed, 1, "push.hangup"},
		"refuses it, which it accepts":             {none, true, "@signature.missing", []string{called, "But the newCall comes without a signature", "Then the receiver refuses it and takes the next one"}, verdict.Failed, 1, ""},
		"refuses it, without a key to sign with":   {none, false, "@signature.missing", []string{called, "But the newCall comes without a signature", "Then the receiver refuses it and takes the next one"}, verdict.NotApplicable, 0, ""},
		"refuses everything":                       {all, false, "", []string{called, "Then the receiver accepts every push"}, verdict.Failed, 1, "push.newcall"},
		"takes it, which it refuses":               {func(body string) bool { return strings.Contains(body, "from=anonymous") }, false, "@push.anonymous-caller", []string{answered, "When Jennifer hangs up", "But the caller suppresses the number", "Then the receiver takes it all the same"}, verdict.Failed, 1, "push.anonymous-caller"},
		"a table of a call that it does not steer": {none, false, "", []string{"When Jennifer calls a number that is rejected", "Then sipgate pushes", "| event |", "| newCall |", "| hangup |"}, verdict.NotApplicable, 0, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, v := own(t, refusesWith500(t, test.refuses), test.sign, lines(test.tag, test.story...))
			if got.Status != test.want || !strings.Contains(strings.Join(got.NotMet, " "), test.notMet) {
				t.Errorf("%s (%s), not met %v, findings %v; want %s, %s", got.Status, got.Reason, got.NotMet, got.Findings, test.want, test.notMet)
			}
			if test.exit >= 0 && v.Exit != test.exit {
				t.Errorf("exit %d, want %d: %s", v.Exit, test.exit, v.Why)
			}
		})
	}
}

func TestScenariosThatMayCrashTheReceiverArePlayedLastWhateverIsSelected(t *testing.T) {
	t.Parallel()
	selected := func(s features.Scenario) bool {
		for _, id := range s.Requirements() {
			switch id {
			case "trouble.malformed-push", "push.utf8-names", "push.newcall":
				return true
			}
		}
		return false
	}
	var mu sync.Mutex
	var order []string
	run := judging(t, reference(t, receiver.Options{}))
	run.Play(t.Context(), steps.Suite{Files: features.FS, Plays: selected, Parallel: 4, Over: func(o steps.Outcome) {
		mu.Lock()
		defer mu.Unlock()
		kind := "plain"
		if strings.Contains(o.Name, "stranger") {
			kind = "deadly"
		}
		if len(order) == 0 || order[len(order)-1] != kind {
			order = append(order, kind)
		}
	}})
	if diff := cmp.Diff([]string{"plain", "deadly"}, order); diff != "" {
		t.Errorf("order mismatch (-want +got):\n%s", diff)
	}
}
