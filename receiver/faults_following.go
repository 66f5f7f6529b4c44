package receiver

import (
	"net/http"
	"strings"
)

func followingFaults() []Fault {
	return []Fault{
		{
			Name: "relative-answer", Description: "names a relative URL as onAnswer",
			Phase: Responses, Breaks: []string{"following.answer-url"},
			applies: hasDocument, change: setAttribute("Response", "onAnswer", answerPath),
		},
		{
			Name: "relative-hangup", Description: "names a relative URL as onHangup",
			Phase: Responses, Breaks: []string{"following.hangup-url"},
			applies: hasDocument, change: setAttribute("Response", "onHangup", hangupPath),
		},
		{
			Name: "plain-http-follow-ups", Description: "names plain HTTP URLs for the answer and hangup pushes",
			Phase: Responses, Breaks: []string{"following.https"},
			applies: hasDocument, change: func(d *draft) {
				base := "http://" + d.baseURL[strings.Index(d.baseURL, "//")+2:]
				combine(setAttribute("Response", "onAnswer", base+answerPath), setAttribute("Response", "onHangup", base+hangupPath))(d)
			},
		},
		{
			Name: "localhost-follow-ups", Description: "names localhost for the answer and hangup pushes, as the documentation's examples do",
			Phase: Responses, Breaks: []string{"following.reach-from-outside"}, Conditions: Conditions{NeedsHostName: true},
			applies: hasDocument, change: func(d *draft) {
				base := "https://localhost"
				if _, port, ok := strings.Cut(d.baseURL[len("https://"):], ":"); ok {
					base += ":" + port
				}
				combine(setAttribute("Response", "onAnswer", base+answerPath), setAttribute("Response", "onHangup", base+hangupPath))(d)
			},
		},
		{
			Name: "follow-ups-404", Description: "responds with status 404 at the URLs that it named for the answer and hangup pushes",
			Phase: Responses, Breaks: []string{"following.reachable"},
			applies: isFollowUp, change: respondEmpty(http.StatusNotFound),
		},
		{
			Name: "answer-only", Description: "subscribes to answer and not to hangup",
			Phase: Responses, Breaks: []string{"following.hangup-too"},
			applies: hasDocument, change: removeAttribute("Response", "onHangup"),
		},
		{
			Name: "first-leg-only", Description: "does not subscribe on a leg that was transferred or forwarded",
			Phase: Responses, Breaks: []string{"following.every-leg"},
			applies: isDivertedNewCall, change: setBody("<Response/>"),
		},
	}
}
