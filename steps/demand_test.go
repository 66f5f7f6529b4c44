package steps_test

import (
	"context"
	"io"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/features"
	"github.com/pushcheck/pushcheck/receiver"
	"github.com/pushcheck/pushcheck/run"
	"github.com/pushcheck/pushcheck/steps"
	"github.com/pushcheck/pushcheck/verdict"
)

// refusesWith500 returns the reference receiver, which also refuses some pushes with status 500.
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

// playOwnScenario plays one scenario of the user at a receiver. It returns the result of the scenario and the verdict of the run.
func playOwnScenario(t *testing.T, h http.Handler, change func(*run.Options), selectedID string, files fstest.MapFS) (verdict.Scenario, verdict.Verdict) {
	t.Helper()
	options := inMemoryOptions(h)
	if change != nil {
		change(&options)
	}
	if selectedID != "" {
		options.Selected = func(id string) bool { return id == selectedID }
	}
	run := run.New(options)
	suite := steps.Suite{Files: files, OwnFeatures: true}
	if err := steps.Check(run, suite); err != nil {
		t.Fatal(err)
	}
	run.Probe(t.Context())
	steps.Play(t.Context(), run, suite)
	v := run.Verdict()
	if len(v.Scenarios) != 1 {
		t.Fatalf("the verdict has %d scenarios, want 1", len(v.Scenarios))
	}
	return v.Scenarios[0], v
}

