//go:build linux

package main

import (
	"encoding/json"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// fileLimit is the environment variable that limits the size of files that the program writes, in bytes. A write beyond the limit fails, as
// on a full disk.
const fileLimit = "PUSHCHECK_TEST_FILE_LIMIT"

func init() {
	if n, err := strconv.ParseUint(os.Getenv(fileLimit), 10, 64); err == nil {
		if err := syscall.Setrlimit(syscall.RLIMIT_FSIZE, &syscall.Rlimit{Cur: n, Max: n}); err != nil {
			panic(err)
		}
	}
}

// shortRunProcess returns a process that is not started yet: a short run at a good receiver.
func shortRunProcess(t *testing.T, flags ...string) *process {
	t.Helper()
	target := startObservedReceiver(t, referenceReceiver(t), func(http.ResponseWriter, arrival) bool { return false })
	return newProcess(t, append([]string{"run", target.URL, "--ca-file", target.caFile, "--only", "push.newcall"}, flags...)...)
}

// closedPipe returns the writing end of a pipe whose reading end is closed.
func closedPipe(t *testing.T) *os.File {
	t.Helper()
	read, write, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	_ = read.Close()
	t.Cleanup(func() { _ = write.Close() })
	return write
}

func TestAReportThatCannotBeWrittenIsAnErrorWithTheReason(t *testing.T) {
	t.Parallel()
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for name, tt := range map[string]struct{ report, why string }{
		"a full device":           {"/dev/full", "no space left on device"},
		"a folder that is a file": {file + "/report.json", "not a directory"},
		"a folder of the system":  {"/proc/report.json", "/proc/"},
		"a folder":                {t.TempDir(), "is a directory"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			program := shortRunProcess(t, "--report", "json="+tt.report)
			program.start(t)
			if got := program.waitForOutcome(t); got.exit != 3 || !strings.Contains(got.stderr, "pushcheck: writing the json report: ") || !strings.Contains(got.stderr, tt.why) {
				t.Errorf("exit %d, want 3 and %q:\n%s", got.exit, tt.why, got.stderr)
			}
		})
	}
}

func TestAFullDiskLeavesOlderReportsUnchanged(t *testing.T) {
	t.Parallel()
	folder, flags := reportFlags(t)
	program := shortRunProcess(t, flags...)
	program.Env = append(program.Env, fileLimit+"=1000")
	program.start(t)
	if got := program.waitForOutcome(t); got.exit != 3 || strings.Count(got.stderr, "file too large") != 2 {
		t.Errorf("exit %d, want 3 and the reason:\n%s", got.exit, got.stderr)
	}
	entries, err := os.ReadDir(folder)
	if err != nil {
		t.Fatal(err)
	}
	contents := map[string]string{}
	for _, e := range entries {
		data, err := os.ReadFile(filepath.Join(folder, e.Name()))
		if err != nil {
			t.Fatal(err)
		}
		contents[e.Name()] = string(data)
	}
	if diff := cmp.Diff(map[string]string{"report.json": "of yesterday", "report.xml": "of yesterday"}, contents); diff != "" {
		t.Errorf("files in the folder mismatch (-want +got):\n%s", diff)
	}
}

func TestAClosedOutputDoesNotStopTheOtherOutputs(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		setOutputs func(*testing.T, *process)
		report     string // value of an additional flag --report; "": no such flag
		exit       int
	}{
		"a closed standard output":                  {setOutputs: func(t *testing.T, p *process) { p.Stdout = closedPipe(t) }},
		"closed standard output and standard error": {setOutputs: func(t *testing.T, p *process) { p.Stdout, p.Stderr = closedPipe(t), closedPipe(t) }},
		"a report on a closed standard output":      {setOutputs: func(t *testing.T, p *process) { p.Stdout = closedPipe(t) }, report: "json=-", exit: 3},
		"a report to a closed pipe":                 {setOutputs: func(t *testing.T, p *process) { p.ExtraFiles = []*os.File{closedPipe(t)} }, report: "json=/dev/fd/3", exit: 3},
		"a full standard output": {setOutputs: func(t *testing.T, p *process) {
			full, err := os.OpenFile("/dev/full", os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = full.Close() })
			p.Stdout = full
		}, exit: 3},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			folder, flags := reportFlags(t)
			if tt.report != "" {
				flags = append(flags, "--report", tt.report)
			}
			p := shortRunProcess(t, flags...)
			tt.setOutputs(t, p)
			p.start(t)
			got := p.waitForOutcome(t)
			if d := checkReports(t, folder); got.exit != tt.exit || d.Exit != tt.exit {
				t.Errorf("exit %d, and %d in the report, want %d:\n%s", got.exit, d.Exit, tt.exit, got.stderr)
			}
		})
	}
}

