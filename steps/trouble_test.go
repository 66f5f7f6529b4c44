package steps_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/features"
	"github.com/pushcheck/pushcheck/pushchecktest"
	"github.com/pushcheck/pushcheck/receiver"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/steps"
	"github.com/pushcheck/pushcheck/verdict"
)

// hanging is a receiver that never responds to some pushes, and the others as a good one.
type hanging func(body string) bool

func (h hanging) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	if h(string(body)) {
		<-r.Context().Done()
		return nil, context.Cause(r.Context())
	}
	document := ""
	if strings.Contains(string(body), "event=newCall") {
		document = `<Response onAnswer="https://receiver.example/" onHangup="https://receiver.example/"/>`
	}
	return &http.Response{StatusCode: 200, Proto: "HTTP/1.1", ProtoMajor: 1, Header: http.Header{"Content-Type": {"application/xml"}},
		ContentLength: int64(len(document)), Body: io.NopCloser(strings.NewReader(document)), Request: r}, nil
}

// Not beside other tests, since it takes the time. The receiver's clock and the limits run ten times faster: a minute is six seconds.
func TestARunAtAReceiverThatNeverRespondsEndsWithinAMinute(t *testing.T) {
	limits := sender.Limits{Exchange: time.Second, Pace: 10}
	for name, test := range map[string]struct {
		hangs hanging
		want  []string // failed
	}{
		"never":               {func(string) bool { return true }, []string{"response.in-time"}},
		"never what follows":  {func(s string) bool { return !strings.Contains(s, "event=newCall") }, []string{"push.answer", "push.hangup"}},
		"never without users": {func(s string) bool { return strings.Contains(s, "event=newCall") && !strings.Contains(s, "userId") }, []string{"response.in-time"}},
	} {
		t.Run(name, func(t *testing.T) {
			u := &url.URL{Scheme: "https", Host: "receiver.example", Path: "/"}
			run := steps.NewRun(steps.Options{Sender: sender.Options{Incoming: u, Outgoing: u, RoundTripper: test.hangs, Limits: limits}, Seed: 1, Nonce: "x"})
			start := time.Now()
			run.Probe(t.Context())
			run.Play(t.Context(), steps.Suite{Files: features.FS, Parallel: 8})
			v := run.Verdict()
			if took := time.Since(start); took > time.Minute/10 {
				t.Errorf("the run took %s, want a minute at most, ten times faster", took)
			}
			if v.Exit != verdict.ExitNotConformant {
				t.Errorf("exit %d, want 1: %s", v.Exit, v.Why)
			}
			for _, id := range test.want {
				if !slices.Contains(failed(v), id) {
					t.Errorf("failed %v, want %s among them", failed(v), id)
				}
			}
		})
	}
}

// locked lets nobody in without credentials.
func locked(h http.Handler, user, password string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if u, p, ok := r.BasicAuth(); !ok || u != user || p != password {
			w.Header().Set("WWW-Authenticate", `Basic realm="receiver"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// follow makes a handler name follow-up URLs with the credentials, without which sipgate would have none to send.
func follow(base string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("event") == "newCall" {
			w.Header().Set("Content-Type", "application/xml")
			_, _ = io.WriteString(w, `<Response onAnswer="`+base+`" onHangup="`+base+`"/>`)
		}
	})
}

func TestCredentialsInTheURL(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, user string // "" is no credentials
		want       []string
		status     verdict.Status // of transport.basic-auth
	}{
		{"the right ones", "doc", nil, verdict.Passed},
		{"wrong ones", "biff", []string{"transport.basic-auth"}, verdict.Failed},
		{"none", "", []string{"push.newcall"}, verdict.NotApplicable},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var inner http.Handler
			target := pushchecktest.Serve(t, locked(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { inner.ServeHTTP(w, r) }), "doc", "great-scott"))
			u, err := url.Parse(target.URL)
			if err != nil {
				t.Fatal(err)
			}
			if test.user != "" {
				u.User = url.UserPassword(test.user, "great-scott")
			}
			target.URL = u.String()
			inner = follow(target.URL)
			run, err := target.Run()
			if err != nil {
				t.Fatal(err)
			}
			run.Probe(t.Context())
			run.Play(t.Context(), steps.Suite{Files: features.FS, Parallel: 4})
			v := run.Verdict()
			if diff := cmp.Diff(test.want, failed(v)); diff != "" {
				t.Errorf("failed mismatch (-want +got):\n%s\n%s", diff, v.Why)
			}
			for _, row := range v.Rows {
				if row.ID == "transport.basic-auth" && row.Status != test.status {
					t.Errorf("transport.basic-auth is %s, want %s: %s", row.Status, test.status, row.Reason)
				}
			}
			if strings.Contains(v.Incoming, "great-scott") {
				t.Errorf("the verdict shows the credentials: %s", v.Incoming)
			}
		})
	}
}

// once is a receiver that stops responding after a push it is told, once or for good.
type once struct {
	http.Handler
	mu    sync.Mutex
	falls func(*http.Request) bool
	limit int // how many pushes are dropped then; -1: all
	left  int
}

func (o *once) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	o.mu.Lock()
	if o.falls(r) && o.left == 0 {
		o.left = o.limit
		o.falls = func(*http.Request) bool { return false }
	}
	drop := o.left != 0
	if o.left > 0 {
		o.left--
	}
	o.mu.Unlock()
	if drop {
		panic(http.ErrAbortHandler)
	}
	o.Handler.ServeHTTP(w, r)
}

func TestAReceiverIsBlamedForWhatItDoesNotLiveThroughTwice(t *testing.T) {
	t.Parallel()
	text := func(r *http.Request) bool { return strings.HasPrefix(r.Header.Get("Content-Type"), "text/plain") }
	tests := []struct {
		name  string
		limit int
		want  []string
	}{
		{"down for a moment and back", 2, nil},
		{"down for good", -1, []string{"trouble.malformed-push"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			run := judging(t, &once{Handler: reference(t, receiver.Options{}), falls: text, limit: test.limit})
			run.Play(t.Context(), steps.Suite{Files: features.FS, Plays: tagged("trouble"), Parallel: 4})
			v := run.Verdict()
			if diff := cmp.Diff(test.want, failed(v)); diff != "" {
				t.Errorf("failed mismatch (-want +got):\n%s\n%s", diff, v.Why)
			}
			for _, row := range v.Rows {
				if row.ID == "trouble.oversized-push" && test.want != nil && (row.Status != verdict.Undetermined || row.Because != test.want[0]) {
					t.Errorf("%s is %s because of %q, want it undetermined because of %s", row.ID, row.Status, row.Because, test.want[0])
				}
			}
		})
	}
}
