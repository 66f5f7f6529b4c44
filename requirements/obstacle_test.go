package requirements_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestResponsesThatCouldNotBeReadAndThatSipgateDoesNotActOn(t *testing.T) {
	t.Parallel()
	undecodable := says(push.NewCall, 200, xml, "")
	undecodable.End = transcript.BadEncoding
	unended := says(push.NewCall, 200, xml, "<Response>")
	unended.End = transcript.NeverEnded
	deep := `<!DOCTYPE Response [<!ENTITY a "b">]><Response>&a;</Response>`
	tests := []struct {
		name             string
		x                transcript.Exchange
		unread, unheeded string
	}{
		{name: "a good response", x: says(push.NewCall, 200, xml, both)},
		{name: "no body", x: says(push.NewCall, 200, "", "")},
		{name: "no body, status 204", x: says(push.NewCall, 204, "", "")},
		{name: "JSON", x: says(push.NewCall, 200, "application/json", `{"ok":true}`)},
		{name: "status 201", x: says(push.NewCall, 201, xml, both), unheeded: "response.status"},
		{name: "status 201 and text/html", x: says(push.NewCall, 201, "text/html", both), unheeded: "response.status"},
		{name: "text/html", x: says(push.NewCall, 200, "text/html", both), unheeded: "response.content-type"},
		{name: "text/xml", x: says(push.NewCall, 200, "text/xml", both)},
		{name: "a root in another letter case", x: says(push.NewCall, 200, xml, `<response onHangup="https://receiver.example/h"/>`), unheeded: "response.root"},
		{name: "status 207 and a Reject", x: says(push.NewCall, 207, xml, "<Response><Reject/></Response>"), unheeded: "response.status"},
		{name: "status 207 and a relative URL", x: says(push.NewCall, 207, xml, `<Response onHangup="/h"/>`), unheeded: "response.status"},
		{name: "status 207 and nothing asked for", x: says(push.NewCall, 207, xml, "<Response/>")},
		{name: "a root in another letter case and nothing asked for", x: says(push.NewCall, 200, xml, "<response/>")},
		{name: "text/html and nothing asked for", x: says(push.NewCall, 200, "text/html", "<Response/>")},
		{name: "another root", x: says(push.NewCall, 200, xml, "<Reply/>"), unread: "response.root"},
		{name: "another root that refuses by name", x: says(push.NewCall, 200, xml, `<Error message="invalid signature"/>`)},
		{name: "not well-formed", x: says(push.NewCall, 200, xml, "<Response>"), unread: "response.well-formed"},
		{name: "not well-formed, as text/html", x: says(push.NewCall, 200, "text/html", "<Response>"), unread: "response.well-formed"},
		{name: "digits", x: says(push.DTMF, 200, xml, "<Response>"), unread: "response.well-formed"},
		{name: "an encoding that does not exist", x: says(push.NewCall, 200, xml, `<?xml version="1.0" encoding="klingon"?><Response/>`), unread: "response.readable-encoding"},
		{name: "a content encoding that is not true", x: undecodable, unread: "response.readable-encoding"},
		{name: "entities of its own are not expanded, which is no fault", x: says(push.NewCall, 200, xml, deep)},
		{name: "a refused push", x: says(push.NewCall, 500, xml, "<Response>")},
		{name: "a response that is discarded and not well-formed", x: withDocument(says(push.Answer, 200, xml, "<Response>"))},
		{name: "a response that did not end", x: unended},
		{name: "a response that is discarded", x: withDocument(says(push.Answer, 201, "text/html", both))},
	}
	for _, tt := range tests {
		because := func(gaps []requirements.Gap) string {
			if len(gaps) == 0 {
				return ""
			}
			return gaps[0].Because
		}
		calls := []transcript.Call{one(tt.x)}
		got := [2]string{because(requirements.Unread(calls)), because(requirements.Unheeded(calls))}
		if diff := cmp.Diff([2]string{tt.unread, tt.unheeded}, got); diff != "" {
			t.Errorf("%s: Unread and Unheeded mismatch (-want +got):\n%s", tt.name, diff)
		}
	}
}

func TestUnreadListsEachRequirementOnce(t *testing.T) {
	t.Parallel()
	calls := []transcript.Call{
		one(says(push.NewCall, 200, xml, both)),
		one(says(push.NewCall, 200, xml, "<Response>"), says(push.NewCall, 200, xml, "<Reply/>")),
		one(says(push.NewCall, 200, xml, "<Response>")),
	}
	var got []string
	for _, g := range requirements.Unread(calls) {
		got = append(got, g.Because+": "+g.Reason)
	}
	const reason = ": a response could not be read, so what it asks for is not known"
	if diff := cmp.Diff([]string{"response.well-formed" + reason, "response.root" + reason}, got); diff != "" {
		t.Errorf("Unread() mismatch (-want +got):\n%s", diff)
	}
}

