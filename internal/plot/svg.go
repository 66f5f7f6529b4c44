package plot

import (
	_ "embed"
	"fmt"
	"html"
	"math"
	"strconv"
	"strings"
)

//go:embed plot.css
var style string

// Style returns the CSS of plots. A page includes it once, for all its plots. The colours are the custom properties --ink, --muted, --line,
// --accent, --good, --warn, --bad, --paper and --ground of the page.
func Style() string { return style }

// Figure returns a plot as a figure element with a legend, which can stand in an HTML page. All text is escaped.
func Figure(p Plot) string {
	var b strings.Builder
	b.WriteString(`<figure class="lines">`)
	p.svg(&b)
	if len(p.Lines) > 1 {
		b.WriteString("\n<figcaption>")
		for _, l := range p.Lines {
			fmt.Fprintf(&b, `<span><svg class="key" width="28" height="10" viewBox="0 0 28 10" aria-hidden="true"><path class="%s" d="M1 5H27"/></svg> %s</span> `, l.Style, html.EscapeString(l.Name))
		}
		b.WriteString("</figcaption>")
	}
	b.WriteString("</figure>\n")
	return b.String()
}

// svg writes the plot. The lines are in an inner SVG, which is stretched to the size of the outer SVG. The labels are in the outer SVG, and
// are not stretched.
func (p Plot) svg(b *strings.Builder) {
	id := html.EscapeString(p.ID)
	fmt.Fprintf(b, "<svg role=\"img\" aria-labelledby=\"%s-t %s-d\" width=\"100%%\" height=\"220\">\n<title id=\"%s-t\">%s</title>\n<desc id=\"%s-d\">%s</desc>\n",
		id, id, id, html.EscapeString(p.Title), id, html.EscapeString(p.Summary))
	fmt.Fprintf(b, `<svg viewBox="0 0 %d %d" preserveAspectRatio="none" width="100%%" height="100%%">`+"\n", size, size)
	for _, s := range p.Spans {
		fmt.Fprintf(b, `<path class="span" d="M%s 0H%sV%dH%sz"/>`+"\n", number(p.x(s.Start)), number(p.x(s.End)), size, number(p.x(s.Start)))
	}
	for _, t := range p.Y.Ticks {
		fmt.Fprintf(b, `<path class="grid" d="M0 %sH%d"/>`, number(p.y(t.Value)), size)
	}
	for _, t := range p.X.Ticks {
		fmt.Fprintf(b, `<path class="grid" d="M%s 0V%d"/>`, number(p.x(t.Value)), size)
	}
	for _, l := range p.Limits {
		fmt.Fprintf(b, "\n"+`<path class="limit" d="M0 %sH%d"/>`, number(p.y(l.Value)), size)
	}
	for _, l := range p.Lines {
		fmt.Fprintf(b, "\n"+`<path class="%s" d="%s"/>`, l.Style, p.path(l.Points))
	}
	b.WriteString("\n</svg>\n")
	p.labels(b)
	b.WriteString("</svg>")
}

// path returns the path of a line through points. A point between two gaps becomes a dot.
func (p Plot) path(points []Point) string {
	var b strings.Builder
	isLineStarted := false
	for i, at := range points {
		if math.IsNaN(at.Y) {
			isLineStarted = false
			continue
		}
		command := "L"
		if !isLineStarted {
			command = "M"
		}
		b.WriteString(command + number(p.x(at.X)) + " " + number(p.y(at.Y)))
		if !isLineStarted && (i+1 == len(points) || math.IsNaN(points[i+1].Y)) {
			b.WriteString("h0")
		}
		isLineStarted = true
	}
	return b.String()
}

// labels writes the labels of the axes, spans and limits.
func (p Plot) labels(b *strings.Builder) {
	for _, t := range p.Y.Ticks {
		fmt.Fprintf(b, `<text class="y" x="0" y="%s" dx="-8" dy="4">%s</text>`, percent(p.y(t.Value)), html.EscapeString(t.Label))
	}
	b.WriteByte('\n')
	for _, t := range p.X.Ticks {
		fmt.Fprintf(b, `<text class="x" x="%s" y="100%%" dy="18">%s</text>`, percent(p.x(t.Value)), html.EscapeString(t.Label))
	}
	b.WriteByte('\n')
	for _, s := range p.Spans {
		class, at, aside := "note", s.Start, 6
		if p.X.fraction(s.Start) > 0.5 { // the label of a span in the right half may be longer than the space to its right
			class, at, aside = "note end", s.End, -6
		}
		fmt.Fprintf(b, `<text class="%s" x="%s" y="0" dx="%d" dy="14">%s</text>`+"\n", class, percent(p.x(at)), aside, html.EscapeString(s.Label))
	}
	for _, l := range p.Limits {
		fmt.Fprintf(b, `<text class="limit" x="50%%" y="%s" dy="-6">%s</text>`+"\n", percent(p.y(l.Value)), html.EscapeString(l.Label))
	}
}

// number formats a coordinate with at most one decimal.
func number(x float64) string { return strconv.FormatFloat(math.Round(x*10)/10, 'f', -1, 64) }

// percent formats a coordinate as a percentage of the axis.
func percent(x float64) string {
	return strconv.FormatFloat(math.Round(x*10000/size)/100, 'f', -1, 64) + "%"
}
