package main

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/receiver"
	"github.com/pushcheck/pushcheck/requirements"
)

// stateFlagsFor returns the flags with which a command reads the state of calls from the reference receiver.
func stateFlagsFor(r *receiver.Instance, extraArgs ...string) []string {
	return append([]string{"--state-url", strings.TrimSuffix(r.URL, "/") + "/calls/{callId}", "--state-path", "$.state"}, extraArgs...)
}

// stateIDs returns the requirements about the state of calls in the application.
func stateIDs() []string {
	return slices.DeleteFunc(requirements.IDs(), func(id string) bool {
		return !strings.HasPrefix(id, "state.")
	})
}

// stateStatuses returns the status of each requirement of stateIDs.
func (d jsonReport) stateStatuses() map[string]string {
	out := map[string]string{}
	for _, r := range d.Requirements {
		if slices.Contains(stateIDs(), r.ID) {
			out[r.ID] = r.Status
		}
	}
	return out
}

// allStatesWith returns the same status for every requirement of stateIDs.
func allStatesWith(status string) map[string]string {
	out := map[string]string{}
	for _, id := range stateIDs() {
		out[id] = status
	}
	return out
}

// startStateApplication starts an application that shows the states of the calls that the reference receiver r got. show writes the response
// for a state and a callId. startStateApplication returns the state URL.
func startStateApplication(t *testing.T, r *receiver.Instance, show func(push.CallState, string, http.ResponseWriter)) string {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		id := req.URL.Query().Get("call")
		show(r.State(id), id, w)
	}))
	t.Cleanup(server.Close)
	return server.URL + "/state?call={callId}"
}

// respondWord returns a function that shows the same word for every state.
func respondWord(word string) func(push.CallState, string, http.ResponseWriter) {
	return func(_ push.CallState, _ string, w http.ResponseWriter) { _, _ = w.Write([]byte(word)) }
}

func TestAReceiverThatShowsTheRightStatesConforms(t *testing.T) {
	t.Parallel()
	instance, ca := startReceiver(t, "")
	got, report := runWithReport(t, append(stateFlagsFor(instance), instance.URL, "--ca-file", ca)...)
	if got.exit != 0 {
		t.Errorf("exit %d, want 0:\n%s%s", got.exit, got.stdout, got.stderr)
	}
	if diff := cmp.Diff(allStatesWith("passed"), report.stateStatuses()); diff != "" {
		t.Errorf("statuses mismatch (-want +got):\n%s", diff)
	}
}

func TestRequirementsAboutTheStateAreNotApplicableWithoutAStateURL(t *testing.T) {
	t.Parallel()
	instance, ca := startReceiver(t, "")
	got, report := runWithReport(t, instance.URL, "--ca-file", ca, "--only", strings.Join(stateIDs(), ",")+",push.newcall")
	if diff := cmp.Diff(allStatesWith("not-applicable"), report.stateStatuses()); diff != "" || got.exit != 0 {
		t.Errorf("exit %d, statuses mismatch (-want +got):\n%s", got.exit, diff)
	}
}

func TestStatesAreReadFromDifferentKindsOfResponses(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	requestCount := map[string]int{}
	tests := map[string]struct {
		show func(push.CallState, string, http.ResponseWriter)
		args []string
	}{
		"words of the application, in JSON": {func(s push.CallState, _ string, w http.ResponseWriter) {
			words := map[push.CallState]any{push.CallUnknown: nil, push.CallRinging: 1, push.CallAnswered: 2, push.CallOver: "done"}
			_ = json.NewEncoder(w).Encode(map[string]any{"calls": []any{map[string]any{"is": words[s]}}})
		}, []string{"--state-path", "$.calls[0].is", "--state-map", "=unknown,1=ringing,2=answered", "--state-map", "done=over"}},
		"a call that is over is no longer shown": {func(s push.CallState, _ string, w http.ResponseWriter) {
			if s == push.CallOver || s == push.CallUnknown {
				w.WriteHeader(http.StatusNotFound)
				return
			}
			respondWord(string(s))(s, "", w)
		}, nil},
		"the same word for ringing and answered calls": {func(s push.CallState, _ string, w http.ResponseWriter) {
			if s == push.CallRinging || s == push.CallAnswered {
				s = "active"
			}
			respondWord(string(s))(s, "", w)
		}, []string{"--state-map", "active=answered"}},
		"a state that is shown late": {func(s push.CallState, id string, w http.ResponseWriter) {
			mu.Lock()
			defer mu.Unlock()
			key := id + string(s)
			if requestCount[key]++; requestCount[key] < 3 { // the first two requests for a state get the previous state
				s = map[push.CallState]push.CallState{push.CallRinging: push.CallUnknown, push.CallAnswered: push.CallRinging, push.CallOver: push.CallAnswered}[s]
			}
			respondWord(string(s))(s, "", w)
		}, nil},
		"only answered calls are shown": {func(s push.CallState, id string, w http.ResponseWriter) {
			mu.Lock()
			defer mu.Unlock()
			switch key := "answered " + id; {
			case s == push.CallAnswered:
				requestCount[key] = 1
			case s == push.CallRinging, requestCount[key] == 0:
				s = push.CallUnknown
			}
			respondWord(string(s))(s, "", w)
		}, []string{"--state-wait", "50ms"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			instance, ca := startReceiver(t, "")
			got, report := runWithReport(t, append(test.args, instance.URL, "--ca-file", ca, "--state-url", startStateApplication(t, instance, test.show))...)
			if got.exit != 0 {
				t.Errorf("exit %d, want 0:\n%s%s", got.exit, got.stdout, got.stderr)
			}
			for id, status := range report.stateStatuses() {
				isUnseen := name == "only answered calls are shown" && id == "state.late-answer" && status == "not-applicable"
				if status != "passed" && status != "skipped" && !isUnseen {
					t.Errorf("%s is %s, want it passed", id, status)
				}
			}
		})
	}
}

