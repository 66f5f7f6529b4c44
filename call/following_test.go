package call_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
)

// sent is a step and the URL that it is sent to.
type sent struct {
	Event    push.Event
	URL      string
	Withheld call.Withheld
	Unusable string
}

func sentTo(steps []call.Step) []sent {
	var out []sent
	for _, s := range steps {
		out = append(out, sent{s.Push.Event, s.URL, s.Withheld, s.UnusableTarget})
	}
	return out
}

func TestFollowUpsGoWhereTheReceiverAskedForThem(t *testing.T) {
	t.Parallel()
	newCall := sent{Event: push.NewCall, URL: incoming}
	tests := []struct {
		name, says string
		want       []sent
	}{
		{"nothing that sipgate would read", "", []sent{newCall, {Event: push.Answer, Withheld: call.NotSubscribed}, {Event: push.Hangup, Withheld: call.NotSubscribed}}},
		{"no subscription", "<Response/>", []sent{newCall, {Event: push.Answer, Withheld: call.NotSubscribed}, {Event: push.Hangup, Withheld: call.NotSubscribed}}},
		{"both", subscribed, []sent{newCall, {Event: push.Answer, URL: answers}, {Event: push.Hangup, URL: hangups}}},
		{"the hangup only", `<Response onHangup="` + hangups + `"/>`, []sent{newCall, {Event: push.Answer, Withheld: call.NotSubscribed}, {Event: push.Hangup, URL: hangups}}},
		{"a relative URL", `<Response onAnswer="/answer" onHangup="` + hangups + `"/>`,
			[]sent{newCall, {Event: push.Answer, Withheld: call.UnusableURL, Unusable: "/answer"}, {Event: push.Hangup, URL: hangups}}},
		{"an empty URL", `<Response onAnswer="` + answers + `" onHangup=""/>`,
			[]sent{newCall, {Event: push.Answer, URL: answers}, {Event: push.Hangup, Withheld: call.UnusableURL}}},
		{"a misspelt attribute", `<Response onHangUp="` + hangups + `"/>`, []sent{newCall, {Event: push.Answer, Withheld: call.NotSubscribed}, {Event: push.Hangup, Withheld: call.NotSubscribed}}},
		{"subscriptions beside a broken action", acting("<Dial/>"), []sent{newCall, {Event: push.Answer, URL: answers}, {Event: push.Hangup, URL: hangups}}},
		{"XML that is not well-formed", subscribed + "<", []sent{newCall, {Event: push.Answer, Withheld: call.NotSubscribed}, {Event: push.Hangup, Withheld: call.NotSubscribed}}},
	}
	for _, test := range tests {
		steps := playOut(t, call.New(builtin(t, "incoming-answered"), options()), always(test.says))
		if diff := cmp.Diff(test.want, sentTo(steps)); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestASubscriptionHoldsUntilALaterResponseNamesAnother(t *testing.T) {
	t.Parallel()
	const later = "https://receiver.example/later"
	first := acting(gatherMore)
	gathered := []sent{{Event: push.NewCall, URL: incoming}, {Event: push.DTMF, URL: "https://receiver.example/digits"}}
	tests := []struct {
		name, second string
		want         []sent
	}{
		{"the dtmf response names none", "<Response/>", []sent{{Event: push.Answer, URL: answers}, {Event: push.Hangup, URL: hangups}}},
		{"there is none to read", "", []sent{{Event: push.Answer, URL: answers}, {Event: push.Hangup, URL: hangups}}},
		{"it names one of them", `<Response onHangup="` + later + `"/>`, []sent{{Event: push.Answer, URL: answers}, {Event: push.Hangup, URL: later}}},
		{"it names a relative one", `<Response onHangup="/later"/>`, []sent{{Event: push.Answer, URL: answers}, {Event: push.Hangup, Withheld: call.UnusableURL, Unusable: "/later"}}},
	}
	for _, test := range tests {
		steps := playOut(t, call.New(builtin(t, "incoming-answered"), options()), inTurn(first, test.second))
		if diff := cmp.Diff(append(gathered[:2:2], test.want...), sentTo(steps)); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestResponsesToAnswerAndHangupDoNotSubscribe(t *testing.T) {
	t.Parallel()
	// A response to a push that sipgate does not read may be passed to RecordOutcome, and changes nothing.
	c := call.New(builtin(t, "incoming-answered"), options())
	says := []string{subscribed, `<Response onHangup="https://elsewhere.example/"><Reject/></Response>`, ""}
	var steps []call.Step
	for i := 0; ; i++ {
		step, state := c.Next()
		if state == call.Over {
			break
		}
		steps = append(steps, step)
		step.Push.Event = push.NewCall // so that read parses it
		c.RecordOutcome(step.Number, read(step, always(says[i])))
	}
	want := []sent{{Event: push.NewCall, URL: incoming}, {Event: push.Answer, URL: answers}, {Event: push.Hangup, URL: hangups}}
	if diff := cmp.Diff(want, sentTo(steps)); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s", diff)
	}
	if c.Steered() {
		t.Error("Steered() = true after a Reject in the response to an answer push, want false")
	}
}

func TestEachLegHasItsOwnSubscriptions(t *testing.T) {
	t.Parallel()
	steps := playOut(t, call.New(builtin(t, "forward-busy"), options()), onLeg("Marty", "<Response/>"))
	want := []sent{
		{Event: push.NewCall, URL: incoming}, {Event: push.Hangup, URL: hangups},
		{Event: push.NewCall, URL: incoming}, {Event: push.Answer, Withheld: call.NotSubscribed}, {Event: push.Hangup, Withheld: call.NotSubscribed},
	}
	if diff := cmp.Diff(want, sentTo(steps)); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s", diff)
	}
}

func TestOutgoingCallsGoToTheirOwnURL(t *testing.T) {
	t.Parallel()
	acts := []scenarios.Act{calls("Doc", "Jennifer"), presses("Jennifer", "1"), ends("Jennifer", push.Cancel)}
	steps := playOut(t, call.New(story(acts...), options()), inTurn(acting(gatherMore), subscribed))
	for _, s := range steps {
		if s.PushURL != outgoing || !s.IsOutgoing() {
			t.Errorf("%s: PushURL %q, IsOutgoing() %t, want %q and true", s.Push.Event, s.PushURL, s.IsOutgoing(), outgoing)
		}
	}
	if len(steps) != 3 || steps[0].URL != outgoing {
		t.Errorf("the newCall of %d pushes goes to %q, want the first of 3 at %q", len(steps), steps[0].URL, outgoing)
	}
}
