package sender

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestRoundsDoNotWaitForAPartyThatLeft(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := &rounds{callCount: 2, gate: make(chan struct{})}
		began := false
		go func() { r.wait(t.Context()); began = true }()
		synctest.Wait()
		if began {
			t.Error("the round began before all were there")
		}
		r.leave()
		synctest.Wait()
		if !began {
			t.Error("the round did not begin when the other had left")
		}
		r.leave()
	})
}

func TestUnhurriedDialerMayTakeTheTimeOfAnExchange(t *testing.T) {
	t.Parallel()
	for give, want := range map[time.Duration]time.Duration{0: 10 * time.Second, time.Minute: time.Minute} {
		got := (&Dialer{Limits: Limits{Exchange: give, Dial: 1}}).withSlowConnect().Limits
		if got.Dial != want || got.Handshake != want || got.Exchange != want {
			t.Errorf("unhurried with %v: %+v, want %v for everything", give, got, want)
		}
	}
}

func TestPlayTogetherSendsPushesInRounds(t *testing.T) {
	t.Parallel()
	for _, apart := range []time.Duration{0, time.Second} {
		synctest.Test(t, func(t *testing.T) {
			at := &stage{waits: func(n int, event string, _ *http.Request) error {
				if event == "newCall" { // the first response takes longest
					time.Sleep(time.Duration(10-3*n) * time.Second / 2)
				}
				return nil
			}}
			s := at.sender(t, Options{})
			calls := []CallToPlay{{Call: callFrom(t, "incoming-answered")}, {Call: callFrom(t, "incoming-cancelled")}, {Call: callFrom(t, "incoming-answered")}}
			out := s.PlayTogether(t.Context(), transcript.Call{ID: 7}, calls, apart)
			a := apart
			// The second round begins when the first call's newCall is through, the third without the second call.
			second := 7 * time.Second / 2
			want := []string{
				"newCall /push 0s", fmt.Sprint("newCall /push ", a), fmt.Sprint("newCall /push ", 2*a),
				fmt.Sprint("answer /a ", second), fmt.Sprint("hangup /h ", second+a), fmt.Sprint("answer /a ", second+2*a),
				fmt.Sprint("hangup /h ", second+2*a), fmt.Sprint("hangup /h ", second+4*a),
			}
			got := slices.Clone(at.heard)
			slices.Sort(got)
			slices.Sort(want)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("pushes %v apart mismatch (-want +got):\n%s", apart, diff)
			}
			var steps []int
			for _, x := range out.Exchanges {
				steps = append(steps, x.Step)
			}
			if diff := cmp.Diff([]int{0, 0, 0, 1, 1, 1, 2, 2}, steps); diff != "" || !out.Complete || out.Steered || out.ID != 7 {
				t.Errorf("complete %v, steered %v, ID %d, steps mismatch (-want +got):\n%s", out.Complete, out.Steered, out.ID, diff)
			}
		})
	}
}

func TestPlayTogetherIsSteeredOrInterruptedIfOneCallIs(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	at := &stage{says: func(int, string) string { return rejects }}
	s := at.sender(t, Options{})
	again := func() []CallToPlay {
		return []CallToPlay{{Call: callFrom(t, "incoming-answered")}, {Call: call.SinglePush(push.Push{Event: push.NewCall}, "Doc", "")}}
	}
	out := s.PlayTogether(ctx, transcript.Call{}, again(), 0)
	want := []string{
		"0 newCall complete", "1 hangup not subscribed: no response that sipgate acts on named a URL for it", "0 newCall no outgoing URL: there is no URL for outgoing calls", "complete", "steered",
	}
	if diff := cmp.Diff(want, summary(out)[:len(want)]); diff != "" || len(out.Skipped) == 0 {
		t.Errorf("skipped %+v, transcript mismatch (-want +got):\n%s", out.Skipped, diff)
	}
	cancel()
	if out := s.PlayTogether(ctx, transcript.Call{}, again(), time.Hour); out.Complete || out.Exchanges != nil {
		t.Errorf("an interrupted one: %q", summary(out))
	}
	if len(at.heard) != 1 {
		t.Errorf("heard %q, want one push", at.heard)
	}
}

func TestPlayTogetherAllowsSlowConnections(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	from := map[string]bool{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		from[r.RemoteAddr] = true
		w.Header().Set("Content-Type", "application/xml")
		_, _ = fmt.Fprintf(w, `<Response onHangup="http://%s/h"/>`, r.Host)
	}))
	connections := func() int { // on which pushes came since the last call of this function
		mu.Lock()
		defer mu.Unlock()
		defer clear(from)
		return len(from)
	}
	t.Cleanup(server.Close)
	u := parsed(t, server.URL)
	s := New(Options{Incoming: u, Trust: endpoint.Trust{AllowHTTP: true}})
	s.Inspect(t.Context(), u)
	played := func() CallToPlay {
		story, _ := scenarios.Find("incoming-cancelled")
		return CallToPlay{Call: call.New(story, call.Options{Incoming: u.String(), Cast: scenarios.DefaultCast()})}
	}
	s.Play(t.Context(), played())
	alone := connections()
	s.PlayTogether(t.Context(), transcript.Call{}, []CallToPlay{played()}, 0)
	if together := connections(); alone != 1 || together != 2 {
		t.Errorf("%d connections for a call alone, %d for one that others are to be let in beside, want 1 and 2", alone, together)
	}
	server.Close()
	s.dialer.Limits.Dial = time.Nanosecond
	if x := s.Play(t.Context(), played()).Exchanges; len(x) != 1 || !strings.Contains(x[0].Detail, "timeout") {
		t.Errorf("without time to connect: %+v, want no connection in time", x)
	}
	if x := s.PlayTogether(t.Context(), transcript.Call{}, []CallToPlay{played()}, 0).Exchanges; len(x) != 1 || !strings.Contains(x[0].Detail, "refused") {
		t.Errorf("together: %+v, want it to try", x)
	}
}
