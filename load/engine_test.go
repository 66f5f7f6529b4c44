package load_test

import (
	"context"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/endpoint"
	"github.com/pushcheck/pushcheck/load"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/verdict"
)

// countingReceiver is a receiver that keeps all pushes. If respond is nil or returns false, the response subscribes to all events.
type countingReceiver struct {
	url     string
	respond func(w http.ResponseWriter, p push.Push, newCalls int) bool // reports whether it has responded

	mu       sync.Mutex
	bodies   []string
	newCalls int
}

func (c *countingReceiver) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, _ := io.ReadAll(r.Body)
	form, _ := push.ParseForm(body)
	p, _ := push.FromForm(form)
	c.mu.Lock()
	c.bodies = append(c.bodies, string(body))
	if p.Event == push.NewCall {
		c.newCalls++
	}
	n := c.newCalls
	c.mu.Unlock()
	if c.respond != nil && c.respond(w, p, n) {
		return
	}
	w.Header().Set("Content-Type", "application/xml")
	fmt.Fprintf(w, `<Response onAnswer="%s" onHangup="%s"/>`, c.url, c.url)
}

// options starts the receiver, and returns the options of a load that plays plan there without pauses.
func (c *countingReceiver) options(t *testing.T, plan load.Plan) load.Options {
	t.Helper()
	server := httptest.NewServer(c)
	t.Cleanup(server.Close)
	u, err := url.Parse(server.URL + "/push")
	if err != nil {
		t.Fatal(err)
	}
	c.url = u.String()
	plan.Seed = 1
	return load.Options{
		RunInfo: verdict.RunInfo{Seed: 1, Nonce: "n"}, Plan: plan, Cast: scenarios.DefaultCast(), DrainTime: time.Minute,
		Sender: sender.Options{Incoming: u, Outgoing: u, Trust: endpoint.Trust{AllowHTTP: true}},
	}
}

// bodiesExceptFirstCall returns the sorted bodies of the pushes that the receiver got after the first call.
func (c *countingReceiver) bodiesExceptFirstCall() []string {
	return slices.Sorted(slices.Values(c.bodies[firstCallPushes:]))
}

const firstCallPushes = 3 // number of pushes of the first call: newCall, answer, hangup

func TestEveryPushIsCounted(t *testing.T) {
	t.Parallel()
	for name, plan := range map[string]load.Plan{
		"10 calls at a time":     {Concurrency: 10, Count: 200},
		"2,000 calls per second": {PerSecond: 2000, Count: 200},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := &countingReceiver{}
			l := load.Run(t.Context(), c.options(t, plan))
			if l.Calls.Started != 200 || l.Calls.Completed != 200 {
				t.Errorf("want 200 calls: %+v", l.Calls)
			}
			got := c.bodiesExceptFirstCall()
			if l.Pushes.Sent != len(got) || l.Pushes.Accepted != len(got) {
				t.Errorf("the receiver got %d pushes: %+v", len(got), l.Pushes)
			}
			if distinctCount := len(slices.Compact(got)); distinctCount != len(c.bodies)-firstCallPushes {
				t.Errorf("of %d pushes %d are different, want all", len(c.bodies)-firstCallPushes, distinctCount)
			}
			if l.Judge(thresholds(t)).Exit != verdict.ExitConformant {
				t.Errorf("want no finding: %+v", l.Findings)
			}
		})
	}
}

