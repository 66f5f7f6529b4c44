package call_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
)

// An outcome or an action of one leg changes no other leg.
func TestLegsAreKeptApart(t *testing.T) {
	t.Parallel()
	const (
		rings      = "0s leg-1 newCall in from=Jennifer to=Doc user=Doc"
		docAnswers = "5s leg-1 answer user=Doc answeringNumber=Doc"
		redirect   = "<Dial><Number>493023125901</Number></Dial>"
		redirected = "answeringNumber=493023125901"
	)
	tests := []struct {
		name, why string
		story     []scenarios.Act
		says      receiver
		want      []string
		skipped   []call.Skip
	}{
		{
			name: "both legs of an internal call are rejected", why: "each ends once",
			story: []scenarios.Act{calls("Doc", "Marty"), picksUp("Marty")},
			says:  always(acting(`<Reject reason="busy"/>`)),
			want:  []string{callsMarty, ringsMarty, "0s leg-1 hangup cause=busy", "0s leg-2 hangup cause=busy"},
			skipped: []call.Skip{
				{Deed: "Marty answers", Leg: "Marty", Reason: "the receiver rejects the call", ReceiverAction: "rejects"},
			},
		},
		{
			name: "one leg of an internal call is redirected and the other one rejected", why: "what was redirected goes on",
			story: []scenarios.Act{calls("Doc", "Marty")},
			says:  inTurn(acting(redirect), acting(`<Reject reason="busy"/>`)),
			want: []string{callsMarty, ringsMarty, "0s leg-2 hangup cause=busy",
				"5s leg-1 answer " + redirected, "15s leg-1 hangup cause=normalClearing " + redirected},
		},
		{
			name: "one leg of an internal call is redirected and the other one answered", why: "nobody answers a call that is over",
			story: []scenarios.Act{calls("Doc", "Marty"), picksUp("Marty")},
			says:  inTurn(acting(redirect), subscribed),
			want: []string{callsMarty, ringsMarty, "5s leg-1 answer " + redirected, "15s leg-1 hangup cause=normalClearing " + redirected,
				"20s leg-2 answer user=Marty answeringNumber=Marty"},
		},
		{
			name: "a call that comes to nothing beside a transfer that did", why: "the one who transferred is still left with the caller",
			story: []scenarios.Act{calls("Jennifer", "Doc"), picksUp("Doc"), transfers("Doc", "Marty"), calls("Biff", "Lorraine")},
			says:  inTurn(subscribed, acting("<Reject/>")),
			want: []string{rings, docAnswers, "15s leg-2 newCall in from=Jennifer to=Marty user=Marty diversion=Doc", "15s leg-2 hangup cause=noAnswer diversion=Doc",
				"15s leg-3 newCall in from=Biff to=Lorraine user=Lorraine", "15s leg-3 hangup cause=noAnswer", "15s leg-1 hangup cause=normalClearing answeringNumber=Doc"},
		},
		{
			name: "digits for another call", why: "they are pressed where that one gathers",
			story: []scenarios.Act{calls("Jennifer", "Doc"), calls("Biff", "Marty"), presses("Biff", "12")},
			says:  inTurn(acting(gatherMore), subscribed, acting(gatherMore), subscribed),
			want:  []string{rings, "2s leg-1 dtmf dtmf=", "2s leg-2 newCall in from=Biff to=Marty user=Marty", "4s leg-2 dtmf dtmf=12"},
		},
		{
			name: "a redirect while the end of somebody else is to come", why: "it does not wait for that",
			story: []scenarios.Act{calls("Jennifer", "Doc"), ends("Biff", push.Cancel)},
			says:  always(acting(redirect)),
			want:  []string{rings, "5s leg-1 answer user= " + redirected, "15s leg-1 hangup cause=normalClearing " + redirected},
			skipped: []call.Skip{
				{Deed: "Biff's call ends (cancel)", Leg: "Biff", Reason: "there is no such leg"},
			},
		},
		{
			name: "a redirected transfer by one who transfers again", why: "it ends after their end, not after their deed",
			story: []scenarios.Act{calls("Jennifer", "Doc"), picksUp("Doc"), transfers("Doc", "Marty"), transfers("Doc", "Lorraine"), ends("Doc", push.NormalClearing)},
			says:  onLeg("Marty", acting(redirect)),
			want: []string{rings, docAnswers, "15s leg-2 newCall in from=Jennifer to=Marty user=Marty diversion=Doc", "20s leg-2 answer user= " + redirected + " diversion=Doc",
				"30s leg-3 newCall in from=Jennifer to=Lorraine user=Lorraine diversion=Doc", "40s leg-1 hangup cause=normalClearing answeringNumber=Doc",
				"50s leg-2 hangup cause=normalClearing " + redirected + " diversion=Doc"},
		},
		{
			name: "somebody who has nothing to do with the call", why: "nothing of it is theirs",
			story:   []scenarios.Act{calls("Jennifer", "Doc"), picksUp("Lorraine")},
			says:    always(subscribed),
			want:    []string{rings},
			skipped: []call.Skip{{Deed: "Lorraine answers", Leg: "Lorraine", Reason: "there is no such leg"}},
		},
		{
			name: "the voicemail and an outgoing call", why: "it takes incoming ones",
			story:   []scenarios.Act{calls("Doc", "Jennifer"), picksUp(scenarios.Voicemail)},
			says:    always(subscribed),
			want:    []string{"0s leg-1 newCall out from=Doc to=Jennifer user=Doc"},
			skipped: []call.Skip{{Deed: "the voicemail answers", Leg: scenarios.Voicemail, Reason: "there is no such leg"}},
		},
		{
			name: "a forward that the story gives another cause", why: "the cause is the story's",
			story: []scenarios.Act{calls("Jennifer", "Doc"), {Who: "Doc", Deed: scenarios.Forwards, To: []string{"Marty"}, Cause: push.Busy}},
			says:  always(subscribed),
			want:  []string{rings, "5s leg-1 hangup cause=busy", "5.098s leg-2 newCall in from=Jennifer to=Marty user=Marty diversion=Doc"},
		},
	}
	for _, test := range tests {
		c := call.New(story(test.story...), options())
		if diff := cmp.Diff(test.want, describe(playOut(t, c, test.says))); diff != "" {
			t.Errorf("%s: %s: mismatch (-want +got):\n%s", test.name, test.why, diff)
		}
		if diff := cmp.Diff(test.skipped, c.Skipped()); diff != "" {
			t.Errorf("%s: Skipped() mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

// until plays a call up to the wanted step. That step is due, and its outcome is not taken.
func until(t *testing.T, c *call.Call, r receiver, want string) call.Step {
	t.Helper()
	for range 100 {
		step, state := c.Next()
		if state != call.Due {
			t.Fatalf("there is no step %q", want)
		}
		if describe([]call.Step{step})[0] == want {
			return step
		}
		c.RecordOutcome(step.Number, read(step, r))
	}
	return call.Step{}
}

func TestWhichStepsWaitForWhichOutcomes(t *testing.T) {
	t.Parallel()
	const answer, second = "5s leg-1 answer user=Doc answeringNumber=Doc", "15s leg-2 newCall in from=Jennifer to=Marty user=Marty diversion=Doc"
	end := ends("Doc", push.NormalClearing)
	tests := []struct {
		name  string
		story []scenarios.Act
		under string // which step is under way
		want  call.State
	}{
		{"an act after an answer", []scenarios.Act{calls("Jennifer", "Doc"), picksUp("Doc"), end}, answer, call.Waiting},
		{"an act together with an answer", []scenarios.Act{calls("Jennifer", "Doc"), picksUp("Doc"), together(end)}, answer, call.Due},
		{"an act after the newCall of another leg", []scenarios.Act{calls("Jennifer", "Doc"), picksUp("Doc"), transfers("Doc", "Marty"), end}, second, call.Waiting},
		{"an act together with the newCall of another leg", []scenarios.Act{calls("Jennifer", "Doc"), picksUp("Doc"), transfers("Doc", "Marty"), together(end)}, second, call.Due},
	}
	for _, test := range tests {
		c := call.New(story(test.story...), options())
		until(t, c, always(subscribed), test.under)
		if step, state := c.Next(); state != test.want {
			t.Errorf("%s: Next() = %+v, %d, want state %d", test.name, step, state, test.want)
		}
	}
}

func TestThePersonLeftWithTheCallerEndsTheCallOnce(t *testing.T) {
	t.Parallel()
	says := onLeg("Marty", acting("<Reject/>"))
	c := call.New(story(calls("Jennifer", "Doc"), picksUp("Doc"), transfers("Doc", "Marty")), options())
	step := until(t, c, says, "15s leg-2 hangup cause=noAnswer diversion=Doc")
	if _, state := c.Next(); state != call.Waiting {
		t.Errorf("Next() with a hangup under way gives state %d, want %d", state, call.Waiting)
	}
	c.AddAct(ends("Doc", push.Cancel))
	c.RecordOutcome(step.Number, nil)
	if diff := cmp.Diff([]string{"25s leg-1 hangup cause=cancel answeringNumber=Doc"}, describe(playOut(t, c, says))); diff != "" {
		t.Errorf("what follows mismatch (-want +got):\n%s", diff)
	}
}

func TestACallCanBeginWithoutAStory(t *testing.T) {
	t.Parallel()
	c := call.New(story(), options())
	c.AddAct(calls("Jennifer", "Doc"))
	if diff := cmp.Diff([]string{"0s leg-1 newCall in from=Jennifer to=Doc user=Doc"}, describe(playOut(t, c, always(subscribed)))); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s", diff)
	}
}

func TestTheCallIdsOfAnInternalCallDoNotDependOnEachOther(t *testing.T) {
	t.Parallel()
	opts := options()
	opts.Literal = nil
	var got []string
	for _, s := range call.New(story(calls("Doc", "Marty")), opts).Rehearse() {
		got = append(got, s.Push.CallID)
	}
	want := []string{opts.IDs.CallID("own", "Marty", push.Outgoing), opts.IDs.CallID("own", "Marty", push.Incoming)}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("callIds mismatch (-want +got):\n%s", diff)
	}
}
