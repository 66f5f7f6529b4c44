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

// stage is a receiver in memory. It responds to every push with a document that subscribes to all that follow, unless the test sets
// says.
type stage struct {
	mu    sync.Mutex
	start time.Time
	heard []string                                                   // event and path of each push, and when it came
	says  func(n int, event string) string                           // the document in response to the nth push, from 1
	waits func(n int, event string, r *http.Request) (failure error) // called before it responds
}

const (
	subscribes = `<Response onAnswer="https://receiver.example/a" onHangup="https://receiver.example/h"/>`
	rejects    = `<Response><Reject/></Response>`
)

func (s *stage) RoundTrip(r *http.Request) (*http.Response, error) {
	body, _ := io.ReadAll(r.Body)
	form, _ := push.ParseForm(body)
	event := form.Get(push.FieldEvent)
	s.mu.Lock()
	s.heard = append(s.heard, fmt.Sprintf("%s %s %v", event, r.URL.Path, time.Since(s.start)))
	n := len(s.heard)
	s.mu.Unlock()
	if s.waits != nil {
		if err := s.waits(n, event, r); err != nil {
			return nil, err
		}
	}
	if err := r.Context().Err(); err != nil {
		return nil, err
	}
	document := subscribes
	if s.says != nil {
		document = s.says(n, event)
	}
	return reply(200, document, "Content-Type", "application/xml"), nil
}

// callFrom returns a call of a call scenario, to be played at the stage.
func callFrom(t *testing.T, name string) *call.Call {
	t.Helper()
	story, ok := scenarios.Find(name)
	if !ok {
		t.Fatalf("there is no scenario %q", name)
	}
	return call.New(story, call.Options{Incoming: receiverURL, Outgoing: "https://receiver.example/out", Cast: scenarios.DefaultCast()})
}

func (s *stage) sender(t *testing.T, opts Options) *Sender {
	t.Helper()
	opts.Incoming, opts.Outgoing, opts.RoundTripper = parsed(t, receiverURL), parsed(t, "https://receiver.example/out"), s
	s.start = time.Now()
	return New(opts)
}

// summary lists the pushes that were sent and those that were not, in the transcript's order.
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

func TestCallIsPlayedByTheClockOfTheStory(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name  string
		speed float64
		want  []string
		pause []string
	}{
		{"as fast as it responds", 0, []string{"newCall /push 0s", "answer /a 2s", "hangup /h 4s"}, nil},
		{"at half the speed", 0.5, []string{"newCall /push 0s", "answer /a 10s", "hangup /h 30s"}, []string{"newCall in 0s", "answer in 8s", "hangup in 18s"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			at := &stage{waits: func(int, string, *http.Request) error { time.Sleep(2 * time.Second); return nil }}
			var pauses []string
			out := at.sender(t, Options{Speed: tt.speed, Pause: func(next call.Step, wait time.Duration) {
				pauses = append(pauses, fmt.Sprintf("%s in %s", next.Push.Event, wait))
			}}).Play(t.Context(), CallToPlay{Call: callFrom(t, "incoming-answered")})
			if diff := cmp.Diff(tt.want, at.heard); diff != "" {
				t.Errorf("%s: pushes mismatch (-want +got):\n%s", tt.name, diff)
			}
			if diff := cmp.Diff(tt.pause, pauses); diff != "" {
				t.Errorf("%s: pauses mismatch (-want +got):\n%s", tt.name, diff)
			}
			if !out.Complete || len(out.Exchanges) != 3 {
				t.Errorf("%s: %q", tt.name, summary(out))
			}
		})
	}
}

func TestConcurrentExchangesAreListedInTheOrderOfTheStory(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		fate func(call.Step) experiment.Fate
		want []string
	}{
		{"as a rule", nil, []string{"0 newCall complete", "1 newCall complete", "2 answer complete", "3 answer complete", "4 hangup complete", "5 hangup complete", "complete"}},
		{"where their fate differs", func(call.Step) experiment.Fate { return experiment.Delivered },
			[]string{"1 newCall complete", "0 newCall complete", "2 answer complete", "3 answer complete", "5 hangup complete", "4 hangup complete", "complete"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			at := &stage{waits: func(n int, _ string, r *http.Request) error {
				if r.URL.Path == "/out" || n == 5 { // it overlaps another exchange, and takes longer
					time.Sleep(time.Second)
				}
				return nil
			}}
			// Speed 1, so that the first hangup is under way when the second is due.
			out := at.sender(t, Options{Speed: 1}).Play(t.Context(), CallToPlay{Call: callFrom(t, "internal-answered"), Twist: experiment.Twist{Fate: tt.fate}})
			if diff := cmp.Diff(tt.want, summary(out)); diff != "" {
				t.Errorf("%s: transcript mismatch (-want +got):\n%s", tt.name, diff)
			}
		})
	}
}

