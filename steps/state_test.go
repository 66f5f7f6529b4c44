package steps_test

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/pushcheck/pushcheck/features"
	"github.com/pushcheck/pushcheck/internal/certs"
	"github.com/pushcheck/pushcheck/oracle"
	"github.com/pushcheck/pushcheck/pushchecktest"
	"github.com/pushcheck/pushcheck/receiver"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/steps"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// asked sets up a run that judges a receiver and asks it what it thinks.
func asked(t *testing.T, h http.Handler, ask oracle.Func) *steps.Run {
	t.Helper()
	target := pushchecktest.Serve(t, h)
	target.State = ask
	run, err := target.Run()
	if err != nil {
		t.Fatal(err)
	}
	run.Probe(t.Context())
	return run
}

// thinks is what the reference receiver thinks.
func thinks(h http.Handler) oracle.Func {
	return func(_ context.Context, callID string) (oracle.State, error) {
		return oracle.State(h.(*receiver.Receiver).State(callID)), nil
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

func TestAGoTestAsksItsApplicationByAFunction(t *testing.T) {
	t.Parallel()
	good := reference(t, receiver.Options{})
	target := pushchecktest.Serve(t, good)
	target.State = thinks(good)
	pushchecktest.Test(t, target)
}

func TestAStateSentenceIsRedWhereTheApplicationShowsSomethingElse(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, fault string
		red         bool
		feature     []string
	}{
		{"as it should", "", false, []string{"@state.ended @must", "Given Jennifer has called Doc, and Doc has answered", "When Jennifer hangs up", "Then the application shows Doc's call as over"}},
		{"not over", "state-forgets-hangup", true, []string{"@state.ended @must", "Given Jennifer has called Doc, and Doc has answered", "When Jennifer hangs up", "Then the application shows Doc's call as over"}},
		{"not over, and nothing says what it is about", "state-forward-keeps-first", true, []string{"@quick", "Given Jennifer has called Doc", "When Doc's line is busy, and the call is forwarded to Marty", "Then the application shows Doc's call as over"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var faults []string
			if test.fault != "" {
				faults = append(faults, test.fault)
			}
			h := reference(t, receiver.Options{}, faults...)
			red := play(t, asked(t, h, thinks(h)), feature(test.feature[0], test.feature[1:]...))
			if got := len(red) > 0; got != test.red {
				t.Errorf("red: %v, want it red: %t", red, test.red)
			}
		})
	}
}

func TestAStateSentenceThatContradictsItsStoryIsTheFeaturesFault(t *testing.T) {
	t.Parallel()
	h := reference(t, receiver.Options{})
	for name, test := range map[string]struct {
		lines []string
		want  string
	}{
		"another state":          {[]string{"Given Jennifer has called Doc, and Doc has answered", "Then the application shows Doc's call as over"}, "the story leaves Doc's call answered, the sentence says over"},
		"a call before any call": {[]string{"Then the application shows Doc's call as over"}, "the story has no call yet"},
		"somebody who is not in it": {[]string{"Given Jennifer has called Doc", "When Biff calls Needles meanwhile, under a callId that is another one in its end only",
			"Then the application shows Doc's call as ringing"}, "outside the account"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			run := asked(t, h, thinks(h))
			run.Play(t.Context(), steps.Suite{Files: feature("@state.apart @must", test.lines...)})
			if v := run.Verdict(); v.Exit != verdict.ExitNoVerdict || !strings.Contains(strings.Join(v.Problems, "\n"), test.want) {
				t.Errorf("exit %d, problems %q; want 3 and %q", v.Exit, v.Problems, test.want)
			}
		})
	}
}

func TestAnApplicationThatCannotBeAskedIsLeftAlone(t *testing.T) {
	t.Parallel()
	var questions atomic.Int32
	run := asked(t, reference(t, receiver.Options{}), func(context.Context, string) (oracle.State, error) {
		questions.Add(1)
		return "", errors.New("the flux capacitor is empty")
	})
	run.Play(t.Context(), steps.Suite{Files: features.FS, Parallel: 4})
	v := run.Verdict()
	if n := questions.Load(); n != 3 {
		t.Errorf("it was asked %d times, want 3", n)
	}
	for _, row := range v.Rows {
		if row.Area() == "state" && (row.Status != verdict.Undetermined || !strings.Contains(row.Reason, "the flux capacitor is empty")) {
			t.Errorf("%s is %s: %s; want it undetermined for what went wrong", row.ID, row.Status, row.Reason)
		}
	}
	if v.Exit != verdict.ExitNoVerdict {
		t.Errorf("exit %d, want 3: %s", v.Exit, v.Why)
	}
}

