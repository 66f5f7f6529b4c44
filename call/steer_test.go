package call_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/scenarios"
)

const gatherMore = `<Gather onData="https://receiver.example/digits" maxDigits="4"/>`

func TestTheReceiverSteersTheCall(t *testing.T) {
	t.Parallel()
	ringsDoc := "0s leg-1 newCall in from=Jennifer to=Doc user=Doc"
	asPlanned := []string{ringsDoc, "5s leg-1 answer user=Doc answeringNumber=Doc", "15s leg-1 hangup cause=normalClearing answeringNumber=Doc"}
	skipped := func(does string) []call.Skip {
		reason := "the receiver " + does + " the call"
		return []call.Skip{{Deed: "Doc answers", Leg: "Doc", Reason: reason, ReceiverAction: does}, {Deed: "Doc's call ends (normalClearing)", Leg: "Doc", Reason: reason, ReceiverAction: does}}
	}
	play := "<Play><Url>https://receiver.example/hello.wav</Url></Play>"
	tests := []struct {
		name, action string
		want         []string
		skipped      []call.Skip
	}{
		{"nothing", "", asPlanned, nil},
		{"Reject busy", `<Reject reason="busy"/>`, []string{ringsDoc, "0s leg-1 hangup cause=busy"}, skipped("rejects")},
		{"Reject rejected", `<Reject reason="rejected"/>`, []string{ringsDoc, "0s leg-1 hangup cause=noAnswer"}, skipped("rejects")},
		{"Reject without a reason", `<Reject/>`, []string{ringsDoc, "0s leg-1 hangup cause=noAnswer"}, skipped("rejects")},
		{"Reject for an unknown reason takes the default", `<Reject reason="tired"/>`, []string{ringsDoc, "0s leg-1 hangup cause=noAnswer"}, skipped("rejects")},
		{"Hangup", `<Hangup/>`, []string{ringsDoc, "0s leg-1 hangup cause=normalClearing"}, skipped("ends")},
		{"Dial a number", `<Dial><Number>+493023125901</Number><Number>493023125902</Number></Dial>`, []string{ringsDoc,
			"5s leg-1 answer user= answeringNumber=493023125901", "15s leg-1 hangup cause=normalClearing answeringNumber=493023125901"},
			skipped("redirects")},
		{"Dial the voicemail", `<Dial><Voicemail/></Dial>`, []string{ringsDoc, "5s leg-1 answer user=voicemail", "15s leg-1 hangup cause=normalClearing"},
			skipped("redirects")},
		{"Play", play, asPlanned, nil},
		{"Play twice", play + play, asPlanned, nil},
		{"Play, then Dial", play + `<Dial><Voicemail/></Dial>`, []string{ringsDoc, "5s leg-1 answer user=voicemail", "15s leg-1 hangup cause=normalClearing"},
			skipped("redirects")},
		{"two actions: the first happens", `<Reject reason="busy"/><Hangup/>`, []string{ringsDoc, "0s leg-1 hangup cause=busy"}, skipped("rejects")},
		{"Dial without targets", `<Dial/>`, asPlanned, nil},
		{"Dial to both kinds", `<Dial><Number>493023125901</Number><Voicemail/></Dial>`, asPlanned, nil},
		{"Dial to an empty number", `<Dial><Number/></Dial>`, asPlanned, nil},
		{"Dial to no number", `<Dial><Number>Doc</Number></Dial>`, asPlanned, nil},
		{"Gather without a URL", `<Gather/>`, asPlanned, nil},
		{"Gather with a relative URL", `<Gather onData="/digits"/>`, asPlanned, nil},
		{"an action that there is not", `<Say>hello</Say>`, asPlanned, nil},
		{"a broken action, then one that is not", `<Dial/><Reject reason="busy"/>`, []string{ringsDoc, "0s leg-1 hangup cause=busy"}, skipped("rejects")},
	}
	for _, test := range tests {
		c := call.New(builtin(t, "incoming-answered"), options())
		got := describe(playOut(t, c, always(acting(test.action))))
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: pushes mismatch (-want +got):\n%s", test.name, diff)
		}
		if diff := cmp.Diff(test.skipped, c.Skipped()); diff != "" {
			t.Errorf("%s: Skipped() mismatch (-want +got):\n%s", test.name, diff)
		}
		if want := test.skipped != nil; c.Steered() != want {
			t.Errorf("%s: Steered() = %t, want %t", test.name, c.Steered(), want)
		}
	}
}

func TestARedirectAnswersUnderTheSameCallID(t *testing.T) {
	t.Parallel()
	steps := playOut(t, call.New(builtin(t, "incoming-answered"), options()), always(acting("<Dial><Number>493023125901</Number></Dial>")))
	for _, s := range steps {
		if s.Push.CallID != steps[0].Push.CallID || s.Push.OrigCallID != steps[0].Push.CallID {
			t.Errorf("%s has callId %q and origCallId %q, want both %q", s.Push.Event, s.Push.CallID, s.Push.OrigCallID, steps[0].Push.CallID)
		}
	}
}

