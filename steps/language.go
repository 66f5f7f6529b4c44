package steps

import (
	"fmt"
	"regexp"
	"slices"
	"sync"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
)

// Step is a kind of sentence in the language of the features.
type Step struct {
	Keyword  string // keyword before the sentence, such as Then, or Given/When if the sentence may follow both
	Pattern  string // regular expression that matches the sentence
	Meaning  string // what the sentence means
	Example  string // a sentence that matches Pattern
	HasTable bool   // a table follows the sentence

	makeHandler func(*ScenarioRun) any // returns the function that is called for the sentence in a scenario
	expression  *regexp.Regexp         // compiled Pattern
}

const personPattern = `([A-Z]\w+)`

// Steps lists all sentences of the language.
func Steps() []Step { return slices.Clone(language()) }

// language returns all steps. It compiles their expressions once, because that takes longer than playing a call.
var language = sync.OnceValue(func() []Step {
	all := slices.Concat(storySteps(), endSteps(), steeredNumberSteps(), callScenarioSteps(), strangerSteps(), crowdSteps(), stateSteps(), oddPushSteps(), outcomeSteps())
	for i := range all {
		all[i].expression = regexp.MustCompile(all[i].Pattern)
	}
	return all
})

// storySteps returns the sentences that add to the story. They send nothing: the first Then sentence plays the call.
func storySteps() []Step {
	onePerson := func(pattern, meaning, example string, acts func(a string) []scenarios.Act) Step {
		return Step{Keyword: "Given/When", Pattern: pattern, Meaning: meaning, Example: example, makeHandler: func(s *ScenarioRun) any {
			return func(a string) error { return s.addActs(acts(a)...) }
		}}
	}
	twoPeople := func(pattern, meaning, example string, acts func(a, b string) []scenarios.Act) Step {
		return Step{Keyword: "Given/When", Pattern: pattern, Meaning: meaning, Example: example, makeHandler: func(s *ScenarioRun) any {
			return func(a, b string) error { return s.addActs(acts(a, b)...) }
		}}
	}
	// twoPeopleOneTwice is like twoPeople, but the sentence names the second person twice.
	twoPeopleOneTwice := func(pattern, meaning, example string, acts func(a, b string) []scenarios.Act) Step {
		return Step{Keyword: "Given/When", Pattern: pattern, Meaning: meaning, Example: example, makeHandler: func(s *ScenarioRun) any {
			return func(a, b, answering string) error {
				if b != answering {
					return fmt.Errorf("reading the story: the call goes to %s, but %s answers it", b, answering)
				}
				return s.addActs(acts(a, b)...)
			}
		}}
	}
	callAct := func(a, b string) scenarios.Act {
		return scenarios.Act{Who: a, Deed: scenarios.Calls, To: []string{b}}
	}
	answerAct := func(a string) scenarios.Act { return scenarios.Act{Who: a, Deed: scenarios.Answers} }
	transferAct := func(a, b string) scenarios.Act {
		return scenarios.Act{Who: a, Deed: scenarios.Transfers, To: []string{b}}
	}
	return []Step{
		twoPeople(`^`+personPattern+` (?:has called|calls) `+personPattern+`$`, "A call comes in, or goes out if the caller is a user of the account.", "Jennifer calls Doc",
			func(a, b string) []scenarios.Act { return []scenarios.Act{callAct(a, b)} }),
		twoPeopleOneTwice(`^`+personPattern+` has called `+personPattern+`, and `+personPattern+` has answered$`, "A call comes in or goes out, and the called party picks up.", "Jennifer has called Doc, and Doc has answered",
			func(a, b string) []scenarios.Act { return []scenarios.Act{callAct(a, b), answerAct(b)} }),
		onePerson(`^`+personPattern+` (?:has answered|answers)$`, "The called party picks up.", "Doc answers",
			func(a string) []scenarios.Act { return []scenarios.Act{answerAct(a)} }),
		{Keyword: "Given/When", Pattern: `^the call is answered$`, Meaning: "The called party picks up. If the receiver redirects the call, the target of the redirect does.", Example: "the call is answered",
			makeHandler: func(s *ScenarioRun) any {
				return func() error {
					if len(s.story) == 0 {
						return errNoStory
					}
					return s.addActs(answerAct(s.lastCalledPerson()))
				}
			}},
		twoPeopleOneTwice(`^`+personPattern+` transfers the call to `+personPattern+`, and `+personPattern+` answers$`,
			"A transfer that is answered; the call of the first person ends.", "Doc transfers the call to Marty, and Marty answers",
			func(a, b string) []scenarios.Act {
				return []scenarios.Act{transferAct(a, b), answerAct(b), endAct(a, push.NormalClearing)}
			}),
		twoPeople(`^`+personPattern+` transfers the call to `+personPattern+`, who does not pick up$`,
			"A transfer that is not answered.", "Doc transfers the call to Marty, who does not pick up",
			func(a, b string) []scenarios.Act { return []scenarios.Act{transferAct(a, b), endAct(b, push.NoAnswer)} }),
		twoPeople(`^`+personPattern+`'s line is busy, and the call is forwarded to `+personPattern+`$`,
			"The call is forwarded before anybody has answered.", "Doc's line is busy, and the call is forwarded to Marty",
			func(a, b string) []scenarios.Act {
				return []scenarios.Act{{Who: a, Deed: scenarios.Forwards, To: []string{b}, Cause: push.Forwarded}}
			}),
	}
}

