package report_test

import (
	"bytes"
	"flag"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"unicode"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/verdict"
)

var update = flag.Bool("update", false, "write the golden files in testdata again")

// verdicts returns, by name, the sample verdicts that are written in every format.
func verdicts() map[string]verdict.Verdict {
	return map[string]verdict.Verdict{"every-status": everyStatus(), "conformant": conformantVerdict(), "interrupted": interruptedVerdict(), "empty": {}}
}

// terminalPrinter returns a function that prints everything that a terminal shows for a run: its connections, its calls and its verdict.
func terminalPrinter(v verdict.Verdict, opts report.TerminalOptions) func(io.Writer) error {
	return func(w io.Writer) error {
		terminal := report.NewTerminal(w, opts)
		for _, c := range v.Connections {
			terminal.PrintConnection(c)
		}
		for _, c := range v.Calls {
			terminal.PrintCall(c)
		}
		terminal.PrintVerdict(v, 0)
		return terminal.Err()
	}
}

// goldenNames returns the names of the sample reports that are kept as files in testdata.
func goldenNames() []string {
	return []string{"every-status.txt", "every-status.json", "every-status.junit", "every-status.md", "conformant.txt", "interrupted.txt", "empty.txt", "empty.json",
		"every-status-120.txt", "every-status-quiet.txt", "every-status-verbose.txt", "every-status-color.txt"}
}

// sampleReportWriters returns, by name, functions that write every report of the sample verdicts and loads.
func sampleReportWriters() map[string]func(io.Writer) error {
	all := map[string]func(io.Writer) error{}
	for name, v := range verdicts() {
		all[name+".txt"] = terminalPrinter(v, report.TerminalOptions{})
		for _, k := range report.Formats() {
			all[name+"."+k.Name] = func(w io.Writer) error { return k.Write(w, v) }
		}
	}
	for name, l := range htmlLoads() {
		for _, k := range report.LoadFormats() {
			all["load "+name+"."+k.Name] = func(w io.Writer) error { return k.Write(w, l, l.Judge(nil)) }
		}
	}
	v := everyStatus()
	all["every-status-120.txt"] = terminalPrinter(v, report.TerminalOptions{Width: 120})
	all["every-status-quiet.txt"] = terminalPrinter(v, report.TerminalOptions{Quiet: true})
	all["every-status-verbose.txt"] = terminalPrinter(v, report.TerminalOptions{Verbose: true})
	all["every-status-color.txt"] = terminalPrinter(v, report.TerminalOptions{Color: true})
	return all
}

func render(t *testing.T, write func(io.Writer) error) string {
	t.Helper()
	var b bytes.Buffer
	if err := write(&b); err != nil {
		t.Fatalf("rendering: %v", err)
	}
	return b.String()
}

func TestReportsMatchTheGoldenFiles(t *testing.T) {
	t.Parallel()
	for _, name := range goldenNames() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, file := render(t, sampleReportWriters()[name]), filepath.Join("testdata", name)
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
			}
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatalf("reading the golden file (go test ./report -update makes it): %v", err)
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s mismatch (-want +got):\n%s", name, diff)
			}
		})
	}
}

func TestNoReportHasControlCharactersOfTheReceiver(t *testing.T) {
	t.Parallel()
	for name, write := range sampleReportWriters() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := render(t, write)
			if strings.Contains(name, "color") {
				for _, sequence := range []string{"0", "1", "2", "1;31", "1;32", "33", "36"} {
					got = strings.ReplaceAll(got, "\x1b["+sequence+"m", "")
				}
			}
			if !utf8.ValidString(got) {
				t.Error("not UTF-8")
			}
			for i, r := range got {
				if r != '\n' && !unicode.IsPrint(r) {
					t.Fatalf("control character %U at byte %d, after %q", r, i, got[max(0, i-40):i])
				}
			}
		})
	}
}

func TestColouredOutputHasTheSameTextAsPlainOutput(t *testing.T) {
	t.Parallel()
	want, got := render(t, terminalPrinter(everyStatus(), report.TerminalOptions{})), render(t, terminalPrinter(everyStatus(), report.TerminalOptions{Color: true}))
	if !strings.Contains(got, "\x1b[1;31m") {
		t.Error("no red in a verdict with failures")
	}
	for i := strings.IndexByte(got, 0x1b); i >= 0; i = strings.IndexByte(got, 0x1b) {
		got = got[:i] + got[i+strings.IndexByte(got[i:], 'm')+1:]
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("text without colours mismatch (-want +got):\n%s", diff)
	}
}

func TestLinesAreNoWiderThanTheTerminal(t *testing.T) {
	t.Parallel()
	for _, width := range []int{1, 40, 80, 120} {
		got := render(t, terminalPrinter(everyStatus(), report.TerminalOptions{Width: width}))
		for _, line := range strings.Split(got, "\n") {
			if n := utf8.RuneCountInString(line); n > max(width, 40) && !strings.Contains(line, "curl ") {
				t.Errorf("width %d: a line of %d characters: %q", width, n, line)
			}
		}
	}
}
