package verdict_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

func TestStateIsUndeterminedForOneReasonIfEveryRequestGot404(t *testing.T) {
	t.Parallel()
	asked := func(status int, shown transcript.CallState) transcript.StateQuestion {
		return transcript.StateQuestion{Status: status, Question: "GET https://localhost:8443/calls/1", Shown: shown, Wanted: transcript.CallRinging, CallID: "1"}
	}
	const advice = " answered 404: GET https://localhost:8443/calls/1; correct --state-url, or let the page there find a call by the callId of its pushes"
	missing, known := asked(404, transcript.CallUnknown), asked(0, transcript.CallRinging)
	for name, test := range map[string]struct {
		states []transcript.StateQuestion
		want   string // of state.ended and state.forward; "": another reason or status
	}{
		"every question":         {[]transcript.StateQuestion{missing, missing, missing}, "all 3 questions were" + advice},
		"the only question":      {[]transcript.StateQuestion{missing}, "the only question was" + advice},
		"every question but one": {[]transcript.StateQuestion{missing, missing, known}, ""},
		"no question":            {nil, ""},
	} {
		first, second := wholeCall(), wholeCall()
		first.States = test.states[:min(1, len(test.states))]
		second.States = test.states[len(first.States):]
		v := verdict.Run{Evidence: verdict.Evidence{Calls: numberedCalls(first, second), OtherCapabilities: []requirements.Capability{requirements.CanState}}}.Judge()
		for _, row := range v.Rows {
			if row.ID != "state.ended" && row.ID != "state.forward" {
				continue
			}
			want, is := test.want, row.Status == verdict.Undetermined
			if want == "" {
				want, is = row.Reason, row.Reason != "all 3 questions were"+advice && row.Reason != "the only question was"+advice
			}
			if diff := cmp.Diff(want, row.Reason); diff != "" || !is {
				t.Errorf("%s: %s is %s, reason mismatch (-want +got):\n%s", name, row.ID, row.Status, diff)
			}
		}
	}
}
