//go:build unix

package child

import (
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"
)

// commandLine returns a command that a POSIX shell runs.
func commandLine(command string) *exec.Cmd { return exec.Command("/bin/sh", "-c", command) }

// detach keeps the guardian out of the terminal's process group, so that Ctrl-C reaches only the program. The program then ends the
// command.
func detach(c *exec.Cmd) { c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true} }

// terminationRequests returns a channel that receives a value when the guardian gets SIGTERM. It makes the guardian ignore the other
// signals that would end it.
func terminationRequests() <-chan os.Signal {
	signal.Ignore(syscall.SIGHUP, syscall.SIGINT, syscall.SIGPIPE)
	signals := make(chan os.Signal, 1)
	signal.Notify(signals, syscall.SIGTERM)
	return signals
}

// group is a process group, identified by the id of its first process.
type group int

// startGroup starts a command in a process group of its own.
func startGroup(c *exec.Cmd) (group, error) {
	c.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	becomeSubreaper()
	if err := c.Start(); err != nil {
		return 0, err
	}
	return group(c.Process.Pid), nil
}

// end asks all processes of the group to end, and kills those that do not. firstEnded is closed when the first process of the group has
// ended.
func (g group) end(firstEnded <-chan struct{}) {
	_ = syscall.Kill(-int(g), syscall.SIGTERM)
	timeout := time.After(gracePeriod)
	select {
	case <-firstEnded:
	case <-timeout:
		_ = syscall.Kill(-int(g), syscall.SIGKILL)
		return
	}
	ticker := time.NewTicker(5 * time.Millisecond)
	defer ticker.Stop()
	for {
		if reap(g); syscall.Kill(-int(g), 0) != nil { // no process of the group is left
			return
		}
		select {
		case <-ticker.C:
		case <-timeout:
			_ = syscall.Kill(-int(g), syscall.SIGKILL)
			return
		}
	}
}

// exitCode returns the exit code of a process, as a shell does.
func exitCode(s *os.ProcessState) int {
	if w, ok := s.Sys().(syscall.WaitStatus); ok && w.Signaled() {
		return 128 + int(w.Signal())
	}
	return s.ExitCode()
}
