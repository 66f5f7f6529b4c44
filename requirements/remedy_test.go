package requirements_test

import (
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// TestTheFixOfARefusedPushFollowsFromItsResponse looks for a few words that only the right fix has.
func TestTheFixOfARefusedPushFollowsFromItsResponse(t *testing.T) {
	t.Parallel()
	const (
		html      = "text/html"
		bots      = "bot protection"
		hosts     = "list of hosts"
		forged    = "forged forms"
		login     = "asks for a login"
		firewall  = "firewall in front of the application"
		form      = "charset=UTF-8"
		route     = "Is there a route for POST"
		limit     = "limit for requests"
		log       = "log of the application"
		notUp     = "--wait 30s"
		signature = "--sign-key"
	)
	byNobody := func(x *transcript.Exchange) { x.Push.Users, x.Push.UserIDs = nil, nil }
	mitigated := func(x *transcript.Exchange) { x.Header = http.Header{"Cf-Mitigated": {"challenge"}} }
	tests := []struct {
		name     string
		exchange transcript.Exchange
		id, want string // "": the fix of the requirement itself
	}{
		{"400", says(push.NewCall, 400, "", ""), "push.newcall", form},
		{"415", says(push.NewCall, 415, "", ""), "push.newcall", form},
		{"401", says(push.NewCall, 401, "", ""), "push.newcall", signature},
		{"403", says(push.NewCall, 403, "", "Forbidden"), "push.newcall", signature},
		{"a login", says(push.NewCall, 401, "application/json", `{"message":"Unauthenticated."}`), "push.newcall", login},
		{"another login", says(push.NewCall, 403, html, "<p>Please log in first"), "push.newcall", login},
		{"a firewall", says(push.NewCall, 403, html, "<p>Your request was blocked by our firewall"), "push.newcall", firewall},
		{"404", says(push.NewCall, 404, html, "<p>Not Found"), "push.newcall", route},
		{"405", says(push.NewCall, 405, "", ""), "push.newcall", route},
		{"419", says(push.NewCall, 419, html, "<title>Page Expired</title>"), "push.newcall", forged},
		{"422", says(push.NewCall, 422, "", ""), "push.newcall", forged},
		{"422 of FastAPI", says(push.NewCall, 422, "application/json", `{"detail":[{"type":"missing","loc":["body","user"]}]}`), "push.newcall", "misses some"},
		{"a CSRF page", says(push.NewCall, 403, html, "<p>CSRF verification failed. Request aborted."), "push.newcall", forged},
		{"429", says(push.NewCall, 429, "", ""), "push.newcall", limit},
		{"500", says(push.NewCall, 500, "", ""), "push.newcall", log},
		{"502", says(push.NewCall, 502, html, "<title>502 Bad Gateway</title>"), "push.newcall", notUp},
		{"503", says(push.NewCall, 503, "", ""), "push.newcall", notUp},
		{"504", says(push.NewCall, 504, "", ""), "push.newcall", notUp},
		{"526", says(push.NewCall, 526, "", ""), "push.newcall", "refuses its certificate"},
		{"a challenge by its header", says(push.NewCall, 403, "", "", mitigated), "push.newcall", bots},
		{"a challenge by its page", says(push.NewCall, 503, html, "<html><title>Just a moment...</title>"), "push.newcall", bots},
		{"the list of hosts of Rails", says(push.NewCall, 403, html, "<h1>Blocked hosts: receiver.example</h1>"), "push.newcall", hosts},
		{"that of Vite", says(push.NewCall, 403, "", `Blocked request. This host ("receiver.example") is not allowed.`), "push.newcall", hosts},
		{"that of webpack", says(push.NewCall, 403, "", "Invalid Host header"), "push.newcall", hosts},
		{"that of Django", says(push.NewCall, 400, html, "Invalid HTTP_HOST header: you may need to add it to ALLOWED_HOSTS."), "push.newcall", hosts},
		{"plain HTTP at a TLS port", says(push.NewCall, 400, "", "Client sent an HTTP request to an HTTPS server."), "push.newcall", "This port speaks TLS"},
		{"418", says(push.NewCall, 418, "", ""), "push.newcall", ""},
		{"no response", ended(push.NewCall, transcript.Dropped), "push.newcall", ""},
		{"plain HTTP, and hung up on", ended(push.NewCall, transcript.Dropped, to("http://receiver.example/push")), "push.newcall", "If this port speaks TLS"},
		{"plain HTTP, and no HTTP back", ended(push.NewCall, transcript.NotHTTP, to("http://receiver.example/push")), "push.newcall", "If this port speaks TLS"},
		{"plain HTTP, and too many headers", ended(push.NewCall, transcript.HeadersTooLong, to("http://receiver.example/push")), "push.newcall", ""},
		{"plain HTTP, hung up on, and then away", ended(push.NewCall, transcript.Dropped, to("http://receiver.example/push"), away(time.Second)), "push.newcall", ""},
		{"an answer without user with 502", says(push.Answer, 502, "", "", byNobody), "push.answer-without-user", ""},
		{"an answer without user with a challenge", says(push.Answer, 403, "", "", byNobody, mitigated), "push.answer-without-user", bots},
		{"an outgoing call with 404", says(push.NewCall, 404, "", "", outgoing), "push.outgoing", ""},
		{"an outgoing call with a challenge", says(push.NewCall, 403, "", "", outgoing, mitigated), "push.outgoing", bots},
		{"an answer with 500", says(push.Answer, 500, "", ""), "push.answer", ""},
		{"an answer with 419", says(push.Answer, 419, "", ""), "push.answer", forged},
		{"a hangup with 502", says(push.Hangup, 502, "", ""), "push.hangup", notUp},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := fixOf(t, one(test.exchange), test.id); !strings.Contains(got, test.want) || test.want == "" && got != "" {
				t.Errorf("the fix of %s is %q, want one with %q", test.id, got, test.want)
			}
		})
	}
	t.Run("an odd push", func(t *testing.T) {
		t.Parallel()
		if got := fixOf(t, about("push.user-empty", says(push.NewCall, 404, "", "", odd)), "push.user-empty"); got != "" {
			t.Errorf("the fix of an odd push is %q, want that of its requirement", got)
		}
	})
}

// fixOf returns the fix of the finding that a call is judged with.
func fixOf(t *testing.T, c transcript.Call, id string) string {
	t.Helper()
	for _, j := range requirements.JudgeCall(c, receiver) {
		if j.Requirement == id && len(j.Findings) > 0 {
			return j.Findings[0].Fix
		}
	}
	t.Fatalf("no finding of %s", id)
	return ""
}
