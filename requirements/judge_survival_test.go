package requirements_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestReceiverSurvivesStimulusIfGoodPushIsTreatedAsBefore(t *testing.T) {
	t.Parallel()
	const malformed = "trouble.malformed-push"
	type treatments = map[push.Event]transcript.Treatment
	stimulus := stimulusExchange(transcript.Dropped)
	accepted := exchange(push.NewCall, 200, xmlType, bothSubscriptions)
	errorDocument := withForwardedFor(exchange(push.NewCall, 200, xmlType, `<Error message="unknown user"/>`))
	notConnected := endedExchange(push.NewCall, transcript.NotConnected)
	const asBefore = "must, exchange 1: want the next good push treated like the one before, which was refused, got after a JSON document, the newCall push: "
	tests := []struct {
		name       string
		treatments treatments
		after      []transcript.Exchange
		want       []string
	}{
		{"Error document before and after: met", treatments{push.NewCall: transcript.Refused}, []transcript.Exchange{errorDocument}, []string{"met"}},
		{"refused before, status 403 after: met", treatments{push.NewCall: transcript.Refused}, []transcript.Exchange{exchange(push.NewCall, 403, "", "")}, []string{"met"}},
		{"refused before, accepted after: met", treatments{push.NewCall: transcript.Refused}, []transcript.Exchange{accepted}, []string{"met"}},
		{"refused before, no connection after: finding", treatments{push.NewCall: transcript.Refused}, []transcript.Exchange{notConnected}, []string{asBefore + "no connection: "}},
		{"refused before, status 502 after: finding", treatments{push.NewCall: transcript.Refused}, []transcript.Exchange{exchange(push.NewCall, 502, "", "")}, []string{asBefore + "status 502"}},
		{"refused before, dropped after: finding", treatments{push.NewCall: transcript.Refused}, []transcript.Exchange{endedExchange(push.NewCall, transcript.Dropped)}, []string{asBefore + "the receiver closed the connection without a response"}},
		{"accepted before, Error document after: finding", treatments{push.NewCall: transcript.Accepted}, []transcript.Exchange{errorDocument},
			[]string{"must, exchange 1: want the next good push accepted, got after a JSON document, the newCall push: status 200"}},
		{"hangup gets status 500 before and after: met", treatments{push.NewCall: transcript.Accepted, push.Hangup: transcript.ServerError},
			[]transcript.Exchange{accepted, exchange(push.Hangup, 500, "", "")}, []string{"met"}},
		{"hangup accepted before, status 500 after: finding", treatments{push.NewCall: transcript.Accepted, push.Hangup: transcript.Accepted},
			[]transcript.Exchange{accepted, exchange(push.Hangup, 500, "", "")},
			[]string{"must, exchange 2: want the next good push accepted, got after a JSON document, the hangup push: status 500"}},
		{"no hangup before, hangup gets status 500 after: met", treatments{push.NewCall: transcript.Refused}, []transcript.Exchange{accepted, exchange(push.Hangup, 500, "", "")}, []string{"met"}},
	}
	for _, test := range tests {
		c := transcript.Call{ID: 1, RequirementID: malformed, Complete: true, Background: transcript.Background{GoodCallBefore: test.treatments}, Exchanges: append([]transcript.Exchange{stimulus}, test.after...)}
		var want []string
		for _, w := range test.want {
			want = append(want, malformed+": "+w)
		}
		if diff := cmp.Diff(want, summarize(requirements.JudgeCall(c, receiver), "trouble.")); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
		if got, want := outcome.SurvivesStimulus(c), test.want[0] == "met"; got != want {
			t.Errorf("%s: SurvivesStimulus() = %t, want %t", test.name, got, want)
		}
	}
}

