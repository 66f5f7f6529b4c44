package requirements_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// The response to the second push is judged like any other response. But whether the second push was accepted is judged only by the
// requirement about copies.
func TestResponseToACopyIsJudgedLikeAnyOtherResponse(t *testing.T) {
	t.Parallel()
	const (
		id      = "trouble.duplicate-push"
		prefix  = "should: the second time, the newCall push on Doc's leg: "
		wantAll = "; want every push accepted, as in a call without trouble; unless "
	)
	notAccepted := func(got, excuse string) string { return prefix + got + wantAll + excuse }
	asCopy := func(x *transcript.Exchange) { x.Duplicate = true }
	callWithCopy := func(x transcript.Exchange) transcript.Call {
		c := callOf(exchange(push.NewCall, 200, xmlType, `<Response/>`), x)
		c.RequirementID = id
		return c
	}
	results := func(otherID, text, trouble string) map[string]string {
		return map[string]string{"push.newcall": "met", id: trouble, otherID: text}
	}
	metBesides := func(otherID, text string) map[string]string { return results(otherID, text, "met") }
	onlyCopy := func(trouble string) map[string]string { return metBesides(id, trouble) }
	checkJudgements(t, receiver, []judgedCall{
		{"same response: met", callWithCopy(exchange(push.NewCall, 200, xmlType, `<Response/>`, asCopy)), onlyCopy("met")},
		{"empty response: met", callWithCopy(exchange(push.NewCall, 200, "", "", asCopy)), onlyCopy("met")},
		{"text/html: finding", callWithCopy(exchange(push.NewCall, 200, "text/html", `<Response/>`, asCopy)),
			metBesides("response.content-type", `met | must: "text/html"; want application/xml`)},
		{"status 202: finding", callWithCopy(exchange(push.NewCall, 202, xmlType, `<Response/>`, asCopy)),
			metBesides("response.status", "met | must: status 202; want status 200")},
		{"status 204: warning", callWithCopy(exchange(push.NewCall, 204, "", "", asCopy)),
			metBesides("response.status", "met | should: status 204 with an empty body; want status 200")},
		{"complete after 1.5 s: warning", callWithCopy(exchange(push.NewCall, 200, xmlType, `<Response/>`, asCopy, withTimes(1500*time.Millisecond, 10*time.Second))),
			metBesides("response.prompt", "met | should: 1.5 s; want a complete response within 1 s")},
		{"copy of a dtmf, status 202: finding", callWithCopy(exchange(push.DTMF, 202, xmlType, `<Response/>`, asCopy)),
			metBesides("response.status", "met | must: status 202; want status 200")},
		{"complete after 12 s: finding", callWithCopy(exchange(push.NewCall, 200, xmlType, `<Response/>`, asCopy, withTimes(12*time.Second, 30*time.Second))),
			results("response.in-time", "met | must: complete after 12.0 s; want a complete response within 10 s", notAccepted("status 200 after 12.0 s", "response.in-time"))},
		{"timed out: finding", callWithCopy(endedExchange(push.NewCall, transcript.TimedOut, asCopy)),
			results("response.in-time", "met | must: no response within 10 s; want a complete response within 10 s", notAccepted("no response within 10 s", "response.in-time"))},
		{"never ended: finding", callWithCopy(endedExchange(push.NewCall, transcript.NeverEnded, asCopy, withStatus(200))),
			results("response.ends", "met | must: never ended; want a body that is complete, and a response that ends", notAccepted("never ended", "response.ends"))},
		{"timed out after 1 s: gap", callWithCopy(endedExchange(push.NewCall, transcript.TimedOut, asCopy, withTimes(time.Second, time.Second))),
			results("response.in-time", "met | gap: no complete response within 1s, the limit of this run; sipgate waits longer",
				"gap: the newCall push on Doc's leg: no complete response within 1s, the limit of this run; sipgate waits longer")},
		{"status 409: finding of the copy", callWithCopy(exchange(push.NewCall, 409, "text/html", "a page about it", asCopy)), onlyCopy(notAccepted("status 409", "push.newcall"))},
		{"status 409 with an Error document: finding of the copy", callWithCopy(exchange(push.NewCall, 409, "text/html", `<Error/>`, asCopy)), onlyCopy(notAccepted("status 409", "push.newcall"))},
		{"dropped: finding of the copy", callWithCopy(endedExchange(push.NewCall, transcript.Dropped, asCopy)), onlyCopy(notAccepted("the receiver closed the connection without a response", "push.newcall"))},
		{"redirected: finding of the copy", callWithCopy(exchange(push.NewCall, 302, "", "", asCopy, func(x *transcript.Exchange) { x.Header = http.Header{"Location": {"/other"}} })),
			onlyCopy(notAccepted("status 302", "transport.no-redirect"))},
		{"refused because of its signature: gap", callWithCopy(exchange(push.NewCall, 200, xmlType, signatureError, asCopy)),
			onlyCopy(`gap: the receiver checks signatures and refuses a push without one: it says "Signature verification failed."; give it a public key of yours, and pushcheck the private half with --sign-key`)},
		{"copy of a hangup, complete after 12 s: finding of the copy", callWithCopy(exchange(push.Hangup, 202, "text/html", "", asCopy, withTimes(12*time.Second, 30*time.Second))),
			onlyCopy("should: the second time, the hangup push on Doc's leg: status 202 after 12.0 s" + wantAll + "push.hangup")},
		{"copy of a hangup, status 202: met", callWithCopy(exchange(push.Hangup, 202, "", "", asCopy)), onlyCopy("met")},
		{"relative URL: finding", callWithCopy(exchange(push.NewCall, 200, xmlType, `<Response onHangup="/h"/>`, asCopy)),
			metBesides("following.hangup-url", `must: the relative URL "/h"; want an absolute http or https URL`)},
		{"Error document: finding", callWithCopy(exchange(push.NewCall, 200, xmlType, `<Error message="seen"/>`, asCopy)),
			metBesides("response.root", `met | must: "Error"; want the root element Response`)},
	})
}
