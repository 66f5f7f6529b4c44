package report

import (
	"io"
	"strings"
	"unicode/utf8"

	"github.com/pushcheck/pushcheck/requirements"
)

// CatalogueRow is a requirement of the catalogue, with the features that test it.
type CatalogueRow struct {
	requirements.Requirement
	Features []string // names of the features that test the requirement, or links to them; may be empty
}

// appliesTo describes the receivers to which the requirement applies.
func (r CatalogueRow) appliesTo() string {
	if r.Needs == nil {
		return "every receiver"
	}
	return r.Needs.String()
}

// explainWidth is the width, in characters, of the text that Explain writes.
const explainWidth = 80

// CatalogueText writes the rows as a list for a terminal that is width characters wide; a width of 0 means 80. Each requirement has a line
// with its id and level, and below that line its statement and the capabilities that it needs. CatalogueText returns the error of w.
func CatalogueText(w io.Writer, rows []CatalogueRow, width int) error {
	list := List{Column: 2}
	for _, r := range rows {
		text := []string{r.Statement}
		if r.Needs != nil {
			text = append(text, "needs "+r.Needs.String())
		}
		list.Entries = append(list.Entries, Entry{Name: r.ID + "  " + string(r.Level), Text: text})
	}
	return list.Write(w, width)
}

// Explain writes everything about one requirement, at most 80 characters wide unless a single word is longer. It returns the error of w.
func Explain(w io.Writer, row CatalogueRow) error {
	var b strings.Builder
	b.WriteString(row.ID + " (" + string(row.Level) + ")\n\n")
	for _, l := range wrap(row.Statement, explainWidth) {
		b.WriteString(l + "\n")
	}
	b.WriteString("\n")
	writeExplainField(&b, "Applies to", row.appliesTo())
	writeExplainField(&b, "Source", row.Source)
	writeExplainField(&b, "Otherwise", row.Consequence)
	writeExplainField(&b, "To fix it", row.Fix)
	writeExplainField(&b, "Judging", row.Notes)
	writeExplainField(&b, "In general", areaOf(row).Notes)
	if len(row.Features) == 0 {
		writeExplainField(&b, "Tested by", "no feature")
	}
	for i, f := range row.Features {
		label := ""
		if i == 0 {
			label = "Tested by"
		}
		writeExplainField(&b, label, visible(f))
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// writeExplainField writes a label with text beside it; nothing if there is no text.
func writeExplainField(b *strings.Builder, label, text string) {
	const labelWidth = 12
	if text == "" {
		return
	}
	for _, l := range wrap(text, explainWidth-labelWidth) {
		b.WriteString(pad(label, labelWidth) + l + "\n")
		label = ""
	}
}

// areaOf returns the area of the row's requirement. If the catalogue has no such area, the result has only a name.
func areaOf(row CatalogueRow) requirements.Area {
	name := row.Area()
	for _, a := range requirements.Areas() {
		if a.Name == name {
			return a
		}
	}
	return requirements.Area{Name: name}
}

// pad appends spaces to s until it is width characters long.
func pad(s string, width int) string {
	return s + strings.Repeat(" ", max(width-utf8.RuneCountInString(s), 0))
}
