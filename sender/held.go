package sender

import (
	"context"
	"slices"

	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/transcript"
)

// sendHeld sends the held steps that a later step has overtaken, one after the other. If all is set, it sends every held step.
func (g *playback) sendHeld(ctx context.Context, all bool) {
	held := g.held
	g.held = nil
	for _, step := range held {
		overtaken := slices.ContainsFunc(g.transcript.Exchanges, func(x transcript.Exchange) bool { return x.Step > step.Number })
		if !overtaken && !all {
			g.held = append(g.held, step)
			continue
		}
		to, reason, detail := g.sender.destination(ctx, step)
		if reason != "" {
			g.recordNotSent(step, reason, detail)
			continue
		}
		g.send(ctx, step, to, experiment.Delivered)
		g.waitForExchanges(ctx)
	}
}
