package report

import (
	"fmt"
	"html/template"
	"slices"

	"github.com/pushcheck/pushcheck/internal/diagram"
	"github.com/pushcheck/pushcheck/internal/wording"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// htmlCall is a call with its diagram, its pushes and its responses.
type htmlCall struct {
	ID         int
	Name       string // name of the call scenario
	Purpose    string // why the call was played, such as the title of a feature scenario
	IsExpanded bool   // the call is shown without a click
	Badge      htmlBadge
	Pushes     string // how many pushes were sent, and how many were not
	Diagram    template.HTML
	Exchanges  []htmlExchange
	Remarks    []string // remarks about pushes that were left out, and about the states that the application showed
}

// htmlExchange is a push, and the response to it.
type htmlExchange struct {
	Push, URL, Body     string
	Got, Type, Response string // status and time, content type, and body of the response
	Badge               htmlBadge
	Findings            []htmlCallFinding
}

// htmlCallFinding is a requirement that is not met at an exchange.
type htmlCallFinding struct {
	ID       string
	Badge    htmlBadge
	Block    int // number of the requirement's block in the part about fixes; 0 if it has none
	call     int // id of the call
	exchange int // index of the exchange in the call
}

const (
	maxDrawnPushes    = 40  // pushes of a call that are drawn even if they have no finding
	maxExpandedCalls  = 3   // if a page has at most this number of calls, all are expanded
	maxRemarks        = 10  // largest number of remarks that are shown for a call
	maxFindings       = 6   // largest number of findings that are shown for an exchange
	callFrameSize     = 700 // bytes of HTML for a call, without its texts
	exchangeFrameSize = 600 // bytes of HTML for an exchange, without its texts
)

// callBudget holds the numbers of bytes that are left for the exchanges and the diagrams of all calls.
type callBudget struct{ exchanges, diagrams htmlBudget }

func htmlCallsOf(v verdict.Verdict, d document, links *htmlLinks) []htmlCall {
	findingsByCall := htmlCallFindings(v, links)
	out := make([]htmlCall, len(v.Calls))
	budget := callBudget{exchangeBudget - htmlBudget(callFrameSize*len(v.Calls)), diagramBudget}
	addCall := func(i int) {
		out[i] = budget.renderCall(v.Calls[i], d.Calls[i], findingsByCall[v.Calls[i].ID])
		out[i].IsExpanded = links.linkedCalls[out[i].ID] || len(v.Calls) <= maxExpandedCalls
	}
	for _, hasFindings := range []bool{true, false} { // calls with findings come first, because there may not be enough bytes for all calls
		for i, c := range v.Calls {
			if (len(findingsByCall[c.ID]) > 0) == hasFindings {
				addCall(i)
			}
		}
	}
	return out
}

// htmlCallFindings returns the findings by id of their call. If a requirement has several findings at one exchange, it returns only the
// first.
func htmlCallFindings(v verdict.Verdict, links *htmlLinks) map[int][]htmlCallFinding {
	out := map[int][]htmlCallFinding{}
	for _, r := range allRows(v) {
		for _, f := range r.Findings {
			isShown, isFailure := callFindingKind(r, f)
			if !isShown || f.Call == 0 {
				continue
			}
			finding := htmlCallFinding{ID: clipLong(r.ID, shortTextLength), Badge: badgeOf(r.Status), Block: links.blockNumbers[r.ID], call: f.Call, exchange: f.Exchange}
			switch {
			case isFailure:
				finding.Badge.Class, finding.Badge.Icon = "bad", "✗"
			case r.Status == verdict.Failed: // a finding that is milder than its requirement
				finding.Badge = badgeOf(verdict.Warned)
			}
			if !slices.ContainsFunc(out[f.Call], func(o htmlCallFinding) bool { return o.ID == finding.ID && o.exchange == finding.exchange }) {
				out[f.Call] = append(out[f.Call], finding)
			}
		}
	}
	return out
}

// renderCall returns a call as the page shows it, and reduces the budget by its size.
func (budget *callBudget) renderCall(c transcript.Call, record callRecord, findings []htmlCallFinding) htmlCall {
	out := htmlCall{ID: c.ID, Name: budget.exchanges.cutText(orEmpty(c.Scenario), shortTextLength), Purpose: budget.exchanges.cutText(c.Feature, 2*shortTextLength), Badge: badgeOfCall(c, findings)}
	if c.Probe {
		out.Purpose = "probe: what the receiver shows"
	}
	out.Pushes = wording.Count(len(c.Exchanges), "push")
	if n := len(c.NotSent); n > 0 {
		out.Pushes += fmt.Sprintf(", %d not sent", n)
	}
	for i, ex := range c.Exchanges {
		if !budget.exchanges.take(exchangeFrameSize) {
			out.Remarks = append(out.Remarks, fmt.Sprintf("%d pushes are not listed: the page would be too long.", len(c.Exchanges)-i))
			break
		}
		out.Exchanges = append(out.Exchanges, budget.exchanges.renderExchange(ex, record.Exchanges[i], findingsAt(findings, i)))
	}
	if !budget.exchanges.isLow() {
		out.Remarks = append(out.Remarks, budget.exchanges.remarks(c)...)
	}
	drawing := diagramOf(c, findings)
	total := len(drawing.Pushes)
	if drawing.Pushes = pushesToDraw(drawing.Pushes); len(drawing.Pushes) < total {
		out.Remarks = append(out.Remarks, fmt.Sprintf("%d more pushes without a finding are not drawn.", total-len(drawing.Pushes)))
	}
	svg := diagram.SVG(drawing)
	switch {
	case len(drawing.Pushes) == 0:
		svg = ""
	case !budget.diagrams.take(len(svg)):
		svg = ""
		out.Remarks = append(out.Remarks, "The call is not drawn: the page would be too long.")
	}
	out.Diagram = template.HTML(svg) // package diagram escapes all text
	return out
}

// pushesToDraw returns the first maxDrawnPushes pushes, and the later pushes that have findings.
func pushesToDraw(pushes []diagram.Push) []diagram.Push {
	var out []diagram.Push
	for i, p := range pushes {
		if i < maxDrawnPushes || len(p.Findings) > 0 {
			out = append(out, p)
		}
	}
	return out
}

// badgeOfCall returns the badge of a call. It shows how bad the worst finding is, and the number of findings. If there is no finding, it
// shows whether the call was played to its end, and whether every push was accepted.
func badgeOfCall(c transcript.Call, findings []htmlCallFinding) htmlBadge {
	badge := htmlBadge{"good", "✓", "no finding"}
	for _, ex := range c.Exchanges {
		if !ex.Accepted() {
			badge = htmlBadge{"off", "·", "no finding, not all accepted"}
		}
	}
	if !c.Complete {
		badge = htmlBadge{"open", "?", "not played to its end"}
	}
	for _, m := range findings {
		if m.Badge.Class == "bad" {
			return htmlBadge{"bad", "✗", wording.Count(len(findings), "finding")}
		}
		badge = htmlBadge{"warn", "!", wording.Count(len(findings), "finding")}
	}
	return badge
}

// findingsAt returns the findings at an exchange, at most maxFindings.
func findingsAt(findings []htmlCallFinding, exchangeIndex int) []htmlCallFinding {
	var out []htmlCallFinding
	for _, m := range findings {
		if m.exchange == exchangeIndex && len(out) < maxFindings {
			out = append(out, m)
		}
	}
	return out
}

// renderExchange returns an exchange as the page shows it, and reduces the budget by its size.
func (budget *htmlBudget) renderExchange(ex transcript.Exchange, record exchangeRecord, findings []htmlCallFinding) htmlExchange {
	out := htmlExchange{Push: describePush(ex), URL: budget.cutText(record.URL, 2*shortTextLength), Body: budget.renderBody(record.Body, record.BodyLength),
		Got: statusText(ex) + " in " + formatDuration(ex.Duration), Type: budget.cutText(record.ContentType, 2*shortTextLength),
		Response: budget.renderBody(record.Response, record.ResponseLength), Badge: htmlBadge{"good", "✓", "accepted"}, Findings: findings}
	if !ex.Accepted() {
		out.Badge = htmlBadge{"open", "·", "not accepted"}
	}
	if record.Error != "" {
		out.Got = budget.cutText(record.Error, 2*shortTextLength)
	}
	if ex.ForeignName != "" {
		out.Push = "no push: " + out.Push
	}
	return out
}

// remarks describes what was not played, and the states that the application showed wrongly or not at all.
func (budget *htmlBudget) remarks(c transcript.Call) []string {
	var out []string
	for _, n := range c.NotSent {
		if n.Detail != "" {
			out = append(out, budget.cutText("Not sent: "+pushName(string(n.Push.Event), n.Leg)+": "+n.Detail, longTextLength))
		}
	}
	for _, s := range c.Skipped {
		out = append(out, budget.cutText("Left out: "+s.Deed+": "+s.Reason, longTextLength))
	}
	for _, a := range c.States {
		text := fmt.Sprintf("The application shows %s's call as %s", a.Leg, orEmpty(string(a.Shown)))
		switch {
		case a.Failure != "":
			text = "The state of " + a.Leg + "'s call could not be read: " + a.Failure
		case !a.FitsWanted():
			text += ", expected " + string(a.Wanted)
		default:
			continue
		}
		out = append(out, budget.cutText(text, longTextLength))
	}
	out = slices.Compact(out)
	return out[:min(len(out), maxRemarks)]
}
