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

// receiverRefusing returns a receiver that refuses a push with status 500 if refuses returns true for the body. The reference receiver
// handles all other pushes.
func receiverRefusing(t *testing.T, refuses func(body string) bool) http.Handler {
	t.Helper()
	goodReceiver := referenceReceiver(t, receiver.Options{})
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
		goodReceiver.ServeHTTP(w, r)
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
	suite := steps.Suite{Files: files, HasOwnFeatures: true}
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
	const docIsCalled, docHasAnswered = "Given Jennifer has called Doc", "Given Jennifer has called Doc, and Doc has answered"
	everyPushAccepted := []string{docHasAnswered, "When Jennifer hangs up", "Then the receiver accepts every push"}
	anonymousCallAccepted := []string{docHasAnswered, "When Jennifer hangs up", "But the caller suppresses the number", "Then the receiver still accepts every push"}
	unsignedNewCallRefused := []string{docIsCalled, "But the newCall comes without a signature", "Then the receiver refuses it and accepts the next push"}
	unsignedHangupIgnored := []string{docHasAnswered, "When Jennifer hangs up", "But the hangup comes without a signature", "Then the receiver ignores it and accepts the next push"}
	withKnownHangupFailure := func(o *run.Options) {
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
		selectedID string         // the only selected requirement; "": all are selected
		want       verdict.Status // status of the scenario
		exit       int            // exit code of the run
		notMet     []string       // ids of the requirements that the scenario reports as not met
		findings   int            // number of findings that belong to no requirement
	}{
		"'accepts every push', all accepted: passed":                                      {receiver: receiverRefusing(t, noPush), story: everyPushAccepted, want: verdict.Passed},
		"'accepts every push', hangup refused: failed":                                    {receiver: receiverRefusing(t, hasEvent("hangup")), story: everyPushAccepted, want: verdict.Failed, exit: 1, notMet: []string{"push.hangup"}},
		"'accepts every push' with a tag of another requirement, hangup refused: failed":  {receiver: receiverRefusing(t, hasEvent("hangup")), tag: "@response.prompt", story: everyPushAccepted, want: verdict.Failed, exit: 1, notMet: []string{"push.hangup"}},
		"'accepts every push' if another requirement is selected, hangup refused: failed": {receiver: receiverRefusing(t, hasEvent("hangup")), tag: "@response.prompt", story: everyPushAccepted, selectedID: "response.prompt", want: verdict.Failed, exit: 1, notMet: []string{"push.hangup"}},
		"'accepts every push', hangup refused as a known failure: known":                  {receiver: receiverRefusing(t, hasEvent("hangup")), change: withKnownHangupFailure, story: everyPushAccepted, want: verdict.Known},
		"'accepts every push', hangup cannot be sent: undetermined":                       {receiver: referenceReceiver(t, receiver.Options{}, "relative-hangup"), tag: "@response.prompt", story: everyPushAccepted, want: verdict.Undetermined, exit: 1},
		"'accepts every push', all refused: failed":                                       {receiver: receiverRefusing(t, everyPush), story: []string{docIsCalled, "Then the receiver accepts every push"}, want: verdict.Failed, exit: 1, notMet: []string{"push.newcall"}},
		"'still accepts every push', odd push accepted: passed":                           {receiver: receiverRefusing(t, noPush), tag: "@push.anonymous-caller", story: anonymousCallAccepted, want: verdict.Passed},
		"'still accepts every push', odd push refused: failed":                            {receiver: receiverRefusing(t, isFrom("anonymous")), tag: "@push.anonymous-caller", story: anonymousCallAccepted, want: verdict.Failed, exit: 1, notMet: []string{"push.anonymous-caller"}},
		"'still accepts every push', unknown cause refused: failed with a finding that belongs to no requirement": {receiver: receiverRefusing(t, func(body string) bool { return strings.Contains(body, "cause=chanunavail") }), tag: "@push.unknown-cause",
			story: []string{docHasAnswered, "When Jennifer hangs up", "But the hangup cause is chanunavail", "Then the receiver still accepts every push"}, want: verdict.Failed, exit: 1, findings: 1},
		"'refuses it', forged push accepted: failed":                               {receiver: receiverRefusing(t, noPush), change: withSignKey, tag: "@signature.missing", story: unsignedNewCallRefused, want: verdict.Failed, exit: 1, findings: 1},
		"'refuses it', no key to sign pushes: not applicable":                      {receiver: receiverRefusing(t, noPush), tag: "@signature.missing", story: unsignedNewCallRefused, want: verdict.NotApplicable},
		"'refuses it' about a hangup, no subscription: not applicable":             {receiver: observer, change: withSignKey, tag: "@push.newcall", story: []string{docHasAnswered, "When Jennifer hangs up", "But the hangup comes without a signature", "Then the receiver refuses it and accepts the next push"}, want: verdict.NotApplicable},
		"'ignores it' about a hangup, no oracle: not applicable":                   {receiver: receiverRefusing(t, noPush), change: withSignKey, tag: "@push.newcall", story: unsignedHangupIgnored, want: verdict.NotApplicable},
		"'the application shows', no oracle: not applicable":                       {receiver: receiverRefusing(t, noPush), tag: "@push.newcall", story: []string{docHasAnswered, "Then the application shows Doc's call as answered"}, want: verdict.NotApplicable},
		"'sipgate pushes' about a rejected call, no call rejected: not applicable": {receiver: receiverRefusing(t, noPush), story: []string{"When Jennifer calls a number that is rejected", "Then sipgate pushes", "| event |", "| newCall |", "| hangup |"}, want: verdict.NotApplicable},
		"'meets' with a requirement that is met but not selected: passed":          {receiver: receiverRefusing(t, noPush), tag: "@push.newcall", story: []string{docIsCalled, `Then the receiver meets "response.content-type"`}, selectedID: "push.newcall", want: verdict.Passed},
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
	run := inMemoryRun(t, referenceReceiver(t, receiver.Options{}))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	steps.Play(ctx, run, steps.Suite{Files: featureWith("@deadly", "Given Jennifer has called Doc", "Then the receiver accepts every push"), HasOwnFeatures: true})
	all := run.Verdict().Scenarios
	if len(all) != 1 || all[0].Status != verdict.Undetermined || all[0].Reason != "the run was interrupted" {
		t.Errorf("scenarios %v, want one scenario that is undetermined because the run was interrupted", all)
	}
}

func TestDeadlyScenariosArePlayedLast(t *testing.T) {
	t.Parallel()
	isSelected := func(s features.Scenario) bool {
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
	run := inMemoryRun(t, referenceReceiver(t, receiver.Options{}))
	steps.Play(t.Context(), run, steps.Suite{Files: features.FS, Selects: isSelected, Parallel: 4, AfterScenario: func(o steps.Outcome) {
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