func endAct(who string, cause push.Cause) scenarios.Act {
	return scenarios.Act{Who: who, Deed: scenarios.Ends, Cause: cause}
}

// endSteps returns the sentences about pressed keys and about the end of the story.
func endSteps() []Step {
	return []Step{
		{Keyword: "Given/When", Pattern: `^` + personPattern + ` presses nothing$`, Meaning: "The time for digits runs out without a key.", Example: "Jennifer presses nothing",
			makeHandler: func(s *ScenarioRun) any {
				return func(a string) error {
					noDigits := ""
					return s.addActs(scenarios.Act{Who: a, Deed: scenarios.Presses, Digits: &noDigits})
				}
			}},
		{Keyword: "Given/When", Pattern: `^` + personPattern + ` presses ([0-9A-D*#]+)$`, Meaning: "The caller presses keys; a dtmf push follows if the receiver gathers digits.", Example: "Jennifer presses 1",
			makeHandler: func(s *ScenarioRun) any {
				return func(a, keys string) error {
					return s.addActs(scenarios.Act{Who: a, Deed: scenarios.Presses, Digits: &keys})
				}
			}},
		{Keyword: "Given/When", Pattern: `^` + personPattern + ` hangs up$`, Meaning: "The answered call ends with the cause normalClearing.", Example: "Jennifer hangs up",
			makeHandler: func(s *ScenarioRun) any {
				return func(a string) error { return s.addLeavingAct(a, endAct(s.lastCalledPerson(), push.NormalClearing)) }
			}},
		{Keyword: "Given/When", Pattern: `^` + personPattern + ` gives up$`, Meaning: "The caller hangs up before anybody has answered; the cause is cancel.", Example: "Jennifer gives up",
			makeHandler: func(s *ScenarioRun) any {
				return func(a string) error { return s.addLeavingAct(a, endAct(s.lastCalledPerson(), push.Cancel)) }
			}},
		{Keyword: "Given/When", Pattern: `^the call of ` + personPattern + ` ends with the cause (\w+)$`, Meaning: "This person's leg of the call ends with this hangup cause.", Example: "the call of Doc ends with the cause busy",
			makeHandler: func(s *ScenarioRun) any {
				return func(a, cause string) error { return s.addActs(endAct(a, push.Cause(cause))) }
			}},
	}
}

// callScenarioSteps returns the sentence that names a whole call scenario, and the sentence in which sipgate only connects.
func callScenarioSteps() []Step {
	return []Step{
		{Keyword: "Given/When", Pattern: `^the call scenario "([^"]+)" is played$`, Meaning: "A call from `pushcheck list scenarios`, or a YAML file beside the feature.", Example: `the call scenario "transfer-answered" is played`,
			makeHandler: func(s *ScenarioRun) any { return s.addCallScenario }},
		{Keyword: "When", Pattern: `^sipgate connects to the receiver$`, Meaning: "pushcheck connects to the receiver and sends no push.", Example: "sipgate connects to the receiver",
			makeHandler: func(s *ScenarioRun) any { return s.connect }},
	}
}

// FindStep returns the step whose pattern matches a sentence of a feature.
func FindStep(sentence string) (Step, bool) {
	for _, s := range language() {
		if s.expression.MatchString(sentence) {
			return s, true
		}
	}
	return Step{}, false
}
