package run

import "github.com/pushcheck/pushcheck/experiment"

// ExperimentGroup lists experiments that belong together, and the requirements that they are about.
type ExperimentGroup struct {
	RequirementIDs []string
	Experiments    []experiment.Experiment
}

// LeaveOut reports for each group whether it is left out because the run would take too long. It records the requirements of the groups
// that are left out.
func (r *Run) LeaveOut(groups []ExperimentGroup) (isLeftOut []bool) {
	r.withLock(func() {
		items := make([]experiment.PlanItem, len(groups))
		var counted []*PlayedExperiment
		for i, group := range groups {
			items[i].RequirementIDs = group.RequirementIDs
			for _, e := range group.Experiments {
				if findPlayed(r.played, e, true) == nil && findPlayed(counted, e, true) == nil {
					items[i].PushCount += r.countPushes(e)
					counted = append(counted, &PlayedExperiment{Experiment: e})
				}
			}
		}
		isLeftOut = r.health.ItemsToLeaveOut(items)
		for i, leftOut := range isLeftOut {
			for _, id := range groups[i].RequirementIDs {
				r.leftOut[id] = r.leftOut[id] || leftOut
			}
		}
	})
	return isLeftOut
}

// countPushes returns the number of pushes of an experiment if the receiver subscribes to all of them and no second try is needed.
func (r *Run) countPushes(e experiment.Experiment) int {
	storyPushes := len(r.newCall(e.Story, r.opts.Cast, "plan").Rehearse())
	switch e.Twist.Kind {
	case experiment.Crowd, experiment.Overlap:
		return r.health.CountCrowdPushes(e.Twist)
	case experiment.Forged, experiment.Provocation:
		return storyPushes + 1
	case experiment.Sequence:
		return 2 * storyPushes
	}
	return storyPushes
}
