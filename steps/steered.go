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

// steering is what a receiver does with calls at numbers of some kinds, with its words in features. If the user named no such number, the
// call goes to the usual number, because the receiver may do so with every call.
type steering struct {
	sentence string // follows "a number"
	says     string
	kinds    []scenarios.Kind
	shown    func(response.Action) bool // reports whether an action is the expected one
}

func steerings() []steering {
	does := func(kinds ...scenarios.Kind) func(response.Action) bool {
		return func(a response.Action) bool {
			return slices.ContainsFunc(kinds, func(k scenarios.Kind) bool { return run.IsActionOf(k, a) })
		}
	}
	at := func(sentence, says string, kinds ...scenarios.Kind) steering {
		return steering{sentence, says, kinds, does(kinds...)}
	}
	return []steering{
		at("that is rejected", "The receiver rejects the call, as rejected or busy.", scenarios.Reject, scenarios.Busy),
		at("that is hung up on", "The receiver ends the call.", scenarios.HangsUp),
		at("that is redirected", "The receiver sends the call to one number or several.", scenarios.Redirect.Alike()...),
		at("that the voicemail answers", "The receiver sends the call to the voicemail.", scenarios.ToVoicemail),
		at("with a menu", "The receiver gathers digits.", scenarios.Gather.Alike()...),
		at("that plays a sound", "The receiver plays a sound.", scenarios.Play),
		{"with a redirect", "The receiver responds with any Dial: to numbers or to the voicemail.",
			append(scenarios.Redirect.Alike(), scenarios.ToVoicemail, scenarios.GatherRedirect), does(scenarios.Redirect, scenarios.ToVoicemail)},
	}
}

// numberSteps returns the sentences in which a person calls such a number. In the story the number is Doc's.
func numberSteps() []Step {
	var out []Step
	for _, st := range steerings() {
		out = append(out, Step{
			Keyword: "Given/When", Pattern: `^` + person + ` (?:has called|calls) a number ` + st.sentence + `$`,
			Says: st.says + " See --numbers.", Example: "Jennifer calls a number " + st.sentence,
			handler: func(s *ScenarioRun) any {
				return func(a string) error {
					s.steering = st
					return s.addActs(st.acts(a)...)
				}
			},
		})
	}
	return out
}

// acts returns the acts that begin a call to the number. If the receiver should end the call, no sentence can follow. Then the acts also
// contain how the call goes on if the receiver lets it through.
func (st steering) acts(caller string) []scenarios.Act {
	acts := []scenarios.Act{{Who: caller, Deed: scenarios.Calls, To: []string{"Doc"}}}
	if slices.Contains(st.kinds, scenarios.Reject) || slices.Contains(st.kinds, scenarios.HangsUp) {
		acts = append(acts, scenarios.Act{Who: "Doc", Deed: scenarios.Answers}, ends("Doc", push.NormalClearing))
	}
	return acts
}

// places returns the numbers that the scenario's call is played at. If the user named no number for its steering, that is the zero
// Number.
func (s *ScenarioRun) places() []scenarios.Number {
	if named := scenarios.Of(s.run.Options().Numbers, s.steering.kinds...); len(named) > 0 {
		return named
	}
	return []scenarios.Number{{}}
}

// isKnown reports whether a listed call scenario is this story. It compares the steering too, because stories with different steering
// may have the same acts.
func (s *ScenarioRun) isKnown(known scenarios.Scenario) bool {
	switch {
	case s.name != "":
		return s.name == known.Name
	case len(s.steering.kinds) == 0:
		return known.Steered == "" && run.SameStory(known.Story, s.story)
	}
	return slices.Contains(s.steering.kinds, known.Steered) && run.SameStory(known.Story, s.story)
}

// steered reports whether the receiver did with the call what the scenario is about, in response to the first newCall.
func (s *ScenarioRun) steered(c transcript.Call) bool {
	for _, x := range c.Exchanges {
		doc := x.Effective()
		if x.Push.Event != push.NewCall || doc == nil {
			continue
		}
		for i, a := range doc.Response.Actions {
			if doc.Happens(i) && s.steering.shown(a) {
				return true
			}
		}
		return false
	}
	return false
}

// table returns the pushes to compare with a table. comparable is false if the receiver did something else with the call.
func (s *ScenarioRun) table(p *run.PlayedExperiment) (pushes []push.Push, comparable bool) {
	switch menu := s.pressed(); {
	case !p.Call.Complete:
		return nil, false
	case s.steering.shown == nil:
		return due(p.Call, false), !p.Call.Steered
	case !s.steered(p.Call):
		return nil, false
	case menu:
		return due(p.Call, true), !p.Call.Steered && gathers(p.Call) == 1
	}
	return due(p.Call, false), true
}

// pressed reports whether keys are pressed in the story. Then its table lists the dtmf pushes.
func (s *ScenarioRun) pressed() bool {
	return slices.ContainsFunc(s.story, func(a scenarios.Act) bool { return a.Deed == scenarios.Presses })
}

func gathers(c transcript.Call) int {
	n := 0
	for _, x := range c.Exchanges {
		if x.Push.Event == push.DTMF {
			n++
		}
	}
	return n
}

// redirectsTo returns the first number that the receiver redirects the call to, in the form of a push, or "".
func redirectsTo(c transcript.Call) string {
	for _, x := range c.Exchanges {
		doc := x.Effective()
		if doc == nil {
			continue
		}
		for i, a := range doc.Response.Actions {
			if d, ok := a.(response.Dial); ok && doc.Happens(i) && len(d.Numbers) > 0 {
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
