package receiver

import (
	"net/http"
	"strings"
)

func followingFaults() []Fault {
	return []Fault{
		{
			Name: "relative-answer", Says: "names a relative URL as onAnswer",
			Phase: Answers, Breaks: []string{"following.answer-url"},
			on: document, change: attribute("Response", "onAnswer", answerPath),
		},
		{
			Name: "relative-hangup", Says: "names a relative URL as onHangup",
			Phase: Answers, Breaks: []string{"following.hangup-url"},
			on: document, change: attribute("Response", "onHangup", hangupPath),
		},
		{
			Name: "plain-http-follow-ups", Says: "names plain HTTP URLs for what follows",
			Phase: Answers, Breaks: []string{"following.https"},
			on: document, change: func(a *answer) {
				base := "http://" + a.base[strings.Index(a.base, "//")+2:]
				both(attribute("Response", "onAnswer", base+answerPath), attribute("Response", "onHangup", base+hangupPath))(a)
			},
		},
		{
			Name: "localhost-follow-ups", Says: "names localhost for what follows, as the documentation's examples do",
			Phase: Answers, Breaks: []string{"following.reach-from-outside"}, Named: true,
			on: document, change: func(a *answer) {
				base := "https://localhost"
				if _, port, ok := strings.Cut(a.base[len("https://"):], ":"); ok {
					base += ":" + port
				}
				both(attribute("Response", "onAnswer", base+answerPath), attribute("Response", "onHangup", base+hangupPath))(a)
			},
		},
		{
			Name: "follow-ups-404", Says: "answers 404 at the URLs that it named for what follows",
			Phase: Answers, Breaks: []string{"following.reachable"},
			on: toFollowUp, change: nothing(http.StatusNotFound),
		},
		{
			Name: "answer-only", Says: "subscribes to answer and not to hangup",
			Phase: Answers, Breaks: []string{"following.hangup-too"},
			on: document, change: without("Response", "onHangup"),
		},
		{
			Name: "first-leg-only", Says: "does not subscribe on a leg that was transferred or forwarded",
			Phase: Answers, Breaks: []string{"following.every-leg"},
			on: toDiverted, change: text("<Response/>"),
		},
	}
}
