package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pushcheck/pushcheck/report"
)

// readContents returns the text of a file.
func readContents(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// shortLoadFlags returns the arguments of a short load, which can be divided into parts.
func shortLoadFlags(t *testing.T) []string {
	t.Helper()
	running, ca := startReceiver(t, "")
	return []string{"load", running.URL, "--ca-file", ca, "--speed", "0", "--count", "20", "--calls", "1000/s", "--nonce", "a"}
}

func TestLoadAndMergeWriteReportsOfAllKinds(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	in := func(name string) string { return filepath.Join(folder, name) }
	const summary = "\nconformant: findings=0, errors<0.1%"
	args := shortLoadFlags(t)
	for _, part := range []string{"1", "2"} {
		got := runCommand(t, append(args, "--shard", part+"/2", "--report", "json="+in(part+".json"), "--report", "html="+in(part+".html"), "--report", "text=-")...)
		if got.exit != 0 || !strings.Contains(got.stdout, summary) || !strings.Contains(got.stderr, summary) {
			t.Fatalf("part %s: exit %d, standard output %q, standard error %q; want 0 and a summary on both", part, got.exit, got.stdout, got.stderr)
		}
		if page := readContents(t, in(part+".html")); !strings.Contains(page, "part "+part+" of 2") {
			t.Errorf("the page of part %s does not name the part", part)
		}
	}
	got := runCommand(t, "merge", in("1.json"), in("2.json"), "--report", "json="+in("whole.json"), "--report", "html="+in("whole.html"), "--report", "text="+in("whole.txt"))
	if got.exit != 0 || got.stdout != readContents(t, in("whole.txt")) {
		t.Errorf("merge: exit %d, standard output %q; want 0 and what is in the text report", got.exit, got.stdout)
	}
	if page := readContents(t, in("whole.html")); !strings.Contains(page, "20 calls in") || !strings.Contains(page, "all 2 parts") {
		t.Error("the page of the whole does not have all calls and parts")
	}
	if l, err := report.ParseLoadReport([]byte(readContents(t, in("whole.json")))); err != nil || l.Calls.Started != 20 {
		t.Errorf("the whole has %d calls, error %v; want 20", l.Calls.Started, err)
	}
}

func TestReportKindsOfOtherCommandsAreRefused(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{
		{"load", "https://127.0.0.1:1/push", "--report", "junit=x"},
		{"merge", "no-such-file.json", "--report", "pdf=x"},
	} {
		got := runCommand(t, args...)
		if got.exit != 2 || !strings.Contains(got.stderr, "unknown kind") || !strings.Contains(got.stderr, "json, html, text") {
			t.Errorf("%q: exit %d, %q; want 2 and the kinds", args, got.exit, got.stderr)
		}
	}
	if got := runCommand(t, "run", "https://127.0.0.1:1/push", "--report", "text=x"); got.exit != 2 || !strings.Contains(got.stderr, `unknown kind "text"`) {
		t.Errorf("run: exit %d, %q; want 2", got.exit, got.stderr)
	}
}

func TestLoadWhoseReportCannotBeWrittenHasNoVerdict(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "load.json")
	got := runCommand(t, append(shortLoadFlags(t), "--report", "json="+file, "--report", "html="+t.TempDir())...)
	if got.exit != 3 || !strings.Contains(got.stdout, "20 calls in") || !strings.Contains(got.stdout, "no verdict: writing the html report: ") {
		t.Errorf("exit %d, %q; want 3, the figures and the reason", got.exit, got.stdout)
	}
	if report := readContents(t, file); !strings.Contains(report, `"exit": 3`) {
		t.Error("the json report has another exit code")
	}
}
