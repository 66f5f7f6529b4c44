package report

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/pushcheck/pushcheck/internal/wording"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// findingsPage shows a verdict, with the important parts last.
type findingsPage struct {
	page
	rows    []verdict.Row
	calls   evidence
	verbose bool
	gone    bool              // the receiver no longer runs, so no push can be sent again
	printed int               // the call that was printed last; 0: none
	alone   bool              // there is only one connection, so its name is left out
	brief   bool              // only the evidence and the fix are shown, because several requirements have to fit on the screen
	seen    map[string]int    // how often a requirement whose findings are only examples was not met, by id
	curls   map[string]string // the requirement that showed a curl line first, by that line
}

// fewFindings is how many different findings of one requirement are shown unless all are asked for.
const fewFindings = 3

// warned shows every warning in full.
func (p *findingsPage) warned() {
	p.unmet(withStatus(p.rows, verdict.Warned), yellow)
}

// failed shows in full the requirements and scenarios that failed, and those that are waived if waivers count.
func (p *findingsPage) failed() {
	p.unmet(p.failures(), red)
}

// unmet shows rows in full. Rows that only repeat the cause of another row follow, in one block for each cause.
func (p *findingsPage) unmet(rows []verdict.Row, look style) {
	var causes []verdict.SharedCause
	by := map[string][]verdict.Row{}
	for _, r := range rows {
		c, elsewhere := p.calls.describedElsewhere(r)
		if !elsewhere {
			p.inFull(r, words(r.Status), look)
			continue
		}
		if by[c.ID] == nil {
			causes = append(causes, c)
		}
		by[c.ID] = append(by[c.ID], r)
	}
	for _, c := range causes {
		same := by[c.ID]
		p.gap()
		p.put(look, words(same[0].Status)).put(plain, fmt.Sprintf(" (%d)  the same cause as ", len(same))).put(bold, visible(c.IDs[0])).end()
		p.paragraph(2, c.Clause)
		p.styledParagraph(4, names(same), dim)
	}
}

// failures returns the rows that failed, those to fix first at the beginning.
func (p *findingsPage) failures() []verdict.Row {
	var rows []verdict.Row
	for _, r := range p.rows {
		if r.Status == verdict.Failed || r.Status == verdict.Waived && r.Fatal {
			rows = append(rows, r)
		}
	}
	byUrgency(rows)
	return rows
}

// byUrgency sorts rows, those to fix first at the beginning.
func byUrgency(rows []verdict.Row) {
	slices.SortStableFunc(rows, func(a, b verdict.Row) int { return cmp.Compare(urgency(a), urgency(b)) })
}

// notMet reports whether a row makes the run not conformant: it failed, or it is a warning or a waiver and these count.
func notMet(r verdict.Row) bool { return r.Status == verdict.Failed || r.Fatal }

// notMetRows returns the requirements and the user's own scenarios that make the run not conformant, those to fix first at the beginning.
func notMetRows(v verdict.Verdict) []verdict.Row {
	rows := slices.DeleteFunc(allRows(v), func(r verdict.Row) bool { return !notMet(r) })
	byUrgency(rows)
	return rows
}

// inBrief returns the expectation and the evidence of the first finding of a row.
func inBrief(r verdict.Row) string {
	if len(r.Findings) == 0 {
		return "not met"
	}
	f := bySameText(r)[0][0]
	return cmp.Or(wantedGot(f.Want, f.Got), "not met")
}

// Block returns the text that a terminal of 80 columns shows for one requirement of a verdict, without colours and without a curl line.
func Block(v verdict.Verdict, r verdict.Row) string {
	p := &findingsPage{page: page{width: 80}, rows: v.Rows, calls: evidenceOf(v), gone: true}
	p.inFull(r, words(r.Status), plain)
	return strings.Trim(Inert(p.text.String()), "\n")
}

// urgency returns the place of a row in the order of fixes: first the primary problem of a connection, then its other problems, then
// everything else.
func urgency(r verdict.Row) int {
	switch {
	case r.Area() != "transport":
		return 2
	case slices.ContainsFunc(r.Findings, func(f requirements.Finding) bool { return f.Primary }):
		return 0
	}
	return 1
}

// inFull shows a requirement with its findings, what follows from them and how to fix them.
func (p *findingsPage) inFull(r verdict.Row, status string, look style) {
	p.gap()
	level := visible(string(r.Level))
	id := clipFront(visible(r.ID), p.width-len(status)-len(level)-4)
	p.put(look, status).put(plain, "  ").put(bold, id).put(dim, "  "+level).end()
	p.paragraph(2, r.Statement)
	p.end()
	if why := expired(r); why != "" {
		p.field("known", why)
	}
	all := bySameText(r)
	shown := all
	if len(shown) > fewFindings && !p.verbose {
		shown = shown[:fewFindings]
	}
	for i, same := range shown {
		if want := same[0].Want; want != "" && !p.brief && (i == 0 || want != shown[i-1][0].Want) {
			p.field("want", clipLong(want, 4*p.width))
		}
		p.finding(r, same, i == 0)
	}
	if n := len(all) - len(shown); n > 0 {
		p.field("more", wording.Count(n, "other finding")+" (--verbose and the JSON report have all)")
	}
	if n := p.seen[r.ID]; n > 0 {
		p.field("seen", wording.Count(n, "time"))
	}
	if r.Consequence != "" && !p.brief {
		p.field("so", r.Consequence)
	}
	for _, fix := range p.fixes(r, shown) {
		p.field("fix", fix)
	}
	p.root(r)
	p.repeat(r)
}

