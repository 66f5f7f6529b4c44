package oracle_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/oracle"
	"github.com/pushcheck/pushcheck/push"
)

func TestCallIDIsEscapedForThePathAndTheQuery(t *testing.T) {
	t.Parallel()
	const id = "a/b c?d&e=f+g%h"
	tests := map[string]string{
		"https://app.example/calls/{callId}":           "https://app.example/calls/a%2Fb%20c%3Fd&e=f+g%25h",
		"https://app.example/calls/{callId}.json?v=1":  "https://app.example/calls/a%2Fb%20c%3Fd&e=f+g%25h.json?v=1",
		"http://app.example:8080/state?id={callId}&x=": "http://app.example:8080/state?id=a%2Fb+c%3Fd%26e%3Df%2Bg%25h&x=",
		"https://user:key@app.example/{callId}":        "https://user:key@app.example/a%2Fb%20c%3Fd&e=f+g%25h",
	}
	for text, want := range tests {
		template, err := oracle.ParseTemplate(text)
		if err != nil {
			t.Errorf("ParseTemplate(%q): %v", text, err)
			continue
		}
		u, err := template.URLFor(id)
		if err != nil || u.String() != want {
			t.Errorf("%s for the call %q = %v, %v, want %s", text, id, u, err, want)
		}
		if strings.Contains(want, "?id=") && u.Query().Get("id") != id {
			t.Errorf("%s: the query has the callId %q, want %q", text, u.Query().Get("id"), id)
		}
		if strings.HasSuffix(want, "h") && !strings.HasSuffix(u.Path, id) {
			t.Errorf("%s: the path is %q, want it to end with %q", text, u.Path, id)
		}
	}
}

func TestParseTemplateRefusesAnInvalidTemplate(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"https://app.example/calls":            "the URL does not contain {callId}",
		"/calls/{callId}":                      "not an absolute http or https URL",
		"ftp://app.example/{callId}":           "not an absolute http or https URL",
		"https:///{callId}":                    "not an absolute http or https URL",
		"https://{callId}.app.example/":        "{callId} stands before the path",
		"https://{callId}:key@app.example/":    "{callId} stands before the path",
		"https://app.example/#{callId}":        "{callId} stands in the fragment, which is never sent",
		"https://app.example/a b/{callId}":     "the URL contains white space",
		"https://app.example:port/{callId}":    `not a URL: invalid port ":port" after host`,
		"https://app.example/{callId}/%zz/end": `not a URL: invalid URL escape "%zz"`,
	}
	for text, want := range tests {
		if _, err := oracle.ParseTemplate(text); err == nil || err.Error() != want {
			t.Errorf("ParseTemplate(%q): error %v, want %q", text, err, want)
		}
	}
}

// newURLOracle starts a server with a handler, and returns an oracle that asks the server.
func newURLOracle(t *testing.T, path string, words oracle.Words, handler http.HandlerFunc) oracle.URL {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	template, err := oracle.ParseTemplate(server.URL + "/calls/{callId}")
	if err != nil {
		t.Fatal(err)
	}
	o := oracle.URL{Template: template, Words: words}
	if path != "" {
		if o.Path, err = oracle.ParsePath(path); err != nil {
			t.Fatal(err)
		}
	}
	return o
}

