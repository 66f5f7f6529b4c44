package call_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/scenarios"
)

const gatherFour = `<Gather onData="https://receiver.example/digits" maxDigits="4"/>`

func TestActionOfTheNewCallResponseChangesTheCall(t *testing.T) {
	t.Parallel()
	docNewCall := "0s leg-1 newCall in from=Jennifer to=Doc user=Doc"
	storyPushes := []string{docNewCall, "5s leg-1 answer user=Doc answeringNumber=Doc", "15s leg-1 hangup cause=normalClearing answeringNumber=Doc"}
	skippedActs := func(verb string) []call.SkippedAct {
		reason := "the receiver " + verb + " the call"
		return []call.SkippedAct{{Deed: "Doc answers", Leg: "Doc", Reason: reason, ReceiverAction: verb}, {Deed: "Doc's call ends (normalClearing)", Leg: "Doc", Reason: reason, ReceiverAction: verb}}
	}
	playAction := "<Play><Url>https://receiver.example/hello.wav</Url></Play>"
	tests := []struct {
		name, action string
		want         []string
		skippedActs  []call.SkippedAct
	}{
		{"no action", "", storyPushes, nil},
		{"Reject busy", `<Reject reason="busy"/>`, []string{docNewCall, "0s leg-1 hangup cause=busy"}, skippedActs("rejects")},
		{"Reject rejected", `<Reject reason="rejected"/>`, []string{docNewCall, "0s leg-1 hangup cause=noAnswer"}, skippedActs("rejects")},
		{"Reject without a reason", `<Reject/>`, []string{docNewCall, "0s leg-1 hangup cause=noAnswer"}, skippedActs("rejects")},
		{"Reject with an unknown reason: like Reject without a reason", `<Reject reason="tired"/>`, []string{docNewCall, "0s leg-1 hangup cause=noAnswer"}, skippedActs("rejects")},
		{"Hangup", `<Hangup/>`, []string{docNewCall, "0s leg-1 hangup cause=normalClearing"}, skippedActs("ends")},
		{"Dial with two numbers: the first number answers", `<Dial><Number>+493023125901</Number><Number>493023125902</Number></Dial>`, []string{docNewCall,
			"5s leg-1 answer user= answeringNumber=493023125901", "15s leg-1 hangup cause=normalClearing answeringNumber=493023125901"},
			skippedActs("redirects")},
		{"Dial with Voicemail", `<Dial><Voicemail/></Dial>`, []string{docNewCall, "5s leg-1 answer user=voicemail", "15s leg-1 hangup cause=normalClearing"},
			skippedActs("redirects")},
		{"Play", playAction, storyPushes, nil},
		{"Play twice", playAction + playAction, storyPushes, nil},
		{"Play, then Dial", playAction + `<Dial><Voicemail/></Dial>`, []string{docNewCall, "5s leg-1 answer user=voicemail", "15s leg-1 hangup cause=normalClearing"},
			skippedActs("redirects")},
		{"Reject and Hangup: only the Reject happens", `<Reject reason="busy"/><Hangup/>`, []string{docNewCall, "0s leg-1 hangup cause=busy"}, skippedActs("rejects")},
		{"Dial without targets", `<Dial/>`, storyPushes, nil},
		{"Dial with a Number and Voicemail", `<Dial><Number>493023125901</Number><Voicemail/></Dial>`, storyPushes, nil},
		{"Dial with an empty Number", `<Dial><Number/></Dial>`, storyPushes, nil},
		{"Dial with a name as Number", `<Dial><Number>Doc</Number></Dial>`, storyPushes, nil},
		{"Gather without a URL", `<Gather/>`, storyPushes, nil},
		{"Gather with a relative URL", `<Gather onData="/digits"/>`, storyPushes, nil},
		{"an undocumented action", `<Say>hello</Say>`, storyPushes, nil},
		{"an invalid Dial and a Reject: only the Reject happens", `<Dial/><Reject reason="busy"/>`, []string{docNewCall, "0s leg-1 hangup cause=busy"}, skippedActs("rejects")},
	}
	for _, test := range tests {
		c := call.New(builtin(t, "incoming-answered"), options())
		got := describe(playOut(t, c, always(withAction(test.action))))
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: pushes mismatch (-want +got):\n%s", test.name, diff)
		}
		if diff := cmp.Diff(test.skippedActs, c.Skipped()); diff != "" {
			t.Errorf("%s: Skipped() mismatch (-want +got):\n%s", test.name, diff)
		}
		if want := test.skippedActs != nil; c.IsSteered() != want {
			t.Errorf("%s: IsSteered() = %t, want %t", test.name, c.IsSteered(), want)
		}
	}
}

