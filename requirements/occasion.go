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

// occasions returns how often the response to a push gives each. The body was read.
func occasions(x transcript.Exchange) map[Occasion]int {
	doc := x.Document
	out := map[Occasion]int{OnBody: 1}
	if doc.Root != "" {
		out[OnRoot]++
	}
	if doc.Response == nil {
		return out
	}
	out[OnResponse]++
	if doc.Response.OnAnswer != nil {
		out[OnAnswerSubscription]++
	}
	if doc.Response.OnHangup != nil {
		out[OnHangupSubscription]++
	}
	for _, action := range doc.Response.Actions {
		switch a := action.(type) {
		case response.Dial:
			out[OnDial]++
			if x.Push.Direction == push.Outgoing {
				out[OnOutgoingDial]++
			}
		case response.Play:
			out[OnPlay]++
		case response.Gather:
			out[OnGather]++
			if a.Play != nil {
				out[OnPlay]++
			}
		case response.Reject:
			out[OnReject]++
		case response.Hangup:
			out[OnHangup]++
		}
	}
	return out
}
