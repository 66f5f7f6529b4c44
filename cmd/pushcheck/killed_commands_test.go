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

func TestEveryLongCommandEndsOnASignal(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct {
		name string
		args []string // URL and FILE stand for a receiver that hangs and for a file
		says string   // the signal is sent when either output has these words; "": with the first push
		exit int
		ends string // part of the last line
	}{
		{name: "send", args: []string{"send", "transfer-answered", "URL"}, exit: 130, ends: "interrupted"},
		{name: "load", args: []string{"load", "URL", "--count", "100000", "--calls", "100/s"}, exit: 130, ends: "interrupted: the figures cover the calls until then"},
		{name: "init", args: []string{"init", "URL", "--out", "FILE"}, exit: 130, ends: "interrupted, nothing is written"},
		{name: "receive", args: []string{"receive", "--listen", "127.0.0.1:0"}, says: "Ctrl-C", exit: 0, ends: "ended after 0 pushes"},
		{name: "demo", args: []string{"demo"}, says: "Nothing leaves this machine", exit: 130, ends: "interrupted"},
		{name: "selftest", args: []string{"selftest", "--real-time", "slow", "relative-hangup"}, says: "relative-hangup", exit: 130, ends: "interrupted after 1 of 2"},
	} {
		for signal, s := range signals {
			t.Run(signal+" at "+tt.name, func(t *testing.T) {
				t.Parallel()
				moment := make(chan struct{})
				signalled := closeOnce(moment)
				r := startObserved(t, referenceReceiver(t), func(_ http.ResponseWriter, h arrival) bool {
					signalled()
					<-h.Context().Done()
					return true
				})
				file := filepath.Join(t.TempDir(), "file")
				args := strings.Split(strings.NewReplacer("URL", r.URL, "FILE", file).Replace(strings.Join(tt.args, "\n")), "\n")
				if tt.says == "" {
					args = append(args, "--ca-file", r.caFile)
				}
				p := newProcess(t, args...)
				if tt.says != "" {
					listen := func(text string) {
						if strings.Contains(text, tt.says) {
							signalled()
						}
					}
					p.stdout.onWrite, p.stderr.onWrite = listen, listen
				}
				p.start(t)
				got := p.signalAt(t, moment, s)
				if got.exit != tt.exit || !strings.Contains(got.stdout+got.stderr, tt.ends) {
					t.Errorf("exit %d, want %d and %q:\n%s%s", got.exit, tt.exit, tt.ends, got.stdout, got.stderr)
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
	for signal, s := range signals {
		t.Run(signal, func(t *testing.T) {
			t.Parallel()
			moment := make(chan struct{})
			signalled := closeOnce(moment)
			r := startObserved(t, referenceReceiver(t), func(_ http.ResponseWriter, h arrival) bool {
				if h.event != push.Answer {
					return false
				}
				signalled()
				<-h.Context().Done()
				return true
			})
			folder, flags := reportFlags(t)
			p := newProcess(t, append([]string{"send", "incoming-answered", r.URL, "--ca-file", r.caFile, "--speed", "0"}, flags...)...)
			p.start(t)
			checkInterrupted(t, p.signalAt(t, moment, s), folder)
		})
	}
}

func TestInterruptedRunEndsIfNothingReadsItsReport(t *testing.T) {
	t.Parallel()
	for signal, s := range signals {
		t.Run(signal, func(t *testing.T) {
			t.Parallel()
			r := startObserved(t, referenceReceiver(t), func(http.ResponseWriter, arrival) bool { return false })
			folder, flags := reportFlags(t)
			fifo := filepath.Join(t.TempDir(), "pipe")
			if err := syscall.Mkfifo(fifo, 0o600); err != nil {
				t.Fatal(err)
			}
			p := newProcess(t, append([]string{"run", r.URL, "--ca-file", r.caFile, "--only", "push.newcall", "--report", "json=" + fifo}, flags...)...)
			moment := make(chan struct{})
			judged := closeOnce(moment)
			p.stdout.onWrite = func(text string) {
				if strings.Contains(text, "conformant: 1 requirement met") {
					judged()
				}
			}
			p.start(t)
			got := p.signalAt(t, moment, s)
			if got.exit != 130 || !strings.Contains(got.stderr, "writing the json report: interrupted") {
				t.Errorf("exit %d, want 130 and the reason:\n%s", got.exit, got.stderr)
			}
			if d := checkReports(t, folder); !d.Interrupted || d.Exit != 130 {
				t.Errorf("the other reports have interrupted %t, exit %d", d.Interrupted, d.Exit)
			}
		})
	}
}

// The first Ctrl-C cannot end the program of this test, because nothing reads its output.
func TestSecondCtrlCEndsTheProgramIfItsOutputBlocks(t *testing.T) {
	t.Parallel()
	for signal, s := range signals {
		t.Run(signal, func(t *testing.T) {
			t.Parallel()
			address, accepted := silentServer(t)
			read, write, err := os.Pipe()
			if err != nil {
				t.Fatal(err)
			}
			defer read.Close()
			fillPipe(t, write)
			p := newProcess(t, "tls", "https://"+address)
			p.Stdout = write
			p.start(t)
			_ = write.Close()
			select {
			case <-accepted:
			case <-time.After(processTimeout):
				t.Fatal("no connection came")
			}
			again := time.NewTicker(50 * time.Millisecond) // the system may merge two signals that are sent at once
			defer again.Stop()
			late := time.After(processTimeout)
			for {
				_ = p.Process.Signal(s)
				select {
				case <-p.ended:
					if status := p.ProcessState.Sys().(syscall.WaitStatus); !status.Signaled() || status.Signal() != s {
						t.Errorf("it ended by itself: %s\n%s", p.ProcessState, p.stderr.String())
					}
					return
				case <-late:
					t.Fatal("it does not end")
				case <-again.C:
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
	if err := syscall.SetNonblock(int(pipe.Fd()), false); err != nil { // the program has the same end of the pipe
		t.Fatal(err)
	}
}
