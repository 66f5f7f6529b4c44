package main

import (
	"bytes"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write testdata and the generated pages again")

// outcome is the result of a command line.
type outcome struct {
	exit           int
	stdout, stderr string
}

// runCommand runs a command line in this process, without a terminal and without an environment.
func runCommand(t *testing.T, args ...string) outcome {
	t.Helper()
	return runCommandUntil(t.Context(), args...)
}

// runCommandUntil runs a command line in this process, and interrupts it when the context ends.
func runCommandUntil(ctx context.Context, args ...string) outcome {
	var stdout, stderr bytes.Buffer
	a := &app{stdout: &stdout, stderr: &stderr, getenv: func(string) string { return "" }}
	exit := a.run(ctx, args)
	return outcome{exit, stdout.String(), stderr.String()}
}

// The files testdata/*.txt are command lines, each with its output and its exit code. Lines of standard error begin with "! ".
func TestOutputsOfCommandLinesMatchTheFiles(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("testdata/*.txt")
	if err != nil || len(files) == 0 {
		t.Fatalf("no files in testdata: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			want, err := os.ReadFile(file)
			if err != nil {
				t.Fatal(err)
			}
			got := runCommandsOfFile(t, string(want))
			if *update {
				if err := os.WriteFile(file, []byte(got), 0o644); err != nil {
					t.Fatal(err)
				}
				return
			}
			if diff := cmp.Diff(string(want), got); diff != "" {
				t.Errorf("%s mismatch (-want +got), go test ./cmd/pushcheck -update writes it again:\n%s", file, diff)
			}
		})
	}
}

// runCommandsOfFile runs the command lines of a file, and returns the text of the file with the outputs of these runs.
func runCommandsOfFile(t *testing.T, file string) string {
	t.Helper()
	var b strings.Builder
	isBeforeCommands := true
	for line := range strings.Lines(file) {
		line = strings.TrimSuffix(line, "\n")
		rest, ok := strings.CutPrefix(line, "$ pushcheck")
		switch {
		case ok:
			isBeforeCommands = false
			got := runCommand(t, splitWords(rest)...)
			b.WriteString(line + "\n" + got.stdout)
			for line := range strings.Lines(got.stderr) {
				b.WriteString("! " + strings.TrimSuffix(line, "\n") + "\n")
			}
			fmt.Fprintf(&b, "exit %d\n\n", got.exit)
		case isBeforeCommands || strings.HasPrefix(line, "# "):
			b.WriteString(line + "\n")
		}
	}
	return strings.TrimSuffix(b.String(), "\n")
}

// splitWords splits a line into words as a shell does. It supports single quotes, and no other quotes.
func splitWords(line string) []string {
	var out []string
	word, hasWord, isQuoted := "", false, false
	for _, r := range line {
		switch {
		case r == '\'':
			isQuoted, hasWord = !isQuoted, true
		case r == ' ' && !isQuoted:
			if hasWord {
				out = append(out, word)
			}
			word, hasWord = "", false
		default:
			word, hasWord = word+string(r), true
		}
	}
	if hasWord {
		out = append(out, word)
	}
	return out
}
