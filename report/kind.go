package report

import (
	"io"

	"github.com/pushcheck/pushcheck/verdict"
)

// Format is a file format of the report of a run.
type Format struct {
	Name  string // name of the format, as in --report NAME=FILE
	Write func(io.Writer, verdict.Verdict) error
}

// Formats returns all formats in the order in which help texts list them.
func Formats() []Format {
	return []Format{{"json", JSON}, {"junit", JUnit}, {"html", HTML}, {"md", Markdown}, {"sarif", SARIF}, {"ctrf", CTRF}}
}

// LoadFormat is a file format of the report of a load, which is test traffic.
type LoadFormat struct {
	Name  string // name of the format, as in --report NAME=FILE
	Write func(io.Writer, verdict.Load, verdict.LoadVerdict) error
}

// LoadFormats returns all formats for a load in the order in which help texts list them.
func LoadFormats() []LoadFormat {
	return []LoadFormat{{"json", LoadJSON}, {"html", LoadHTML}, {"text", writeLoadTextFile}}
}

// writeLoadTextFile writes the summary that a terminal shows for a load, without colours and without curl lines.
func writeLoadTextFile(w io.Writer, l verdict.Load, v verdict.LoadVerdict) error {
	return LoadText(w, l, v, TerminalOptions{ReceiverStopped: true})
}
