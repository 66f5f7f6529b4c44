package requirements

import (
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/transcript"
)

// ofCall returns which form of a requirement a call shows as a whole: the one that it is played for, or else its scenario.
func ofCall(c transcript.Call) func(id string) transcript.Variant {
	return func(id string) transcript.Variant {
		switch {
		case id == c.Stimulus:
			return c.Variant
		case areaOf(id) == "push":
			return "" // like its plain pushes
		}
		return transcript.Variant(c.Scenario)
	}
}

// ofPush returns which form of a requirement a push of a call shows. Plain pushes of a kind have one form in all calls.
// push.hangup-causes has a form for each cause. Requirements about responses have one for each kind of push.
func ofPush(c transcript.Call, p push.Push, odd bool) func(id string) transcript.Variant {
	counts := transcript.Variant(accepting(p))
	return func(id string) transcript.Variant {
		switch {
		case odd, id == c.Stimulus:
			return c.Variant
		case id == pushHangupCauses:
			return CauseVariant(p.Cause)
		case areaOf(id) != "push":
			return counts
		}
		return ""
	}
}

// at returns the variant for an origin or a file: each is judged by itself.
func at(place string) func(id string) transcript.Variant {
	return func(string) transcript.Variant { return transcript.Variant(place) }
}
