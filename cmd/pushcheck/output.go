package main

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"

	"github.com/spf13/pflag"

	"github.com/pushcheck/pushcheck/report"
)

// reportOutput is a report that is going to be written.
type reportOutput struct {
	format, file string // file "-" is standard output
}

// reportNames lists the names of the report formats of a run.
func reportNames() []string {
	var names []string
	for _, k := range report.Formats() {
		names = append(names, k.Name)
	}
	return names
}

// loadReportNames lists the names of the report formats of a load.
func loadReportNames() []string {
	var names []string
	for _, k := range report.LoadFormats() {
		names = append(names, k.Name)
	}
	return names
}

// reportUsage returns the help of --report.
func reportUsage(names []string) string {
	last := len(names) - 1
	return "write a report: `KIND=FILE`, KIND " + strings.Join(names[:last], ", ") + " or " + names[last] + "; FILE - is standard output"
}

// parseReports parses the values of --report. names are the names of the formats.
func parseReports(values, names []string) ([]reportOutput, error) {
	var out []reportOutput
	for _, v := range values {
		kind, file, ok := strings.Cut(v, "=")
		if !ok || file == "" {
			return nil, wrongValue("report", v, "a kind and a file are wanted", "as in --report json=report.json")
		}
		if !slices.Contains(names, kind) {
			return nil, wrongValue("report", v, fmt.Sprintf("unknown kind %q", kind), "%s", suggestionHint(kind, names))
		}
		if slices.Contains(standardOutputNames, file) {
			file = "-"
		}
		if _, err := os.Stat(filepath.Dir(file)); err != nil && file != "-" {
			return nil, fmt.Errorf("writing the %s report: %w", kind, err) // better before the run than after it
		}
		if slices.ContainsFunc(out, func(o reportOutput) bool { return isSameFile(o.file, file) }) {
			return nil, wrongValue("report", v, fmt.Sprintf("two reports want %s", file), "a file for each")
		}
		out = append(out, reportOutput{format: kind, file: file})
	}
	return out, nil
}

// standardOutputNames lists file names that stand for standard output. If standard output is a file, replacing the file would lose the
// output.
var standardOutputNames = []string{"/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"}

// isSameFile reports whether two names stand for the same file, even if it does not exist yet.
func isSameFile(a, b string) bool {
	if a == "-" || b == "-" {
		return a == b
	}
	one, err := os.Stat(a)
	other, err2 := os.Stat(b)
	if err == nil && err2 == nil {
		return os.SameFile(one, other)
	}
	place := func(file string) string { return filepath.Join(linkTarget(filepath.Dir(file)), filepath.Base(file)) }
	return place(a) == place(b)
}

// colorChoice is the value of --color.
type colorChoice string

const (
	colorAuto   colorChoice = "auto"
	colorAlways colorChoice = "always"
	colorNever  colorChoice = "never"
)

// String is part of pflag.Value.
func (c *colorChoice) String() string { return string(*c) }

// Type is part of pflag.Value.
func (c *colorChoice) Type() string { return "WHEN" }

// Set is part of pflag.Value.
func (c *colorChoice) Set(value string) error {
	switch choice := colorChoice(value); choice {
	case colorAuto, colorAlways, colorNever:
		*c = choice
		return nil
	}
	return errors.New("want auto, always or never")
}

// colorFlag registers --color.
func (a *app) colorFlag(f *pflag.FlagSet) {
	a.colors = colorAuto
	f.Var(&a.colors, "color", "when to use colour: `WHEN` is always, never or auto (on a terminal, unless NO_COLOR is set)")
}

// color reports whether to print in colour.
func (a *app) color() bool {
	switch a.colors {
	case colorAlways:
		return true
	case colorNever:
		return false
	}
	return a.terminal && a.getenv("NO_COLOR") == "" && a.getenv("TERM") != "dumb"
}

// peopleWriter returns the stream for people: standard output, or standard error if a report is written to standard output.
func (a *app) peopleWriter(outputs []reportOutput) io.Writer {
	for _, o := range outputs {
		if o.file == "-" {
			return a.stderr
		}
	}
	return a.stdout
}

// terminalReport returns the report that is printed for people.
func (a *app) terminalReport(outputs []reportOutput, quiet, verbose bool) *report.Terminal {
	w := a.peopleWriter(outputs)
	return report.NewTerminal(w, report.TerminalOptions{
		Color: a.color() && (w == a.stdout || a.colors == colorAlways),
		Width: min(a.width, 80), Quiet: quiet, Verbose: verbose,
	})
}

// writeReports writes reports, each completely or not at all. render writes a report in a format. files are the reports that can be written
// again later.
func (a *app) writeReports(ctx context.Context, outputs []reportOutput, render func(w io.Writer, kind string) error) (failed []error, files []reportOutput) {
	for _, o := range outputs {
		switch err := a.writeReport(ctx, o, render); {
		case err != nil:
			failed = append(failed, fmt.Errorf("writing the %s report: %w", o.format, err))
		case isReplaceable(o.file):
			files = append(files, o)
		}
	}
	return failed, files
}

// isReplaceable reports whether renaming can replace a file: it is not standard output, a device or a pipe.
func isReplaceable(file string) bool {
	if file == "-" {
		return false
	}
	info, err := os.Stat(file)
	return err != nil || info.Mode().IsRegular()
}

func (a *app) writeReport(ctx context.Context, o reportOutput, render func(io.Writer, string) error) error {
	var whole bytes.Buffer
	if err := render(&whole, o.format); err != nil {
		return err
	}
	switch {
	case o.file == "-":
		return unlessInterrupted(ctx, func() error {
			_, err := a.unfiltered.stdout.Write(whole.Bytes())
			return err
		})
	case !isReplaceable(o.file):
		return unlessInterrupted(ctx, func() error { return os.WriteFile(o.file, whole.Bytes(), 0o644) })
	}
	return replaceFile(linkTarget(o.file), whole.Bytes())
}

var errInterrupted = errors.New("interrupted before it was read")

// readerWait is how long an interrupted program waits for a report to be read.
const readerWait = 2 * time.Second

// unlessInterrupted calls write, which may block, such as on a pipe that its reader has not opened. If the program is interrupted,
// unlessInterrupted returns after readerWait.
func unlessInterrupted(ctx context.Context, write func() error) error {
	written := make(chan error, 1)
	go func() { written <- write() }()
	select {
	case err := <-written:
		return err
	case <-ctx.Done():
	}
	select {
	case err := <-written:
		return err
	case <-time.After(readerWait):
		return errInterrupted
	}
}

// linkTarget returns the target of a symbolic link, or the file itself if it is no link. Reports replace the target, so that links stay.
func linkTarget(file string) string {
	if to, err := filepath.EvalSymlinks(file); err == nil {
		return to
	}
	return file
}

// replaceFile replaces a file by a new one with the same permissions. If it fails, the old file is unchanged.
func replaceFile(file string, data []byte) error {
	temporary := filepath.Join(filepath.Dir(file), ".pushcheck-"+rand.Text())
	f, err := os.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	defer os.Remove(temporary)
	_, err = f.Write(data)
	if info, missing := os.Stat(file); err == nil && missing == nil {
		err = f.Chmod(info.Mode().Perm())
	}
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Rename(temporary, file)
	}
	return err
}
