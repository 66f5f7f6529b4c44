package requirements

import (
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

// Occasion is what a response must contain before a requirement can be judged by the response.
type Occasion string

const (
	OccasionBody               Occasion = "a body that was read"
	OccasionRoot               Occasion = "a root element"
	OccasionResponse           Occasion = "a Response that was read"
	OccasionAnswerSubscription Occasion = "onAnswer"
	OccasionHangupSubscription Occasion = "onHangup"
	OccasionDial               Occasion = "a Dial"
	OccasionOutgoingDial       Occasion = "a Dial for an outgoing call"
	OccasionPlay               Occasion = "a Play"
	OccasionGather             Occasion = "a Gather"
	OccasionReject             Occasion = "a Reject"
	OccasionHangup             Occasion = "a Hangup"
)

// occasionsOf lists the parts of a response by which requirements can be judged, such as the body and the root element. The body must have
// been read. A part that occurs several times is listed several times.
func occasionsOf(x transcript.Exchange) []Occasion {
	out := []Occasion{OccasionBody}
	if x.Document.Root != "" {
		out = append(out, OccasionRoot)
	}
	if x.Document.Response == nil {
		return out
	}
	for _, o := range append([]Occasion{OccasionResponse}, contentsOf(*x.Document.Response)...) {
		if out = append(out, o); o == OccasionDial && x.Push.Direction == push.Outgoing {
			out = append(out, OccasionOutgoingDial)
		}
	}
	return out
}

// contentsOf lists the subscriptions and actions of a response.
func contentsOf(r response.Response) []Occasion {
	var out []Occasion
	if r.OnAnswer != nil {
		out = append(out, OccasionAnswerSubscription)
	}
	if r.OnHangup != nil {
		out = append(out, OccasionHangupSubscription)
	}
	for _, action := range r.Actions {
		switch a := action.(type) {
		case response.Dial:
			out = append(out, OccasionDial)
		case response.Play:
			out = append(out, OccasionPlay)
		case response.Gather:
			if out = append(out, OccasionGather); a.Play != nil {
				out = append(out, OccasionPlay)
			}
		case response.Reject:
			out = append(out, OccasionReject)
		case response.Hangup:
			out = append(out, OccasionHangup)
		}
	}
	return out
}