func TestARunThatCannotReadTheStateHasNoVerdict(t *testing.T) {
	t.Parallel()
	closedServer := httptest.NewServer(http.NotFoundHandler())
	closedServer.Close()
	tests := map[string]struct {
		show func(push.CallState, string, http.ResponseWriter)
		args []string
		want string // part of the reason
	}{
		"status 502": {func(_ push.CallState, _ string, w http.ResponseWriter) { w.WriteHeader(http.StatusBadGateway) }, nil, "status 502"},
		"a redirect to a login page": {func(_ push.CallState, _ string, w http.ResponseWriter) {
			w.Header().Set("Location", "/login")
			w.WriteHeader(http.StatusFound)
		}, nil, "status 302"},
		"a word that --state-map does not have": {respondWord("connected"), nil, `--state-map does not say what the word "connected" means`},
		"invalid JSON":                          {respondWord("<html>"), []string{"--state-path", "$.state"}, "is not JSON"},
		"a path that finds nothing":             {respondWord("{}"), []string{"--state-path", "$.state"}, "$.state finds nothing in {}"},
		"an address where nothing listens":      {nil, []string{"--state-url", closedServer.URL + "/{callId}"}, "refused"},
		"no call is ever shown":                 {respondWord("unknown"), []string{"--state-wait", "20ms"}, "the application shows no call at all"},
		"ringing is shown for answered calls": {func(s push.CallState, _ string, w http.ResponseWriter) {
			if s == push.CallAnswered {
				s = push.CallRinging
			}
			respondWord(string(s))(s, "", w)
		}, []string{"--state-wait", "20ms"}, "--state-map WORD=answered"},
		"a command that fails": {nil, []string{"--state-command", "false"}, "exit status 1"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			instance, ca := startReceiver(t, "")
			args := append(test.args, instance.URL, "--ca-file", ca)
			if test.show != nil {
				args = append(args, "--state-url", startStateApplication(t, instance, test.show))
			}
			got, report := runWithReport(t, args...)
			if got.exit != 3 || len(report.idsWithStatus("failed")) > 0 {
				t.Errorf("exit %d with %v failed, want 3 and none:\n%s", got.exit, report.idsWithStatus("failed"), got.stdout)
			}
			hasReason := false
			for _, r := range report.Requirements {
				hasReason = hasReason || r.Status == "undetermined" && strings.HasPrefix(r.ID, "state.") && strings.Contains(r.Reason, test.want)
			}
			if !hasReason {
				t.Errorf("no reason has %q: %+v", test.want, report.stateStatuses())
			}
		})
	}
}

func TestStatesFromACommandAreJudged(t *testing.T) {
	t.Parallel()
	instance, ca := startReceiver(t, "")
	address := strings.TrimSuffix(startStateApplication(t, instance, func(s push.CallState, _ string, w http.ResponseWriter) { respondWord(string(s))(s, "", w) }), "{callId}")
	script := filepath.Join(t.TempDir(), "state")
	if err := os.WriteFile(script, []byte("#!/bin/sh\nexec curl -s \""+address+"$1\"\n"), 0o700); err != nil {
		t.Fatal(err)
	}
	got, report := runWithReport(t, "--state-command", "sh '"+script+"'", instance.URL, "--ca-file", ca, "--only", "state.ended,state.transfer")
	if statuses := report.stateStatuses(); got.exit != 0 || statuses["state.ended"] != "passed" || statuses["state.transfer"] != "passed" {
		t.Errorf("exit %d, %v, want both passed:\n%s", got.exit, statuses, got.stdout)
	}
}

func TestStateURLIsReachedAndTrustedLikeTheReceiver(t *testing.T) {
	t.Parallel()
	instance, ca := startReceiver(t, "")
	u, err := url.Parse(instance.URL)
	if err != nil {
		t.Fatal(err)
	}
	got, report := runWithReport(t, instance.URL, "--ca-file", ca, "--only", "state.ended", "--connect-to", "localhost:4711:127.0.0.1:"+u.Port(),
		"--state-url", "https://localhost:4711/calls/{callId}", "--state-path", "$.state")
	if got.exit != 0 || report.stateStatuses()["state.ended"] != "passed" {
		t.Errorf("with --connect-to: exit %d, %v:\n%s", got.exit, report.stateStatuses(), got.stdout)
	}
	untrustedServer := httptest.NewTLSServer(http.NotFoundHandler())
	t.Cleanup(untrustedServer.Close)
	got, report = runWithReport(t, instance.URL, "--ca-file", ca, "--only", "state.ended", "--state-url", untrustedServer.URL+"/{callId}")
	if got.exit != 3 || report.stateStatuses()["state.ended"] != "undetermined" {
		t.Errorf("with an untrusted certificate: exit %d, %v, want 3:\n%s", got.exit, report.stateStatuses(), got.stdout)
	}
}
