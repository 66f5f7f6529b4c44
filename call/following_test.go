package call_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
)

// destination is the event of a push, with the URL that the push is sent to, or the reason why it is withheld.
type destination struct {
	Event        push.Event
	URL          string
	Withheld     call.WithheldReason
	UnusableText string
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
	newCall := destination{Event: push.NewCall, URL: incomingURL}
	tests := []struct {
		name, response string
		want           []destination
	}{
		{"a response that sipgate does not read", "", []destination{newCall, {Event: push.Answer, Withheld: call.NotSubscribed}, {Event: push.Hangup, Withheld: call.NotSubscribed}}},
		{"a Response without URLs", "<Response/>", []destination{newCall, {Event: push.Answer, Withheld: call.NotSubscribed}, {Event: push.Hangup, Withheld: call.NotSubscribed}}},
		{"a Response with onAnswer and onHangup", subscribingResponse, []destination{newCall, {Event: push.Answer, URL: answerURL}, {Event: push.Hangup, URL: hangupURL}}},
		{"a Response with onHangup only", `<Response onHangup="` + hangupURL + `"/>`, []destination{newCall, {Event: push.Answer, Withheld: call.NotSubscribed}, {Event: push.Hangup, URL: hangupURL}}},
		{"a relative onAnswer", `<Response onAnswer="/answer" onHangup="` + hangupURL + `"/>`,
			[]destination{newCall, {Event: push.Answer, Withheld: call.UnusableURL, UnusableText: "/answer"}, {Event: push.Hangup, URL: hangupURL}}},
		{"an empty onHangup", `<Response onAnswer="` + answerURL + `" onHangup=""/>`,
			[]destination{newCall, {Event: push.Answer, URL: answerURL}, {Event: push.Hangup, Withheld: call.UnusableURL}}},
		{"onHangUp instead of onHangup", `<Response onHangUp="` + hangupURL + `"/>`, []destination{newCall, {Event: push.Answer, Withheld: call.NotSubscribed}, {Event: push.Hangup, Withheld: call.NotSubscribed}}},
		{"subscriptions and an invalid action", withAction("<Dial/>"), []destination{newCall, {Event: push.Answer, URL: answerURL}, {Event: push.Hangup, URL: hangupURL}}},
		{"XML that is not well-formed", subscribingResponse + "<", []destination{newCall, {Event: push.Answer, Withheld: call.NotSubscribed}, {Event: push.Hangup, Withheld: call.NotSubscribed}}},
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
	const laterURL = "https://receiver.example/later"
	firstResponse := withAction(gatherFour)
	firstDestinations := []destination{{Event: push.NewCall, URL: incomingURL}, {Event: push.DTMF, URL: "https://receiver.example/digits"}}
	tests := []struct {
		name, secondResponse string
		want                 []destination
	}{
		{"a Response without URLs", "<Response/>", []destination{{Event: push.Answer, URL: answerURL}, {Event: push.Hangup, URL: hangupURL}}},
		{"a response that sipgate does not read", "", []destination{{Event: push.Answer, URL: answerURL}, {Event: push.Hangup, URL: hangupURL}}},
		{"another onHangup", `<Response onHangup="` + laterURL + `"/>`, []destination{{Event: push.Answer, URL: answerURL}, {Event: push.Hangup, URL: laterURL}}},
		{"a relative onHangup", `<Response onHangup="/later"/>`, []destination{{Event: push.Answer, URL: answerURL}, {Event: push.Hangup, Withheld: call.UnusableURL, UnusableText: "/later"}}},
	}
	for _, test := range tests {
		steps := playOut(t, call.New(builtin(t, "incoming-answered"), options()), inTurn(firstResponse, test.secondResponse))
		if diff := cmp.Diff(append(firstDestinations[:2:2], test.want...), destinations(steps)); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestResponsesToAnswerAndHangupDoNotSubscribe(t *testing.T) {
	t.Parallel()
	// RecordOutcome ignores the responses to answer and hangup pushes, because sipgate does not read them.
	c := call.New(builtin(t, "incoming-answered"), options())
	responses := []string{subscribingResponse, `<Response onHangup="https://elsewhere.example/"><Reject/></Response>`, ""}
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
	want := []destination{{Event: push.NewCall, URL: incomingURL}, {Event: push.Answer, URL: answerURL}, {Event: push.Hangup, URL: hangupURL}}
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
		{Event: push.NewCall, URL: incomingURL}, {Event: push.Hangup, URL: hangupURL},
		{Event: push.NewCall, URL: incomingURL}, {Event: push.Answer, Withheld: call.NotSubscribed}, {Event: push.Hangup, Withheld: call.NotSubscribed},
	}
	if diff := cmp.Diff(want, destinations(steps)); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s", diff)
	}
}

func TestNewCallOfAnOutgoingCallGoesToTheOutgoingURL(t *testing.T) {
	t.Parallel()
	acts := []scenarios.Act{calls("Doc", "Jennifer"), presses("Jennifer", "1"), ends("Jennifer", push.Cancel)}
	steps := playOut(t, call.New(story(acts...), options()), inTurn(withAction(gatherFour), subscribingResponse))
	for _, s := range steps {
		if s.NewCallURL != outgoingURL || !s.IsOutgoing() {
			t.Errorf("%s: NewCallURL %q, IsOutgoing() %t, want %q and true", s.Push.Event, s.NewCallURL, s.IsOutgoing(), outgoingURL)
		}
	}
	if len(steps) != 3 || steps[0].URL != outgoingURL {
		t.Errorf("the newCall of %d pushes goes to %q, want the first of 3 at %q", len(steps), steps[0].URL, outgoingURL)
	}
}
