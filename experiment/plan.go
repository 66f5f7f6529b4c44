package experiment

import (
	"slices"
	"time"
)

// PlanItem is something that a run may play.
type PlanItem struct {
	IDs    []string // of the requirements that it is about
	Pushes int      // that it takes
}

// A run at a slow receiver may take a minute and the time of 200 pushes. A part of that is reserved for what cannot be planned: waiting
// for responses that do not come, and calls that are played again.
const (
	plannedTime   = time.Minute - 25*time.Second
	plannedPushes = 200 - 25
)

// LeaveOut reports for each item whether a run at a slow receiver leaves it out, so that the run ends in time. Each requirement
// keeps the first item that is about it.
func (h *Health) LeaveOut(items []PlanItem) []bool {
	out := make([]bool, len(items))
	pace := h.Pace()
	if pace < SlowPace {
		return out
	}
	left := int(plannedTime/pace) + plannedPushes
	covered := map[string]bool{}
	for i, item := range items {
		if out[i] = !slices.ContainsFunc(item.IDs, func(id string) bool { return !covered[id] }); !out[i] {
			left -= item.Pushes
		}
		for _, id := range item.IDs {
			covered[id] = true
		}
	}
	for i, item := range items {
		if out[i] && item.Pushes <= left {
			out[i] = false
			left -= item.Pushes
		}
	}
	return out
}

// CrowdPushes returns how many pushes a crowd sends to a receiver that takes one at a time: those of every size, up to the first size that
// is too large for the time limit.
func (h *Health) CrowdPushes(t Twist) int {
	const perCall = 3
	pushes := 0
	for size := FirstCrowdSize(h, t); ; size = nextCrowdSize(size, t.Size) {
		if time.Duration(size)*h.Pace() > h.Limit {
			return pushes + size
		}
		pushes += perCall * size
		if size >= t.Size || t.Kind == Overlap {
			return pushes
		}
	}
}
