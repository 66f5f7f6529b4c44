package experiment_test

import (
	"testing"
	"time"

	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestExperimentEndsAfterAtMostFourteenTries(t *testing.T) {
	t.Parallel()
	const most = 14
	outcomes := []experiment.Try{ // each of them leads to another try
		slow(of(accepted)), known(of(isRefused)), of(away(dropped)), of(metNobody), hastyDivisor(of(oddHung)), worse(of(isRefused)),
		showing(of(accepted), transcript.CallOver),
	}
	for _, twist := range []experiment.Twist{
		kind(experiment.Plain), kind(experiment.Odd), kind(experiment.Forged), kind(experiment.Sequence), kind(experiment.Provocation),
		{Kind: experiment.Crowd, Size: 50}, {Kind: experiment.Overlap, Size: 50},
	} {
		e, endless := experiment.Experiment{Twist: twist}, false
		var play func(h experiment.Health, c experiment.Conditions, before []experiment.Try)
		play = func(h experiment.Health, c experiment.Conditions, before []experiment.Try) {
			if endless = endless || len(before) >= most; endless {
				return
			}
			for _, try := range outcomes {
				try.Conditions = c
				after, tries := h, append(before[:len(before):len(before)], try)
				if d := experiment.Decide(&after, e, tries); d.Action == experiment.TryAgain {
					play(after, d.Conditions, tries)
				}
			}
		}
		h := experiment.Health{Limit: time.Second}
		play(h, experiment.Conditions{Alone: twist.Kind != experiment.Plain, Size: experiment.FirstCrowdSize(&h, twist)}, nil)
		if endless {
			t.Errorf("an experiment of kind %d is not over after %d tries", twist.Kind, most)
		}
	}
}