func TestWholeCallIsUndeterminedIfSipgateDoesNotActOnItsResponse(t *testing.T) {
	t.Parallel()
	call := func(scenario string, x transcript.Exchange) transcript.Call {
		c := in(scenario, x)
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
		{"text/html", "call.answered", "incoming-answered", gap("response.content-type"), says(push.NewCall, 200, "text/html", both)},
		{"status 201", "call.answered", "incoming-answered", gap("response.status"), says(push.NewCall, 201, xml, both)},
		{"not well-formed", "call.answered", "incoming-answered", gap("response.well-formed"), says(push.NewCall, 200, xml, "<Response>")},
		{"nothing asked for", "call.answered", "incoming-answered", notSubscribed, says(push.NewCall, 200, xml, "<Response/>")},
		{"a menu, text/html", "call.menu", "menu-digits", gap("response.content-type"), says(push.NewCall, 200, "text/html", `<Response><Gather onData="`+followUp+`"/></Response>`)},
	}
	later := in("incoming-answered", says(push.NewCall, 200, xml, "<Response/>"), says(push.NewCall, 200, "text/html", both))
	later.NotSent = []transcript.NotSent{{Leg: "Doc", Push: push.Push{Event: push.Answer}, Reason: transcript.NotSubscribed}}
	if got := inWords(requirements.JudgeCall(later, receiver))["call.answered"]; got != gap("response.content-type") {
		t.Errorf("a later response as text/html: call.answered is %q, want a gap because of response.content-type", got)
	}
	for _, tt := range tests {
		if got := inWords(requirements.JudgeCall(call(tt.scenario, tt.x), receiver))[tt.id]; got != tt.want {
			t.Errorf("%s: %s is %q, want %q", tt.name, tt.id, got, tt.want)
		}
	}
}

func TestPairOfSubscriptionsIsJudgedAlthoughSipgateDoesNotActOnIt(t *testing.T) {
	t.Parallel()
	answers := `<Response onAnswer="` + followUp + `"/>`
	for name, x := range map[string]transcript.Exchange{
		"text/html":                     says(push.NewCall, 200, "text/html", answers),
		"status 201":                    says(push.NewCall, 201, xml, answers),
		"a root in another letter case": says(push.NewCall, 200, xml, `<response onAnswer="`+followUp+`"/>`),
	} {
		if got := exceptMet(requirements.JudgeCall(one(x), receiver))["following.hangup-too"]; got != "should" {
			t.Errorf("%s: following.hangup-too is %q, want should", name, got)
		}
	}
}

func TestStateAndTroubleAreUndeterminedIfSipgateDoesNotActOnTheResponse(t *testing.T) {
	t.Parallel()
	page := says(push.NewCall, 200, "text/html", both)
	ring := pushed(push.NewCall, "Doc", "1")
	page.Leg, page.Push = ring.Leg, ring.Push
	unsent := []transcript.NotSent{{Leg: "Doc", Push: push.Push{Event: push.Hangup, CallID: "1"}, Reason: transcript.NotSubscribed}}

	watching := watched("", []transcript.Exchange{page}, "ringing")
	watching.NotSent = unsent
	late := about("trouble.late-hangup", page)
	late.NotSent = unsent
	for id, c := range map[string]transcript.Call{"state.ended": watching, "trouble.late-hangup": late} {
		if got := inWords(requirements.JudgeCall(c, receiver))[id]; got != "gap: sipgate does not act on the response, so nothing followed from it; because response.content-type" {
			t.Errorf("%s is %q, want a gap because of response.content-type", id, got)
		}
	}
}

func TestDocumentThatCannotBeDecodedIsNotWellFormed(t *testing.T) {
	t.Parallel()
	x := says(push.NewCall, 200, xml, `<?xml version="1.0" encoding="klingon"?><Response/>`)
	want := "gap: the body could not be decoded; because response.readable-encoding"
	if got := inWords(requirements.JudgeCall(one(x), receiver))["response.well-formed"]; got != want {
		t.Errorf("response.well-formed is %q, want %q", got, want)
	}
}

func TestIgnoredResponseHidesWhatFollowsIfItAsksForSomething(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		document string
		want     bool
	}{
		"it asks for nothing": {"<Response/>", false},
		"onAnswer only":       {`<Response onAnswer="` + followUp + `"/>`, true},
		"onHangup only":       {`<Response onHangup="` + followUp + `"/>`, true},
		"an action only":      {"<Response><Reject/></Response>", true},
	} {
		got := requirements.Unheeded([]transcript.Call{one(says(push.NewCall, 201, xml, test.document))})
		if len(got) > 0 != test.want {
			t.Errorf("%s: %d gaps, want some: %t", name, len(got), test.want)
		}
	}
}
