package report

import (
	"fmt"
	"html"

	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/verdict"
)

// htmlFix is the part of the page about requirements to fix, in order, and about requirements that could not be judged.
type htmlFix struct {
	Blocks    []htmlBlock
	Unjudged  []htmlCause
	Problems  []string
	Notes     []string
	AnyJudged bool // at least one requirement was judged
}

// htmlBlock is a requirement that is not met.
type htmlBlock struct {
	Number          int
	ID, Level, Says string
	Badge           htmlBadge
	ExpiredReason   string // why the known failure no longer excuses it; "" if it does, or if there is none
	Findings        []htmlFinding
	HiddenFindings  int // number of findings that are not shown
	So              string
	Fixes           []string
	FixFirst        string // id of the requirement to fix before this one
	Curl            string // curl line for the push of the first finding; "" if no push shows it
	Count           string // how often the requirement was not met; "" if Findings has all findings
	Examples        []htmlExchange
}

// htmlFinding is a finding, with the first place where it was seen.
type htmlFinding struct {
	Want, Got      string
	Variants       []string
	Place          string
	Call           int // id of the call; 0 if the call is not on the page
	Repeats        int // number of other findings with the same text
	Sent, Received string
}

// htmlCause is a reason why requirements could not be judged, with the ids of these requirements.
type htmlCause struct {
	Because string
	Reason  string
	IDs     []string
	IsLong  bool // there are so many ids that they are shown only after a click
}

// htmlFindings is the largest number of different findings that the page shows for a requirement.
const htmlFindings = 6

func htmlFixOf(v verdict.Verdict, links *htmlLinks) htmlFix {
	p := &findingsPage{page: page{width: longText}, rows: allRows(v), evidence: evidenceOf(v)}
	rows := append(p.failures(), withStatus(p.rows, verdict.Warned)...)
	var fix htmlFix
	budget := fixBudget
	for i, r := range rows {
		links.blockByID[r.ID] = i + 1
		fix.Blocks = append(fix.Blocks, p.htmlBlock(r, i+1, links, &budget))
	}
	for _, o := range undeterminedCauses(p.rows) {
		var shared groups
		for _, r := range o.rows {
			shared.add(r.Reason, budget.text(r.ID, 2*shortText))
		}
		for _, g := range shared {
			fix.Unjudged = append(fix.Unjudged, htmlCause{budget.text(o.because, 2*shortText), budget.text(g.reason, longText), g.names, len(g.names) > 8})
		}
	}
	for _, s := range v.Problems {
		fix.Problems = append(fix.Problems, budget.text(s, longText))
	}
	var notes groups
	for _, n := range v.Notes {
		notes.add(budget.text(n.About+": "+n.Text, longText), "")
	}
	for _, g := range notes {
		fix.Notes = append(fix.Notes, g.reason)
	}
	for _, r := range p.rows {
		fix.AnyJudged = fix.AnyJudged || r.TimesJudged > 0
	}
	return fix
}

func (p *findingsPage) htmlBlock(r verdict.Row, number int, links *htmlLinks, budget *htmlBudget) htmlBlock {
	b := htmlBlock{Number: number, ID: budget.text(r.ID, 2*shortText), Level: string(r.Level), Says: budget.text(r.Statement, longText), Badge: badgeOf(r.Status),
		ExpiredReason: budget.text(expiredReason(r), longText), So: budget.text(r.Consequence, longText), FixFirst: requirementToFixFirst(p.rows, r)}
	if r.Status == verdict.Waived { // shown here only if waivers do not count
		b.Badge.Class = "bad"
	}
	all := groupByText(r)
	most := htmlFindings
	if budget.isLow() {
		most = 1
	}
	shown := all[:min(len(all), most)]
	b.HiddenFindings = len(all) - len(shown)
	for i, same := range shown {
		f := p.htmlFinding(r, same, links, budget)
		if i > 0 && same[0].Want == shown[i-1][0].Want {
			f.Want = ""
		}
		if i > 0 {
			f.Sent, f.Received = "", ""
		} else if r.Status == verdict.Failed {
			links.linkedCalls[same[0].Call] = true
		}
		b.Findings = append(b.Findings, f)
	}
	for _, same := range shown {
		if line := p.evidence.curl(same[0]); b.Curl == "" && budget.take(len(html.EscapeString(line))) {
			b.Curl = line
		}
	}
	for _, fix := range p.fixes(r, shown) {
		b.Fixes = append(b.Fixes, budget.text(fix, 2*longText))
	}
	return b
}

func (p *findingsPage) htmlFinding(r verdict.Row, same sameTextFindings, links *htmlLinks, budget *htmlBudget) htmlFinding {
	f := same[0]
	got := budget.text(f.Got, longText)
	if f.Line > 0 {
		got += fmt.Sprintf(" (line %d, column %d)", f.Line, f.Column)
	}
	if f.Level != r.Level && f.Level != "" {
		got += " (" + string(f.Level) + ")"
	}
	out := htmlFinding{Want: budget.text(f.Want, longText), Got: got, Place: p.evidence.describePlace(f), Repeats: len(same) - 1}
	if links.calls[f.Call] {
		out.Call = f.Call
	}
	for _, variant := range p.evidence.variants(same) {
		out.Variants = append(out.Variants, budget.text(variant, longText))
	}
	if ex, ok := p.evidence.exchange(f); ok {
		out.Sent = budget.text(describePush(ex)+"  "+spaced(pushFields(ex)), longText)
		out.Received = budget.text(statusOf(ex)+"  "+duration(ex.Duration)+"  "+describeResponse(ex), longText)
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
