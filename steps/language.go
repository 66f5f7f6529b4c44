package steps

import (
	"context"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"sync"

	"github.com/cucumber/godog"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/scenarios"
	"github.com/pushcheck/pushcheck/transcript"
)

// Step is one sentence of the language that features are written in.
type Step struct {
	Keyword string // where it stands: Given, When or Then
	Pattern string // a regular expression, as godog reads it
	Says    string // what it does
	Example string
	Table   bool // takes a table

	handler func(*scene) any // what godog calls, for one scenario
	reads   *regexp.Regexp
}

const person = `([A-Z]\w+)`

// Steps lists the language.
func Steps() []Step { return slices.Clone(language()) }

// language is the language with its sentences compiled, which takes longer than playing a call.
var language = sync.OnceValue(func() []Step {
	all := slices.Concat(deeds(), callsAt(), plays(), strangers(), crowds(), shows(), buts(), outcomes())
	for i := range all {
		all[i].reads = regexp.MustCompile(all[i].Pattern)
	}
	return all
})

// deeds tell the story. They only add to it: the call is played at the first Then.
func deeds() []Step {
	one := func(pattern, says, example string, acts func(a string) []scenarios.Act) Step {
		return Step{Keyword: "Given/When", Pattern: pattern, Says: says, Example: example, handler: func(s *scene) any {
			return func(a string) error { return s.tell(acts(a)...) }
		}}
	}
	two := func(pattern, says, example string, acts func(a, b string) []scenarios.Act) Step {
		return Step{Keyword: "Given/When", Pattern: pattern, Says: says, Example: example, handler: func(s *scene) any {
			return func(a, b string) error { return s.tell(acts(a, b)...) }
		}}
	}
	// three is two for a sentence that names the second person again.
	three := func(pattern, says, example string, acts func(a, b string) []scenarios.Act) Step {
		return Step{Keyword: "Given/When", Pattern: pattern, Says: says, Example: example, handler: func(s *scene) any {
			return func(a, b, again string) error {
				if b != again {
					return fmt.Errorf("reading the story: the call goes to %s, and %s is said to answer it", b, again)
				}
				return s.tell(acts(a, b)...)
			}
		}}
	}
	calls := func(a, b string) scenarios.Act {
		return scenarios.Act{Who: a, Deed: scenarios.Calls, To: []string{b}}
	}
	answers := func(a string) scenarios.Act { return scenarios.Act{Who: a, Deed: scenarios.Answers} }
	ends := func(a string, cause push.Cause) scenarios.Act {
		return scenarios.Act{Who: a, Deed: scenarios.Ends, Cause: cause}
	}
	transfers := func(a, b string) scenarios.Act {
		return scenarios.Act{Who: a, Deed: scenarios.Transfers, To: []string{b}}
	}
	return []Step{
		two(`^`+person+` (?:has called|calls) `+person+`$`, "Somebody rings somebody.", "Jennifer calls Doc",
			func(a, b string) []scenarios.Act { return []scenarios.Act{calls(a, b)} }),
		three(`^`+person+` has called `+person+`, and `+person+` has answered$`, "Somebody rang somebody who picked up.", "Jennifer has called Doc, and Doc has answered",
			func(a, b string) []scenarios.Act { return []scenarios.Act{calls(a, b), answers(b)} }),
		one(`^`+person+` (?:has answered|answers)$`, "Somebody picks up.", "Doc answers",
			func(a string) []scenarios.Act { return []scenarios.Act{answers(a)} }),
		three(`^`+person+` transfers the call to `+person+`, and `+person+` answers$`,
			"Somebody sends the caller on to somebody who picks up, and is out of the call.", "Doc transfers the call to Marty, and Marty answers",
			func(a, b string) []scenarios.Act {
				return []scenarios.Act{transfers(a, b), answers(b), ends(a, push.NormalClearing)}
			}),
		two(`^`+person+` transfers the call to `+person+`, who does not pick up$`,
			"Somebody sends the caller on to somebody who does not pick up.", "Doc transfers the call to Marty, who does not pick up",
			func(a, b string) []scenarios.Act { return []scenarios.Act{transfers(a, b), ends(b, push.NoAnswer)} }),
		two(`^`+person+`'s line is busy, and the call is forwarded to `+person+`$`,
			"A busy line sends the caller on.", "Doc's line is busy, and the call is forwarded to Marty",
			func(a, b string) []scenarios.Act {
				return []scenarios.Act{{Who: a, Deed: scenarios.Forwards, To: []string{b}, Cause: push.Forwarded}}
			}),
		{Keyword: "Given/When", Pattern: `^` + person + ` presses nothing$`, Says: "Nobody presses a key until the time for digits is over.", Example: "Jennifer presses nothing",
			handler: func(s *scene) any {
				return func(a string) error {
					nothing := ""
					return s.tell(scenarios.Act{Who: a, Deed: scenarios.Presses, Digits: &nothing})
				}
			}},
		{Keyword: "Given/When", Pattern: `^` + person + ` presses ([0-9A-D*#]+)$`, Says: "Somebody presses keys on the phone. They are pushed where the receiver gathers them.", Example: "Jennifer presses 1",
			handler: func(s *scene) any {
				return func(a, keys string) error {
					return s.tell(scenarios.Act{Who: a, Deed: scenarios.Presses, Digits: &keys})
				}
			}},
		{Keyword: "Given/When", Pattern: `^` + person + ` hangs up$`, Says: "The call that is going on ends in the ordinary way.", Example: "Jennifer hangs up",
			handler: func(s *scene) any {
				return func(a string) error { return s.leaves(a, ends(s.goingOn(), push.NormalClearing)) }
			}},
		{Keyword: "Given/When", Pattern: `^` + person + ` gives up$`, Says: "The caller hangs up before anybody has picked up.", Example: "Jennifer gives up",
			handler: func(s *scene) any {
				return func(a string) error { return s.leaves(a, ends(s.goingOn(), push.Cancel)) }
			}},
		{Keyword: "Given/When", Pattern: `^the call of ` + person + ` ends with the cause (\w+)$`, Says: "The leg that rings or connects somebody ends with a hangup cause.", Example: "the call of Doc ends with the cause busy",
			handler: func(s *scene) any {
				return func(a, cause string) error { return s.tell(ends(a, push.Cause(cause))) }
			}},
	}
}

