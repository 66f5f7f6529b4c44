package run_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/internal/certs"
	"github.com/pushcheck/pushcheck/internal/testoracle"
	"github.com/pushcheck/pushcheck/oracle"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/receiver"
	"github.com/pushcheck/pushcheck/run"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// runWithOracle returns a run that asks an oracle for the state of calls. Its probe has been played.
func runWithOracle(t *testing.T, h http.Handler, wait time.Duration, ask oracle.Func) *run.Run {
	t.Helper()
	o := inMemoryOptions(h)
	o.StateCheck = run.StateCheck{Oracle: ask, Wait: wait}
	return probedRun(t, o)
}

func TestRunAsksThreeTimesIfEveryQuestionFails(t *testing.T) {
	t.Parallel()
	var questions atomic.Int32
	r := runWithOracle(t, referenceReceiver(t), 0, func(context.Context, string) (push.CallState, error) {
		return "", fmt.Errorf("the flux capacitor is empty %d", questions.Add(1))
	})
	v := play(t, r, plainCall(t, "incoming-busy"), plainCall(t, "transfer-answered"))
	if n := questions.Load(); n != 3 {
		t.Errorf("the oracle was asked %d times, want 3", n)
	}
	for _, c := range v.Calls {
		for _, a := range c.States {
			if a.Failure != "the flux capacitor is empty 1" {
				t.Errorf("call %d: the failure is %q, want the failure of the first question", c.ID, a.Failure)
			}
		}
	}
	for _, id := range []string{"state.ended", "state.transfer"} {
		if r := row(t, v, id); r.Status != verdict.Undetermined || r.Reason != "the call state could not be read: the flux capacitor is empty 1" {
			t.Errorf("%s is %s: %s; want it undetermined because of the first error", r.ID, r.Status, r.Reason)
		}
	}
	if v.Exit != verdict.ExitNoVerdict {
		t.Errorf("exit %d, want 3: %s", v.Exit, v.Summary)
	}
}

func TestInvalidStateCountsAsAFailedQuestion(t *testing.T) {
	t.Parallel()
	v := runWithOracle(t, referenceReceiver(t), 0, func(context.Context, string) (push.CallState, error) { return "flying", nil }).Verdict()
	if r := row(t, v, "state.ended"); r.Status != verdict.Undetermined || v.Exit != verdict.ExitNoVerdict {
		t.Errorf("state.ended is %s, exit %d; want undetermined and 3", r.Status, v.Exit)
	}
}

func TestInterruptedRunStopsWaitingForAState(t *testing.T) {
	t.Parallel()
	ctx, interrupt := context.WithCancel(t.Context())
	o := inMemoryOptions(referenceReceiver(t))
	o.StateCheck = run.StateCheck{Wait: time.Hour, Oracle: oracle.Func(func(context.Context, string) (push.CallState, error) {
		interrupt()
		return push.CallUnknown, nil
	})}
	r := run.New(o)
	r.Probe(ctx)
	if v := r.Verdict(); v.Exit != verdict.ExitInterrupted || len(failedIDs(v)) > 0 {
		t.Errorf("exit %d with %v failed, want 130 and none: %s", v.Exit, failedIDs(v), v.Summary)
	}
}

// If an application never shows the right state, the run must not wait again in each call.
func TestRunWaitsThreeTimesForAStateThatNeverComes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const wait = 2 * time.Second
		r := runWithOracle(t, referenceReceiver(t), 0, func(context.Context, string) (push.CallState, error) { return push.CallRinging, nil })
		v := play(t, r, plainCall(t, "incoming-busy"), plainCall(t, "forward-busy"), plainCall(t, "transfer-answered"), plainCall(t, "internal-answered"), plainCall(t, "incoming-cancelled"))
		missedOn := map[transcript.CallState]map[string]bool{transcript.CallAnswered: {}, transcript.CallOver: {}} // callIds of the legs for which a state was not shown in time, by that state
		cutShortCount := 0
		for _, c := range v.Calls {
			for _, a := range c.States {
				switch {
				case a.CutShort:
					cutShortCount++
				case !a.FitsWanted() && a.Waited != wait:
					t.Errorf("call %d: %s was waited for %s, want %s", c.ID, a.Wanted, a.Waited, wait)
				case !a.FitsWanted():
					missedOn[a.Wanted][a.CallID] = true
				}
			}
		}
		for state, legs := range missedOn {
			if len(legs) != 3 {
				t.Errorf("%s did not come within the wait on %d legs, want 3", state, len(legs))
			}
		}
		if cutShortCount == 0 {
			t.Error("no question was asked without waiting, want some")
		}
		if v.Exit != verdict.ExitNotConformant || row(t, v, "state.ended").Status != verdict.Failed || row(t, v, "state.transfer").Status == verdict.Failed {
			t.Errorf("exit %d, state.ended is %s, state.transfer %s; want 1, failed and not failed", v.Exit, row(t, v, "state.ended").Status, row(t, v, "state.transfer").Status)
		}
	})
}

