package requirements

import (
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

// Occasion is what a response must contain before a requirement can be judged by it.
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

// occasionsOf lists the occasions in a response whose body was read. It lists an occasion once for each time that the response contains it.
func occasionsOf(x transcript.Exchange) []Occasion {
	out := []Occasion{OnBody}
	if x.Document.Root != "" {
		out = append(out, OnRoot)
	}
	if x.Document.Response == nil {
		return out
	}
	for _, o := range append([]Occasion{OnResponse}, contentsOf(*x.Document.Response)...) {
		if out = append(out, o); o == OnDial && x.Push.Direction == push.Outgoing {
			out = append(out, OnOutgoingDial)
		}
	}
	return out
}

// contentsOf lists the subscriptions and actions of a response.
func contentsOf(r response.Response) []Occasion {
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
