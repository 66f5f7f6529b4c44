package run

import (
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/scenarios"
)

// maxDraws is the largest number of draws for a call. Numbers are drawn again if another call has one of them. There are thousands of
// numbers, so a few draws are enough.
const maxDraws = 20

// drawNumbers draws numbers for the people outside the account, so that no two calls of a run have the same caller. Some receivers believe
// that a caller is still in an earlier call if that call never ended.
func (r *Run) drawNumbers(cast scenarios.Cast, nonce string, story scenarios.Scenario) scenarios.Cast {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.numbers == nil {
		r.numbers = map[string]bool{}
	}
	var out scenarios.Cast
	for tries := range maxDraws {
		out = cast.WithDrawnNumbers(r.opts.Seed, nonce+strings.Repeat("+", tries), story.Name)
		if !slices.ContainsFunc(outsideNumbers(story, out), func(number string) bool { return r.numbers[number] }) {
			break
		}
	}
	for _, number := range outsideNumbers(story, out) {
		r.numbers[number] = true
	}
	return out
}

// outsideNumbers returns the numbers that were drawn for people in a story.
func outsideNumbers(story scenarios.Scenario, cast scenarios.Cast) []string {
	var out []string
	for _, act := range story.Story {
		for _, name := range append([]string{act.Who}, act.To...) {
			if p := cast[name]; p.IsOutside && !p.HasChosenNumber && scenarios.IsFictional(p.Number) && !slices.Contains(out, p.Number) {
				out = append(out, p.Number)
			}
		}
	}
	return out
}
