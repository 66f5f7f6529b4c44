package report

import (
	"io"
	"slices"
	"strings"
)

// Table is a table in a Markdown page, with a heading for each column. On a terminal use List.
type Table struct {
	Head []string
	Rows [][]string // each row has as many cells as Head; control characters are escaped
	Code int        // number of columns, counted from the first, whose cells are shown as code
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

// markdownTable returns a table. Its cells must be Markdown already.
func markdownTable(head []string, rows [][]string) string {
	text := markdownRow(head) + markdownRow(slices.Repeat([]string{"---"}, len(head)))
	for _, cells := range rows {
		text += markdownRow(cells)
	}
	return text
}

func markdownRow(cells []string) string { return "| " + strings.Join(cells, " | ") + " |\n" }

// codeSpan returns text as code for a table cell. It escapes bars, which would end the cell even in code. The fence is longer than any run
// of backticks in the text.
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
