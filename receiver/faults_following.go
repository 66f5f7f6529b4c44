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
			appliesTo: hasBody, change: withAttribute("Response", "onAnswer", answerPath),
		},
		{
			Name: "relative-hangup", Description: "names a relative URL as onHangup",
			Phase: Responses, Breaks: []string{"following.hangup-url"},
			appliesTo: hasBody, change: withAttribute("Response", "onHangup", hangupPath),
		},
		{
			Name: "plain-http-follow-ups", Description: "names plain HTTP URLs for what follows",
			Phase: Responses, Breaks: []string{"following.https"},
			appliesTo: hasBody, change: func(d *draft) {
				base := "http://" + d.baseURL[strings.Index(d.baseURL, "//")+2:]
				combine(withAttribute("Response", "onAnswer", base+answerPath), withAttribute("Response", "onHangup", base+hangupPath))(d)
			},
		},
		{
			Name: "localhost-follow-ups", Description: "names localhost for what follows, as the documentation's examples do",
			Phase: Responses, Breaks: []string{"following.reach-from-outside"}, Occasion: Occasion{NeedsPublicName: true},
			appliesTo: hasBody, change: func(d *draft) {
				base := "https://localhost"
				if _, port, ok := strings.Cut(d.baseURL[len("https://"):], ":"); ok {
					base += ":" + port
				}
				combine(withAttribute("Response", "onAnswer", base+answerPath), withAttribute("Response", "onHangup", base+hangupPath))(d)
			},
		},
		{
			Name: "follow-ups-404", Description: "responds with status 404 at the URLs that it named for what follows",
			Phase: Responses, Breaks: []string{"following.reachable"},
			appliesTo: isFollowUp, change: withStatusOnly(http.StatusNotFound),
		},
		{
			Name: "answer-only", Description: "subscribes to answer and not to hangup",
			Phase: Responses, Breaks: []string{"following.hangup-too"},
			appliesTo: hasBody, change: withoutAttribute("Response", "onHangup"),
		},
		{
			Name: "first-leg-only", Description: "does not subscribe on a leg that was transferred or forwarded",
			Phase: Responses, Breaks: []string{"following.every-leg"},
			appliesTo: isDiverted, change: withBody("<Response/>"),
		},
	}
}
