package requirements_test

import (
	"fmt"
	"strings"

	"github.com/pushcheck/pushcheck/requirements"
)

// summarize lists the judgements of the requirements whose ids begin with prefix: "met", each finding with its level and exchange, each gap
// with its cause, and why a requirement is not applicable.
func summarize(js []requirements.Judgement, prefix string) []string {
	var out []string
	for _, j := range js {
		if !strings.HasPrefix(j.Requirement, prefix) {
			continue
		}
		add := func(what string) { out = append(out, j.Requirement+": "+what) }
		if j.TimesJudged > len(j.Findings) {
			add("met")
		}
		for _, f := range j.Findings {
			add(fmt.Sprintf("%s, exchange %d: want %s, got %s", f.Level, f.Exchange, f.Want, f.Got))
		}
		for _, g := range j.Gaps {
			if g.CauseID != "" {
				add("gap because " + g.CauseID + ": " + g.Reason)
			} else {
				add("gap: " + g.Reason)
			}
		}
		if j.NotApplicable != "" {
			add("not applicable: " + j.NotApplicable)
		}
	}
	return out
}
