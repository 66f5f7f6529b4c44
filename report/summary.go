package report

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/pushcheck/pushcheck/internal/wording"
	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// writeResult writes the result of a run with the important parts last: the counts by area, excused and inapplicable requirements,
// undetermined requirements, warnings, failures, and the figures. If there is no verdict, undetermined requirements come after the
// failures.
func (p *findingsPage) writeResult(v verdict.Verdict, took time.Duration) {
	p.writeAreas(v)
	p.writeExcused()
	if p.verbose {
		for _, s := range []verdict.Status{verdict.NotApplicable, verdict.Skipped, verdict.Passed} {
			p.writeStatusList(s)
		}
	} else {
		p.writeInapplicable(v)
	}
	p.writeNotes(v.Notes)
	if v.Exit != verdict.ExitNoVerdict {
		p.writeUnjudged(v, true)
	}
	p.writeWarnings()
	p.writeFailures()
	if v.Exit == verdict.ExitNoVerdict {
		p.writeUndetermined(true)
	}
	p.writeProblems(v.Problems)
	p.writeFigures(v, took)
}

// writeShortResult writes the result of a run if --quiet is set: notes about flags, undetermined requirements, warnings and failures.
func (p *findingsPage) writeShortResult(v verdict.Verdict) {
	p.writeNotes(notesOnUnusedFlags(v.Notes))
	if v.Exit != verdict.ExitNoVerdict {
		p.writeUnjudged(v, false)
	}
	p.writeWarnings()
	p.writeFailures()
	if v.Exit == verdict.ExitNoVerdict {
		p.writeUndetermined(false)
	}
	p.writeProblems(v.Problems)
	p.writeGap()
}

// notesOnUnusedFlags returns the notes that say that a flag had no effect.
func notesOnUnusedFlags(notes []verdict.Note) []verdict.Note {
	return slices.DeleteFunc(slices.Clone(notes), func(n verdict.Note) bool { return n.Flag == "" })
}

// areaWidth is the number of characters before the counts of an area: its name and spaces.
const areaWidth = 13

// writeAreas writes a line for each area with the counts of its judged requirements, and a line for the user's own scenarios.
func (p *findingsPage) writeAreas(v verdict.Verdict) {
	judgedStatuses := []verdict.Status{verdict.Passed, verdict.Warned, verdict.Failed, verdict.Waived, verdict.Known}
	var names []string
	rows := map[string][]verdict.Row{}
	for _, r := range v.Rows {
		name := r.Area()
		if rows[name] == nil {
			names = append(names, name)
		}
		rows[name] = append(rows[name], r)
	}
	p.writeGap()
	for _, name := range names {
		p.writeCounts(name, countByStatus(rows[name]), judgedStatuses)
	}
	scenarioRows := p.rows[len(v.Rows):]
	p.writeCounts("scenarios", countByStatus(scenarioRows), append(judgedStatuses, verdict.NotApplicable, verdict.Skipped))
}

// writeCounts writes the counts that are not zero beside a name. If all are zero, it writes nothing.
func (p *findingsPage) writeCounts(name string, counts map[verdict.Status]int, statuses []verdict.Status) {
	column := 0
	for _, s := range statuses {
		if counts[s] == 0 {
			continue
		}
		text, countStyle := strconv.Itoa(counts[s])+" "+statusWords(s), plain
		switch s {
		case verdict.Failed:
			countStyle = red
		case verdict.Warned, verdict.Waived, verdict.Known:
			countStyle = yellow
		}
		digits := len(strconv.Itoa(counts[s]))
		switch {
		case column == 0:
			p.put(plain, pad(clip(visible(name), areaWidth-1), areaWidth)+strings.Repeat(" ", max(2-digits, 0)))
			column = areaWidth + max(2-digits, 0)
		case column+2+len(text) >= p.width:
			p.put(plain, ",").endLine()
			p.put(plain, strings.Repeat(" ", areaWidth+2-digits))
			column = areaWidth + 2 - digits
		default:
			p.put(plain, ", ")
			column += 2
		}
		p.put(countStyle, text)
		column += len(text)
	}
	if column > 0 {
		p.endLine()
	}
}

// writeExcused lists requirements that are not met but excused, with the reason.
func (p *findingsPage) writeExcused() {
	var rows []verdict.Row
	statusWidth := 0
	for _, s := range []verdict.Status{verdict.Waived, verdict.Known} {
		for _, r := range rowsWithStatus(p.rows, s) {
			if !r.Fatal { // a fatal row is shown in full elsewhere
				rows, statusWidth = append(rows, r), max(statusWidth, len(s))
			}
		}
	}
	for i, r := range rows {
		if i == 0 {
			p.writeGap()
		}
		p.writeItem(yellow, statusWords(r.Status), strings.Repeat(" ", statusWidth-len(r.Status)+2)+r.ID+"  "+clipLong(r.Reason, 2*p.width))
	}
}

