package report

import (
	"io"
	"strings"
	"unicode/utf8"
)

// List is a list for a terminal. Each entry has a name, and text beside it.
type List struct {
	Column  int // column at which the text starts; if the name is too long, the text starts on the next line
	Entries []Entry
}

// Entry is one name of a List with its text. Control characters in the name and in the text are escaped.
type Entry struct {
	Name string   // never broken; may be empty
	Text []string // paragraphs; each starts on a new line and is broken at spaces
}

// Write writes the list for a terminal that is width characters wide; a width of 0 means 80. It returns the error of w.
func (l List) Write(w io.Writer, width int) error {
	if width == 0 {
		width = 80
	}
	var b strings.Builder
	for _, e := range l.Entries {
		name := visible(e.Name)
		if len(e.Text) == 0 || utf8.RuneCountInString(name) > l.Column-columnGap && name != "" {
			b.WriteString(name + "\n")
			name = ""
		}
		for _, paragraph := range e.Text {
			for _, line := range wrap(visible(paragraph), width-l.Column) {
				b.WriteString(pad(name, l.Column) + line + "\n")
				name = ""
			}
		}
	}
	_, err := io.WriteString(w, Inert(b.String()))
	return err
}

// columnGap is the smallest number of spaces between a name and the text beside it.
const columnGap = 2
