package requirements

import (
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// Kinds names the kinds of pushes that an exchange of a call belongs to. A receiver that accepted each of them has met nothing new
// in such a push.
func Kinds(c transcript.Call, x transcript.Exchange) []string {
	kinds := oddIn(x.Push)
	switch {
	case x.Odd, x.Copy:
		return append(kinds, c.Stimulus+" "+string(c.Variant)+" "+string(x.Push.Event))
	case x.Push.Event == push.Hangup:
		return append(kinds, string(x.Push.Cause))
	}
	return append(kinds, accepting(x.Push))
}

// Plain is the kind of a newCall push with which nothing is odd.
const Plain = "push.newcall"

// ManyCalls is the requirement that many calls are accepted at once.
const ManyCalls = manyCalls