func thresholds(t *testing.T) []verdict.Threshold {
	t.Helper()
	out, err := verdict.ParseThresholds(verdict.DefaultThresholds)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestShardsTogetherSendTheBytesOfTheWholeLoad(t *testing.T) {
	t.Parallel()
	wholeLoad := &countingReceiver{}
	load.Run(t.Context(), wholeLoad.options(t, load.Plan{Concurrency: 7, Count: 60}))
	var shardBodies, firstCallIDs []string
	for number := 1; number <= 2; number++ {
		c := &countingReceiver{}
		load.Run(t.Context(), c.options(t, load.Plan{PerSecond: 1000, Count: 60, Shard: verdict.Shard{Number: number, Total: 2}}))
		shardBodies, firstCallIDs = append(shardBodies, c.bodiesExceptFirstCall()...), append(firstCallIDs, callID(t, c.bodies[0]))
	}
	if firstCallIDs[0] == firstCallIDs[1] {
		t.Errorf("the first calls of both parts have the callId %q, want different ones", firstCallIDs[0])
	}
	slices.Sort(shardBodies)
	if diff := cmp.Diff(wholeLoad.bodiesExceptFirstCall(), shardBodies); diff != "" {
		t.Errorf("two shards do not send what the whole load sends:\n%s", diff)
	}
}

func callID(t *testing.T, body string) string {
	t.Helper()
	form, err := url.ParseQuery(body)
	if err != nil {
		t.Fatal(err)
	}
	return form.Get("callId")
}

func TestEachKindOfErrorIsCounted(t *testing.T) {
	t.Parallel()
	respondToEveryTenthCall := func(respond func(w http.ResponseWriter)) func(http.ResponseWriter, push.Push, int) bool {
		return func(w http.ResponseWriter, p push.Push, newCalls int) bool {
			if p.Event != push.NewCall || newCalls%10 != 0 {
				return false
			}
			respond(w)
			return true
		}
	}
	for kind, respond := range map[verdict.LoadError]func(http.ResponseWriter){
		verdict.LoadOtherKind: func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "text/html")
			fmt.Fprint(w, "<!DOCTYPE html><html><body>Something went wrong</body></html>")
		},
		verdict.LoadFailed:  func(w http.ResponseWriter) { w.WriteHeader(http.StatusInternalServerError) },
		verdict.LoadLimited: func(w http.ResponseWriter) { w.WriteHeader(http.StatusTooManyRequests) },
		verdict.LoadDropped: func(http.ResponseWriter) { panic(http.ErrAbortHandler) },
		verdict.LoadInvalid: func(w http.ResponseWriter) {
			conn, _, err := http.NewResponseController(w).Hijack()
			if err == nil {
				fmt.Fprint(conn, "SSH-2.0-OpenSSH\r\n")
				conn.Close()
			}
		},
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			c := &countingReceiver{respond: respondToEveryTenthCall(respond)}
			l := load.Run(t.Context(), c.options(t, load.Plan{Concurrency: 1, Count: 100}))
			errorCounts := map[verdict.LoadError]int{}
			for _, e := range l.Events {
				maps.Copy(errorCounts, e.Errors)
			}
			if errorCounts[kind] < 9 {
				t.Errorf("want nearly ten errors of this kind: %v", errorCounts)
			}
			if e := l.Failures[kind]; len(e) != verdict.MaxLoadExamples || e[0].Call > e[1].Call || e[0].Exchange.Push.CallID == "" {
				t.Errorf("want the first three as examples, by the number of their call: %+v", e)
			}
			if len(l.Findings) > 0 {
				t.Errorf("want no findings: %+v", l.Findings)
			}
			if v := l.Judge(thresholds(t)); v.Exit != verdict.ExitNotConformant {
				t.Errorf("want a receiver that is not conformant: %+v", v)
			}
		})
	}
}

func TestFindingsAreCountedAndTheFirstCallsAreKeptAsExamples(t *testing.T) {
	t.Parallel()
	c := &countingReceiver{respond: func(w http.ResponseWriter, p push.Push, newCalls int) bool {
		if p.Event == push.NewCall && newCalls > 1 {
			w.Header().Set("Content-Type", "application/xml")
			fmt.Fprint(w, `<Response onAnswer="answer"/>`)
			return true
		}
		return false
	}}
	l := load.Run(t.Context(), c.options(t, load.Plan{Concurrency: 5, Count: 50}))
	if len(l.Findings) != 1 || l.Findings[0].Count < 50 {
		t.Fatalf("want a finding about one requirement for all newCall responses: %+v", l.Findings)
	}
	callNumber := func(e verdict.LoadExample) int { return e.Call }
	if e := l.Findings[0].Examples; len(e) != 3 || callNumber(e[0]) != 1 || callNumber(e[2]) > 3 {
		t.Errorf("want the first calls as examples: %v", e)
	}
}

func TestExampleHasTheIndexOfItsPushWithinTheCall(t *testing.T) {
	t.Parallel()
	c := &countingReceiver{respond: func(w http.ResponseWriter, p push.Push, newCalls int) bool {
		if p.Event == push.Hangup && newCalls > 1 {
			w.WriteHeader(http.StatusNotFound)
			return true
		}
		return false
	}}
	mix, err := load.ParseMix("incoming-answered=1")
	if err != nil {
		t.Fatal(err)
	}
	l := load.Run(t.Context(), c.options(t, load.Plan{Concurrency: 1, Count: 2, Mix: mix}))
	if len(l.Findings) == 0 {
		t.Fatal("no finding about hangup pushes that are refused")
	}
	for _, e := range l.Findings[0].Examples {
		if e.Exchange.Push.Event != push.Hangup || e.Finding.Exchange != 2 {
			t.Errorf("call %d: push %d (%s) is the example, want 2, the hangup push", e.Call, e.Finding.Exchange, e.Exchange.Push.Event)
		}
	}
}

