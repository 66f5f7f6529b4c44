package requirements

import (
	"cmp"
	"slices"
	"sync"

	"github.com/pushcheck/pushcheck/transcript"
)

// index is the catalogue with its lookup tables.
type index struct {
	all        []Requirement // read only
	byID       map[string]Requirement
	byTrait    map[Trait][]string
	byOccasion map[Occasion][]string
	byScenario map[string]string
}

var catalogue = sync.OnceValue(func() index {
	out := index{
		all: rows(), byID: map[string]Requirement{}, byTrait: map[Trait][]string{}, byOccasion: map[Occasion][]string{}, byScenario: map[string]string{},
	}
	for _, r := range out.all {
		out.byID[r.ID] = r
		out.byOccasion[r.Occasion] = append(out.byOccasion[r.Occasion], r.ID)
		for _, t := range r.Traits {
			out.byTrait[t] = append(out.byTrait[t], r.ID)
		}
		for _, scenario := range r.Scenarios {
			out.byScenario[scenario] = r.ID
		}
	}
	return out
})

// rulesOf returns the rules of the requirement with the id; zero Rules if there is no such requirement.
func rulesOf(id string) Rules { return catalogue().byID[id].Rules }

// withTrait returns the requirements that a push with the trait counts for.
func withTrait(t Trait) []string { return catalogue().byTrait[t] }

// Basic returns the requirement that everything else in a call depends on.
func Basic() string { return withTrait(plainNewCall)[0] }

// missing returns the requirement that explains why a push was not sent if it is not met; "" if there is none.
func missing(n transcript.NotSent) string {
	for _, r := range catalogue().all {
		if slices.ContainsFunc(r.Unsent, func(u Unsent) bool { return u.Reason == n.Reason && (u.Event == "" || u.Event == n.Push.Event) }) {
			return r.ID
		}
	}
	return ""
}

// storyOf returns the requirement that a call scenario is about; "" if it is about none.
func storyOf(scenario string) string { return catalogue().byScenario[scenario] }

// About returns the requirement that a call is played for.
func About(c transcript.Call) string { return cmp.Or(c.Stimulus, storyOf(c.Scenario), PushNewCall) }

// judged reports whether a call is judged as a whole.
func judged(c transcript.Call) bool { return storyOf(c.Scenario) != "" && c.Stimulus == "" }

// oddPush reports whether a call is about a push that differs from the plain one in one respect.
func oddPush(c transcript.Call) bool { return (Requirement{ID: c.Stimulus}).Area() == "push" }

// steeredAway reports whether the receiver steered a call of plain pushes by its own action. One of the pushes may be odd.
func steeredAway(c transcript.Call) bool { return c.Steered && (c.Stimulus == "" || oddPush(c)) }
