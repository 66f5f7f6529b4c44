package verdict

import (
	"fmt"
	"slices"

	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
)

// facts holds what the status of each requirement depends on. In Calls and OtherCalls the refusals that are not judged are marked, see
// requirements.MarkExemptPushes.
type facts struct {
	Run
	judgements   judgements
	capabilities map[requirements.Capability]CapabilityState
	isLimited    bool // the receiver limits how many pushes it accepts
	hasResponded bool // the receiver responded to a push, and so could show its capabilities

	// Each gap is the reason why some requirements could not be judged; nil if the reason does not apply.
	refusalGap  *requirements.Gap // the receiver refuses every push because of its signature or origin
	earlyEndGap *requirements.Gap // the run stopped early, or was interrupted
	stateGap    *requirements.Gap // every request for the state of a call got 404 or 410
	unreadGap   *requirements.Gap // a response could not be read, so it is not known what it asks for
	followUpGap *requirements.Gap // unreadGap, or sipgate does not act on a response, so no follow-up push was sent
}

// hasResponse reports whether the receiver responded to any push.
func hasResponse(calls []transcript.Call) bool {
	return anyExchange(calls, transcript.Exchange.Responded)
}

// anyExchange reports whether matches returns true for any exchange of the calls.
func anyExchange(calls []transcript.Call, matches func(transcript.Exchange) bool) bool {
	return slices.ContainsFunc(calls, func(c transcript.Call) bool { return slices.ContainsFunc(c.Exchanges, matches) })
}

// findRefusalGap returns a gap if the receiver refuses every push because of its signature or origin, so that it shows no capability. It
// returns nil if the receiver accepted a push, or refused no push for that reason.
func findRefusalGap(calls []transcript.Call, target requirements.Target) *requirements.Gap {
	var first *requirements.Gap
	for _, c := range calls {
		for _, x := range c.Exchanges {
			gap, isRefused := requirements.GapOfRefusedPush(x, target)
			switch {
			case x.Odd:
			case isRefused && first == nil:
				first = &gap
			case !isRefused && x.Push.Event == push.NewCall && x.Accepted():
				return nil
			}
		}
	}
	return first
}

// findStateGap returns a gap if every request for the state of a call got 404 or 410. It returns nil if there was another response, or no
// request.
func findStateGap(calls []transcript.Call) *requirements.Gap {
	var questions []transcript.StateQuestion
	for _, c := range calls {
		questions = append(questions, c.States...)
	}
	if len(questions) == 0 || slices.ContainsFunc(questions, func(a transcript.StateQuestion) bool { return a.Status == 0 }) {
		return nil
	}
	subject := "the only question was"
	if len(questions) > 1 {
		subject = fmt.Sprintf("all %d questions were", len(questions))
	}
	return &requirements.Gap{Reason: fmt.Sprintf("%s answered %d: %s; correct --state-url, or let the page there find a call by the callId of its pushes",
		subject, questions[0].Status, questions[0].Question)}
}
