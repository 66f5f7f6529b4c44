package call_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
)

// destination is a push with the URL that it is sent to, or the reason why it is withheld.
type destination struct {
	Event    push.Event
	URL      string
	Withheld call.WithheldReason
	Unusable string
}

func destinations(steps []call.Step) []destination {
	var all []destination
	for _, s := range steps {
		all = append(all, destination{s.Push.Event, s.URL, s.Withheld, s.UnusableURLText})
	}
	return all
}

func TestFollowUpsGoToTheURLsOfTheNewCallResponse(t *testing.T) {
	t.Parallel()
	newCall := destination{Event: push.NewCall, URL: incoming}
	tests := []struct {
		name, response string
		want           []destination
	}{
		{"no response that sipgate reads", "", []destination{newCall, {Event: push.Answer, Withheld: call.NotSubscribed}, {Event: push.Hangup, Withheld: call.NotSubscribed}}},
		{"a Response without URLs", "<Response/>", []destination{newCall, {Event: push.Answer, Withheld: call.NotSubscribed}, {Event: push.Hangup, Withheld: call.NotSubscribed}}},
		{"a Response with onAnswer and onHangup", subscribed, []destination{newCall, {Event: push.Answer, URL: answers}, {Event: push.Hangup, URL: hangups}}},
		{"a Response with onHangup only", `<Response onHangup="` + hangups + `"/>`, []destination{newCall, {Event: push.Answer, Withheld: call.NotSubscribed}, {Event: push.Hangup, URL: hangups}}},
		{"a relative onAnswer", `<Response onAnswer="/answer" onHangup="` + hangups + `"/>`,
			[]destination{newCall, {Event: push.Answer, Withheld: call.UnusableURL, Unusable: "/answer"}, {Event: push.Hangup, URL: hangups}}},
		{"an empty onHangup", `<Response onAnswer="` + answers + `" onHangup=""/>`,
			[]destination{newCall, {Event: push.Answer, URL: answers}, {Event: push.Hangup, Withheld: call.UnusableURL}}},
		{"onHangUp instead of onHangup", `<Response onHangUp="` + hangups + `"/>`, []destination{newCall, {Event: push.Answer, Withheld: call.NotSubscribed}, {Event: push.Hangup, Withheld: call.NotSubscribed}}},
		{"subscriptions and an invalid action", withAction("<Dial/>"), []destination{newCall, {Event: push.Answer, URL: answers}, {Event: push.Hangup, URL: hangups}}},
		{"XML that is not well-formed", subscribed + "<", []destination{newCall, {Event: push.Answer, Withheld: call.NotSubscribed}, {Event: push.Hangup, Withheld: call.NotSubscribed}}},
	}
	for _, test := range tests {
		steps := playOut(t, call.New(builtin(t, "incoming-answered"), options()), always(test.response))
		if diff := cmp.Diff(test.want, destinations(steps)); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestResponseToADTMFPushReplacesOnlyTheURLsThatItNames(t *testing.T) {
	t.Parallel()
	const later = "https://receiver.example/later"
	first := withAction(gatherFour)
	gathered := []destination{{Event: push.NewCall, URL: incoming}, {Event: push.DTMF, URL: "https://receiver.example/digits"}}
	tests := []struct {
		name, second string
		want         []destination
	}{
		{"a Response without URLs", "<Response/>", []destination{{Event: push.Answer, URL: answers}, {Event: push.Hangup, URL: hangups}}},
		{"no response that sipgate reads", "", []destination{{Event: push.Answer, URL: answers}, {Event: push.Hangup, URL: hangups}}},
		{"another onHangup", `<Response onHangup="` + later + `"/>`, []destination{{Event: push.Answer, URL: answers}, {Event: push.Hangup, URL: later}}},
		{"a relative onHangup", `<Response onHangup="/later"/>`, []destination{{Event: push.Answer, URL: answers}, {Event: push.Hangup, Withheld: call.UnusableURL, Unusable: "/later"}}},
	}
	for _, test := range tests {
		steps := playOut(t, call.New(builtin(t, "incoming-answered"), options()), inTurn(first, test.second))
		if diff := cmp.Diff(append(gathered[:2:2], test.want...), destinations(steps)); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestResponsesToAnswerAndHangupDoNotSubscribe(t *testing.T) {
	t.Parallel()
	// A response to a push that sipgate does not read may be passed to RecordOutcome, and changes nothing.
	c := call.New(builtin(t, "incoming-answered"), options())
	responses := []string{subscribed, `<Response onHangup="https://elsewhere.example/"><Reject/></Response>`, ""}
	var steps []call.Step
	for i := 0; ; i++ {
		step, state := c.Next()
		if state == call.Finished {
			break
		}
		steps = append(steps, step)
		step.Push.Event = push.NewCall // so that parseResponse reads the response
		c.RecordOutcome(step.Number, parseResponse(step, always(responses[i])))
	}
	want := []destination{{Event: push.NewCall, URL: incoming}, {Event: push.Answer, URL: answers}, {Event: push.Hangup, URL: hangups}}
	if diff := cmp.Diff(want, destinations(steps)); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s", diff)
	}
	if c.IsSteered() {
		t.Error("IsSteered() = true after a Reject in the response to an answer push, want false")
	}
}

func TestEachLegHasItsOwnSubscriptions(t *testing.T) {
	t.Parallel()
	steps := playOut(t, call.New(builtin(t, "forward-busy"), options()), onLeg("Marty", "<Response/>"))
	want := []destination{
		{Event: push.NewCall, URL: incoming}, {Event: push.Hangup, URL: hangups},
		{Event: push.NewCall, URL: incoming}, {Event: push.Answer, Withheld: call.NotSubscribed}, {Event: push.Hangup, Withheld: call.NotSubscribed},
	}
	if diff := cmp.Diff(want, destinations(steps)); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s", diff)
	}
}

func TestNewCallOfAnOutgoingCallGoesToTheOutgoingURL(t *testing.T) {
	t.Parallel()
	acts := []scenarios.Act{calls("Doc", "Jennifer"), presses("Jennifer", "1"), ends("Jennifer", push.Cancel)}
	steps := playOut(t, call.New(story(acts...), options()), inTurn(withAction(gatherFour), subscribed))
	for _, s := range steps {
		if s.NewCallURL != outgoing || !s.IsOutgoing() {
			t.Errorf("%s: PushURL %q, IsOutgoing() %t, want %q and true", s.Push.Event, s.NewCallURL, s.IsOutgoing(), outgoing)
		}
	}
	if len(steps) != 3 || steps[0].URL != outgoing {
		t.Errorf("the newCall of %d pushes goes to %q, want the first of 3 at %q", len(steps), steps[0].URL, outgoing)
	}
}
