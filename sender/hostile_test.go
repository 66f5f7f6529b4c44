package sender

import (
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"runtime"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"go.uber.org/goleak"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestMain(m *testing.M) {
	log.SetOutput(io.Discard) // net/http logs bytes that a receiver sends without a request
	net.DefaultResolver = testNameServer.resolver()
	goleak.VerifyTestMain(m)
}

func TestExchangeWithAHostileReceiverHasTheRightEndAndFindings(t *testing.T) {
	t.Parallel()
	for _, tt := range hostileReceivers(t) {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			limits := Limits{Exchange: 20 * time.Second}
			if tt.reachesLimit {
				limits.Exchange = 300 * time.Millisecond
			}
			pool, u := startReceiver(t, limits, tt.script)
			start := time.Now()
			x := roundTrip(t.Context(), pool, request{URL: u, Body: []byte(newCallForm), ReadDocument: true}, limits)
			if x.End != tt.want {
				t.Errorf("End = %q (%s), want %q; %s", x.End, x.Detail, tt.want, tt.why)
			}
			if (x.Detail == "") != (x.End == transcript.Complete) || len(x.Detail) > 2*maxDetailLength {
				t.Errorf("Detail = %q with End %q", x.Detail, x.End)
			}
			if strings.Contains(x.Detail, "127.0.0.1") {
				t.Errorf("Detail = %q, which differs from run to run", x.Detail)
			}
			if (x.WasReset || x.EndedByTLS) && x.End != transcript.Dropped {
				t.Errorf("WasReset = %v, EndedByTLS = %v with End %q", x.WasReset, x.EndedByTLS, x.End)
			}
			if x.Retry || x.TimeLimit != limits.Exchange {
				t.Errorf("Retry = %v, TimeLimit = %v", x.Retry, x.TimeLimit)
			}
			if took := time.Since(start); took > limits.Exchange+2*time.Second || x.Duration > took {
				t.Errorf("took %v, Duration = %v with a limit of %v", took, x.Duration, limits.Exchange)
			}
			if diff := cmp.Diff(tt.wantFindings(), findingsOf(x)); diff != "" {
				t.Errorf("requirements with a finding mismatch (-want +got):\n%s%s", diff, tt.why)
			}
			if wantDocument := x.End == transcript.Complete || x.End == transcript.NeverEnded; wantDocument != (x.Document.Kind != "") {
				t.Errorf("Document = %+v with End %q", x.Document, x.End)
			}
		})
	}
}

// findingsOf returns the ids of the requirements with a finding on an exchange. The time limit of the test is shorter than the real limit.
// An exchange that reached the limit of the test is judged as if it had reached the real limit.
func findingsOf(x transcript.Exchange) (ids []string) {
	if x.Duration >= x.TimeLimit {
		x.Duration = Limits{}.WithDefaults().Exchange
	}
	x.TimeLimit = Limits{}.WithDefaults().Exchange
	x.Push, x.Alone = push.Push{Event: push.NewCall}, true
	for _, j := range requirements.JudgeCall(transcript.Call{ID: 1, Exchanges: []transcript.Exchange{x}}, requirements.Target{}) {
		// Findings with a contrast are left out, because they depend on another push.
		if slices.ContainsFunc(j.Findings, func(f requirements.Finding) bool { return f.Contrast() == "" }) {
			ids = append(ids, j.Requirement)
		}
	}
	return ids
}

