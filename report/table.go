package report

import (
	"io"
	"strings"
	"unicode/utf8"
)

// Table is a list of things of one kind, with a heading for each column.
type Table struct {
	Head []string
	Rows [][]string // as many cells as Head has; text is made visible
	Code int        // so many columns at the beginning are names: never broken, and code in Markdown
	Most []int      // the greatest width of each column; 0, or nil for all: no limit
}

// Text writes the table for a terminal that is width characters wide; a width of 0 means 100. Cells are broken at spaces. A table
// whose names leave too little room for the rest is wider. An error is w's.
func (t Table) Text(w io.Writer, width int) error {
	if width == 0 {
		width = 100
	}
	widths := t.widths(width)
	var b strings.Builder
	for _, row := range append([][]string{t.Head}, t.Rows...) {
		cells, high := make([][]string, len(row)), 1
		for i, cell := range row {
			cells[i] = lines(visible(cell), widths[i])
			high = max(high, len(cells[i]))
		}
		for l := range high {
			var line strings.Builder
			for i := range cells {
				line.WriteString(pad(at(cells[i], l), widths[i]+columnGap))
			}
			b.WriteString(strings.TrimRight(line.String(), " ") + "\n")
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

const columnGap = 2

// widths gives every column what its longest cell needs, but beside the names no more than a fair share of what is left.
func (t Table) widths(width int) []int {
	const least = 20
	widths := make([]int, len(t.Head))
	left := width
	for i := range t.Head {
		for _, row := range append([][]string{t.Head}, t.Rows...) {
			widths[i] = max(widths[i], utf8.RuneCountInString(visible(row[i])))
		}
		if i >= t.Code {
			widths[i] = min(widths[i], max(left/(len(t.Head)-i), least))
		}
		if t.Most != nil && t.Most[i] > 0 {
			widths[i] = min(widths[i], t.Most[i])
		}
		left -= widths[i] + columnGap
	}
	return widths
}

// Markdown writes the table in GitHub's Markdown. An error is w's.
func (t Table) Markdown(w io.Writer) error {
	var b strings.Builder
	row := func(cells []string) { b.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	row(t.Head)
	row(strings.Split(strings.Repeat("--- ", len(t.Head)-1)+"---", " "))
	for _, cells := range t.Rows {
		shown := make([]string, len(cells))
		for i, cell := range cells {
			if shown[i] = escaped(visible(cell)); i < t.Code && cell != "" {
				shown[i] = codeSpan(visible(cell))
			}
		}
		row(shown)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// codeSpan sets text as code in a cell. A bar would end the cell even there; a longer fence keeps backticks.
func codeSpan(s string) string {
	fence := "`"
	for strings.Contains(s, fence) {
		fence += "`"
	}
	if len(fence) > 1 {
		s = " " + s + " "
	}
	return fence + strings.ReplaceAll(s, "|", `\|`) + fence
}
