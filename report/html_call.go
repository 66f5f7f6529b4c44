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
	ID        int
	Name      string
	Purpose   string
	IsOpen    bool // it is shown without a click
	Badge     htmlBadge
	Pushes    string // number of pushes, and of pushes that were not sent
	Diagram   template.HTML
	Exchanges []htmlExchange
	Remarks   []string // about pushes that were left out, and about the states that the application showed
}

// htmlExchange is a push with its response as sent.
type htmlExchange struct {
	Push, URL, Body     string
	Got, Type, Response string
	Badge               htmlBadge
	Findings            []htmlCallFinding
}

// htmlCallFinding is a requirement that is not met at an exchange.
type htmlCallFinding struct {
	ID       string
	Badge    htmlBadge
	Block    int
	call     int
	exchange int
}

const (
	maxDrawnPushes = 40  // pushes that are drawn for a call, besides those with findings
	maxOpenCalls   = 3   // if a page has at most so many calls, all are open
	maxRemarks     = 10  // of a call
	maxFindings    = 6   // of an exchange
	callFrame      = 700 // bytes of HTML for a call, without its texts
	exchangeFrame  = 600 // bytes of HTML for an exchange, without its texts
)

// callBudget holds the numbers of bytes that are left for all calls.
type callBudget struct{ wire, diagrams htmlBudget }

func htmlCallsOf(v verdict.Verdict, d document, links *htmlLinks) []htmlCall {
	marks := htmlCallFindings(v, links)
	out := make([]htmlCall, len(v.Calls))
	budget := callBudget{exchangeBudget - htmlBudget(callFrame*len(v.Calls)), diagramBudget}
	fill := func(i int) {
		out[i] = budget.call(v.Calls[i], d.Calls[i], marks[v.Calls[i].ID])
		out[i].IsOpen = links.linkedCalls[out[i].ID] || len(v.Calls) <= maxOpenCalls
	}
	for _, first := range []bool{true, false} { // calls with findings come first if there is not enough room for all
		for i, c := range v.Calls {
			if (len(marks[c.ID]) > 0) == first {
				fill(i)
			}
		}
	}
	return out
}

// htmlCallFindings returns the findings by call. If one requirement has several findings at one exchange, only the first is included.
func htmlCallFindings(v verdict.Verdict, links *htmlLinks) map[int][]htmlCallFinding {
	out := map[int][]htmlCallFinding{}
	for _, r := range allRows(v) {
		for _, f := range r.Findings {
			marked, failed := callFindingKind(r, f)
			if !marked || f.Call == 0 {
				continue
			}
			m := htmlCallFinding{ID: clipLong(r.ID, shortText), Badge: badgeOf(r.Status), Block: links.blockByID[r.ID], call: f.Call, exchange: f.Exchange}
			switch {
			case failed:
				m.Badge.Class, m.Badge.Icon = "bad", "✗"
			case r.Status == verdict.Failed: // a milder finding
				m.Badge = badgeOf(verdict.Warned)
			}
			if !slices.ContainsFunc(out[f.Call], func(o htmlCallFinding) bool { return o.ID == m.ID && o.exchange == m.exchange }) {
				out[f.Call] = append(out[f.Call], m)
			}
		}
	}
	return out
}

