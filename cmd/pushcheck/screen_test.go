package main

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"
)

// checkScreen checks that the output has at most maxLines lines, and no line of more than 80 columns.
func checkScreen(t *testing.T, got outcome, maxLines int) {
	t.Helper()
	if n := strings.Count(got.stdout, "\n"); n > maxLines {
		t.Errorf("%d lines, want at most %d:\n%s", n, maxLines, got.stdout)
	}
	for line := range strings.Lines(got.stdout) {
		if n := utf8.RuneCountInString(strings.TrimSuffix(line, "\n")); n > 80 {
			t.Errorf("a line of %d columns, want at most 80: %q", n, line)
		}
	}
}

// checkOrder checks that the texts are printed in the given order.
func checkOrder(t *testing.T, got outcome, texts ...string) {
	t.Helper()
	rest := got.stdout
	for _, text := range texts {
		_, after, found := strings.Cut(rest, text)
		if !found {
			t.Errorf("there is no %q, or not in this order:\n%s", text, got.stdout)
			return
		}
		rest = after
	}
}

func TestOutputOfAConformantRunFitsOnAScreen(t *testing.T) {
	t.Parallel()
	instance, ca := startReceiver(t, "")
	got := runCommand(t, "run", instance.URL, "--ca-file", ca)
	checkScreen(t, got, 25)
	checkOrder(t, got, "transport ", "push ", "waived  transport.trusted-chain  allowed by --ca-file\n", "not applicable: ", " pushes in ", ", seed 1, nonce ", "\nconformant: ")
}

func TestOutputWithThreeFindingsFitsOnTwoScreens(t *testing.T) {
	t.Parallel()
	instance, ca := startReceiver(t, "", demoBugs...)
	got := runCommand(t, "run", instance.URL, "--ca-file", ca)
	checkScreen(t, got, 90)
	checkOrder(t, got, "push ", " 1 failed", "waived  ", "not applicable: ", "undetermined (", "  because of following.hangup-url\n", "failed  push.answer  must\n",
		"<-- 500", "failed  following.hangup-url  must\n", "  ^\n", "--> newCall (Doc)", "failed  following.every-leg", " pushes in ", "\nnot conformant: 3 requirements")
	if strings.Contains(got.stdout, "curl ") {
		t.Errorf("there is a curl line without --verbose:\n%s", got.stdout)
	}
}

func TestARefusedConnectionIsShownInAFewLines(t *testing.T) {
	t.Parallel()
	for _, fault := range []string{"self-signed", "private-authority", "expired", "other-name", "missing-intermediate", "weak-key", "tls-1.1", "client-certificate", "no-tls", "nobody-there"} {
		t.Run(fault, func(t *testing.T) {
			t.Parallel()
			instance, _ := startReceiver(t, "", fault)
			got := runCommand(t, "run", instance.URL)
			checkScreen(t, got, 15)
			checkOrder(t, got, "failed  transport.", "  got  ", "  fix  ", "\nnot judged: ", "\nnot conformant: ")
			if n := strings.Count(got.stdout, "  fix  "); n != 1 || got.exit != 1 {
				t.Errorf("exit %d and %d fixes, want 1 and one fix:\n%s", got.exit, n, got.stdout)
			}
		})
	}
}

func TestVerboseShowsCallsReasonsAndCurlLines(t *testing.T) {
	t.Parallel()
	instance, ca := startReceiver(t, "", "relative-hangup")
	got := runCommand(t, "run", instance.URL, "--ca-file", ca, "--only", "push.newcall,push.dtmf,following.hangup-url", "--verbose")
	checkOrder(t, got, "protocol", "#1 ", "--> newCall", "not applicable (1)\n", "the receiver does not collect digits with Gather:\n", "push.dtmf", "repeat    curl ", "\nnot conformant: ")
}

func TestQuietShowsWhatMakesARunFail(t *testing.T) {
	t.Parallel()
	instance, ca := startReceiver(t, "", "text-xml")
	for _, test := range []struct {
		flag, wantOutput string
	}{
		{"--strict", "warned  response.content-type  must\n"},
		{"--no-waivers", "waived  transport.trusted-chain  must\n"},
		{"--numbers=reject=493023125099", "note  call: --numbers reject=493023125099 has no effect"},
	} {
		t.Run(test.flag, func(t *testing.T) {
			t.Parallel()
			got := runCommand(t, "run", instance.URL, "--ca-file", ca, "--only", "transport,response.content-type,call.steered", "--quiet", test.flag)
			if !strings.Contains(got.stdout, test.wantOutput) {
				t.Errorf("exit %d, want %q:\n%s", got.exit, test.wantOutput, got.stdout)
			}
			if strings.Contains(got.stdout, "not applicable") || strings.Contains(got.stdout, "pushes in") {
				t.Errorf("--quiet prints more than it should:\n%s", got.stdout)
			}
		})
	}
}

func TestColourDependsOnTheTerminalTheFlagAndNO_COLOR(t *testing.T) {
	t.Parallel()
	instance, ca := startReceiver(t, "")
	for _, test := range []struct {
		name     string
		terminal bool
		variable string // an environment variable that is set
		flags    []string
		want     bool
	}{
		{name: "without a terminal"},
		{name: "on a terminal", terminal: true, want: true},
		{name: "on a terminal, with NO_COLOR", terminal: true, variable: "NO_COLOR"},
		{name: "with --color always and NO_COLOR, without a terminal", variable: "NO_COLOR", flags: []string{"--color", "always"}, want: true},
		{name: "on a terminal, with --color=never", terminal: true, flags: []string{"--color=never"}},
		{name: "on a terminal, with --color=auto", terminal: true, flags: []string{"--color=auto"}, want: true},
	} {
		for name, args := range map[string][]string{
			"run":      {"run", instance.URL, "--ca-file", ca, "--only", "push.newcall"},
			"send":     {"send", "newCall", instance.URL, "--ca-file", ca},
			"tls":      {"tls", instance.URL, "--ca-file", ca},
			"selftest": {"selftest", "relative-hangup"},
		} {
			t.Run(name+" "+test.name, func(t *testing.T) {
				t.Parallel()
				var stdout bytes.Buffer
				a := &app{stdout: &stdout, stderr: new(bytes.Buffer), isTerminal: test.terminal, getenv: func(name string) string {
					if name == test.variable {
						return "1"
					}
					return ""
				}}
				a.run(t.Context(), slices.Concat(args, test.flags))
				if got := strings.Contains(stdout.String(), "\x1b["); got != test.want {
					t.Errorf("colour is %t, want %t:\n%s", got, test.want, stdout.String())
				}
			})
		}
	}
	if got := runCommand(t, "run", instance.URL, "--color", "sometimes"); got.exit != 2 || !strings.Contains(got.stderr, "want auto, always or never") {
		t.Errorf("--color sometimes gives %d, want 2: %s", got.exit, got.stderr)
	}
}