func TestURLAskReturnsTheStateOrAnError(t *testing.T) {
	t.Parallel()
	applicationWords := oracle.Words{"up": push.CallAnswered, "2": push.CallOver, "true": push.CallRinging}
	long := strings.Repeat("x", 64<<10)
	tests := []struct {
		name   string
		status int
		body   string
		path   string
		words  oracle.Words
		want   oracle.Result
		err    string // the end of the error; "": no error
	}{
		{"the name of a state in JSON", 200, `{"state":"ringing"}`, "$.state", nil, oracle.Result{State: push.CallRinging, Word: "ringing"}, ""},
		{"a mapped word in JSON", 200, `{"call":{"state":"up"}}`, "$.call.state", applicationWords, oracle.Result{State: push.CallAnswered, Word: "up"}, ""},
		{"a mapped number in JSON", 200, `[{"state":2}]`, "$[0].state", applicationWords, oracle.Result{State: push.CallOver, Word: "2"}, ""},
		{"a mapped boolean in JSON", 200, `{"rings":true}`, "$.rings", applicationWords, oracle.Result{State: push.CallRinging, Word: "true"}, ""},
		{"the name of a state as plain text", 200, "answered\n", "", nil, oracle.Result{State: push.CallAnswered, Word: "answered"}, ""},
		{"the name of a state that is mapped to another state", 200, "over", "", oracle.Words{"over": push.CallAnswered}, oracle.Result{State: push.CallAnswered, Word: "over"}, ""},
		{"status 404", 404, "<html>", "$.state", nil, oracle.Result{State: push.CallUnknown, Word: "status 404", Status: 404}, ""},
		{"status 410", 410, "", "$.state", nil, oracle.Result{State: push.CallUnknown, Word: "status 410", Status: 410}, ""},
		{"a path that finds nothing, and the empty word is mapped", 200, `{"calls":[]}`, "$.calls[0].state", oracle.Words{"": push.CallUnknown}, oracle.Result{State: push.CallUnknown}, ""},
		{"null, and the empty word is mapped", 200, `{"state":null}`, "$.state", oracle.Words{"": push.CallUnknown}, oracle.Result{State: push.CallUnknown}, ""},
		{"status 204, and the empty word is mapped", 204, "", "$.state", oracle.Words{"": push.CallUnknown}, oracle.Result{State: push.CallUnknown}, ""},

		{"a path that finds nothing", 200, `{"calls":[]}`, "$.calls[0].state", nil, oracle.Result{}, `asking the state URL: $.calls[0].state finds nothing in {"calls":[]}; correct --state-path, or use --state-map =unknown if this is how the application shows a call that it does not know`},
		{"a path that finds nothing in a long answer", 200, `{"call": {"state": "ringing", "with": "somebody", "since": "2015-10-21"}}`, "$.state", nil, oracle.Result{},
			`$.state finds nothing in {"call": {"state": "ringing", "with": "somebody", "since": "…; correct --state-path, or use --state-map =unknown if this is how the application shows a call that it does not know`},
		{"null, and the empty word is not mapped", 200, `{"state":null}`, "$.state", nil, oracle.Result{}, "the answer contains no state; use --state-map =unknown if that means an unknown call"},
		{"an unknown word", 200, `{"state":"dialing"}`, "$.state", applicationWords, oracle.Result{}, `--state-map does not say what the word "dialing" means`},
		{"the name of a state in another letter case", 200, `Ringing`, "", nil, oracle.Result{}, `--state-map does not say what the word "Ringing" means`},
		{"a path that finds two values", 200, `[{"s":"over"},{"s":"over"}]`, "$[*].s", nil, oracle.Result{}, `selects 2 values in the answer, want one`},
		{"a path that finds an object", 200, `{"state":{"is":"over"}}`, "$.state", nil, oracle.Result{}, `selects a list or an object, want a string, number or boolean`},
		{"an HTML page", 200, "<html><body>Log in", "$.state", nil, oracle.Result{}, `the answer "<html><body>Log in" is not JSON: invalid character '<' looking for beginning of value`},
		{"status 503", 503, `{"state":"over"}`, "$.state", nil, oracle.Result{}, "status 503"},
		{"status 302", 302, "", "$.state", nil, oracle.Result{}, "status 302, a redirect: name its target as the state URL"},
		{"status 401", 401, "", "$.state", nil, oracle.Result{}, "status 401"},
		{"an answer of 64 KiB", 200, long, "", oracle.Words{long: push.CallOver}, oracle.Result{State: push.CallOver, Word: long}, ""},
		{"an answer of more than 64 KiB", 200, long + "x", "", nil, oracle.Result{}, "the answer is longer than 64 KiB"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o := newURLOracle(t, test.path, test.words, func(w http.ResponseWriter, r *http.Request) {
				if r.URL.Path != "/calls/4711" || r.Method != http.MethodGet {
					t.Errorf("asked with %s %s", r.Method, r.URL.Path)
				}
				if test.status == http.StatusFound {
					w.Header().Set("Location", "/login")
				}
				w.WriteHeader(test.status)
				_, _ = io.WriteString(w, test.body)
			})
			got, err := o.Ask(t.Context(), "4711")
			if test.want.Status != 0 {
				stateURL, _ := o.Template.URLFor("4711")
				test.want.Question = "GET " + stateURL.String()
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("Ask mismatch (-want +got):\n%s", diff)
			}
			if got := errorText(err); (test.err == "") != (err == nil) || !strings.HasSuffix(got, test.err) {
				t.Errorf("Ask: error %q, want %q", got, test.err)
			}
		})
	}
}

func TestErrorOfAskDoesNotContainTheCredentialsOfTheURL(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	address := server.Listener.Addr().String()
	server.Close()
	template, err := oracle.ParseTemplate("http://doc:flux@" + address + "/{callId}")
	if err != nil {
		t.Fatal(err)
	}
	_, err = oracle.URL{Template: template}.Ask(t.Context(), "1")
	if err == nil || strings.Contains(err.Error(), "flux") || !strings.Contains(err.Error(), "refused") {
		t.Errorf("error %v, want that the connection was refused, and no credentials", err)
	}
}

func TestQuestionOfAResultDoesNotContainTheCredentialsOfTheURL(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.NotFoundHandler())
	t.Cleanup(server.Close)
	address := server.Listener.Addr().String()
	template, err := oracle.ParseTemplate("http://doc:flux@" + address + "/calls/{callId}")
	if err != nil {
		t.Fatal(err)
	}
	got, err := oracle.URL{Template: template}.Ask(t.Context(), "4711")
	if want := "GET http://" + address + "/calls/4711"; err != nil || got.Question != want {
		t.Errorf("Ask: %+v, error %v; want the question %q", got, err, want)
	}
}

func TestAskReturnsAnErrorAfterFiveSecondsWithoutAnAnswer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		start := time.Now()
		silent := oracle.URL{Template: template(t), Dial: dialSilent}
		_, err := silent.Ask(t.Context(), "1")
		if took := time.Since(start); errorText(err) != "asking the state URL: no answer within 5 s" || took != 5*time.Second {
			t.Errorf("after %s: error %v, want no answer within 5 s", took, err)
		}
	})
}

func TestAskReturnsTheCauseIfTheContextIsCancelled(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancelCause(t.Context())
	cancel(fmt.Errorf("the run is over"))
	if _, err := (oracle.URL{Template: template(t), Dial: dialSilent}).Ask(ctx, "1"); errorText(err) != "asking the state URL: the run is over" {
		t.Errorf("error %v, want the cause", err)
	}
}