func TestOwnScenarioFailsIfItsSentenceIsFalse(t *testing.T) {
	t.Parallel()
	noPush := func(string) bool { return false }
	everyPush := func(string) bool { return true }
	hasEvent := func(name string) func(string) bool {
		return func(body string) bool { return strings.Contains(body, "event="+name) }
	}
	const called, answered = "Given Jennifer has called Doc", "Given Jennifer has called Doc, and Doc has answered"
	acceptsEvery := []string{answered, "When Jennifer hangs up", "Then the receiver accepts every push"}
	anonymous := []string{answered, "When Jennifer hangs up", "But the caller suppresses the number", "Then the receiver still accepts every push"}
	unsigned := []string{called, "But the newCall comes without a signature", "Then the receiver refuses it and accepts the next push"}
	unsignedHangup := []string{answered, "When Jennifer hangs up", "But the hangup comes without a signature", "Then the receiver ignores it and accepts the next push"}
	hangupKnown := func(o *run.Options) {
		o.Known = []verdict.KnownFailure{{ID: "push.hangup", Reason: "issue 12"}}
	}
	withSignKey := func(o *run.Options) { o.Sender.SignKey = testKey() }
	isFrom := func(caller string) func(string) bool {
		return func(body string) bool { return strings.Contains(body, "from="+caller) }
	}
	observer := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	for name, test := range map[string]struct {
		receiver   http.Handler
		change     func(*run.Options)
		tag        string
		story      []string
		selectedID string // the only selected requirement; "": all are selected
		want       verdict.Status
		exit       int
		notMet     []string
		findings   int
	}{
		"accepts every push: it does":                                                      {receiver: refusesWith500(t, noPush), story: acceptsEvery, want: verdict.Passed},
		"accepts every push: it refuses the hangup":                                        {receiver: refusesWith500(t, hasEvent("hangup")), story: acceptsEvery, want: verdict.Failed, exit: 1, notMet: []string{"push.hangup"}},
		"accepts every push: it refuses the hangup, and the tag names another requirement": {receiver: refusesWith500(t, hasEvent("hangup")), tag: "@response.prompt", story: acceptsEvery, want: verdict.Failed, exit: 1, notMet: []string{"push.hangup"}},
		"accepts every push: it refuses the hangup, and another requirement is selected":   {receiver: refusesWith500(t, hasEvent("hangup")), tag: "@response.prompt", story: acceptsEvery, selectedID: "response.prompt", want: verdict.Failed, exit: 1, notMet: []string{"push.hangup"}},
		"accepts every push: it refuses the hangup, a known failure":                       {receiver: refusesWith500(t, hasEvent("hangup")), change: hangupKnown, story: acceptsEvery, want: verdict.Known},
		"accepts every push: the hangup cannot be sent":                                    {receiver: reference(t, receiver.Options{}, "relative-hangup"), tag: "@response.prompt", story: acceptsEvery, want: verdict.Undetermined, exit: 1},
		"accepts every push: it refuses all pushes":                                        {receiver: refusesWith500(t, everyPush), story: []string{called, "Then the receiver accepts every push"}, want: verdict.Failed, exit: 1, notMet: []string{"push.newcall"}},
		"still accepts an odd push: it does":                                               {receiver: refusesWith500(t, noPush), tag: "@push.anonymous-caller", story: anonymous, want: verdict.Passed},
		"still accepts an odd push: it refuses it":                                         {receiver: refusesWith500(t, isFrom("anonymous")), tag: "@push.anonymous-caller", story: anonymous, want: verdict.Failed, exit: 1, notMet: []string{"push.anonymous-caller"}},
		"still accepts an odd push: it refuses an unknown cause, which counts as a finding of the scenario": {receiver: refusesWith500(t, func(body string) bool { return strings.Contains(body, "cause=chanunavail") }), tag: "@push.unknown-cause",
			story: []string{answered, "When Jennifer hangs up", "But the hangup cause is chanunavail", "Then the receiver still accepts every push"}, want: verdict.Failed, exit: 1, findings: 1},
		"refuses a forged push: it accepts it":                            {receiver: refusesWith500(t, noPush), change: withSignKey, tag: "@signature.missing", story: unsigned, want: verdict.Failed, exit: 1, findings: 1},
		"refuses a forged push: there is no key to sign pushes":           {receiver: refusesWith500(t, noPush), tag: "@signature.missing", story: unsigned, want: verdict.NotApplicable},
		"refuses a forged hangup: the receiver subscribes to nothing":     {receiver: observer, change: withSignKey, tag: "@push.newcall", story: []string{answered, "When Jennifer hangs up", "But the hangup comes without a signature", "Then the receiver refuses it and accepts the next push"}, want: verdict.NotApplicable},
		"ignores a forged hangup: the state of calls cannot be asked for": {receiver: refusesWith500(t, noPush), change: withSignKey, tag: "@push.newcall", story: unsignedHangup, want: verdict.NotApplicable},
		"shows a state as wanted: the state of calls cannot be asked for": {receiver: refusesWith500(t, noPush), tag: "@push.newcall", story: []string{answered, "Then the application shows Doc's call as answered"}, want: verdict.NotApplicable},
		"table of a rejected call: the receiver rejects no call":          {receiver: refusesWith500(t, noPush), story: []string{"When Jennifer calls a number that is rejected", "Then sipgate pushes", "| event |", "| newCall |", "| hangup |"}, want: verdict.NotApplicable},
		"meets a requirement that is not selected: it does":               {receiver: refusesWith500(t, noPush), tag: "@push.newcall", story: []string{called, `Then the receiver meets "response.content-type"`}, selectedID: "push.newcall", want: verdict.Passed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, v := playOwnScenario(t, test.receiver, test.change, test.selectedID, featureWith(test.tag, test.story...))
			if got.Status != test.want || len(got.Findings) != test.findings {
				t.Errorf("%s (%s), findings %v; want %s, %d findings", got.Status, got.Reason, got.Findings, test.want, test.findings)
			}
			if diff := cmp.Diff(test.notMet, got.NotMet); diff != "" {
				t.Errorf("NotMet mismatch (-want +got):\n%s", diff)
			}
			if v.Exit != test.exit {
				t.Errorf("exit %d, want %d: %s", v.Exit, test.exit, v.Summary)
			}
		})
	}
}

func TestOwnScenariosHaveRowsIfTheRunIsInterrupted(t *testing.T) {
	t.Parallel()
	run := inMemoryRun(t, reference(t, receiver.Options{}))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	steps.Play(ctx, run, steps.Suite{Files: featureWith("@deadly", "Given Jennifer has called Doc", "Then the receiver accepts every push"), OwnFeatures: true})
	all := run.Verdict().Scenarios
	if len(all) != 1 || all[0].Status != verdict.Undetermined || all[0].Reason != "the run was interrupted" {
		t.Errorf("scenarios %v, want one scenario that is undetermined because the run was interrupted", all)
	}
}

func TestDeadlyScenariosArePlayedLast(t *testing.T) {
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
	run := inMemoryRun(t, reference(t, receiver.Options{}))
	steps.Play(t.Context(), run, steps.Suite{Files: features.FS, Selects: selected, Parallel: 4, AfterScenario: func(o steps.Outcome) {
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
