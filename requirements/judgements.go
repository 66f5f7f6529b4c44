package requirements

import (
	"slices"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// judgements collects the judgements of one call or connection, in the order in which their requirements were first judged.
type judgements struct {
	*judgementList
	variant func(id string) transcript.Variant // the variant in which a requirement is judged
}

// judgementList is shared by the judgements of one call that have different variants.
type judgementList struct{ list []Judgement }

// newJudgements returns an empty list of judgements.
func newJudgements(variant func(id string) transcript.Variant) *judgements {
	return &judgements{&judgementList{make([]Judgement, 0, usualJudgements)}, variant}
}

// forVariant returns a copy that adds to the same list, for a part of the call that shows other variants of the requirements.
func (js *judgements) forVariant(variant func(id string) transcript.Variant) *judgements {
	return &judgements{js.judgementList, variant}
}

// usualJudgements is the usual number of requirements by which one exchange is judged.
const usualJudgements = 20

// judgementOf returns the judgement of a requirement, and adds it if there is none. The pointer is valid until another judgement is added.
func (c *judgementList) judgementOf(id string) *Judgement {
	for i := range c.list {
		if c.list[i].Requirement == id {
			return &c.list[i]
		}
	}
	c.list = append(c.list, Judgement{Requirement: id})
	return &c.list[len(c.list)-1]
}

// addMet records that requirements are met.
func (js *judgements) addMet(ids ...string) {
	for _, id := range ids {
		j, v := js.judgementOf(id), js.variant(id)
		j.TimesJudged++
		if !slices.Contains(j.MetVariants, v) {
			j.MetVariants = append(j.MetVariants, v)
		}
	}
}

// addFinding adds a finding of the requirement id. If the finding has no level, it gets the level of the requirement.
func (js *judgements) addFinding(id string, f Finding) {
	f.Requirement = id
	f.Variant = js.variant(id)
	if f.Level == "" {
		r, _ := Find(id)
		f.Level = r.Level
	}
	j := js.judgementOf(id)
	j.TimesJudged++
	j.Findings = append(j.Findings, f)
}

// leaveOpen adds a gap. because is the requirement whose finding causes the gap; "" if there is none.
func (js *judgements) leaveOpen(id, reason, because string) {
	js.addGap(id, Gap{Reason: reason, CauseID: because})
}

// addGap adds a gap, in the variant in which the requirement is judged. A requirement is not the cause of its own gap.
func (js *judgements) addGap(id string, g Gap) {
	if g.Variant = js.variant(id); g.CauseID == id {
		g.CauseID = ""
	}
	j := js.judgementOf(id)
	j.Gaps = append(j.Gaps, g)
}

// setNotApplicable records why a requirement does not apply.
func (js *judgements) setNotApplicable(id, why string) { js.judgementOf(id).NotApplicable = why }

// all returns the judgements.
func (c *judgementList) all() []Judgement { return c.list }

// setNotRequested records that a requirement does not apply, because the receiver did not ask for its push or its action. But if sipgate
// ignores a response of the call, it records a gap, because that response may have asked for it.
func (js *judgements) setNotRequested(c transcript.Call, id, why string) {
	if because := causeOfNoAction(c); because != "" {
		js.leaveOpen(id, notActedOn, because)
		return
	}
	js.setNotApplicable(id, why)
}

// variantsOfCall returns the variant in which a whole call judges a requirement: the variant that it is played for, or the name of its
// scenario.
func variantsOfCall(c transcript.Call) func(id string) transcript.Variant {
	return func(id string) transcript.Variant {
		switch {
		case id == c.RequirementID:
			return c.Variant
		case areaOf(id) == "push":
			return "" // as for plain pushes
		}
		return transcript.Variant(c.Scenario)
	}
}

// variantsOfPush returns the variant in which a push of a call judges a requirement. A plain push has the same variant in all calls.
// push.hangup-causes has a variant for each cause. Requirements about responses have a variant for each requirement that a push counts for.
func variantsOfPush(c transcript.Call, p push.Push, odd bool) func(id string) transcript.Variant {
	ofPush := transcript.Variant(requirementOf(p))
	return func(id string) transcript.Variant {
		switch {
		case odd, id == c.RequirementID:
			return c.Variant
		case id == pushHangupCauses:
			return CauseVariant(p.Cause)
		case areaOf(id) != "push":
			return ofPush
		}
		return ""
	}
}

// variantAt returns a variant for an origin or a file, so that each is judged by itself.
func variantAt(place string) func(id string) transcript.Variant {
	return func(string) transcript.Variant { return transcript.Variant(place) }
}
