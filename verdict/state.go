package verdict

import (
	"fmt"

	"github.com/pushcheck/pushcheck/transcript"
)

// missingPage returns a sentence if every request for the state of a call got 404 or 410, so that no state is known. It returns "" if there
// was another response, or none.
func (r Run) missingPage() string {
	var first transcript.StateQuestion
	questions := 0
	for _, c := range r.Calls {
		for _, a := range c.States {
			if a.Status == 0 {
				return ""
			}
			if questions++; questions == 1 {
				first = a
			}
		}
	}
	if questions == 0 {
		return ""
	}
	all := "the only question was"
	if questions > 1 {
		all = fmt.Sprintf("all %d questions were", questions)
	}
	return fmt.Sprintf("%s answered %d: %s; correct --state-url, or let the page there find a call by the callId of its pushes", all, first.Status, first.Question)
}