func (budget *callBudget) call(c transcript.Call, record callRecord, marks []htmlCallFinding) htmlCall {
	out := htmlCall{ID: c.ID, Name: budget.wire.text(orEmpty(c.Scenario), shortText), Purpose: budget.wire.text(c.Feature, 2*shortText), Badge: badgeOfCall(c, marks)}
	if c.Probe {
		out.Purpose = "probe: what the receiver shows"
	}
	out.Pushes = wording.Count(len(c.Exchanges), "push")
	if n := len(c.NotSent); n > 0 {
		out.Pushes += fmt.Sprintf(", %d not sent", n)
	}
	for i, ex := range c.Exchanges {
		if !budget.wire.take(exchangeFrame) {
			out.Remarks = append(out.Remarks, fmt.Sprintf("%d pushes are not listed: the page would be too long.", len(c.Exchanges)-i))
			break
		}
		out.Exchanges = append(out.Exchanges, budget.wire.exchange(ex, record.Exchanges[i], findingsAt(marks, i)))
	}
	if !budget.wire.isLow() {
		out.Remarks = append(out.Remarks, budget.wire.remarks(c)...)
	}
	drawn := diagramOf(c, marks)
	all := len(drawn.Pushes)
	if drawn.Pushes = withFindings(drawn.Pushes); len(drawn.Pushes) < all {
		out.Remarks = append(out.Remarks, fmt.Sprintf("%d more pushes without a finding are not drawn.", all-len(drawn.Pushes)))
	}
	svg := diagram.SVG(drawn)
	switch {
	case len(drawn.Pushes) == 0:
		svg = ""
	case !budget.diagrams.take(len(svg)):
		svg = ""
		out.Remarks = append(out.Remarks, "The call is not drawn: the page would be too long.")
	}
	out.Diagram = template.HTML(svg) // package diagram escapes all text
	return out
}

// withFindings returns the first maxDrawnPushes pushes, and all later pushes with findings.
func withFindings(pushes []diagram.Push) []diagram.Push {
	var out []diagram.Push
	for i, p := range pushes {
		if i < maxDrawnPushes || len(p.Findings) > 0 {
			out = append(out, p)
		}
	}
	return out
}

// badgeOfCall returns the badge of a call, which shows its worst finding.
func badgeOfCall(c transcript.Call, marks []htmlCallFinding) htmlBadge {
	sign := htmlBadge{"good", "✓", "no finding"}
	for _, ex := range c.Exchanges {
		if !ex.Accepted() {
			sign = htmlBadge{"off", "·", "no finding, not all accepted"}
		}
	}
	if !c.Complete {
		sign = htmlBadge{"open", "?", "not played to its end"}
	}
	for _, m := range marks {
		if m.Badge.Class == "bad" {
			return htmlBadge{"bad", "✗", wording.Count(len(marks), "finding")}
		}
		sign = htmlBadge{"warn", "!", wording.Count(len(marks), "finding")}
	}
	return sign
}

// findingsAt returns the first few findings at an exchange.
func findingsAt(marks []htmlCallFinding, i int) []htmlCallFinding {
	var out []htmlCallFinding
	for _, m := range marks {
		if m.exchange == i && len(out) < maxFindings {
			out = append(out, m)
		}
	}
	return out
}

func (budget *htmlBudget) exchange(ex transcript.Exchange, record exchangeRecord, marks []htmlCallFinding) htmlExchange {
	out := htmlExchange{Push: describePush(ex), URL: budget.text(record.URL, 2*shortText), Body: budget.body(record.Body, record.BodyLength),
		Got: statusOf(ex) + " in " + duration(ex.Duration), Type: budget.text(record.ContentType, 2*shortText),
		Response: budget.body(record.Response, record.ResponseLength), Badge: htmlBadge{"good", "✓", "accepted"}, Findings: marks}
	if !ex.Accepted() {
		out.Badge = htmlBadge{"open", "·", "not accepted"}
	}
	if record.Error != "" {
		out.Got = budget.text(record.Error, 2*shortText)
	}
	if ex.ForeignName != "" {
		out.Push = "no push: " + out.Push
	}
	return out
}

// remarks describes the parts of the story that were not played, and wrong states of legs that the application showed.
func (budget *htmlBudget) remarks(c transcript.Call) []string {
	var out []string
	for _, n := range c.NotSent {
		if n.Detail != "" {
			out = append(out, budget.text("Not sent: "+pushName(string(n.Push.Event), n.Leg)+": "+n.Detail, longText))
		}
	}
	for _, s := range c.Skipped {
		out = append(out, budget.text("Left out: "+s.Deed+": "+s.Reason, longText))
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
		out = append(out, budget.text(text, longText))
	}
	out = slices.Compact(out)
	return out[:min(len(out), maxRemarks)]
}
