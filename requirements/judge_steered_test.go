package requirements_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

const (
	rejectResponse = `<Response onHangup="` + followUpURL + `"><Reject/></Response>`
	gatherResponse = `<Response onAnswer="` + followUpURL + `" onHangup="` + followUpURL + `"><Gather onData="` + followUpURL + `"/></Response>`
)

func withCause(cause push.Cause) func(*transcript.Exchange) {
	return func(x *transcript.Exchange) { x.Push.Cause = cause }
}

func TestSteeredCallIsMetIfPushesAfterTheActionAreAccepted(t *testing.T) {
	t.Parallel()
	const id = "call.steered"
	noAnswerHangup := func(status int) transcript.Exchange {
		return exchange(push.Hangup, status, "", "", withCause(push.NoAnswer))
	}
	tests := []struct {
		name, why string
		call      transcript.Call
		want      string
		met       bool
	}{
		{"hangup accepted: met", "", transcript.Call{Exchanges: []transcript.Exchange{exchange(push.NewCall, 200, xmlType, rejectResponse), noAnswerHangup(200)}}, "", true},
		{"hangup refused: finding", "the receiver may refuse every hangup", transcript.Call{Exchanges: []transcript.Exchange{exchange(push.NewCall, 200, xmlType, rejectResponse), noAnswerHangup(500)}},
			"must unless push.hangup-causes, push.hangup, call.unanswered", false},
		{"hangup gets status 404: finding", "", transcript.Call{Exchanges: []transcript.Exchange{exchange(push.NewCall, 200, xmlType, rejectResponse), noAnswerHangup(404)}},
			"must unless following.reachable, call.unanswered", false},
		{"no subscription: not applicable", "the receiver does not have to subscribe", transcript.Call{
			Exchanges: []transcript.Exchange{exchange(push.NewCall, 200, xmlType, "<Response><Reject/></Response>")},
			NotSent:   []transcript.NotSent{{Push: push.Push{Event: push.Hangup}, Reason: transcript.NotSubscribed}},
		}, "not applicable: the receiver does not subscribe to the pushes that follow its action", false},
		{"unusable follow-up URL: gap", "", transcript.Call{
			Exchanges: []transcript.Exchange{exchange(push.NewCall, 200, xmlType, rejectResponse)},
			NotSent:   []transcript.NotSent{{Push: push.Push{Event: push.Hangup}, Reason: transcript.UnusableURL}},
		}, "gap because following.hangup-url", false},
		{"hangup after an odd push accepted: met", "the odd push led the receiver to steer the call", transcript.Call{RequirementID: "push.anonymous-caller",
			Exchanges: []transcript.Exchange{exchange(push.NewCall, 200, xmlType, rejectResponse, asOdd), noAnswerHangup(200)}}, "", true},
		{"answer of a redirected call accepted: met", "the hangup of a redirected call is not needed", transcript.Call{
			Exchanges: []transcript.Exchange{exchange(push.NewCall, 200, xmlType, `<Response onAnswer="`+followUpURL+`"><Dial><Number>4921199999999</Number></Dial></Response>`), exchange(push.Answer, 200, "", "")},
			NotSent:   []transcript.NotSent{{Push: push.Push{Event: push.Hangup}, Reason: transcript.NotSubscribed}},
		}, "", true},
		{"call for a requirement about states: not judged", "the pushes of such a call are not plain", transcript.Call{RequirementID: requirements.StateRepeatedPushes,
			Exchanges: []transcript.Exchange{exchange(push.NewCall, 200, xmlType, rejectResponse), noAnswerHangup(200)}}, "", false},
		{"sequence: not judged", "judgeSequence judges the pushes of such a call", transcript.Call{RequirementID: "trouble.duplicate-push",
			Exchanges: []transcript.Exchange{exchange(push.NewCall, 200, xmlType, rejectResponse), noAnswerHangup(200)}}, "", false},
	}
	for _, test := range tests {
		test.call.ID, test.call.Scenario, test.call.Steered, test.call.Complete = 1, "incoming-answered", true, true
		js := requirements.JudgeCall(test.call, receiver)
		met := false
		for _, j := range js {
			met = met || j.Requirement == id && j.TimesJudged > 0 && len(j.Findings) == 0
		}
		if got := resultsExceptMet(js)[id]; got != test.want || met != test.met {
			t.Errorf("%s: %s: %q, met %t, want %q, %t", test.name, test.why, got, met, test.want, test.met)
		}
		if got := resultsExceptMet(js)["push.hangup"]; strings.HasPrefix(got, "must") {
			t.Errorf("%s: push.hangup is %q as well, want nothing: the call is judged as a whole", test.name, got)
		}
	}
}

