//go:build unix

package main

import (
	"errors"
	"os"
	"os/exec"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"
)

// processTimeout is the longest time in which a test expects a program to do something, even on a busy machine.
const processTimeout = 30 * time.Second

// process is pushcheck in another process.
type process struct {
	*exec.Cmd
	stdout, stderr outputBuffer
	ended          chan struct{} // closed when the process has ended
}

// outputBuffer keeps what is written, and calls onWrite after each write.
type outputBuffer struct {
	mu      sync.Mutex
	text    strings.Builder
	onWrite func(string) // gets the whole output so far
}

func (b *outputBuffer) Write(p []byte) (int, error) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.text.Write(p)
	if b.onWrite != nil {
		b.onWrite(b.text.String())
	}
	return len(p), nil
}

func (b *outputBuffer) String() string {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.text.String()
}

// closeOnce returns a function whose first call closes a channel. Later calls do nothing.
func closeOnce(t chan struct{}) func() { return sync.OnceFunc(func() { close(t) }) }

// newProcess returns a process of pushcheck that is not started yet.
func newProcess(t *testing.T, args ...string) *process {
	t.Helper()
	executable, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{Cmd: exec.CommandContext(t.Context(), executable, args...), ended: make(chan struct{})}
	p.Env = []string{runAsProgram + "=1"}
	p.Stdout, p.Stderr = &p.stdout, &p.stderr
	p.WaitDelay = processTimeout
	return p
}

// start starts the process. The test ends only after the process has ended.
func (p *process) start(t *testing.T) {
	t.Helper()
	if err := p.Start(); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.ended)
		_ = p.Wait()
	}()
	t.Cleanup(func() {
		_ = p.Process.Kill()
		<-p.ended
	})
}

// signalAt sends the process a signal when the channel moment is closed, and returns the outcome of the process. It sends SIGTERM several
// times, because timeout(1) sends it twice: to the process and to its process group.
func (p *process) signalAt(t *testing.T, moment <-chan struct{}, signal os.Signal) outcome {
	t.Helper()
	select {
	case <-moment:
	case <-p.ended:
		t.Fatalf("it ended by itself, exit %d:\n%s%s", p.ProcessState.ExitCode(), p.stdout.String(), p.stderr.String())
	case <-time.After(processTimeout):
		t.Fatalf("the moment for the signal never came:\n%s%s", p.stdout.String(), p.stderr.String())
	}
	signalCount := map[os.Signal]int{os.Interrupt: 1, syscall.SIGKILL: 1, syscall.SIGTERM: 20}[signal]
	ticker := time.NewTicker(2 * time.Millisecond)
	defer ticker.Stop()
	for range signalCount {
		if err := p.Process.Signal(signal); err != nil && !errors.Is(err, os.ErrProcessDone) {
			t.Fatal(err)
		}
		<-ticker.C
	}
	return p.waitForOutcome(t)
}

// waitForOutcome waits until the process has ended, and returns its outcome.
func (p *process) waitForOutcome(t *testing.T) outcome {
	t.Helper()
	select {
	case <-p.ended:
	case <-time.After(processTimeout):
		t.Fatalf("it does not end:\n%s%s", p.stdout.String(), p.stderr.String())
	}
	return outcome{p.ProcessState.ExitCode(), p.stdout.String(), p.stderr.String()}
}
