package requirements_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// What is wanted of pushes, in the words of inWords.
const (
	byItself = "; want every push of the call accepted, not only each one alone"
	read2xx  = "; want a response with a 2xx status, in time"
	any2xx   = "; want a 2xx status, in time"
)

// in is a call of a built-in call scenario that was played to its end.
func in(scenario string, exchanges ...transcript.Exchange) transcript.Call {
	return transcript.Call{ID: 1, Scenario: scenario, Exchanges: exchanges, Complete: true}
}

// inWords describes the judgements of each requirement: how often it was met, findings with Got, Want and excuses, and gaps. It leaves out
// that a response is correct and no redirect.
func inWords(js []requirements.Judgement) map[string]string {
	out := map[string]string{}
	for _, j := range js {
		var parts []string
		switch met := j.Judged - len(j.Findings); {
		case met == 1:
			parts = append(parts, "met")
		case met > 1:
			parts = append(parts, fmt.Sprintf("met %d times", met))
		}
		for _, f := range j.Findings {
			part := fmt.Sprintf("%s: %s; want %s", f.Level, f.Got, f.Want)
			if len(f.ExcusedBy()) > 0 {
				part += "; unless " + strings.Join(f.ExcusedBy(), ", ")
			}
			if f.Contrast() != "" {
				part += "; only if " + f.Contrast()
			}
			if f.Plain != "" {
				part += "; else " + f.Plain
			}
			parts = append(parts, part)
		}
		for _, g := range j.Gaps {
			part := "gap: " + g.Reason
			if g.Because != "" {
				part += "; because " + g.Because
			}
			parts = append(parts, part)
		}
		if j.NotApplicable != "" {
			parts = append(parts, "not applicable: "+j.NotApplicable)
		}
		text := strings.Join(parts, " | ")
		readable := strings.HasPrefix(j.Requirement, "response.") || j.Requirement == "transport.no-redirect"
		if met := j.Judged > len(j.Findings) && len(parts) == 1; !readable || !met {
			out[j.Requirement] = text
		}
	}
	return out
}

// A judgedCall is a call with its judgements.
type judgedCall struct {
	name string
	call transcript.Call
	want map[string]string
}

func checkInWords(t *testing.T, target requirements.Target, tests []judgedCall) {
	t.Helper()
	for _, test := range tests {
		if test.want == nil {
			test.want = map[string]string{}
		}
		if diff := cmp.Diff(test.want, inWords(requirements.JudgeCall(test.call, target))); diff != "" {
			t.Errorf("%s: mismatch (-want +got):\n%s", test.name, diff)
		}
	}
}