func TestAStateThatIsNoneIsNoAnswer(t *testing.T) {
	t.Parallel()
	run := asked(t, reference(t, receiver.Options{}), func(context.Context, string) (oracle.State, error) { return "flying", nil })
	run.Play(t.Context(), steps.Suite{Files: few(t)})
	if v := run.Verdict(); status(v, "state.ended") != verdict.Undetermined || v.Exit != verdict.ExitNoVerdict {
		t.Errorf("state.ended is %s, exit %d; want undetermined and 3", status(v, "state.ended"), v.Exit)
	}
}

// Questions must not make the receiver look slow or busy: while one is asked no push is under way.
func TestNoQuestionMeetsAPush(t *testing.T) {
	t.Parallel()
	h := reference(t, receiver.Options{})
	var pushes, met atomic.Int32
	counting := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		pushes.Add(1)
		defer pushes.Add(-1)
		linger := time.NewTimer(time.Millisecond)
		<-linger.C
		h.ServeHTTP(w, r)
	})
	run := asked(t, counting, func(ctx context.Context, callID string) (oracle.State, error) {
		for range 3 {
			if pushes.Load() > 0 {
				met.Add(1)
			}
			linger := time.NewTimer(time.Millisecond)
			<-linger.C
		}
		return thinks(h)(ctx, callID)
	})
	run.Play(t.Context(), steps.Suite{Files: features.FS, Parallel: 8})
	if v := run.Verdict(); met.Load() > 0 || status(v, "state.transfer") != verdict.Passed {
		t.Errorf("%d questions met a push, state.transfer is %s", met.Load(), status(v, "state.transfer"))
	}
}

func TestAnInterruptedRunStopsWaitingForAState(t *testing.T) {
	t.Parallel()
	h := reference(t, receiver.Options{})
	target := pushchecktest.Serve(t, h)
	ctx, interrupt := context.WithCancel(t.Context())
	target.State = oracle.Func(func(_ context.Context, _ string) (oracle.State, error) {
		interrupt()
		return oracle.Unknown, nil
	})
	run, err := target.Run()
	if err != nil {
		t.Fatal(err)
	}
	run.Probe(ctx)
	if v := run.Verdict(); v.Exit != verdict.ExitInterrupted || len(failed(v)) > 0 {
		t.Errorf("exit %d with %v failed, want 130 and none: %s", v.Exit, failed(v), v.Why)
	}
}

// An application that never shows what it should must not keep a run waiting for each call anew.
func TestWhatDoesNotComeIsWaitedForAFewTimesOnly(t *testing.T) {
	t.Parallel()
	const wait = 20 * time.Millisecond
	target := pushchecktest.Serve(t, reference(t, receiver.Options{}))
	u, err := url.Parse(target.URL)
	if err != nil {
		t.Fatal(err)
	}
	run := steps.NewRun(steps.Options{
		Sender: sender.Options{Incoming: u, Outgoing: u, CAs: target.CAs}, Seed: 1, Nonce: "vain", StateWait: wait,
		State: oracle.Func(func(context.Context, string) (oracle.State, error) { return oracle.Ringing, nil }),
	})
	run.Probe(t.Context())
	run.Play(t.Context(), steps.Suite{Files: features.FS, Parallel: 4})
	waited := map[transcript.CallState]map[string]bool{transcript.CallAnswered: {}, transcript.CallOver: {}}
	hasty := 0
	for _, c := range run.Verdict().Calls {
		for _, a := range c.States {
			switch {
			case a.Hasty:
				hasty++
			case !a.Fits() && a.Waited != wait:
				t.Errorf("call %d: %s was waited for %s, want %s", c.ID, a.Wanted, a.Waited, wait)
			case !a.Fits():
				waited[a.Wanted][a.CallID] = true
			}
		}
	}
	for state, calls := range waited {
		if len(calls) != 3 {
			t.Errorf("%s was waited for in vain on %d legs, want 3", state, len(calls))
		}
	}
	if hasty == 0 {
		t.Error("no question was put without waiting")
	}
	if v := run.Verdict(); v.Exit != verdict.ExitNotConformant || status(v, "state.ended") != verdict.Failed || status(v, "state.transfer") == verdict.Failed {
		t.Errorf("exit %d, state.ended is %s, state.transfer %s; want 1, failed and not failed", v.Exit, status(v, "state.ended"), status(v, "state.transfer"))
	}
}

