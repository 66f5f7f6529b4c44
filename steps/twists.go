package steps

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"

	"github.com/pushcheck/pushcheck/experiment"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// maxCrowd is the largest number of concurrent calls in a feature.
const maxCrowd = 100

// oddPushSteps returns the sentences about odd pushes.
func oddPushSteps() []Step {
	var out []Step
	for _, o := range experiment.Oddities() {
		out = append(out, Step{
			Keyword: "But", Pattern: `^` + o.Clause + `$`, Meaning: o.Description, Example: strings.NewReplacer(`(\w+)`, "busy", `([0-9*#]+)`, "0*#").Replace(o.Clause),
			makeHandler: func(s *ScenarioRun) any {
				if strings.Contains(o.Clause, "(") {
					return func(word string) error { return s.setTwist(o.Twist(word)) }
				}
				return func() error { return s.setTwist(o.Twist("")) }
			},
		})
	}
	return out
}

// setTwist sets the twist of the story. The scenario's tag names the requirement.
func (s *ScenarioRun) setTwist(t experiment.Twist) error {
	switch {
	case s.twist.Kind != experiment.Plain:
		return fmt.Errorf("a scenario has one But sentence, and this is the second: %q", t.Variant)
	case len(s.tags) != 1:
		return fmt.Errorf("a scenario with a But sentence needs one requirement as tag, such as @push.newcall; this one has %d", len(s.tags))
	}
	t.Requirement = s.tags[0]
	s.twist = t
	return nil
}

// strangerSteps returns one step for all sentences about a stranger.
func strangerSteps() []Step {
	var clauses []string
	for _, st := range experiment.NamedStimuli() {
		clauses = append(clauses, regexp.QuoteMeta(st.Clause))
	}
	return []Step{{
		Keyword: "When", Pattern: `^a stranger (` + strings.Join(clauses, "|") + `)$`, Example: "a stranger sends a JSON document",
		Meaning:     "Something other than a push is sent to the receiver. Then a good call follows.",
		makeHandler: func(s *ScenarioRun) any { return s.setStranger },
	}}
}

func (s *ScenarioRun) setStranger(clause string) error {
	for _, st := range experiment.NamedStimuli() {
		if st.Clause == clause {
			return s.setOrdinaryStory("a stranger", st.Twist())
		}
	}
	return fmt.Errorf("reading %q: there is no such sentence about a stranger", clause)
}

// crowdSteps returns the sentences about several calls at once.
func crowdSteps() []Step {
	return []Step{{
		Keyword: "When", Pattern: `^(\d+) calls come in at once$`, Example: "50 calls come in at once",
		Meaning:     "This many calls ring at the same time; then all are answered, and all end.",
		makeHandler: func(s *ScenarioRun) any { return s.setCrowd },
	}}
}

func (s *ScenarioRun) setCrowd(number string) error {
	n, err := strconv.Atoi(number)
	if err != nil || n < 2 || n > maxCrowd {
		return fmt.Errorf("reading %q: want 2 to %d calls at once", number, maxCrowd)
	}
	kind := experiment.Overlap
	if len(s.tags) == 1 && s.tags[0] == requirements.TroubleManyCalls {
		kind = experiment.Crowd
	}
	return s.setOrdinaryStory(number+" calls", experiment.Twist{Kind: kind, Size: n, Variant: transcript.Variant(number + " calls come in at once")})
}

// setOrdinaryStory makes an ordinary call the whole story, and sets its twist. twistName names the twist in errors.
func (s *ScenarioRun) setOrdinaryStory(twistName string, t experiment.Twist) error {
	switch {
	case len(s.story) > 0 || s.twist.Kind != experiment.Plain:
		return fmt.Errorf("a scenario with %s has no other story", twistName)
	case len(s.tags) != 1:
		return fmt.Errorf("a scenario with %s has one requirement as tag, this one has %d", twistName, len(s.tags))
	}
	t.Requirement = s.tags[0]
	s.twist = t
	return s.addActs(experiment.OrdinaryCall("Doc")...)
}

// cannotBeJudged reports whether the scenario cannot be judged in this run: it is about signatures and there is no key, or it is about the
// application's state and there is no oracle.
func (s *ScenarioRun) cannotBeJudged() bool {
	o := s.run.Options()
	isInArea := func(area string) bool { return strings.HasPrefix(s.twist.Requirement, area) }
	return isInArea("signature.") && o.Sender.SignKey == nil || isInArea("state.") && o.StateCheck.Oracle == nil
}
