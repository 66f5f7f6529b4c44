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
	rejects = `<Response onHangup="` + followUp + `"><Reject/></Response>`
	gathers = `<Response onAnswer="` + followUp + `" onHangup="` + followUp + `"><Gather onData="` + followUp + `"/></Response>`
)

func endsBy(cause push.Cause) func(*transcript.Exchange) {
	return func(x *transcript.Exchange) { x.Push.Cause = cause }
}

func TestPushesThatFollowFromTheReceiversActionAreJudged(t *testing.T) {
	t.Parallel()
	const id = "call.steered"
	hungUp := func(status int) transcript.Exchange { return says(push.Hangup, status, "", "", endsBy(push.NoAnswer)) }
	tests := []struct {
		name, why string
		call      transcript.Call
		want      string
		met       bool
	}{
		{"the hangup accepted", "", transcript.Call{Exchanges: []transcript.Exchange{says(push.NewCall, 200, xml, rejects), hungUp(200)}}, "", true},
		{"the hangup refused", "it may be refused by itself", transcript.Call{Exchanges: []transcript.Exchange{says(push.NewCall, 200, xml, rejects), hungUp(500)}},
			"must unless push.hangup-causes, push.hangup, call.unanswered", false},
		{"the hangup gets 404", "", transcript.Call{Exchanges: []transcript.Exchange{says(push.NewCall, 200, xml, rejects), hungUp(404)}},
			"must unless following.reachable, call.unanswered", false},
		{"no subscription", "the receiver is free not to", transcript.Call{
			Exchanges: []transcript.Exchange{says(push.NewCall, 200, xml, "<Response><Reject/></Response>")},
			NotSent:   []transcript.NotSent{{Push: push.Push{Event: push.Hangup}, Reason: transcript.NotSubscribed}},
		}, "not applicable: the receiver does not subscribe to the pushes that follow its action", false},
		{"an unusable follow-up URL", "", transcript.Call{
			Exchanges: []transcript.Exchange{says(push.NewCall, 200, xml, rejects)},
			NotSent:   []transcript.NotSent{{Push: push.Push{Event: push.Hangup}, Reason: transcript.UnusableURL}},
		}, "gap because following.hangup-url", false},
		{"after an odd push", "which made the receiver do so", transcript.Call{Stimulus: "push.anonymous-caller",
			Exchanges: []transcript.Exchange{says(push.NewCall, 200, xml, rejects, odd), hungUp(200)}}, "", true},
		{"the answer accepted", "after a redirect the end need not be awaited", transcript.Call{
			Exchanges: []transcript.Exchange{says(push.NewCall, 200, xml, `<Response onAnswer="`+followUp+`"><Dial><Number>4921199999999</Number></Dial></Response>`), says(push.Answer, 200, "", "")},
			NotSent:   []transcript.NotSent{{Push: push.Push{Event: push.Hangup}, Reason: transcript.NotSubscribed}},
		}, "", true},
		{"in a call that is played for its states", "its pushes are not plain ones", transcript.Call{Stimulus: requirements.StateOnce,
			Exchanges: []transcript.Exchange{says(push.NewCall, 200, xml, rejects), hungUp(200)}}, "", false},
		{"in a call about trouble", "that is another matter", transcript.Call{Stimulus: "trouble.duplicate-push",
			Exchanges: []transcript.Exchange{says(push.NewCall, 200, xml, rejects), hungUp(200)}}, "", false},
	}
	for _, test := range tests {
		test.call.ID, test.call.Scenario, test.call.Steered, test.call.Complete = 1, "incoming-answered", true, true
		js := requirements.JudgeCall(test.call, receiver)
		met := false
		for _, j := range js {
			met = met || j.Requirement == id && j.Judged > 0 && len(j.Findings) == 0
		}
		if got := exceptMet(js)[id]; got != test.want || met != test.met {
			t.Errorf("%s: %s: %q, met %t, want %q, %t", test.name, test.why, got, met, test.want, test.met)
		}
		if got := exceptMet(js)["push.hangup"]; strings.HasPrefix(got, "must") {
			t.Errorf("%s: push.hangup is %q as well, want nothing: the call is judged as a whole", test.name, got)
		}
	}
}