func TestMalformedResponseXMLIsAFindingAndXMLWithAnotherRootIsAnError(t *testing.T) {
	t.Parallel()
	for body, findings := range map[string]int{`<Response onAnswer=`: 10, `<Response><Dial></Response>`: 10, `<Error>busy</Error>`: 0} {
		t.Run(body, func(t *testing.T) {
			t.Parallel()
			c := &countingReceiver{respond: func(w http.ResponseWriter, p push.Push, newCalls int) bool {
				if p.Event != push.NewCall || newCalls == 1 {
					return false
				}
				w.Header().Set("Content-Type", "application/xml")
				fmt.Fprint(w, body)
				return true
			}}
			plan := load.Plan{Concurrency: 1, Count: 10, Mix: load.Mix{{Scenario: scenario(t, "incoming-answered"), Weight: 1}}}
			l := load.Run(t.Context(), c.options(t, plan))
			got := 0
			for _, f := range l.Findings {
				if f.ID == "response.well-formed" {
					got = f.Count
				}
			}
			if got != findings || l.Errors() != 10-findings {
				t.Errorf("%d findings and %d errors, want %d and %d", got, l.Errors(), findings, 10-findings)
			}
		})
	}
}

func scenario(t *testing.T, name string) scenarios.Scenario {
	t.Helper()
	s, ok := scenarios.Find(name)
	if !ok {
		t.Fatalf("there is no scenario %q", name)
	}
	return s
}

func TestLoadEndsIfTheFirstCallIsNotAccepted(t *testing.T) {
	t.Parallel()
	c := &countingReceiver{respond: func(w http.ResponseWriter, _ push.Push, _ int) bool {
		w.WriteHeader(http.StatusNotFound)
		return true
	}}
	l := load.Run(t.Context(), c.options(t, load.Plan{Concurrency: 5, Count: 50}))
	if len(c.bodies) != 1 || l.Calls.Started != 0 || len(l.Findings) == 0 {
		t.Errorf("want one push and a finding: %d pushes, %+v, %+v", len(c.bodies), l.Calls, l.Findings)
	}
	const want = "; no traffic was sent, because the first call was not accepted (the newCall push on Doc's leg: status 404)"
	if v := l.Judge(thresholds(t)); v.Exit != verdict.ExitNotConformant || !strings.HasSuffix(v.Summary, want) {
		t.Errorf("exit %d, %q; want %d, %q", v.Exit, v.Summary, verdict.ExitNotConformant, want)
	}
}

func TestLoadHasNoVerdictIfTheFirstCallGetsNoResponse(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	defer close(release)
	c := &countingReceiver{respond: func(http.ResponseWriter, push.Push, int) bool {
		<-release
		return true
	}}
	o := c.options(t, load.Plan{Concurrency: 5, Count: 50})
	o.Sender.Limits.Exchange = 100 * time.Millisecond
	v := load.Run(t.Context(), o).Judge(thresholds(t))
	const want = "no verdict: no traffic was sent, because the first call was not accepted (the newCall push on Doc's leg: no response within 0.1 s)"
	if v.Exit != verdict.ExitNoVerdict || v.Summary != want {
		t.Errorf("exit %d, %q; want %d, %q", v.Exit, v.Summary, verdict.ExitNoVerdict, want)
	}
}

func TestLoadHasNoVerdictIfNoFollowUpURLIsAllowed(t *testing.T) {
	t.Parallel()
	c := &countingReceiver{respond: func(w http.ResponseWriter, _ push.Push, _ int) bool {
		w.Header().Set("Content-Type", "application/xml")
		fmt.Fprint(w, `<Response onAnswer="https://evil.example.com/push" onHangup="https://evil.example.com/push"/>`)
		return true
	}}
	o := c.options(t, load.Plan{Concurrency: 5, Count: 50})
	v := load.Run(t.Context(), o).Judge(thresholds(t))
	if v.Exit != verdict.ExitNoVerdict || !strings.Contains(v.Summary, "allow it with --follow evil.example.com") {
		t.Errorf("exit %d, %q; want no verdict, and a hint", v.Exit, v.Summary)
	}
}

func TestOpenCallsOfALoadAtARateAreCutAfterTheDrainTime(t *testing.T) {
	t.Parallel()
	c := &countingReceiver{}
	o := c.options(t, load.Plan{PerSecond: 1000, Count: 20})
	o.Speed, o.DrainTime = 1, time.Nanosecond
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	l := load.Run(ctx, o)
	if l.Calls.Unfinished == 0 || l.Calls.Unfinished+l.Calls.Completed != l.Calls.Started {
		t.Errorf("want all calls cut, because they last longer than the load: %+v", l.Calls)
	}
}

