package main

import (
	"bytes"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/verdict"
)

// output is one report to be written.
type output struct {
	kind, file string // file "-" is standard output
	render     func(io.Writer, verdict.Verdict) error
}

// renderer returns what writes a kind of report; nil for a kind that there is not.
func renderer(kind string) func(io.Writer, verdict.Verdict) error {
	switch kind {
	case "json":
		return report.JSON
	case "junit":
		return report.JUnit
	}
	return nil
}

// parseReports reads the values of --report.
func parseReports(values []string) ([]output, error) {
	var out []output
	for _, v := range values {
		kind, file, ok := strings.Cut(v, "=")
		if !ok || file == "" {
			return nil, usage(fmt.Sprintf("reading --report %q: a kind and a file are wanted", v), "as in --report json=report.json")
		}
		render := renderer(kind)
		if render == nil {
			return nil, usage(fmt.Sprintf("reading --report %q: unknown kind %q", v, kind), "%s", among(kind, []string{"json", "junit"}))
		}
		if slices.ContainsFunc(out, func(o output) bool { return o.file == file }) {
			return nil, usage(fmt.Sprintf("reading --report %q: two reports want %s", v, file), "a file for each")
		}
		if _, err := os.Stat(filepath.Dir(file)); err != nil && file != "-" {
			return nil, fmt.Errorf("writing the %s report: %w", kind, err) // better before the run than after it
		}
		out = append(out, output{kind: kind, file: file, render: render})
	}
	return out, nil
}

// color tells whether standard output shows colours, and they are wanted.
func (a *app) color() bool {
	return a.terminal && a.getenv("NO_COLOR") == "" && a.getenv("TERM") != "dumb"
}

// forPeople is where people read. It gives way to a report that wants standard output.
func (a *app) forPeople(outputs []output) io.Writer {
	for _, o := range outputs {
		if o.file == "-" {
			return a.stderr
		}
	}
	return a.stdout
}

// terminalReport is the report for people.
func (a *app) terminalReport(outputs []output, quiet, verbose bool) *report.Terminal {
	w := a.forPeople(outputs)
	return report.NewTerminal(w, report.TerminalOptions{
		Color: w == a.stdout && a.color(),
		Width: min(a.width, 120), Quiet: quiet, Verbose: verbose,
	})
}

// write writes the reports, each whole or not at all. Files that were written can be written again.
func (a *app) write(outputs []output, v verdict.Verdict) (failed []error, files []output) {
	for _, o := range outputs {
		switch err := a.writeOne(o, v); {
		case err != nil:
			failed = append(failed, fmt.Errorf("writing the %s report: %w", o.kind, err))
		case replaceable(o.file):
			files = append(files, o)
		}
	}
	return failed, files
}

// replaceable tells whether a report's file is one that renaming can replace: no device, pipe or standard output.
func replaceable(file string) bool {
	if file == "-" {
		return false
	}
	info, err := os.Stat(file)
	return err != nil || info.Mode().IsRegular()
}

func (a *app) writeOne(o output, v verdict.Verdict) error {
	var whole bytes.Buffer
	if err := o.render(&whole, v); err != nil {
		return err
	}
	if o.file == "-" {
		_, err := a.stdout.Write(whole.Bytes())
		return err
	}
	if !replaceable(o.file) {
		return os.WriteFile(o.file, whole.Bytes(), 0o644)
	}
	f, err := os.CreateTemp(filepath.Dir(o.file), "."+filepath.Base(o.file)+"-*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(whole.Bytes())
	if closed := f.Close(); err == nil {
		err = closed
	}
	if err == nil {
		err = os.Chmod(f.Name(), 0o644)
	}
	if err == nil {
		err = os.Rename(f.Name(), o.file)
	}
	return err
}