// The test is not parallel, because it measures the allocations of the sender and of the receiver together.
func TestSenderUsesLittleMemoryAtAHostileReceiver(t *testing.T) {
	zeros := strings.Repeat("\x00", 8<<20)
	receivers := append(hostileReceivers(t),
		hostileReceiver{name: "8 MiB, gzip", script: respondAndClose(xmlHead + "Content-Encoding: gzip\r\n\r\n" + toGzip(t, zeros))},
		hostileReceiver{name: "8 MiB, zlib", script: respondAndClose(xmlHead + "Content-Encoding: deflate\r\n\r\n" + toZlib(t, zeros))},
		hostileReceiver{name: "8 MiB, bare deflate", script: respondAndClose(xmlHead + "Content-Encoding: deflate\r\n\r\n" + toRawDeflate(t, zeros))},
		hostileReceiver{name: "endless chunks of one byte", script: respondAndFlood(chunkedHead, chunk("<"))},
		hostileReceiver{name: "endless empty gzip members", script: respondAndFlood(xmlHead+"Content-Encoding: gzip\r\n\r\n", toGzip(t, ""))},
		hostileReceiver{name: "endless headers of one letter", script: respondAndFlood(okLine, "A:\r\nB:\r\nC:\r\n")},
	)
	zeros = ""
	for _, receiver := range receivers {
		limits := Limits{Exchange: 20 * time.Second}
		if receiver.reachesLimit {
			limits.Exchange = 30 * time.Millisecond
		}
		pool, u := startReceiver(t, limits, receiver.script)
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		x := roundTrip(t.Context(), pool, request{URL: u, Body: []byte(newCallForm), ReadDocument: true}, limits)
		runtime.ReadMemStats(&after)
		if cost := after.TotalAlloc - before.TotalAlloc; cost > 12<<20 {
			t.Errorf("%s: %d KiB allocated, want less than 12 MiB, a few times the most that is read", receiver.name, cost>>10)
		}
		if len(x.ResponseBody) > 64<<10 || x.BodyLength > 2<<20 && x.End != transcript.BodyTooLong {
			t.Errorf("%s: %d bytes kept, BodyLength %d", receiver.name, len(x.ResponseBody), x.BodyLength)
		}
	}
}

// The other tests use shorter limits. This test waits for the real limits: ten seconds for an exchange, five seconds for a handshake.
func TestDefaultLimitsEndExchangeAndHandshake(t *testing.T) {
	t.Parallel()
	if testing.Short() {
		t.Skip("it waits for ten seconds")
	}
	var group sync.WaitGroup // the exchanges run at the same time
	for name, script := range map[string]func(*peer){
		"no response":              respondAndHold(""),
		"slow headers":             respondAndDrip(okLine, "X-Doc: Brown\r\n"),
		"response that never ends": respondAndHold(xmlHead + "\r\n" + emptyResponse),
	} {
		pool, u := startReceiver(t, Limits{}, script)
		group.Go(func() {
			start := time.Now()
			x := roundTrip(t.Context(), pool, request{URL: u, Body: []byte(newCallForm), ReadDocument: true}, Limits{})
			if took := time.Since(start); took < 10*time.Second || took > 12*time.Second || x.TimeLimit != 10*time.Second {
				t.Errorf("%s: took %v with a limit of %v, want 10 s", name, took, x.TimeLimit)
			}
			if x.End != transcript.TimedOut && x.End != transcript.Late && x.End != transcript.NeverEnded {
				t.Errorf("%s: End %q (%s)", name, x.End, x.Detail)
			}
		})
	}
	d, stallingURL := newAuthorities(t).dialer(), listen(t, sendBanner("")).url(t, "https", "127.0.0.1")
	d.Limits = Limits{}
	group.Go(func() {
		start := time.Now()
		connection := d.Inspect(t.Context(), stallingURL)
		if took := time.Since(start); took < 5*time.Second || took > 7*time.Second {
			t.Errorf("the handshake took %v, want 5 s", took)
		}
		if diff := cmp.Diff([]string{"handshake"}, rulesOf(connection.Problems)); diff != "" {
			t.Errorf("Inspect mismatch (-want +got):\n%s", diff)
		}
	})
	group.Wait()
}

func TestUnrequestedResponseIsNotUsedForTheNextPush(t *testing.T) {
	t.Parallel()
	for name, sentTogether := range map[string]bool{"sent with the first response": true, "sent after the first response was read": false} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			connectionClosed := make(chan struct{})
			pool, u := startReceiver(t, Limits{}, func(p *peer) {
				switch {
				case !p.readRequest():
				case p.n > 1:
					p.send(responseWith("<Second/>"))
				case sentTogether:
					p.send(responseWith("<First/>") + responseWith("<Unasked/>"))
					p.hold()
				default:
					p.send(responseWith("<First/>"))
					<-p.firstRead
					p.send(responseWith("<Unasked/>"))
					p.hold()
					close(connectionClosed)
				}
			})
			push := func() string {
				return string(roundTrip(t.Context(), pool, request{URL: u, Body: []byte(newCallForm)}, Limits{}).ResponseBody)
			}
			first := push()
			if !sentTogether { // without the wait, the sender could take the unrequested response for the response to the next push
				select {
				case <-connectionClosed:
				case <-time.After(20 * time.Second):
					t.Fatal("the sender kept a connection on which the receiver sent bytes without a request")
				}
			}
			if diff := cmp.Diff([]string{"<First/>", "<Second/>"}, []string{first, push()}); diff != "" {
				t.Errorf("bodies mismatch (-want +got):\n%s", diff)
			}
		})
	}
}

