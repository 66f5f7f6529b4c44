package report

import (
	"io"

	"github.com/pushcheck/pushcheck/verdict"
)

// Kind is a form in which a report is written to a file.
type Kind struct {
	Name  string // as in --report NAME=FILE
	Write func(io.Writer, verdict.Verdict) error
}

// Kinds returns all kinds in the order in which help texts list them.
func Kinds() []Kind {
	return []Kind{{"json", JSON}, {"junit", JUnit}, {"html", HTML}, {"md", Markdown}, {"sarif", SARIF}, {"ctrf", CTRF}}
}

// LoadKind is a form in which the report of a load is written to a file.
type LoadKind struct {
	Name  string // as in --report NAME=FILE
	Write func(io.Writer, verdict.Load, verdict.LoadVerdict) error
}

// LoadKinds returns all kinds of a load's report in the order in which help texts list them.
func LoadKinds() []LoadKind {
	return []LoadKind{{"json", LoadJSON}, {"html", LoadHTML}, {"text", loadTextFile}}
}

// loadTextFile writes the summary of a load as it is printed without colours.
func loadTextFile(w io.Writer, l verdict.Load, v verdict.LoadVerdict) error {
	return LoadText(w, l, v, TerminalOptions{Gone: true})
}
