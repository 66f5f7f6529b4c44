package requirements_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// If a push comes twice, the second response is judged like any other, except for whether it accepts the push.
func TestSecondResponseToARepeatedPushIsJudgedAsAnyOther(t *testing.T) {
	t.Parallel()
	const (
		id      = "trouble.duplicate-push"
		refused = "should: the second time, the newCall push on Doc's leg: "
		want    = "; want every push accepted, as in a call without trouble; unless "
	)
	after := func(how, unless string) string { return refused + how + want + unless }
	same := func(x *transcript.Exchange) { x.Duplicate = true }
	twice := func(x transcript.Exchange) transcript.Call {
		c := one(says(push.NewCall, 200, xml, `<Response/>`), x)
		c.Stimulus = id
		return c
	}
	with := func(other, text, trouble string) map[string]string {
		return map[string]string{"push.newcall": "met", id: trouble, other: text}
	}
	of := func(other, text string) map[string]string { return with(other, text, "met") }
	alone := func(trouble string) map[string]string { return of(id, trouble) }
	checkInWords(t, receiver, []judgedCall{
		{"as the first", twice(says(push.NewCall, 200, xml, `<Response/>`, same)), alone("met")},
		{"empty", twice(says(push.NewCall, 200, "", "", same)), alone("met")},
		{"another type", twice(says(push.NewCall, 200, "text/html", `<Response/>`, same)),
			of("response.content-type", `met | must: "text/html"; want application/xml`)},
		{"another status", twice(says(push.NewCall, 202, xml, `<Response/>`, same)),
			of("response.status", "met | must: status 202; want status 200")},
		{"no content", twice(says(push.NewCall, 204, "", "", same)),
			of("response.status", "met | should: status 204 with an empty body; want status 200")},
		{"slow", twice(says(push.NewCall, 200, xml, `<Response/>`, same, took(1500*time.Millisecond, 10*time.Second))),
			of("response.prompt", "met | should: 1.5 s; want a complete response within 1 s")},
		{"digits with another status", twice(says(push.DTMF, 202, xml, `<Response/>`, same)),
			of("response.status", "met | must: status 202; want status 200")},
		{"too late", twice(says(push.NewCall, 200, xml, `<Response/>`, same, took(12*time.Second, 30*time.Second))),
			with("response.in-time", "met | must: complete after 12.0 s; want a complete response within 10 s", after("status 200 after 12.0 s", "response.in-time"))},
		{"not at all", twice(ended(push.NewCall, transcript.TimedOut, same)),
			with("response.in-time", "met | must: no response within 10 s; want a complete response within 10 s", after("no response within 10 s", "response.in-time"))},
		{"without an end", twice(ended(push.NewCall, transcript.NeverEnded, same, status(200))),
			with("response.ends", "met | must: never ended; want a body that is complete, and a response that ends", after("never ended", "response.ends"))},
		{"not in the time of a run in a hurry", twice(ended(push.NewCall, transcript.TimedOut, same, took(time.Second, time.Second))),
			with("response.in-time", "met | gap: no complete response within 1s, the limit of this run; sipgate waits longer",
				"gap: the newCall push on Doc's leg: no complete response within 1s, the limit of this run; sipgate waits longer")},
		{"refused", twice(says(push.NewCall, 409, "text/html", "a page about it", same)), alone(after("status 409", "push.newcall"))},
		{"refused in a document", twice(says(push.NewCall, 409, "text/html", `<Error/>`, same)), alone(after("status 409", "push.newcall"))},
		{"dropped", twice(ended(push.NewCall, transcript.Dropped, same)), alone(after("the receiver closed the connection without a response", "push.newcall"))},
		{"sent elsewhere", twice(says(push.NewCall, 302, "", "", same, func(x *transcript.Exchange) { x.Header = http.Header{"Location": {"/other"}} })),
			alone(after("status 302", "transport.no-redirect"))},
		{"refused for its signature", twice(says(push.NewCall, 200, xml, bad, same)),
			alone(`gap: the receiver checks signatures and refuses a push without one: it says "Signature verification failed."; give it a public key of yours, and pushcheck the private half with --sign-key`)},
		{"a hangup, too late", twice(says(push.Hangup, 202, "text/html", "", same, took(12*time.Second, 30*time.Second))),
			alone("should: the second time, the hangup push on Doc's leg: status 202 after 12.0 s" + want + "push.hangup")},
		{"a hangup, with another status", twice(says(push.Hangup, 202, "", "", same)), alone("met")},
		{"URLs that are none", twice(says(push.NewCall, 200, xml, `<Response onHangup="/h"/>`, same)),
			of("following.hangup-url", `must: the relative URL "/h"; want an absolute http or https URL`)},
		{"a document that is none", twice(says(push.NewCall, 200, xml, `<Error message="seen"/>`, same)),
			of("response.root", `met | must: "Error"; want the root element Response`)},
	})
}
