package requirements

import (
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

// Occasion is what in a response gives an occasion to judge a requirement.
type Occasion string

const (
	OnBody               Occasion = "a body that was read"
	OnRoot               Occasion = "a root element"
	OnResponse           Occasion = "a Response that was read"
	OnAnswerSubscription Occasion = "onAnswer"
	OnHangupSubscription Occasion = "onHangup"
	OnDial               Occasion = "a Dial"
	OnOutgoingDial       Occasion = "a Dial for an outgoing call"
	OnPlay               Occasion = "a Play"
	OnGather             Occasion = "a Gather"
	OnReject             Occasion = "a Reject"
	OnHangup             Occasion = "a Hangup"
)

// occasions lists those that the response to a push gives, one for each time. Its body was read.
func occasions(x transcript.Exchange) []Occasion {
	out := []Occasion{OnBody}
	if x.Document.Root != "" {
		out = append(out, OnRoot)
	}
	if x.Document.Response == nil {
		return out
	}
	for _, o := range append([]Occasion{OnResponse}, contents(*x.Document.Response)...) {
		if out = append(out, o); o == OnDial && x.Push.Direction == push.Outgoing {
			out = append(out, OnOutgoingDial)
		}
	}
	return out
}

// contents lists the subscriptions and actions of a response.
func contents(r response.Response) []Occasion {
	var out []Occasion
	if r.OnAnswer != nil {
		out = append(out, OnAnswerSubscription)
	}
	if r.OnHangup != nil {
		out = append(out, OnHangupSubscription)
	}
	for _, action := range r.Actions {
		switch a := action.(type) {
		case response.Dial:
			out = append(out, OnDial)
		case response.Play:
			out = append(out, OnPlay)
		case response.Gather:
			if out = append(out, OnGather); a.Play != nil {
				out = append(out, OnPlay)
			}
		case response.Reject:
			out = append(out, OnReject)
		case response.Hangup:
			out = append(out, OnHangup)
		}
	}
	return out
}