func TestInterruptedCallEndsAfterTheExchangesUnderWay(t *testing.T) {
	t.Parallel()
	t.Run("before it began", func(t *testing.T) {
		t.Parallel()
		cancelled, cancel := context.WithCancel(t.Context())
		cancel()
		for range 64 { // because a select chooses at random
			at := &stage{}
			out := at.sender(t, Options{}).Play(cancelled, CallToPlay{Call: callFrom(t, "incoming-answered")})
			if got := summary(out); got != nil || at.heard != nil {
				t.Fatalf("played %q, heard %q, want nothing", got, at.heard)
			}
		}
	})
	for _, tt := range []struct {
		name, says string
		fate       experiment.Fate
		want       []string
	}{
		{"while a push is under way", subscribes, experiment.Delivered, []string{"0 newCall complete", "1 answer interrupted"}},
		{"while one is that comes twice", subscribes, experiment.Duplicated, []string{"0 newCall complete", "0 newCall complete, copy", "1 answer interrupted"}},
		{"after the receiver had steered it", rejects, experiment.Delivered, []string{"0 newCall complete", "steered"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			at := &stage{says: func(int, string) string { return tt.says }}
			opts := Options{}
			if tt.says == rejects {
				opts.Observe = func(transcript.Call, transcript.Exchange) { cancel() }
			}
			n := 0
			out := at.sender(t, opts).Play(ctx, CallToPlay{Call: callFrom(t, "incoming-answered"), Twist: experiment.Twist{Fate: func(call.Step) experiment.Fate { return tt.fate }}, BeforePush: func(context.Context, call.Step) (PushTerms, bool) {
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
	t.Run("while two are under way", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		at := &stage{waits: func(_ int, _ string, r *http.Request) error { <-r.Context().Done(); return r.Context().Err() }}
		sent := 0
		out := at.sender(t, Options{}).Play(ctx, CallToPlay{Call: callFrom(t, "internal-answered"), BeforePush: func(context.Context, call.Step) (PushTerms, bool) {
			if sent++; sent == 1 {
				cancel() // before the second is due
			}
			return PushTerms{}, true
		}})
		if diff := cmp.Diff([]string{"0 newCall interrupted"}, summary(out)); diff != "" {
			t.Errorf("transcript mismatch (-want +got):\n%s", diff)
		}
	})
	t.Run("while it is decided where a push goes", func(t *testing.T) {
		t.Parallel()
		ctx, cancel := context.WithCancel(t.Context())
		at := &stage{}
		out := at.sender(t, Options{}).Play(ctx, CallToPlay{Call: callFrom(t, "incoming-cancelled"), Twist: experiment.Twist{Fate: func(call.Step) experiment.Fate { cancel(); return experiment.Delivered }}})
		if diff := cmp.Diff([]string{"0 newCall stopped: the run was interrupted"}, summary(out)); diff != "" {
			t.Errorf("transcript mismatch (-want +got):\n%s", diff)
		}
	})
}

func TestOnlyTheFirstOfTwoCopiesSteersTheCall(t *testing.T) {
	t.Parallel()
	at := &stage{says: func(n int, _ string) string {
		if n == 1 {
			return subscribes
		}
		return rejects
	}}
	out := at.sender(t, Options{}).Play(t.Context(), CallToPlay{Call: callFrom(t, "incoming-answered"), Twist: experiment.Twist{Fate: func(s call.Step) experiment.Fate {
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
	at := &stage{says: func(int, string) string { return rejects }}
	out := at.sender(t, Options{}).Play(t.Context(), CallToPlay{Call: callFrom(t, "incoming-answered")})
	if !out.Steered || len(out.Skipped) == 0 || out.Skipped[0].Reason == "" {
		t.Errorf("steered %v, skipped %+v, want what came after the Reject", out.Steered, out.Skipped)
	}
}
