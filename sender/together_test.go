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

func TestRoundsDoNotWaitForARemovedCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := &rounds{callCount: 2, gate: make(chan struct{})}
		roundBegan := false
		go func() { r.wait(t.Context()); roundBegan = true }()
		synctest.Wait()
		if roundBegan {
			t.Error("the round began before all calls waited")
		}
		r.removeCall()
		synctest.Wait()
		if !roundBegan {
			t.Error("the round did not begin after the other call was removed")
		}
		r.removeCall()
	})
}

func TestSlowConnectSetsTheDialLimitsToTheExchangeLimit(t *testing.T) {
	t.Parallel()
	for exchange, want := range map[time.Duration]time.Duration{0: 10 * time.Second, time.Minute: time.Minute} {
		got := (&Dialer{Limits: Limits{Exchange: exchange, Dial: 1}}).withSlowConnect().Limits
		if got.Dial != want || got.Handshake != want || got.Exchange != want {
			t.Errorf("withSlowConnect and Exchange %v: %+v, want %v for everything", exchange, got, want)
		}
	}
}

func TestCallsPlayedTogetherSendPushesInRounds(t *testing.T) {
	t.Parallel()
	for _, interval := range []time.Duration{0, time.Second} {
		synctest.Test(t, func(t *testing.T) {
			receiver := &memoryReceiver{beforeResponse: func(n int, event string, _ *http.Request) error {
				if event == "newCall" { // the first response takes longest
					time.Sleep(time.Duration(10-3*n) * time.Second / 2)
				}
				return nil
			}}
			s := receiver.sender(t, Options{})
			calls := []CallToPlay{{Call: callOfScenario(t, "incoming-answered")}, {Call: callOfScenario(t, "incoming-cancelled")}, {Call: callOfScenario(t, "incoming-answered")}}
			out := s.PlayTogether(t.Context(), transcript.Call{ID: 7}, calls, interval)
			a := interval
			// The second round begins after the response to the first call's newCall. The third round has no push of the second call.
			secondRound := 7 * time.Second / 2
			want := []string{
				"newCall /push 0s", fmt.Sprint("newCall /push ", a), fmt.Sprint("newCall /push ", 2*a),
				fmt.Sprint("answer /a ", secondRound), fmt.Sprint("hangup /h ", secondRound+a), fmt.Sprint("answer /a ", secondRound+2*a),
				fmt.Sprint("hangup /h ", secondRound+2*a), fmt.Sprint("hangup /h ", secondRound+4*a),
			}
			got := slices.Clone(receiver.pushes)
			slices.Sort(got)
			slices.Sort(want)
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("pushes %v apart mismatch (-want +got):\n%s", interval, diff)
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

func TestTranscriptOfCallsPlayedTogetherIsSteeredOrIncompleteIfOneCallIs(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	receiver := &memoryReceiver{respond: func(int, string) string { return rejectingDocument }}
	s := receiver.sender(t, Options{})
	makeCalls := func() []CallToPlay {
		return []CallToPlay{{Call: callOfScenario(t, "incoming-answered")}, {Call: call.SinglePush(push.Push{Event: push.NewCall}, "Doc", "")}}
	}
	out := s.PlayTogether(ctx, transcript.Call{}, makeCalls(), 0)
	want := []string{
		"0 newCall complete", "1 hangup not subscribed: no response that sipgate acts on named a URL for it", "0 newCall no outgoing URL: there is no URL for outgoing calls", "complete", "steered",
	}
	if diff := cmp.Diff(want, summary(out)[:len(want)]); diff != "" || len(out.Skipped) == 0 {
		t.Errorf("skipped %+v, transcript mismatch (-want +got):\n%s", out.Skipped, diff)
	}
	cancel()
	if out := s.PlayTogether(ctx, transcript.Call{}, makeCalls(), time.Hour); out.Complete || out.Exchanges != nil {
		t.Errorf("interrupted: %q, want no exchange", summary(out))
	}
	if len(receiver.pushes) != 1 {
		t.Errorf("the receiver got %q, want one push", receiver.pushes)
	}
}

func TestCallsPlayedTogetherMayConnectSlowly(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	remoteAddrs := map[string]bool{}
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		remoteAddrs[r.RemoteAddr] = true
		w.Header().Set("Content-Type", "application/xml")
		_, _ = fmt.Fprintf(w, `<Response onHangup="http://%s/h"/>`, r.Host)
	}))
	countConnections := func() int { // returns the number of connections with pushes since countConnections was called last
		mu.Lock()
		defer mu.Unlock()
		defer clear(remoteAddrs)
		return len(remoteAddrs)
	}
	t.Cleanup(server.Close)
	u := mustParseURL(t, server.URL)
	s := New(Options{Incoming: u, Trust: endpoint.Trust{AllowHTTP: true}})
	s.Inspect(t.Context(), u)
	newCall := func() CallToPlay {
		story, _ := scenarios.Find("incoming-cancelled")
		return CallToPlay{Call: call.New(story, call.Options{Incoming: u.String(), Cast: scenarios.DefaultCast()})}
	}
	s.Play(t.Context(), newCall())
	aloneCount := countConnections()
	s.PlayTogether(t.Context(), transcript.Call{}, []CallToPlay{newCall()}, 0)
	if togetherCount := countConnections(); aloneCount != 1 || togetherCount != 2 {
		t.Errorf("%d connections for Play, %d for PlayTogether, want 1 and 2", aloneCount, togetherCount)
	}
	server.Close()
	s.dialer.Limits.Dial = time.Nanosecond
	if x := s.Play(t.Context(), newCall()).Exchanges; len(x) != 1 || !strings.Contains(x[0].Detail, "timeout") {
		t.Errorf("Play with a Dial limit of 1 ns: %+v, want a timeout", x)
	}
	if x := s.PlayTogether(t.Context(), transcript.Call{}, []CallToPlay{newCall()}, 0).Exchanges; len(x) != 1 || !strings.Contains(x[0].Detail, "refused") {
		t.Errorf("PlayTogether with a Dial limit of 1 ns: %+v, want a refused connection", x)
	}
}
