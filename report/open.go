package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/internal/wording"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// undeterminedCause is a cause because of which rows are undetermined.
type undeterminedCause struct {
	causeID string // id of the row that is the cause; "" if there is none
	reason  string // reason of the last row in the chain of causes (see rootCause); "" if causeID is set
	rows    []verdict.Row
}

// undeterminedCauses groups the undetermined rows by their cause.
func undeterminedCauses(rows []verdict.Row) []undeterminedCause {
	byID := map[string]verdict.Row{}
	for _, r := range rows {
		byID[r.ID] = r
	}
	var causes []undeterminedCause
	for _, r := range rowsWithStatus(rows, verdict.Undetermined) {
		cause := rootCause(r, byID)
		i := slices.IndexFunc(causes, func(o undeterminedCause) bool { return o.causeID == cause.causeID && o.reason == cause.reason })
		if i < 0 {
			i, causes = len(causes), append(causes, cause)
		}
		causes[i].rows = append(causes[i].rows, r)
	}
	return causes
}

// rootCause follows the chain of causes that begins at a row, and returns the last cause of the chain.
func rootCause(r verdict.Row, byID map[string]verdict.Row) undeterminedCause {
	row := r
	for range byID { // a limit, because rows may depend on each other in a circle
		if row.CauseID == "" {
			return undeterminedCause{reason: row.Reason}
		}
		next, ok := byID[row.CauseID]
		if !ok || next.Status != verdict.Undetermined {
			return undeterminedCause{causeID: row.CauseID}
		}
		row = next
	}
	return undeterminedCause{causeID: r.CauseID}
}

// writeUnjudged writes the undetermined requirements as writeUndetermined does. If the run stopped sending and --verbose is not set, it
// writes only one line with the reason.
func (p *findingsPage) writeUnjudged(v verdict.Verdict, showsIDs bool) {
	n := len(rowsWithStatus(p.rows, verdict.Undetermined))
	if v.StopGap == nil || n == 0 || p.verbose {
		p.writeUndetermined(showsIDs)
		return
	}
	p.writeGap()
	p.writeItem(plain, "not judged", fmt.Sprintf(": %s; %s", wording.Count(n, "requirement"), v.StopGap.Reason))
}

// writeUndetermined writes each cause because of which requirements are undetermined. If showsIDs is true, it also writes the ids of these
// requirements.
func (p *findingsPage) writeUndetermined(showsIDs bool) {
	for _, cause := range undeterminedCauses(p.rows) {
		p.writeGap()
		p.put(yellow, "undetermined").put(plain, fmt.Sprintf(" (%d)", len(cause.rows)))
		if cause.causeID != "" {
			p.put(plain, "  because of ").put(bold, clipFront(visible(cause.causeID), p.width-40))
		}
		p.endLine()
		if p.verbose {
			p.writeReasons(cause)
			continue
		}
		if reason := cause.rows[0].Reason; reason != "" {
			p.writeParagraph(2, clipLong(reason, 4*p.width))
		}
		if showsIDs {
			p.writeStyledParagraph(4, joinIDs(cause.rows), dim)
		}
	}
}

// writeReasons writes the reasons of the rows that share a cause. Below each reason are the ids of its rows.
func (p *findingsPage) writeReasons(o undeterminedCause) {
	var byReason groups
	for _, r := range o.rows {
		byReason.add(r.Reason, r.ID)
	}
	for _, g := range byReason {
		if g.key != "" {
			p.writeParagraph(2, clipLong(g.key, 4*p.width))
		}
		p.writeStyledParagraph(4, strings.Join(g.names, ", "), dim)
	}
}

func joinIDs(rows []verdict.Row) string {
	var all []string
	for _, r := range rows {
		all = append(all, r.ID)
	}
	return strings.Join(all, ", ")
}

// sentNothing reports whether the run sent no push because a connection to the receiver failed or was not allowed.
func sentNothing(v verdict.Verdict) bool {
	isBlocked := slices.ContainsFunc(v.Connections, func(c transcript.Connection) bool { return !c.FollowUp && c.IsBlocked() })
	return countPushes(v) == 0 && (isBlocked || len(v.Connections) == 0 && v.StopGap != nil)
}

// writeNothingSent writes the result of a run that sent nothing: the most urgent failure in full, and one line for each other failure and
// each warning.
func (p *findingsPage) writeNothingSent(v verdict.Verdict) {
	p.writeNotes(notesOnUnusedFlags(v.Notes))
	p.writeExcused()
	p.hasOneConnection = true
	failedRows := p.failures()
	if len(failedRows) == 0 {
		p.writeTriedConnection(v)
	}
	for i, r := range failedRows {
		if i > 0 {
			p.writeOnOneLine(r, red)
			continue
		}
		p.isBrief = len(failedRows) > 1
		p.writeInFull(r, statusWords(r.Status), red)
		p.writeGap()
	}
	for _, r := range rowsWithStatus(p.rows, verdict.Warned) {
		p.writeOnOneLine(r, yellow)
	}
	p.writeProblems(v.Problems)
	if n := len(rowsWithStatus(v.Rows, verdict.Undetermined)); n > 0 {
		p.writeItem(plain, "not judged", fmt.Sprintf(": %s, because nothing was sent", wording.Count(n, "requirement")))
	}
}

// writeTriedConnection writes which connection was tried, and why nothing was sent over it.
func (p *findingsPage) writeTriedConnection(v verdict.Verdict) {
	for _, c := range v.Connections {
		if _, why := c.BlockReason(); why != "" && !c.FollowUp {
			p.writeGap()
			p.writeField("tried", clipLong(c.DisplayOrigin(), p.width))
			p.writeField("got", clipLong(why, 4*p.width))
			p.writeGap()
			return
		}
	}
}

// writeOnOneLine writes one line about a requirement that is not met.
func (p *findingsPage) writeOnOneLine(r verdict.Row, statusStyle style) {
	text := "  " + r.ID
	if len(r.Findings) > 0 {
		text += "  " + groupByText(r)[0][0].Got
	}
	status := statusWords(r.Status)
	p.put(statusStyle, status).put(plain, clip(visible(text), p.width-len(status))).endLine()
}
