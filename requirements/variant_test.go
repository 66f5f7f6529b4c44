package requirements_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestVariantIsThatOfTheCallForTheRequirementThatItIsPlayedFor(t *testing.T) {
	t.Parallel()
	const variant = "the one that is played"
	with := func(c transcript.Call) transcript.Call {
		c.Scenario, c.Variant = "incoming-answered", variant
		return c
	}
	withheld := about("push.user-empty", says(push.NewCall, 200, xml, both, odd))
	withheld.NotSent = []transcript.NotSent{{Leg: "Doc", Push: push.Push{Event: push.Hangup}, Reason: transcript.UnusableURL}}
	type variants struct{ Met, Gaps []transcript.Variant }
	tests := []struct {
		name string
		call transcript.Call
		id   string
		want variants
	}{
		{"call after a stimulus", with(about("trouble.malformed-push", stranger(transcript.Complete, status(400)), says(push.NewCall, 200, xml, both))),
			"trouble.malformed-push", variants{Met: []transcript.Variant{variant}}},
		{"odd push accepted, the hangup not sent", with(withheld), "push.user-empty", variants{Met: []transcript.Variant{variant}, Gaps: []transcript.Variant{variant}}},
		{"plain hangup that was not sent", with(withheld), "push.hangup", variants{Gaps: []transcript.Variant{""}}},
		{"two plain pushes accepted, noted once", one(says(push.NewCall, 200, xml, both), says(push.NewCall, 200, xml, both)),
			"push.newcall", variants{Met: []transcript.Variant{""}}},
	}
	for _, test := range tests {
		var got variants
		for _, j := range requirements.JudgeCall(test.call, receiver) {
			if j.Requirement != test.id {
				continue
			}
			got.Met = j.Met
			for _, g := range j.Gaps {
				got.Gaps = append(got.Gaps, g.Variant)
			}
		}
		if diff := cmp.Diff(test.want, got); diff != "" {
			t.Errorf("%s: variants of %s mismatch (-want +got):\n%s", test.name, test.id, diff)
		}
	}
}

func TestPushOfTheKindThatTheCallIsAboutIsOneGapIfNotSent(t *testing.T) {
	t.Parallel()
	c := about("push.hangup", says(push.NewCall, 200, xml, both))
	c.NotSent = []transcript.NotSent{{Leg: "Doc", Push: push.Push{Event: push.Hangup}, Reason: transcript.UnusableURL}}
	want := []string{"push.hangup: gap because following.hangup-url: the push was not sent: unusable URL"}
	if diff := cmp.Diff(want, summaries(requirements.JudgeCall(c, receiver), "push.hangup")); diff != "" {
		t.Errorf("JudgeCall mismatch (-want +got):\n%s", diff)
	}
}
