package sender

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/transcript"
)

// memoryReceiver is a receiver without a network. It responds to every push with subscribingDocument, unless the test sets respond.
type memoryReceiver struct {
	mu             sync.Mutex
	start          time.Time                                                  // the time of a push is the time since start
	pushes         []string                                                   // event, path and time of each push
	respond        func(n int, event string) string                           // returns the document in response to the nth push, from 1
	beforeResponse func(n int, event string, r *http.Request) (failure error) // called before each response; an error ends the exchange
}

const (
	subscribingDocument = `<Response onAnswer="https://receiver.example/a" onHangup="https://receiver.example/h"/>`
	rejectingDocument   = `<Response><Reject/></Response>`
)

func (s *memoryReceiver) RoundTrip(r *http.Request) (*http.Response, error) {
	body, _ := io.ReadAll(r.Body)
	form, _ := push.ParseForm(body)
	event := form.Get(push.FieldEvent)
	s.mu.Lock()
	s.pushes = append(s.pushes, fmt.Sprintf("%s %s %v", event, r.URL.Path, time.Since(s.start)))
	n := len(s.pushes)
	s.mu.Unlock()
	if s.beforeResponse != nil {
		if err := s.beforeResponse(n, event, r); err != nil {
			return nil, err
		}
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	document := subscribingDocument
	if s.respond != nil {
		document = s.respond(n, event)
	}
	return reply(200, document, "Content-Type", "application/xml"), nil
}

// callOfScenario returns a call that plays a built-in call scenario at a memoryReceiver.
func callOfScenario(t *testing.T, name string) *call.Call {
	t.Helper()
	story, ok := scenarios.Find(name)
	if !ok {
		t.Fatalf("there is no scenario %q", name)
	}
	return call.New(story, call.Options{Incoming: receiverURL, Outgoing: "https://receiver.example/out", Cast: scenarios.DefaultCast()})
}

func (s *memoryReceiver) sender(t *testing.T, opts Options) *Sender {
	t.Helper()
	opts.Incoming, opts.Outgoing, opts.RoundTripper = mustParseURL(t, receiverURL), mustParseURL(t, "https://receiver.example/out"), s
	s.start = time.Now()
	return New(opts)
}

// summary lists the pushes that were sent and the pushes that were not sent, in the order of the transcript. Then it lists "complete" and
// "steered" if the transcript has these flags, and the legs of the acts that were skipped.
func summary(c transcript.Call) (lines []string) {
	for _, x := range c.Exchanges {
		line := fmt.Sprintf("%d %s %s", x.Step, x.Push.Event, x.End)
		if x.Duplicate {
			line += ", copy"
		}
		lines = append(lines, line)
	}
	for _, n := range c.NotSent {
		lines = append(lines, fmt.Sprintf("%d %s %s: %s", n.Step, n.Push.Event, n.Reason, n.Detail))
	}
	if c.Complete {
		lines = append(lines, "complete")
	}
	if c.Steered {
		lines = append(lines, "steered")
	}
	for _, s := range c.Skipped {
		lines = append(lines, fmt.Sprintf("skipped %s", s.Leg))
	}
	return lines
}

func TestPushesAreSentAtTheTimesOfTheScenario(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name       string
		speed      float64
		want       []string // event, path and time of each push
		wantPauses []string // arguments of OnPause
	}{
		{"speed 0: as fast as the receiver responds", 0, []string{"newCall /push 0s", "answer /a 2s", "hangup /h 4s"}, nil},
		{"speed 0.5: half as fast as in real time", 0.5, []string{"newCall /push 0s", "answer /a 10s", "hangup /h 30s"}, []string{"newCall in 0s", "answer in 8s", "hangup in 18s"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			receiver := &memoryReceiver{beforeResponse: func(int, string, *http.Request) error { time.Sleep(2 * time.Second); return nil }}
			var pauses []string
			out := receiver.sender(t, Options{Speed: tt.speed, OnPause: func(next call.Step, wait time.Duration) {
				pauses = append(pauses, fmt.Sprintf("%s in %s", next.Push.Event, wait))
			}}).Play(t.Context(), CallToPlay{Call: callOfScenario(t, "incoming-answered")})
			if diff := cmp.Diff(tt.want, receiver.pushes); diff != "" {
				t.Errorf("%s: pushes mismatch (-want +got):\n%s", tt.name, diff)
			}
			if diff := cmp.Diff(tt.wantPauses, pauses); diff != "" {
				t.Errorf("%s: pauses mismatch (-want +got):\n%s", tt.name, diff)
			}
			if !out.Complete || len(out.Exchanges) != 3 {
				t.Errorf("%s: %q", tt.name, summary(out))
			}
		})
	}
}

func TestConcurrentExchangesAreInTheOrderOfTheScenarioUnlessThereIsATwist(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		fate func(call.Step) experiment.Fate
		want []string
	}{
		{"without a twist: order of the scenario", nil, []string{"0 newCall complete", "1 newCall complete", "2 answer complete", "3 answer complete", "4 hangup complete", "5 hangup complete", "complete"}},
		{"with a twist: order of the responses", func(call.Step) experiment.Fate { return experiment.Delivered },
			[]string{"1 newCall complete", "0 newCall complete", "2 answer complete", "3 answer complete", "5 hangup complete", "4 hangup complete", "complete"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			receiver := &memoryReceiver{beforeResponse: func(n int, _ string, r *http.Request) error {
				if r.URL.Path == "/out" || n == 5 { // these exchanges overlap another exchange, and take longer
					time.Sleep(time.Second)
				}
				return nil
			}}
			// With Speed 1 the first hangup has no response yet when the second hangup is due.
			out := receiver.sender(t, Options{Speed: 1}).Play(t.Context(), CallToPlay{Call: callOfScenario(t, "internal-answered"), Twist: experiment.Twist{Fate: tt.fate}})
			if diff := cmp.Diff(tt.want, summary(out)); diff != "" {
				t.Errorf("%s: transcript mismatch (-want +got):\n%s", tt.name, diff)
			}
		})
	}
}

