package steps_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/features"
	"github.com/pushcheck/pushcheck/pushchecktest"
	"github.com/pushcheck/pushcheck/run"
	"github.com/pushcheck/pushcheck/sender"
	"github.com/pushcheck/pushcheck/steps"
	"github.com/pushcheck/pushcheck/verdict"
)

// hangingReceiver is a good receiver, except that it never responds to a push for whose body the function returns true.
type hangingReceiver func(body string) bool

func (h hangingReceiver) RoundTrip(r *http.Request) (*http.Response, error) {
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

func TestRunAtAReceiverThatHangsEndsWithinAMinute(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		hangs hangingReceiver
		want  []string // ids of the requirements that are not met
	}{
		"no response at all":                        {func(string) bool { return true }, []string{"response.in-time"}},
		"no response to answer and hangup":          {func(s string) bool { return !strings.Contains(s, "event=newCall") }, []string{"push.answer", "push.hangup"}},
		"no response to a newCall without user ids": {func(s string) bool { return strings.Contains(s, "event=newCall") && !strings.Contains(s, "userId") }, []string{"response.in-time"}},
	} {
		synctest.Test(t, func(t *testing.T) {
			u := &url.URL{Scheme: "https", Host: "receiver.example", Path: "/"}
			run := run.New(run.Options{Sender: sender.Options{Incoming: u, Outgoing: u, RoundTripper: test.hangs}, RunInfo: verdict.RunInfo{Seed: 1, Nonce: "x"}})
			start := time.Now()
			run.Probe(t.Context())
			steps.Play(t.Context(), run, steps.Suite{Files: features.FS})
			v := run.Verdict()
			if took := time.Since(start); took > time.Minute {
				t.Errorf("%s: the run took %s, want a minute at most", name, took)
			}
			if v.Exit != verdict.ExitNotConformant {
				t.Errorf("%s: exit %d, want 1: %s", name, v.Exit, v.Summary)
			}
			for _, id := range test.want {
				if !slices.Contains(failedIDs(v), id) {
					t.Errorf("%s: failed %v, want %s among them", name, failedIDs(v), id)
				}
			}
		})
	}
}

// requireCredentials returns a handler that refuses requests without these credentials.
func requireCredentials(h http.Handler, user, password string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if u, p, ok := r.BasicAuth(); !ok || u != user || p != password {
			w.Header().Set("WWW-Authenticate", `Basic realm="receiver"`)
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		h.ServeHTTP(w, r)
	})
}

// subscribingTo returns a handler that subscribes to answer and hangup at a URL. The URL must contain the credentials, because sipgate
// sends only the credentials of the URL.
func subscribingTo(base string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("event") == "newCall" {
			w.Header().Set("Content-Type", "application/xml")
			_, _ = io.WriteString(w, `<Response onAnswer="`+base+`" onHangup="`+base+`"/>`)
		}
	})
}

func TestCredentialsOfTheURLAreSentAndJudged(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, user string         // user "": no credentials
		want       []string       // ids of the requirements that are not met
		status     verdict.Status // status of transport.basic-auth
	}{
		{"right credentials", "doc", nil, verdict.Passed},
		{"wrong credentials", "biff", []string{"transport.basic-auth"}, verdict.Failed},
		{"no credentials", "", []string{"push.newcall"}, verdict.NotApplicable},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var subscriber http.Handler
			target := pushchecktest.Serve(t, requireCredentials(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { subscriber.ServeHTTP(w, r) }), "doc", "great-scott"))
			u, err := url.Parse(target.URL)
			if err != nil {
				t.Fatal(err)
			}
			if test.user != "" {
				u.User = url.UserPassword(test.user, "great-scott")
			}
			target.URL = u.String()
			subscriber = subscribingTo(target.URL)
			run, err := target.NewRun()
			if err != nil {
				t.Fatal(err)
			}
			run.Probe(t.Context())
			steps.Play(t.Context(), run, steps.Suite{Files: features.FS, Parallel: 4, Selects: func(sc features.Scenario) bool {
				return slices.ContainsFunc(sc.Requirements(), func(id string) bool {
					return slices.Contains([]string{"push.newcall", "push.hangup", "transport.basic-auth"}, id)
				})
			}})
			v := run.Verdict()
			if diff := cmp.Diff(test.want, failedIDs(v)); diff != "" {
				t.Errorf("failed mismatch (-want +got):\n%s\n%s", diff, v.Summary)
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
