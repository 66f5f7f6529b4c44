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

// findingsPage writes a verdict or parts of it for a terminal.
type findingsPage struct {
	page
	rows             []verdict.Row
	evidence         evidence
	verbose          bool              // the flag --verbose is set
	receiverStopped  bool              // the receiver no longer runs, so no push can be sent again
	lastCallID       int               // id of the call that was printed last; 0 if no call was printed
	hasOneConnection bool              // there is only one connection, so its name is not written
	isBrief          bool              // write only the evidence and the fix of a requirement, because several requirements have to fit on the screen
	timesNotMet      map[string]int    // how often a requirement was not met during a load, by id; empty for a run
	curlLines        map[string]string // the curl lines that were written, each with the id of its requirement
}

// maxFindingsShown is how many different findings of one requirement are written without --verbose.
const maxFindingsShown = 3

// writeWarnings writes every warning in full.
func (p *findingsPage) writeWarnings() {
	p.writeNotMet(rowsWithStatus(p.rows, verdict.Warned), yellow)
}

// writeFailures writes in full the requirements and scenarios that failed. It includes waived requirements if waivers count as failures.
func (p *findingsPage) writeFailures() {
	p.writeNotMet(p.failures(), red)
}

// writeNotMet writes rows in full. Rows that only repeat the cause of another row follow, in one block for each cause.
func (p *findingsPage) writeNotMet(rows []verdict.Row, statusStyle style) {
	var causes []verdict.SharedCause
	rowsByCause := map[string][]verdict.Row{}
	for _, r := range rows {
		c, isElsewhere := p.evidence.causeDescribedElsewhere(r)
		if !isElsewhere {
			p.writeInFull(r, statusWords(r.Status), statusStyle)
			continue
		}
		if rowsByCause[c.ID] == nil {
			causes = append(causes, c)
		}
		rowsByCause[c.ID] = append(rowsByCause[c.ID], r)
	}
	for _, c := range causes {
		rowsOfCause := rowsByCause[c.ID]
		p.writeGap()
		p.put(statusStyle, statusWords(rowsOfCause[0].Status)).put(plain, fmt.Sprintf(" (%d)  the same cause as ", len(rowsOfCause))).put(bold, visible(c.IDs[0])).endLine()
		p.writeParagraph(2, c.Clause)
		p.writeStyledParagraph(4, joinIDs(rowsOfCause), dim)
	}
}

// failures returns the rows that failed, sorted by urgency.
func (p *findingsPage) failures() []verdict.Row {
	var rows []verdict.Row
	for _, r := range p.rows {
		if r.Status == verdict.Failed || r.Status == verdict.Waived && r.Fatal {
			rows = append(rows, r)
		}
	}
	sortByUrgency(rows)
	return rows
}

// sortByUrgency sorts rows: the rows to fix first come first.
func sortByUrgency(rows []verdict.Row) {
	slices.SortStableFunc(rows, func(a, b verdict.Row) int { return cmp.Compare(urgency(a), urgency(b)) })
}

// failsRun reports whether a row makes the run not conformant: it failed, or a flag makes its warning or waiver count as a failure.
func failsRun(r verdict.Row) bool { return r.Status == verdict.Failed || r.Fatal }

// rowsFailingRun returns the rows of requirements and of the user's own scenarios that make the run not conformant, sorted by urgency.
func rowsFailingRun(v verdict.Verdict) []verdict.Row {
	rows := slices.DeleteFunc(allRows(v), func(r verdict.Row) bool { return !failsRun(r) })
	sortByUrgency(rows)
	return rows
}

// firstFindingText returns the expectation and the evidence of the first finding of a row.
func firstFindingText(r verdict.Row) string {
	if len(r.Findings) == 0 {
		return "not met"
	}
	f := groupByText(r)[0][0]
	return cmp.Or(describeWantAndGot(f.Want, f.Got), "not met")
}

// Block returns the text that a terminal of 80 columns shows for one requirement of a verdict, without colours and without a curl line.
func Block(v verdict.Verdict, r verdict.Row) string {
	p := &findingsPage{page: page{width: 80}, rows: v.Rows, evidence: evidenceOf(v), receiverStopped: true}
	p.writeInFull(r, statusWords(r.Status), plain)
	return strings.Trim(Inert(p.text.String()), "\n")
}

