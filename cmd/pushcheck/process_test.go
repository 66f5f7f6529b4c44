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

// promptly is how long a program may take to end after a signal on a busy machine.
const promptly = 30 * time.Second

// process is a running pushcheck.
type process struct {
	*exec.Cmd
	stdout, stderr outputBuffer
	ended          chan struct{}
}

// outputBuffer keeps what is written, and calls news after each write.
type outputBuffer struct {
	mu   sync.Mutex
	text strings.Builder
	news func(string) // gets the whole output so far
}

func (h *outputBuffer) Write(p []byte) (int, error) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.text.Write(p)
	if h.news != nil {
		h.news(h.text.String())
	}
	return len(p), nil
}

func (h *outputBuffer) String() string {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.text.String()
}

// once returns a function that closes a channel when it is called for the first time.
func once(t chan struct{}) func() { return sync.OnceFunc(func() { close(t) }) }

// prepare makes a process of the program that is not started yet.
func prepare(t *testing.T, args ...string) *process {
	t.Helper()
	own, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	p := &process{Cmd: exec.CommandContext(t.Context(), own, args...), ended: make(chan struct{})}
	p.Env = []string{asProgram + "=1"}
	p.Stdout, p.Stderr = &p.stdout, &p.stderr
	p.WaitDelay = promptly
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

// end sends the process a signal at a moment and returns its outcome. SIGTERM is sent several times, as by timeout(1), which sends it to
// the process and then to its group.
func (p *process) end(t *testing.T, moment <-chan struct{}, s os.Signal) outcome {
	t.Helper()
	select {
	case <-moment:
	case <-p.ended:
		t.Fatalf("it ended by itself, exit %d:\n%s%s", p.ProcessState.ExitCode(), p.stdout.String(), p.stderr.String())
	case <-time.After(promptly):
		t.Fatalf("the moment for the signal never came:\n%s%s", p.stdout.String(), p.stderr.String())
	}
	times := map[os.Signal]int{os.Interrupt: 1, syscall.SIGKILL: 1, syscall.SIGTERM: 20}[s]
	next := time.NewTicker(2 * time.Millisecond)
	defer next.Stop()
	for range times {
		if err := p.Process.Signal(s); err != nil && !errors.Is(err, os.ErrProcessDone) {
			t.Fatal(err)
		}
		<-next.C
	}
	return p.outcome(t)
}

// outcome waits for the end of the process.
func (p *process) outcome(t *testing.T) outcome {
	t.Helper()
	select {
	case <-p.ended:
	case <-time.After(promptly):
		t.Fatalf("it does not end:\n%s%s", p.stdout.String(), p.stderr.String())
	}
	return outcome{p.ProcessState.ExitCode(), p.stdout.String(), p.stderr.String()}
}
