package diagram

import (
	"fmt"
	"math"
	"strconv"
	"strings"
)

// svg returns a drawing as SVG. CSS classes and coordinates are written unescaped. All other text is escaped.
func (d drawing) svg(c Call) string {
	var b strings.Builder
	id := escapeText(c.ID)
	fmt.Fprintf(&b, `<svg class="diagram" xmlns="http://www.w3.org/2000/svg" role="img" aria-labelledby="%s-t %s-d" width="%s" height="%s" viewBox="0 0 %s %s">`+"\n",
		id, id, number(d.width), number(d.height), number(d.width), number(d.height))
	fmt.Fprintf(&b, "<title id=\"%s-t\">%s</title>\n<desc id=\"%s-d\">%s</desc>\n", id, escapeText(clip("Call "+c.Title, 200)), id, escapeText(describe(c)))
	for _, l := range d.lanes {
		l.svg(&b, d.height)
	}
	for _, bar := range d.bars {
		bar.svg(&b)
	}
	for _, s := range d.strokes {
		s.svg(&b)
	}
	for _, l := range d.labels {
		l.svg(&b)
	}
	b.WriteString("</svg>\n")
	return b.String()
}

func (l lane) svg(b *strings.Builder, height float64) {
	fmt.Fprintf(b, `<path class="lane" d="M%s %sV%s"/>`, number(l.x), number(headTop+headHeight), number(height-2))
	fmt.Fprintf(b, `<rect class="head" x="%s" y="%s" width="%s" height="%s" rx="6"/>`, number(l.x-l.width/2), number(headTop), number(l.width), number(headHeight))
	y := headTop + headHeight/2 + 4
	if l.subtitle != "" {
		y -= 8
		fmt.Fprintf(b, `<text class="sub" x="%s" y="%s">%s</text>`, number(l.x), number(y+15), escapeText(clip(l.subtitle, subtitleCells)))
	}
	fmt.Fprintf(b, `<text class="name" x="%s" y="%s">%s</text>`+"\n", number(l.x), number(y), escapeText(clip(l.name, nameCells)))
}

// The numbers of cells that fit into the box of a name. A cell is the width of one character. The subtitle has a smaller font.
const (
	nameCells     = 11
	subtitleCells = 13
)

func (r bar) svg(b *strings.Builder) {
	const half = 4
	fmt.Fprintf(b, `<rect class="ring" x="%s" y="%s" width="%d" height="%s"/>`, number(r.x-half), number(r.top), 2*half, number(max(r.bottom-r.top, 2)))
	if r.answeredY > 0 {
		fmt.Fprintf(b, `<rect class="talk" x="%s" y="%s" width="%d" height="%s"/>`, number(r.x-half), number(r.answeredY), 2*half, number(max(r.bottom-r.answeredY, 2)))
	}
	b.WriteByte('\n')
}

func (s stroke) svg(b *strings.Builder) {
	fmt.Fprintf(b, `<path class="%s" d="M%s %sH%s"/>`, s.class, number(s.startX), number(s.y), number(s.endX))
	back := 8.0 // the x distance from the tip of the arrow to the back of its head
	if s.endX > s.startX {
		back = -back
	}
	switch s.ending {
	case filledHead:
		fmt.Fprintf(b, `<path class="tip" d="M%s %sl%s -4v8z"/>`, number(s.endX), number(s.y), number(back))
	case openHead:
		fmt.Fprintf(b, `<path class="%s" d="M%s %sL%s %sL%s %s"/>`, s.class, number(s.endX+back), number(s.y-4), number(s.endX), number(s.y), number(s.endX+back), number(s.y+4))
	case cross:
		fmt.Fprintf(b, `<path class="%s solid" d="M%s %sl8 8m0 -8l-8 8"/>`, s.class, number(s.endX-4), number(s.y-4))
	}
	b.WriteByte('\n')
}

func (l label) svg(b *strings.Builder) {
	if l.text == "" {
		return
	}
	if l.isBoxed {
		fmt.Fprintf(b, `<rect class="%s-box" x="%s" y="%s" width="%s" height="16" rx="4"/>`, l.class, number(l.x-3), number(l.y-12.5), number(width(l.text)+6))
	}
	anchor := ""
	if l.alignsRight {
		anchor = ` text-anchor="end"`
	}
	fmt.Fprintf(b, `<text class="%s" x="%s" y="%s"%s>%s</text>`+"\n", l.class, number(l.x), number(l.y), anchor, escapeText(l.text))
}

// number formats a coordinate with at most one decimal.
func number(x float64) string { return strconv.FormatFloat(math.Round(x*10)/10, 'f', -1, 64) }
