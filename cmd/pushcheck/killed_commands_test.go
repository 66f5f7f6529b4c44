//go:build unix

package main

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/pushcheck/pushcheck/push"
)

func TestLongRunningCommandsEndOnASignal(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name        string
		args        []string // URL stands for a receiver that hangs, and FILE for a file
		triggerText string   // the signal is sent when this text is printed; "": when the first push arrives
		exit        int
		output      string // part of the output
	}{
		{name: "send", args: []string{"send", "transfer-answered", "URL"}, exit: 130, output: "interrupted"},
		{name: "load", args: []string{"load", "URL", "--count", "100000", "--calls", "100/s"}, exit: 130, output: "interrupted: the figures cover the calls until then"},
		{name: "init", args: []string{"init", "URL", "--out", "FILE"}, exit: 130, output: "interrupted, nothing is written"},
		{name: "receive", args: []string{"receive", "--listen", "127.0.0.1:0"}, triggerText: "Ctrl-C", exit: 0, output: "ended after 0 pushes"},
		{name: "demo", args: []string{"demo"}, triggerText: "Nothing leaves this machine", exit: 130, output: "interrupted"},
		{name: "selftest", args: []string{"selftest", "--real-time", "slow", "relative-hangup"}, triggerText: "relative-hangup", exit: 130, output: "interrupted after 1 of 2"},
	} {
		for signalName, signal := range signals {
			t.Run(signalName+" at "+tt.name, func(t *testing.T) {
				t.Parallel()
				moment := make(chan struct{})
				signalNow := closeOnce(moment)
				target := startObservedReceiver(t, referenceReceiver(t), func(_ http.ResponseWriter, a arrival) bool {
					signalNow()
					<-a.Context().Done()
					return true
				})
				file := filepath.Join(t.TempDir(), "file")
				args := strings.Split(strings.NewReplacer("URL", target.URL, "FILE", file).Replace(strings.Join(tt.args, "\n")), "\n")
				if tt.triggerText == "" {
					args = append(args, "--ca-file", target.caFile)
				}
				program := newProcess(t, args...)
				if tt.triggerText != "" {
					onOutput := func(text string) {
						if strings.Contains(text, tt.triggerText) {
							signalNow()
						}
					}
					program.stdout.onWrite, program.stderr.onWrite = onOutput, onOutput
				}
				program.start(t)
				got := program.signalAt(t, moment, signal)
				if got.exit != tt.exit || !strings.Contains(got.stdout+got.stderr, tt.output) {
					t.Errorf("exit %d, want %d and %q:\n%s%s", got.exit, tt.exit, tt.output, got.stdout, got.stderr)
				}
				if _, err := os.Stat(file); err == nil {
					t.Error("the interrupted command wrote a file")
				}
			})
		}
	}
}

func TestReportOfAnInterruptedCallHasAllItsExchanges(t *testing.T) {
	t.Parallel()
	for signalName, signal := range signals {
		t.Run(signalName, func(t *testing.T) {
			t.Parallel()
			moment := make(chan struct{})
			signalNow := closeOnce(moment)
			target := startObservedReceiver(t, referenceReceiver(t), func(_ http.ResponseWriter, a arrival) bool {
				if a.event != push.Answer {
					return false
				}
				signalNow()
				<-a.Context().Done()
				return true
			})
			folder, flags := reportFlags(t)
			program := newProcess(t, append([]string{"send", "incoming-answered", target.URL, "--ca-file", target.caFile, "--speed", "0"}, flags...)...)
			program.start(t)
			checkInterrupted(t, program.signalAt(t, moment, signal), folder)
		})
	}
}

func TestInterruptedRunEndsIfNothingReadsItsReport(t *testing.T) {
	t.Parallel()
	for signalName, signal := range signals {
		t.Run(signalName, func(t *testing.T) {
			t.Parallel()
			target := startObservedReceiver(t, referenceReceiver(t), func(http.ResponseWriter, arrival) bool { return false })
			folder, flags := reportFlags(t)
			fifo := filepath.Join(t.TempDir(), "pipe")
			if err := syscall.Mkfifo(fifo, 0o600); err != nil {
				t.Fatal(err)
			}
			program := newProcess(t, append([]string{"run", target.URL, "--ca-file", target.caFile, "--only", "push.newcall", "--report", "json=" + fifo}, flags...)...)
			moment := make(chan struct{})
			signalNow := closeOnce(moment)
			program.stdout.onWrite = func(text string) {
				if strings.Contains(text, "conformant: 1 requirement met") {
					signalNow()
				}
			}
			program.start(t)
			got := program.signalAt(t, moment, signal)
			if got.exit != 130 || !strings.Contains(got.stderr, "writing the json report: interrupted") {
				t.Errorf("exit %d, want 130 and the reason:\n%s", got.exit, got.stderr)
			}
			if report := checkReports(t, folder); !report.Interrupted || report.Exit != 130 {
				t.Errorf("the other reports have interrupted %t, exit %d", report.Interrupted, report.Exit)
			}
		})
	}
}

// In this test the first signal cannot end the program, because nothing reads the output of the program.
func TestSecondSignalEndsTheProgramIfItsOutputBlocks(t *testing.T) {
	t.Parallel()
	for signalName, signal := range signals {
		t.Run(signalName, func(t *testing.T) {
			t.Parallel()
			address, accepted := silentServer(t)
			reader, writer, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer reader.Close()
			fillPipe(t, writer)
			program := newProcess(t, "tls", "https://"+address)
			program.Stdout = writer
			program.start(t)
			_ = writer.Close()
			select {
			case <-accepted:
			case <-time.After(processTimeout):
				t.Fatal("no connection came")
			}
			ticker := time.NewTicker(50 * time.Millisecond) // the operating system may merge two signals that are sent at once
			defer ticker.Stop()
			timeout := time.After(processTimeout)
			for {
				_ = program.Process.Signal(signal)
				select {
				case <-program.ended:
					if status := program.ProcessState.Sys().(syscall.WaitStatus); !status.Signaled() || status.Signal() != signal {
						t.Errorf("it ended by itself: %s\n%s", program.ProcessState, program.stderr.String())
					}
					return
				case <-timeout:
					t.Fatal("it does not end")
				case <-ticker.C:
				}
			}
		})
	}
}

// fillPipe fills a pipe completely.
func fillPipe(t *testing.T, pipe *os.File) {
	t.Helper()
	if err := pipe.SetWriteDeadline(time.Now().Add(time.Second)); err != nil {
		t.Fatal(err)
	}
	raw, err := pipe.SyscallConn()
	if err != nil {
		t.Fatal(err)
	}
	block := make([]byte, 4096)
	if err := raw.Write(func(fd uintptr) bool {
		for {
			if _, err := syscall.Write(int(fd), block); err != nil {
				return true
			}
		}
	}); err != nil {
		t.Fatal(err)
	}
	// The program inherits this end of the pipe. Its writes to the full pipe have to block.
	if err := syscall.SetNonblock(int(pipe.Fd()), false); err != nil {
		t.Fatal(err)
	}
}
