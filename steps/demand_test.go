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

// refusesWith500 returns the reference receiver, but it refuses some pushes with status 500.
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

// own plays one scenario of the user at a receiver. It returns its result and the verdict of the run.
func own(t *testing.T, h http.Handler, change func(*run.Options), only string, files fstest.MapFS) (verdict.Scenario, verdict.Verdict) {
	t.Helper()
	options := inMemory(h)
	if change != nil {
		change(&options)
	}
	if only != "" {
		options.Selected = func(id string) bool { return id == only }
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
	none := func(string) bool { return false }
	all := func(string) bool { return true }
	event := func(name string) func(string) bool {
		return func(body string) bool { return strings.Contains(body, "event="+name) }
	}
	const called, answered = "Given Jennifer has called Doc", "Given Jennifer has called Doc, and Doc has answered"
	every := []string{answered, "When Jennifer hangs up", "Then the receiver accepts every push"}
	anonymous := []string{answered, "When Jennifer hangs up", "But the caller suppresses the number", "Then the receiver still accepts every push"}
	unsigned := []string{called, "But the newCall comes without a signature", "Then the receiver refuses it and accepts the next push"}
	unsignedHangup := []string{answered, "When Jennifer hangs up", "But the hangup comes without a signature", "Then the receiver ignores it and accepts the next push"}
	known := func(o *run.Options) {
		o.Known = []verdict.KnownFailure{{ID: "push.hangup", Reason: "issue 12"}}
	}
	sign := func(o *run.Options) { o.Sender.SignKey = pair() }
	from := func(caller string) func(string) bool {
		return func(body string) bool { return strings.Contains(body, "from="+caller) }
	}
	observer := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	for name, test := range map[string]struct {
		receiver http.Handler
		change   func(*run.Options)
		tag      string
		story    []string
		only     string // the requirement that is selected
		want     verdict.Status
		exit     int
		notMet   []string
		findings int
	}{
		"accepts every push, which is true":          {receiver: refusesWith500(t, none), story: every, want: verdict.Passed},
		"accepts every push, and refuses a hangup":   {receiver: refusesWith500(t, event("hangup")), story: every, want: verdict.Failed, exit: 1, notMet: []string{"push.hangup"}},
		"accepts every push, with another tag":       {receiver: refusesWith500(t, event("hangup")), tag: "@response.prompt", story: every, want: verdict.Failed, exit: 1, notMet: []string{"push.hangup"}},
		"accepts every push, with a selection":       {receiver: refusesWith500(t, event("hangup")), tag: "@response.prompt", story: every, only: "response.prompt", want: verdict.Failed, exit: 1, notMet: []string{"push.hangup"}},
		"accepts every push, with a known failure":   {receiver: refusesWith500(t, event("hangup")), change: known, story: every, want: verdict.Known},
		"accepts every push, and one cannot be sent": {receiver: reference(t, receiver.Options{}, "relative-hangup"), tag: "@response.prompt", story: every, want: verdict.Undetermined, exit: 1},
		"refuses everything":                         {receiver: refusesWith500(t, all), story: []string{called, "Then the receiver accepts every push"}, want: verdict.Failed, exit: 1, notMet: []string{"push.newcall"}},
		"takes it, which is true":                    {receiver: refusesWith500(t, none), tag: "@push.anonymous-caller", story: anonymous, want: verdict.Passed},
		"takes it, which it refuses":                 {receiver: refusesWith500(t, from("anonymous")), tag: "@push.anonymous-caller", story: anonymous, want: verdict.Failed, exit: 1, notMet: []string{"push.anonymous-caller"}},
		"takes it, and refuses what sipgate may never send": {receiver: refusesWith500(t, func(body string) bool { return strings.Contains(body, "cause=chanunavail") }), tag: "@push.unknown-cause",
			story: []string{answered, "When Jennifer hangs up", "But the hangup cause is chanunavail", "Then the receiver still accepts every push"}, want: verdict.Failed, exit: 1, findings: 1},
		"refuses it, which it accepts":              {receiver: refusesWith500(t, none), change: sign, tag: "@signature.missing", story: unsigned, want: verdict.Failed, exit: 1, findings: 1},
		"refuses it, without a key to sign with":    {receiver: refusesWith500(t, none), tag: "@signature.missing", story: unsigned, want: verdict.NotApplicable},
		"refuses it, and it is never sent":          {receiver: observer, change: sign, tag: "@push.newcall", story: []string{answered, "When Jennifer hangs up", "But the hangup comes without a signature", "Then the receiver refuses it and accepts the next push"}, want: verdict.NotApplicable},
		"makes nothing of it, and cannot be asked":  {receiver: refusesWith500(t, none), change: sign, tag: "@push.newcall", story: unsignedHangup, want: verdict.NotApplicable},
		"shows a state, and cannot be asked":        {receiver: refusesWith500(t, none), tag: "@push.newcall", story: []string{answered, "Then the application shows Doc's call as answered"}, want: verdict.NotApplicable},
		"a table of a call that it does not steer":  {receiver: refusesWith500(t, none), story: []string{"When Jennifer calls a number that is rejected", "Then sipgate pushes", "| event |", "| newCall |", "| hangup |"}, want: verdict.NotApplicable},
		"a requirement that is not selected is met": {receiver: refusesWith500(t, none), tag: "@push.newcall", story: []string{called, `Then the receiver meets "response.content-type"`}, only: "push.newcall", want: verdict.Passed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, v := own(t, test.receiver, test.change, test.only, lines(test.tag, test.story...))
			if got.Status != test.want || len(got.Findings) != test.findings {
				t.Errorf("%s (%s), findings %v; want %s, %d findings", got.Status, got.Reason, got.Findings, test.want, test.findings)
			}
			if diff := cmp.Diff(test.notMet, got.NotMet); diff != "" {
				t.Errorf("NotMet mismatch (-want +got):\n%s", diff)
			}
			if v.Exit != test.exit {
				t.Errorf("exit %d, want %d: %s", v.Exit, test.exit, v.Why)
			}
		})
	}
}

func TestOwnScenariosHaveRowsIfTheRunIsInterrupted(t *testing.T) {
	t.Parallel()
	run := judging(t, reference(t, receiver.Options{}))
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	steps.Play(ctx, run, steps.Suite{Files: lines("@deadly", "Given Jennifer has called Doc", "Then the receiver accepts every push"), OwnFeatures: true})
	all := run.Verdict().Scenarios
	if len(all) != 1 || all[0].Status != verdict.Undetermined || all[0].Reason != "the run was interrupted" {
		t.Errorf("scenarios %v, want one that is undetermined because the run was interrupted", all)
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
	run := judging(t, reference(t, receiver.Options{}))
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
