package sender

import (
	"context"
	"slices"

	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/transcript"
)

// sendHeld sends the held steps that a later step has overtaken, one after the other. If all is set, it sends every held step.
func (pb *playback) sendHeld(ctx context.Context, all bool) {
	heldSteps := pb.heldSteps
	pb.heldSteps = nil
	for _, step := range heldSteps {
		overtaken := slices.ContainsFunc(pb.transcript.Exchanges, func(x transcript.Exchange) bool { return x.Step > step.Number })
		if !overtaken && !all {
			pb.heldSteps = append(pb.heldSteps, step)
			continue
		}
		toURL, reason, detail := pb.sender.destination(ctx, step)
		if reason != "" {
			pb.recordNotSent(step, reason, detail)
			continue
		}
		pb.send(ctx, step, toURL, experiment.Delivered)
		pb.waitForExchanges(ctx)
	}
}
