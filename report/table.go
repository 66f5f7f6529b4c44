package report

import (
	"io"
	"slices"
	"strings"
)

// Table is a table in a Markdown page, with a heading for each column. For a terminal there is List.
type Table struct {
	Head []string
	Rows [][]string // as many cells as Head has; text is made visible
	Code int        // the number of columns, from the first, whose cells are names, which are shown as code
}

// Markdown writes the table in GitHub's Markdown. It returns the error of w.
func (t Table) Markdown(w io.Writer) error {
	rows := make([][]string, len(t.Rows))
	for r, cells := range t.Rows {
		for i, cell := range cells {
			shown := escapeMarkdown(visible(cell))
			if i < t.Code && cell != "" {
				shown = codeSpan(visible(cell))
			}
			rows[r] = append(rows[r], shown)
		}
	}
	_, err := io.WriteString(w, markdownTable(t.Head, rows))
	return err
}

// markdownTable makes a table of cells that are Markdown.
func markdownTable(head []string, rows [][]string) string {
	text := markdownRow(head) + markdownRow(slices.Repeat([]string{"---"}, len(head)))
	for _, cells := range rows {
		text += markdownRow(cells)
	}
	return text
}

func markdownRow(cells []string) string { return "| " + strings.Join(cells, " | ") + " |\n" }

// codeSpan returns text as code in a cell. It escapes bars, which would end the cell even there, and uses a fence that is longer than any
// row of backticks in the text.
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