func TestAnswerAfterARedirectHasTheSameCallID(t *testing.T) {
	t.Parallel()
	steps := playOut(t, call.New(builtin(t, "incoming-answered"), options()), always(withAction("<Dial><Number>493023125901</Number></Dial>")))
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
	steps := playOut(t, call.New(builtin(t, "outgoing-answered"), options()), always(withAction("<Dial><Number>493023125901</Number></Dial>")))
	if diff := cmp.Diff(want, describe(steps)); diff != "" {
		t.Errorf("pushes mismatch (-want +got):\n%s", diff)
	}
}

func TestDialWithoutTargetDoesNotChangeTheCall(t *testing.T) {
	t.Parallel()
	c := call.New(builtin(t, "incoming-cancelled"), options())
	step, _ := c.Next()
	c.RecordOutcome(step.Number, &response.Document{Kind: response.XML, Response: &response.Response{Actions: []response.Action{response.Dial{}}}})
	if step, _ = c.Next(); step.Push.Cause != push.Cancel || c.IsSteered() {
		t.Errorf("after a Dial without target: a %s (%s), IsSteered() = %t, want the hangup (cancel) of the story, and false", step.Push.Event, step.Push.Cause, c.IsSteered())
	}
}

func TestEveryGatherIsFollowedByADTMFPush(t *testing.T) {
	t.Parallel()
	docNewCall := "0s leg-1 newCall in from=Jennifer to=Doc user=Doc"
	tests := []struct {
		name    string
		story   []scenarios.Act
		respond receiver
		want    []string
		skipped []call.SkippedAct
	}{
		{
			name:    "four keys pressed",
			story:   []scenarios.Act{calls("Jennifer", "Doc"), presses("Jennifer", "07*#"), ends("Doc", push.Cancel)},
			respond: inTurn(withAction(gatherFour), subscribingResponse),
			want:    []string{docNewCall, "2s leg-1 dtmf dtmf=07*#", "12s leg-1 hangup cause=cancel"},
		},
		{
			name:    "no keys in the story: an empty dtmf",
			story:   []scenarios.Act{calls("Jennifer", "Doc"), ends("Doc", push.Cancel)},
			respond: inTurn(withAction(gatherFour), subscribingResponse),
			want:    []string{docNewCall, "2s leg-1 dtmf dtmf=", "12s leg-1 hangup cause=cancel"},
		},
		{
			name:    "an act without digits: no dtmf field",
			story:   []scenarios.Act{calls("Jennifer", "Doc"), {Who: "Jennifer", Deed: scenarios.Presses}, ends("Doc", push.Cancel)},
			respond: inTurn(withAction(gatherFour), subscribingResponse),
			want:    []string{docNewCall, "2s leg-1 dtmf", "12s leg-1 hangup cause=cancel"},
		},
		{
			name:    "four keys pressed, and maxDigits has its default of 1: one digit",
			story:   []scenarios.Act{calls("Jennifer", "Doc"), presses("Jennifer", "1955"), ends("Doc", push.Cancel)},
			respond: inTurn(withAction(`<Gather onData="https://receiver.example/digits" timeout="500"/>`), subscribingResponse),
			want:    []string{docNewCall, "500ms leg-1 dtmf dtmf=1", "10.5s leg-1 hangup cause=cancel"},
		},
		{
			name:    "two Gathers, then a redirect",
			story:   []scenarios.Act{calls("Jennifer", "Doc"), presses("Jennifer", "1"), presses("Jennifer", "2"), picksUp("Doc")},
			respond: inTurn(withAction(gatherFour), withAction(gatherFour), withAction("<Dial><Voicemail/></Dial>")),
			want: []string{docNewCall, "2s leg-1 dtmf dtmf=1", "4s leg-1 dtmf dtmf=2", "9s leg-1 answer user=voicemail",
				"19s leg-1 hangup cause=normalClearing"},
			skipped: []call.SkippedAct{{Deed: "Doc answers", Leg: "Doc", Reason: "the receiver redirects the call", ReceiverAction: "redirects"}},
		},
		{
			name:    "an unreadable response to the dtmf push: the story goes on",
			story:   []scenarios.Act{calls("Jennifer", "Doc"), presses("Jennifer", "1"), ends("Doc", push.Cancel)},
			respond: inTurn(withAction(gatherFour), ""),
			want:    []string{docNewCall, "2s leg-1 dtmf dtmf=1", "12s leg-1 hangup cause=cancel"},
		},
		{
			name:    "a key pressed without a Gather: skipped",
			story:   []scenarios.Act{calls("Jennifer", "Doc"), presses("Jennifer", "1"), ends("Doc", push.Cancel)},
			respond: always(subscribingResponse),
			want:    []string{docNewCall, "10s leg-1 hangup cause=cancel"},
			skipped: []call.SkippedAct{{Deed: "Jennifer presses 1", Leg: "Doc", Reason: "the receiver gathers no digits"}},
		},
		{
			name:    "a Gather with a timeout of 25 days: the dtmf push comes after a minute",
			story:   []scenarios.Act{calls("Jennifer", "Doc"), ends("Doc", push.Cancel)},
			respond: inTurn(withAction(`<Gather onData="https://receiver.example/digits" timeout="2147483647"/>`), subscribingResponse),
			want:    []string{docNewCall, "1m0s leg-1 dtmf dtmf=", "1m10s leg-1 hangup cause=cancel"},
		},
	}
	for _, test := range tests {
		c := call.New(story(test.story...), options())
		if diff := cmp.Diff(test.want, describe(playOut(t, c, test.respond))); diff != "" {
			t.Errorf("%s: pushes mismatch (-want +got):\n%s", test.name, diff)
		}
		if diff := cmp.Diff(test.skipped, c.Skipped()); diff != "" {
			t.Errorf("%s: Skipped() mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestCallIsNotSteeredByAGather(t *testing.T) {
	t.Parallel()
	c := call.New(builtin(t, "incoming-answered"), options())
	playOut(t, c, inTurn(withAction(gatherFour), subscribingResponse))
	if c.IsSteered() {
		t.Error("IsSteered() after a Gather = true, want false")
	}
}

func TestCallerHangsUpAfterEightGathers(t *testing.T) {
	t.Parallel()
	c := call.New(builtin(t, "incoming-answered"), options())
	steps := playOut(t, c, always(withAction(gatherFour)))
	var dtmf int
	for _, s := range steps {
		if s.Push.Event == push.DTMF {
			dtmf++
		}
	}
	last := steps[len(steps)-1].Push
	if dtmf != 8 || last.Event != push.Hangup || last.Cause != push.Cancel || !c.IsSteered() {
		t.Errorf("%d dtmf pushes, the last push is a %s (%s), IsSteered() = %t, want 8, a hangup (cancel) and true", dtmf, last.Event, last.Cause, c.IsSteered())
	}
}

func TestFirstLegStaysAnsweredIfTheTransferFails(t *testing.T) {
	t.Parallel()
	firstPushes := []string{"0s leg-1 newCall in from=Jennifer to=Doc user=Doc", "5s leg-1 answer user=Doc answeringNumber=Doc",
		"15s leg-2 newCall in from=Jennifer to=Marty user=Marty diversion=Doc", "15s leg-2 hangup cause=busy diversion=Doc"}
	tests := []struct {
		scenario      string
		lastPush, why string // why is the reason for the last push
		skipped       []call.SkippedAct
	}{
		{"transfer-answered", "30s leg-1 hangup cause=normalClearing answeringNumber=Doc", "the story ends Doc's leg",
			[]call.SkippedAct{{Deed: "Marty answers", Leg: "Marty", Reason: "the receiver rejects the call", ReceiverAction: "rejects"}}},
		{"transfer-unanswered", "25s leg-1 hangup cause=normalClearing answeringNumber=Doc", "the story does not end Doc's leg",
			[]call.SkippedAct{{Deed: "Marty's call ends (noAnswer)", Leg: "Marty", Reason: "the receiver rejects the call", ReceiverAction: "rejects"}}},
	}
	for _, test := range tests {
		c := call.New(builtin(t, test.scenario), options())
		got := describe(playOut(t, c, onLeg("Marty", withAction(`<Reject reason="busy"/>`))))
		if diff := cmp.Diff(append(firstPushes[:len(firstPushes):len(firstPushes)], test.lastPush), got); diff != "" {
			t.Errorf("%s: %s: mismatch (-want +got):\n%s", test.scenario, test.why, diff)
		}
		if diff := cmp.Diff(test.skipped, c.Skipped()); diff != "" {
			t.Errorf("%s: Skipped() mismatch (-want +got):\n%s", test.scenario, diff)
		}
	}
}

func TestActsAfterARejectedFirstLegAreSkipped(t *testing.T) {
	t.Parallel()
	c := call.New(builtin(t, "forward-busy"), options())
	got := describe(playOut(t, c, always(withAction("<Reject/>"))))
	if diff := cmp.Diff([]string{"0s leg-1 newCall in from=Jennifer to=Doc user=Doc", "0s leg-1 hangup cause=noAnswer"}, got); diff != "" {
		t.Errorf("pushes mismatch (-want +got):\n%s", diff)
	}
	want := []call.SkippedAct{
		{Deed: "Doc's line forwards the call to Marty", Leg: "Doc", Reason: "the receiver rejects the call", ReceiverAction: "rejects"},
		{Deed: "Marty answers", Leg: "Marty", Reason: "there is no such leg"},
		{Deed: "Marty's call ends (normalClearing)", Leg: "Marty", Reason: "there is no such leg"},
	}
	if diff := cmp.Diff(want, c.Skipped()); diff != "" {
		t.Errorf("Skipped() mismatch (-want +got):\n%s", diff)
	}
}
