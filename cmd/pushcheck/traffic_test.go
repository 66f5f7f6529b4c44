package main

import (
	"bytes"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

func TestEveryCallOfTrafficHasIDsOfItsOwn(t *testing.T) {
	t.Parallel()
	for _, dialect := range [][]string{nil, {"--documented"}} {
		r := &recorder{}
		args := append([]string{"send", "incoming-answered", "--speed", "0", "--follow-ups", "always", "--count", "30", "--rate", "1000"}, dialect...)
		if got := command(t, append(args, r.serve(t)...)...); got.exit != 0 {
			t.Fatalf("%q gives %d, want 0:\n%s%s", args, got.exit, got.stdout, got.stderr)
		}
		events := map[string]int{}
		for _, p := range r.pushes {
			events[p.CallID]++
		}
		for id, n := range events {
			if n != 3 {
				t.Errorf("%q: callId %s has %d pushes, want 3", args, id, n)
			}
		}
		if len(events) != 30 {
			t.Errorf("%q: %d different callIds, want 30", args, len(events))
		}
	}
}

func TestNoTrafficGoesToAReceiverThatIsNotSafe(t *testing.T) {
	t.Parallel()
	var requests atomic.Int64
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { requests.Add(1) }))
	t.Cleanup(s.Close)
	got := command(t, "send", "newCall", s.URL, "--count", "5", "--rate", "1000")
	if got.exit != 1 || !strings.Contains(got.stdout, "transport.https") || requests.Load() != 0 {
		t.Errorf("exit %d, %d requests, want 1 and none:\n%s", got.exit, requests.Load(), got.stdout)
	}
}

func TestInterruptedTrafficTellsWhatItSentUntilThen(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	r := &recorder{onPush: func(n int) {
		if n == 3 {
			cancel()
		}
	}}
	got := commandUntil(ctx, append([]string{"send", "incoming-answered", "--count", "100000", "--rate", "100"}, r.serve(t)...)...)
	if got.exit != 130 || !strings.Contains(got.stdout, "\n  pushes    ") || !strings.HasSuffix(got.stdout, "\ninterrupted: the figures cover the calls until then\n") {
		t.Errorf("exit %d, want 130 and the numbers until then:\n%s", got.exit, got.stdout)
	}
}

func TestTrafficKeepsItsRateWhateverTheReceiverTakes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := tally{begin: time.Now()}
		var mu sync.Mutex
		var begun []string
		n.start(t.Context(), sendFlags{count: 4, rate: 5}, func(number int) transcript.Call {
			mu.Lock()
			begun = append(begun, fmt.Sprintf("%d at %s", number, time.Since(n.begin)))
			mu.Unlock()
			time.Sleep(3 * time.Second) // of the bubble's clock
			return transcript.Call{}
		}, func() bool { return false })
		want := []string{"1 at 0s", "2 at 200ms", "3 at 400ms", "4 at 600ms"}
		if diff := cmp.Diff(want, begun); diff != "" || n.calls != 4 {
			t.Errorf("%d calls, want 4; begun mismatch (-want +got):\n%s", n.calls, diff)
		}
	})
}

func TestTrafficIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := tally{begin: time.Now()}
		var going, most atomic.Int64
		release := make(chan struct{})
		done := make(chan struct{})
		go func() {
			defer close(done)
			n.start(t.Context(), sendFlags{count: mostAtOnce + 10, rate: 1e6}, func(int) transcript.Call {
				most.Store(max(most.Load(), going.Add(1)))
				<-release
				going.Add(-1)
				return transcript.Call{Complete: true}
			}, func() bool { return false })
		}()
		time.Sleep(time.Second) // of the bubble's clock: all that may begin have begun
		if got := going.Load(); got != mostAtOnce {
			t.Errorf("%d calls go on, want %d", got, mostAtOnce)
		}
		close(release)
		<-done
		if n.calls != mostAtOnce+10 || most.Load() > mostAtOnce || n.held == 0 {
			t.Errorf("%d calls, %d at most at a time, %d held, want %d, %d and some", n.calls, most.Load(), n.held, mostAtOnce+10, mostAtOnce)
		}
	})
}

func TestTrafficEndsWhereTheReceiverIsGivenUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		n := tally{begin: time.Now()}
		var played atomic.Int64
		n.start(t.Context(), sendFlags{count: 100, rate: 1}, func(int) transcript.Call {
			played.Add(1)
			return transcript.Call{Exchanges: []transcript.Exchange{{Push: push.Push{Event: push.NewCall}, End: transcript.Dropped}}}
		}, func() bool { return played.Load() == 3 })
		want := verdict.Traffic{Sent: 3, GaveUp: true}
		if diff := cmp.Diff(want, n.result(false)); diff != "" || n.calls != 3 {
			t.Errorf("%d calls, want 3; result mismatch (-want +got):\n%s", n.calls, diff)
		}
	})
}