func TestEndedLoadDoesNotWaitForResponses(t *testing.T) {
	t.Parallel()
	release, end := make(chan struct{}), make(chan struct{})
	defer close(release)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	interrupt := sync.OnceFunc(func() {
		cancel()
		close(end)
	})
	c := &countingReceiver{respond: func(_ http.ResponseWriter, _ push.Push, newCalls int) bool {
		if newCalls < 2 {
			return false
		}
		interrupt()
		<-release
		return true
	}}
	o := c.options(t, load.Plan{PerSecond: 100, Duration: time.Hour})
	o.EndNow = end
	l := load.Run(ctx, o)
	if !l.Interrupted || l.Calls.Unfinished == 0 || l.Pushes.Sent != 0 || l.Pushes.Waiting == 0 {
		t.Errorf("want the open calls cut, and nothing else counted: interrupted %t, %+v, %+v", l.Interrupted, l.Calls, l.Pushes)
	}
}

func TestLoadThatIsInterruptedBeforeItsStartBeginsNoCall(t *testing.T) {
	t.Parallel()
	for name, plan := range map[string]load.Plan{"100 calls per second": {PerSecond: 100, Duration: time.Hour}, "5 calls at a time": {Concurrency: 5, Count: 10}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			defer cancel()
			c := &countingReceiver{respond: func(_ http.ResponseWriter, p push.Push, _ int) bool {
				if p.Event == push.Hangup {
					time.AfterFunc(50*time.Millisecond, cancel) // interrupts the load when the first call is over
				}
				return false
			}}
			o := c.options(t, plan)
			o.StartAt = time.Now().Add(time.Hour)
			l := load.Run(ctx, o)
			if len(c.bodies) != firstCallPushes || l.Calls.Started != 0 || !l.Interrupted {
				t.Errorf("want %d pushes and no call: %d pushes, %+v, interrupted %t", firstCallPushes, len(c.bodies), l.Calls, l.Interrupted)
			}
		})
	}
}

func TestLateCallsAreCountedByTheirBottleneck(t *testing.T) {
	t.Parallel()
	respondSlowly := func(http.ResponseWriter, push.Push, int) bool {
		<-time.After(50 * time.Millisecond) // the receiver takes 50 ms for each response
		return false
	}
	for bottleneck, test := range map[verdict.Bottleneck]struct {
		respond func(http.ResponseWriter, push.Push, int) bool
		change  func(*load.Options)
	}{
		verdict.BottleneckConnections: {respondSlowly, func(o *load.Options) { o.MaxConnections = 2 }},
		verdict.BottleneckOpenCalls:   {respondSlowly, func(o *load.Options) { o.MaxOpenCalls = 2 }},
		verdict.BottleneckStart:       {nil, func(o *load.Options) { o.StartAt = time.Now().Add(-10 * time.Second) }},
	} {
		t.Run(string(bottleneck), func(t *testing.T) {
			t.Parallel()
			c := &countingReceiver{respond: test.respond}
			o := c.options(t, load.Plan{PerSecond: 200, Count: 40, Arrivals: load.Constant})
			test.change(&o)
			l := load.Run(t.Context(), o)
			if l.Calls.Completed != 40 || l.Calls.Late < 30 {
				t.Errorf("want 40 calls, nearly all late: %+v", l.Calls)
			}
			for other, n := range l.LatePushes {
				if other != bottleneck && n > l.LatePushes[bottleneck]/10 {
					t.Errorf("%d calls were late because of %q, want nearly all because of %q: %v", n, other, bottleneck, l.LatePushes)
				}
			}
		})
	}
}

func TestCallsThatCannotBeginBeforeThePlanEndsAreLeftOut(t *testing.T) {
	t.Parallel()
	release := make(chan struct{})
	defer close(release)
	c := &countingReceiver{respond: func(_ http.ResponseWriter, _ push.Push, newCalls int) bool {
		if newCalls > 1 {
			<-release
		}
		return newCalls > 1
	}}
	o := c.options(t, load.Plan{PerSecond: 200, Duration: 200 * time.Millisecond})
	o.MaxOpenCalls, o.DrainTime, o.Sender.Limits.Exchange = 2, time.Nanosecond, time.Second
	l := load.Run(t.Context(), o)
	if l.Calls.Started != 2 || l.Calls.Unfinished != 2 {
		t.Errorf("want 2 calls that begin and are cut: %+v", l.Calls)
	}
	if why := l.Judge(nil).Summary; !strings.HasSuffix(why, "calls/s were reached, because as many calls as allowed were open") {
		t.Errorf("the verdict is %q, want that the rate was not reached", why)
	}
}

