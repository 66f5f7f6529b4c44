package verdict_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

func TestRequirementsAboutStatesAreUndeterminedIfEveryRequestGot404(t *testing.T) {
	t.Parallel()
	question := func(status int, shown transcript.CallState) transcript.StateQuestion {
		return transcript.StateQuestion{Status: status, Question: "GET https://localhost:8443/calls/1", Shown: shown, Wanted: transcript.CallRinging, CallID: "1"}
	}
	const advice = " answered 404: GET https://localhost:8443/calls/1; correct --state-url, or let the page there find a call by the callId of its pushes"
	question404, questionRinging := question(404, transcript.CallUnknown), question(0, transcript.CallRinging)
	for name, test := range map[string]struct {
		states []transcript.StateQuestion
		want   string // reason of state.ended and state.forward; "": any reason without the advice
	}{
		"all questions got 404: advice":            {[]transcript.StateQuestion{question404, question404, question404}, "all 3 questions were" + advice},
		"the only question got 404: advice":        {[]transcript.StateQuestion{question404}, "the only question was" + advice},
		"all questions but one got 404: no advice": {[]transcript.StateQuestion{question404, question404, questionRinging}, ""},
		"no question: no advice":                   {nil, ""},
	} {
		first, second := wholeCall(), wholeCall()
		first.States = test.states[:min(1, len(test.states))]
		second.States = test.states[len(first.States):]
		v := verdict.Run{Evidence: verdict.Evidence{Calls: numberedCalls(first, second), OtherCapabilities: []requirements.Capability{requirements.CanState}}}.Judge()
		for _, row := range v.Rows {
			if row.ID != "state.ended" && row.ID != "state.forward" {
				continue
			}
			want, isExpected := test.want, row.Status == verdict.Undetermined
			if want == "" {
				want, isExpected = row.Reason, row.Reason != "all 3 questions were"+advice && row.Reason != "the only question was"+advice
			}
			if diff := cmp.Diff(want, row.Reason); diff != "" || !isExpected {
				t.Errorf("%s: %s is %s, reason mismatch (-want +got):\n%s", name, row.ID, row.Status, diff)
			}
		}
	}
}