func TestTheSummaryOfTraffic(t *testing.T) {
	t.Parallel()
	exchange := func(e push.Event, status int, took time.Duration) transcript.Exchange {
		return transcript.Exchange{Push: push.Push{Event: e}, End: transcript.Complete, Status: status, Took: took}
	}
	withheld := func(e push.Event, why transcript.NotSentReason) []transcript.NotSent {
		return []transcript.NotSent{{Push: push.Push{Event: e}, Reason: why}}
	}
	said := func(d response.Document) transcript.Exchange {
		x := exchange(push.NewCall, 200, 4*time.Millisecond)
		x.Document = d
		return x
	}
	lost := transcript.Exchange{Push: push.Push{Event: push.NewCall}, End: transcript.NotConnected, Failure: "connection refused"}
	good := exchange(push.NewCall, 200, 4*time.Millisecond)
	for name, test := range map[string]struct {
		calls       []transcript.Call
		rate        float64 // that is wanted
		interrupted bool
		exit        int
		want        string
	}{
		"all well": {
			calls: []transcript.Call{{Complete: true, Exchanges: []transcript.Exchange{good, exchange(push.Hangup, 204, 12*time.Millisecond)}}},
			want: `  calls     1 in 2s
  pushes    2 sent, 2 accepted, 0 refused
  latency   min 4.0 ms, median 4.0 ms, p95 12 ms, max 12 ms

every push was accepted
`,
		},
		"refused": {
			calls: []transcript.Call{
				{Complete: true, Exchanges: []transcript.Exchange{good, exchange(push.Hangup, 500, time.Millisecond)}},
				{Complete: true, Exchanges: []transcript.Exchange{good, exchange(push.Hangup, 500, time.Millisecond)}},
				{Complete: true, Exchanges: []transcript.Exchange{lost}},
			},
			exit: 1,
			want: `  calls     3 in 2s, 2.0 begun a second
  pushes    5 sent, 2 accepted, 3 refused
  refused   2 hangup: status 500
  refused   1 newCall: not connected, connection refused
  latency   min 1.0 ms, median 1.0 ms, p95 4.0 ms, max 4.0 ms

not conformant: 3 of 5 pushes were refused
`,
		},
		"other bodies than responses": {
			calls: []transcript.Call{{Complete: true, Exchanges: []transcript.Exchange{
				said(response.Parse(response.Input{Body: []byte("<!DOCTYPE html><html><body>Oops</body></html>")})),
				said(response.Parse(response.Input{Body: []byte("<Error/>")})),
				said(response.Parse(response.Input{Body: []byte("<Response/>")})),
				said(response.Parse(response.Input{})),
			}}},
			exit: 1,
			want: `  calls     1 in 2s
  pushes    4 sent, 2 accepted, 2 refused
  refused   1 newCall: status 200 with XML that is no Response
  refused   1 newCall: status 200 with an HTML page
  latency   min 4.0 ms, median 4.0 ms, p95 4.0 ms, max 4.0 ms

not conformant: 2 of 4 pushes were refused
`,
		},
		"a timeout": {
			calls: []transcript.Call{{Complete: true, Exchanges: []transcript.Exchange{
				good, {Push: push.Push{Event: push.NewCall}, End: transcript.TimedOut, Took: 10 * time.Second},
			}}},
			exit: 1,
			want: `  calls     1 in 2s
  pushes    2 sent, 1 accepted, 1 refused
  refused   1 newCall: timed out
  latency   min 4.0 ms, median 4.0 ms, p95 10000 ms, max 10000 ms

not conformant: 1 of 2 pushes were refused
`,
		},
		"a rate that was not reached": {
			calls: []transcript.Call{{Complete: true, Exchanges: []transcript.Exchange{good}}, {Complete: true}, {Complete: true}},
			rate:  200,
			want: `  calls     3 in 2s, 2.0 begun a second and not 200
  pushes    1 sent, 1 accepted, 0 refused
  latency   min 4.0 ms, median 4.0 ms, p95 4.0 ms, max 4.0 ms

every push was accepted
`,
		},
		"an observer": {
			calls: []transcript.Call{{Complete: true, Exchanges: []transcript.Exchange{good}, NotSent: withheld(push.Hangup, transcript.NotSubscribed)}},
			want: `  calls     1 in 2s
  pushes    1 sent, 1 accepted, 0 refused
  not sent  1 hangup: not subscribed
  latency   min 4.0 ms, median 4.0 ms, p95 4.0 ms, max 4.0 ms

every push was accepted
`,
		},
		"follow-ups to a host that was not allowed": {
			calls: []transcript.Call{{Complete: true, Exchanges: []transcript.Exchange{good}, NotSent: withheld(push.Hangup, transcript.NotAllowed)}},
			exit:  3,
			want: `  calls     1 in 2s
  pushes    1 sent, 1 accepted, 0 refused
  not sent  1 hangup: not allowed
  latency   min 4.0 ms, median 4.0 ms, p95 4.0 ms, max 4.0 ms

no verdict: 1 push could not be sent to a host that --follow does not name
`,
		},
		"follow-ups to URLs that cannot be used": {
			calls: []transcript.Call{
				{Complete: true, Exchanges: []transcript.Exchange{good}, NotSent: withheld(push.Hangup, transcript.UnusableURL)},
				{Complete: true, Exchanges: []transcript.Exchange{good}, NotSent: withheld(push.Hangup, transcript.NotReached)},
			},
			exit: 1,
			want: `  calls     2 in 2s, 1.0 begun a second
  pushes    2 sent, 2 accepted, 0 refused
  not sent  1 hangup: not reached
  not sent  1 hangup: unusable URL
  latency   min 4.0 ms, median 4.0 ms, p95 4.0 ms, max 4.0 ms

not conformant: 2 pushes could not be sent to the URL that the receiver named
`,
		},
		"nothing at all": {
			exit: 3,
			want: `  calls     0 in 2s
  pushes    0 sent, 0 accepted, 0 refused

no verdict: no push was sent
`,
		},
		"interrupted": {
			calls: []transcript.Call{{
				Exchanges: []transcript.Exchange{good, {Push: push.Push{Event: push.Answer}, End: transcript.Interrupted}},
				NotSent:   withheld(push.Hangup, transcript.Stopped),
			}},
			interrupted: true,
			exit:        130,
			want: `  calls     1 in 2s, 1 cut short
  pushes    1 sent, 1 accepted, 0 refused
  latency   min 4.0 ms, median 4.0 ms, p95 4.0 ms, max 4.0 ms

interrupted: the figures cover the calls until then
`,
		},
	} {
		begin := time.Now()
		n := tally{rate: test.rate, begin: begin, last: begin.Add(time.Second), took: 2 * time.Second, refused: map[string]int{}, unsent: map[string]int{}}
		for _, c := range test.calls {
			n.add(c)
		}
		var b bytes.Buffer
		v := n.result(test.interrupted).Judge()
		if err := n.print(&b, v.Why); err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(test.want, b.String()); diff != "" || v.Exit != test.exit {
			t.Errorf("%s: exit %d, want %d; summary mismatch (-want +got):\n%s", name, v.Exit, test.exit, diff)
		}
	}
}

