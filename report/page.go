package report

import (
	"strings"
)

// style is the look of a text on a terminal that shows colours: the parameters of an SGR sequence.
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

// page collects text for a terminal. It escapes control characters, so that text of a receiver cannot control the terminal.
type page struct {
	text         strings.Builder
	width        int
	color        bool
	hasTextAbove bool // text was printed before the page
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

// gap writes an empty line before a section, unless it is the first.
func (p *page) gap() {
	if p.hasTextAbove || p.text.Len() > 0 {
		p.end()
	}
}

// title writes a gap and the first line of a section.
func (p *page) title(s style, text string) {
	p.gap()
	p.put(s, text).end()
}

// labelWidth is the column at which the text of a field starts.
const labelWidth = 12

// field writes a label with text beside it, broken into lines that stay to the right of the label.
func (p *page) field(label, text string) { p.styledField(label, text, plain) }

func (p *page) styledField(label, text string, s style) {
	for i, l := range wrap(visible(text), p.width-labelWidth) {
		if i > 0 {
			label = ""
		}
		p.label(label).put(s, l).end()
	}
}

// label writes the label of a field. The caller then writes the text.
func (p *page) label(text string) *page {
	p.put(plain, "  ").put(dim, text)
	return p.put(plain, strings.Repeat(" ", max(labelWidth-2-len(text), 1)))
}

// paragraph writes text without a label, indented by indent spaces.
func (p *page) paragraph(indent int, text string) { p.styledParagraph(indent, text, plain) }

func (p *page) styledParagraph(indent int, text string, s style) {
	for _, l := range wrap(visible(text), p.width-indent) {
		p.put(plain, strings.Repeat(" ", indent)).put(s, l).end()
	}
}

// item writes a line that begins with a styled word. Text that does not fit on the line follows on indented lines.
func (p *page) item(s style, word, text string) {
	const indent = 2
	for i, l := range wrapIndented(visible(word+text), p.width, indent) {
		if i == 0 && strings.HasPrefix(l, visible(word)) {
			p.put(s, word)
			l = l[len(visible(word)):]
		}
		p.put(plain, l).end()
	}
}
