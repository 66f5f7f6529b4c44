package steps

import (
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/run"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/transcript"
)

// steering describes an action that a receiver takes for calls to certain numbers, and the words for it in features. If the user configured
// no number for the action, the call goes to the usual number, because the receiver may take the action for every call.
type steering struct {
	clause     string                     // the words after "a number" in a sentence
	meaning    string                     // what the sentence means
	kinds      []scenarios.Kind           // kinds of numbers at which receivers take the action
	isExpected func(response.Action) bool // reports whether an action in a response is this action
}

func steerings() []steering {
	isActionOfOneOf := func(kinds ...scenarios.Kind) func(response.Action) bool {
		return func(a response.Action) bool {
			return slices.ContainsFunc(kinds, func(k scenarios.Kind) bool { return run.IsActionOf(k, a) })
		}
	}
	numberThat := func(sentence, meaning string, kinds ...scenarios.Kind) steering {
		return steering{sentence, meaning, kinds, isActionOfOneOf(kinds...)}
	}
	return []steering{
		numberThat("that is rejected", "The receiver rejects the call, as rejected or busy.", scenarios.Reject, scenarios.Busy),
		numberThat("that is hung up on", "The receiver ends the call.", scenarios.HangUp),
		numberThat("that is redirected", "The receiver sends the call to one number or several.", scenarios.Redirect.SimilarKinds()...),
		numberThat("that the voicemail answers", "The receiver sends the call to the voicemail.", scenarios.ToVoicemail),
		numberThat("with a menu", "The receiver gathers digits.", scenarios.Gather.SimilarKinds()...),
		numberThat("that plays a sound", "The receiver plays a sound.", scenarios.Play),
		{"with a redirect", "The receiver responds with any Dial: to numbers or to the voicemail.",
			append(scenarios.Redirect.SimilarKinds(), scenarios.ToVoicemail, scenarios.GatherRedirect), isActionOfOneOf(scenarios.Redirect, scenarios.ToVoicemail)},
	}
}

// steeredNumberSteps returns the sentences in which a person calls a number at which the receiver steers calls. In the story, the number is
// Doc's.
func steeredNumberSteps() []Step {
	var out []Step
	for _, st := range steerings() {
		out = append(out, Step{
			Keyword: "Given/When", Pattern: `^` + personPattern + ` (?:has called|calls) a number ` + st.clause + `$`,
			Meaning: st.meaning + " See --numbers.", Example: "Jennifer calls a number " + st.clause,
			makeHandler: func(s *ScenarioRun) any {
				return func(a string) error {
					s.steering = st
					return s.addActs(st.firstActs(a)...)
				}
			},
		})
	}
	return out
}

// firstActs returns the acts that begin a call to the number. If the receiver should end the call, no later sentence can add acts, so
// firstActs adds those that follow if the receiver lets the call through.
func (st steering) firstActs(caller string) []scenarios.Act {
	acts := []scenarios.Act{{Who: caller, Deed: scenarios.Calls, To: []string{"Doc"}}}
	if slices.Contains(st.kinds, scenarios.Reject) || slices.Contains(st.kinds, scenarios.HangUp) {
		acts = append(acts, scenarios.Act{Who: "Doc", Deed: scenarios.Answers}, endAct("Doc", push.NormalClearing))
	}
	return acts
}

// numbers returns the numbers at which the scenario's call is played. If the user configured no number for the steering, it returns only
// the zero Number.
func (s *ScenarioRun) numbers() []scenarios.Number {
	if configured := scenarios.NumbersOfKinds(s.run.Options().Numbers, s.steering.kinds...); len(configured) > 0 {
		return configured
	}
	return []scenarios.Number{{}}
}

// matchesStory reports whether a known call scenario has the acts and the steering of this story. Stories with different steering may have
// the same acts.
func (s *ScenarioRun) matchesStory(known scenarios.Scenario) bool {
	switch {
	case s.name != "":
		return s.name == known.Name
	case len(s.steering.kinds) == 0:
		return known.RequiredAction == "" && run.IsSameStory(known.Story, s.story)
	}
	return slices.Contains(s.steering.kinds, known.RequiredAction) && run.IsSameStory(known.Story, s.story)
}

// wasSteered reports whether the receiver responded to the first newCall with the action that the story expects.
func (s *ScenarioRun) wasSteered(c transcript.Call) bool {
	for _, x := range c.Exchanges {
		doc := x.EffectiveDocument()
		if x.Push.Event != push.NewCall || doc == nil {
			continue
		}
		for i, a := range doc.Response.Actions {
			if doc.ActionHappens(i) && s.steering.isExpected(a) {
				return true
			}
		}
		return false
	}
	return false
}

// comparablePushes returns the pushes to compare with a table. isComparable is false if the call did not come to its end, or if the
// receiver did not do with it what the story expects.
func (s *ScenarioRun) comparablePushes(p *run.PlayedExperiment) (pushes []push.Push, isComparable bool) {
	switch hasMenu := s.hasPressedKeys(); {
	case !p.Call.Complete:
		return nil, false
	case s.steering.isExpected == nil:
		return pushesInOrder(p.Call, false), !p.Call.Steered
	case !s.wasSteered(p.Call):
		return nil, false
	case hasMenu:
		return pushesInOrder(p.Call, true), !p.Call.Steered && countGathers(p.Call) == 1
	}
	return pushesInOrder(p.Call, false), true
}

// hasPressedKeys reports whether keys are pressed in the story. If so, a table of the story's pushes contains the dtmf pushes.
func (s *ScenarioRun) hasPressedKeys() bool {
	return slices.ContainsFunc(s.story, func(a scenarios.Act) bool { return a.Deed == scenarios.Presses })
}

// countGathers returns how many times digits were gathered, which is the number of dtmf pushes.
func countGathers(c transcript.Call) int {
	n := 0
	for _, x := range c.Exchanges {
		if x.Push.Event == push.DTMF {
			n++
		}
	}
	return n
}

// redirectTarget returns the first number that the receiver redirects the call to, in the form of a push, or "".
func redirectTarget(c transcript.Call) string {
	for _, x := range c.Exchanges {
		doc := x.EffectiveDocument()
		if doc == nil {
			continue
		}
		for i, a := range doc.Response.Actions {
			if d, ok := a.(response.Dial); ok && doc.ActionHappens(i) && len(d.Numbers) > 0 {
				return strings.TrimPrefix(d.Numbers[0], "+")
			}
		}
	}
	return ""
}

// steeringOf returns the first steering that a kind belongs to.
func steeringOf(k scenarios.Kind) steering {
	all := steerings()
	return all[max(slices.IndexFunc(all, func(s steering) bool { return slices.Contains(s.kinds, k) }), 0)]
}
