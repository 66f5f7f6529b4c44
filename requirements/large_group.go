package requirements

import (
	"fmt"

	"github.com/pushcheck/pushcheck/transcript"
)

// smallGroup is the largest group for which a refusal is a failure. Larger groups are inferred.
const smallGroup = 20

// largestGroup returns the largest number of users in an odd push of a call.
func largestGroup(c transcript.Call) int {
	most := 0
	for _, x := range c.Exchanges {
		if x.Odd {
			most = max(most, len(x.Push.Users))
		}
	}
	return most
}

// forLargeGroup turns failures about the odd pushes of a large group into warnings, because it is only inferred that sipgate sends such
// pushes.
func forLargeGroup(c transcript.Call, all []Judgement) []Judgement {
	if largestGroup(c) <= smallGroup {
		return all
	}
	for _, j := range all {
		for i := range j.Findings {
			f := &j.Findings[i]
			about := j.Requirement == c.Stimulus
			if !about && !c.Exchanges[f.Exchange].Odd {
				continue
			}
			f.Level = Should
			f.Limits = fmt.Sprintf(", in a call to %d users (it is inferred that sipgate names so many in one push)", largestGroup(c))
			if about {
				f.So = "Calls to large groups are missing."
				f.Fix = "Set the limits of the form parser higher: qs, which Express uses, makes an object of a list of more than 20 (arrayLimit)."
			}
		}
	}
	return all
}
