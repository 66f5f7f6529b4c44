package requirements

import (
	"slices"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

const tooMany = 429 // the status of who limits how many requests are taken

const overLimit = "the receiver limits how many pushes it takes, and refused this one with status 429: let it take all of them from here while it is judged"

// Limited tells whether a receiver limits how many pushes it takes: it refused a plain newCall push with status 429 and took
// another.
func Limited(calls []transcript.Call) bool {
	refused, taken := false, false
	for _, c := range calls {
		for _, x := range c.Exchanges {
			if x.Push.Event != push.NewCall || x.Odd || x.Copy || c.Stimulus == manyCalls {
				continue
			}
			refused = refused || x.Status == tooMany
			taken = taken || x.Accepted()
		}
	}
	return refused && taken
}

// Unlimited is a call at a receiver that is limited, without what it refused for that: whatever came at that moment would have been
// refused. Fifty calls at once are left as they are: they are about how many a receiver takes.
func Unlimited(c transcript.Call) transcript.Call {
	if c.Stimulus == manyCalls {
		return c
	}
	c.Exchanges = slices.Clone(c.Exchanges)
	for i := range c.Exchanges {
		if x := &c.Exchanges[i]; x.Status == tooMany && x.Raw == "" {
			x.End = transcript.BlockedEnd
		}
	}
	return c
}