// In this test, a program reads only the beginning of a report, as head does.
func TestReportToAPipeThatIsClosedEarlyDoesNotSpoilTheOtherReports(t *testing.T) {
	t.Parallel()
	fifo := filepath.Join(t.TempDir(), "pipe")
	if err := syscall.Mkfifo(fifo, 0o600); err != nil {
		t.Fatal(err)
	}
	folder, flags := reportFlags(t)
	program := shortRunProcess(t, append(flags, "--report", "json="+fifo)...)
	program.Args = append(program.Args, "--verbose")
	program.start(t)
	pipe, err := os.Open(fifo) // Open returns when the program begins to write the report
	if err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(pipe, make([]byte, 100)); err != nil {
		t.Fatal(err)
	}
	_ = pipe.Close()
	got := program.waitForOutcome(t)
	if report := checkReports(t, folder); got.exit != report.Exit || got.exit != 0 && got.exit != 3 {
		t.Errorf("exit %d, and %d in the report:\n%s", got.exit, report.Exit, got.stderr)
	}
}

func TestAClosedStandardOutputChangesNoExitCode(t *testing.T) {
	t.Parallel()
	target := startObservedReceiver(t, referenceReceiver(t), func(http.ResponseWriter, arrival) bool { return false })
	for name, args := range map[string][]string{
		"help":       {"--help"},
		"version":    {"version"},
		"list":       {"list", "requirements"},
		"list md":    {"list", "requirements", "--format", "md"},
		"explain":    {"explain", "push.newcall"},
		"completion": {"completion", "bash"},
		"cert":       {"cert", "localhost", "--out", t.TempDir()},
		"keys":       {"keys", "--bits", "2048", "--out", t.TempDir()},
		"verify":     {"verify", "../../push/testdata/golden-request.http"},
		"init":       {"init", target.URL, "--ca-file", target.caFile, "--out", "-"},
		"dry run":    {"send", "newCall", "--dry-run"},
		"send":       {"send", "newCall", target.URL, "--ca-file", target.caFile},
		"load":       {"load", target.URL, "--ca-file", target.caFile, "--count", "2", "--calls", "100/s", "--speed", "0"},
		"tls":        {"tls", target.URL, "--ca-file", target.caFile},
		"demo":       {"demo"},
		"selftest":   {"selftest", "relative-hangup"},
		"receive":    {"receive", "--listen", "127.0.0.1:0"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			program := newProcess(t, args...)
			program.Stdout = closedPipe(t)
			program.start(t)
			if got := program.waitForOutcome(t); got.exit != 0 || strings.Contains(got.stderr, "pipe") || strings.Contains(got.stderr, "goroutine") {
				t.Errorf("%s, want exit code 0 and no message about the pipe:\n%s", program.ProcessState, got.stderr)
			}
		})
	}
}

func TestAReportReplacesTheFileBehindALinkAndKeepsItsMode(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file, link, newFile := filepath.Join(dir, "report.json"), filepath.Join(dir, "latest"), filepath.Join(dir, "report.xml")
	if err := os.WriteFile(file, []byte("of yesterday"), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(file, link); err != nil {
		t.Fatal(err)
	}
	program := shortRunProcess(t, "--report", "json="+link, "--report", "junit="+newFile)
	program.start(t)
	if got := program.waitForOutcome(t); got.exit != 0 {
		t.Fatalf("exit %d:\n%s", got.exit, got.stderr)
	}
	if linkTarget, err := os.Readlink(link); err != nil || linkTarget != file {
		t.Errorf("the link leads to %q: %v", linkTarget, err)
	}
	data, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	checkSchema(t, data)
	if info, err := os.Stat(file); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file has mode %v, want that only its owner can read it, as before: %v", info.Mode(), err)
	}
	for _, other := range []string{file, dir + "/./report.json", link} {
		got := runCommand(t, "run", "https://127.0.0.1:1", "--report", "json="+file, "--report", "junit="+other)
		if got.exit != 2 || !strings.Contains(got.stderr, "two reports want") {
			t.Errorf("exit %d for two reports to %s, want 2:\n%s", got.exit, other, got.stderr)
		}
	}
}

func TestReportToDevStdoutDoesNotReplaceTheFileOfStandardOutput(t *testing.T) {
	t.Parallel()
	out, err := os.Create(filepath.Join(t.TempDir(), "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer out.Close()
	program := shortRunProcess(t, "--report", "json=/dev/stdout")
	program.Stdout = out
	program.start(t)
	got := program.waitForOutcome(t)
	data, err := os.ReadFile(out.Name())
	if got.exit != 0 || err != nil || !json.Valid(data) {
		t.Errorf("exit %d, %v, want a report alone:\n%s", got.exit, err, data)
	}
	if !strings.Contains(got.stderr, "conformant") {
		t.Errorf("nothing is printed for people:\n%s", got.stderr)
	}
}
