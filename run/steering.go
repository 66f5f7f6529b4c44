package run

import (
	"slices"

	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/scenarios"
)

// IsActionOf reports whether an action is the action that a receiver takes at numbers of a kind.
func IsActionOf(k scenarios.Kind, a response.Action) bool {
	switch dial, _ := a.(response.Dial); {
	case k == scenarios.Reject || k == scenarios.Busy:
		return a.Element() == "Reject"
	case k == scenarios.HangUp:
		return a.Element() == "Hangup"
	case k == scenarios.Play:
		return a.Element() == "Play"
	case k == scenarios.ToVoicemail:
		return dial.Voicemail
	case slices.Contains(scenarios.Gather.SimilarKinds(), k):
		return a.Element() == "Gather"
	case slices.Contains(scenarios.Redirect.SimilarKinds(), k):
		return a.Element() == "Dial" && !dial.Voicemail
	}
	return false
}

// exampleScenario returns the call scenario that shows what a receiver does at a number of a kind.
func exampleScenario(k scenarios.Kind) scenarios.Scenario {
	for _, known := range scenarios.All() {
		if known.RequiredAction != "" && slices.Contains(known.RequiredAction.SimilarKinds(), k) {
			return known // the first match is the simplest scenario, such as a menu in which one key is pressed
		}
	}
	story, _ := scenarios.Find("incoming-answered")
	return story
}
