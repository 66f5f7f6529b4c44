package requirements_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// Texts of Finding.Want for refused pushes, as describeJudgements writes them.
const (
	wantWholeCall   = "; want every push of the call accepted, not only each one alone"
	wantResponse2xx = "; want a response with a 2xx status, in time"
	want2xx         = "; want a 2xx status, in time"
)

// scenarioCall returns a call of a built-in call scenario that was played to its end.
func scenarioCall(scenario string, exchanges ...transcript.Exchange) transcript.Call {
	return transcript.Call{ID: 1, Scenario: scenario, Exchanges: exchanges, Complete: true}
}

// describeJudgements describes the judgements by id: how often the requirement was met, its findings with Got, Want and excuses, and its
// gaps. It leaves out requirements about responses and redirects that are only met.
func describeJudgements(js []requirements.Judgement) map[string]string {
	out := map[string]string{}
	for _, j := range js {
		var parts []string
		switch met := j.TimesJudged - len(j.Findings); {
		case met == 1:
			parts = append(parts, "met")
		case met > 1:
			parts = append(parts, fmt.Sprintf("met %d times", met))
		}
		for _, f := range j.Findings {
			part := fmt.Sprintf("%s: %s; want %s", f.Level, f.Got, f.Want)
			if len(f.ExcuseIDs()) > 0 {
				part += "; unless " + strings.Join(f.ExcuseIDs(), ", ")
			}
			if f.Contrast() != "" {
				part += "; only if " + f.Contrast()
			}
			if f.MovesTo != "" {
				part += "; else " + f.MovesTo
			}
			parts = append(parts, part)
		}
		for _, g := range j.Gaps {
			part := "gap: " + g.Reason
			if g.CauseID != "" {
				part += "; because " + g.CauseID
			}
			parts = append(parts, part)
		}
		if j.NotApplicable != "" {
			parts = append(parts, "not applicable: "+j.NotApplicable)
		}
		text := strings.Join(parts, " | ")
		isLeftOutIfMet := strings.HasPrefix(j.Requirement, "response.") || j.Requirement == "transport.no-redirect"
		if met := j.TimesJudged > len(j.Findings) && len(parts) == 1; !isLeftOutIfMet || !met {
			out[j.Requirement] = text
		}
	}
	return out
}

// A judgedCall is a call with the wanted judgements, as describeJudgements writes them.
type judgedCall struct {
	name string
	call transcript.Call
	want map[string]string
}

// checkJudgements fails the test if the judgements of a call differ from the wanted judgements.
func checkJudgements(t *testing.T, target requirements.Target, tests []judgedCall) {
	t.Helper()
	for _, test := range tests {
		if test.want == nil {
			test.want = map[string]string{}
		}
		if diff := cmp.Diff(test.want, describeJudgements(requirements.JudgeCall(test.call, target))); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}
