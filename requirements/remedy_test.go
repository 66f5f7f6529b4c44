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

// The test looks for a few words that only the right fix contains.
func TestFixOfARefusedPushDependsOnItsResponse(t *testing.T) {
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
	withoutUser := func(x *transcript.Exchange) { x.Push.Users, x.Push.UserIDs = nil, nil }
	withChallengePage := func(x *transcript.Exchange) { x.Header = http.Header{"Cf-Mitigated": {"challenge"}} }
	tests := []struct {
		name     string
		exchange transcript.Exchange
		id       string
		want     string // words of the fix; "": the fix of the requirement itself
	}{
		{"status 400", exchange(push.NewCall, 400, "", ""), "push.newcall", form},
		{"status 415", exchange(push.NewCall, 415, "", ""), "push.newcall", form},
		{"status 401", exchange(push.NewCall, 401, "", ""), "push.newcall", signature},
		{"status 403", exchange(push.NewCall, 403, "", "Forbidden"), "push.newcall", signature},
		{"status 401 that asks for a login", exchange(push.NewCall, 401, "application/json", `{"message":"Unauthenticated."}`), "push.newcall", login},
		{"status 403 that asks for a login", exchange(push.NewCall, 403, html, "<p>Please log in first"), "push.newcall", login},
		{"status 403 of a firewall", exchange(push.NewCall, 403, html, "<p>Your request was blocked by our firewall"), "push.newcall", firewall},
		{"status 404", exchange(push.NewCall, 404, html, "<p>Not Found"), "push.newcall", route},
		{"status 405", exchange(push.NewCall, 405, "", ""), "push.newcall", route},
		{"status 419", exchange(push.NewCall, 419, html, "<title>Page Expired</title>"), "push.newcall", forged},
		{"status 422", exchange(push.NewCall, 422, "", ""), "push.newcall", forged},
		{"status 422 of FastAPI", exchange(push.NewCall, 422, "application/json", `{"detail":[{"type":"missing","loc":["body","user"]}]}`), "push.newcall", "misses some"},
		{"status 403 of a CSRF protection", exchange(push.NewCall, 403, html, "<p>CSRF verification failed. Request aborted."), "push.newcall", forged},
		{"status 429", exchange(push.NewCall, 429, "", ""), "push.newcall", limit},
		{"status 500", exchange(push.NewCall, 500, "", ""), "push.newcall", log},
		{"status 502", exchange(push.NewCall, 502, html, "<title>502 Bad Gateway</title>"), "push.newcall", notUp},
		{"status 503", exchange(push.NewCall, 503, "", ""), "push.newcall", notUp},
		{"status 504", exchange(push.NewCall, 504, "", ""), "push.newcall", notUp},
		{"status 526", exchange(push.NewCall, 526, "", ""), "push.newcall", "refuses its certificate"},
		{"bot protection, by its header", exchange(push.NewCall, 403, "", "", withChallengePage), "push.newcall", bots},
		{"bot protection, by its page", exchange(push.NewCall, 503, html, "<html><title>Just a moment...</title>"), "push.newcall", bots},
		{"unknown host in Rails", exchange(push.NewCall, 403, html, "<h1>Blocked hosts: receiver.example</h1>"), "push.newcall", hosts},
		{"unknown host in Vite", exchange(push.NewCall, 403, "", `Blocked request. This host ("receiver.example") is not allowed.`), "push.newcall", hosts},
		{"unknown host in webpack", exchange(push.NewCall, 403, "", "Invalid Host header"), "push.newcall", hosts},
		{"unknown host in Django", exchange(push.NewCall, 400, html, "Invalid HTTP_HOST header: you may need to add it to ALLOWED_HOSTS."), "push.newcall", hosts},
		{"plain HTTP at a TLS port", exchange(push.NewCall, 400, "", "Client sent an HTTP request to an HTTPS server."), "push.newcall", "This port speaks TLS"},
		{"status 418", exchange(push.NewCall, 418, "", ""), "push.newcall", ""},
		{"no response", endedExchange(push.NewCall, transcript.Dropped), "push.newcall", ""},
		{"plain HTTP, dropped", endedExchange(push.NewCall, transcript.Dropped, withURL("http://receiver.example/push")), "push.newcall", "If this port speaks TLS"},
		{"plain HTTP, response is not HTTP", endedExchange(push.NewCall, transcript.NotHTTP, withURL("http://receiver.example/push")), "push.newcall", "If this port speaks TLS"},
		{"plain HTTP, headers too long", endedExchange(push.NewCall, transcript.HeadersTooLong, withURL("http://receiver.example/push")), "push.newcall", ""},
		{"plain HTTP, dropped, then away", endedExchange(push.NewCall, transcript.Dropped, withURL("http://receiver.example/push"), thenAway(time.Second)), "push.newcall", ""},
		{"an answer without user with status 502", exchange(push.Answer, 502, "", "", withoutUser), "push.answer-without-user", ""},
		{"an answer without user with a bot protection", exchange(push.Answer, 403, "", "", withoutUser, withChallengePage), "push.answer-without-user", bots},
		{"an outgoing call with status 404", exchange(push.NewCall, 404, "", "", asOutgoing), "push.outgoing", ""},
		{"an outgoing call with a bot protection", exchange(push.NewCall, 403, "", "", asOutgoing, withChallengePage), "push.outgoing", bots},
		{"an answer with status 500", exchange(push.Answer, 500, "", ""), "push.answer", ""},
		{"an answer with status 419", exchange(push.Answer, 419, "", ""), "push.answer", forged},
		{"a hangup with status 502", exchange(push.Hangup, 502, "", ""), "push.hangup", notUp},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if got := fixOf(t, callOf(test.exchange), test.id); !strings.Contains(got, test.want) || test.want == "" && got != "" {
				t.Errorf("the fix of %s is %q, want one with %q", test.id, got, test.want)
			}
		})
	}
	t.Run("an odd push", func(t *testing.T) {
		t.Parallel()
		if got := fixOf(t, callFor("push.user-empty", exchange(push.NewCall, 404, "", "", asOdd)), "push.user-empty"); got != "" {
			t.Errorf("the fix of an odd push is %q, want the fix of its requirement", got)
		}
	})
}

// fixOf returns the fix of the first finding of a requirement.
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