func TestSteeredCallThatWasCutOffIsNotJudged(t *testing.T) {
	t.Parallel()
	c := transcript.Call{ID: 1, Scenario: "incoming-answered", Steered: true, Exchanges: []transcript.Exchange{says(push.NewCall, 200, xml, rejects), says(push.Hangup, 200, "", "")}}
	if got := summaries(requirements.JudgeCall(c, receiver), "call.steered"); got != nil {
		t.Errorf("%q, want nothing, because the rest of the call is unknown", got)
	}
}

func TestReasonDescribesWhatTheReceiverDoesWithEveryCall(t *testing.T) {
	t.Parallel()
	ring := []transcript.Exchange{says(push.NewCall, 200, xml, rejects)}
	turned := func(leg string) []transcript.Skipped {
		return []transcript.Skipped{{Leg: leg, Reason: "the receiver rejects the call", ReceiverAction: "rejects"}}
	}
	early := []transcript.Skipped{{Leg: "Doc", Reason: "the call was answered before"}}
	tests := []struct {
		name      string
		exchanges []transcript.Exchange
		skipped   []transcript.Skipped
		want      string
	}{
		{"the first leg", ring, turned("Doc"), "the receiver rejects every call"},
		{"a later leg", ring, turned("Marty"), "the receiver rejects every call to Marty"},
		{"nothing left out", ring, nil, "the receiver steers every such call itself"},
		{"left out for another reason", ring, early, "the receiver steers every such call itself"},
		{"left out for another reason first", ring, append(early, turned("Doc")...), "the receiver rejects every call"},
		{"no push sent", nil, turned("Doc"), "the receiver rejects every call"},
	}
	for _, test := range tests {
		c := transcript.Call{ID: 1, Scenario: "incoming-answered", Steered: true, Exchanges: test.exchanges, Skipped: test.skipped}
		want := []string{"call.answered: not applicable: " + test.want + "; name a number that it lets through, --numbers through=NUMBER"}
		if diff := cmp.Diff(want, summaries(requirements.JudgeCall(c, receiver), "call.answered")); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestAMenuIsJudgedFromTheGatherToTheEnd(t *testing.T) {
	t.Parallel()
	const id = "call.menu"
	keys := "1"
	pressed := func(status int) transcript.Exchange {
		return says(push.DTMF, status, xml, both, func(x *transcript.Exchange) { x.Push.Digits = &keys })
	}
	tests := []struct {
		name   string
		change func(*transcript.Call)
		want   map[string]string
		met    bool
	}{
		{"all accepted", func(*transcript.Call) {}, nil, true},
		{"the next response steers", func(c *transcript.Call) { c.Steered = true }, nil, true},
		{"the digits refused", func(c *transcript.Call) { c.Exchanges[1] = pressed(500) },
			map[string]string{id: "must unless push.dtmf", "push.dtmf": "must"}, false},
		{"the digits get 404", func(c *transcript.Call) { c.Exchanges[1] = pressed(404) },
			map[string]string{id: "must unless following.reachable", "following.reachable": "must", "push.dtmf": "gap because following.reachable"}, false},
		{"the hangup refused", func(c *transcript.Call) { c.Exchanges[3] = says(push.Hangup, 500, "", "") },
			map[string]string{id: "must unless push.hangup"}, false},
		{"no URL for the digits", func(c *transcript.Call) {
			c.Exchanges = c.Exchanges[:1]
			c.NotSent = []transcript.NotSent{{Push: push.Push{Event: push.DTMF}, Reason: transcript.UnusableURL}}
		}, map[string]string{id: "gap because gather.ondata", "push.dtmf": "gap because gather.ondata"}, false},
		{"a hangup that could not be sent", func(c *transcript.Call) {
			c.Exchanges = c.Exchanges[:3]
			c.NotSent = []transcript.NotSent{{Push: push.Push{Event: push.Hangup}, Reason: transcript.UnusableURL}}
		}, map[string]string{id: "gap because following.hangup-url", "push.hangup": "gap because following.hangup-url"}, false},
		{"an answer without subscription", func(c *transcript.Call) {
			c.NotSent = []transcript.NotSent{{Push: push.Push{Event: push.Answer}, Reason: transcript.NotSubscribed}}
		}, nil, true},
		{"cut off: no judgement", func(c *transcript.Call) { c.Complete = false }, nil, false},
		{"nothing gathered", func(c *transcript.Call) { c.Exchanges = append(c.Exchanges[:1:1], c.Exchanges[2:]...) },
			map[string]string{id: "not applicable: the receiver gathers no digits in such a call; name a number at which it does, --numbers gather=NUMBER"}, false},
		{"rejected", func(c *transcript.Call) {
			c.Exchanges, c.Steered = c.Exchanges[:1], true
			c.Skipped = []transcript.Skipped{{Leg: "Doc", Reason: "the receiver rejects the call", ReceiverAction: "rejects"}}
		}, map[string]string{id: "not applicable: the receiver rejects every call; name a number at which it gathers digits, --numbers gather=NUMBER",
			"call.steered": "not applicable: the receiver does not subscribe to the pushes that follow its action"}, false},
	}
	for _, test := range tests {
		c := transcript.Call{ID: 1, Scenario: "menu-digits", Complete: true, Exchanges: []transcript.Exchange{
			says(push.NewCall, 200, xml, gathers), pressed(200), says(push.Answer, 200, "", ""), says(push.Hangup, 200, "", "")}}
		test.change(&c)
		js := requirements.JudgeCall(c, receiver)
		if test.want == nil {
			test.want = map[string]string{}
		}
		if diff := cmp.Diff(test.want, exceptMet(js)); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
		met := false
		for _, j := range js {
			met = met || j.Requirement == id && j.Judged > 0 && len(j.Findings) == 0
		}
		if met != test.met {
			t.Errorf("%s: call.menu is met: %t, want %t", test.name, met, test.met)
		}
	}
}

func TestRefusedPushOfAGroupOrColleagueIsAFindingOfTheCallOnly(t *testing.T) {
	t.Parallel()
	users := func(names ...string) func(*transcript.Exchange) {
		return func(x *transcript.Exchange) {
			x.Push.Users = names
			if names[0] == "voicemail" {
				x.Push.UserIDs, x.Push.FullUserIDs, x.Push.AnsweringNumber = nil, nil, ""
			}
		}
	}
	out := func(x *transcript.Exchange) { x.Push.Direction = push.Outgoing }
	tests := []struct {
		name, scenario string
		x              transcript.Exchange
		want           map[string]string
	}{
		{"a group's newCall", "group-answered", says(push.NewCall, 500, "", "", users("Doc", "Marty")),
			map[string]string{"call.group": "must unless push.newcall, push.group-call"}},
		{"a group's answer", "group-answered", says(push.Answer, 500, "", "", users("Marty")), map[string]string{"call.group": "must unless push.answer"}},
		{"a colleague's newCall", "internal-answered", says(push.NewCall, 500, "", ""), map[string]string{"call.internal": "must unless push.newcall"}},
		{"the outgoing one", "internal-answered", says(push.NewCall, 500, "", "", out), map[string]string{"call.internal": "must unless push.outgoing, push.newcall"}},
		{"a colleague's hangup", "internal-no-answer", says(push.Hangup, 500, "", "", endsBy(push.NoAnswer)),
			map[string]string{"call.internal": "must unless push.hangup-causes, push.hangup, call.unanswered"}},
		{"the voicemail's answer", "forward-to-voicemail", says(push.Answer, 500, "", "", users("voicemail"), secondLeg),
			map[string]string{"call.voicemail": "must unless push.answer, push.answer-without-user, push.answering-number, push.diversion, call.forward-busy"}},
	}
	for _, test := range tests {
		c := transcript.Call{ID: 1, Scenario: test.scenario, Complete: true, Exchanges: []transcript.Exchange{test.x}}
		if diff := cmp.Diff(test.want, exceptMet(requirements.JudgeCall(c, receiver))); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestDigitsOfASteeredCallRefusedWith404AreAFindingOfTheirURL(t *testing.T) {
	t.Parallel()
	c := in("own", says(push.NewCall, 200, xml, gathers), says(push.DTMF, 404, "", ""))
	c.Steered = true
	got := exceptMet(requirements.JudgeCall(c, receiver))
	if want := "must"; got["following.reachable"] != want {
		t.Errorf("following.reachable is %q, want %q", got["following.reachable"], want)
	}
}
