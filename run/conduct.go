package run

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"sync"

	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/internal/outcome"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/transcript"
)

// PlayedExperiment is an experiment of a run. It is played once, even if several scenarios need it.
type PlayedExperiment struct {
	Experiment experiment.Experiment
	Cast       scenarios.Cast  // the people, with the numbers that they have in Call; after a forged push, the caller of the good push has another number
	Call       transcript.Call // the transcript of the try that counts
	play       func()          // plays the experiment if it was not played yet, and returns when it has been played
	tries      int             // number of tries so far
}

// Play plays an experiment and returns the result. If the experiment was played before in this run, Play returns the earlier result. If
// prefixIsEnough is set, Play may also return an earlier plain call that is longer and begins with the same acts.
func (r *Run) Play(ctx context.Context, e experiment.Experiment, prefixIsEnough bool) *PlayedExperiment {
	p := r.findOrAdd(ctx, e, prefixIsEnough)
	p.play()
	return p
}

// findOrAdd returns the played experiment that equals e. If there is none, it adds e.
func (r *Run) findOrAdd(ctx context.Context, e experiment.Experiment, prefixIsEnough bool) *PlayedExperiment {
	r.mu.Lock()
	defer r.mu.Unlock()
	if p := findPlayed(r.played, e, prefixIsEnough); p != nil {
		return p
	}
	return r.addExperiment(ctx, e, r.playUntilDecided)
}

// addExperiment adds an experiment. play is the function that plays it on demand. The caller must hold r.mu.
func (r *Run) addExperiment(ctx context.Context, e experiment.Experiment, play func(context.Context, *PlayedExperiment) transcript.Call) *PlayedExperiment {
	p := &PlayedExperiment{Experiment: e}
	p.Call.ID = len(r.played) + 1
	p.play = sync.OnceFunc(func() {
		p.Call = play(ctx, p)
		r.RecordInterruption(ctx)
		r.withLock(func() { r.record.endedCalls = append(r.record.endedCalls, p.Call) })
		if r.opts.Observer.AfterCall != nil && len(p.Call.Exchanges) > 0 {
			r.observerLock.Lock()
			defer r.observerLock.Unlock()
			r.opts.Observer.AfterCall(p.Call)
		}
	})
	r.played = append(r.played, p)
	return p
}

// findPlayed searches all for an experiment that equals e. It returns nil if there is none.
func findPlayed(all []*PlayedExperiment, e experiment.Experiment, prefixIsEnough bool) *PlayedExperiment {
	for _, p := range all {
		earlier := p.Experiment
		if earlier.Twist.Requirement != e.Twist.Requirement || earlier.Twist.Variant != e.Twist.Variant || earlier.Number != e.Number {
			continue
		}
		story := earlier.Story.Story
		if prefixIsEnough && e.Twist.Kind == experiment.Plain && len(story) > len(e.Story.Story) {
			story = story[:len(e.Story.Story)]
		}
		if IsSameStory(story, e.Story.Story) {
			return p
		}
	}
	return nil
}

// IsSameStory reports whether two stories have the same acts. Their times may differ.
func IsSameStory(a, b []scenarios.Act) bool {
	return slices.EqualFunc(a, b, func(x, y scenarios.Act) bool {
		x.After, y.After = 0, 0
		return reflect.DeepEqual(x, y)
	})
}

// newTranscript returns the transcript of an experiment without exchanges, as it is before anything is sent.
func (p *PlayedExperiment) newTranscript() transcript.Call {
	e := p.Experiment
	return transcript.Call{
		ID: p.Call.ID, Scenario: e.Story.Name, Kind: e.Twist.Kind.CallKind(), RequirementID: e.Twist.Requirement, Variant: e.Twist.Variant, Feature: e.Feature, Probe: e.Probe,
	}
}

// playUntilDecided tries an experiment as often as experiment.Decide wants, and returns the transcript that counts.
func (r *Run) playUntilDecided(ctx context.Context, p *PlayedExperiment) transcript.Call {
	var conditions experiment.Conditions
	var lost *transcript.Loss
	r.withLock(func() {
		lost, conditions.Size = r.health.Loss(), experiment.FirstCrowdSize(&r.health, p.Experiment.Twist)
	})
	if lost != nil {
		out := p.newTranscript()
		out.Lost = lost
		return out
	}
	var tries []experiment.Try
	var casts []scenarios.Cast
	for {
		tries, casts = append(tries, r.try(ctx, p, conditions)), append(casts, p.Cast)
		if ctx.Err() != nil {
			return markUnconfirmed(tries)
		}
		var d experiment.Decision
		r.withLock(func() { d = experiment.Decide(&r.health, p.Experiment, tries) })
		if conditions = d.Conditions; d.Action == experiment.TryAgain {
			continue
		}
		p.Cast = casts[d.Try]
		out := r.decidedCall(p, tries, d)
		r.recordLoss(p, &out, d.Action)
		return out
	}
}

