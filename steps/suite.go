package steps

import (
	"context"
	"io/fs"
	"slices"
	"strings"
	"sync"

	"github.com/pushcheck/pushcheck/features"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/run"
	"github.com/pushcheck/pushcheck/verdict"
)

// Suite is a set of feature files to be played.
type Suite struct {
	Files          fs.FS
	Selects        func(features.Scenario) bool // selects scenarios; nil selects all
	Parallel       int                          // number of scenarios that are played at a time; default 1
	HasOwnFeatures bool                         // the features are those of the user, so that their scenarios get rows in the reports
	HasOwnSteps    bool                         // the user registered sentences that Check does not know
	Folder         string                       // folder of Files, for reports; may be empty
	Player         Player                       // default: the player of this package
	BeforeScenario func(features.Scenario) bool // called when a scenario begins, possibly concurrently. If it returns false, the scenario is skipped. May be nil
	AfterScenario  func(Outcome)                // called when a scenario ends, possibly concurrently; may be nil
}

// Player plays a scenario, from NewScenario to End, and returns when it has ended.
type Player func(context.Context, features.Scenario) error

// phase is a part of a run. Scenarios of different phases are never played at the same time.
type phase struct {
	parallel  int // number of scenarios that are played at a time
	scenarios []features.Scenario
}

// phases sorts scenarios into the phases of a run, in order. Scenarios about one kind of push come first, so that the run knows
// whether the receiver accepts each kind before it plays calls with several kinds of pushes. Scenarios that may crash a receiver come last.
// Within a phase, scenarios about should-level requirements come last.
func phases(all []features.Scenario, parallel int) []phase {
	const pushKinds, calls, alone, deadly = 0, 1, 2, 3
	out := []phase{pushKinds: {parallel: 1}, calls: {parallel: parallel}, alone: {parallel: 1}, deadly: {parallel: 1}}
	for _, sc := range all {
		i := calls
		switch {
		case slices.Contains(sc.Tags, "deadly"):
			i = deadly
		case slices.Contains(sc.Tags, "alone"):
			i = alone
		case isAboutPushes(sc):
			i = pushKinds
		}
		out[i].scenarios = append(out[i].scenarios, sc)
	}
	for _, p := range out {
		slices.SortStableFunc(p.scenarios, func(a, b features.Scenario) int { return sortRank(a) - sortRank(b) })
	}
	return out
}

// isAboutPushes reports whether all requirements of a scenario are in the area push. Such a scenario is not about a whole call.
func isAboutPushes(sc features.Scenario) bool {
	ids := sc.Requirements()
	return len(ids) > 0 && !slices.ContainsFunc(ids, func(id string) bool { return !strings.HasPrefix(id, "push.") })
}

// sortRank returns 1 if a scenario is only about should-level requirements, and 0 otherwise.
func sortRank(sc features.Scenario) int {
	ids := sc.Requirements()
	for _, id := range ids {
		if r, _ := requirements.Find(id); r.Level == requirements.Must {
			return 0
		}
	}
	return min(len(ids), 1)
}

// Play plays the scenarios of a suite, phase by phase. If the features cannot be read, it adds a problem to the run.
func Play(ctx context.Context, r *run.Run, s Suite) {
	all, err := features.Index(s.Files)
	if err != nil {
		r.AddProblem(err.Error())
		return
	}
	var selected []features.Scenario
	for _, sc := range all {
		switch {
		case s.Selects == nil || s.Selects(sc):
			selected = append(selected, sc)
		case s.HasOwnFeatures:
			recordOutcome(r, s, newOutcome(s, sc, verdict.Skipped, "not selected"))
		}
	}
	if r.IsSlow() && !s.HasOwnFeatures {
		selected = selectForSlowReceiver(r, s, selected)
	}
	if s.Player == nil {
		s.Player = func(ctx context.Context, sc features.Scenario) error { playWithSentences(ctx, r, s, sc); return nil }
	}
	for _, p := range phases(selected, r.ParallelCalls(max(s.Parallel, 1))) {
		playPhase(ctx, r, s, p)
	}
	r.RecordInterruption(ctx)
}

// selectForSlowReceiver returns the scenarios that are played at a slow receiver. It records that the other scenarios are skipped.
func selectForSlowReceiver(r *run.Run, s Suite, all []features.Scenario) []features.Scenario {
	var selected []features.Scenario
	planned := make([]run.ExperimentGroup, len(all))
	for i, sc := range all {
		planned[i].RequirementIDs = sc.Requirements()
		if scenario, _, err := rehearse(r, s, sc); err == nil && !scenario.isConnectOnly && !scenario.cannotBeJudged() {
			planned[i].Experiments = scenario.experiments()
		}
	}
	for i, isLeftOut := range r.LeaveOut(planned) {
		if isLeftOut {
			recordOutcome(r, s, newOutcome(s, all[i], verdict.Skipped, "left out, because the receiver is slow"))
		} else {
			selected = append(selected, all[i])
		}
	}
	return selected
}

// playPhase plays the scenarios of a phase.
func playPhase(ctx context.Context, r *run.Run, s Suite, p phase) {
	var playing sync.WaitGroup
	slots := make(chan struct{}, p.parallel)
	for _, sc := range p.scenarios {
		slots <- struct{}{}
		if why := stopReason(ctx, r, playing.Wait); why != "" {
			recordOutcome(r, s, newOutcome(s, sc, verdict.Undetermined, why))
			<-slots
			continue
		}
		playing.Go(func() {
			defer func() { <-slots }()
			if err := s.Player(ctx, sc); err != nil {
				r.AddProblem(err.Error())
			}
		})
	}
	playing.Wait()
}

// stopReason returns why no further scenario is played, or "". waitForScenarios waits for the scenarios that are being played.
func stopReason(ctx context.Context, r *run.Run, waitForScenarios func()) string {
	if ctx.Err() != nil {
		return interruptedReason
	}
	return r.StopReason(waitForScenarios)
}

// playWithSentences plays a scenario with the player of this package.
func playWithSentences(ctx context.Context, r *run.Run, s Suite, sc features.Scenario) {
	scenarioRun := NewScenario(r, s, errSkip)
	ctx, err := scenarioRun.Begin(ctx, sc)
	if err == nil {
		err = PlayScenario(ctx, sc, scenarioRun.Register)
	}
	scenarioRun.End(ctx, err)
}