func TestOpenCallsOfALoadWithConcurrencyAreCutAfterTheDrainTime(t *testing.T) {
	t.Parallel()
	c := &countingReceiver{}
	o := c.options(t, load.Plan{Concurrency: 2, Duration: 50 * time.Millisecond, Talk: load.Distribution{Shape: load.FixedTime, Mean: time.Hour}})
	o.Speed, o.DrainTime = 1, time.Nanosecond
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if l := load.Run(ctx, o); l.Interrupted || l.Calls.Unfinished != 2 {
		t.Errorf("want 2 calls that are cut: %+v, interrupted %t", l.Calls, l.Interrupted)
	}
}

func TestShardWithZeroParallelCallsEnds(t *testing.T) {
	t.Parallel()
	c := &countingReceiver{}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	o := c.options(t, load.Plan{Concurrency: 2, Count: 9, Shard: verdict.Shard{Number: 3, Total: 3}})
	if l := load.Run(ctx, o); l.Interrupted || l.Calls.Started != 0 {
		t.Errorf("want an end without a call: %+v, interrupted %t", l.Calls, l.Interrupted)
	}
}

func TestPushOfASecondLegDoesNotWaitForTheResponseToTheFirstLeg(t *testing.T) {
	t.Parallel()
	secondHangup := make(chan struct{})
	var hangups atomic.Int32
	c := &countingReceiver{respond: func(_ http.ResponseWriter, p push.Push, newCalls int) bool {
		switch {
		case newCalls < 2: // the first call, which is played alone
		case p.Event == push.NewCall:
			<-time.After(30 * time.Millisecond) // longer than the phone rings, so that a hangup push is already due when the response arrives
		case p.Event == push.Hangup:
			if hangups.Add(1) == 2 {
				close(secondHangup)
			}
			select {
			case <-secondHangup:
			case <-time.After(700 * time.Millisecond): // less than the second after which the loop continues in any case
				t.Error("the hangup push of the second leg was not sent when it was due")
			}
		}
		return false
	}}
	mix, err := load.ParseMix("internal-no-answer=1")
	if err != nil {
		t.Fatal(err)
	}
	o := c.options(t, load.Plan{Concurrency: 1, Count: 1, Mix: mix, Ring: load.Distribution{Shape: load.FixedTime, Mean: time.Millisecond}})
	o.Speed = 0.1 // the second leg ends 100 ms after the first leg
	if l := load.Run(t.Context(), o); l.Calls.Completed != 1 {
		t.Errorf("want 1 call: %+v", l.Calls)
	}
}

func TestExpectedCallsAreAtMostTheCountOfThePlan(t *testing.T) {
	t.Parallel()
	c := &countingReceiver{}
	l := load.Run(t.Context(), c.options(t, load.Plan{PerSecond: 2000, Count: 20, Shard: verdict.Shard{Number: 1, Total: 2}}))
	if got := l.Timeline.Sum().Due; got != 10 {
		t.Errorf("%v calls were planned for half of 20, want 10", got)
	}
}

func TestPlainHTTPIsWaivedIfAFlagAllowsIt(t *testing.T) {
	t.Parallel()
	c := &countingReceiver{}
	l := load.Run(t.Context(), c.options(t, load.Plan{Concurrency: 1, Count: 1}))
	want := map[string]string{"transport.https": "--allow-http"}
	if diff := cmp.Diff(want, l.Waived); diff != "" {
		t.Errorf("waived requirements mismatch (-want +got):\n%s", diff)
	}
}

func TestRefusalOfAllNewCallPushesIsOneFinding(t *testing.T) {
	t.Parallel()
	c := &countingReceiver{respond: func(w http.ResponseWriter, _ push.Push, newCalls int) bool {
		if newCalls > 1 {
			w.WriteHeader(http.StatusNotFound)
		}
		return newCalls > 1
	}}
	l := load.Run(t.Context(), c.options(t, load.Plan{Concurrency: 1, Count: 100}))
	var got []string
	for _, f := range l.Findings {
		got = append(got, f.ID)
	}
	if diff := cmp.Diff([]string{"push.newcall"}, got); diff != "" {
		t.Errorf("findings of a receiver that refuses every call mismatch (-want +got):\n%s", diff)
	}
}
