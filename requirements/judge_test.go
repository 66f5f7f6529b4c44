package requirements_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

const otherOriginURL = "https://elsewhere.example/follow"

var receiver = requirements.Target{Origins: []string{"https://receiver.example"}}

func withBodyLength(n int64) func(*transcript.Exchange) {
	return func(x *transcript.Exchange) { x.BodyLength = n }
}

func asConcurrent(x *transcript.Exchange) { x.Alone = false }

func asSecondLeg(x *transcript.Exchange) { x.Leg, x.Push.Diversion = "Marty", "493023125001" }

func withURL(url string) func(*transcript.Exchange) {
	return func(x *transcript.Exchange) { x.URL = url }
}

// resultsExceptMet describes the judgements other than "met", by id: findings with their level and excuses, gaps with their cause, and why
// a requirement is not applicable.
func resultsExceptMet(js []requirements.Judgement) map[string]string {
	out := map[string]string{}
	for _, j := range js {
		var parts []string
		for _, f := range j.Findings {
			part := string(f.Level)
			if len(f.ExcuseIDs()) > 0 {
				part += " unless " + strings.Join(f.ExcuseIDs(), ", ")
			}
			if f.Waived != "" {
				part += " waived by " + f.Waived
			}
			parts = append(parts, part)
		}
		for _, g := range j.Gaps {
			part := "gap"
			if g.CauseID != "" {
				part += " because " + g.CauseID
			}
			parts = append(parts, part)
		}
		if j.NotApplicable != "" {
			parts = append(parts, "not applicable: "+j.NotApplicable)
		}
		if len(parts) > 0 {
			out[j.Requirement] = strings.Join(parts, ", ")
		}
	}
	return out
}

