package experiment

import (
	"slices"
	"time"
)

// PlanItem is an experiment or a group of experiments that a run may play or leave out.
type PlanItem struct {
	RequirementIDs []string // ids of the requirements that the item tests
	PushCount      int      // number of pushes that the item sends
}

// A run at a slow receiver may take a minute and the time of 200 pushes. A part of that is reserved for what cannot be planned: waiting
// for responses that do not come, and calls that are played again.
const (
	plannedTime   = time.Minute - 25*time.Second
	plannedPushes = 200 - 25
)

// ItemsToLeaveOut reports for each item whether a run at a slow receiver leaves it out, so that the run ends in time. Each requirement
// keeps the first item that is about it.
func (h *Health) ItemsToLeaveOut(items []PlanItem) []bool {
	isLeftOut := make([]bool, len(items))
	pace := h.Pace()
	if pace < SlowPace {
		return isLeftOut
	}
	remainingPushes := int(plannedTime/pace) + plannedPushes
	covered := map[string]bool{}
	for i, item := range items {
		if isLeftOut[i] = !slices.ContainsFunc(item.RequirementIDs, func(id string) bool { return !covered[id] }); !isLeftOut[i] {
			remainingPushes -= item.PushCount
		}
		for _, id := range item.RequirementIDs {
			covered[id] = true
		}
	}
	for i, item := range items {
		if isLeftOut[i] && item.PushCount <= remainingPushes {
			isLeftOut[i] = false
			remainingPushes -= item.PushCount
		}
	}
	return isLeftOut
}

// CountCrowdPushes returns how many pushes a crowd sends to a receiver that handles one push at a time. It adds up the pushes of all sizes,
// up to the first size that is too large for the time limit.
func (h *Health) CountCrowdPushes(t Twist) int {
	const pushesPerCall = 3
	pushes := 0
	for size := FirstCrowdSize(h, t); ; size = nextCrowdSize(size, t.Size) {
		if time.Duration(size)*h.Pace() > h.Limit {
			return pushes + size
		}
		pushes += pushesPerCall * size
		if size >= t.Size || t.Kind == Overlap {
			return pushes
		}
	}
}
