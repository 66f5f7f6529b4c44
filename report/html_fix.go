package report

import (
	"fmt"
	"html"

	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/verdict"
)

// htmlFix is the part of the page with the requirements to fix, the most urgent first, and the requirements that could not be judged.
type htmlFix struct {
	Blocks               []htmlBlock
	Unjudged             []htmlCause
	Problems             []string // problems of pushcheck itself
	Notes                []string
	HasJudgedRequirement bool // at least one requirement was judged
}

// htmlBlock is the block of the page about a requirement that is not met.
type htmlBlock struct {
	Number               int
	ID, Level, Statement string
	Badge                htmlBadge
	ExpiredReason        string // why a known failure no longer excuses the requirement; otherwise ""
	Findings             []htmlFinding
	HiddenFindings       int // number of findings that are not shown
	Consequence          string
	Fixes                []string
	FixFirst             string         // id of the requirement that has to be fixed before this requirement; "" if there is none
	Curl                 string         // curl line that sends the push of the first finding again; "" if no finding is about a push
	Count                string         // how often the requirement was not met; "" if Findings has all findings
	Examples             []htmlExchange // exchanges of a load that show the findings; none for a run
}

// htmlFinding is a finding, with the exchange at which it was seen first.
type htmlFinding struct {
	Want, Got      string
	Variants       []string
	Place          string // connection, call or push at which the finding was seen first
	Call           int    // id of the call; 0 if the call is not on the page
	Repeats        int    // number of other findings with the same text
	Sent, Received string // the push and the response; empty except for the first finding of a block
}

// htmlCause is a reason why requirements could not be judged, with the ids of these requirements.
type htmlCause struct {
	CauseID string // id of the requirement that is the cause; "" if there is none
	Reason  string
	IDs     []string
	IsLong  bool // there are so many ids that they are shown only after a click
}

// maxHTMLFindings is the largest number of different findings that the page shows for a requirement.
const maxHTMLFindings = 6

func htmlFixOf(v verdict.Verdict, links *htmlLinks) htmlFix {
	p := &findingsPage{page: page{width: longTextLength}, rows: allRows(v), evidence: evidenceOf(v)}
	rows := append(p.failures(), rowsWithStatus(p.rows, verdict.Warned)...)
	var fix htmlFix
	budget := fixBudget
	for i, r := range rows {
		links.blockNumbers[r.ID] = i + 1
		fix.Blocks = append(fix.Blocks, p.renderBlock(r, i+1, links, &budget))
	}
	for _, o := range undeterminedCauses(p.rows) {
		var byReason groups
		for _, r := range o.rows {
			byReason.add(r.Reason, budget.cutText(r.ID, 2*shortTextLength))
		}
		for _, g := range byReason {
			fix.Unjudged = append(fix.Unjudged, htmlCause{budget.cutText(o.causeID, 2*shortTextLength), budget.cutText(g.key, longTextLength), g.names, len(g.names) > 8})
		}
	}
	for _, s := range v.Problems {
		fix.Problems = append(fix.Problems, budget.cutText(s, longTextLength))
	}
	var notes groups
	for _, n := range v.Notes {
		notes.add(budget.cutText(n.About+": "+n.Text, longTextLength), "")
	}
	for _, g := range notes {
		fix.Notes = append(fix.Notes, g.key)
	}
	for _, r := range p.rows {
		fix.HasJudgedRequirement = fix.HasJudgedRequirement || r.TimesJudged > 0
	}
	return fix
}

// renderBlock returns the block about a requirement that is not met, and reduces the budget by its size.
func (p *findingsPage) renderBlock(r verdict.Row, number int, links *htmlLinks, budget *htmlBudget) htmlBlock {
	b := htmlBlock{Number: number, ID: budget.cutText(r.ID, 2*shortTextLength), Level: string(r.Level), Statement: budget.cutText(r.Statement, longTextLength), Badge: badgeOf(r.Status),
		ExpiredReason: budget.cutText(expiredReason(r), longTextLength), Consequence: budget.cutText(r.Consequence, longTextLength), FixFirst: requirementToFixFirst(p.rows, r)}
	if r.Status == verdict.Waived { // a waived requirement has a block only if waivers count as failures
		b.Badge.Class = "bad"
	}
	findingGroups := groupByText(r)
	maxShown := maxHTMLFindings
	if budget.isLow() {
		maxShown = 1
	}
	shown := findingGroups[:min(len(findingGroups), maxShown)]
	b.HiddenFindings = len(findingGroups) - len(shown)
	for i, group := range shown {
		f := p.renderFinding(r, group, links, budget)
		if i > 0 && group[0].Want == shown[i-1][0].Want {
			f.Want = ""
		}
		if i > 0 {
			f.Sent, f.Received = "", ""
		} else if r.Status == verdict.Failed {
			links.linkedCalls[group[0].Call] = true
		}
		b.Findings = append(b.Findings, f)
	}
	for _, group := range shown {
		if line := p.evidence.curl(group[0]); b.Curl == "" && budget.take(len(html.EscapeString(line))) {
			b.Curl = line
		}
	}
	for _, fix := range p.fixes(r, shown) {
		b.Fixes = append(b.Fixes, budget.cutText(fix, 2*longTextLength))
	}
	return b
}

// renderFinding returns a group of findings as the page shows them, and reduces the budget by its size.
func (p *findingsPage) renderFinding(r verdict.Row, group sameTextFindings, links *htmlLinks, budget *htmlBudget) htmlFinding {
	f := group[0]
	got := budget.cutText(f.Got, longTextLength)
	if f.Line > 0 {
		got += fmt.Sprintf(" (line %d, column %d)", f.Line, f.Column)
	}
	if f.Level != r.Level && f.Level != "" {
		got += " (" + string(f.Level) + ")"
	}
	out := htmlFinding{Want: budget.cutText(f.Want, longTextLength), Got: got, Place: p.evidence.describePlace(f), Repeats: len(group) - 1}
	if links.pageCalls[f.Call] {
		out.Call = f.Call
	}
	for _, variant := range p.evidence.variants(group) {
		out.Variants = append(out.Variants, budget.cutText(variant, longTextLength))
	}
	if ex, ok := p.evidence.exchange(f); ok {
		out.Sent = budget.cutText(describePush(ex)+"  "+joinBySpaces(pushFields(ex)), longTextLength)
		out.Received = budget.cutText(statusText(ex)+"  "+formatDuration(ex.Duration)+"  "+describeResponse(ex), longTextLength)
	}
	return out
}

// callFindingKind reports whether the page shows a finding at its call, and whether it shows the finding as a failure.
func callFindingKind(r verdict.Row, f requirements.Finding) (isShown, isFailure bool) {
	switch r.Status {
	case verdict.Failed:
		return true, f.Level != requirements.Should
	case verdict.Warned, verdict.Known:
		return true, false
	case verdict.Waived:
		return true, r.Fatal
	}
	return false, false
}
