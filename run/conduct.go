package run

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"sync"

	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/transcript"
)

// Played is an experiment that is played once, for all who ask for it.
type Played struct {
	Experiment experiment.Experiment
	Cast       scenarios.Cast  // the people, with the numbers that they had
	Call       transcript.Call // the try that counts
	do         func()          // plays it once; returns when it was played
	tries      int
}

// Play returns what came of an experiment. One that was played before in this run is not played again. If begins is set, a plain
// call that only begins like this one will do.
func (r *Run) Play(ctx context.Context, e experiment.Experiment, begins bool) *Played {
	p := r.find(ctx, e, begins)
	p.do()
	return p
}

// find returns the experiment's entry, a new one if there is none yet.
func (r *Run) find(ctx context.Context, e experiment.Experiment, begins bool) *Played {
	r.mu.Lock()
	defer r.mu.Unlock()
	if p := match(r.played, e, begins); p != nil {
		return p
	}
	return r.add(ctx, e, r.conduct)
}

// add adds an experiment that play plays when somebody asks for it. It is called with the run locked.
func (r *Run) add(ctx context.Context, e experiment.Experiment, play func(context.Context, *Played) transcript.Call) *Played {
	p := &Played{Experiment: e}
	p.Call.ID = len(r.played) + 1
	p.do = sync.OnceFunc(func() {
		p.Call = play(ctx, p)
		r.Note(ctx)
		r.known(func() { r.record.through = append(r.record.through, p.Call) })
		if r.opts.Observe.Call != nil && len(p.Call.Exchanges) > 0 {
			r.observe.Lock()
			defer r.observe.Unlock()
			r.opts.Observe.Call(p.Call)
		}
	})
	r.played = append(r.played, p)
	return p
}

// match returns the experiment of all that is the same; nil if none is.
func match(all []*Played, e experiment.Experiment, begins bool) *Played {
	for _, p := range all {
		known := p.Experiment
		if known.Twist.Requirement != e.Twist.Requirement || known.Twist.Variant != e.Twist.Variant || known.At != e.At {
			continue
		}
		story := known.Story.Story
		if begins && e.Twist.Kind == experiment.Plain && len(story) > len(e.Story.Story) {
			story = story[:len(e.Story.Story)]
		}
		if SameStory(story, e.Story.Story) {
			return p
		}
	}
	return nil
}

// SameStory reports whether the same happens in two stories. When it happens does not count.
func SameStory(a, b []scenarios.Act) bool {
	return slices.EqualFunc(a, b, func(x, y scenarios.Act) bool {
		x.After, y.After = 0, 0
		return reflect.DeepEqual(x, y)
	})
}

// about is the transcript of an experiment before anything was sent.
func (p *Played) about() transcript.Call {
	e := p.Experiment
	return transcript.Call{
		ID: p.Call.ID, Scenario: e.Story.Name, Kind: e.Twist.Kind.OfCall(), Stimulus: e.Twist.Requirement, Variant: e.Twist.Variant, Feature: e.Feature, Probe: e.Probe,
	}
}

// conduct tries an experiment as often as it has to be tried, and returns the transcript that counts.
func (r *Run) conduct(ctx context.Context, p *Played) transcript.Call {
	var c experiment.Conditions
	var lost *transcript.Loss
	r.known(func() { lost, c.Size = r.health.Lost(), experiment.FirstSize(&r.health, p.Experiment.Twist) })
	if lost != nil {
		out := p.about()
		out.Lost = lost
		return out
	}
	var tries []experiment.Try
	var casts []scenarios.Cast
	for {
		tries, casts = append(tries, r.try(ctx, p, c)), append(casts, p.Cast)
		if ctx.Err() != nil {
			return unconfirmed(tries)
		}
		var d experiment.Decision
		r.known(func() { d = experiment.Decide(&r.health, p.Experiment, tries) })
		if c = d.Conditions; d.Do == experiment.Again {
			continue
		}
		p.Cast = casts[d.Try]
		out := r.counted(p, tries, d)
		r.noteLoss(p, &out, d.Do)
		return out
	}
}

