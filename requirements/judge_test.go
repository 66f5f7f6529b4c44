package requirements_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

const (
	pushURL   = "https://receiver.example/push"
	followUp  = "https://receiver.example/follow"
	elsewhere = "https://elsewhere.example/follow"
	xml       = "application/xml; charset=utf-8"
	both      = `<Response onAnswer="` + followUp + `" onHangup="` + followUp + `"/>`
)

var receiver = requirements.Target{Origins: []string{"https://receiver.example"}}

// ended is an exchange of a plain first leg, alone, in 20 ms of at most 10 s, that ended in some way.
func ended(event push.Event, end transcript.End, change ...func(*transcript.Exchange)) transcript.Exchange {
	digit := "1"
	x := transcript.Exchange{
		Sent: transcript.Sent{
			Leg: "Doc", URL: pushURL, TimeLimit: 10 * time.Second,
			Push: push.Push{
				Event: event, Direction: push.Incoming, From: "491713920001", To: "493023125001", CallID: "12111955",
				Users: []string{"Doc"}, UserIDs: []string{"w0"}, FullUserIDs: []string{"1234567w0"}, AnsweringNumber: "493023125001",
			},
		},
		Twist:   transcript.Twist{Alone: true},
		Outcome: transcript.Outcome{End: end, Took: 20 * time.Millisecond},
	}
	switch event {
	case push.Hangup:
		x.Push.Cause = push.NormalClearing
	case push.DTMF:
		x.Push.Direction, x.Push.Digits = "", &digit
	}
	if event != push.NewCall {
		x.URL = followUp
	}
	switch end {
	case transcript.TimedOut, transcript.Late, transcript.NeverEnded:
		x.Took = 10 * time.Second
	}
	if x.Responded() {
		x.Status = 200
	}
	for _, c := range change {
		c(&x)
	}
	return x
}

// says returns a complete response.
func says(event push.Event, status int, contentType, body string, change ...func(*transcript.Exchange)) transcript.Exchange {
	fill := func(x *transcript.Exchange) {
		x.Status, x.ContentType, x.ResponseBody, x.BodyLength = status, contentType, []byte(body), int64(len(body))
		if event == push.NewCall || event == push.DTMF {
			media, _ := response.ParseContentType(contentType)
			x.Document = response.Parse(response.Input{Body: []byte(body), MediaType: media})
		}
	}
	return ended(event, transcript.Complete, append([]func(*transcript.Exchange){fill}, change...)...)
}

func took(d, limit time.Duration) func(*transcript.Exchange) {
	return func(x *transcript.Exchange) { x.Took, x.TimeLimit = d, limit }
}

func status(code int) func(*transcript.Exchange) {
	return func(x *transcript.Exchange) { x.Status = code }
}

func length(n int64) func(*transcript.Exchange) {
	return func(x *transcript.Exchange) { x.BodyLength = n }
}

func besideOthers(x *transcript.Exchange) { x.Alone = false }

func outgoing(x *transcript.Exchange) { x.Push.Direction = push.Outgoing }

func secondLeg(x *transcript.Exchange) { x.Leg, x.Push.Diversion = "Marty", "493023125001" }

func odd(x *transcript.Exchange) { x.Odd = true }

func to(url string) func(*transcript.Exchange) { return func(x *transcript.Exchange) { x.URL = url } }

