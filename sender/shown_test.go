package sender

import (
	"context"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestTranscriptHasTheChangedPush(t *testing.T) {
	t.Parallel()
	editRequest := func(change func(*experiment.Request)) experiment.RequestEdit {
		return func(_ experiment.Setting, _ call.Step, _ push.Form, w *experiment.Request) error {
			change(w)
			return nil
		}
	}
	sameBytes := editRequest(func(*experiment.Request) {})
	for name, tt := range map[string]struct {
		edit        experiment.Edit
		requestEdit experiment.RequestEdit
		isOdd       bool
		wantFrom    string
	}{
		"no twist": {nil, nil, false, "491713920011"},
		"form and request edited without a change": {func(_ experiment.Setting, _ call.Step, f push.Form) push.Form { return slices.Clone(f) }, sameBytes, false, "491713920011"},
		"form edited": {func(_ experiment.Setting, _ call.Step, f push.Form) push.Form {
			return f.With(push.FieldFrom, "anonymous")
		}, nil, true, "anonymous"},
		"form edited, and request edited without a change": {func(_ experiment.Setting, _ call.Step, f push.Form) push.Form {
			return f.With(push.FieldFrom, "anonymous")
		}, sameBytes, true, "anonymous"},
		"header changed":          {nil, editRequest(func(w *experiment.Request) { w.Header.Set("X-Forwarded-For", "10.0.0.1") }), true, "491713920011"},
		"body changed":            {nil, editRequest(func(w *experiment.Request) { w.Body = []byte("event=newCall&from=49") }), true, "49"},
		"body that is not a form": {nil, editRequest(func(w *experiment.Request) { w.Body = []byte("%zz") }), true, "491713920011"},
		"form that is not a push": {nil, editRequest(func(w *experiment.Request) { w.Body = []byte("from=49") }), true, "491713920011"},
	} {
		s := New(Options{Incoming: mustParseURL(t, receiverURL), RoundTripper: &memoryReceiver{}, Dialect: push.ObservedDialect()})
		p := push.Push{Event: push.NewCall, From: "491713920011", To: "493023125001", Users: []string{"Doc"}, Cause: push.NormalClearing}
		x := s.Play(t.Context(), CallToPlay{Call: call.SinglePush(p, "Doc", receiverURL), Twist: experiment.Twist{Edit: tt.edit, RequestEdit: tt.requestEdit}}).Exchanges[0]
		if !tt.isOdd && x.Push.Cause != p.Cause { // the form of a newCall has no cause, so a push that is parsed from the form loses its Cause
			t.Errorf("%s: %+v, want the original push", name, x.Push)
		}
		if x.Odd != tt.isOdd || x.Push.From != tt.wantFrom || x.Push.Event != push.NewCall {
			t.Errorf("%s: odd %v, from %q, event %q, want %v and %q", name, x.Odd, x.Push.From, x.Push.Event, tt.isOdd, tt.wantFrom)
		}
	}
}

func TestPlayRecordsChallengeAndSoundsAndCallsTheAfterExchangeFunction(t *testing.T) {
	t.Parallel()
	p := CallToPlay{Call: call.SinglePush(push.Push{Event: push.NewCall}, "Doc", receiverURL)}
	u := mustParseURL(t, "https://doc:delorean@receiver.example/push")

	challengingReceiver := &scriptedRoundTripper{respond: func(n int, _ *http.Request) (*http.Response, error) {
		if n == 1 {
			return reply(401, "", "WWW-Authenticate", "Basic"), nil
		}
		return reply(200, "<Response><Play><Url>https://receiver.example/hello.wav</Url></Play></Response>", "Content-Type", "application/xml"), nil
	}}
	s := New(Options{Incoming: u, RoundTripper: challengingReceiver})
	x := s.Play(t.Context(), CallToPlay{Call: call.SinglePush(push.Push{Event: push.NewCall}, "Doc", u.String())}).Exchanges[0]
	if !s.credentialsRequested.Load() || len(x.Sounds) != 1 || challengingReceiver.requestCount != 3 {
		t.Errorf("credentialsRequested %v, sounds %+v after %d requests, want true and one sound after 3", s.credentialsRequested.Load(), x.Sounds, challengingReceiver.requestCount)
	}
	s = New(Options{Incoming: u, RoundTripper: acceptingReceiver{}})
	if s.Play(t.Context(), p); s.credentialsRequested.Load() {
		t.Error("credentialsRequested is true, although the receiver did not ask for credentials")
	}

	var exchanges []string
	receiver := &memoryReceiver{respond: func(int, string) string { return rejectingDocument }}
	receiver.sender(t, Options{}).Play(t.Context(), CallToPlay{
		Call:          callOfScenario(t, "incoming-answered"),
		AfterExchange: func(x transcript.Exchange) { exchanges = append(exchanges, fmt.Sprint(x.Push.Event, " ", x.End)) },
	})
	if diff := cmp.Diff([]string{"newCall complete"}, exchanges); diff != "" {
		t.Errorf("exchanges of AfterExchange mismatch (-want +got):\n%s", diff)
	}
}

func TestAskStatesIsCalledOnlyIfNoExchangeIsOpen(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var observedSteps, askedSteps []string
		rt := &scriptedRoundTripper{}
		receiver := &memoryReceiver{beforeResponse: func(_ int, _ string, r *http.Request) error {
			if r.URL.Path == "/out" { // this exchange overlaps another exchange and takes longer
				time.Sleep(time.Second)
			}
			return nil
		}}
		s := receiver.sender(t, Options{Speed: 1, OnExchange: func(_ transcript.Call, x transcript.Exchange) {
			observedSteps = append(observedSteps, fmt.Sprint(x.Step))
		}})
		rt.respond = func(_ int, r *http.Request) (*http.Response, error) { return receiver.RoundTrip(r) }
		s.opts.RoundTripper = rt
		pushCount := 0
		out := s.Play(t.Context(), CallToPlay{Call: callOfScenario(t, "internal-answered"), BeforePush: func(context.Context, call.Step) (PushTerms, bool) { pushCount++; return PushTerms{}, true },
			AskStates: func(_ context.Context, _ transcript.Call, x transcript.Exchange) []transcript.StateQuestion {
				askedSteps = append(askedSteps, fmt.Sprint(x.Step))
				return []transcript.StateQuestion{{}}
			}})
		got := []string{strings.Join(observedSteps, ""), strings.Join(askedSteps, ""), fmt.Sprint(pushCount, rt.closeIdleCount, len(out.States))}
		if diff := cmp.Diff([]string{"102345", "02345", "6 5 5"}, got); diff != "" { // AskStates is not called after step 1, because step 0 had no response yet
			t.Errorf("observed steps, asked steps and counts mismatch (-want +got):\n%s", diff)
		}
	})
	calls := 0
	New(Options{Incoming: mustParseURL(t, receiverURL), RoundTripper: acceptingReceiver{}}).Play(t.Context(), CallToPlay{ // acceptingReceiver has no method CloseIdleConnections
		Call: call.SinglePush(push.Push{Event: push.NewCall}, "Doc", receiverURL),
		AskStates: func(context.Context, transcript.Call, transcript.Exchange) []transcript.StateQuestion {
			calls++
			return nil
		},
	})
	if calls != 1 {
		t.Errorf("asked %d times, want once", calls)
	}
}