func TestRunWaitsOnlyOncePerCallForAStateThatIsNotShown(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		f, err := receiver.FindFault("state-forward-keeps-first")
		if err != nil {
			t.Fatal(err)
		}
		h, err := receiver.New(receiver.Options{Faults: []receiver.Fault{f}})
		if err != nil {
			t.Fatal(err)
		}
		questions := map[string]int{}
		var mu sync.Mutex
		o := inMemoryOptions(h)
		o.StateCheck = run.StateCheck{Wait: 100 * time.Millisecond, Oracle: oracle.Func(func(ctx context.Context, callID string) (push.CallState, error) {
			mu.Lock()
			questions[callID]++
			mu.Unlock()
			return testoracle.OfReceiver(h)(ctx, callID)
		})}
		v := play(t, run.New(o), plainCall(t, "forward-busy"))
		maxQuestions := 0
		for _, n := range questions {
			maxQuestions = max(maxQuestions, n)
		}
		// One question after the newCall, five within 100 ms after the hangup, and one after each of the three further pushes.
		if got := row(t, v, "state.forward").Status; got != verdict.Failed || maxQuestions != 9 {
			t.Errorf("state.forward is %s, a leg was asked about %d times; want failed, and 9", got, maxQuestions)
		}
	})
}

// A question during a push could delay the response to the push.
func TestNoQuestionIsAskedDuringAPush(t *testing.T) {
	t.Parallel()
	h := referenceReceiver(t)
	var pushes, overlaps atomic.Int32
	pause := func() { <-time.After(time.Millisecond) }
	handler := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		pushes.Add(1)
		defer pushes.Add(-1)
		pause()
		h.ServeHTTP(w, r)
	})
	r := runWithOracle(t, handler, 0, func(ctx context.Context, callID string) (push.CallState, error) {
		for range 3 {
			if pushes.Load() > 0 {
				overlaps.Add(1)
			}
			pause()
		}
		return testoracle.OfReceiver(h)(ctx, callID)
	})
	var playing sync.WaitGroup
	for _, e := range []experiment.Experiment{
		plainCall(t, "incoming-busy"), plainCall(t, "forward-busy"), plainCall(t, "transfer-answered"), plainCall(t, "internal-answered"), plainCall(t, "incoming-cancelled"),
		oddCall(t, "push.anonymous-caller", "the caller suppresses the number"),
	} {
		playing.Go(func() { r.Play(t.Context(), e, false) })
	}
	playing.Wait()
	if got := row(t, r.Verdict(), "state.transfer").Status; overlaps.Load() > 0 || got != verdict.Passed {
		t.Errorf("%d questions were asked during a push, state.transfer is %s; want none and passed", overlaps.Load(), got)
	}
}

// singleListener is a listener that accepts a connection only after the previous connection is closed.
type singleListener struct {
	net.Listener
	slot chan struct{} // holds a value while no connection is open
}

func (l singleListener) Accept() (net.Conn, error) {
	<-l.slot
	c, err := l.Listener.Accept()
	if err != nil {
		l.slot <- struct{}{}
		return nil, err
	}
	return &singleConn{Conn: c, slot: l.slot}, nil
}

type singleConn struct {
	net.Conn
	once sync.Once
	slot chan struct{} // see singleListener
}

func (c *singleConn) Close() error {
	c.once.Do(func() { c.slot <- struct{}{} })
	return c.Conn.Close()
}

