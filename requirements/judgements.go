package requirements

import (
	"slices"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// judgements collects the judgements of one call or connection, in the order in which their requirements were first judged.
type judgements struct {
	*judgementList
	variantOf func(id string) transcript.Variant // returns the variant in which a requirement is judged
}

// judgementList is shared by the judgements of one call that have different variants.
type judgementList struct{ list []Judgement }

// newJudgements returns an empty list of judgements.
func newJudgements(variantOf func(id string) transcript.Variant) *judgements {
	return &judgements{&judgementList{make([]Judgement, 0, usualJudgements)}, variantOf}
}

// withVariants returns a copy that adds to the same list. The copy is for a part of the call that shows other variants of the requirements.
func (js *judgements) withVariants(variantOf func(id string) transcript.Variant) *judgements {
	return &judgements{js.judgementList, variantOf}
}

// usualJudgements is how many requirements are usually judged by one exchange.
const usualJudgements = 20

// judgementOf returns the judgement of a requirement, and adds it if there is none. The pointer is valid until another judgement is added.
func (l *judgementList) judgementOf(id string) *Judgement {
	for i := range l.list {
		if l.list[i].Requirement == id {
			return &l.list[i]
		}
	}
	l.list = append(l.list, Judgement{Requirement: id})
	return &l.list[len(l.list)-1]
}

// recordMet records that requirements are met.
func (js *judgements) recordMet(ids ...string) {
	for _, id := range ids {
		j, v := js.judgementOf(id), js.variantOf(id)
		j.TimesJudged++
		if !slices.Contains(j.MetVariants, v) {
			j.MetVariants = append(j.MetVariants, v)
		}
	}
}

// addFinding adds a finding of the requirement id. If the finding has no level, it gets the level of the requirement.
func (js *judgements) addFinding(id string, f Finding) {
	f.Requirement = id
	f.Variant = js.variantOf(id)
	if f.Level == "" {
		r, _ := Find(id)
		f.Level = r.Level
	}
	j := js.judgementOf(id)
	j.TimesJudged++
	j.Findings = append(j.Findings, f)
}

// addGapWithReason adds a gap. causeID is the requirement whose finding causes the gap; "" if there is none.
func (js *judgements) addGapWithReason(id, reason, causeID string) {
	js.addGap(id, Gap{Reason: reason, CauseID: causeID})
}

// addGap adds a gap, in the variant in which the requirement is judged. A requirement is not the cause of its own gap.
func (js *judgements) addGap(id string, g Gap) {
	if g.Variant = js.variantOf(id); g.CauseID == id {
		g.CauseID = ""
	}
	j := js.judgementOf(id)
	j.Gaps = append(j.Gaps, g)
}

// setNotApplicable records why a requirement does not apply.
func (js *judgements) setNotApplicable(id, why string) { js.judgementOf(id).NotApplicable = why }

// all returns the judgements.
func (l *judgementList) all() []Judgement { return l.list }

// setNotRequested records that a requirement does not apply, because the receiver did not ask for the push or the action that the
// requirement is about. If sipgate ignores a response of the call, it records a gap instead, because that response may have asked for that
// push or action.
func (js *judgements) setNotRequested(c transcript.Call, id, why string) {
	if causeID := causeOfNoAction(c); causeID != "" {
		js.addGapWithReason(id, ignoredReason, causeID)
		return
	}
	js.setNotApplicable(id, why)
}

// variantsOfCall returns a function that takes the id of a requirement and returns its variant in a whole call: the variant that the call
// is played for, or the name of the scenario of the call.
func variantsOfCall(c transcript.Call) func(id string) transcript.Variant {
	return func(id string) transcript.Variant {
		switch {
		case id == c.RequirementID:
			return c.Variant
		case areaOf(id) == "push":
			return "" // the same variant as in plain calls
		}
		return transcript.Variant(c.Scenario)
	}
}

// variantsOfPush returns a function that takes the id of a requirement and returns its variant for a push of a call. A plain push has the
// same variant in all calls. push.hangup-causes has a variant for each cause. Requirements about responses have a variant for each
// requirement that a push counts for.
func variantsOfPush(c transcript.Call, p push.Push, isOdd bool) func(id string) transcript.Variant {
	pushVariant := transcript.Variant(requirementOf(p))
	return func(id string) transcript.Variant {
		switch {
		case isOdd, id == c.RequirementID:
			return c.Variant
		case id == pushHangupCauses:
			return CauseVariant(p.Cause)
		case areaOf(id) != "push":
			return pushVariant
		}
		return ""
	}
}

// variantNamed returns a function that returns the variant with this name for every id. The name is an origin or the URL of a file, so that
// each origin or file is judged by itself.
func variantNamed(name string) func(id string) transcript.Variant {
	return func(string) transcript.Variant { return transcript.Variant(name) }
}
