package requirements

import (
	"slices"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// Kinds names the kinds of pushes that an exchange of a call belongs to. If a receiver has accepted each of them, such a push is nothing
// new for it.
func Kinds(c transcript.Call, x transcript.Exchange) []string {
	kinds := countsFor(x.Push)
	plain := plainPush(x.Push)
	own := kinds[0]
	switch {
	case x.Odd, x.Copy:
		own = c.Stimulus + " " + string(c.Variant) + " " + string(x.Push.Event)
	case x.Push.Event == push.Hangup:
		own = string(x.Push.Cause)
	}
	return append([]string{own}, slices.DeleteFunc(kinds[1:], func(id string) bool { return id == plain })...)
}