func TestQuestionsReachAReceiverThatAcceptsOneConnectionAtATime(t *testing.T) {
	t.Parallel()
	h := referenceReceiver(t)
	authority, err := certs.NewAuthority("pushcheck test", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := authority.Issue(certs.Leaf{Hosts: []string{"127.0.0.1"}})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(h)
	slot := make(chan struct{}, 2)
	slot <- struct{}{}
	server.Listener = singleListener{server.Listener, slot}
	server.TLS = &tls.Config{Certificates: []tls.Certificate{leaf}}
	server.StartTLS()
	t.Cleanup(server.Close)
	roots := x509.NewCertPool()
	roots.AddCert(authority.Root)
	client := &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: roots}}
	o := inMemoryOptions(h)
	if o.Sender.Incoming, err = url.Parse(server.URL + "/"); err != nil {
		t.Fatal(err)
	}
	o.Sender.Outgoing, o.Sender.RoundTripper, o.Sender.Trust.ExtraAuthorities = o.Sender.Incoming, nil, []*x509.Certificate{authority.Root}
	o.StateCheck.Oracle = oracle.Func(func(ctx context.Context, callID string) (push.CallState, error) {
		ctx, cancel := context.WithTimeout(ctx, 2*time.Second)
		defer cancel()
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, server.URL+"/calls/"+callID, nil)
		if err != nil {
			return "", err
		}
		res, err := client.RoundTrip(req)
		if err != nil {
			return "", err
		}
		defer res.Body.Close()
		return testoracle.OfReceiver(h)(ctx, callID)
	})
	if v := probedRun(t, o).Verdict(); row(t, v, "state.ended").Status != verdict.Passed {
		t.Errorf("state.ended is %s, want it passed: %s", row(t, v, "state.ended").Status, v.Summary)
	}
}

// staleCounter counts the calls that the application shows with an old state at the same time. If a run plays one call at a time, there is
// at most one such call.
type staleCounter struct {
	mu         sync.Mutex
	staleCalls map[string]bool // callIds of the calls that are shown with an old state
	maxStale   int             // largest number of calls that staleCalls had at a time
}

// watch returns an oracle that returns the states of ask. It counts the calls for which truth returns another state.
func (g *staleCounter) watch(ask, truth oracle.Func) oracle.Func {
	return func(ctx context.Context, callID string) (push.CallState, error) {
		shown, err := ask(ctx, callID)
		actual, _ := truth(ctx, callID)
		g.mu.Lock()
		defer g.mu.Unlock()
		if g.staleCalls[callID] = shown != actual; shown == actual {
			delete(g.staleCalls, callID)
		}
		g.maxStale = max(g.maxStale, len(g.staleCalls))
		return shown, err
	}
}

func TestCallsArePlayedConcurrentlyIfTheApplicationLags(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		fault        string         // fault of the receiver; "": none
		lag          time.Duration  // time after which the application shows a state
		isConcurrent bool           // several calls are played at the same time
		want         verdict.Status // status of state.ended
	}{
		"states are shown at once: one call at a time, state.ended met":                                   {"", 0, false, verdict.Passed},
		"states are shown after 250 ms: concurrent calls, state.ended met":                                {"", 250 * time.Millisecond, true, verdict.Passed},
		"states are shown after 250 ms, and hangups are forgotten: concurrent calls, state.ended not met": {"state-forgets-hangup", 250 * time.Millisecond, true, verdict.Failed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var o receiver.Options
			if test.fault != "" {
				f, err := receiver.FindFault(test.fault)
				if err != nil {
					t.Fatal(err)
				}
				o.Faults = []receiver.Fault{f}
			}
			h, err := receiver.New(o)
			if err != nil {
				t.Fatal(err)
			}
			g := staleCounter{staleCalls: map[string]bool{}}
			r := runWithOracle(t, h, 400*time.Millisecond, g.watch(testoracle.Delayed(testoracle.OfReceiver(h), test.lag), testoracle.OfReceiver(h)))
			var playing sync.WaitGroup
			for _, e := range []experiment.Experiment{plainCall(t, "incoming-busy"), plainCall(t, "incoming-no-answer"), plainCall(t, "incoming-cancelled")} {
				playing.Go(func() { r.Play(t.Context(), e, false) })
			}
			playing.Wait()
			if isConcurrent := g.maxStale > 1; isConcurrent != test.isConcurrent {
				t.Errorf("at most %d calls had an old state at the same time, want several: %t", g.maxStale, test.isConcurrent)
			}
			if got := row(t, r.Verdict(), "state.ended").Status; got != test.want {
				t.Errorf("state.ended is %s, want %s", got, test.want)
			}
		})
	}
}
