package experiment_test

import (
	"testing"
	"time"

	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/transcript"
)

func TestExperimentEndsAfterAtMostFourteenTries(t *testing.T) {
	t.Parallel()
	const maxTries = 14
	outcomes := []experiment.Try{ // each of them can lead to another try
		slowCall(tryWith(acceptedPush)), maybeSeenBefore(tryWith(refusedPush)), tryWith(receiverBackLater(droppedPush)), tryWith(notConnected), cutShort(tryWith(timedOutOddPush)), withWorseGoodCall(tryWith(refusedPush)),
		showingState(tryWith(acceptedPush), transcript.CallOver),
	}
	for _, twist := range []experiment.Twist{
		twistOfKind(experiment.Plain), twistOfKind(experiment.Odd), twistOfKind(experiment.Forged), twistOfKind(experiment.Sequence), twistOfKind(experiment.Provocation),
		{Kind: experiment.Crowd, Size: 50}, {Kind: experiment.Overlap, Size: 50},
	} {
		e, tooManyTries := experiment.Experiment{Twist: twist}, false
		var play func(h experiment.Health, c experiment.Conditions, earlierTries []experiment.Try)
		play = func(h experiment.Health, c experiment.Conditions, earlierTries []experiment.Try) {
			if tooManyTries = tooManyTries || len(earlierTries) >= maxTries; tooManyTries {
				return
			}
			for _, try := range outcomes {
				try.Conditions = c
				after, tries := h, append(earlierTries[:len(earlierTries):len(earlierTries)], try)
				if d := experiment.Decide(&after, e, tries); d.Action == experiment.TryAgain {
					play(after, d.Conditions, tries)
				}
			}
		}
		h := experiment.Health{Limit: time.Second}
		play(h, experiment.Conditions{Alone: twist.Kind != experiment.Plain, Size: experiment.FirstCrowdSize(&h, twist)}, nil)
		if tooManyTries {
			t.Errorf("an experiment of kind %d is not over after %d tries", twist.Kind, maxTries)
		}
	}
}
