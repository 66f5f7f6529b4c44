package requirements_test

import (
	"testing"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestRefusedNewCallIsAFindingIfOnlyItsExchangeIsJudged(t *testing.T) {
	t.Parallel()
	x := transcript.Exchange{Sent: transcript.Sent{Push: push.Push{Event: push.NewCall, Direction: push.Incoming}}, Outcome: transcript.Outcome{End: transcript.Complete, Status: 404}}
	findings := 0
	for _, j := range requirements.JudgeExchange(x, requirements.Target{}) {
		findings += len(j.Findings)
	}
	if findings == 0 {
		t.Error("JudgeExchange() has no finding for a newCall push with status 404, want one")
	}
}
