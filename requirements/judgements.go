package requirements

import (
	"slices"

	"github.com/pushcheck/pushcheck/transcript"
)

// judgements collects what one piece of evidence says, by requirement, in the order in which the requirements came up.
type judgements struct {
	*collected
	variant func(id string) transcript.Variant // the form of a requirement that the evidence shows
}

type collected struct{ list []Judgement }

// judging begins to collect what a piece of evidence says.
func judging(variant func(id string) transcript.Variant) *judgements {
	return &judgements{&collected{make([]Judgement, 0, usualJudgements)}, variant}
}

// about collects into the same judgements what a part of the evidence says that shows other forms.
func (js *judgements) about(variant func(id string) transcript.Variant) *judgements {
	return &judgements{js.collected, variant}
}

// usualJudgements is how many requirements an exchange is judged by.
const usualJudgements = 20

// of returns the judgement of a requirement, until the next one is added.
func (c *collected) of(id string) *Judgement {
	for i := range c.list {
		if c.list[i].Requirement == id {
			return &c.list[i]
		}
	}
	c.list = append(c.list, Judgement{Requirement: id})
	return &c.list[len(c.list)-1]
}

// met notes that the evidence allowed a judgement.
func (js *judgements) met(ids ...string) {
	for _, id := range ids {
		j, v := js.of(id), js.variant(id)
		j.Judged++
		if !slices.Contains(j.Met, v) {
			j.Met = append(j.Met, v)
		}
	}
}

// broken notes a finding. Its level is that of its requirement unless it says a milder one.
func (js *judgements) broken(id string, f Finding) {
	f.Requirement = id
	f.Variant = js.variant(id)
	if f.Level == "" {
		r, _ := Find(id)
		f.Level = r.Level
	}
	j := js.of(id)
	j.Judged++
	j.Findings = append(j.Findings, f)
}

// gap notes that the evidence concerns the requirement and does not allow a judgement.
func (js *judgements) gap(id, reason, because string) {
	js.open(id, Gap{Reason: reason, Because: because})
}

// open notes a gap in the form that the evidence shows.
func (js *judgements) open(id string, g Gap) {
	g.Variant = js.variant(id)
	j := js.of(id)
	j.Gaps = append(j.Gaps, g)
}

func (js *judgements) notApplicable(id, why string) { js.of(id).NotApplicable = why }

func (c *collected) all() []Judgement { return c.list }

// lost notes a gap that a loss leaves. It does not depend on itself.
func (js *judgements) lost(id string, g Gap) {
	if g.Because == id {
		g.Because = ""
	}
	js.open(id, g)
}

// unwanted notes that a call does not concern the receiver because it asked for too little. If something keeps sipgate from
// doing what it asked for, that could not be judged.
func (js *judgements) unwanted(c transcript.Call, id, why string) {
	if because := obstacle(c); because != "" {
		js.gap(id, notActedOn, because)
		return
	}
	js.notApplicable(id, why)
}
