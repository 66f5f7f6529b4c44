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

// reportUsage returns the help text of --report. names are the names of the report formats.
func reportUsage(names []string) string {
	last := len(names) - 1
	return "write a report: `KIND=FILE`, KIND " + strings.Join(names[:last], ", ") + " or " + names[last] + "; FILE - is standard output"
}

// parseReports parses the values of --report. names are the names of the report formats.
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
			return nil, fmt.Errorf("writing the %s report: %w", kind, err) // this error is better reported before the run than after it
		}
		if slices.ContainsFunc(out, func(o reportOutput) bool { return isSameFile(o.file, file) }) {
			return nil, wrongValue("report", v, fmt.Sprintf("two reports want %s", file), "a file for each")
		}
		out = append(out, reportOutput{format: kind, file: file})
	}
	return out, nil
}

// standardOutputNames lists file names that mean standard output. A report with such a name does not replace the file: standard output may
// lead to a file, and what was already written to it would be lost.
var standardOutputNames = []string{"/dev/stdout", "/dev/fd/1", "/proc/self/fd/1"}

// isSameFile reports whether two names lead to the same file, even if the file does not exist yet.
func isSameFile(a, b string) bool {
	if a == "-" || b == "-" {
		return a == b
	}
	infoA, errA := os.Stat(a)
	infoB, errB := os.Stat(b)
	if errA == nil && errB == nil {
		return os.SameFile(infoA, infoB)
	}
	resolved := func(file string) string { return filepath.Join(linkTarget(filepath.Dir(file)), filepath.Base(file)) }
	return resolved(a) == resolved(b)
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

// registerColor registers --color.
func (a *app) registerColor(f *pflag.FlagSet) {
	a.colors = colorAuto
	f.Var(&a.colors, "color", "when to use colour: `WHEN` is always, never or auto (on a terminal, unless NO_COLOR is set)")
}

// usesColor reports whether the program prints in colour.
func (a *app) usesColor() bool {
	switch a.colors {
	case colorAlways:
		return true
	case colorNever:
		return false
	}
	return a.isTerminal && a.getenv("NO_COLOR") == "" && a.getenv("TERM") != "dumb"
}

// peopleWriter returns the stream for text that people read: standard output, or standard error if a report is written to standard output.
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
		Color: a.usesColor() && (w == a.stdout || a.colors == colorAlways),
		Width: min(a.width, 80), Quiet: quiet, Verbose: verbose,
	})
}

// writeReports writes reports. A report in a regular file is written completely or not at all. render writes one report in a format.
// rewritable lists the reports that can be written again later, because they are in regular files.
func (a *app) writeReports(ctx context.Context, outputs []reportOutput, render func(w io.Writer, format string) error) (errs []error, rewritable []reportOutput) {
	for _, o := range outputs {
		switch err := a.writeReport(ctx, o, render); {
		case err != nil:
			errs = append(errs, fmt.Errorf("writing the %s report: %w", o.format, err))
		case isReplaceable(o.file):
			rewritable = append(rewritable, o)
		}
	}
	return errs, rewritable
}

// isReplaceable reports whether a new file can be renamed to this name. Standard output, devices and pipes must be written to instead.
func isReplaceable(file string) bool {
	if file == "-" {
		return false
	}
	info, err := os.Stat(file)
	return err != nil || info.Mode().IsRegular()
}

func (a *app) writeReport(ctx context.Context, o reportOutput, render func(io.Writer, string) error) error {
	var text bytes.Buffer
	if err := render(&text, o.format); err != nil {
		return err
	}
	switch {
	case o.file == "-":
		return writeUnlessInterrupted(ctx, func() error {
			_, err := a.unfiltered.stdout.Write(text.Bytes())
			return err
		})
	case !isReplaceable(o.file):
		return writeUnlessInterrupted(ctx, func() error { return os.WriteFile(o.file, text.Bytes(), 0o644) })
	}
	return replaceFile(linkTarget(o.file), text.Bytes())
}

var errInterrupted = errors.New("interrupted before it was read")

// readerWait is the time that an interrupted program waits for another program to read a report.
const readerWait = 2 * time.Second

// writeUnlessInterrupted calls write. The call may block, for example if it writes to a pipe that no reader has opened. If the program is
// interrupted, writeUnlessInterrupted returns after readerWait, even if write has not returned.
func writeUnlessInterrupted(ctx context.Context, write func() error) error {
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

// linkTarget returns the target of a symbolic link, or the file itself if it is no link. A report replaces the target, so that the link
// stays.
func linkTarget(file string) string {
	if target, err := filepath.EvalSymlinks(file); err == nil {
		return target
	}
	return file
}

// replaceFile replaces a file by a new file with the same permissions, or creates it. If replaceFile fails, the old file is unchanged.
func replaceFile(file string, data []byte) error {
	temporary := filepath.Join(filepath.Dir(file), ".pushcheck-"+rand.Text())
	f, err := os.OpenFile(temporary, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o644)
	if err != nil {
		return err
	}
	defer os.Remove(temporary)
	_, err = f.Write(data)
	if info, statErr := os.Stat(file); err == nil && statErr == nil {
		err = f.Chmod(info.Mode().Perm())
	}
	if closeErr := f.Close(); err == nil {
		err = closeErr
	}
	if err == nil {
		err = os.Rename(temporary, file)
	}
	return err
}
