package report

import (
	"fmt"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/internal/wording"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

// opening is one cause why rows could not be judged.
type opening struct {
	because string // id of the row that is the cause; "" if there is none
	reason  string // reason of the last row in the chain of causes; "" if because is set
	rows    []verdict.Row
}

// openings groups the rows that could not be judged by their cause.
func openings(rows []verdict.Row) []opening {
	byID := map[string]verdict.Row{}
	for _, r := range rows {
		byID[r.ID] = r
	}
	var all []opening
	for _, r := range withStatus(rows, verdict.Undetermined) {
		cause := causeOf(r, byID)
		i := slices.IndexFunc(all, func(o opening) bool { return o.because == cause.because && o.reason == cause.reason })
		if i < 0 {
			i, all = len(all), append(all, cause)
		}
		all[i].rows = append(all[i].rows, r)
	}
	return all
}

// causeOf follows a row's causes to the last one.
func causeOf(r verdict.Row, byID map[string]verdict.Row) opening {
	at := r
	for range byID { // a limit, because rows may depend on each other in a circle
		if at.CauseID == "" {
			return opening{reason: at.Reason}
		}
		next, ok := byID[at.CauseID]
		if !ok || next.Status != verdict.Undetermined {
			return opening{because: at.CauseID}
		}
		at = next
	}
	return opening{because: r.CauseID}
}

// unjudged shows what undetermined shows, or one line if the run stopped sending and a finding has the reason.
func (p *findingsPage) unjudged(v verdict.Verdict, ids bool) {
	n := len(withStatus(p.rows, verdict.Undetermined))
	if v.StopGap == nil || n == 0 || p.verbose {
		p.undetermined(ids)
		return
	}
	p.gap()
	p.item(plain, "not judged", fmt.Sprintf(": %s; %s", wording.Count(n, "requirement"), v.StopGap.Reason))
}

// undetermined shows each cause why requirements could not be judged. ids is true if their ids are shown as well.
func (p *findingsPage) undetermined(ids bool) {
	for _, o := range openings(p.rows) {
		p.gap()
		p.put(yellow, "undetermined").put(plain, fmt.Sprintf(" (%d)", len(o.rows)))
		if o.because != "" {
			p.put(plain, "  because of ").put(bold, clipFront(visible(o.because), p.width-40))
		}
		p.end()
		if p.verbose {
			p.reasons(o)
			continue
		}
		if reason := o.rows[0].Reason; reason != "" {
			p.paragraph(2, clipLong(reason, 4*p.width))
		}
		if ids {
			p.styledParagraph(4, names(o.rows), dim)
		}
	}
}

// reasons shows each reason that the rows of one cause have.
func (p *findingsPage) reasons(o opening) {
	var shared groups
	for _, r := range o.rows {
		shared.add(r.Reason, r.ID)
	}
	for _, g := range shared {
		if g.reason != "" {
			p.paragraph(2, clipLong(g.reason, 4*p.width))
		}
		p.styledParagraph(4, strings.Join(g.names, ", "), dim)
	}
}

func names(rows []verdict.Row) string {
	var all []string
	for _, r := range rows {
		all = append(all, r.ID)
	}
	return strings.Join(all, ", ")
}

// nothingSent reports whether no push was sent because no connection to the receiver allows it.
func nothingSent(v verdict.Verdict) bool {
	blocked := slices.ContainsFunc(v.Connections, func(c transcript.Connection) bool { return !c.FollowUp && c.IsBlocked() })
	return pushes(v) == 0 && (blocked || len(v.Connections) == 0 && v.StopGap != nil)
}

// unreached shows the result of a run that sent nothing: the cause in full, and each other requirement on a line.
func (p *findingsPage) unreached(v verdict.Verdict) {
	p.notes(withoutEffect(v.Notes))
	p.excused()
	p.alone = true
	failed := p.failures()
	if len(failed) == 0 {
		p.tried(v)
	}
	for i, r := range failed {
		if i > 0 {
			p.inLine(r, red)
			continue
		}
		p.brief = len(failed) > 1
		p.inFull(r, words(r.Status), red)
		p.gap()
	}
	for _, r := range withStatus(p.rows, verdict.Warned) {
		p.inLine(r, yellow)
	}
	p.problems(v.Problems)
	if n := len(withStatus(v.Rows, verdict.Undetermined)); n > 0 {
		p.item(plain, "not judged", fmt.Sprintf(": %s, because nothing was sent", wording.Count(n, "requirement")))
	}
}

// tried shows which connection was tried, and the result.
func (p *findingsPage) tried(v verdict.Verdict) {
	for _, c := range v.Connections {
		if _, why := c.BlockReason(); why != "" && !c.FollowUp {
			p.gap()
			p.field("tried", clipLong(c.DisplayOrigin(), p.width))
			p.field("got", clipLong(why, 4*p.width))
			p.gap()
			return
		}
	}
}

// inLine shows a requirement that is not met on one line.
func (p *findingsPage) inLine(r verdict.Row, look style) {
	text := "  " + r.ID
	if len(r.Findings) > 0 {
		text += "  " + bySameText(r)[0][0].Got
	}
	status := words(r.Status)
	p.put(look, status).put(plain, clip(visible(text), p.width-len(status))).end()
}
