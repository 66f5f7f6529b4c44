package requirements_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestJudgementForTheRequirementOfACallHasTheVariantOfTheCall(t *testing.T) {
	t.Parallel()
	const variant = "the variant that is played"
	withVariant := func(c transcript.Call) transcript.Call {
		c.Scenario, c.Variant = "incoming-answered", variant
		return c
	}
	hangupNotSent := callFor("push.user-empty", exchange(push.NewCall, 200, xmlType, bothSubscriptions, asOdd))
	hangupNotSent.NotSent = []transcript.NotSent{{Leg: "Doc", Push: push.Push{Event: push.Hangup}, Reason: transcript.UnusableURL}}
	type variants struct{ Met, Gaps []transcript.Variant }
	tests := []struct {
		name string
		call transcript.Call
		id   string
		want variants
	}{
		{"good push after a stimulus accepted: the variant of the stimulus is met", withVariant(callFor("trouble.malformed-push", stimulusExchange(transcript.Complete, withStatus(400)), exchange(push.NewCall, 200, xmlType, bothSubscriptions))),
			"trouble.malformed-push", variants{Met: []transcript.Variant{variant}}},
		{"odd push accepted, hangup not sent: met and gap", withVariant(hangupNotSent), "push.user-empty", variants{Met: []transcript.Variant{variant}, Gaps: []transcript.Variant{variant}}},
		{"plain hangup not sent: gap without a variant", withVariant(hangupNotSent), "push.hangup", variants{Gaps: []transcript.Variant{""}}},
		{"two plain pushes accepted: met once, without a variant", callOf(exchange(push.NewCall, 200, xmlType, bothSubscriptions), exchange(push.NewCall, 200, xmlType, bothSubscriptions)),
			"push.newcall", variants{Met: []transcript.Variant{""}}},
	}
	for _, test := range tests {
		var got variants
		for _, j := range requirements.JudgeCall(test.call, receiver) {
			if j.Requirement != test.id {
				continue
			}
			got.Met = j.MetVariants
			for _, g := range j.Gaps {
				got.Gaps = append(got.Gaps, g.Variant)
			}
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: variants of %s mismatch (-want +got):\n%s", test.name, test.id, diff)
		}
	}
}

func TestHangupNotSentIsOneGapIfCallIsForPushHangup(t *testing.T) {
	t.Parallel()
	c := callFor("push.hangup", exchange(push.NewCall, 200, xmlType, bothSubscriptions))
	c.NotSent = []transcript.NotSent{{Leg: "Doc", Push: push.Push{Event: push.Hangup}, Reason: transcript.UnusableURL}}
	want := []string{"push.hangup: gap because following.hangup-url: the push was not sent: unusable URL"}
	if diff := cmp.Diff(want, summarize(requirements.JudgeCall(c, receiver), "push.hangup")); diff != "" {
		t.Errorf("JudgeCall mismatch (-want +got):\n%s", diff)
	}
}
