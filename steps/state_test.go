package steps_test

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/pushcheck/pushcheck/oracle"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/pushchecktest"
	"github.com/pushcheck/pushcheck/receiver"
	"github.com/pushcheck/pushcheck/run"
	"github.com/pushcheck/pushcheck/steps"
	"github.com/pushcheck/pushcheck/verdict"
)

// asked returns a run that judges a receiver and asks it for the state of calls.
func asked(t *testing.T, h http.Handler, ask oracle.Func) *run.Run {
	t.Helper()
	o := inMemory(h)
	o.StateCheck = run.StateCheck{Oracle: ask, Wait: 100 * time.Millisecond}
	return probed(t, o)
}

// thinks returns an oracle that asks the reference receiver.
func thinks(h http.Handler) oracle.Func {
	return func(_ context.Context, callID string) (push.CallState, error) {
		return h.(*receiver.Receiver).State(callID), nil
	}
}

func status(v verdict.Verdict, id string) verdict.Status {
	for _, row := range v.Rows {
		if row.ID == id {
			return row.Status
		}
	}
	return ""
}

func TestOracleMayBeAFunction(t *testing.T) {
	t.Parallel()
	good := reference(t, receiver.Options{})
	target := pushchecktest.Serve(t, good)
	target.State = thinks(good)
	pushchecktest.Test(t, target)
}

func TestStateSentenceFailsIfTheApplicationShowsAnotherState(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, fault string
		red         bool
		feature     []string
	}{
		{"shown as over, and the sentence is true", "", false, []string{"@state.ended @must", "Given Jennifer has called Doc, and Doc has answered", "When Jennifer hangs up", "Then the application shows Doc's call as over"}},
		{"shown as answered, and the sentence is false", "state-forgets-hangup", true, []string{"@state.ended @must", "Given Jennifer has called Doc, and Doc has answered", "When Jennifer hangs up", "Then the application shows Doc's call as over"}},
		{"sentence is false, and the scenario has no requirement in its tags", "state-forward-keeps-first", true, []string{"@quick", "Given Jennifer has called Doc", "When Doc's line is busy, and the call is forwarded to Marty", "Then the application shows Doc's call as over"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var faults []string
			if test.fault != "" {
				faults = append(faults, test.fault)
			}
			h := reference(t, receiver.Options{}, faults...)
			red := playWithSentences(t, asked(t, h, thinks(h)), feature(test.feature[0], test.feature[1:]...))
			if got := len(red) > 0; got != test.red {
				t.Errorf("red: %v, want it red: %t", red, test.red)
			}
		})
	}
}

func TestStateSentenceThatContradictsItsStoryIsAProblem(t *testing.T) {
	t.Parallel()
	h := reference(t, receiver.Options{})
	for name, test := range map[string]struct {
		lines []string
		want  string
	}{
		"another state":          {[]string{"Given Jennifer has called Doc, and Doc has answered", "Then the application shows Doc's call as over"}, "the story leaves Doc's call answered, the sentence says over"},
		"a call before any call": {[]string{"Then the application shows Doc's call as over"}, "the story has no call yet"},
		"somebody who is not in it": {[]string{"Given Jennifer has called Doc", "When Biff calls Needles meanwhile, with a callId that differs only at its end",
			"Then the application shows Doc's call as ringing"}, "outside the account"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run := asked(t, h, thinks(h))
			steps.Play(t.Context(), run, steps.Suite{Files: feature("@state.apart @must", test.lines...)})
			if v := run.Verdict(); v.Exit != verdict.ExitNoVerdict || !strings.Contains(strings.Join(v.Problems, "\n"), test.want) {
				t.Errorf("exit %d, problems %q; want 3 and %q", v.Exit, v.Problems, test.want)
			}
		})
	}
}

func TestHangupEndsACallWithAnOddPush(t *testing.T) {
	t.Parallel()
	for name, stays := range map[string]func(url.Values) bool{
		"an unknown cause":    func(f url.Values) bool { return f.Get("cause") == "chanunavail" },
		"an anonymous caller": func(f url.Values) bool { return f.Get("from") == "anonymous" },
		"no origCallId":       func(f url.Values) bool { return !f.Has("origCallId") },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := reference(t, receiver.Options{})
			deaf := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, err := io.ReadAll(r.Body)
				if f, _ := url.ParseQuery(string(body)); err == nil && f.Get("event") == "hangup" && stays(f) {
					return // with status 200, but the call does not end
				}
				r.Body = io.NopCloser(bytes.NewReader(body))
				h.ServeHTTP(w, r)
			})
			run := asked(t, deaf, thinks(h))
			steps.Play(t.Context(), run, steps.Suite{Files: some(t, "odd_pushes.feature"), Parallel: 4})
			if got := status(run.Verdict(), "state.ended"); got != verdict.Failed {
				t.Errorf("state.ended is %s, want %s", got, verdict.Failed)
			}
		})
	}
}