// expired returns why a requirement is not excused although it is listed as a known failure; "" if it is not listed or still excused.
func expired(r verdict.Row) string {
	if r.Expired {
		return r.Reason
	}
	return ""
}

// sameText holds findings with the same text at different places.
type sameText []requirements.Finding

// bySameText groups the findings of a row by their text, must before should.
func bySameText(r verdict.Row) []sameText {
	var all, milder []sameText
	at := map[[4]string]int{}
	for _, f := range r.Findings {
		key := [4]string{f.Want, f.Got, string(f.Level), position(f)}
		if i, seen := at[key]; seen {
			if f.Level == requirements.Should {
				milder[i] = append(milder[i], f)
			} else {
				all[i] = append(all[i], f)
			}
			continue
		}
		if f.Level == requirements.Should {
			at[key], milder = len(milder), append(milder, sameText{f})
		} else {
			at[key], all = len(all), append(all, sameText{f})
		}
	}
	return append(all, milder...)
}

// finding shows the evidence, with the place in the response and one call that shows it. For the first finding of a failure it also shows
// the exchange.
func (p *findingsPage) finding(r verdict.Row, same sameText, first bool) {
	f := same[0]
	got := clipLong(f.Got, 4*p.width)
	if f.Line > 0 {
		got += fmt.Sprintf(" (line %d, column %d)", f.Line, f.Column)
	}
	if f.Level != r.Level && f.Level != "" {
		got += " (" + string(f.Level) + ")"
	}
	if got != "" {
		p.styledField("got", got, bold)
	}
	ex, ok := p.calls.exchange(f)
	pointed := ok && p.pointer(f, ex)
	words := p.calls.responseText(f)
	if words != "" {
		p.field("said", words)
	}
	for i, variant := range p.calls.variants(same) {
		p.field([]string{"when", "or when"}[min(i, 1)], variant)
	}
	if place := p.calls.place(f); place != "" && (f.Call != 0 || !p.alone) {
		if len(same) > 1 {
			place += " (and " + strconv.Itoa(len(same)-1) + " more)"
		}
		p.field("at", place)
	}
	if first && ok && r.Status == verdict.Failed && f.Call != p.printed {
		p.pushLine(ex)
		switch {
		case words != "":
			p.responseLine(ex, ex.ContentType)
		case ex.Status == 0:
			p.responseLine(ex, "") // the line "got" already has the reason
		case !pointed:
			p.responseLine(ex, received(ex))
		}
	}
	if first && ok {
		p.output(p.processOutput(r, f, ex))
	}
	if p.verbose {
		for _, other := range same[1:] {
			p.field("", p.calls.place(other))
		}
	}
}

// pointer shows the line of the response that a finding is about, with a caret under the place. It reports whether there is such a line.
func (p *findingsPage) pointer(f requirements.Finding, ex transcript.Exchange) bool {
	body := strings.Split(string(ex.ResponseBody), "\n")
	if f.Line < 1 || f.Line > len(body) || f.Column < 1 || !utf8.Valid(ex.ResponseBody) {
		return false
	}
	line := []rune(strings.TrimRight(body[f.Line-1], "\r"))
	if f.Column > len(line)+1 {
		return false
	}
	before, after := []rune(visible(string(line[:f.Column-1]))), visible(string(line[f.Column-1:]))
	room := p.width - labelWidth
	if len(before) > room/2 {
		before = append([]rune("..."), before[len(before)-room/2+3:]...)
	}
	p.label("").put(dim, string(before)).put(plain, clip(after, room-len(before))).end()
	p.label("").put(plain, strings.Repeat(" ", len(before))).put(red, "^").end()
	return true
}

// fixes returns the different remedies for the findings that are shown, at most a few.
func (p *findingsPage) fixes(r verdict.Row, shown []sameText) []string {
	var all []string
	seen := map[string]bool{"": true}
	for _, s := range shown {
		for _, f := range s {
			if fix := p.calls.remedy(r, f); !seen[fix] {
				seen[fix], all = true, append(all, fix)
			}
		}
	}
	return all
}

// root shows which requirement to fix first.
func (p *findingsPage) root(r verdict.Row) {
	if id := rootOf(p.rows, r); id != "" {
		p.field("first", "fix "+id)
	}
}

// rootOf returns the id of the requirement to fix before this one, if the same connection breaks both; "" if there is none.
func rootOf(rows []verdict.Row, r verdict.Row) string {
	for _, f := range r.Findings {
		if f.Primary {
			return ""
		}
	}
	for _, other := range rows {
		for _, g := range other.Findings {
			for _, f := range r.Findings {
				if g.Primary && g.Call == 0 && f.Call == 0 && f.Origin != "" && g.Origin == f.Origin {
					return other.ID
				}
			}
		}
	}
	return ""
}

// repeat shows the curl line for the push of the first finding, if everything is asked for. The line is not broken, so that it can
// be copied. A push that showed several findings is written once.
func (p *findingsPage) repeat(r verdict.Row) {
	if p.gone || !p.verbose {
		return
	}
	for _, f := range r.Findings {
		ex, ok := p.calls.shownBy(f)
		if !ok {
			continue
		}
		if why := unrepeatable(ex); why != "" {
			p.field("repeat", why+"; --only "+r.ID+" sends it again")
			return
		}
		line := p.calls.curl(f)
		if id, shown := p.curls[line]; shown {
			p.field("repeat", "the push shown at "+id)
			return
		}
		if p.curls == nil {
			p.curls = map[string]string{}
		}
		p.curls[line] = r.ID
		p.label("repeat").put(dim, line).end()
		return
	}
}