func TestInterruptedCallEndsAfterItsOpenExchanges(t *testing.T) {
	t.Parallel()
	t.Run("interrupted before the call", func(t *testing.T) {
		t.Parallel()
		cancelledCtx, cancel := context.WithCancel(t.Context())
		cancel()
		for range 64 { // many times, because select chooses at random
			receiver := &memoryReceiver{}
			out := receiver.sender(t, Options{}).Play(cancelledCtx, CallToPlay{Call: callOfScenario(t, "incoming-answered")})
			if got := summary(out); got != nil || receiver.pushes != nil {
				t.Fatalf("played %q, the receiver got %q, want nothing", got, receiver.pushes)
			}
		}
	})
	for _, tt := range []struct {
		name, document string
		fate           experiment.Fate
		want           []string
	}{
		{"interrupted before the second response", subscribingDocument, experiment.Delivered, []string{"0 newCall complete", "1 answer interrupted"}},
		{"interrupted before the second response, and each push is sent twice", subscribingDocument, experiment.Duplicated, []string{"0 newCall complete", "0 newCall complete, copy", "1 answer interrupted"}},
		{"interrupted after the receiver steered the call", rejectingDocument, experiment.Delivered, []string{"0 newCall complete", "steered"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			receiver := &memoryReceiver{respond: func(int, string) string { return tt.document }}
			opts := Options{}
			if tt.document == rejectingDocument {
				opts.OnExchange = func(transcript.Call, transcript.Exchange) { cancel() }
			}
			n := 0
			out := receiver.sender(t, opts).Play(ctx, CallToPlay{Call: callOfScenario(t, "incoming-answered"), Twist: experiment.Twist{Fate: func(call.Step) experiment.Fate { return tt.fate }}, BeforePush: func(context.Context, call.Step) (PushTerms, bool) {
				if n++; n == 2 {
					cancel()
				}
				return PushTerms{}, true
			}})
			cancel()
			if diff := cmp.Diff(tt.want, summary(out)); diff != "" {
				t.Errorf("transcript mismatch (-want +got):\n%s", diff)
			}
		})
	}
	t.Run("interrupted before the second of two concurrent pushes", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		receiver := &memoryReceiver{beforeResponse: func(_ int, _ string, r *http.Request) error { <-r.Context().Done(); return r.Context().Err() }}
		sent := 0
		out := receiver.sender(t, Options{}).Play(ctx, CallToPlay{Call: callOfScenario(t, "internal-answered"), BeforePush: func(context.Context, call.Step) (PushTerms, bool) {
			if sent++; sent == 1 {
				cancel() // before the second push is due
			}
			return PushTerms{}, true
		}})
		if diff := cmp.Diff([]string{"0 newCall interrupted"}, summary(out)); diff != "" {
			t.Errorf("transcript mismatch (-want +got):\n%s", diff)
		}
	})
	t.Run("interrupted before the destination is known", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		receiver := &memoryReceiver{}
		out := receiver.sender(t, Options{}).Play(ctx, CallToPlay{Call: callOfScenario(t, "incoming-cancelled"), Twist: experiment.Twist{Fate: func(call.Step) experiment.Fate { cancel(); return experiment.Delivered }}})
		if diff := cmp.Diff([]string{"0 newCall stopped: the run was interrupted"}, summary(out)); diff != "" {
			t.Errorf("transcript mismatch (-want +got):\n%s", diff)
		}
	})
}

func TestResponseToACopyOfAPushDoesNotSteerTheCall(t *testing.T) {
	t.Parallel()
	receiver := &memoryReceiver{respond: func(n int, _ string) string {
		if n == 1 {
			return subscribingDocument
		}
		return rejectingDocument
	}}
	out := receiver.sender(t, Options{}).Play(t.Context(), CallToPlay{Call: callOfScenario(t, "incoming-answered"), Twist: experiment.Twist{Fate: func(s call.Step) experiment.Fate {
		if s.Number == 0 {
			return experiment.Duplicated
		}
		return experiment.Delivered
	}}})
	if diff := cmp.Diff([]string{"0 newCall complete", "0 newCall complete, copy", "1 answer complete", "2 hangup complete", "complete"}, summary(out)); diff != "" {
		t.Errorf("transcript mismatch (-want +got):\n%s", diff)
	}
}

func TestImpossibleActsAreListedAsSkipped(t *testing.T) {
	t.Parallel()
	receiver := &memoryReceiver{respond: func(int, string) string { return rejectingDocument }}
	out := receiver.sender(t, Options{}).Play(t.Context(), CallToPlay{Call: callOfScenario(t, "incoming-answered")})
	if !out.Steered || len(out.Skipped) == 0 || out.Skipped[0].Reason == "" {
		t.Errorf("steered %v, skipped %+v, want steered and the acts after the Reject", out.Steered, out.Skipped)
	}
}
