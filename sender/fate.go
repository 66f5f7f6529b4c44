package sender

import (
	"context"
	"slices"

	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/transcript"
)

// release sends the steps that were overtaken by now, one after the other; at the end of the story all that are left.
func (g *game) release(ctx context.Context, all bool) {
	held := g.held
	g.held = nil
	for _, step := range held {
		overtaken := slices.ContainsFunc(g.out.Exchanges, func(x transcript.Exchange) bool { return x.Step > step.Number })
		if !overtaken && !all {
			g.held = append(g.held, step)
			continue
		}
		to, reason, detail := g.sender.where(ctx, step)
		if reason != "" {
			g.leaveOut(step, reason, detail)
			continue
		}
		g.send(ctx, step, to, experiment.Arrives)
		g.drain(ctx)
	}
}