// writeStatusList writes the ids of the rows that have this status, grouped by their reason.
func (p *findingsPage) writeStatusList(s verdict.Status) {
	rows := rowsWithStatus(p.rows, s)
	if len(rows) == 0 {
		return
	}
	var byReason groups
	for _, r := range rows {
		byReason.add(r.Reason, r.ID)
	}
	p.writeTitle(bold, fmt.Sprintf("%s (%d)", statusWords(s), len(rows)))
	for _, g := range byReason {
		indent := 2
		if g.key != "" {
			p.writeParagraph(2, clipLong(g.key, 4*p.width)+":")
			indent = 4
		}
		p.writeStyledParagraph(indent, strings.Join(g.names, ", "), dim)
	}
}

// longestIDLength returns the length, in characters, of the longest id.
func longestIDLength(rows []verdict.Row) int {
	n := 0
	for _, r := range rows {
		n = max(n, utf8.RuneCountInString(visible(r.ID)))
	}
	return n
}

func statusWords(s verdict.Status) string { return strings.ReplaceAll(string(s), "-", " ") }

// writeNotes writes each note once.
func (p *findingsPage) writeNotes(notes []verdict.Note) {
	var byText groups
	for _, n := range notes {
		byText.add(strings.TrimPrefix(n.About+": "+n.Text, ": "), "")
	}
	for i, g := range byText {
		if i == 0 {
			p.writeGap()
		}
		text := clipLong(g.key, 4*p.width)
		if len(g.names) > 1 {
			text += fmt.Sprintf(" (%d times)", len(g.names))
		}
		p.writeItem(bold, "note", "  "+text)
	}
}

func (p *findingsPage) writeProblems(problems []string) {
	if len(problems) == 0 {
		return
	}
	p.writeTitle(yellow, "pushcheck could not do its work")
	for _, s := range problems {
		p.writeParagraph(2, clipLong(s, 6*p.width))
	}
}

// writeFigures writes the numbers of calls and pushes, the time of the run, and the seed and nonce with which the run can be played again.
func (p *findingsPage) writeFigures(v verdict.Verdict, took time.Duration) {
	p.writeGap()
	if p.verbose {
		receiver := v.Incoming
		if v.Outgoing != "" && v.Outgoing != v.Incoming {
			receiver += ", outgoing calls " + v.Outgoing
		}
		p.writeItem(plain, "", "receiver "+clipLong(orEmpty(receiver), 3*p.width))
		if capabilities := describeCapabilities(v); capabilities != "" {
			p.writeItem(plain, "", "it shows "+capabilities)
		}
	}
	p.writeItem(plain, "", describeFigures(v, took))
}

// describeFigures names the numbers of calls and pushes, and the time that the run took (unless it is 0). If the run has a nonce, it also
// names the seed and the nonce.
func describeFigures(v verdict.Verdict, took time.Duration) string {
	text := wording.Count(len(v.Calls), "call") + ", " + wording.Count(countPushes(v), "push")
	if took > time.Second {
		took = took.Round(100 * time.Millisecond)
	}
	if took > 0 {
		text += " in " + formatDuration(took)
	}
	if v.Nonce != "" {
		text += fmt.Sprintf(", seed %d, nonce %s", v.Seed, clipLong(v.Nonce, 64))
	}
	return text
}

// countPushes counts the pushes that were sent.
func countPushes(v verdict.Verdict) int {
	n := 0
	for _, c := range v.Calls {
		for _, x := range c.Exchanges {
			if x.End != transcript.BlockedEnd && x.End != transcript.NotConnected {
				n++
			}
		}
	}
	return n
}

// writeConclusion writes the last line, which has the conclusion.
func (p *findingsPage) writeConclusion(c verdict.Conclusion, sentence string) {
	conclusionStyle := yellow
	switch c {
	case verdict.Conformant:
		conclusionStyle = green
	case verdict.NotConformant:
		conclusionStyle = red
	}
	p.writeStyledParagraph(0, sentence, conclusionStyle)
}

// sentence returns the conclusion as a sentence, such as "not conformant: push.newcall is not met".
func sentence(v verdict.Verdict) string {
	if v.Summary == "" {
		return statusWords(verdict.Status(conclusionOf(v)))
	}
	return v.Summary
}

// describeCapabilities lists the capabilities that the receiver showed, and after them the capabilities that were only claimed.
func describeCapabilities(v verdict.Verdict) string {
	var shown, claimed []string
	for _, c := range requirements.Capabilities() {
		switch v.Capabilities[c] {
		case verdict.CapabilityShown:
			shown = append(shown, string(c))
		case verdict.CapabilityClaimed:
			claimed = append(claimed, string(c)+" (claimed)")
		}
	}
	return strings.Join(append(shown, claimed...), ", ")
}