func TestRefusalBeforeAStimulusDoesNotExcuseACrashAfterIt(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		treatment transcript.Treatment
		want      []string
	}{
		"refused before: not excused by push.newcall": {transcript.Refused, []string{"signature.missing"}},
		"accepted before: excused by push.newcall":    {transcript.Accepted, []string{"push.newcall", "signature.missing"}},
	} {
		c := transcript.Call{ID: 1, RequirementID: "trouble.malformed-push", Complete: true, Background: transcript.Background{GoodCallBefore: map[push.Event]transcript.Treatment{push.NewCall: test.treatment}},
			Exchanges: []transcript.Exchange{stimulusExchange(transcript.Dropped), endedExchange(push.NewCall, transcript.Dropped)}}
		for _, j := range requirements.JudgeCall(c, receiver) {
			for _, f := range j.Findings {
				if diff := cmp.Diff(test.want, f.ExcuseIDs()); diff != "" {
					t.Errorf("%s: excuses mismatch (-want +got):\n%s", name, diff)
				}
			}
			if j.Requirement == c.RequirementID && len(j.Findings) != 1 {
				t.Errorf("%s: %d findings, want 1", name, len(j.Findings))
			}
		}
	}
}

func TestWorstTreatmentOfEachEventIsReturned(t *testing.T) {
	t.Parallel()
	stimulus := stimulusExchange(transcript.Dropped)
	c := callOf(stimulus, exchange(push.NewCall, 200, xmlType, bothSubscriptions), exchange(push.NewCall, 401, "", ""), exchange(push.NewCall, 200, xmlType, bothSubscriptions), exchange(push.Answer, 204, "", ""),
		exchange(push.Hangup, 200, "", "", withTimes(12*time.Second, 30*time.Second)), exchange(push.DTMF, 500, "", ""))
	want := map[push.Event]transcript.Treatment{
		push.NewCall: transcript.Refused, push.Answer: transcript.Accepted, push.Hangup: transcript.NoResponse, push.DTMF: transcript.ServerError,
	}
	if diff := cmp.Diff(want, outcome.WorstTreatments(c)); diff != "" {
		t.Errorf("WorstTreatments() mismatch (-want +got):\n%s", diff)
	}
}

func TestReceiverThatRefusesOnlyTheStimulusSurvives(t *testing.T) {
	t.Parallel()
	for name, stimulus := range map[string]transcript.Exchange{
		"stimulus gets status 400": stimulusExchange(transcript.Complete, withStatus(400)), "stimulus gets status 500": stimulusExchange(transcript.Complete, withStatus(500)), "stimulus dropped": stimulusExchange(transcript.Dropped),
	} {
		c := callFor("trouble.malformed-push", stimulus, exchange(push.NewCall, 200, xmlType, bothSubscriptions))
		if !outcome.SurvivesStimulus(c) {
			t.Errorf("%s: SurvivesStimulus() = false, want true: the good push after it is accepted", name)
		}
	}
}

func TestMalformedPushWithoutResponseHasItsOwnConsequenceAndFix(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		stimulus, next transcript.Exchange
		hasTexts       bool
	}{
		"timed out: texts of its own":           {stimulusExchange(transcript.TimedOut), exchange(push.NewCall, 200, xmlType, bothSubscriptions), true},
		"receiver crashed: no texts of its own": {stimulusExchange(transcript.Dropped), endedExchange(push.NewCall, transcript.Dropped), false},
	} {
		c := transcript.Call{ID: 1, RequirementID: "trouble.malformed-push", Complete: true, Exchanges: []transcript.Exchange{test.stimulus, test.next}}
		var found []requirements.Finding
		for _, j := range requirements.JudgeCall(c, receiver) {
			found = append(found, j.Findings...)
		}
		if len(found) != 1 {
			t.Errorf("%s: %d findings, want one: %+v", name, len(found), found)
			continue
		}
		if f := found[0]; (f.Consequence != "") != test.hasTexts || (f.Fix != "") != test.hasTexts {
			t.Errorf("%s: so %q, fix %q, want own texts: %t", name, f.Consequence, f.Fix, test.hasTexts)
		}
	}
}
