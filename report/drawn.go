package report

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/pushcheck/pushcheck/internal/diagram"
	"github.com/pushcheck/pushcheck/internal/wording"
	"github.com/pushcheck/pushcheck/push"
	"github.com/pushcheck/pushcheck/response"
	"github.com/pushcheck/pushcheck/transcript"
)

// diagramOf returns the diagram of a call that has been played.
func diagramOf(c transcript.Call, findings []htmlCallFinding) diagram.Call {
	out := diagram.Call{ID: fmt.Sprintf("call-%d", c.ID), Title: fmt.Sprintf("%d %s", c.ID, c.Scenario)}
	notSent, dueTime := c.NotSent, time.Duration(0)
	addNotSent := func(isBefore func(transcript.NotSent) bool) {
		for len(notSent) > 0 && isBefore(notSent[0]) {
			p := diagramPush(notSent[0].Leg, notSent[0].Push)
			p.Time, p.NotSent = dueTime, string(notSent[0].Reason)
			out.Pushes, notSent = append(out.Pushes, p), notSent[1:]
		}
	}
	for i, ex := range c.Exchanges {
		addNotSent(func(n transcript.NotSent) bool { return n.Step < ex.Step })
		dueTime = ex.Due
		if i == 0 {
			out.Caller = ex.Push.From
		}
		p := diagramPush(ex.Leg, ex.Push)
		if ex.ForeignName != "" {
			p = diagram.Push{Name: clip(visible(ex.ForeignName), shortTextLength)}
		}
		p.Time, p.Response = dueTime, diagram.Response{Status: ex.Status, Took: ex.Duration, Failure: string(ex.End), Actions: actionTexts(ex)}
		if ex.End == transcript.Complete {
			p.Response.Failure = ""
		}
		for _, m := range findingsAt(findings, i) {
			p.Findings = append(p.Findings, diagram.Finding{ID: m.ID, Status: m.Badge.Word, IsFailure: m.Badge.Class == "bad"})
		}
		out.Pushes = append(out.Pushes, p)
	}
	addNotSent(func(transcript.NotSent) bool { return true })
	return out
}

// actionTexts describes the actions in a response. Actions that sipgate does not carry out are marked.
func actionTexts(ex transcript.Exchange) []string {
	doc := ex.MeantDocument()
	if doc == nil {
		return nil
	}
	var out, subscriptions []string
	if doc.Response.OnAnswer != nil {
		subscriptions = append(subscriptions, "onAnswer")
	}
	if doc.Response.OnHangup != nil {
		subscriptions = append(subscriptions, "onHangup")
	}
	if subscriptions != nil {
		out = append(out, strings.Join(subscriptions, ", "))
	}
	for i, action := range doc.Response.Actions {
		text := actionWords(action)
		if !doc.ActionHappens(i) {
			text += " (ignored)"
		}
		out = append(out, text)
	}
	if ex.EffectiveDocument() == nil && out != nil {
		out = append(out, "sipgate ignores this response")
	}
	return out
}

// actionWords describes an action with its important values.
func actionWords(a response.Action) string {
	switch a := a.(type) {
	case response.Reject:
		return "Reject " + a.Reason
	case response.Dial:
		to := strings.Join(a.Numbers, ", ")
		if a.Voicemail {
			to = "voicemail"
		}
		return "Dial " + to
	case response.Gather:
		return "Gather " + wording.Count(a.MaxDigits, "digit")
	case response.Play:
		return "Play " + a.URL.Text
	}
	return a.Element()
}

// diagramPush returns a push for the diagram, without its response.
func diagramPush(leg string, p push.Push) diagram.Push {
	phases := map[push.Event]diagram.Phase{push.NewCall: diagram.PhaseRinging, push.Answer: diagram.PhaseAnswered, push.Hangup: diagram.PhaseEnded}
	detail := string(p.Cause)
	switch {
	case p.Digits != nil:
		detail = strconv.Quote(*p.Digits)
	case p.Event == push.NewCall && p.Direction == push.Outgoing:
		detail = "outgoing"
	}
	return diagram.Push{Name: string(p.Event), Detail: detail, Phase: phases[p.Event], Leg: strings.TrimSpace(p.CallID + " " + leg), Phone: leg}
}
