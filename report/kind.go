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
