package requirements_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestFindingOfASteeredCallNamesHangupCauseIfItIsNotNormalClearing(t *testing.T) {
	t.Parallel()
	const redirectResponse = `<Response onAnswer="` + followUpURL + `" onHangup="` + followUpURL + `"><Dial><Number>4921199999999</Number></Dial></Response>`
	for name, test := range map[string]struct {
		document string
		refused  transcript.Exchange
		want     string
	}{
		"hangup with the cause busy: named":               {rejectResponse, exchange(push.Hangup, 500, "", "", withCause(push.Busy)), "the hangup push with the cause busy on Doc's leg: status 500"},
		"hangup with the cause normalClearing: not named": {redirectResponse, exchange(push.Hangup, 500, "", "", withCause(push.NormalClearing)), "the hangup push on Doc's leg: status 500"},
		"answer, which has no cause: not named":           {redirectResponse, exchange(push.Answer, 500, "", ""), "the answer push on Doc's leg: status 500"},
	} {
		c := callOf(exchange(push.NewCall, 200, xmlType, test.document), test.refused)
		c.Scenario, c.Steered = "incoming-answered", true
		var got []string
		for _, j := range requirements.JudgeCall(c, receiver) {
			for _, f := range j.Findings {
				if j.Requirement == "call.steered" {
					got = append(got, f.Got)
				}
			}
		}
		if diff := cmp.Diff([]string{test.want}, got); diff != "" {
			t.Errorf("%s: findings of call.steered mismatch (-want +got):\n%s", name, diff)
		}
	}
}

func TestRefusedHangupIsAGapOfPushHangupCausesOnlyIfHangupIsPlain(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change []func(*transcript.Exchange)
		want   int // number of gaps
	}{
		"plain hangup: two gaps": {[]func(*transcript.Exchange){withCause(push.NormalClearing)}, 2},
		"odd hangup: no gap":     {[]func(*transcript.Exchange){withCause(push.NormalClearing), asOdd}, 0},
	} {
		c := callFor("push.hangup-causes", exchange(push.NewCall, 200, xmlType, bothSubscriptions), exchange(push.Hangup, 500, "", "", test.change...))
		c.Variant = requirements.CauseVariant(push.NormalClearing)
		got := 0
		for _, j := range requirements.JudgeCall(c, receiver) {
			if j.Requirement == "push.hangup-causes" {
				got += len(j.Gaps)
			}
		}
		if got != test.want {
			t.Errorf("%s: %d gaps of push.hangup-causes, want %d", name, got, test.want)
		}
	}
}

func TestFindingAboutAHangupIsExcusedByItsHangupCauseOnlyIfCauseIsNormalClearing(t *testing.T) {
	t.Parallel()
	for cause, want := range map[push.Cause]bool{
		push.NormalClearing: true, push.Busy: false, push.Cancel: false,
	} {
		c := callOf(exchange(push.NewCall, 200, xmlType, bothSubscriptions), exchange(push.Hangup, 500, "", "", withCause(cause)))
		c.Scenario = "incoming-cancelled"
		found := false
		for _, j := range requirements.JudgeCall(c, receiver) {
			for _, f := range j.Findings {
				if j.Requirement != "call.unanswered" {
					continue
				}
				found = true
				excused := slices.Contains(f.Excuses, requirements.Excuse{ID: "push.hangup-causes", Variant: requirements.CauseVariant(cause)})
				if excused != want {
					t.Errorf("%s: excused by its variant of push.hangup-causes: %t, want %t", cause, excused, want)
				}
			}
		}
		if !found {
			t.Errorf("%s: there is no finding of call.unanswered", cause)
		}
	}
}
