package report

import (
	"strings"
)

// style holds the parameters of an SGR sequence, which sets the colour and the weight of text on a terminal.
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
	width        int  // in characters
	color        bool // write SGR sequences
	hasTextAbove bool // the terminal already shows text above this page
}

// put writes text in a style.
func (p *page) put(s style, text string) *page {
	text = visible(text)
	if p.color && s != plain && text != "" {
		text = "\x1b[" + string(s) + "m" + text + "\x1b[0m"
	}
	p.text.WriteString(text)
	return p
}

func (p *page) endLine() { p.text.WriteByte('\n') }

// writeGap writes an empty line, unless there is no text above it.
func (p *page) writeGap() {
	if p.hasTextAbove || p.text.Len() > 0 {
		p.endLine()
	}
}

// writeTitle writes an empty line (see writeGap) and the title of a section.
func (p *page) writeTitle(s style, text string) {
	p.writeGap()
	p.put(s, text).endLine()
}

// labelWidth is the number of characters before the text of a field: the label and spaces.
const labelWidth = 12

// writeField writes a label with text beside it. All lines of the text stay to the right of the label.
func (p *page) writeField(label, text string) { p.writeStyledField(label, text, plain) }

func (p *page) writeStyledField(label, text string, s style) {
	for i, l := range wrap(visible(text), p.width-labelWidth) {
		if i > 0 {
			label = ""
		}
		p.writeLabel(label).put(s, l).endLine()
	}
}

// writeLabel writes the label of a field. The text has to be written next.
func (p *page) writeLabel(text string) *page {
	p.put(plain, "  ").put(dim, text)
	return p.put(plain, strings.Repeat(" ", max(labelWidth-2-len(text), 1)))
}

// writeParagraph writes text without a label. All lines of the text are indented by indent spaces.
func (p *page) writeParagraph(indent int, text string) { p.writeStyledParagraph(indent, text, plain) }

func (p *page) writeStyledParagraph(indent int, text string, s style) {
	for _, l := range wrap(visible(text), p.width-indent) {
		p.put(plain, strings.Repeat(" ", indent)).put(s, l).endLine()
	}
}

// writeItem writes a word in a style, and text after it. Text that does not fit on the line follows on indented lines.
func (p *page) writeItem(s style, word, text string) {
	const indent = 2
	for i, l := range wrapIndented(visible(word+text), p.width, indent) {
		if i == 0 && strings.HasPrefix(l, visible(word)) {
			p.put(s, word)
			l = l[len(visible(word)):]
		}
		p.put(plain, l).endLine()
	}
}