// counted is the transcript of the try that a decision names. If an earlier one went wrong, it says how.
func (r *Run) counted(p *Played, tries []experiment.Try, d experiment.Decision) transcript.Call {
	out := tries[d.Try].Call
	wrong := func(x transcript.Exchange) bool { return !x.Accepted() }
	first := slices.IndexFunc(tries[0].Call.Exchanges, wrong)
	if d.Try > 0 && first >= 0 && !tries[d.Try].FreshIDs {
		out.Earlier = &tries[0].Call.Exchanges[first]
		overlapped := slices.ContainsFunc(tries[0].Call.Exchanges, func(x transcript.Exchange) bool { return !x.Alone })
		if !tries[0].Alone && overlapped && !slices.ContainsFunc(out.Exchanges, wrong) {
			r.known(r.health.TakesOneCall)
		}
	}
	if i := slices.IndexFunc(out.Exchanges, wrong); i >= 0 && d.Try > 0 && tries[d.Try].Alone && out.Exchanges[i].End == transcript.Dropped {
		r.known(func() { r.health.Dropped(requirements.Kinds(out, out.Exchanges[i])...) })
	}
	return out
}

// noteLoss notes that the receiver is lost since a call, or that it did not live through a push of it and was started again.
func (r *Run) noteLoss(p *Played, c *transcript.Call, how experiment.Do) {
	var loss transcript.Loss
	connections := r.sender.Connections()
	i := slices.IndexFunc(c.Exchanges, func(x transcript.Exchange) bool { return x.Aftermath.Seen() })
	if i >= 0 {
		loss.Silent, loss.GaveUp = c.Exchanges[i].Aftermath.Silent, c.Exchanges[i].Aftermath.GaveUp
	}
	if i >= 0 && how != experiment.Stop {
		r.known(func() { loss.Requirement = r.health.Explains(accused(*c, i, r.target(connections))) })
	}
	if how == experiment.Counts {
		if loss.Requirement != "" {
			r.known(func() { r.health.Crashed(loss.Requirement) })
		}
		return
	}
	if loss.Requirement == "" {
		loss.Suspects = []string{requirements.About(p.about())}
	}
	r.known(func() { loss = r.health.Lose(loss) })
	c.Lost = &loss
}

// accused is the requirement of the finding that a push gives, and those that would explain it: the finding of the call's own
// requirement, if there is one. It is empty if there is no finding.
func accused(c transcript.Call, exchange int, target requirements.Target) (id string, unless []string) {
	for _, j := range requirements.JudgeCall(c, target) {
		for _, f := range j.Findings {
			switch {
			case j.Requirement == c.Stimulus:
				return j.Requirement, f.ExcusedBy()
			case f.Exchange == exchange && f.Contrast() == "" && id == "":
				id, unless = j.Requirement, f.ExcusedBy()
			}
		}
	}
	return id, unless
}

// unconfirmed is the call of an experiment that was not tried again because the run was interrupted. A push that was not accepted counts
// as interrupted if another try could have had another outcome.
func unconfirmed(tries []experiment.Try) transcript.Call {
	last := tries[len(tries)-1]
	c := last.Call
	c.Exchanges = slices.Clone(c.Exchanges)
	for i := range c.Exchanges {
		x := &c.Exchanges[i]
		doubt := !x.Responded() || !last.Alone || x.Status/100 == 5 || c.Exchanges[0].Raw != "" // one bad moment after a stimulus is no finding
		if doubt && x.Raw == "" && x.End != transcript.Interrupted && !x.Accepted() {
			x.Detail = fmt.Sprintf("%s, and the run was interrupted before that could be confirmed", requirements.HowPushWent(*x))
			x.End = transcript.Interrupted
		}
	}
	return c
}
