package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/pushcheck/pushcheck/report"
)

// readText returns the text of a file.
func readText(t *testing.T, file string) string {
	t.Helper()
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// shortLoadArgs returns the command line of a short load. The load can be divided into parts.
func shortLoadArgs(t *testing.T) []string {
	t.Helper()
	instance, ca := startReceiver(t, "")
	return []string{"load", instance.URL, "--ca-file", ca, "--speed", "0", "--count", "20", "--calls", "1000/s", "--nonce", "a"}
}

func TestLoadAndMergeWriteReportsOfAllKinds(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	inFolder := func(name string) string { return filepath.Join(folder, name) }
	const summary = "\nconformant: findings=0, errors<0.1%"
	args := shortLoadArgs(t)
	for _, part := range []string{"1", "2"} {
		got := runCommand(t, append(args, "--shard", part+"/2", "--report", "json="+inFolder(part+".json"), "--report", "html="+inFolder(part+".html"), "--report", "text=-")...)
		if got.exit != 0 || !strings.Contains(got.stdout, summary) || !strings.Contains(got.stderr, summary) {
			t.Fatalf("part %s: exit %d, standard output %q, standard error %q; want 0 and a summary on both", part, got.exit, got.stdout, got.stderr)
		}
		if page := readText(t, inFolder(part+".html")); !strings.Contains(page, "part "+part+" of 2") {
			t.Errorf("the page of part %s does not name the part", part)
		}
	}
	got := runCommand(t, "merge", inFolder("1.json"), inFolder("2.json"), "--report", "json="+inFolder("whole.json"), "--report", "html="+inFolder("whole.html"), "--report", "text="+inFolder("whole.txt"))
	if got.exit != 0 || got.stdout != readText(t, inFolder("whole.txt")) {
		t.Errorf("merge: exit %d, standard output %q; want 0 and what is in the text report", got.exit, got.stdout)
	}
	if page := readText(t, inFolder("whole.html")); !strings.Contains(page, "20 calls in") || !strings.Contains(page, "all 2 parts") {
		t.Error("the page of the merged load does not have all calls and parts")
	}
	if l, err := report.ParseLoadReport([]byte(readText(t, inFolder("whole.json")))); err != nil || l.Calls.Started != 20 {
		t.Errorf("the merged load has %d calls, error %v; want 20", l.Calls.Started, err)
	}
}

func TestReportKindOfAnotherCommandIsRefused(t *testing.T) {
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
	got := runCommand(t, append(shortLoadArgs(t), "--report", "json="+file, "--report", "html="+t.TempDir())...)
	if got.exit != 3 || !strings.Contains(got.stdout, "20 calls in") || !strings.Contains(got.stdout, "no verdict: writing the html report: ") {
		t.Errorf("exit %d, %q; want 3, the figures and the reason", got.exit, got.stdout)
	}
	if report := readText(t, file); !strings.Contains(report, `"exit": 3`) {
		t.Error("the json report has another exit code")
	}
}