func TestASummaryOfTrafficThatCannotBeWrittenLeavesNoVerdictUnlessInterrupted(t *testing.T) {
	t.Parallel()
	for _, interrupted := range []bool{false, true} {
		ctx, cancel := context.WithCancel(t.Context())
		r := &recorder{onPush: func(int) {
			if interrupted {
				cancel()
			}
		}}
		var stderr bytes.Buffer
		a := &app{stdout: fullDisk{}, stderr: &stderr, getenv: func(string) string { return "" }}
		exit := a.run(ctx, append([]string{"send", "newCall", "--count", "2", "--rate", "1000"}, r.serve(t)...))
		cancel()
		want := map[bool]int{false: 3, true: 130}[interrupted]
		if said := stderr.String(); exit != want || !strings.Contains(said, "pushcheck: writing to standard output: no space left") {
			t.Errorf("interrupted %t: exit %d, want %d and the reason:\n%s", interrupted, exit, want, said)
		}
	}
}

func TestRanks(t *testing.T) {
	t.Parallel()
	var hundred []time.Duration
	for i := range 100 {
		hundred = append(hundred, time.Duration(i+1))
	}
	for _, test := range []struct {
		sorted []time.Duration
		share  float64
		want   time.Duration
	}{
		{hundred, 0, 1}, {hundred, 0.5, 50}, {hundred, 0.95, 95}, {hundred, 1, 100},
		{hundred[:1], 0, 1}, {hundred[:1], 0.95, 1}, {hundred[:3], 0.5, 2}, {hundred[:4], 0.5, 2},
	} {
		if got := atRank(test.sorted, test.share); got != test.want {
			t.Errorf("atRank(1 to %d, %g) = %d, want %d", len(test.sorted), test.share, got, test.want)
		}
	}
}

// fullDisk is a file that takes nothing more.
type fullDisk struct{}

func (fullDisk) Write([]byte) (int, error) { return 0, syscall.ENOSPC }
