package steps

import (
	"context"
	"io/fs"
	"slices"
	"sync"

	"github.com/pushcheck/pushcheck/features"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// Suite is a set of feature files to be played.
type Suite struct {
	Files    fs.FS
	Plays    func(features.Scenario) bool // selects scenarios; nil selects all
	Parallel int                          // scenarios at a time; default 1
	Own      bool                         // the features are the user's own: their scenarios get rows in the reports
	OwnSteps bool                         // the user registered further sentences, which Check does not know
	Folder   string                       // of Files, for reports; may be empty
	Player   Player                       // default: the player of this package
	Begin    func(features.Scenario) bool // called when a scenario begins, possibly concurrently; it is skipped if this returns false; may be nil
	Over     func(Outcome)                // called when a scenario ends, possibly concurrently; may be nil
}

// Player plays the scenarios of a phase, each as a ScenarioRun, and returns when all are over.
type Player func(context.Context, Phase) error

// Phase is a part of a run. Scenarios of different phases are never played at the same time.
type Phase struct {
	Name      PhaseName
	Parallel  int // scenarios at a time
	Scenarios []features.Scenario
}

// PhaseName names a phase of a run.
type PhaseName string

const (
	SideBySide PhaseName = "side by side"
	Alone      PhaseName = "alone"  // scenarios with the tag @alone, one at a time
	Deadly     PhaseName = "deadly" // scenarios with the tag @deadly, one at a time and last: the receiver may crash
)

// slowFactor multiplies the number of scenarios that are played at a time if the receiver takes long over each push.
const slowFactor = 4

// phases sorts scenarios into the phases of a run, in the order in which these are played. Phases without scenarios are left
// out.
func phases(all []features.Scenario, parallel int) []Phase {
	out := []Phase{{Name: SideBySide, Parallel: parallel}, {Name: Alone, Parallel: 1}, {Name: Deadly, Parallel: 1}}
	for _, sc := range all {
		i := 0
		switch {
		case slices.Contains(sc.Tags, "deadly"):
			i = 2
		case slices.Contains(sc.Tags, "alone"):
			i = 1
		}
		out[i].Scenarios = append(out[i].Scenarios, sc)
	}
	return slices.DeleteFunc(out, func(p Phase) bool { return len(p.Scenarios) == 0 })
}

// Play plays the scenarios of a suite, phase by phase. If they cannot be played, the verdict has a problem.
func (r *Run) Play(ctx context.Context, s Suite) {
	all, err := features.Index(s.Files)
	if err != nil {
		r.problem(err.Error())
		return
	}
	var selected []features.Scenario
	for _, sc := range all {
		switch {
		case s.Plays == nil || s.Plays(sc):
			selected = append(selected, sc)
		case s.Own:
			r.over(s, newOutcome(s, sc, verdict.Skipped, "not selected"))
		}
	}
	play := s.Player
	if play == nil {
		play = func(ctx context.Context, p Phase) error { r.playPhase(ctx, s, p); return nil }
	}
	parallel := max(s.Parallel, 1)
	if parallel > 1 && r.slow() {
		parallel *= slowFactor
	}
	for _, p := range phases(selected, parallel) {
		if ctx.Err() != nil {
			for _, sc := range p.Scenarios {
				r.over(s, newOutcome(s, sc, verdict.Undetermined, interrupted))
			}
		} else if err := play(ctx, p); err != nil {
			r.problem(err.Error())
		}
	}
	r.note(ctx)
	r.noteIfGone(ctx)
}

// playPhase plays the scenarios of a phase with the player of this package.
func (r *Run) playPhase(ctx context.Context, s Suite, p Phase) {
	var playing sync.WaitGroup
	places := make(chan struct{}, p.Parallel)
	for _, sc := range p.Scenarios {
		places <- struct{}{}
		playing.Go(func() {
			defer func() { <-places }()
			scenario := r.Scenario(s, errSkip)
			ctx, err := scenario.Begin(ctx, sc)
			if err == nil {
				err = PlayScenario(ctx, sc, scenario.Register)
			}
			scenario.End(ctx, err)
		})
	}
	playing.Wait()
}

// noteIfGone checks whether the receiver is still there if a push of the last played call broke.
func (r *Run) noteIfGone(ctx context.Context) {
	played := slices.DeleteFunc(r.soFar(), func(c transcript.Call) bool { return len(c.Exchanges) == 0 })
	if len(played) == 0 || !slices.ContainsFunc(played[len(played)-1].Exchanges, broke) {
		return
	}
	err := r.sender.Await(ctx, r.opts.Sender.Incoming, r.opts.Sender.Limits.WithDefaults().Exchange/recovery)
	r.mu.Lock()
	defer r.mu.Unlock()
	r.casualties.gone = err != nil && ctx.Err() == nil
}
