package requirements_test

import (
	"fmt"
	"strings"

	"github.com/pushcheck/pushcheck/requirements"
)

// summaries lists the judgements of the requirements whose ids begin with prefix: "met", each finding with its level and exchange, each gap with
// its cause, and why a requirement is not applicable.
func summaries(js []requirements.Judgement, prefix string) []string {
	var out []string
	for _, j := range js {
		if !strings.HasPrefix(j.Requirement, prefix) {
			continue
		}
		say := func(what string) { out = append(out, j.Requirement+": "+what) }
		if j.Judged > len(j.Findings) {
			say("met")
		}
		for _, f := range j.Findings {
			say(fmt.Sprintf("%s, exchange %d: want %s, got %s", f.Level, f.Exchange, f.Want, f.Got))
		}
		for _, g := range j.Gaps {
			if g.Because != "" {
				say("gap because " + g.Because + ": " + g.Reason)
			} else {
				say("gap: " + g.Reason)
			}
		}
		if j.NotApplicable != "" {
			say("not applicable: " + j.NotApplicable)
		}
	}
	return out
}
