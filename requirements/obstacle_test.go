package requirements_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestGapsOfUnreadAndIgnoredResponsesNameTheirCauses(t *testing.T) {
	t.Parallel()
	badEncoding := exchange(push.NewCall, 200, xmlType, "")
	badEncoding.End = transcript.BadEncoding
	neverEnded := exchange(push.NewCall, 200, xmlType, "<Response>")
	neverEnded.End = transcript.NeverEnded
	entityDocument := `<!DOCTYPE Response [<!ENTITY a "b">]><Response>&a;</Response>`
	tests := []struct {
		name                      string
		x                         transcript.Exchange
		unreadCause, ignoredCause string
	}{
		{name: "subscriptions: no gap", x: exchange(push.NewCall, 200, xmlType, bothSubscriptions)},
		{name: "empty body: no gap", x: exchange(push.NewCall, 200, "", "")},
		{name: "empty body, status 204: no gap", x: exchange(push.NewCall, 204, "", "")},
		{name: "JSON: no gap", x: exchange(push.NewCall, 200, "application/json", `{"ok":true}`)},
		{name: "status 201: ignored", x: exchange(push.NewCall, 201, xmlType, bothSubscriptions), ignoredCause: "response.status"},
		{name: "status 201 and text/html: ignored", x: exchange(push.NewCall, 201, "text/html", bothSubscriptions), ignoredCause: "response.status"},
		{name: "text/html: ignored", x: exchange(push.NewCall, 200, "text/html", bothSubscriptions), ignoredCause: "response.content-type"},
		{name: "text/xml: no gap", x: exchange(push.NewCall, 200, "text/xml", bothSubscriptions)},
		{name: "a root in another letter case: ignored", x: exchange(push.NewCall, 200, xmlType, `<response onHangup="https://receiver.example/h"/>`), ignoredCause: "response.root"},
		{name: "status 207 and a Reject: ignored", x: exchange(push.NewCall, 207, xmlType, "<Response><Reject/></Response>"), ignoredCause: "response.status"},
		{name: "status 207 and a relative URL: ignored", x: exchange(push.NewCall, 207, xmlType, `<Response onHangup="/h"/>`), ignoredCause: "response.status"},
		{name: "status 207 and nothing asked for: no gap", x: exchange(push.NewCall, 207, xmlType, "<Response/>")},
		{name: "a root in another letter case and nothing asked for: no gap", x: exchange(push.NewCall, 200, xmlType, "<response/>")},
		{name: "text/html and nothing asked for: no gap", x: exchange(push.NewCall, 200, "text/html", "<Response/>")},
		{name: "another root: unread", x: exchange(push.NewCall, 200, xmlType, "<Reply/>"), unreadCause: "response.root"},
		{name: "Error document that names the signature: no gap", x: exchange(push.NewCall, 200, xmlType, `<Error message="invalid signature"/>`)},
		{name: "not well-formed: unread", x: exchange(push.NewCall, 200, xmlType, "<Response>"), unreadCause: "response.well-formed"},
		{name: "not well-formed, as text/html: unread", x: exchange(push.NewCall, 200, "text/html", "<Response>"), unreadCause: "response.well-formed"},
		{name: "response to a dtmf, not well-formed: unread", x: exchange(push.DTMF, 200, xmlType, "<Response>"), unreadCause: "response.well-formed"},
		{name: "an encoding that does not exist: unread", x: exchange(push.NewCall, 200, xmlType, `<?xml version="1.0" encoding="klingon"?><Response/>`), unreadCause: "response.readable-encoding"},
		{name: "body in another content encoding than declared: unread", x: badEncoding, unreadCause: "response.readable-encoding"},
		{name: "entities that the document declares: no gap", x: exchange(push.NewCall, 200, xmlType, entityDocument)},
		{name: "status 500, not well-formed: no gap", x: exchange(push.NewCall, 500, xmlType, "<Response>")},
		{name: "response to an answer, not well-formed: no gap", x: withDocument(exchange(push.Answer, 200, xmlType, "<Response>"))},
		{name: "response that never ended: no gap", x: neverEnded},
		{name: "response to an answer, status 201: no gap", x: withDocument(exchange(push.Answer, 201, "text/html", bothSubscriptions))},
	}
	for _, tt := range tests {
		firstCauseID := func(gaps []requirements.Gap) string {
			if len(gaps) == 0 {
				return ""
			}
			return gaps[0].CauseID
		}
		calls := []transcript.Call{callOf(tt.x)}
		got := [2]string{firstCauseID(requirements.GapsOfUnreadResponses(calls)), firstCauseID(requirements.GapsOfIgnoredResponses(calls))}
		if diff := cmp.Diff([2]string{tt.unreadCause, tt.ignoredCause}, got); diff != "" {
			t.Errorf("%s: causes of the gaps mismatch (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestEachCauseOfUnreadResponsesIsOneGap(t *testing.T) {
	t.Parallel()
	calls := []transcript.Call{
		callOf(exchange(push.NewCall, 200, xmlType, bothSubscriptions)),
		callOf(exchange(push.NewCall, 200, xmlType, "<Response>"), exchange(push.NewCall, 200, xmlType, "<Reply/>")),
		callOf(exchange(push.NewCall, 200, xmlType, "<Response>")),
	}
	var got []string
	for _, g := range requirements.GapsOfUnreadResponses(calls) {
		got = append(got, g.CauseID+": "+g.Reason)
	}
	const reason = ": a response could not be read, so what it asks for is not known"
	if diff := cmp.Diff([]string{"response.well-formed" + reason, "response.root" + reason}, got); diff != "" {
		t.Errorf("GapsOfUnreadResponses() mismatch (-want +got):\n%s", diff)
	}
}

func TestWholeCallIsAGapIfSipgateDoesNotActOnItsResponse(t *testing.T) {
	t.Parallel()
	notSubscribedCall := func(scenario string, x transcript.Exchange) transcript.Call {
		c := scenarioCall(scenario, x)
		c.NotSent = []transcript.NotSent{{Leg: "Doc", Push: push.Push{Event: push.Answer}, Reason: transcript.NotSubscribed}}
		return c
	}
	const notSubscribed = "not applicable: the receiver does not subscribe to the answer of such a call"
	gap := func(because string) string {
		return "gap: sipgate does not act on the response, so nothing followed from it; because " + because
	}
	tests := []struct {
		name, id, scenario, want string
		x                        transcript.Exchange
	}{
		{"text/html: gap", "call.answered", "incoming-answered", gap("response.content-type"), exchange(push.NewCall, 200, "text/html", bothSubscriptions)},
		{"status 201: gap", "call.answered", "incoming-answered", gap("response.status"), exchange(push.NewCall, 201, xmlType, bothSubscriptions)},
		{"not well-formed: gap", "call.answered", "incoming-answered", gap("response.well-formed"), exchange(push.NewCall, 200, xmlType, "<Response>")},
		{"empty Response: not applicable", "call.answered", "incoming-answered", notSubscribed, exchange(push.NewCall, 200, xmlType, "<Response/>")},
		{"menu as text/html: gap", "call.menu", "menu-digits", gap("response.content-type"), exchange(push.NewCall, 200, "text/html", `<Response><Gather onData="`+followUpURL+`"/></Response>`)},
	}
	laterResponseCall := scenarioCall("incoming-answered", exchange(push.NewCall, 200, xmlType, "<Response/>"), exchange(push.NewCall, 200, "text/html", bothSubscriptions))
	laterResponseCall.NotSent = []transcript.NotSent{{Leg: "Doc", Push: push.Push{Event: push.Answer}, Reason: transcript.NotSubscribed}}
	if got := describeJudgements(requirements.JudgeCall(laterResponseCall, receiver))["call.answered"]; got != gap("response.content-type") {
		t.Errorf("a later response as text/html: call.answered is %q, want a gap because of response.content-type", got)
	}
	for _, tt := range tests {
		if got := describeJudgements(requirements.JudgeCall(notSubscribedCall(tt.scenario, tt.x), receiver))[tt.id]; got != tt.want {
			t.Errorf("%s: %s is %q, want %q", tt.name, tt.id, got, tt.want)
		}
	}
}

func TestMissingOnHangupIsAFindingEvenIfSipgateDoesNotActOnTheResponse(t *testing.T) {
	t.Parallel()
	answerOnly := `<Response onAnswer="` + followUpURL + `"/>`
	for name, x := range map[string]transcript.Exchange{
		"text/html":                     exchange(push.NewCall, 200, "text/html", answerOnly),
		"status 201":                    exchange(push.NewCall, 201, xmlType, answerOnly),
		"a root in another letter case": exchange(push.NewCall, 200, xmlType, `<response onAnswer="`+followUpURL+`"/>`),
	} {
		if got := resultsExceptMet(requirements.JudgeCall(callOf(x), receiver))["following.hangup-too"]; got != "should" {
			t.Errorf("%s: following.hangup-too is %q, want should", name, got)
		}
	}
}

func TestStateAndSequenceCannotBeJudgedIfSipgateDoesNotActOnTheResponse(t *testing.T) {
	t.Parallel()
	textHTML := exchange(push.NewCall, 200, "text/html", bothSubscriptions)
	newCall := acceptedExchange(push.NewCall, "Doc", "1")
	textHTML.Leg, textHTML.Push = newCall.Leg, newCall.Push
	notSent := []transcript.NotSent{{Leg: "Doc", Push: push.Push{Event: push.Hangup, CallID: "1"}, Reason: transcript.NotSubscribed}}

	watchedCall := callWithStates("", []transcript.Exchange{textHTML}, "ringing")
	watchedCall.NotSent = notSent
	lateHangup := callFor("trouble.late-hangup", textHTML)
	lateHangup.NotSent = notSent
	for id, c := range map[string]transcript.Call{"state.ended": watchedCall, "trouble.late-hangup": lateHangup} {
		if got := describeJudgements(requirements.JudgeCall(c, receiver))[id]; got != "gap: sipgate does not act on the response, so nothing followed from it; because response.content-type" {
			t.Errorf("%s is %q, want a gap because of response.content-type", id, got)
		}
	}
}

func TestWellFormednessIsAGapIfDocumentCannotBeDecoded(t *testing.T) {
	t.Parallel()
	x := exchange(push.NewCall, 200, xmlType, `<?xml version="1.0" encoding="klingon"?><Response/>`)
	want := "gap: the body could not be decoded; because response.readable-encoding"
	if got := describeJudgements(requirements.JudgeCall(callOf(x), receiver))["response.well-formed"]; got != want {
		t.Errorf("response.well-formed is %q, want %q", got, want)
	}
}

func TestIgnoredResponseIsAGapOnlyIfItAsksForSomething(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		document string
		want     bool
	}{
		"empty Response: none":    {"<Response/>", false},
		"onAnswer only: one gap":  {`<Response onAnswer="` + followUpURL + `"/>`, true},
		"onHangup only: one gap":  {`<Response onHangup="` + followUpURL + `"/>`, true},
		"an action only: one gap": {"<Response><Reject/></Response>", true},
	} {
		got := requirements.GapsOfIgnoredResponses([]transcript.Call{callOf(exchange(push.NewCall, 201, xmlType, test.document))})
		if len(got) > 0 != test.want {
			t.Errorf("%s: %d gaps, want any: %t", name, len(got), test.want)
		}
	}
}