func TestSteeredCallThatWasNotPlayedToItsEndIsNotJudged(t *testing.T) {
	t.Parallel()
	c := transcript.Call{ID: 1, Scenario: "incoming-answered", Steered: true, Exchanges: []transcript.Exchange{exchange(push.NewCall, 200, xmlType, rejectResponse), exchange(push.Hangup, 200, "", "")}}
	if got := summarize(requirements.JudgeCall(c, receiver), "call.steered"); got != nil {
		t.Errorf("%q, want nothing, because the rest of the call is unknown", got)
	}
}

func TestReasonDescribesHowReceiverSteersCalls(t *testing.T) {
	t.Parallel()
	newCall := []transcript.Exchange{exchange(push.NewCall, 200, xmlType, rejectResponse)}
	rejectedLeg := func(leg string) []transcript.Skipped {
		return []transcript.Skipped{{Leg: leg, Reason: "the receiver rejects the call", ReceiverAction: "rejects"}}
	}
	skippedAfterAnswer := []transcript.Skipped{{Leg: "Doc", Reason: "the call was answered before"}}
	tests := []struct {
		name      string
		exchanges []transcript.Exchange
		skipped   []transcript.Skipped
		want      string
	}{
		{"first leg rejected", newCall, rejectedLeg("Doc"), "the receiver rejects every call"},
		{"second leg rejected", newCall, rejectedLeg("Marty"), "the receiver rejects every call to Marty"},
		{"no push skipped", newCall, nil, "the receiver steers every such call itself"},
		{"push skipped for another reason", newCall, skippedAfterAnswer, "the receiver steers every such call itself"},
		{"push skipped for another reason, then first leg rejected", newCall, append(skippedAfterAnswer, rejectedLeg("Doc")...), "the receiver rejects every call"},
		{"no push sent, first leg rejected", nil, rejectedLeg("Doc"), "the receiver rejects every call"},
	}
	for _, test := range tests {
		c := transcript.Call{ID: 1, Scenario: "incoming-answered", Steered: true, Exchanges: test.exchanges, Skipped: test.skipped}
		want := []string{"call.answered: not applicable: " + test.want + "; name a number that the receiver lets through, --numbers through=NUMBER"}
		if diff := cmp.Diff(want, summarize(requirements.JudgeCall(c, receiver), "call.answered")); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestMenuCallIsMetIfReceiverGathersAndAcceptsEveryPush(t *testing.T) {
	t.Parallel()
	const id = "call.menu"
	keys := "1"
	pressedKeys := func(status int) transcript.Exchange {
		return exchange(push.DTMF, status, xmlType, bothSubscriptions, func(x *transcript.Exchange) { x.Push.Digits = &keys })
	}
	tests := []struct {
		name   string
		change func(*transcript.Call)
		want   map[string]string
		met    bool
	}{
		{"every push accepted: met", func(*transcript.Call) {}, nil, true},
		{"call steered after the dtmf: met", func(c *transcript.Call) { c.Steered = true }, nil, true},
		{"dtmf refused: finding", func(c *transcript.Call) { c.Exchanges[1] = pressedKeys(500) },
			map[string]string{id: "must unless push.dtmf", "push.dtmf": "must"}, false},
		{"dtmf gets status 404: finding", func(c *transcript.Call) { c.Exchanges[1] = pressedKeys(404) },
			map[string]string{id: "must unless following.reachable", "following.reachable": "must", "push.dtmf": "gap because following.reachable"}, false},
		{"hangup refused: finding", func(c *transcript.Call) { c.Exchanges[3] = exchange(push.Hangup, 500, "", "") },
			map[string]string{id: "must unless push.hangup"}, false},
		{"onData with an unusable URL: gap", func(c *transcript.Call) {
			c.Exchanges = c.Exchanges[:1]
			c.NotSent = []transcript.NotSent{{Push: push.Push{Event: push.DTMF}, Reason: transcript.UnusableURL}}
		}, map[string]string{id: "gap because gather.ondata", "push.dtmf": "gap because gather.ondata"}, false},
		{"onHangup with an unusable URL: gap", func(c *transcript.Call) {
			c.Exchanges = c.Exchanges[:3]
			c.NotSent = []transcript.NotSent{{Push: push.Push{Event: push.Hangup}, Reason: transcript.UnusableURL}}
		}, map[string]string{id: "gap because following.hangup-url", "push.hangup": "gap because following.hangup-url"}, false},
		{"no onAnswer: met", func(c *transcript.Call) {
			c.NotSent = []transcript.NotSent{{Push: push.Push{Event: push.Answer}, Reason: transcript.NotSubscribed}}
		}, nil, true},
		{"call not played to its end: not judged", func(c *transcript.Call) { c.Complete = false }, nil, false},
		{"no Gather: not applicable", func(c *transcript.Call) { c.Exchanges = append(c.Exchanges[:1:1], c.Exchanges[2:]...) },
			map[string]string{id: "not applicable: the receiver gathers no digits in such a call; name a number at which it does, --numbers gather=NUMBER"}, false},
		{"call rejected: not applicable", func(c *transcript.Call) {
			c.Exchanges, c.Steered = c.Exchanges[:1], true
			c.Skipped = []transcript.Skipped{{Leg: "Doc", Reason: "the receiver rejects the call", ReceiverAction: "rejects"}}
		}, map[string]string{id: "not applicable: the receiver rejects every call; name a number at which it gathers digits, --numbers gather=NUMBER",
			"call.steered": "not applicable: the receiver does not subscribe to the pushes that follow its action"}, false},
	}
	for _, test := range tests {
		c := transcript.Call{ID: 1, Scenario: "menu-digits", Complete: true, Exchanges: []transcript.Exchange{
			exchange(push.NewCall, 200, xmlType, gatherResponse), pressedKeys(200), exchange(push.Answer, 200, "", ""), exchange(push.Hangup, 200, "", "")}}
		test.change(&c)
		js := requirements.JudgeCall(c, receiver)
		if test.want == nil {
			test.want = map[string]string{}
		}
		if diff := cmp.Diff(test.want, resultsExceptMet(js)); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
		met := false
		for _, j := range js {
			met = met || j.Requirement == id && j.TimesJudged > 0 && len(j.Findings) == 0
		}
		if met != test.met {
			t.Errorf("%s: call.menu is met: %t, want %t", test.name, met, test.met)
		}
	}
}

func TestRefusedPushOfAGroupOrInternalCallIsAFindingOfTheCallOnly(t *testing.T) {
	t.Parallel()
	withUsers := func(names ...string) func(*transcript.Exchange) {
		return func(x *transcript.Exchange) {
			x.Push.Users = names
			if names[0] == "voicemail" {
				x.Push.UserIDs, x.Push.FullUserIDs, x.Push.AnsweringNumber = nil, nil, ""
			}
		}
	}
	withOutgoing := func(x *transcript.Exchange) { x.Push.Direction = push.Outgoing }
	tests := []struct {
		name, scenario string
		x              transcript.Exchange
		want           map[string]string
	}{
		{"newCall of a group refused", "group-answered", exchange(push.NewCall, 500, "", "", withUsers("Doc", "Marty")),
			map[string]string{"call.group": "must unless push.newcall, push.group-call"}},
		{"answer of a group refused", "group-answered", exchange(push.Answer, 500, "", "", withUsers("Marty")), map[string]string{"call.group": "must unless push.answer"}},
		{"incoming newCall of an internal call refused", "internal-answered", exchange(push.NewCall, 500, "", ""), map[string]string{"call.internal": "must unless push.newcall"}},
		{"outgoing newCall of an internal call refused", "internal-answered", exchange(push.NewCall, 500, "", "", withOutgoing), map[string]string{"call.internal": "must unless push.outgoing, push.newcall"}},
		{"hangup of an internal call refused", "internal-no-answer", exchange(push.Hangup, 500, "", "", withCause(push.NoAnswer)),
			map[string]string{"call.internal": "must unless push.hangup-causes, push.hangup, call.unanswered"}},
		{"answer of the voicemail refused", "forward-to-voicemail", exchange(push.Answer, 500, "", "", withUsers("voicemail"), asSecondLeg),
			map[string]string{"call.voicemail": "must unless push.answer, push.answer-without-user, push.answering-number, push.diversion, call.forward-busy"}},
	}
	for _, test := range tests {
		c := transcript.Call{ID: 1, Scenario: test.scenario, Complete: true, Exchanges: []transcript.Exchange{test.x}}
		if diff := cmp.Diff(test.want, resultsExceptMet(requirements.JudgeCall(c, receiver))); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestStatus404ForADTMFOfASteeredCallIsAFindingOfTheOnDataURL(t *testing.T) {
	t.Parallel()
	c := scenarioCall("own", exchange(push.NewCall, 200, xmlType, gatherResponse), exchange(push.DTMF, 404, "", ""))
	c.Steered = true
	got := resultsExceptMet(requirements.JudgeCall(c, receiver))
	if want := "must"; got["following.reachable"] != want {
		t.Errorf("following.reachable is %q, want %q", got["following.reachable"], want)
	}
}