func TestNextPushUsesTheSameConnection(t *testing.T) {
	t.Parallel()
	pool, u := startReceiver(t, Limits{}, func(p *peer) {
		for p.readRequest() {
			p.send(responseWith(fmt.Sprintf("<C%d/>", p.n)))
		}
	})
	for range 3 {
		x := roundTrip(t.Context(), pool, request{URL: u, Body: []byte(newCallForm)}, Limits{})
		if string(x.ResponseBody) != "<C1/>" || x.Retry {
			t.Errorf("ResponseBody %q, Retry %v, want a response on the first connection", x.ResponseBody, x.Retry)
		}
	}
}

func TestPushIsRepeatedOnlyIfItsConnectionHadBeenIdle(t *testing.T) {
	t.Parallel()
	for name, endConnection := range map[string]func(*peer){
		"closed": func(*peer) {},
		"reset":  func(p *peer) { p.reset(false) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var mu sync.Mutex
			requests := 0
			countRequest := func(p *peer) bool {
				ok := p.readRequest()
				mu.Lock()
				defer mu.Unlock()
				if ok {
					requests++
				}
				return ok
			}
			pool, u := startReceiver(t, Limits{}, func(p *peer) {
				if p.n <= 2 && countRequest(p) { // each of the first two connections responds to one push, reads the next push, and ends without a response
					p.send(responseWith(emptyResponse))
					countRequest(p)
				}
				if p.n > 2 {
					countRequest(p)
				}
				endConnection(p)
			})
			push := func() transcript.Exchange {
				return roundTrip(t.Context(), pool, request{URL: u, Body: []byte(newCallForm)}, Limits{})
			}
			first, second, third := push(), push(), push()
			if first.End != transcript.Complete || first.Retry {
				t.Errorf("first: End %q (%s), Retry %v", first.End, first.Detail, first.Retry)
			}
			if second.End != transcript.Complete || !second.Retry {
				t.Errorf("second: End %q (%s), Retry %v, want the push repeated and complete", second.End, second.Detail, second.Retry)
			}
			if third.End != transcript.Dropped || !third.Retry {
				t.Errorf("third: End %q (%s), Retry %v, want the push repeated once and dropped", third.End, third.Detail, third.Retry)
			}
			mu.Lock()
			defer mu.Unlock()
			if requests != 5 {
				t.Errorf("the receiver got %d requests, want 5", requests)
			}
		})
	}
}

func TestConcurrentPushesGetTheirOwnResponses(t *testing.T) {
	t.Parallel()
	pool, u := startReceiver(t, Limits{}, func(p *peer) {
		for {
			r, err := http.ReadRequest(p.in)
			if err != nil {
				return
			}
			body, _ := io.ReadAll(r.Body)
			p.send(responseWith(string(body)))
		}
	})
	var group sync.WaitGroup
	for i := range 8 {
		group.Go(func() {
			for j := range 20 {
				form := fmt.Sprintf("callId=%d-%d", i, j)
				x := roundTrip(t.Context(), pool, request{URL: u, Body: []byte(form)}, Limits{})
				if x.End != transcript.Complete || string(x.ResponseBody) != form {
					t.Errorf("push %q: End %q (%s), response %q", form, x.End, x.Detail, x.ResponseBody)
				}
			}
		})
	}
	group.Wait()
}

func TestCancellingARunEndsTheExchange(t *testing.T) {
	t.Parallel()
	for name, sent := range map[string]string{"before the response": "", "within the headers": okLine, "within the body": xmlHead + "\r\n" + emptyResponse} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ctx, cancel := context.WithCancel(t.Context())
			pool, u := startReceiver(t, Limits{}, func(p *peer) {
				if !p.readRequest() {
					return
				}
				if p.send(sent); sent != "" {
					<-p.firstRead
				}
				cancel()
				p.hold()
			})
			x := roundTrip(ctx, pool, request{URL: u, Body: []byte(newCallForm)}, Limits{Exchange: 20 * time.Second})
			if x.End != transcript.Interrupted || x.Detail == "" {
				t.Errorf("End %q (%s), want %q", x.End, x.Detail, transcript.Interrupted)
			}
		})
	}
}