func TestWhatDidNotComeIsNotWaitedForAgainInTheSameCall(t *testing.T) {
	t.Parallel()
	h := reference(t, receiver.Options{}, "state-forward-keeps-first")
	target := pushchecktest.Serve(t, h)
	u, err := url.Parse(target.URL)
	if err != nil {
		t.Fatal(err)
	}
	var mu sync.Mutex
	asked := map[string]int{}
	run := steps.NewRun(steps.Options{
		Sender: sender.Options{Incoming: u, Outgoing: u, CAs: target.CAs}, Seed: 1, Nonce: "vain", StateWait: 100 * time.Millisecond,
		State: oracle.Func(func(ctx context.Context, callID string) (oracle.State, error) {
			mu.Lock()
			asked[callID]++
			mu.Unlock()
			return thinks(h)(ctx, callID)
		}),
	})
	red := play(t, run, feature("@state.forward @must", "Given Jennifer has called Doc", "When Doc's line is busy, and the call is forwarded to Marty",
		"And Marty answers", "And Jennifer hangs up", "Then the application shows Doc's call as over"))
	most := 0
	for _, n := range asked {
		most = max(most, n)
	}
	// Once after the newCall, up to five times within 100 ms after the hangup, and once after each of the three further pushes.
	if len(red) != 1 || most < 5 || most > 9 {
		t.Errorf("%d scenarios red, a leg was asked about %d times; want 1, and 9 at most", len(red), most)
	}
}

// oneConnection is a listener that takes a connection when the one before is closed.
type oneConnection struct {
	net.Listener
	free chan struct{}
}

func (l oneConnection) Accept() (net.Conn, error) {
	<-l.free
	c, err := l.Listener.Accept()
	if err != nil {
		l.free <- struct{}{}
		return nil, err
	}
	return &singleConn{Conn: c, free: l.free}, nil
}

type singleConn struct {
	net.Conn
	once sync.Once
	free chan struct{}
}

func (c *singleConn) Close() error {
	c.once.Do(func() { c.free <- struct{}{} })
	return c.Conn.Close()
}

func TestAReceiverThatTakesOneConnectionAtATimeCanBeAsked(t *testing.T) {
	t.Parallel()
	h := reference(t, receiver.Options{})
	authority, err := certs.NewAuthority("pushcheck test", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := authority.Issue(certs.Leaf{Hosts: []string{"127.0.0.1"}})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(h)
	free := make(chan struct{}, 2)
	free <- struct{}{}
	server.Listener = oneConnection{server.Listener, free}
	server.TLS = &tls.Config{Certificates: []tls.Certificate{leaf}}
	server.StartTLS()
	t.Cleanup(server.Close)
	u, err := url.Parse(server.URL + "/")
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(authority.Root)
	client := &http.Transport{DisableKeepAlives: true, TLSClientConfig: &tls.Config{RootCAs: roots}}
	run := steps.NewRun(steps.Options{
		Sender: sender.Options{Incoming: u, Outgoing: u, CAs: []*x509.Certificate{authority.Root}}, Seed: 1, Nonce: "single",
		State: oracle.Func(func(ctx context.Context, callID string) (oracle.State, error) {
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
			return thinks(h)(ctx, callID)
		}),
	})
	run.Probe(t.Context())
	if v := run.Verdict(); status(v, "state.ended") != verdict.Passed {
		t.Errorf("state.ended is %s, want it passed: %s", status(v, "state.ended"), v.Why)
	}
}

func TestACallThatEndsInAnOddWayIsOverToo(t *testing.T) {
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
					return // with 200, and the call stays
				}
				r.Body = io.NopCloser(bytes.NewReader(body))
				h.ServeHTTP(w, r)
			})
			run := asked(t, deaf, thinks(h))
			run.Play(t.Context(), steps.Suite{Files: some(t, "odd_pushes.feature"), Parallel: 4})
			if got := status(run.Verdict(), "state.ended"); got != verdict.Failed {
				t.Errorf("state.ended is %s, want %s", got, verdict.Failed)
			}
		})
	}
}
