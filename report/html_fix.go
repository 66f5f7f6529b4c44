package report

import (
	"fmt"
	"html"

	"github.com/pushcheck/pushcheck/requirements"
	"github.com/pushcheck/pushcheck/verdict"
)

// htmlFix is the part of the page about fixes, in order, and about what could not be judged.
type htmlFix struct {
	Blocks   []htmlBlock
	Unjudged []htmlOpening
	Problems []string
	Notes    []string
	Judged   bool // something was judged
}

// htmlBlock is a requirement that is not met.
type htmlBlock struct {
	Number          int
	ID, Level, Says string
	Sign            htmlSign
	Known           string // why it is no longer excused
	Findings        []htmlFinding
	More            int // findings that are not shown
	So              string
	Fixes           []string
	First           string // id of the requirement to fix before this one
	Curl            string // sends the push of the first finding again; "" if no push shows it
	Seen            string // how often it was not met, if the findings are only examples; "" if they are all
	Examples        []htmlExchange
}

// htmlFinding is a finding, with the first place where it was seen.
type htmlFinding struct {
	Want, Got      string
	Variants       []string
	At             string
	Call           int // 0 if the page does not have it
	Also           int // how many more times the same was seen
	Sent, Received string
}

// htmlOpening is a reason why requirements could not be judged, with these requirements.
type htmlOpening struct {
	Because string
	Reason  string
	IDs     []string
	Many    bool // there are so many ids that they are shown only after a click
}

// htmlFindings is the largest number of different findings that the page shows for a requirement.
const htmlFindings = 6

func htmlFixOf(v verdict.Verdict, places *htmlPlaces) htmlFix {
	p := &findingsPage{page: page{width: longText}, rows: allRows(v), calls: evidenceOf(v)}
	rows := append(p.failures(), withStatus(p.rows, verdict.Warned)...)
	var fix htmlFix
	room := fixRoom
	for i, r := range rows {
		places.fix[r.ID] = i + 1
		fix.Blocks = append(fix.Blocks, p.htmlBlock(r, i+1, places, &room))
	}
	for _, o := range openings(p.rows) {
		var shared groups
		for _, r := range o.rows {
			shared.add(r.Reason, room.text(r.ID, 2*shortText))
		}
		for _, g := range shared {
			fix.Unjudged = append(fix.Unjudged, htmlOpening{room.text(o.because, 2*shortText), room.text(g.reason, longText), g.names, len(g.names) > 8})
		}
	}
	for _, s := range v.Problems {
		fix.Problems = append(fix.Problems, room.text(s, longText))
	}
	var notes groups
	for _, n := range v.Notes {
		notes.add(room.text(n.About+": "+n.Text, longText), "")
	}
	for _, g := range notes {
		fix.Notes = append(fix.Notes, g.reason)
	}
	for _, r := range p.rows {
		fix.Judged = fix.Judged || r.TimesJudged > 0
	}
	return fix
}

func (p *findingsPage) htmlBlock(r verdict.Row, number int, places *htmlPlaces, room *htmlRoom) htmlBlock {
	b := htmlBlock{Number: number, ID: room.text(r.ID, 2*shortText), Level: string(r.Level), Says: room.text(r.Statement, longText), Sign: signOf(r.Status),
		Known: room.text(expired(r), longText), So: room.text(r.Consequence, longText), First: rootOf(p.rows, r)}
	if r.Status == verdict.Waived { // shown here only if waivers do not count
		b.Sign.Class = "bad"
	}
	all := bySameText(r)
	most := htmlFindings
	if room.low() {
		most = 1
	}
	shown := all[:min(len(all), most)]
	b.More = len(all) - len(shown)
	for i, same := range shown {
		f := p.htmlFinding(r, same, places, room)
		if i > 0 && same[0].Want == shown[i-1][0].Want {
			f.Want = ""
		}
		if i > 0 {
			f.Sent, f.Received = "", ""
		} else if r.Status == verdict.Failed {
			places.shown[same[0].Call] = true
		}
		b.Findings = append(b.Findings, f)
	}
	for _, same := range shown {
		if line := p.calls.curl(same[0]); b.Curl == "" && room.take(len(html.EscapeString(line))) {
			b.Curl = line
		}
	}
	for _, fix := range p.fixes(r, shown) {
		b.Fixes = append(b.Fixes, room.text(fix, 2*longText))
	}
	return b
}

func (p *findingsPage) htmlFinding(r verdict.Row, same sameText, places *htmlPlaces, room *htmlRoom) htmlFinding {
	f := same[0]
	got := room.text(f.Got, longText)
	if f.Line > 0 {
		got += fmt.Sprintf(" (line %d, column %d)", f.Line, f.Column)
	}
	if f.Level != r.Level && f.Level != "" {
		got += " (" + string(f.Level) + ")"
	}
	out := htmlFinding{Want: room.text(f.Want, longText), Got: got, At: p.calls.place(f), Also: len(same) - 1}
	if places.calls[f.Call] {
		out.Call = f.Call
	}
	for _, variant := range p.calls.variants(same) {
		out.Variants = append(out.Variants, room.text(variant, longText))
	}
	if ex, ok := p.calls.exchange(f); ok {
		out.Sent = room.text(eventOf(ex)+"  "+spaced(fields(ex)), longText)
		out.Received = room.text(statusOf(ex)+"  "+duration(ex.Duration)+"  "+received(ex), longText)
	}
	return out
}

// htmlNotMet reports whether the page marks a finding of a row in its call, and whether it marks it as a failure.
func htmlNotMet(r verdict.Row, f requirements.Finding) (marked, failed bool) {
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