// urgency returns a number by which rows are sorted: 0 for the primary problem of a connection, which has to be fixed first, 1 for other
// problems of a connection, and 2 for everything else.
func urgency(r verdict.Row) int {
	switch {
	case r.Area() != "transport":
		return 2
	case slices.ContainsFunc(r.Findings, func(f requirements.Finding) bool { return f.Primary }):
		return 0
	}
	return 1
}

// writeInFull writes a requirement with its findings, their consequences and how to fix them.
func (p *findingsPage) writeInFull(r verdict.Row, status string, statusStyle style) {
	p.writeGap()
	level := visible(string(r.Level))
	id := clipFront(visible(r.ID), p.width-len(status)-len(level)-4)
	p.put(statusStyle, status).put(plain, "  ").put(bold, id).put(dim, "  "+level).endLine()
	p.writeParagraph(2, r.Statement)
	p.endLine()
	if why := expiredReason(r); why != "" {
		p.writeField("known", why)
	}
	findingGroups := groupByText(r)
	shown := findingGroups
	if len(shown) > maxFindingsShown && !p.verbose {
		shown = shown[:maxFindingsShown]
	}
	for i, group := range shown {
		if want := group[0].Want; want != "" && !p.isBrief && (i == 0 || want != shown[i-1][0].Want) {
			p.writeField("want", clipLong(want, 4*p.width))
		}
		p.writeFinding(r, group, i == 0)
	}
	if n := len(findingGroups) - len(shown); n > 0 {
		p.writeField("more", wording.Count(n, "other finding")+" (--verbose and the JSON report have all)")
	}
	if n := p.timesNotMet[r.ID]; n > 0 {
		p.writeField("seen", wording.Count(n, "time"))
	}
	if r.Consequence != "" && !p.isBrief {
		p.writeField("so", r.Consequence)
	}
	for _, fix := range p.fixes(r, shown) {
		p.writeField("fix", fix)
	}
	p.writeFixFirst(r)
	p.writeCurlLine(r)
}

// expiredReason returns why a known failure no longer excuses a requirement; "" if the requirement is not listed or still excused.
func expiredReason(r verdict.Row) string {
	if r.Expired {
		return r.Reason
	}
	return ""
}

// sameTextFindings is a group of findings that have the same text and were seen at different exchanges.
type sameTextFindings []requirements.Finding

// groupByText groups the findings of a row by their text. Groups of must-level findings come before groups of should-level findings.
func groupByText(r verdict.Row) []sameTextFindings {
	var musts, shoulds []sameTextFindings
	indexByKey := map[[4]string]int{}
	for _, f := range r.Findings {
		key := [4]string{f.Want, f.Got, string(f.Level), position(f)}
		if i, seen := indexByKey[key]; seen {
			if f.Level == requirements.Should {
				shoulds[i] = append(shoulds[i], f)
			} else {
				musts[i] = append(musts[i], f)
			}
			continue
		}
		if f.Level == requirements.Should {
			indexByKey[key], shoulds = len(shoulds), append(shoulds, sameTextFindings{f})
		} else {
			indexByKey[key], musts = len(musts), append(musts, sameTextFindings{f})
		}
	}
	return append(musts, shoulds...)
}