// exceptMet returns the judgements other than "met", by id: findings with their level and excuses, gaps with the id that causes them, and why
// a requirement is not applicable.
func exceptMet(js []requirements.Judgement) map[string]string {
	out := map[string]string{}
	for _, j := range js {
		var parts []string
		for _, f := range j.Findings {
			part := string(f.Level)
			if len(f.ExcusedBy()) > 0 {
				part += " unless " + strings.Join(f.ExcusedBy(), ", ")
			}
			if f.Waived != "" {
				part += " waived by " + f.Waived
			}
			parts = append(parts, part)
		}
		for _, g := range j.Gaps {
			part := "gap"
			if g.Because != "" {
				part += " because " + g.Because
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

// one is a call of a story that is not judged as a whole.
func one(exchanges ...transcript.Exchange) transcript.Call {
	return transcript.Call{ID: 1, Scenario: "own", Exchanges: exchanges, Complete: true}
}

func TestBadResponseToANewCall(t *testing.T) {
	t.Parallel()
	const error200 = `<?xml version="1.0" encoding="UTF-8"?><Error message="Signature verification failed"/>`
	refused := map[string]string{"push.newcall": "must", "push.encoded-brackets": "must, gap because push.newcall"}
	late := map[string]string{"response.in-time": "must", "push.newcall": "gap because response.in-time"}
	unended := map[string]string{"response.ends": "must", "push.newcall": "gap because response.ends"}
	foreign := map[string]string{"push.newcall": "gap"}
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
		{"an empty body", says(push.NewCall, 200, "", ""), nil},
		{"an empty Response", says(push.NewCall, 200, xml, "<Response/>"), nil},
		{"subscriptions", says(push.NewCall, 200, xml, both), nil},
		{"XML without a subscription to the hangup", says(push.NewCall, 200, xml, `<Response onAnswer="`+followUp+`"/>`), map[string]string{"following.hangup-too": "should"}},
		{"no connection", ended(push.NewCall, transcript.NotConnected), map[string]string{"push.newcall": "gap"}},
		{"blocked after the place was found in order", ended(push.NewCall, transcript.BlockedEnd), map[string]string{"push.newcall": "gap"}},
		{"interrupted", ended(push.NewCall, transcript.Interrupted), nil},
		{"dropped", ended(push.NewCall, transcript.Dropped), refused},
		{"no HTTP", ended(push.NewCall, transcript.NotHTTP), refused},
		{"endless headers", ended(push.NewCall, transcript.HeadersTooLong), refused},
		{"timed out", ended(push.NewCall, transcript.TimedOut), late},
		{"late", ended(push.NewCall, transcript.Late, status(200)), late},
		{"timed out before sipgate would", ended(push.NewCall, transcript.TimedOut, took(2*time.Second, 2*time.Second)), map[string]string{"response.in-time": "gap", "push.newcall": "gap"}},
		{"complete when sipgate has given up", says(push.NewCall, 200, xml, both, took(12*time.Second, 30*time.Second)), late},
		{"never ended", ended(push.NewCall, transcript.NeverEnded, status(200)), unended},
		{"not ended before sipgate would give up", ended(push.NewCall, transcript.NeverEnded, status(200), took(2*time.Second, 2*time.Second)), map[string]string{"response.ends": "gap", "push.newcall": "gap"}},
		{"a megabyte, at once", ended(push.NewCall, transcript.NeverEnded, status(200), took(time.Second, 2*time.Second)), unended},
		{"truncated", ended(push.NewCall, transcript.Truncated, status(200)), unended},
		{"too long", ended(push.NewCall, transcript.BodyTooLong), unread("response.reasonable-size", "should")},
		{"false encoding", ended(push.NewCall, transcript.BadEncoding), unread("response.readable-encoding", "must")},
		{"status 500", says(push.NewCall, 500, "text/html", "<h1>Oops</h1>"), refused},
		{"status 404", says(push.NewCall, 404, "", ""), refused},
		{"status 304", says(push.NewCall, 304, "", ""), refused},
		{"status 307", says(push.NewCall, 307, "", ""), map[string]string{"transport.no-redirect": "must", "push.newcall": "gap because transport.no-redirect"}},
		{"status 201 with XML", says(push.NewCall, 201, xml, both), map[string]string{"response.status": "must"}},
		{"status 204", says(push.NewCall, 204, "", ""), map[string]string{"response.status": "should"}},
		{"text/html", says(push.NewCall, 200, "text/html", both), map[string]string{"response.content-type": "must"}},
		{"text/html: the content is judged all the same", says(push.NewCall, 200, "text/html", `<Response onAnswer="/follow"><Dial/></Response>`),
			map[string]string{"response.content-type": "must", "following.answer-url": "must", "following.hangup-too": "should", "dial.target": "must"}},
		{"text/xml", says(push.NewCall, 200, "text/xml", both), map[string]string{"response.content-type": "should"}},
		{"no type", says(push.NewCall, 200, "", both), map[string]string{"response.content-type": "must"}},
		{"JSON", says(push.NewCall, 200, "application/json", `{"ok":true}`), map[string]string{"response.xml-or-nothing": "should"}},
		{"XML that is not well-formed", says(push.NewCall, 200, xml, "<Response>"), map[string]string{"response.well-formed": "must"}},
		{"another root", says(push.NewCall, 200, xml, "<Reply/>"), map[string]string{"response.root": "must"}},
		{"a relative URL", says(push.NewCall, 200, xml, `<Response onAnswer="`+followUp+`" onHangup="/follow"/>`), map[string]string{"following.hangup-url": "must"}},
		{"slow", says(push.NewCall, 200, xml, both, took(1500*time.Millisecond, 10*time.Second)), map[string]string{"response.prompt": "should"}},
		{"slow, at the same time as others", says(push.NewCall, 200, xml, both, took(1500*time.Millisecond, 10*time.Second), besideOthers), nil},

		{"refused for its origin, as the official library does", says(push.NewCall, 403, "text/plain", "IP address is not from sipgate"), foreign},
		{"refused for its signature, with an Error document", says(push.NewCall, 200, xml, error200), foreign},
		{"refused for its signature, with 401", says(push.NewCall, 401, "application/json", `{"error":"invalid signature"}`), foreign},
		{"an Error document about something else", says(push.NewCall, 200, xml, `<Error message="out of plutonium"/>`), map[string]string{"response.root": "must", "push.newcall": "gap because response.root"}},
		{"a crash that names a signature", says(push.NewCall, 500, "text/plain", "TypeError: method signature"), refused},
		{"a 404 page that names a header", says(push.NewCall, 404, "text/html", "X-Forwarded-For: 192.0.2.1"), refused},
		{"refused without naming it", says(push.NewCall, 403, "text/plain", "Forbidden"), refused},

		{"outgoing: status 500", says(push.NewCall, 500, "", "", outgoing), map[string]string{"push.outgoing": "must unless push.newcall"}},
		{"outgoing: timed out", ended(push.NewCall, transcript.TimedOut, outgoing), map[string]string{"response.in-time": "must", "push.outgoing": "gap because response.in-time"}},
		{"second leg of a user's scenario: status 500", says(push.NewCall, 500, "", "", secondLeg), map[string]string{"push.diversion": "must unless push.newcall"}},
	}
	for _, test := range tests {
		if test.want == nil {
			test.want = map[string]string{}
		}
		if diff := cmp.Diff(test.want, exceptMet(requirements.JudgeCall(one(test.x), receiver))); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestBadResponseToAFollowUp(t *testing.T) {
	t.Parallel()
	for _, event := range []push.Event{push.Answer, push.Hangup} {
		id := map[push.Event]string{push.Answer: "push.answer", push.Hangup: "push.hangup"}[event]
		bad, gap := map[string]string{id: "must"}, map[string]string{id: "gap"}
		nobody := map[string]string{"following.reachable": "must", id: "gap because following.reachable"}
		tests := []struct {
			name string
			x    transcript.Exchange
			want map[string]string
		}{
			{"an empty body", says(event, 200, "", ""), nil},
			{"a page", says(event, 200, "text/html", "<h1>It works</h1>"), nil},
			{"status 204", says(event, 204, "", ""), nil},
			{"slow: its time does not count", says(event, 200, "", "", took(3*time.Second, 10*time.Second)), nil},
			{"too long: the body is discarded", ended(event, transcript.BodyTooLong), nil},
			{"false encoding: the body is discarded", ended(event, transcript.BadEncoding), nil},
			{"never ended: the body is discarded", ended(event, transcript.NeverEnded, status(200)), nil},
			{"truncated: the body is discarded", ended(event, transcript.Truncated, status(200)), nil},
			{"never ended, with status 500", ended(event, transcript.NeverEnded, status(500)), bad},
			{"timed out", ended(event, transcript.TimedOut), bad},
			{"late", ended(event, transcript.Late, status(200)), bad},
			{"complete when sipgate has given up", says(event, 200, "", "", took(12*time.Second, 30*time.Second)), bad},
			{"timed out before sipgate would", ended(event, transcript.TimedOut, took(2*time.Second, 2*time.Second)), gap},
			{"dropped", ended(event, transcript.Dropped), bad},
			{"no HTTP", ended(event, transcript.NotHTTP), bad},
			{"endless headers", ended(event, transcript.HeadersTooLong), bad},
			{"blocked after the place was found in order", ended(event, transcript.BlockedEnd), gap},
			{"interrupted", ended(event, transcript.Interrupted), nil},
			{"the receiver is gone", ended(event, transcript.NotConnected), gap},
			{"no connection to another origin", ended(event, transcript.NotConnected, to(elsewhere)), nobody},
			{"status 500", says(event, 500, "", ""), bad},
			{"status 401", says(event, 401, "", ""), bad},
			{"status 404", says(event, 404, "", ""), nobody},
			{"status 405", says(event, 405, "", ""), nobody},
			{"status 410", says(event, 410, "", ""), nobody},
			{"a redirect", says(event, 302, "", ""), map[string]string{"transport.no-redirect": "must", id: "gap because transport.no-redirect"}},
			{"refused for its origin", says(event, 403, "text/plain", "IP address is not from sipgate"), gap},
			{"second leg of a user's scenario: status 500", says(event, 500, "", "", secondLeg), map[string]string{id: "must unless push.diversion"}},
		}
		for _, test := range tests {
			if test.want == nil {
				test.want = map[string]string{}
			}
			if diff := cmp.Diff(test.want, exceptMet(requirements.JudgeCall(one(test.x), receiver))); diff != "" {
				t.Errorf("%s: %s: mismatch (-want +got):\n%s", event, test.name, diff)
			}
		}
	}
}

func TestBadResponseToADTMF(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		x    transcript.Exchange
		want map[string]string
	}{
		{"an empty body", says(push.DTMF, 200, "", ""), nil},
		{"a Response", says(push.DTMF, 200, xml, both), nil},
		{"status 500", says(push.DTMF, 500, "", ""), map[string]string{"push.dtmf": "must"}},
		{"status 404", says(push.DTMF, 404, "", ""), map[string]string{"following.reachable": "must", "push.dtmf": "gap because following.reachable"}},
		{"dropped", ended(push.DTMF, transcript.Dropped), map[string]string{"push.dtmf": "must"}},
		{"timed out", ended(push.DTMF, transcript.TimedOut), map[string]string{"response.in-time": "must", "push.dtmf": "gap because response.in-time"}},
		{"never ended", ended(push.DTMF, transcript.NeverEnded, status(200)), map[string]string{"response.ends": "must", "push.dtmf": "gap because response.ends"}},
		{"no connection to another origin", ended(push.DTMF, transcript.NotConnected, to(elsewhere)), map[string]string{"following.reachable": "must", "push.dtmf": "gap because following.reachable"}},
		{"text/html", says(push.DTMF, 200, "text/html", both), map[string]string{"response.content-type": "must"}},
	}
	for _, test := range tests {
		if test.want == nil {
			test.want = map[string]string{}
		}
		if diff := cmp.Diff(test.want, exceptMet(requirements.JudgeCall(one(test.x), receiver))); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestRefusedOddPushIsAFindingUnlessThePlainOneIsRefused(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, stimulus string
		x              transcript.Exchange
		want           map[string]string
	}{
		{"accepted", "push.user-empty", says(push.NewCall, 200, "", "", odd), map[string]string{}},
		{"a newCall, refused", "push.user-empty", says(push.NewCall, 500, "", "", odd), map[string]string{"push.user-empty": "must unless push.newcall"}},
		{"a newCall, dropped", "push.odd-caller", ended(push.NewCall, transcript.Dropped, odd), map[string]string{"push.odd-caller": "should unless push.newcall"}},
		{"a newCall, late", "push.user-empty", ended(push.NewCall, transcript.TimedOut, odd), map[string]string{"response.in-time": "must", "push.user-empty": "gap because response.in-time"}},
		{"an answer, refused", "push.answer-without-user", says(push.Answer, 500, "", "", odd), map[string]string{"push.answer-without-user": "must unless push.answer"}},
		{"an answer gets 404", "push.answer-without-user", says(push.Answer, 404, "", "", odd), map[string]string{"push.answer-without-user": "must unless following.reachable"}},
		{"a hangup, refused", "push.unknown-cause", says(push.Hangup, 500, "", "", odd), map[string]string{"push.unknown-cause": "should unless push.hangup"}},
		{"the plain push of an odd call", "push.user-empty", says(push.Hangup, 500, "", ""), map[string]string{"push.hangup": "must"}},
	}
	for _, test := range tests {
		c := one(test.x)
		c.Stimulus = test.stimulus
		if diff := cmp.Diff(test.want, exceptMet(requirements.JudgeCall(c, receiver))); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestGoodResponseMeetsTheRequirementsOfItsOccasions(t *testing.T) {
	t.Parallel()
	plain := []string{"transport.no-redirect", "push.newcall", "response.status", "response.ends", "response.in-time", "response.prompt",
		"response.reasonable-size", "response.readable-encoding", "response.xml-or-nothing"}
	readable := append(plain[:len(plain):len(plain)], "response.content-type", "response.well-formed", "response.root",
		"response.known-elements", "response.known-attributes", "response.one-action")
	tests := []struct {
		name, body string
		want       []string
	}{
		{"an empty body", "", plain},
		{"an empty Response", "<Response/>", readable},
		{"subscriptions", both, append(readable[:len(readable):len(readable)], "following.answer-url", "following.hangup-url", "following.hangup-too")},
		{"Reject", "<Response><Reject/></Response>", append(readable[:len(readable):len(readable)], "reject.reason")},
		{"Gather with a Play", `<Response><Gather onData="` + followUp + `"><Play><Url>https://receiver.example/a.wav</Url></Play></Gather></Response>`,
			append(readable[:len(readable):len(readable)], "gather.ondata", "gather.max-digits", "gather.timeout", "gather.type", "gather.nesting", "play.url")},
	}
	for _, test := range tests {
		contentType := xml
		if test.body == "" {
			contentType = ""
		}
		var got []string
		for _, j := range requirements.JudgeCall(one(says(push.NewCall, 200, contentType, test.body)), receiver) {
			if j.Judged != 1 || len(j.Findings)+len(j.Gaps) > 0 {
				t.Errorf("%s: %+v, want it judged once and met", test.name, j)
			}
			got = append(got, j.Requirement)
		}
		if diff := cmp.Diff(slices.Sorted(slices.Values(test.want)), slices.Sorted(slices.Values(got))); diff != "" {
			t.Errorf("%s: what is met mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestReasonQuotesTheWordsOfARefusal(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		x     transcript.Exchange
		words string
		by    requirements.Check
		want  bool
	}{
		{"the official library's Error document", says(push.NewCall, 200, xml, `<Error message="Signature verification failed"/>`), "Signature verification failed", requirements.SignatureCheck, true},
		{"plain text", says(push.Answer, 403, "text/plain", " IP address is\nnot from sipgate\n"), "IP address is not from sipgate", requirements.OriginCheck, true},
		{"a long page", says(push.NewCall, 401, "text/html", "bad signature "+strings.Repeat("a", 200)), "bad signature " + strings.Repeat("a", 106) + "…", requirements.SignatureCheck, true},
		{"a form token that is asked for", says(push.NewCall, 403, "text/html", "<h1>Forbidden</h1><p>CSRF verification failed. Request aborted.</p><p>Enable Referer headers, at least for “same-origin” requests.</p>"), "", "", false},
		{"no refusal", says(push.NewCall, 200, xml, both), "", "", false},
		{"no response", ended(push.NewCall, transcript.Dropped), "", "", false},
	}
	for _, test := range tests {
		got, refused := requirements.Refusal(test.x)
		if refused != test.want || got.Words != test.words || got.By != test.by {
			t.Errorf("%s: Refusal() = %+v, %t, want %q by %q, %t", test.name, got, refused, test.words, test.by, test.want)
		}
	}
}

func TestFindingsPointAtTheirEvidence(t *testing.T) {
	t.Parallel()
	call := one(says(push.NewCall, 200, xml, both), says(push.Hangup, 500, "", ""))
	call.ID = 7
	for _, j := range requirements.JudgeCall(call, receiver) {
		for _, f := range j.Findings {
			if f.Requirement != "push.hangup" || f.Call != 7 || f.Exchange != 1 {
				t.Errorf("finding %+v, want one of push.hangup in exchange 1 of call 7", f)
			}
		}
	}
	js := requirements.JudgeCall(one(says(push.NewCall, 200, xml, "<Response>\n  <Dial/></Response>")), receiver)
	for _, j := range js {
		for _, f := range j.Findings {
			if got, want := fmt.Sprintf("%s %d:%d", f.Requirement, f.Line, f.Column), "dial.target 2:3"; got != want {
				t.Errorf("the place of the finding is %s, want %s", got, want)
			}
		}
	}
}

func TestFindingOfARedirectNamesItsLocation(t *testing.T) {
	t.Parallel()
	x := says(push.NewCall, 301, "", "")
	x.Header = http.Header{"Location": {"https://receiver.example/other"}}
	for _, j := range requirements.JudgeCall(one(x), receiver) {
		for _, f := range j.Findings {
			if want := `status 301, Location "https://receiver.example/other"`; f.Got != want {
				t.Errorf("Got = %q, want %q", f.Got, want)
			}
		}
	}
}
