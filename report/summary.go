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

// writeShortResult writes the parts of writeResult that --quiet leaves.
func (p *findingsPage) writeShortResult(v verdict.Verdict) {
	p.writeNotes(withoutEffect(v.Notes))
	if v.Exit != verdict.ExitNoVerdict {
		p.writeUnjudged(v, false)
	}
	p.writeWarnings()
	p.writeFailures()
	if v.Exit == verdict.ExitNoVerdict {
		p.writeUndetermined(false)
	}
	p.writeProblems(v.Problems)
	p.gap()
}

// withoutEffect returns the notes about flags that had no effect.
func withoutEffect(notes []verdict.Note) []verdict.Note {
	return slices.DeleteFunc(slices.Clone(notes), func(n verdict.Note) bool { return n.Flag == "" })
}

// areaWidth is the column at which the counts of an area start.
const areaWidth = 13

// writeAreas writes a line for each area with the counts of its judged requirements, and a line for the user's own scenarios.
func (p *findingsPage) writeAreas(v verdict.Verdict) {
	judged := []verdict.Status{verdict.Passed, verdict.Warned, verdict.Failed, verdict.Waived, verdict.Known}
	var names []string
	rows := map[string][]verdict.Row{}
	for _, r := range v.Rows {
		name := r.Area()
		if rows[name] == nil {
			names = append(names, name)
		}
		rows[name] = append(rows[name], r)
	}
	p.gap()
	for _, name := range names {
		p.writeCounts(name, countByStatus(rows[name]), judged)
	}
	own := p.rows[len(v.Rows):]
	p.writeCounts("scenarios", countByStatus(own), append(judged, verdict.NotApplicable, verdict.Skipped))
}

// writeCounts writes the counts that are not zero beside a name. If all are zero, it writes nothing.
func (p *findingsPage) writeCounts(name string, n map[verdict.Status]int, of []verdict.Status) {
	at := 0
	for _, s := range of {
		if n[s] == 0 {
			continue
		}
		text, look := strconv.Itoa(n[s])+" "+statusWords(s), plain
		switch s {
		case verdict.Failed:
			look = red
		case verdict.Warned, verdict.Waived, verdict.Known:
			look = yellow
		}
		digits := len(strconv.Itoa(n[s]))
		switch {
		case at == 0:
			p.put(plain, pad(clip(visible(name), areaWidth-1), areaWidth)+strings.Repeat(" ", max(2-digits, 0)))
			at = areaWidth + max(2-digits, 0)
		case at+2+len(text) >= p.width:
			p.put(plain, ",").end()
			p.put(plain, strings.Repeat(" ", areaWidth+2-digits))
			at = areaWidth + 2 - digits
		default:
			p.put(plain, ", ")
			at += 2
		}
		p.put(look, text)
		at += len(text)
	}
	if at > 0 {
		p.end()
	}
}

// writeExcused lists requirements that are not met and excused, with the reason.
func (p *findingsPage) writeExcused() {
	var rows []verdict.Row
	wide := 0
	for _, s := range []verdict.Status{verdict.Waived, verdict.Known} {
		for _, r := range withStatus(p.rows, s) {
			if !r.Fatal { // otherwise it is shown in full
				rows, wide = append(rows, r), max(wide, len(s))
			}
		}
	}
	for i, r := range rows {
		if i == 0 {
			p.gap()
		}
		p.item(yellow, statusWords(r.Status), strings.Repeat(" ", wide-len(r.Status)+2)+r.ID+"  "+clipLong(r.Reason, 2*p.width))
	}
}

// writeStatusList shows the rows of one status, grouped by their reason.
func (p *findingsPage) writeStatusList(s verdict.Status) {
	rows := withStatus(p.rows, s)
	if len(rows) == 0 {
		return
	}
	var shared groups
	for _, r := range rows {
		shared.add(r.Reason, r.ID)
	}
	p.title(bold, fmt.Sprintf("%s (%d)", statusWords(s), len(rows)))
	for _, g := range shared {
		indent := 2
		if g.reason != "" {
			p.paragraph(2, clipLong(g.reason, 4*p.width)+":")
			indent = 4
		}
		p.styledParagraph(indent, strings.Join(g.names, ", "), dim)
	}
}

// columnOf returns the length of the longest id in characters.
func columnOf(rows []verdict.Row) int {
	n := 0
	for _, r := range rows {
		n = max(n, utf8.RuneCountInString(visible(r.ID)))
	}
	return n
}

func statusWords(s verdict.Status) string { return strings.ReplaceAll(string(s), "-", " ") }

// writeNotes writes each note once.
func (p *findingsPage) writeNotes(notes []verdict.Note) {
	var shared groups
	for _, n := range notes {
		shared.add(strings.TrimPrefix(n.About+": "+n.Text, ": "), "")
	}
	for i, g := range shared {
		if i == 0 {
			p.gap()
		}
		text := clipLong(g.reason, 4*p.width)
		if len(g.names) > 1 {
			text += fmt.Sprintf(" (%d times)", len(g.names))
		}
		p.item(bold, "note", "  "+text)
	}
}

func (p *findingsPage) writeProblems(problems []string) {
	if len(problems) == 0 {
		return
	}
	p.title(yellow, "pushcheck could not do its work")
	for _, s := range problems {
		p.paragraph(2, clipLong(s, 6*p.width))
	}
}

// writeFigures writes the numbers of calls and pushes, the time of the run, and the seed and nonce with which it can be played again.
func (p *findingsPage) writeFigures(v verdict.Verdict, took time.Duration) {
	p.gap()
	if p.verbose {
		where := v.Incoming
		if v.Outgoing != "" && v.Outgoing != v.Incoming {
			where += ", outgoing calls " + v.Outgoing
		}
		p.item(plain, "", "receiver "+clipLong(orEmpty(where), 3*p.width))
		if able := capabilities(v); able != "" {
			p.item(plain, "", "it shows "+able)
		}
	}
	p.item(plain, "", figuresOf(v, took))
}

// figuresOf returns the figures as text. A time of 0 is left out.
func figuresOf(v verdict.Verdict, took time.Duration) string {
	text := wording.Count(len(v.Calls), "call") + ", " + wording.Count(pushes(v), "push")
	if took > time.Second {
		took = took.Round(100 * time.Millisecond)
	}
	if took > 0 {
		text += " in " + duration(took)
	}
	if v.Nonce != "" {
		text += fmt.Sprintf(", seed %d, nonce %s", v.Seed, clipLong(v.Nonce, 64))
	}
	return text
}

// pushes returns how many pushes were sent.
func pushes(v verdict.Verdict) int {
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
	look := yellow
	switch c {
	case verdict.Conformant:
		look = green
	case verdict.NotConformant:
		look = red
	}
	p.styledParagraph(0, sentence, look)
}

// sentence returns the conclusion in words.
func sentence(v verdict.Verdict) string {
	if v.Summary == "" {
		return statusWords(verdict.Status(conclusionOf(v)))
	}
	return v.Summary
}

// capabilities lists the capabilities that the receiver showed, then those that were claimed, in the order of the catalogue.
func capabilities(v verdict.Verdict) string {
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