// writeFinding writes the evidence of a group of findings, the position in the response, and the place of the first finding of the group.
// isFirst is true for the first group of a requirement. For this group, writeFinding also writes the output of the receiver's process. If
// the requirement failed, it writes the push and the response too, unless their call was printed last.
func (p *findingsPage) writeFinding(r verdict.Row, group sameTextFindings, isFirst bool) {
	f := group[0]
	got := clipLong(f.Got, 4*p.width)
	if f.Line > 0 {
		got += fmt.Sprintf(" (line %d, column %d)", f.Line, f.Column)
	}
	if f.Level != r.Level && f.Level != "" {
		got += " (" + string(f.Level) + ")"
	}
	if got != "" {
		p.writeStyledField("got", got, bold)
	}
	ex, ok := p.evidence.exchange(f)
	hasPointer := ok && p.writePointer(f, ex)
	responseText := p.evidence.responseText(f)
	if responseText != "" {
		p.writeField("said", responseText)
	}
	for i, variant := range p.evidence.variants(group) {
		p.writeField([]string{"when", "or when"}[min(i, 1)], variant)
	}
	if place := p.evidence.describePlace(f); place != "" && (f.Call != 0 || !p.hasOneConnection) {
		if len(group) > 1 {
			place += " (and " + strconv.Itoa(len(group)-1) + " more)"
		}
		p.writeField("at", place)
	}
	if isFirst && ok && r.Status == verdict.Failed && f.Call != p.lastCallID {
		p.writePushLine(ex)
		switch {
		case responseText != "":
			p.writeResponseLine(ex, ex.ContentType)
		case ex.Status == 0:
			p.writeResponseLine(ex, "") // the line "got" already has the reason
		case !hasPointer:
			p.writeResponseLine(ex, describeResponse(ex))
		}
	}
	if isFirst && ok {
		p.writeOutput(p.processOutput(r, f, ex))
	}
	if p.verbose {
		for _, other := range group[1:] {
			p.writeField("", p.evidence.describePlace(other))
		}
	}
}

// writePointer writes the line of the response that a finding is about, with a caret under the finding's column. It returns false if the
// response has no such line or column, or is not UTF-8.
func (p *findingsPage) writePointer(f requirements.Finding, ex transcript.Exchange) bool {
	lines := strings.Split(string(ex.ResponseBody), "\n")
	if f.Line < 1 || f.Line > len(lines) || f.Column < 1 || !utf8.Valid(ex.ResponseBody) {
		return false
	}
	line := []rune(strings.TrimRight(lines[f.Line-1], "\r"))
	if f.Column > len(line)+1 {
		return false
	}
	before, after := []rune(visible(string(line[:f.Column-1]))), visible(string(line[f.Column-1:]))
	maxWidth := p.width - labelWidth
	if len(before) > maxWidth/2 {
		before = append([]rune("..."), before[len(before)-maxWidth/2+3:]...)
	}
	p.writeLabel("").put(dim, string(before)).put(plain, clip(after, maxWidth-len(before))).endLine()
	p.writeLabel("").put(plain, strings.Repeat(" ", len(before))).put(red, "^").endLine()
	return true
}

// fixes returns the remedies for the findings that are shown, each once.
func (p *findingsPage) fixes(r verdict.Row, shown []sameTextFindings) []string {
	var remedies []string
	seen := map[string]bool{"": true}
	for _, s := range shown {
		for _, f := range s {
			if fix := p.evidence.remedy(r, f); !seen[fix] {
				seen[fix], remedies = true, append(remedies, fix)
			}
		}
	}
	return remedies
}

// writeFixFirst names the requirement that has to be fixed before r, if there is one.
func (p *findingsPage) writeFixFirst(r verdict.Row) {
	if id := requirementToFixFirst(p.rows, r); id != "" {
		p.writeField("first", "fix "+id)
	}
}

// requirementToFixFirst returns the id of the requirement that has to be fixed before r because it is the primary problem of the same
// connection; "" if there is none.
func requirementToFixFirst(rows []verdict.Row, r verdict.Row) string {
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

// writeCurlLine writes the curl line that sends the push of the first finding again, if --verbose is set. The line is not broken, so that
// it can be copied. If the line was already written for another requirement, writeCurlLine only names that requirement.
func (p *findingsPage) writeCurlLine(r verdict.Row) {
	if p.receiverStopped || !p.verbose {
		return
	}
	for _, f := range r.Findings {
		ex, ok := p.evidence.exchangeToRepeat(f)
		if !ok {
			continue
		}
		if why := noCurlReason(ex); why != "" {
			p.writeField("repeat", why+"; --only "+r.ID+" sends it again")
			return
		}
		line := p.evidence.curl(f)
		if id, shown := p.curlLines[line]; shown {
			p.writeField("repeat", "the push shown at "+id)
			return
		}
		if p.curlLines == nil {
			p.curlLines = map[string]string{}
		}
		p.curlLines[line] = r.ID
		p.writeLabel("repeat").put(dim, line).endLine()
		return
	}
}
