package run

import "github.com/pushcheck/pushcheck/experiment"

// ExperimentGroup lists experiments that belong together, and the requirements that they are about.
type ExperimentGroup struct {
	IDs         []string
	Experiments []experiment.Experiment
}

// LeaveOut reports for each group whether it is left out because the run would take too long, and records the requirements of these groups.
func (r *Run) LeaveOut(all []ExperimentGroup) (isLeftOut []bool) {
	r.withLock(func() {
		items := make([]experiment.PlanItem, len(all))
		var counted []*PlayedExperiment
		for i, p := range all {
			items[i].RequirementIDs = p.IDs
			for _, e := range p.Experiments {
				if findPlayed(r.played, e, true) == nil && findPlayed(counted, e, true) == nil {
					items[i].PushCount += r.countPushes(e)
					counted = append(counted, &PlayedExperiment{Experiment: e})
				}
			}
		}
		isLeftOut = r.health.ItemsToLeaveOut(items)
		for i, out := range isLeftOut {
			for _, id := range all[i].IDs {
				r.leftOut[id] = r.leftOut[id] || out
			}
		}
	})
	return isLeftOut
}

// countPushes returns the number of pushes of an experiment if the receiver subscribes to all of them and the first try counts.
func (r *Run) countPushes(e experiment.Experiment) int {
	story := len(r.newCall(e.Story, r.opts.Cast, "plan").Rehearse())
	switch e.Twist.Kind {
	case experiment.Crowd, experiment.Overlap:
		return r.health.CountCrowdPushes(e.Twist)
	case experiment.Forged, experiment.Provocation:
		return story + 1
	case experiment.Sequence:
		return 2 * story
	}
	return story
}