// plays name whole stories, or what is odd about them.
func plays() []Step {
	return []Step{
		{Keyword: "Given/When", Pattern: `^the call scenario "([^"]+)" is played$`, Says: "A story from `pushcheck list scenarios`, or one of your own beside the features.", Example: `the call scenario "transfer-answered" is played`,
			handler: func(s *scene) any { return s.named }},
		{Keyword: "When", Pattern: `^sipgate connects to the receiver$`, Says: "A connection is made; no push is sent.", Example: "sipgate connects to the receiver",
			handler: func(s *scene) any { return s.connects }},
	}
}

// buts change one push of the story in one respect.
func buts() []Step {
	var out []Step
	for _, o := range slices.Concat(oddities(), signatureOddities(), repeats(), troubles()) {
		step := Step{Keyword: "But", Pattern: `^` + o.sentence + `$`, Says: o.says, Example: example(o.sentence)}
		step.handler = func(s *scene) any {
			if strings.Contains(o.sentence, "(") {
				return func(said string) error { return s.but(o, []string{said}) }
			}
			return func() error { return s.but(o, nil) }
		}
		out = append(out, step)
	}
	return out
}

// example fills in the word that a sentence leaves open.
func example(sentence string) string {
	return strings.NewReplacer(`(\w+)`, "busy", `([0-9*#]+)`, "0*#").Replace(sentence)
}

// Match returns the step that a sentence of a feature means.
func Match(sentence string) (Step, bool) {
	for _, s := range language() {
		if s.reads.MatchString(sentence) {
			return s, true
		}
	}
	return Step{}, false
}

var groups = regexp.MustCompile(`\([^?)][^)]*\)`)

// Unknown tells which people and which call scenario a sentence of the language names that there are not; nil where all is known.
func Unknown(sentence string, cast scenarios.Cast, stories []scenarios.Scenario) error {
	step, ok := Match(sentence)
	if !ok {
		return nil
	}
	said := step.reads.FindStringSubmatch(sentence)[1:]
	for i, group := range groups.FindAllString(step.Pattern, -1) {
		if _, known := cast[said[i]]; group == person && !known {
			return fmt.Errorf("unknown person %q, there are %s", said[i], strings.Join(cast.Names(), ", "))
		}
	}
	if strings.Contains(step.Pattern, namedStory) && !slices.ContainsFunc(stories, func(s scenarios.Scenario) bool { return s.Name == said[0] }) {
		return fmt.Errorf("unknown call scenario %q", said[0])
	}
	return nil
}

// namedStory is how a sentence begins that names a call scenario.
const namedStory = "^the call scenario "

type sceneKey struct{}

// Played is for steps of one's own, which can stand beside these: it plays the call of the feature scenario that ctx belongs
// to, or finds it played, and returns what happened. It is an error where nobody has called anybody yet.
func Played(ctx context.Context) (transcript.Call, error) {
	s, ok := ctx.Value(sceneKey{}).(*scene)
	if !ok {
		return transcript.Call{}, errors.New("finding the call: this is the context of no feature scenario")
	}
	calls, err := s.calls(ctx, false)
	if err != nil || len(calls) == 0 {
		return transcript.Call{}, err
	}
	return calls[0], nil
}

// InitializeScenario gives a scenario its steps and a state of its own.
func (r *Run) InitializeScenario(sc *godog.ScenarioContext) {
	s := &scene{run: r}
	sc.Before(func(ctx context.Context, scenario *godog.Scenario) (context.Context, error) {
		return context.WithValue(ctx, sceneKey{}, s), s.begin(ctx, scenario)
	})
	sc.StepContext().After(func(ctx context.Context, step *godog.Step, _ godog.StepResultStatus, err error) (context.Context, error) {
		_, ours := Match(step.Text)
		s.foreign = s.foreign || err != nil && !ours && !errors.Is(err, godog.ErrUndefined)
		return ctx, nil
	})
	sc.After(s.end)
	for _, step := range language() {
		sc.Step(step.reads, step.handler(s))
	}
}
