package requirements

import (
	"slices"

	"github.com/pushcheck/pushcheck/transcript"
)

// Exempt returns copies of calls in which some refused pushes are marked: those over the receiver's limit, and those that sipgate did not
// sign. All are the calls of the run. The limit comes first: it would have refused any push at that moment, so such a push counts as not
// sent. In trouble.many-calls a push is marked for the limit only if an earlier call reached it, because that requirement is about how
// many calls a receiver accepts.
func Exempt(calls, all []transcript.Call) []transcript.Call {
	limited := Limited(all)
	_, refusal := captured(all)
	out := slices.Clone(calls)
	for i, c := range out {
		aboutLimit := c.Stimulus == ManyCalls && !Limited(earlier(all, c.ID))
		out[i].Exchanges = slices.Clone(c.Exchanges)
		for n := range out[i].Exchanges {
			switch x := &out[i].Exchanges[n]; {
			case OverLimit(*x) && limited && !aboutLimit:
				x.Exempt, x.End = transcript.ForLimit, transcript.BlockedEnd
			case refusal != notRefused && x.Raw == "" && !isGenuine(*x) && (wayOf(*x) == refusal || plainOf(x.Push) != "" && !x.Accepted()):
				x.Exempt = transcript.ForSignature // other code may handle follow-ups, and refuse an unsigned one in another way
			}
		}
	}
	return out
}

// earlier returns the calls that were played before the one with this id.
func earlier(calls []transcript.Call, id int) []transcript.Call {
	return slices.DeleteFunc(slices.Clone(calls), func(c transcript.Call) bool { return c.ID >= id })
}
