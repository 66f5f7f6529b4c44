package requirements

import (
	"slices"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// judgements collects the judgements of one piece of evidence, in the order in which their requirements came up.
type judgements struct {
	*collected
	variant func(id string) transcript.Variant // the form of a requirement that the evidence shows
}

type collected struct{ list []Judgement }

// newJudgements returns an empty collection of judgements.
func newJudgements(variant func(id string) transcript.Variant) *judgements {
	return &judgements{&collected{make([]Judgement, 0, usualJudgements)}, variant}
}

// forVariant returns judgements that add to the same collection, for a part of the evidence that shows other forms.
func (js *judgements) forVariant(variant func(id string) transcript.Variant) *judgements {
	return &judgements{js.collected, variant}
}

// usualJudgements is about how many requirements one exchange is judged by.
const usualJudgements = 20

// judgementOf returns the judgement judgementOf a requirement, until the next one is added.
func (c *collected) judgementOf(id string) *Judgement {
	for i := range c.list {
		if c.list[i].Requirement == id {
			return &c.list[i]
		}
	}
	c.list = append(c.list, Judgement{Requirement: id})
	return &c.list[len(c.list)-1]
}

// addMet notes that the evidence allowed a judgement.
func (js *judgements) addMet(ids ...string) {
	for _, id := range ids {
		j, v := js.judgementOf(id), js.variant(id)
		j.Judged++
		if !slices.Contains(j.Met, v) {
			j.Met = append(j.Met, v)
		}
	}
}

// addFinding notes a finding. If it has no level, it gets that of its requirement.
func (js *judgements) addFinding(id string, f Finding) {
	f.Requirement = id
	f.Variant = js.variant(id)
	if f.Level == "" {
		r, _ := Find(id)
		f.Level = r.Level
	}
	j := js.judgementOf(id)
	j.Judged++
	j.Findings = append(j.Findings, f)
}

// leaveOpen notes that the evidence concerns the requirement but does not allow a judgement.
func (js *judgements) leaveOpen(id, reason, because string) {
	js.addGap(id, Gap{Reason: reason, Because: because})
}

// addGap notes a gap, in the form of the requirement that the evidence shows. A requirement is not the cause of its own gap.
func (js *judgements) addGap(id string, g Gap) {
	if g.Variant = js.variant(id); g.Because == id {
		g.Because = ""
	}
	j := js.judgementOf(id)
	j.Gaps = append(j.Gaps, g)
}

func (js *judgements) setNotApplicable(id, why string) { js.judgementOf(id).NotApplicable = why }

func (c *collected) all() []Judgement { return c.list }

// setNotRequested notes that a requirement does not apply because the receiver asked for too little. If something keeps sipgate from doing what
// the receiver asked for, it notes a gap.
func (js *judgements) setNotRequested(c transcript.Call, id, why string) {
	if because := causeOfNoAction(c); because != "" {
		js.leaveOpen(id, notActedOn, because)
		return
	}
	js.setNotApplicable(id, why)
}

// variantsOfCall returns which form of a requirement a call shows as a whole: the one that it is played for, or else its scenario.
func variantsOfCall(c transcript.Call) func(id string) transcript.Variant {
	return func(id string) transcript.Variant {
		switch {
		case id == c.Stimulus:
			return c.Variant
		case areaOf(id) == "push":
			return "" // like its plain pushes
		}
		return transcript.Variant(c.Scenario)
	}
}

// variantsOfPush returns which form of a requirement a push of a call shows. Plain pushes of a kind have one form in all calls.
// push.hangup-causes has a form for each cause. Requirements about responses have one for each kind of push.
func variantsOfPush(c transcript.Call, p push.Push, odd bool) func(id string) transcript.Variant {
	counts := transcript.Variant(requirementOf(p))
	return func(id string) transcript.Variant {
		switch {
		case odd, id == c.Stimulus:
			return c.Variant
		case id == pushHangupCauses:
			return CauseVariant(p.Cause)
		case areaOf(id) != "push":
			return counts
		}
		return ""
	}
}

// variantAt returns the variant for an origin or a file: each is judged by itself.
func variantAt(place string) func(id string) transcript.Variant {
	return func(string) transcript.Variant { return transcript.Variant(place) }
}
