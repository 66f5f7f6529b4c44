package run

import (
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/scenarios"
)

// maxDraws is the maximum number of tries to find numbers that were in no other call. There are thousands of numbers, so a few tries are
// enough.
const maxDraws = 20

// drawNumbers gives the people outside the account other numbers, so that no two calls of a run have the same caller. If the last call of a
// caller never ended, some receivers believe that the caller is still in that call.
func (r *Run) drawNumbers(cast scenarios.Cast, nonce string, story scenarios.Scenario) scenarios.Cast {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.numbers == nil {
		r.numbers = map[string]bool{}
	}
	var drawn scenarios.Cast
	for tries := range maxDraws {
		drawn = cast.Draw(r.opts.Seed, nonce+strings.Repeat("+", tries), story.Name)
		if !slices.ContainsFunc(outsideNumbers(story, drawn), func(number string) bool { return r.numbers[number] }) {
			break
		}
	}
	for _, number := range outsideNumbers(story, drawn) {
		r.numbers[number] = true
	}
	return drawn
}

// outsideNumbers returns the numbers of the people in a story whose numbers are drawn.
func outsideNumbers(story scenarios.Scenario, cast scenarios.Cast) []string {
	var out []string
	for _, act := range story.Story {
		for _, name := range append([]string{act.Who}, act.To...) {
			if p := cast[name]; p.IsOutside && !p.Fixed && scenarios.IsFictional(p.Number) && !slices.Contains(out, p.Number) {
				out = append(out, p.Number)
			}
		}
	}
	return out
}