func TestAnswerAfterARedirectOfAnOutgoingCallHasNoUser(t *testing.T) {
	t.Parallel()
	want := []string{"0s leg-1 newCall out from=Doc to=Jennifer user=Doc", "5s leg-1 answer answeringNumber=493023125901",
		"15s leg-1 hangup cause=normalClearing answeringNumber=493023125901"}
	steps := playOut(t, call.New(builtin(t, "outgoing-answered"), options()), always(acting("<Dial><Number>493023125901</Number></Dial>")))
	if diff := cmp.Diff(want, describe(steps)); diff != "" {
		t.Errorf("pushes mismatch (-want +got):\n%s", diff)
	}
}

func TestADialWithoutATargetIsNoRedirect(t *testing.T) {
	t.Parallel()
	c := call.New(builtin(t, "incoming-cancelled"), options())
	step, _ := c.Next()
	c.RecordOutcome(step.Number, &response.Document{Kind: response.XML, Response: &response.Response{Actions: []response.Action{response.Dial{}}}})
	if step, _ = c.Next(); step.Push.Cause != push.Cancel || c.Steered() {
		t.Errorf("after a Dial without target comes a %s (%s), steered %t, want the story's cancel", step.Push.Event, step.Push.Cause, c.Steered())
	}
}

func TestGather(t *testing.T) {
	t.Parallel()
	ringsDoc := "0s leg-1 newCall in from=Jennifer to=Doc user=Doc"
	tests := []struct {
		name    string
		story   []scenarios.Act
		says    receiver
		want    []string
		skipped []call.Skip
	}{
		{
			name:  "the story's digits",
			story: []scenarios.Act{calls("Jennifer", "Doc"), presses("Jennifer", "07*#"), ends("Doc", push.Cancel)},
			says:  inTurn(acting(gatherMore), subscribed),
			want:  []string{ringsDoc, "2s leg-1 dtmf dtmf=07*#", "12s leg-1 hangup cause=cancel"},
		},
		{
			name:  "nothing pressed",
			story: []scenarios.Act{calls("Jennifer", "Doc"), ends("Doc", push.Cancel)},
			says:  inTurn(acting(gatherMore), subscribed),
			want:  []string{ringsDoc, "2s leg-1 dtmf dtmf=", "12s leg-1 hangup cause=cancel"},
		},
		{
			name:  "no key pressed: the field is left out if the story leaves it out",
			story: []scenarios.Act{calls("Jennifer", "Doc"), {Who: "Jennifer", Deed: scenarios.Presses}, ends("Doc", push.Cancel)},
			says:  inTurn(acting(gatherMore), subscribed),
			want:  []string{ringsDoc, "2s leg-1 dtmf", "12s leg-1 hangup cause=cancel"},
		},
		{
			name:  "no more digits than are wanted",
			story: []scenarios.Act{calls("Jennifer", "Doc"), presses("Jennifer", "1955"), ends("Doc", push.Cancel)},
			says:  inTurn(acting(`<Gather onData="https://receiver.example/digits" timeout="500"/>`), subscribed),
			want:  []string{ringsDoc, "500ms leg-1 dtmf dtmf=1", "10.5s leg-1 hangup cause=cancel"},
		},
		{
			name:  "a Gather again: the next digits, then a redirect",
			story: []scenarios.Act{calls("Jennifer", "Doc"), presses("Jennifer", "1"), presses("Jennifer", "2"), picksUp("Doc")},
			says:  inTurn(acting(gatherMore), acting(gatherMore), acting("<Dial><Voicemail/></Dial>")),
			want: []string{ringsDoc, "2s leg-1 dtmf dtmf=1", "4s leg-1 dtmf dtmf=2", "9s leg-1 answer user=voicemail",
				"19s leg-1 hangup cause=normalClearing"},
			skipped: []call.Skip{{Deed: "Doc answers", Leg: "Doc", Reason: "the receiver redirects the call", ReceiverAction: "redirects"}},
		},
		{
			name:  "a dtmf response that cannot be read goes on with the story",
			story: []scenarios.Act{calls("Jennifer", "Doc"), presses("Jennifer", "1"), ends("Doc", push.Cancel)},
			says:  inTurn(acting(gatherMore), ""),
			want:  []string{ringsDoc, "2s leg-1 dtmf dtmf=1", "12s leg-1 hangup cause=cancel"},
		},
		{
			name:    "keys pressed without a Gather are skipped",
			story:   []scenarios.Act{calls("Jennifer", "Doc"), presses("Jennifer", "1"), ends("Doc", push.Cancel)},
			says:    always(subscribed),
			want:    []string{ringsDoc, "10s leg-1 hangup cause=cancel"},
			skipped: []call.Skip{{Deed: "Jennifer presses 1", Leg: "Doc", Reason: "the receiver gathers no digits"}},
		},
		{
			name:  "a Gather for days",
			story: []scenarios.Act{calls("Jennifer", "Doc"), ends("Doc", push.Cancel)},
			says:  inTurn(acting(`<Gather onData="https://receiver.example/digits" timeout="2147483647"/>`), subscribed),
			want:  []string{ringsDoc, "1m0s leg-1 dtmf dtmf=", "1m10s leg-1 hangup cause=cancel"},
		},
	}
	for _, test := range tests {
		c := call.New(story(test.story...), options())
		if diff := cmp.Diff(test.want, describe(playOut(t, c, test.says))); diff != "" {
			t.Errorf("%s: pushes mismatch (-want +got):\n%s", test.name, diff)
		}
		if diff := cmp.Diff(test.skipped, c.Skipped()); diff != "" {
			t.Errorf("%s: Skipped() mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestAStoryContinuesAfterAGatherAlone(t *testing.T) {
	t.Parallel()
	c := call.New(builtin(t, "incoming-answered"), options())
	playOut(t, c, inTurn(acting(gatherMore), subscribed))
	if c.Steered() {
		t.Error("Steered() after a Gather = true, want false: the story went on")
	}
}

func TestTheCallerHangsUpAfterTooManyGathers(t *testing.T) {
	t.Parallel()
	c := call.New(builtin(t, "incoming-answered"), options())
	steps := playOut(t, c, always(acting(gatherMore)))
	var dtmf int
	for _, s := range steps {
		if s.Push.Event == push.DTMF {
			dtmf++
		}
	}
	last := steps[len(steps)-1].Push
	if dtmf != 8 || last.Event != push.Hangup || last.Cause != push.Cancel || !c.Steered() {
		t.Errorf("there are %d dtmf pushes and last a %s (%s), steered %t, want 8, a hangup (cancel) and true", dtmf, last.Event, last.Cause, c.Steered())
	}
}

func TestTheFirstLegStaysAnsweredIfTheTransferFails(t *testing.T) {
	t.Parallel()
	begins := []string{"0s leg-1 newCall in from=Jennifer to=Doc user=Doc", "5s leg-1 answer user=Doc answeringNumber=Doc",
		"15s leg-2 newCall in from=Jennifer to=Marty user=Marty diversion=Doc", "15s leg-2 hangup cause=busy diversion=Doc"}
	tests := []struct {
		scenario, end, why string
		skipped            []call.Skip
	}{
		{"transfer-answered", "30s leg-1 hangup cause=normalClearing answeringNumber=Doc", "the story ends Doc's leg itself",
			[]call.Skip{{Deed: "Marty answers", Leg: "Marty", Reason: "the receiver rejects the call", ReceiverAction: "rejects"}}},
		{"transfer-unanswered", "25s leg-1 hangup cause=normalClearing answeringNumber=Doc", "nobody else would end it",
			[]call.Skip{{Deed: "Marty's call ends (noAnswer)", Leg: "Marty", Reason: "the receiver rejects the call", ReceiverAction: "rejects"}}},
	}
	for _, test := range tests {
		c := call.New(builtin(t, test.scenario), options())
		got := describe(playOut(t, c, onLeg("Marty", acting(`<Reject reason="busy"/>`))))
		if diff := cmp.Diff(append(begins[:len(begins):len(begins)], test.end), got); diff != "" {
			t.Errorf("%s: %s: mismatch (-want +got):\n%s", test.scenario, test.why, diff)
		}
		if diff := cmp.Diff(test.skipped, c.Skipped()); diff != "" {
			t.Errorf("%s: Skipped() mismatch (-want +got):\n%s", test.scenario, diff)
		}
	}
}

func TestAStoryAfterARejectedFirstLegIsSkipped(t *testing.T) {
	t.Parallel()
	c := call.New(builtin(t, "forward-busy"), options())
	got := describe(playOut(t, c, always(acting("<Reject/>"))))
	if diff := cmp.Diff([]string{"0s leg-1 newCall in from=Jennifer to=Doc user=Doc", "0s leg-1 hangup cause=noAnswer"}, got); diff != "" {
		t.Errorf("pushes mismatch (-want +got):\n%s", diff)
	}
	want := []call.Skip{
		{Deed: "Doc's line forwards the call to Marty", Leg: "Doc", Reason: "the receiver rejects the call", ReceiverAction: "rejects"},
		{Deed: "Marty answers", Leg: "Marty", Reason: "there is no such leg"},
		{Deed: "Marty's call ends (normalClearing)", Leg: "Marty", Reason: "there is no such leg"},
	}
	if diff := cmp.Diff(want, c.Skipped()); diff != "" {
		t.Errorf("Skipped() mismatch (-want +got):\n%s", diff)
	}
}
