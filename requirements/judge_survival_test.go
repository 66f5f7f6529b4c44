package requirements_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestReceiverSurvivesIfNextGoodPushIsTreatedAsBefore(t *testing.T) {
	t.Parallel()
	const malformed = "trouble.malformed-push"
	type before = map[push.Event]transcript.Treatment
	garbage := stranger(transcript.Dropped)
	taken := says(push.NewCall, 200, xml, both)
	refusal := through(says(push.NewCall, 200, xml, `<Error message="unknown user"/>`))
	gone := ended(push.NewCall, transcript.NotConnected)
	const asBefore = "must, exchange 1: want the next good push treated like the one before, which was refused, got after a JSON document, the newCall push: "
	tests := []struct {
		name   string
		before before
		after  []transcript.Exchange
		want   []string
	}{
		{"an Error document before and after", before{push.NewCall: transcript.Refused}, []transcript.Exchange{refusal}, []string{"met"}},
		{"status 401 before, another refusal after", before{push.NewCall: transcript.Refused}, []transcript.Exchange{says(push.NewCall, 403, "", "")}, []string{"met"}},
		{"refused before, accepted after", before{push.NewCall: transcript.Refused}, []transcript.Exchange{taken}, []string{"met"}},
		{"refused before, no connection after", before{push.NewCall: transcript.Refused}, []transcript.Exchange{gone}, []string{asBefore + "no connection: "}},
		{"refused before, a server error after", before{push.NewCall: transcript.Refused}, []transcript.Exchange{says(push.NewCall, 502, "", "")}, []string{asBefore + "status 502"}},
		{"refused before, dropped after", before{push.NewCall: transcript.Refused}, []transcript.Exchange{ended(push.NewCall, transcript.Dropped)}, []string{asBefore + "the receiver closed the connection without a response"}},
		{"accepted before, an Error document after", before{push.NewCall: transcript.Taken}, []transcript.Exchange{refusal},
			[]string{"must, exchange 1: want the next good push accepted, got after a JSON document, the newCall push: status 200"}},
		{"the hangup refused before and after", before{push.NewCall: transcript.Taken, push.Hangup: transcript.Crashed},
			[]transcript.Exchange{taken, says(push.Hangup, 500, "", "")}, []string{"met"}},
		{"the hangup accepted before, refused after", before{push.NewCall: transcript.Taken, push.Hangup: transcript.Taken},
			[]transcript.Exchange{taken, says(push.Hangup, 500, "", "")},
			[]string{"must, exchange 2: want the next good push accepted, got after a JSON document, the hangup push: status 500"}},
		{"no hangup due before", before{push.NewCall: transcript.Refused}, []transcript.Exchange{taken, says(push.Hangup, 500, "", "")}, []string{"met"}},
	}
	for _, test := range tests {
		c := transcript.Call{ID: 1, Stimulus: malformed, Complete: true, Background: transcript.Background{GoodCallBefore: test.before}, Exchanges: append([]transcript.Exchange{garbage}, test.after...)}
		var want []string
		for _, w := range test.want {
			want = append(want, malformed+": "+w)
		}
		if diff := cmp.Diff(want, summaries(requirements.JudgeCall(c, receiver), "trouble.")); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
		if got, want := requirements.Survived(c), test.want[0] == "met"; got != want {
			t.Errorf("%s: Survived() = %t, want %t", test.name, got, want)
		}
	}
}

func TestRefusalBeforeAStimulusDoesNotExplainACrashAfterIt(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		before transcript.Treatment
		want   []string
	}{
		"refused before":  {transcript.Refused, []string{"signature.missing"}},
		"accepted before": {transcript.Taken, []string{"push.newcall", "signature.missing"}},
	} {
		c := transcript.Call{ID: 1, Stimulus: "trouble.malformed-push", Complete: true, Background: transcript.Background{GoodCallBefore: map[push.Event]transcript.Treatment{push.NewCall: test.before}},
			Exchanges: []transcript.Exchange{stranger(transcript.Dropped), ended(push.NewCall, transcript.Dropped)}}
		for _, j := range requirements.JudgeCall(c, receiver) {
			for _, f := range j.Findings {
				if diff := cmp.Diff(test.want, f.ExcusedBy()); diff != "" {
					t.Errorf("%s: ExcusedBy mismatch (-want +got):\n%s", name, diff)
				}
			}
			if j.Requirement == c.Stimulus && len(j.Findings) != 1 {
				t.Errorf("%s: %d findings, want 1", name, len(j.Findings))
			}
		}
	}
}

func TestGoodCallIsTreatedAsItsWorstPushOfEachEvent(t *testing.T) {
	t.Parallel()
	raw := stranger(transcript.Dropped)
	c := one(raw, says(push.NewCall, 200, xml, both), says(push.NewCall, 401, "", ""), says(push.NewCall, 200, xml, both), says(push.Answer, 204, "", ""),
		says(push.Hangup, 200, "", "", took(12*time.Second, 30*time.Second)), says(push.DTMF, 500, "", ""))
	want := map[push.Event]transcript.Treatment{
		push.NewCall: transcript.Refused, push.Answer: transcript.Taken, push.Hangup: transcript.NoResponse, push.DTMF: transcript.Crashed,
	}
	if diff := cmp.Diff(want, requirements.Treated(c)); diff != "" {
		t.Errorf("Treated mismatch (-want +got):\n%s", diff)
	}
}

func TestReceiverThatRefusesOnlyTheStimulusSurvives(t *testing.T) {
	t.Parallel()
	for name, garbage := range map[string]transcript.Exchange{
		"refused": stranger(transcript.Complete, status(400)), "crashed": stranger(transcript.Complete, status(500)), "dropped": stranger(transcript.Dropped),
	} {
		c := about("trouble.malformed-push", garbage, says(push.NewCall, 200, xml, both))
		if !requirements.Survived(c) {
			t.Errorf("%s: Survived() = false, want true: the good push after it is accepted", name)
		}
	}
}

func TestGarbageWithoutResponseHasItsOwnConsequenceAndFix(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		garbage, next transcript.Exchange
		own           bool
	}{
		"never answered":       {stranger(transcript.TimedOut), says(push.NewCall, 200, xml, both), true},
		"the receiver crashed": {stranger(transcript.Dropped), ended(push.NewCall, transcript.Dropped), false},
	} {
		c := transcript.Call{ID: 1, Stimulus: "trouble.malformed-push", Complete: true, Exchanges: []transcript.Exchange{test.garbage, test.next}}
		var found []requirements.Finding
		for _, j := range requirements.JudgeCall(c, receiver) {
			found = append(found, j.Findings...)
		}
		if len(found) != 1 {
			t.Errorf("%s: %d findings, want one: %+v", name, len(found), found)
			continue
		}
		if f := found[0]; (f.So != "") != test.own || (f.Fix != "") != test.own {
			t.Errorf("%s: so %q, fix %q, want own texts: %t", name, f.So, f.Fix, test.own)
		}
	}
}
