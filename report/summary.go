package report

import (
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// warned lists the warnings: what came, and how to mend it.
func (p *findingsPage) warned() {
	rows := withStatus(p.rows, verdict.Warned)
	if len(rows) == 0 {
		return
	}
	p.title(yellow, fmt.Sprintf("warned (%d)", len(rows)))
	for _, r := range rows {
		p.entry(r.ID, columnOf(rows), p.inShort(r))
		if why := expired(r); why != "" {
			p.entry("", columnOf(rows), "known: "+why)
		}
		for _, fix := range p.fixes(r, alikeFindings(r)[:min(1, len(r.Findings))]) {
			p.entry("", columnOf(rows), "fix: "+fix)
		}
	}
}

// inShort is the first finding of a requirement on a line.
func (p *findingsPage) inShort(r verdict.Row) string {
	if len(r.Findings) == 0 {
		return r.Reason
	}
	same := alikeFindings(r)[0]
	f := same[0]
	text := clipLong(wantedGot(f.Want, f.Got), 3*p.width)
	if at := position(f); at != "" {
		text += " at " + at
	}
	if variants := p.calls.variants(same); len(variants) > 0 {
		text += ", when " + strings.Join(variants, ", or when ")
	}
	if place := p.calls.place(f); place != "" {
		text += "; " + place
	}
	if n := len(r.Findings) - 1; n > 0 {
		text += fmt.Sprintf(" (and %d more)", n)
	}
	return text
}

// listed are the statuses that are neither passed nor a finding to mend: five different things, each with its reason.
func (p *findingsPage) listed() {
	for _, s := range []verdict.Status{verdict.Waived, verdict.Known, verdict.Undetermined, verdict.NotApplicable, verdict.Skipped} {
		p.list(s, withStatus(p.rows, s))
	}
	if p.verbose {
		p.list(verdict.Passed, withStatus(p.rows, verdict.Passed))
	}
}

// list shows rows of one status; a reason that several share is told once, with their ids below.
func (p *findingsPage) list(s verdict.Status, rows []verdict.Row) {
	if len(rows) == 0 {
		return
	}
	const many = 12
	if s == verdict.Skipped && len(rows) > many && !p.verbose {
		p.title(bold, fmt.Sprintf("%s (%d)", words(s), len(rows)))
		p.paragraph(2, "what was not selected; --verbose lists it")
		return
	}
	var shared groups
	for _, r := range rows {
		switch {
		case s == verdict.Waived || s == verdict.Known:
			shared.add(strings.Trim(r.Reason+"; "+p.inShort(verdict.Row{Requirement: r.Requirement, Findings: r.Findings}), "; "), r.ID)
		default:
			shared.add(reasonOf(r), r.ID)
		}
	}
	look := bold
	if s == verdict.Waived || s == verdict.Known {
		look = yellow
	}
	p.title(look, fmt.Sprintf("%s (%d)", words(s), len(rows)))
	var alone []verdict.Row // those whose reason nobody shares come first, in columns
	for _, r := range rows {
		for _, g := range shared {
			if len(g.names) == 1 && g.names[0] == r.ID {
				alone = append(alone, r)
			}
		}
	}
	for _, g := range shared {
		if len(g.names) == 1 {
			p.entry(g.names[0], columnOf(alone), clipLong(g.reason, 4*p.width))
		}
	}
	for _, g := range shared {
		if len(g.names) == 1 {
			continue
		}
		if g.reason != "" {
			p.paragraph(2, clipLong(g.reason, 4*p.width)+":")
		}
		p.paragraph(4, strings.Join(g.names, ", "))
	}
}

func reasonOf(r verdict.Row) string {
	if r.Because == "" || strings.Contains(r.Reason, r.Because) {
		return r.Reason
	}
	return strings.TrimSpace(r.Reason + " (because of " + r.Because + ")")
}

// columnOf is the width of the longest id.
func columnOf(rows []verdict.Row) int {
	n := 0
	for _, r := range rows {
		n = max(n, utf8.RuneCountInString(visible(r.ID)))
	}
	return n
}

func words(s verdict.Status) string { return strings.ReplaceAll(string(s), "-", " ") }

func (p *findingsPage) notes(notes []verdict.Note) {
	if len(notes) == 0 {
		return
	}
	p.title(bold, "notes")
	var shared groups
	for _, n := range notes {
		shared.add(strings.TrimPrefix(n.About+": "+n.Text, ": "), "")
	}
	for _, g := range shared {
		text := clipLong(g.reason, 4*p.width)
		if len(g.names) > 1 {
			text += fmt.Sprintf(" (%d times)", len(g.names))
		}
		p.paragraph(2, text)
	}
}

func (p *findingsPage) problems(problems []string) {
	if len(problems) == 0 {
		return
	}
	p.title(red, "pushcheck could not do its work")
	for _, s := range problems {
		p.paragraph(2, clipLong(s, 6*p.width))
	}
}

// summary tells who was judged, how the requirements are spread, and last the result.
func (p *findingsPage) summary(v verdict.Verdict) {
	p.title(dim, strings.Repeat("-", p.width))
	where := v.Incoming
	if v.Outgoing != "" && v.Outgoing != v.Incoming {
		where += ", outgoing calls " + v.Outgoing
	}
	p.field("receiver", orEmpty(where))
	pushes := 0
	for _, c := range v.Calls {
		for _, x := range c.Exchanges {
			if x.End != transcript.BlockedEnd && x.End != transcript.NotConnected {
				pushes++
			}
		}
	}
	run := plural(len(v.Calls), "call") + ", "
	if pushes == 1 {
		run += "1 push"
	} else {
		run += strconv.Itoa(pushes) + " pushes"
	}
	p.field("played", run+fmt.Sprintf(", seed %d, nonce %s", v.Seed, orEmpty(v.Nonce)))
	if able := capabilities(v); able != "" {
		p.field("shows", able)
	}
	n := tally(v.Rows)
	p.label("judged")
	p.spread(n, verdict.Passed, verdict.Warned, verdict.Failed, verdict.Waived, verdict.Known)
	p.label("unjudged")
	p.spread(n, verdict.NotApplicable, verdict.Undetermined, verdict.Skipped)
	if own := allRows(v)[len(v.Rows):]; len(own) > 0 {
		p.label("features")
		p.spread(tally(own), verdict.Passed, verdict.Warned, verdict.Failed, verdict.Known, verdict.NotApplicable, verdict.Undetermined, verdict.Skipped)
	}
	if failed := withStatus(v.Rows, verdict.Failed); len(failed) > 0 {
		var ids []string
		for _, r := range failed {
			ids = append(ids, r.ID)
		}
		p.styledField("fix", strings.Join(ids, ", "), red)
	}
	if v.Interrupted {
		p.styledField("", "interrupted: what was not judged by then is undetermined", yellow)
	}
	p.end()
	look := yellow
	switch conclusionOf(v) {
	case verdict.Conformant:
		look = green
	case verdict.NotConformant:
		look = red
	}
	for _, l := range lines(visible(sentence(v)), p.width) {
		p.put(look, l).end()
	}
}

// sentence is the conclusion in words, beginning with its name.
func sentence(v verdict.Verdict) string {
	name := words(verdict.Status(conclusionOf(v)))
	why := strings.TrimSpace(v.Why)
	switch {
	case why == "":
		return name
	case strings.HasPrefix(strings.ToLower(why), name), v.Conclusion == verdict.NoVerdict && strings.Contains(why, ":"):
		return why // it begins with what it says: "no verdict: …", "interrupted: …"
	}
	return name + ": " + why
}

// capabilities are those shown, then those claimed, in the order of the catalogue.
func capabilities(v verdict.Verdict) string {
	var shown, claimed []string
	for _, c := range requirements.Capabilities() {
		switch v.Capabilities[c] {
		case verdict.IsShown:
			shown = append(shown, string(c))
		case verdict.IsClaimed:
			claimed = append(claimed, string(c)+" (claimed)")
		}
	}
	return strings.Join(append(shown, claimed...), ", ")
}

// spread writes the counts that are not zero, on as many lines as they need; passed is always there.
func (p *findingsPage) spread(n map[verdict.Status]int, of ...verdict.Status) {
	at := labelWidth
	for _, s := range of {
		if n[s] == 0 && s != verdict.Passed {
			continue
		}
		text, look := strconv.Itoa(n[s])+" "+words(s), plain
		switch s {
		case verdict.Failed:
			look = red
		case verdict.Warned, verdict.Waived, verdict.Known:
			look = yellow
		}
		if at > labelWidth {
			p.put(plain, ",")
			if at += 2; at+len(text) >= p.width {
				p.end()
				p.label("")
				at = labelWidth
			} else {
				p.put(plain, " ")
			}
		}
		p.put(look, text)
		at += len(text)
	}
	if at == labelWidth {
		p.put(plain, "nothing")
	}
	p.end()
}
