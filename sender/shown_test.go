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

func TestChangedPushIsRecordedAsItWasSent(t *testing.T) {
	t.Parallel()
	writes := func(change func(*experiment.Request)) experiment.Write {
		return func(_ experiment.Setting, _ call.Step, _ push.Form, w *experiment.Request) error {
			change(w)
			return nil
		}
	}
	sameBytes := writes(func(*experiment.Request) {})
	for name, tt := range map[string]struct {
		edit  experiment.Edit
		write experiment.Write
		odd   bool
		from  string
	}{
		"as it is":             {nil, nil, false, "491713920011"},
		"edited, and the same": {func(_ experiment.Setting, _ call.Step, f push.Form) push.Form { return slices.Clone(f) }, sameBytes, false, "491713920011"},
		"edited": {func(_ experiment.Setting, _ call.Step, f push.Form) push.Form {
			return f.With(push.FieldFrom, "anonymous")
		}, nil, true, "anonymous"},
		"edited, and written": {func(_ experiment.Setting, _ call.Step, f push.Form) push.Form {
			return f.With(push.FieldFrom, "anonymous")
		}, sameBytes, true, "anonymous"},
		"another header":         {nil, writes(func(w *experiment.Request) { w.Header.Set("X-Forwarded-For", "10.0.0.1") }), true, "491713920011"},
		"other bytes":            {nil, writes(func(w *experiment.Request) { w.Body = []byte("event=newCall&from=49") }), true, "49"},
		"bytes that are no form": {nil, writes(func(w *experiment.Request) { w.Body = []byte("%zz") }), true, "491713920011"},
		"a form that is no push": {nil, writes(func(w *experiment.Request) { w.Body = []byte("from=49") }), true, "491713920011"},
	} {
		s := New(Options{Incoming: parsed(t, receiverURL), RoundTripper: &stage{}, Dialect: push.ObservedDialect()})
		p := push.Push{Event: push.NewCall, From: "491713920011", To: "493023125001", Users: []string{"Doc"}, Cause: push.NormalClearing}
		x := s.Play(t.Context(), CallToPlay{Call: call.SinglePush(p, "Doc", receiverURL), Twist: experiment.Twist{Edit: tt.edit, Write: tt.write}}).Exchanges[0]
		if !tt.odd && x.Push.Cause != p.Cause { // it is not part of the form
			t.Errorf("%s: %+v, want it as it was meant", name, x.Push)
		}
		if x.Odd != tt.odd || x.Push.From != tt.from || x.Push.Event != push.NewCall {
			t.Errorf("%s: odd %v, from %q, event %q, want %v and %q", name, x.Odd, x.Push.From, x.Push.Event, tt.odd, tt.from)
		}
	}
}

func TestExchangeStoresCredentialsAndSoundsAndCallsThrough(t *testing.T) {
	t.Parallel()
	p := CallToPlay{Call: call.SinglePush(push.Push{Event: push.NewCall}, "Doc", receiverURL)}
	u := parsed(t, "https://doc:delorean@receiver.example/push")

	asking := &scripted{play: func(n int, _ *http.Request) (*http.Response, error) {
		if n == 1 {
			return reply(401, "", "WWW-Authenticate", "Basic"), nil
		}
		return reply(200, "<Response><Play><Url>https://receiver.example/hello.wav</Url></Play></Response>", "Content-Type", "application/xml"), nil
	}}
	s := New(Options{Incoming: u, RoundTripper: asking})
	x := s.Play(t.Context(), CallToPlay{Call: call.SinglePush(push.Push{Event: push.NewCall}, "Doc", u.String())}).Exchanges[0]
	if !s.credentialsAsked.Load() || len(x.Sounds) != 1 || asking.n != 3 {
		t.Errorf("asked %v, sounds %+v after %d requests, want the credentials remembered and the sound fetched", s.credentialsAsked.Load(), x.Sounds, asking.n)
	}
	s = New(Options{Incoming: u, RoundTripper: subscribed{}})
	if s.Play(t.Context(), p); s.credentialsAsked.Load() {
		t.Error("a receiver that did not ask is remembered as one that asks")
	}

	var through []string
	at := &stage{says: func(int, string) string { return rejects }}
	at.sender(t, Options{}).Play(t.Context(), CallToPlay{
		Call:          callFrom(t, "incoming-answered"),
		AfterExchange: func(x transcript.Exchange) { through = append(through, fmt.Sprint(x.Push.Event, " ", x.End)) },
	})
	if diff := cmp.Diff([]string{"newCall complete"}, through); diff != "" {
		t.Errorf("Through was called with (-want +got):\n%s", diff)
	}
}

func TestAfterIsCalledWhenNoExchangeIsUnderWay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var observed, after []string
		rt := &scripted{}
		at := &stage{waits: func(_ int, _ string, r *http.Request) error {
			if r.URL.Path == "/out" { // it overlaps another exchange and takes longer
				time.Sleep(time.Second)
			}
			return nil
		}}
		s := at.sender(t, Options{Speed: 1, Observe: func(_ transcript.Call, x transcript.Exchange) {
			observed = append(observed, fmt.Sprint(x.Step))
		}})
		rt.play = func(_ int, r *http.Request) (*http.Response, error) { return at.RoundTrip(r) }
		s.opts.RoundTripper = rt
		ready := 0
		out := s.Play(t.Context(), CallToPlay{Call: callFrom(t, "internal-answered"), BeforePush: func(context.Context, call.Step) (PushTerms, bool) { ready++; return PushTerms{}, true },
			AskStates: func(_ context.Context, _ transcript.Call, x transcript.Exchange) []transcript.StateQuestion {
				after = append(after, fmt.Sprint(x.Step))
				return []transcript.StateQuestion{{}}
			}})
		got := []string{strings.Join(observed, ""), strings.Join(after, ""), fmt.Sprint(ready, rt.closed, len(out.States))}
		if diff := cmp.Diff([]string{"102345", "02345", "6 5 5"}, got); diff != "" { // not after 1, because 0 was still under way
			t.Errorf("observed, asked after, and numbers mismatch (-want +got):\n%s", diff)
		}
	})
	asked := 0
	New(Options{Incoming: parsed(t, receiverURL), RoundTripper: subscribed{}}).Play(t.Context(), CallToPlay{ // it has no connections that could be closed
		Call: call.SinglePush(push.Push{Event: push.NewCall}, "Doc", receiverURL),
		AskStates: func(context.Context, transcript.Call, transcript.Exchange) []transcript.StateQuestion {
			asked++
			return nil
		},
	})
	if asked != 1 {
		t.Errorf("asked %d times, want once", asked)
	}
}