// decidedCall returns the transcript of the try that a decision names. If a later try counts although a push of the first try was not
// accepted, EarlierFailure is set to that push, except if the later try has fresh ids. decidedCall also updates the receiver's health.
func (r *Run) decidedCall(p *PlayedExperiment, tries []experiment.Try, d experiment.Decision) transcript.Call {
	out := tries[d.Try].Call
	isNotAccepted := func(x transcript.Exchange) bool { return !x.Accepted() }
	first := slices.IndexFunc(tries[0].Call.Exchanges, isNotAccepted)
	if d.Try > 0 && first >= 0 && !tries[d.Try].HasFreshIDs {
		out.EarlierFailure = &tries[0].Call.Exchanges[first]
		hasOverlap := slices.ContainsFunc(tries[0].Call.Exchanges, func(x transcript.Exchange) bool { return !x.Alone })
		if !tries[0].Alone && hasOverlap && !slices.ContainsFunc(out.Exchanges, isNotAccepted) {
			r.withLock(r.health.RecordOneCallOnly)
		}
	}
	if i := slices.IndexFunc(out.Exchanges, isNotAccepted); i >= 0 && d.Try > 0 && tries[d.Try].Alone && out.Exchanges[i].End == transcript.Dropped {
		r.withLock(func() { r.health.RecordDropped(requirements.KindsOfPush(out, out.Exchanges[i])...) })
	}
	return out
}

// recordLoss records that the receiver was lost in a call, or that a push of the call crashed the receiver and the receiver was started
// again.
func (r *Run) recordLoss(p *PlayedExperiment, c *transcript.Call, action experiment.Action) {
	var loss transcript.Loss
	connections := r.sender.Connections()
	i := slices.IndexFunc(c.Exchanges, func(x transcript.Exchange) bool { return x.Aftermath.IsUnhealthy() })
	if i >= 0 {
		loss.Silent, loss.GaveUp = c.Exchanges[i].Aftermath.Silent, c.Exchanges[i].Aftermath.GaveUp
	}
	if i >= 0 && action != experiment.RecordLoss {
		r.withLock(func() { loss.Requirement = r.health.CrashCause(findingAt(*c, i, r.target(connections))) })
	}
	if action == experiment.UseTry {
		if loss.Requirement != "" {
			r.withLock(func() { r.health.RecordCrash(loss.Requirement) })
		}
		return
	}
	if loss.Requirement == "" {
		loss.Suspects = []string{requirements.RequirementOfCall(p.newTranscript())}
	}
	r.withLock(func() { loss = r.health.RecordLoss(loss) })
	c.Lost = &loss
}

// findingAt returns the requirement of the finding at an exchange, and the requirements that would explain the finding. If the
// requirement that the call tests has a finding, findingAt returns that requirement. The id is empty if there is no finding.
func findingAt(c transcript.Call, exchangeIndex int, target requirements.Target) (id string, excuseIDs []string) {
	for _, j := range requirements.JudgeCall(c, target) {
		for _, f := range j.Findings {
			switch {
			case j.Requirement == c.RequirementID:
				return j.Requirement, f.ExcuseIDs()
			case f.Exchange == exchangeIndex && f.Contrast() == "" && id == "":
				id, excuseIDs = j.Requirement, f.ExcuseIDs()
			}
		}
	}
	return id, excuseIDs
}

// markUnconfirmed returns the call of an experiment that could not be tried again because the run was interrupted. Pushes that were not
// accepted are marked as interrupted if another try could have had another outcome.
func markUnconfirmed(tries []experiment.Try) transcript.Call {
	last := tries[len(tries)-1]
	c := last.Call
	c.Exchanges = slices.Clone(c.Exchanges)
	for i := range c.Exchanges {
		x := &c.Exchanges[i]
		isUnconfirmed := !x.Responded() || !last.Alone || x.Status/100 == 5 || c.Exchanges[0].ForeignName != "" // one refusal after a stimulus is not enough for a finding
		if isUnconfirmed && x.ForeignName == "" && x.End != transcript.Interrupted && !x.Accepted() {
			x.Detail = fmt.Sprintf("%s, and the run was interrupted before that could be confirmed", outcome.DescribePush(*x))
			x.End = transcript.Interrupted
		}
	}
	return c
}
