package steps_test

import (
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/features"
	"github.com/pushcheck/pushcheck/run"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/steps"
	"github.com/pushcheck/pushcheck/verdict"
)

// rateLimitedReceiver is a receiver that accepts a limited number of requests per minute.
type rateLimitedReceiver struct {
	limit           int  // number of requests that are accepted per minute
	sendsRetryAfter bool // refusals have a Retry-After header
	status          int  // status of refusals

	mu         sync.Mutex
	acceptedAt []time.Time // times of the requests that were accepted in the last minute
}

func (l *rateLimitedReceiver) RoundTrip(r *http.Request) (*http.Response, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	now := time.Now()
	l.acceptedAt = slices.DeleteFunc(l.acceptedAt, func(at time.Time) bool { return now.Sub(at) >= time.Minute })
	if len(l.acceptedAt) < l.limit {
		l.acceptedAt = append(l.acceptedAt, now)
		return hangingReceiver(func(string) bool { return false }).RoundTrip(r)
	}
	header := http.Header{}
	if l.sendsRetryAfter {
		header.Set("Retry-After", strconv.Itoa(int((time.Minute - now.Sub(l.acceptedAt[0])).Seconds())))
	}
	return &http.Response{StatusCode: l.status, Proto: "HTTP/1.1", ProtoMajor: 1, Header: header, Body: http.NoBody, Request: r}, nil
}

func TestReceiverWithRateLimitGetsNoVerdictAndNoFinding(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name            string
		status          int
		sendsRetryAfter bool
		wantTime        time.Duration // how long the run takes
	}{
		{"status 429 without Retry-After: no wait", 429, false, 0},
		{"status 429 with Retry-After: one wait", 429, true, time.Minute},
		{"status 503 with Retry-After: one wait", 503, true, time.Minute},
	}
	for _, test := range tests {
		synctest.Test(t, func(t *testing.T) {
			u := &url.URL{Scheme: "https", Host: "receiver.example", Path: "/"}
			run := run.New(run.Options{Sender: sender.Options{Incoming: u, Outgoing: u, RoundTripper: &rateLimitedReceiver{limit: 60, status: test.status, sendsRetryAfter: test.sendsRetryAfter}}, RunInfo: verdict.RunInfo{Seed: 1, Nonce: "x"}})
			start := time.Now()
			run.Probe(t.Context())
			steps.Play(t.Context(), run, steps.Suite{Files: features.FS})
			if took := time.Since(start); took != test.wantTime {
				t.Errorf("%s: the run took %s, want %s", test.name, took, test.wantTime)
			}
			v := run.Verdict()
			if v.Exit != verdict.ExitNoVerdict || len(failedIDs(v)) > 0 {
				t.Errorf("%s: exit %d, failed %v, want no verdict and no finding: %s", test.name, v.Exit, failedIDs(v), v.Summary)
			}
			for _, id := range []string{"trouble.many-calls", "call.transfer-answered"} {
				if got := status(v, id); got != verdict.Undetermined {
					t.Errorf("%s: %s is %s, want undetermined", test.name, id, got)
				}
			}
		})
	}
}

func TestCallRefusedByARateLimitIsPlayedAgainAndJudged(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		u := &url.URL{Scheme: "https", Host: "receiver.example", Path: "/"}
		run := run.New(run.Options{Sender: sender.Options{Incoming: u, RoundTripper: &rateLimitedReceiver{limit: 10, status: 429, sendsRetryAfter: true}}, RunInfo: verdict.RunInfo{Seed: 1, Nonce: "x"}})
		start := time.Now()
		run.Probe(t.Context())
		steps.Play(t.Context(), run, steps.Suite{Files: features.FS, Selects: func(sc features.Scenario) bool {
			return slices.Contains(sc.Tags, "call.unanswered") && !slices.Contains(sc.Tags, "outgoing")
		}})
		if took := time.Since(start); took != time.Minute {
			t.Errorf("the run took %s, want a minute", took)
		}
		if v := run.Verdict(); status(v, "call.unanswered") != verdict.Passed {
			t.Errorf("call.unanswered is %s, want it passed", status(v, "call.unanswered"))
		}
	})
}

// anonymousRefuser is a good receiver that refuses anonymous callers with the status of a rate limit.
type anonymousRefuser struct{}

func (anonymousRefuser) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	if strings.Contains(string(body), "from=anonymous") && strings.Contains(string(body), "event=newCall") {
		return &http.Response{StatusCode: 429, Proto: "HTTP/1.1", ProtoMajor: 1, Header: http.Header{"Retry-After": {"1"}}, Body: http.NoBody, Request: r}, nil
	}
	r.Body = io.NopCloser(strings.NewReader(string(body)))
	return hangingReceiver(func(string) bool { return false }).RoundTrip(r)
}

func TestOddPushRefusedAgainAfterTheWaitIsAFinding(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		u := &url.URL{Scheme: "https", Host: "receiver.example", Path: "/"}
		run := run.New(run.Options{Sender: sender.Options{Incoming: u, Outgoing: u, RoundTripper: anonymousRefuser{}}, RunInfo: verdict.RunInfo{Seed: 1, Nonce: "x"}})
		run.Probe(t.Context())
		steps.Play(t.Context(), run, steps.Suite{Files: features.FS})
		v := run.Verdict()
		if diff := cmp.Diff([]string{"push.anonymous-caller"}, failedIDs(v)); diff != "" || v.Exit != verdict.ExitNotConformant {
			t.Errorf("exit %d: %s; failed mismatch (-want +got):\n%s", v.Exit, v.Summary, diff)
		}
	})
}
