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

// mostAtOnce bounds what a feature may ask for.
const mostAtOnce = 100

// buts are the sentences about what is odd about the pushes of the story.
func buts() []Step {
	var out []Step
	for _, o := range experiment.Oddities() {
		out = append(out, Step{
			Keyword: "But", Pattern: `^` + o.Clause + `$`, Says: o.Says, Example: strings.NewReplacer(`(\w+)`, "busy", `([0-9*#]+)`, "0*#").Replace(o.Clause),
			handler: func(s *ScenarioRun) any {
				if strings.Contains(o.Clause, "(") {
					return func(word string) error { return s.but(o.Twist(word)) }
				}
				return func() error { return s.but(o.Twist("")) }
			},
		})
	}
	return out
}

// but gives the story a twist. The scenario's tag says which requirement that is about.
func (s *ScenarioRun) but(t experiment.Twist) error {
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

// strangers are the sentences about what a stranger does, as one step.
func strangers() []Step {
	var sentences []string
	for _, st := range experiment.Strangers() {
		sentences = append(sentences, regexp.QuoteMeta(st.Does))
	}
	return []Step{{
		Keyword: "When", Pattern: `^a stranger (` + strings.Join(sentences, "|") + `)$`, Example: "a stranger sends a JSON document",
		Says:    "Something else than a push is sent to the receiver. Then a good call follows.",
		handler: func(s *ScenarioRun) any { return s.stranger },
	}}
}

func (s *ScenarioRun) stranger(does string) error {
	for _, st := range experiment.Strangers() {
		if st.Does == does {
			return s.only("a stranger", st.Twist())
		}
	}
	return fmt.Errorf("reading %q: no stranger does that", does)
}

// crowds are the sentences about several calls at once.
func crowds() []Step {
	return []Step{{
		Keyword: "When", Pattern: `^(\d+) calls come in at once$`, Example: "50 calls come in at once",
		Says:    "This many calls ring at the same time; then all are answered, and all end.",
		handler: func(s *ScenarioRun) any { return s.comeAtOnce },
	}}
}

func (s *ScenarioRun) comeAtOnce(number string) error {
	n, err := strconv.Atoi(number)
	if err != nil || n < 2 || n > mostAtOnce {
		return fmt.Errorf("reading %q: want 2 to %d calls at once", number, mostAtOnce)
	}
	kind := experiment.Overlap
	if len(s.tags) == 1 && s.tags[0] == requirements.ManyCalls {
		kind = experiment.Crowd
	}
	return s.only(number+" calls", experiment.Twist{Kind: kind, Size: n, Variant: transcript.Variant(number + " calls come in at once")})
}

// only gives the scenario a twist and a plain call as its whole story. what names the twist in errors.
func (s *ScenarioRun) only(what string, t experiment.Twist) error {
	switch {
	case len(s.story) > 0 || s.twist.Kind != experiment.Plain:
		return fmt.Errorf("a scenario with %s has no other story", what)
	case len(s.tags) != 1:
		return fmt.Errorf("a scenario with %s has one requirement as tag, this one has %d", what, len(s.tags))
	}
	t.Requirement = s.tags[0]
	s.twist = t
	return s.tell(experiment.Ordinary("Doc")...)
}

// cannotShow reports whether a call cannot show what the scenario is about: signatures without a key to sign with, or the
// application's state without a way to ask for it.
func (s *ScenarioRun) cannotShow() bool {
	o := s.run.Options()
	about := func(area string) bool { return strings.HasPrefix(s.twist.Requirement, area) }
	return about("signature.") && o.Sender.SignKey == nil || about("state.") && o.State.Oracle == nil
}
