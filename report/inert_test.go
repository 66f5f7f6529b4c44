package report_test

import (
	"encoding/json"
	"fmt"
	"io"
	"os/exec"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unicode"

	"github.com/pushcheck/pushcheck/report"
	"github.com/pushcheck/pushcheck/transcript"
	"github.com/pushcheck/pushcheck/verdict"
)

var (
	colourSequences = regexp.MustCompile("\x1b\\[[0-9;]*m")
	bracketCommand  = regexp.MustCompile(`##[A-Za-z]*\[`)
)

// firstCommand returns the first line that is a command to a CI system; "" if there is none.
func firstCommand(text string) string {
	for line := range strings.FieldsFuncSeq(text, func(r rune) bool { return r == '\n' || r == '\r' }) {
		plain := colourSequences.ReplaceAllString(line, "")
		if strings.HasPrefix(strings.TrimLeftFunc(plain, unicode.IsSpace), "::") || bracketCommand.MatchString(plain) {
			return line
		}
	}
	return ""
}

func TestInertReturnsTextWithoutCommands(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"plain":                         "plain",
		"the host [::1]:8443":           "the host [::1]:8443",
		"# a heading, ## another [one]": "# a heading, ## another [one]",
		"::error::x":                    `\::error::x`,
		"    ::error::x":                `   \::error::x`,
		"\t::error::x":                  "\\\t::error::x",
		"\u00a0::error::x":              "\\\u00a0::error::x",
		"one\n  ::two\nthree":           "one\n \\::two\nthree",
		"one\r::two\r\n::three":         "one\r\\::two\r\n\\::three",
		"  \x1b[2m::dim\x1b[0m":         " \\\x1b[2m::dim\x1b[0m",
		"\x1b[31m  ::red":               "\x1b[31m \\::red",
		"it says ##[error]x":            `it says ##\x5berror]x`,
		"##vso[task.setvariable]x":      `##vso\x5btask.setvariable]x`,
		"###[group]":                    `###\x5bgroup]`,
	} {
		got := report.Inert(text)
		if got != want || report.Inert(got) != got {
			t.Errorf("Inert(%q) = %q, and again %q, want %q", text, got, report.Inert(got), want)
		}
		if line := firstCommand(got); line != "" {
			t.Errorf("Inert(%q) has a command: %q", text, line)
		}
	}
}

// Workflow commands are appended to every text of a verdict.
func TestTextOfTheReceiverIsNeverAWorkflowCommand(t *testing.T) {
	t.Parallel()
	for name, commands := range map[string]string{
		"commands at the beginning of lines": "\n::error::hacked\n##[error]hacked\r::add-mask::a\r\n  ::stop-commands::b",
		"commands after spaces":              strings.Repeat(" ::error::hacked ##[error]hacked", 40),
		"commands without spaces":            strings.Repeat("::error##[error]##vso[task]", 40),
	} {
		v := everyStatus()
		addEverywhere(reflect.ValueOf(&v).Elem(), commands)
		v.Calls[1].Exchanges[0].Printed = strings.ReplaceAll(commands, "\r", "\n")
		writers := reportWriters(v)
		writers["printed"] = func(w io.Writer) error {
			term := report.NewTerminal(w, report.TerminalOptions{})
			term.PrintOutput(strings.Split(commands, "\n"))
			return term.Err()
		}
		writers["blocks"] = func(w io.Writer) error {
			for _, r := range v.Rows {
				fmt.Fprintln(w, report.Block(v, r))
			}
			return nil
		}
		for output, write := range writers {
			text := render(t, write)
			if line := firstCommand(text); line != "" {
				t.Errorf("%s, %s: a command: %q", name, output, line)
			}
			if strings.HasPrefix(text, "{") && !json.Valid([]byte(text)) {
				t.Errorf("%s, %s: not JSON", name, output)
			}
		}
	}
}

func TestCurlLineWithAWorkflowCommandInThePushSendsTheSameBytes(t *testing.T) {
	t.Parallel()
	const body, url = "a=##[error]x'##vso[b", "https://localhost/##[c]"
	line := report.CurlLine(transcript.Exchange{Sent: transcript.Sent{Body: []byte(body), URL: url}})
	if firstCommand(line) != "" {
		t.Errorf("a command: %q", line)
	}
	out, err := exec.CommandContext(t.Context(), "sh", "-c", `curl() { for word; do echo "$word"; done; }; `+line).Output()
	if err != nil {
		t.Skipf("running a shell: %v", err)
	}
	for _, want := range []string{body, url} {
		if !strings.Contains(string(out), "\n"+want+"\n") {
			t.Errorf("the words of %q have no %q:\n%s", line, want, out)
		}
	}
}

func TestEscapedWorkflowCommandsDoNotMakeLinesTooWide(t *testing.T) {
	t.Parallel()
	v := verdict.Verdict{Evidence: verdict.Evidence{Problems: []string{strings.Repeat("::error::x ", 100)}}}
	for line := range strings.Lines(render(t, terminalPrinter(v, report.TerminalOptions{}))) {
		if n := len(strings.TrimSuffix(line, "\n")); n > 80 {
			t.Errorf("a line of %d characters: %q", n, line)
		}
	}
}
