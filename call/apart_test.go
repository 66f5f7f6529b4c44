package call_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
)

// An act of the story, or an action of the receiver, changes another leg only if sipgate connects the two legs.
func TestActsAndActionsChangeOnlyTheLegsThatSipgateConnects(t *testing.T) {
	t.Parallel()
	const (
		docNewCall     = "0s leg-1 newCall in from=Jennifer to=Doc user=Doc"
		docAnswer      = "5s leg-1 answer user=Doc answeringNumber=Doc"
		redirect       = "<Dial><Number>493023125901</Number></Dial>"
		redirectNumber = "answeringNumber=493023125901"
	)
	tests := []struct {
		name, why string
		story     []scenarios.Act
		respond   receiver
		want      []string
		skipped   []call.SkippedAct
	}{
		{
			name: "both legs of an internal call are rejected", why: "each leg ends once",
			story:   []scenarios.Act{calls("Doc", "Marty"), picksUp("Marty")},
			respond: always(withAction(`<Reject reason="busy"/>`)),
			want:    []string{outgoingNewCall, incomingNewCall, "0s leg-1 hangup cause=busy", "0s leg-2 hangup cause=busy"},
			skipped: []call.SkippedAct{
				{Deed: "Marty answers", Leg: "Marty", Reason: "the receiver rejects the call", ReceiverAction: "rejects"},
			},
		},
		{
			name: "outgoing leg of an internal call redirected, incoming leg rejected", why: "the redirected leg goes on",
			story:   []scenarios.Act{calls("Doc", "Marty")},
			respond: inTurn(withAction(redirect), withAction(`<Reject reason="busy"/>`)),
			want: []string{outgoingNewCall, incomingNewCall, "0s leg-2 hangup cause=busy",
				"5s leg-1 answer " + redirectNumber, "15s leg-1 hangup cause=normalClearing " + redirectNumber},
		},
		{
			name: "outgoing leg of an internal call redirected, incoming leg answered", why: "the answer does not change the redirected leg",
			story:   []scenarios.Act{calls("Doc", "Marty"), picksUp("Marty")},
			respond: inTurn(withAction(redirect), subscribingResponse),
			want: []string{outgoingNewCall, incomingNewCall, "5s leg-1 answer " + redirectNumber, "15s leg-1 hangup cause=normalClearing " + redirectNumber,
				"20s leg-2 answer user=Marty answeringNumber=Marty"},
		},
		{
			name: "a transfer is rejected, then another call is rejected", why: "Doc stays connected with Jennifer after the rejected transfer",
			story:   []scenarios.Act{calls("Jennifer", "Doc"), picksUp("Doc"), transfers("Doc", "Marty"), calls("Biff", "Lorraine")},
			respond: inTurn(subscribingResponse, withAction("<Reject/>")),
			want: []string{docNewCall, docAnswer, "15s leg-2 newCall in from=Jennifer to=Marty user=Marty diversion=Doc", "15s leg-2 hangup cause=noAnswer diversion=Doc",
				"15s leg-3 newCall in from=Biff to=Lorraine user=Lorraine", "15s leg-3 hangup cause=noAnswer", "15s leg-1 hangup cause=normalClearing answeringNumber=Doc"},
		},
		{
			name: "two calls with a Gather each: only the caller of the second call presses keys", why: "each dtmf push has the digits of its own caller",
			story:   []scenarios.Act{calls("Jennifer", "Doc"), calls("Biff", "Marty"), presses("Biff", "12")},
			respond: inTurn(withAction(gatherFour), subscribingResponse, withAction(gatherFour), subscribingResponse),
			want:    []string{docNewCall, "2s leg-1 dtmf dtmf=", "2s leg-2 newCall in from=Biff to=Marty user=Marty", "4s leg-2 dtmf dtmf=12"},
		},
		{
			name: "a redirect, and the story ends a leg that does not exist", why: "the redirect does not wait for that act",
			story:   []scenarios.Act{calls("Jennifer", "Doc"), ends("Biff", push.Cancel)},
			respond: always(withAction(redirect)),
			want:    []string{docNewCall, "5s leg-1 answer user= " + redirectNumber, "15s leg-1 hangup cause=normalClearing " + redirectNumber},
			skipped: []call.SkippedAct{
				{Deed: "Biff's call ends (cancel)", Leg: "Biff", Reason: "there is no such leg"},
			},
		},
		{
			name: "a transfer is redirected, then Doc transfers again and hangs up", why: "the redirected leg ends after the end of Doc's leg",
			story:   []scenarios.Act{calls("Jennifer", "Doc"), picksUp("Doc"), transfers("Doc", "Marty"), transfers("Doc", "Lorraine"), ends("Doc", push.NormalClearing)},
			respond: onLeg("Marty", withAction(redirect)),
			want: []string{docNewCall, docAnswer, "15s leg-2 newCall in from=Jennifer to=Marty user=Marty diversion=Doc", "20s leg-2 answer user= " + redirectNumber + " diversion=Doc",
				"30s leg-3 newCall in from=Jennifer to=Lorraine user=Lorraine diversion=Doc", "40s leg-1 hangup cause=normalClearing answeringNumber=Doc",
				"50s leg-2 hangup cause=normalClearing " + redirectNumber + " diversion=Doc"},
		},
		{
			name: "a person who is not in the call answers", why: "no leg rings Lorraine",
			story:   []scenarios.Act{calls("Jennifer", "Doc"), picksUp("Lorraine")},
			respond: always(subscribingResponse),
			want:    []string{docNewCall},
			skipped: []call.SkippedAct{{Deed: "Lorraine answers", Leg: "Lorraine", Reason: "there is no such leg"}},
		},
		{
			name: "the voicemail answers an outgoing call", why: "the voicemail answers only incoming legs",
			story:   []scenarios.Act{calls("Doc", "Jennifer"), picksUp(scenarios.Voicemail)},
			respond: always(subscribingResponse),
			want:    []string{"0s leg-1 newCall out from=Doc to=Jennifer user=Doc"},
			skipped: []call.SkippedAct{{Deed: "the voicemail answers", Leg: scenarios.Voicemail, Reason: "there is no such leg"}},
		},
		{
			name: "a forward with the cause busy", why: "the hangup has the cause of the act",
			story:   []scenarios.Act{calls("Jennifer", "Doc"), {Who: "Doc", Deed: scenarios.Forwards, To: []string{"Marty"}, Cause: push.Busy}},
			respond: always(subscribingResponse),
			want:    []string{docNewCall, "5s leg-1 hangup cause=busy", "5.098s leg-2 newCall in from=Jennifer to=Marty user=Marty diversion=Doc"},
		},
	}
	for _, test := range tests {
		c := call.New(story(test.story...), options())
		if diff := cmp.Diff(test.want, describe(playOut(t, c, test.respond))); diff != "" {
			t.Errorf("%s: %s: mismatch (-want +got):\n%s", test.name, test.why, diff)
		}
		if diff := cmp.Diff(test.skipped, c.Skipped()); diff != "" {
			t.Errorf("%s: Skipped() mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

// playUntil plays a call up to the step whose description (see describe) is wanted. It does not record the outcome of that step.
func playUntil(t *testing.T, c *call.Call, r receiver, wanted string) call.Step {
	t.Helper()
	for range 100 {
		step, state := c.Next()
		if state != call.Due {
			t.Fatalf("there is no step %q", wanted)
		}
		if describe([]call.Step{step})[0] == wanted {
			return step
		}
		c.RecordOutcome(step.Number, parseResponse(step, r))
	}
	return call.Step{}
}

func TestActWithoutTogetherWaitsForAllOutcomes(t *testing.T) {
	t.Parallel()
	const docAnswer, martyNewCall = "5s leg-1 answer user=Doc answeringNumber=Doc", "15s leg-2 newCall in from=Jennifer to=Marty user=Marty diversion=Doc"
	docEnds := ends("Doc", push.NormalClearing)
	tests := []struct {
		name     string
		story    []scenarios.Act
		underWay string // the step that is under way
		want     call.State
	}{
		{"act without Together while an answer push is under way: waits", []scenarios.Act{calls("Jennifer", "Doc"), picksUp("Doc"), docEnds}, docAnswer, call.Waiting},
		{"act with Together while an answer push is under way: due", []scenarios.Act{calls("Jennifer", "Doc"), picksUp("Doc"), withTogether(docEnds)}, docAnswer, call.Due},
		{"act without Together while a newCall of another leg is under way: waits", []scenarios.Act{calls("Jennifer", "Doc"), picksUp("Doc"), transfers("Doc", "Marty"), docEnds}, martyNewCall, call.Waiting},
		{"act with Together while a newCall of another leg is under way: due", []scenarios.Act{calls("Jennifer", "Doc"), picksUp("Doc"), transfers("Doc", "Marty"), withTogether(docEnds)}, martyNewCall, call.Due},
	}
	for _, test := range tests {
		c := call.New(story(test.story...), options())
		playUntil(t, c, always(subscribingResponse), test.underWay)
		if step, state := c.Next(); state != test.want {
			t.Errorf("%s: Next() = %+v, %d, want state %d", test.name, step, state, test.want)
		}
	}
}

func TestFirstLegEndsOnceAfterAFailedTransfer(t *testing.T) {
	t.Parallel()
	respond := onLeg("Marty", withAction("<Reject/>"))
	c := call.New(story(calls("Jennifer", "Doc"), picksUp("Doc"), transfers("Doc", "Marty")), options())
	step := playUntil(t, c, respond, "15s leg-2 hangup cause=noAnswer diversion=Doc")
	if _, state := c.Next(); state != call.Waiting {
		t.Errorf("Next() with a hangup under way gives state %d, want %d", state, call.Waiting)
	}
	c.AddAct(ends("Doc", push.Cancel))
	c.RecordOutcome(step.Number, nil)
	if diff := cmp.Diff([]string{"25s leg-1 hangup cause=cancel answeringNumber=Doc"}, describe(playOut(t, c, respond))); diff != "" {
		t.Errorf("next pushes mismatch (-want +got):\n%s", diff)
	}
}

func TestAddedActBeginsACallIfTheStoryIsEmpty(t *testing.T) {
	t.Parallel()
	c := call.New(story(), options())
	c.AddAct(calls("Jennifer", "Doc"))
	if diff := cmp.Diff([]string{"0s leg-1 newCall in from=Jennifer to=Doc user=Doc"}, describe(playOut(t, c, always(subscribingResponse)))); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s", diff)
	}
}

func TestEachLegOfAnInternalCallHasItsOwnCallID(t *testing.T) {
	t.Parallel()
	opts := options()
	opts.CallIDs = nil
	var got []string
	for _, s := range call.New(story(calls("Doc", "Marty")), opts).Rehearse() {
		got = append(got, s.Push.CallID)
	}
	want := []string{opts.IDs.CallID("test-story", "Marty", push.Outgoing), opts.IDs.CallID("test-story", "Marty", push.Incoming)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("callIds mismatch (-want +got):\n%s", diff)
	}
}