func TestFaultyResponseToANewCallIsAFinding(t *testing.T) {
	t.Parallel()
	const error200 = `<?xml version="1.0" encoding="UTF-8"?><Error message="Signature verification failed"/>`
	refused := map[string]string{"push.newcall": "must", "push.encoded-brackets": "must, gap because push.newcall"}
	notInTime := map[string]string{"response.in-time": "must", "push.newcall": "gap because response.in-time"}
	notEnded := map[string]string{"response.ends": "must", "push.newcall": "gap because response.ends"}
	gapOnly := map[string]string{"push.newcall": "gap"}
	unread := func(id, level string) map[string]string {
		because := "gap"
		if level == "must" {
			because += " because " + id
		}
		return map[string]string{id: level, "response.content-type": because, "response.well-formed": because, "response.root": because, "response.known-elements": because}
	}
	tests := []struct {
		name string
		x    transcript.Exchange
		want map[string]string
	}{
		{"an empty body: no finding", exchange(push.NewCall, 200, "", ""), nil},
		{"an empty Response: no finding", exchange(push.NewCall, 200, xmlType, "<Response/>"), nil},
		{"subscriptions: no finding", exchange(push.NewCall, 200, xmlType, bothSubscriptions), nil},
		{"onAnswer without onHangup: warning", exchange(push.NewCall, 200, xmlType, `<Response onAnswer="`+followUpURL+`"/>`), map[string]string{"following.hangup-too": "should"}},
		{"no connection: gap", endedExchange(push.NewCall, transcript.NotConnected), map[string]string{"push.newcall": "gap"}},
		{"connection blocked: gap", endedExchange(push.NewCall, transcript.BlockedEnd), map[string]string{"push.newcall": "gap"}},
		{"run interrupted: no finding", endedExchange(push.NewCall, transcript.Interrupted), nil},
		{"dropped: finding", endedExchange(push.NewCall, transcript.Dropped), refused},
		{"not HTTP: finding", endedExchange(push.NewCall, transcript.NotHTTP), refused},
		{"headers too long: finding", endedExchange(push.NewCall, transcript.HeadersTooLong), refused},
		{"timed out: finding", endedExchange(push.NewCall, transcript.TimedOut), notInTime},
		{"incomplete after 10 s: finding", endedExchange(push.NewCall, transcript.Late, withStatus(200)), notInTime},
		{"timed out after 2 s: gap", endedExchange(push.NewCall, transcript.TimedOut, withTimes(2*time.Second, 2*time.Second)), map[string]string{"response.in-time": "gap", "push.newcall": "gap"}},
		{"complete after 12 s: finding", exchange(push.NewCall, 200, xmlType, bothSubscriptions, withTimes(12*time.Second, 30*time.Second)), notInTime},
		{"never ended: finding", endedExchange(push.NewCall, transcript.NeverEnded, withStatus(200)), notEnded},
		{"not ended after 2 s: gap", endedExchange(push.NewCall, transcript.NeverEnded, withStatus(200), withTimes(2*time.Second, 2*time.Second)), map[string]string{"response.ends": "gap", "push.newcall": "gap"}},
		{"never ended, cut off because of its length: finding", endedExchange(push.NewCall, transcript.NeverEnded, withStatus(200), withTimes(time.Second, 2*time.Second)), notEnded},
		{"truncated: finding", endedExchange(push.NewCall, transcript.Truncated, withStatus(200)), notEnded},
		{"body too long: warning", endedExchange(push.NewCall, transcript.BodyTooLong), unread("response.reasonable-size", "should")},
		{"body in another encoding than declared: finding", endedExchange(push.NewCall, transcript.BadEncoding), unread("response.readable-encoding", "must")},
		{"status 500: finding", exchange(push.NewCall, 500, "text/html", "<h1>Oops</h1>"), refused},
		{"status 404: finding", exchange(push.NewCall, 404, "", ""), refused},
		{"status 304: finding", exchange(push.NewCall, 304, "", ""), refused},
		{"status 307: finding", exchange(push.NewCall, 307, "", ""), map[string]string{"transport.no-redirect": "must", "push.newcall": "gap because transport.no-redirect"}},
		{"status 201 with XML: finding", exchange(push.NewCall, 201, xmlType, bothSubscriptions), map[string]string{"response.status": "must"}},
		{"status 204: warning", exchange(push.NewCall, 204, "", ""), map[string]string{"response.status": "should"}},
		{"text/html: finding", exchange(push.NewCall, 200, "text/html", bothSubscriptions), map[string]string{"response.content-type": "must"}},
		{"text/html with faults in the content: finding", exchange(push.NewCall, 200, "text/html", `<Response onAnswer="/follow"><Dial/></Response>`),
			map[string]string{"response.content-type": "must", "following.answer-url": "must", "following.hangup-too": "should", "dial.target": "must"}},
		{"text/xml: warning", exchange(push.NewCall, 200, "text/xml", bothSubscriptions), map[string]string{"response.content-type": "should"}},
		{"no Content-Type: finding", exchange(push.NewCall, 200, "", bothSubscriptions), map[string]string{"response.content-type": "must"}},
		{"JSON: warning", exchange(push.NewCall, 200, "application/json", `{"ok":true}`), map[string]string{"response.xml-or-nothing": "should"}},
		{"XML that is not well-formed: finding", exchange(push.NewCall, 200, xmlType, "<Response>"), map[string]string{"response.well-formed": "must"}},
		{"document with another root: finding", exchange(push.NewCall, 200, xmlType, "<Reply/>"), map[string]string{"response.root": "must"}},
		{"a relative URL: finding", exchange(push.NewCall, 200, xmlType, `<Response onAnswer="`+followUpURL+`" onHangup="/follow"/>`), map[string]string{"following.hangup-url": "must"}},
		{"complete after 1.5 s: warning", exchange(push.NewCall, 200, xmlType, bothSubscriptions, withTimes(1500*time.Millisecond, 10*time.Second)), map[string]string{"response.prompt": "should"}},
		{"complete after 1.5 s, not sent alone: no finding", exchange(push.NewCall, 200, xmlType, bothSubscriptions, withTimes(1500*time.Millisecond, 10*time.Second), asConcurrent), nil},

		{"refused because of its origin: gap", exchange(push.NewCall, 403, "text/plain", "IP address is not from sipgate"), gapOnly},
		{"refused because of its signature in an Error document: gap", exchange(push.NewCall, 200, xmlType, error200), gapOnly},
		{"refused because of its signature with status 401: gap", exchange(push.NewCall, 401, "application/json", `{"error":"invalid signature"}`), gapOnly},
		{"Error document for another reason: finding", exchange(push.NewCall, 200, xmlType, `<Error message="out of plutonium"/>`), map[string]string{"response.root": "must", "push.newcall": "gap because response.root"}},
		{"status 500 with a TypeError that names a method signature: finding", exchange(push.NewCall, 500, "text/plain", "TypeError: method signature"), refused},
		{"status 404 with a page that names X-Forwarded-For: finding", exchange(push.NewCall, 404, "text/html", "X-Forwarded-For: 192.0.2.1"), refused},
		{"status 403 that names no signature: finding", exchange(push.NewCall, 403, "text/plain", "Forbidden"), refused},

		{"outgoing call gets status 500: finding", exchange(push.NewCall, 500, "", "", asOutgoing), map[string]string{"push.outgoing": "must unless push.newcall"}},
		{"outgoing call timed out: finding", endedExchange(push.NewCall, transcript.TimedOut, asOutgoing), map[string]string{"response.in-time": "must", "push.outgoing": "gap because response.in-time"}},
		{"second leg of a user's scenario gets status 500: finding", exchange(push.NewCall, 500, "", "", asSecondLeg), map[string]string{"push.diversion": "must unless push.newcall"}},
	}
	for _, test := range tests {
		if test.want == nil {
			test.want = map[string]string{}
		}
		if diff := cmp.Diff(test.want, resultsExceptMet(requirements.JudgeCall(callOf(test.x), receiver))); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestFaultyResponseToAnAnswerOrHangupIsAFinding(t *testing.T) {
	t.Parallel()
	for _, event := range []push.Event{push.Answer, push.Hangup} {
		id := map[push.Event]string{push.Answer: "push.answer", push.Hangup: "push.hangup"}[event]
		finding, gap := map[string]string{id: "must"}, map[string]string{id: "gap"}
		notReachable := map[string]string{"following.reachable": "must", id: "gap because following.reachable"}
		tests := []struct {
			name string
			x    transcript.Exchange
			want map[string]string
		}{
			{"an empty body: no finding", exchange(event, 200, "", ""), nil},
			{"an HTML page: no finding", exchange(event, 200, "text/html", "<h1>It works</h1>"), nil},
			{"status 204: no finding", exchange(event, 204, "", ""), nil},
			{"complete after 3 s: no finding", exchange(event, 200, "", "", withTimes(3*time.Second, 10*time.Second)), nil},
			{"body too long: no finding", endedExchange(event, transcript.BodyTooLong), nil},
			{"body in another encoding than declared: no finding", endedExchange(event, transcript.BadEncoding), nil},
			{"never ended, with status 200: no finding", endedExchange(event, transcript.NeverEnded, withStatus(200)), nil},
			{"truncated, with status 200: no finding", endedExchange(event, transcript.Truncated, withStatus(200)), nil},
			{"never ended, with status 500: finding", endedExchange(event, transcript.NeverEnded, withStatus(500)), finding},
			{"timed out: finding", endedExchange(event, transcript.TimedOut), finding},
			{"incomplete after 10 s: finding", endedExchange(event, transcript.Late, withStatus(200)), finding},
			{"complete after 12 s: finding", exchange(event, 200, "", "", withTimes(12*time.Second, 30*time.Second)), finding},
			{"timed out after 2 s: gap", endedExchange(event, transcript.TimedOut, withTimes(2*time.Second, 2*time.Second)), gap},
			{"dropped: finding", endedExchange(event, transcript.Dropped), finding},
			{"not HTTP: finding", endedExchange(event, transcript.NotHTTP), finding},
			{"headers too long: finding", endedExchange(event, transcript.HeadersTooLong), finding},
			{"connection blocked: gap", endedExchange(event, transcript.BlockedEnd), gap},
			{"run interrupted: no finding", endedExchange(event, transcript.Interrupted), nil},
			{"no connection to the receiver: gap", endedExchange(event, transcript.NotConnected), gap},
			{"no connection to another origin: finding of the URL", endedExchange(event, transcript.NotConnected, withURL(otherOriginURL)), notReachable},
			{"status 500: finding", exchange(event, 500, "", ""), finding},
			{"status 401: finding", exchange(event, 401, "", ""), finding},
			{"status 404: finding of the URL", exchange(event, 404, "", ""), notReachable},
			{"status 405: finding of the URL", exchange(event, 405, "", ""), notReachable},
			{"status 410: finding of the URL", exchange(event, 410, "", ""), notReachable},
			{"status 302: finding", exchange(event, 302, "", ""), map[string]string{"transport.no-redirect": "must", id: "gap because transport.no-redirect"}},
			{"refused because of its origin: gap", exchange(event, 403, "text/plain", "IP address is not from sipgate"), gap},
			{"second leg of a user's scenario gets status 500: finding", exchange(event, 500, "", "", asSecondLeg), map[string]string{id: "must unless push.diversion"}},
		}
		for _, test := range tests {
			if test.want == nil {
				test.want = map[string]string{}
			}
			if diff := cmp.Diff(test.want, resultsExceptMet(requirements.JudgeCall(callOf(test.x), receiver))); diff != "" {
				t.Errorf("%s: %s: mismatch (-want +got):\n%s", event, test.name, diff)
			}
		}
	}
}

func TestFaultyResponseToADTMFIsAFinding(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		x    transcript.Exchange
		want map[string]string
	}{
		{"an empty body: no finding", exchange(push.DTMF, 200, "", ""), nil},
		{"a Response: no finding", exchange(push.DTMF, 200, xmlType, bothSubscriptions), nil},
		{"status 500: finding", exchange(push.DTMF, 500, "", ""), map[string]string{"push.dtmf": "must"}},
		{"status 404: finding", exchange(push.DTMF, 404, "", ""), map[string]string{"following.reachable": "must", "push.dtmf": "gap because following.reachable"}},
		{"dropped: finding", endedExchange(push.DTMF, transcript.Dropped), map[string]string{"push.dtmf": "must"}},
		{"timed out: finding", endedExchange(push.DTMF, transcript.TimedOut), map[string]string{"response.in-time": "must", "push.dtmf": "gap because response.in-time"}},
		{"never ended: finding", endedExchange(push.DTMF, transcript.NeverEnded, withStatus(200)), map[string]string{"response.ends": "must", "push.dtmf": "gap because response.ends"}},
		{"no connection to another origin: finding", endedExchange(push.DTMF, transcript.NotConnected, withURL(otherOriginURL)), map[string]string{"following.reachable": "must", "push.dtmf": "gap because following.reachable"}},
		{"text/html: finding", exchange(push.DTMF, 200, "text/html", bothSubscriptions), map[string]string{"response.content-type": "must"}},
	}
	for _, test := range tests {
		if test.want == nil {
			test.want = map[string]string{}
		}
		if diff := cmp.Diff(test.want, resultsExceptMet(requirements.JudgeCall(callOf(test.x), receiver))); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestRefusedOddPushIsAFindingWithThePlainPushAsExcuse(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, requirementID string
		x                   transcript.Exchange
		want                map[string]string
	}{
		{"newCall accepted: met", "push.user-empty", exchange(push.NewCall, 200, "", "", asOdd), map[string]string{}},
		{"newCall refused: finding", "push.user-empty", exchange(push.NewCall, 500, "", "", asOdd), map[string]string{"push.user-empty": "must unless push.newcall"}},
		{"newCall dropped: finding", "push.odd-caller", endedExchange(push.NewCall, transcript.Dropped, asOdd), map[string]string{"push.odd-caller": "should unless push.newcall"}},
		{"newCall timed out: gap", "push.user-empty", endedExchange(push.NewCall, transcript.TimedOut, asOdd), map[string]string{"response.in-time": "must", "push.user-empty": "gap because response.in-time"}},
		{"answer refused: finding", "push.answer-without-user", exchange(push.Answer, 500, "", "", asOdd), map[string]string{"push.answer-without-user": "must unless push.answer"}},
		{"answer gets status 404: finding", "push.answer-without-user", exchange(push.Answer, 404, "", "", asOdd), map[string]string{"push.answer-without-user": "must unless following.reachable"}},
		{"hangup refused: finding", "push.unknown-cause", exchange(push.Hangup, 500, "", "", asOdd), map[string]string{"push.unknown-cause": "should unless push.hangup"}},
		{"plain hangup of the call refused: finding of the plain push", "push.user-empty", exchange(push.Hangup, 500, "", ""), map[string]string{"push.hangup": "must"}},
	}
	for _, test := range tests {
		c := callOf(test.x)
		c.RequirementID = test.requirementID
		if diff := cmp.Diff(test.want, resultsExceptMet(requirements.JudgeCall(c, receiver))); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestCorrectResponseMeetsEachRequirementAboutItsContent(t *testing.T) {
	t.Parallel()
	anyResponseIDs := []string{"transport.no-redirect", "push.newcall", "response.status", "response.ends", "response.in-time", "response.prompt",
		"response.reasonable-size", "response.readable-encoding", "response.xml-or-nothing"}
	documentIDs := append(anyResponseIDs[:len(anyResponseIDs):len(anyResponseIDs)], "response.content-type", "response.well-formed", "response.root",
		"response.known-elements", "response.known-attributes", "response.one-action")
	tests := []struct {
		name, body string
		want       []string
	}{
		{"an empty body", "", anyResponseIDs},
		{"an empty Response", "<Response/>", documentIDs},
		{"subscriptions", bothSubscriptions, append(documentIDs[:len(documentIDs):len(documentIDs)], "following.answer-url", "following.hangup-url", "following.hangup-too")},
		{"Reject", "<Response><Reject/></Response>", append(documentIDs[:len(documentIDs):len(documentIDs)], "reject.reason")},
		{"Gather with a Play", `<Response><Gather onData="` + followUpURL + `"><Play><Url>https://receiver.example/a.wav</Url></Play></Gather></Response>`,
			append(documentIDs[:len(documentIDs):len(documentIDs)], "gather.ondata", "gather.max-digits", "gather.timeout", "gather.type", "gather.nesting", "play.url")},
	}
	for _, test := range tests {
		contentType := xmlType
		if test.body == "" {
			contentType = ""
		}
		var got []string
		for _, j := range requirements.JudgeCall(callOf(exchange(push.NewCall, 200, contentType, test.body)), receiver) {
			if j.TimesJudged != 1 || len(j.Findings)+len(j.Gaps) > 0 {
				t.Errorf("%s: %+v, want one judgement, that it is met", test.name, j)
			}
			got = append(got, j.Requirement)
		}
		if diff := cmp.Diff(slices.Sorted(slices.Values(test.want)), slices.Sorted(slices.Values(got))); diff != "" {
			t.Errorf("%s: requirements met mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestVerificationRefusalHasTheWordsOfTheResponse(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		x     transcript.Exchange
		words string
		check outcome.Check
		want  bool
	}{
		{"the official library's Error document", exchange(push.NewCall, 200, xmlType, `<Error message="Signature verification failed"/>`), "Signature verification failed", outcome.SignatureCheck, true},
		{"plain text", exchange(push.Answer, 403, "text/plain", " IP address is\nnot from sipgate\n"), "IP address is not from sipgate", outcome.OriginCheck, true},
		{"a page of more than 120 characters", exchange(push.NewCall, 401, "text/html", "bad signature "+strings.Repeat("a", 200)), "bad signature " + strings.Repeat("a", 106) + "…", outcome.SignatureCheck, true},
		{"a page of a CSRF protection: no refusal because of signature or origin", exchange(push.NewCall, 403, "text/html", "<h1>Forbidden</h1><p>CSRF verification failed. Request aborted.</p><p>Enable Referer headers, at least for “same-origin” requests.</p>"), "", "", false},
		{"accepted: no refusal", exchange(push.NewCall, 200, xmlType, bothSubscriptions), "", "", false},
		{"no response: no refusal", endedExchange(push.NewCall, transcript.Dropped), "", "", false},
	}
	for _, test := range tests {
		got, refused := outcome.FindVerificationRefusal(test.x)
		if refused != test.want || got.Words != test.words || got.Check != test.check {
			t.Errorf("%s: FindVerificationRefusal() = %+v, %t, want %q by %q, %t", test.name, got, refused, test.words, test.check, test.want)
		}
	}
}

func TestFindingNamesItsCallExchangeAndPosition(t *testing.T) {
	t.Parallel()
	call := callOf(exchange(push.NewCall, 200, xmlType, bothSubscriptions), exchange(push.Hangup, 500, "", ""))
	call.ID = 7
	for _, j := range requirements.JudgeCall(call, receiver) {
		for _, f := range j.Findings {
			if f.Requirement != "push.hangup" || f.Call != 7 || f.Exchange != 1 {
				t.Errorf("finding %+v, want one of push.hangup in exchange 1 of call 7", f)
			}
		}
	}
	js := requirements.JudgeCall(callOf(exchange(push.NewCall, 200, xmlType, "<Response>\n  <Dial/></Response>")), receiver)
	for _, j := range js {
		for _, f := range j.Findings {
			if got, want := fmt.Sprintf("%s %d:%d", f.Requirement, f.Line, f.Column), "dial.target 2:3"; got != want {
				t.Errorf("the position of the finding is %s, want %s", got, want)
			}
		}
	}
}

func TestFindingOfARedirectNamesItsLocation(t *testing.T) {
	t.Parallel()
	x := exchange(push.NewCall, 301, "", "")
	x.Header = http.Header{"Location": {"https://receiver.example/other"}}
	for _, j := range requirements.JudgeCall(callOf(x), receiver) {
		for _, f := range j.Findings {
			if want := `status 301, Location "https://receiver.example/other"`; f.Got != want {
				t.Errorf("Got = %q, want %q", f.Got, want)
			}
		}
	}
}
