package report

import (
	"strings"
	"unicode/utf8"
)

// style is how a piece of text looks on a terminal that shows colours: the parameters of an SGR sequence.
type style string

const (
	plain  style = ""
	bold   style = "1"
	dim    style = "2"
	red    style = "1;31"
	green  style = "1;32"
	yellow style = "33"
	cyan   style = "36"
)

// page is text under construction. Whatever is put on it becomes visible first, so that nothing a receiver says can steer
// the terminal.
type page struct {
	text  strings.Builder
	width int
	color bool
}

func (p *page) put(s style, text string) *page {
	text = visible(text)
	if p.color && s != plain && text != "" {
		text = "\x1b[" + string(s) + "m" + text + "\x1b[0m"
	}
	p.text.WriteString(text)
	return p
}

func (p *page) end() { p.text.WriteByte('\n') }

// title is a section's first line, after an empty one.
func (p *page) title(s style, text string) {
	p.end()
	p.put(s, text).end()
}

// labelWidth is where the text of a field starts.
const labelWidth = 12

// field is a label with text beside it, broken into lines that stay to the right of the label.
func (p *page) field(label, text string) { p.styledField(label, text, plain) }

func (p *page) styledField(label, text string, s style) {
	for i, l := range lines(visible(text), p.width-labelWidth) {
		if i > 0 {
			label = ""
		}
		p.label(label).put(s, l).end()
	}
}

// label begins a field whose text is put by the caller.
func (p *page) label(text string) *page {
	p.put(plain, "  ").put(dim, text)
	return p.put(plain, strings.Repeat(" ", max(labelWidth-2-len(text), 1)))
}

// paragraph is text of its own, indented by so many spaces.
func (p *page) paragraph(indent int, text string) {
	for _, l := range lines(visible(text), p.width-indent) {
		p.put(plain, strings.Repeat(" ", indent)+l).end()
	}
}

// entry is a list's line: an id in a column as wide as the list needs, and text beside it, or below where the column is
// wide and the page narrow.
func (p *page) entry(id string, column int, text string) {
	id = visible(id)
	p.put(plain, "  "+id)
	if text == "" {
		p.end()
		return
	}
	room := p.width - 2 - column - 2
	if room < 30 {
		p.end()
		p.paragraph(6, text)
		return
	}
	for i, l := range lines(visible(text), room) {
		at := 2 + column + 2
		if i == 0 {
			at -= 2 + utf8.RuneCountInString(id)
		}
		p.put(plain, strings.Repeat(" ", max(at, 1))+l).end()
	}
}
