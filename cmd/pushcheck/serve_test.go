//go:build unix

package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"

	"github.com/pushcheck/pushcheck/internal/wording"
	"github.com/pushcheck/pushcheck/receiver"
)

// freeAddress returns an address at which nothing listens.
func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// startableReceiver returns the URL of a receiver that does not run yet, and a command that starts this receiver with environment
// variables.
func startableReceiver(t *testing.T, variables string) (url, command string) {
	t.Helper()
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	address := freeAddress(t)
	return "https://" + address + "/push", fmt.Sprintf("env -u %s %s=%s %s %s", runAsProgram, runAsReceiver, address, variables, wording.ShellWord(executable))
}

func TestServeStartsTheReceiver(t *testing.T) {
	t.Parallel()
	url, serve := startableReceiver(t, "")
	got := runProgram(t, nil, "run", "--config", "none", "--serve", serve, "--dev-cert", "--only", "push,transport", url)
	if got.exit != 0 || !strings.Contains(got.stdout, "waived  transport.trusted-chain  allowed by --dev-cert") {
		t.Errorf("exit %d, want 0 and the waiver of --dev-cert:\n%s%s", got.exit, got.stdout, got.stderr)
	}
	if l, err := net.Listen("tcp", strings.TrimSuffix(strings.TrimPrefix(url, "https://"), "/push")); err != nil {
		t.Errorf("the receiver still runs after the run: %v", err)
	} else {
		l.Close()
	}
}

func TestAReceiverThatCrashesIsStartedAgain(t *testing.T) {
	t.Parallel()
	url, serve := startableReceiver(t, "DIES_ON=anonymous")
	folder, flags := reportFlags(t)
	got := runProgram(t, nil, append(flags, "run", "--config", "none", "--serve", serve, "--dev-cert", "--only", "push", url)...)
	if got.exit != 1 || !strings.Contains(got.stdout, "not conformant: push.anonymous-caller is not met") ||
		!strings.Contains(got.stdout, "| this caller is too much: anonymous") {
		t.Errorf("exit %d, want 1, the requirement and the last lines of the receiver:\n%s%s", got.exit, got.stdout, got.stderr)
	}
	report := checkReports(t, folder)
	if bad := report.idsWithStatus("failed", "undetermined"); len(bad) != 1 {
		t.Errorf("failed or undetermined: %v, want push.anonymous-caller alone", bad)
	}
	if data, err := os.ReadFile(filepath.Join(folder, "report.json")); err != nil || !strings.Contains(string(data), "this caller is too much") {
		t.Errorf("the report does not have what the receiver printed (%v)", err)
	}
}

func TestAReceiverThatDoesNotStartGetsNoVerdict(t *testing.T) {
	t.Parallel()
	url := "https://" + freeAddress(t) + "/push"
	for _, test := range []struct {
		name, serve, wait string
		want              []string
	}{
		{"the command ends", "echo no database; exit 4", "30s", []string{"| no database", "no verdict: the command of --serve ended with exit code 4 after"}},
		{"the command prints nothing and ends", "exit 0", "30s", []string{"| nothing", "ended with exit code 0 after"}},
		{"the command does not listen", "echo thinking; sleep 1000", "300ms", []string{"| thinking", "no verdict: the command of --serve runs, but", "accepts no connection after "}},
		{"the command does not exist", "no-such-command", "30s", []string{"not found", "ended with exit code 127"}},
	} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := runProgram(t, nil, "run", "--config", "none", "--serve", test.serve, "--wait", test.wait, url)
			text := strings.Join(strings.Fields(got.stdout), " ")
			for _, want := range test.want {
				if got.exit != 3 || !strings.Contains(text, want) {
					t.Errorf("exit %d, want 3 and %q:\n%s%s", got.exit, want, got.stdout, got.stderr)
				}
			}
			if strings.Count(got.stdout, "\n") > 15 || !strings.Contains(got.stderr, "hint: ") {
				t.Errorf("want at most 15 lines and a hint:\n%s%s", got.stdout, got.stderr)
			}
		})
	}
}

func TestAReceiverWhosePortIsInUseGetsNoVerdict(t *testing.T) {
	t.Parallel()
	instance, err := receiver.Start(t.Context(), receiver.Config{PlainHTTP: true})
	if err != nil {
		t.Fatal(err)
	}
	defer instance.Close()
	got := runProgram(t, nil, "run", "--config", "none", "--allow-http", "--serve", "echo address in use; exit 1", instance.URL)
	text := strings.Join(strings.Fields(got.stdout), " ")
	if got.exit != 3 || !strings.Contains(text, "| address in use") || !strings.Contains(text, "and something else accepts connections at") {
		t.Errorf("exit %d, want 3 and the reason that something else listens:\n%s%s", got.exit, got.stdout, got.stderr)
	}
}

func TestAFindingShowsWhatTheReceiverPrintedDuringTheCall(t *testing.T) {
	t.Parallel()
	url, serve := startableReceiver(t, "FAILS_ON=anonymous")
	got := runProgram(t, nil, "run", "--config", "none", "--serve", serve, "--dev-cert", "--only", "push.anonymous-caller", url)
	if got.exit != 1 || !strings.Contains(got.stdout, "| no such number: anonymous") || strings.Contains(got.stdout, "| listening at") {
		t.Errorf("exit %d, want 1 and what the receiver printed during the call, not before:\n%s%s", got.exit, got.stdout, got.stderr)
	}
}

func TestReceiverThatServeStartedEndsWhenPushcheckEnds(t *testing.T) {
	t.Parallel()
	for name, signal := range map[string]os.Signal{"kill -9": syscall.SIGKILL, "Ctrl-C": os.Interrupt, "kill": syscall.SIGTERM} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			file := filepath.Join(t.TempDir(), "pipe")
			if err := syscall.Mkfifo(file, 0o600); err != nil {
				t.Fatal(err)
			}
			opened, closed := make(chan struct{}), make(chan struct{})
			go func() {
				defer close(closed)
				f, err := os.Open(file) // Open returns when a process of the receiver has opened the other end
				close(opened)
				if err == nil {
					defer f.Close()
					_, _ = io.Copy(io.Discard, f)
				}
			}()
			program := newProcess(t, "run", "--config", "none", "--serve", fmt.Sprintf("sleep 1000 >%[1]s & sleep 1000 >%[1]s", file),
				"https://"+freeAddress(t)+"/push")
			program.start(t)
			program.signalAt(t, opened, signal)
			<-closed // the pipe is closed when the last process of the receiver ends
		})
	}
}
