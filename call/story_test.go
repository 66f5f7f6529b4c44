package call_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/call"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
)

func TestActOfAStoryMakesPushesOrIsSkipped(t *testing.T) {
	t.Parallel()
	docNewCall := "0s leg-1 newCall in from=Jennifer to=Doc user=Doc"
	docAnswer := "5s leg-1 answer user=Doc answeringNumber=Doc"
	tests := []struct {
		name, why string
		story     []scenarios.Act
		want      []string
		skipped   []call.SkippedAct
	}{
		{
			name: "a transfer to an outside number", why: "the pushes of the second leg are billed, and its user is empty",
			story: []scenarios.Act{calls("Jennifer", "Doc"), picksUp("Doc"), transfers("Doc", "Biff"), picksUp("Biff"), ends("Doc", push.NormalClearing)},
			want: []string{docNewCall, docAnswer, "15s leg-2 newCall in from=Jennifer to=Biff user= diversion=Doc (billed)",
				"20s leg-2 answer user= answeringNumber=Biff diversion=Doc (billed)", "30s leg-1 hangup cause=normalClearing answeringNumber=Doc"},
		},
		{
			name: "a forward to an outside number", why: "only the pushes of the second leg are billed",
			story: []scenarios.Act{calls("Jennifer", "Doc"), forwards("Doc", "Biff"), ends("Biff", push.NoAnswer)},
			want: []string{docNewCall, "5s leg-1 hangup cause=forwarded", "5.098s leg-2 newCall in from=Jennifer to=Biff user= diversion=Doc (billed)",
				"15.098s leg-2 hangup cause=noAnswer diversion=Doc (billed)"},
		},
		{
			name: "a call that is forwarded twice", why: "the diversion is the number dialled first",
			story: []scenarios.Act{calls("Jennifer", "Doc"), forwards("Doc", "Marty"), forwards("Marty", "Lorraine"), ends("Lorraine", push.NoAnswer)},
			want: []string{docNewCall, "5s leg-1 hangup cause=forwarded", "5.098s leg-2 newCall in from=Jennifer to=Marty user=Marty diversion=Doc",
				"10.098s leg-2 hangup cause=forwarded diversion=Doc", "10.196s leg-3 newCall in from=Jennifer to=Lorraine user=Lorraine diversion=Doc",
				"20.196s leg-3 hangup cause=noAnswer diversion=Doc"},
		},
		{
			name: "the caller hangs up twice after a transfer", why: "first the latest leg ends, then the first leg",
			story: []scenarios.Act{calls("Jennifer", "Doc"), picksUp("Doc"), transfers("Doc", "Marty"), ends("Jennifer", push.Cancel), ends("Jennifer", push.NormalClearing)},
			want: []string{docNewCall, docAnswer, "15s leg-2 newCall in from=Jennifer to=Marty user=Marty diversion=Doc",
				"25s leg-2 hangup cause=cancel diversion=Doc", "35s leg-1 hangup cause=normalClearing answeringNumber=Doc"},
		},
		{
			name: "an internal call", why: "there are two legs",
			story: []scenarios.Act{calls("Doc", "Marty")},
			want:  []string{"0s leg-1 newCall out from=Doc to=Marty user=Doc", "0s leg-2 newCall in from=Doc to=Marty user=Marty"},
		},
		{
			name: "an emergency call", why: "sipgate sends no push at all",
			story: []scenarios.Act{calls("Doc", "Police"), picksUp("Police"), ends("Police", push.NormalClearing)},
			skipped: []call.SkippedAct{
				{Deed: "Doc calls Police", Leg: "Police", Reason: "sipgate sends no push about an emergency call"},
				{Deed: "Police answers", Leg: "Police", Reason: "sipgate sends no push about an emergency call"},
				{Deed: "Police's call ends (normalClearing)", Leg: "Police", Reason: "sipgate sends no push about an emergency call"},
			},
		},
		{
			name:    "a transfer to an emergency number",
			story:   []scenarios.Act{calls("Jennifer", "Doc"), picksUp("Doc"), transfers("Doc", "Police")},
			want:    []string{docNewCall, docAnswer},
			skipped: []call.SkippedAct{{Deed: "Doc transfers the call to Police", Leg: "Doc", Reason: "sipgate sends no push about an emergency call"}},
		},
		{
			name: "a forward to an emergency number", why: "only the hangup of the first leg is sent",
			story: []scenarios.Act{calls("Jennifer", "Doc"), forwards("Doc", "Police")},
			want:  []string{docNewCall, "5s leg-1 hangup cause=forwarded"},
		},
		{
			name: "acts that cannot happen", why: "call.New does not check the story",
			story: []scenarios.Act{calls("Jennifer", "Doc"), transfers("Doc", "Marty"), picksUp("Doc"), picksUp("Doc"), forwards("Doc", "Marty"),
				ends("Doc", push.NormalClearing), ends("Doc", push.NormalClearing), picksUp("Lorraine"), calls("Jennifer", "Biff")},
			want: []string{docNewCall, "15s leg-1 answer user=Doc answeringNumber=Doc", "35s leg-1 hangup cause=normalClearing answeringNumber=Doc"},
			skipped: []call.SkippedAct{
				{Deed: "Doc transfers the call to Marty", Leg: "Doc", Reason: "the call was not answered"},
				{Deed: "Doc answers", Leg: "Doc", Reason: "the call was answered before"},
				{Deed: "Doc's line forwards the call to Marty", Leg: "Doc", Reason: "the call was answered before"},
				{Deed: "Doc's call ends (normalClearing)", Leg: "Doc", Reason: "Doc's leg is over"},
				{Deed: "Lorraine answers", Leg: "Lorraine", Reason: "there is no such leg"},
				{Deed: "Jennifer calls Biff", Leg: "Biff", Reason: "neither the caller nor the called party is a user of the account"},
			},
		},
	}
	for _, test := range tests {
		opts := options()
		opts.Cast["Police"] = scenarios.Person{Name: "Police", Number: "110", IsOutside: true}
		c := call.New(story(test.story...), opts)
		if diff := cmp.Diff(test.want, describe(playOut(t, c, always(subscribingResponse)))); diff != "" {
			t.Errorf("%s: %s: mismatch (-want +got):\n%s", test.name, test.why, diff)
		}
		if diff := cmp.Diff(test.skipped, c.Skipped()); diff != "" {
			t.Errorf("%s: Skipped() mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}

func TestTransferWithinTheAccountIsNotBilled(t *testing.T) {
	t.Parallel()
	for _, s := range playOut(t, call.New(builtin(t, "transfer-answered"), options()), always(subscribingResponse)) {
		if s.Billed {
			t.Errorf("the %s on %s's leg has Billed true, want false", s.Push.Event, s.Leg)
		}
	}
}

func TestCallWaitsForTheOutcomeOfAPush(t *testing.T) {
	t.Parallel()
	c := call.New(builtin(t, "incoming-answered"), options())
	step, state := c.Next()
	if state != call.Due {
		t.Fatalf("Next() of a new call gives state %d, want %d", state, call.Due)
	}
	for range 2 {
		if s, state := c.Next(); state != call.Waiting {
			t.Fatalf("Next() before the outcome = %+v, %d, want state %d", s, state, call.Waiting)
		}
	}
	c.RecordOutcome(step.Number+1, nil) // no step of that number is under way
	if _, state := c.Next(); state != call.Waiting {
		t.Errorf("Next() after the outcome of an unknown step gives state %d, want %d", state, call.Waiting)
	}
	c.RecordOutcome(step.Number, nil)
	c.RecordOutcome(step.Number, parseResponse(step, always(subscribingResponse))) // the outcome of this step is already recorded
	if s, _ := c.Next(); s.Push.Event != push.Answer || s.Withheld != call.NotSubscribed {
		t.Errorf("Next() = %s, withheld %q, want an answer that is not subscribed", s.Push.Event, s.Withheld)
	}
}

func TestBothNewCallsOfAnInternalCallAreDueAtOnce(t *testing.T) {
	t.Parallel()
	c := call.New(story(calls("Doc", "Marty")), options())
	for i := range 2 {
		if s, state := c.Next(); state != call.Due {
			t.Fatalf("Next() = %+v, %d, want push %d of 2 due before any outcome", s, state, i+1)
		}
	}
	if _, state := c.Next(); state != call.Waiting {
		t.Errorf("Next() with two pushes under way gives state %d, want %d", state, call.Waiting)
	}
}

func TestActWithTogetherDoesNotWaitForAHangup(t *testing.T) {
	t.Parallel()
	c := call.New(story(calls("Jennifer", "Doc"), picksUp("Doc"), transfers("Doc", "Marty"), ends("Marty", push.NoAnswer), withTogether(ends("Doc", push.NormalClearing))), options())
	var underWay []string
	for {
		s, state := c.Next()
		if state == call.Waiting {
			t.Fatalf("Next() waits with %v under way", underWay)
		}
		if state == call.Finished {
			break
		}
		underWay = append(underWay, describe([]call.Step{s})...)
		if s.Push.Event != push.Hangup {
			c.RecordOutcome(s.Number, parseResponse(s, always(subscribingResponse)))
			underWay = nil
			continue
		}
		if len(underWay) == 2 {
			break
		}
	}
	want := []string{"25s leg-2 hangup cause=noAnswer diversion=Doc", "35s leg-1 hangup cause=normalClearing answeringNumber=Doc"}
	if diff := cmp.Diff(want, underWay); diff != "" {
		t.Errorf("steps under way mismatch (-want +got):\n%s", diff)
	}
}

func TestActWithTogetherWaitsForTheNewCallOfItsLeg(t *testing.T) {
	t.Parallel()
	c := call.New(story(calls("Jennifer", "Doc"), withTogether(ends("Doc", push.Cancel))), options())
	step, _ := c.Next()
	if _, state := c.Next(); state != call.Waiting {
		t.Errorf("Next() before the outcome of the newCall gives state %d, want %d: the receiver may steer the leg", state, call.Waiting)
	}
	c.RecordOutcome(step.Number, parseResponse(step, always(withAction("<Reject/>"))))
	if s, _ := c.Next(); s.Push.Cause != push.NoAnswer {
		t.Errorf("Next() = %s (%s), want the hangup of the Reject", s.Push.Event, s.Push.Cause)
	}
}

func TestAddedActContinuesACallThatWasOver(t *testing.T) {
	t.Parallel()
	c := call.New(story(calls("Jennifer", "Doc")), options())
	firstSteps := playOut(t, c, always(subscribingResponse))
	c.AddAct(ends("Doc", push.Cancel))
	c.AddAct(calls("Jennifer", "Doc")) // a second leg rings Doc
	got := describe(append(firstSteps, playOut(t, c, always(subscribingResponse))...))
	want := []string{"0s leg-1 newCall in from=Jennifer to=Doc user=Doc", "10s leg-1 hangup cause=cancel", "10s leg-2 newCall in from=Jennifer to=Doc user=Doc"}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("mismatch (-want +got):\n%s", diff)
	}
}

// pushIDs plays a built-in call scenario, and returns the callId, origCallId and xcid of each push.
func pushIDs(t *testing.T, name string, opts call.Options) []string {
	t.Helper()
	var ids []string
	for _, s := range playOut(t, call.New(builtin(t, name), opts), always(subscribingResponse)) {
		ids = append(ids, s.Push.CallID+" "+s.Push.OrigCallID+" "+s.Push.XCID)
	}
	return ids
}

func TestIDsDependOnlyOnSeedNonceAndScenario(t *testing.T) {
	t.Parallel()
	opts := options()
	opts.CallIDs = nil
	want := pushIDs(t, "transfer-answered", opts)
	for _, other := range scenarios.All() {
		pushIDs(t, other.Name, opts)
	}
	if diff := cmp.Diff(want, pushIDs(t, "transfer-answered", opts)); diff != "" {
		t.Errorf("the same seed and nonce give other ids (-want +got):\n%s", diff)
	}
	otherOptions := map[string]call.Options{"another nonce": opts, "another seed": opts}
	for why, o := range otherOptions {
		if why == "another nonce" {
			o.IDs.Nonce = "again"
		} else {
			o.IDs.Seed++
		}
		for i, id := range pushIDs(t, "transfer-answered", o) {
			if id == want[i] {
				t.Errorf("%s gives the same ids for step %d: %s", why, i, id)
			}
		}
	}
}

func TestNoTwoLegsHaveTheSameCallID(t *testing.T) {
	t.Parallel()
	opts := options()
	opts.CallIDs = nil
	c := call.New(story(calls("Jennifer", "Doc"), forwards("Doc", "Marty"), forwards("Marty", "Doc"), calls("Jennifer", "Marty"), calls("Doc", "Marty")), opts)
	var callIDs []string
	for _, s := range playOut(t, c, always(subscribingResponse)) {
		if s.Push.Event != push.NewCall {
			continue
		}
		if slices.Contains(callIDs, s.Push.CallID) {
			t.Errorf("%s's leg has the callId %s of another leg", s.Leg, s.Push.CallID)
		}
		callIDs = append(callIDs, s.Push.CallID)
	}
	if len(callIDs) != 6 {
		t.Errorf("there are %d legs, want 6", len(callIDs))
	}
}

func TestLegsGetTheCallIDsOfTheOptionsInOrder(t *testing.T) {
	t.Parallel()
	opts := options()
	opts.CallIDs = []string{"12111955"}
	steps := playOut(t, call.New(builtin(t, "transfer-unanswered"), opts), always(subscribingResponse))
	second := opts.IDs.CallID("transfer-unanswered", "Marty", push.Incoming)
	want := []string{"12111955", "12111955", second, second}
	var got []string
	for _, s := range steps {
		got = append(got, s.Push.CallID)
		if s.Push.OrigCallID != "12111955" {
			t.Errorf("origCallId of step %d is %q, want the callId of the first leg", s.Number, s.Push.OrigCallID)
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("callIds mismatch (-want +got):\n%s", diff)
	}
}
