package receiver

import (
	"net/http"
	"strings"
)

func followingFaults() []Fault {
	return []Fault{
		{
			Name: "relative-answer", Summary: "names a relative URL as onAnswer",
			Phase: Responses, Breaks: []string{"following.answer-url"},
			on: document, change: attribute("Response", "onAnswer", answerPath),
		},
		{
			Name: "relative-hangup", Summary: "names a relative URL as onHangup",
			Phase: Responses, Breaks: []string{"following.hangup-url"},
			on: document, change: attribute("Response", "onHangup", hangupPath),
		},
		{
			Name: "plain-http-follow-ups", Summary: "names plain HTTP URLs for what follows",
			Phase: Responses, Breaks: []string{"following.https"},
			on: document, change: func(d *draft) {
				base := "http://" + d.base[strings.Index(d.base, "//")+2:]
				both(attribute("Response", "onAnswer", base+answerPath), attribute("Response", "onHangup", base+hangupPath))(d)
			},
		},
		{
			Name: "localhost-follow-ups", Summary: "names localhost for what follows, as the documentation's examples do",
			Phase: Responses, Breaks: []string{"following.reach-from-outside"}, Conditions: Conditions{NeedsHostName: true},
			on: document, change: func(d *draft) {
				base := "https://localhost"
				if _, port, ok := strings.Cut(d.base[len("https://"):], ":"); ok {
					base += ":" + port
				}
				both(attribute("Response", "onAnswer", base+answerPath), attribute("Response", "onHangup", base+hangupPath))(d)
			},
		},
		{
			Name: "follow-ups-404", Summary: "responds with status 404 at the URLs that it named for what follows",
			Phase: Responses, Breaks: []string{"following.reachable"},
			on: toFollowUp, change: nothing(http.StatusNotFound),
		},
		{
			Name: "answer-only", Summary: "subscribes to answer and not to hangup",
			Phase: Responses, Breaks: []string{"following.hangup-too"},
			on: document, change: without("Response", "onHangup"),
		},
		{
			Name: "first-leg-only", Summary: "does not subscribe on a leg that was transferred or forwarded",
			Phase: Responses, Breaks: []string{"following.every-leg"},
			on: toDiverted, change: text("<Response/>"),
		},
	}
}
